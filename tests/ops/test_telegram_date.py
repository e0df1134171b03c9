"""Telegram's own time, from a server that gives one, a strange one, or none."""

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.telegram.date import telegram_date
from tests.ops.house import NIGHT


@pytest.fixture(name="url")
async def an_address() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        says = {"/good": "Sun, 22 Nov 2026 03:00:00 GMT", "/bad": "yesterday"}[request.path]
        return web.Response(headers={"Date": says})

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_the_date_of_an_answer_is_telegrams_time(url: str) -> None:
    assert await telegram_date(f"{url}/good") == NIGHT


async def test_nonsense_and_silence_are_no_time(url: str) -> None:
    assert await telegram_date(f"{url}/bad") is None
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert await telegram_date(f"http://127.0.0.1:{nobody.getsockname()[1]}") is None
