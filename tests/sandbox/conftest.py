"""A stand-in on a free port, a clock that stands still, and the real python-telegram-bot on the other end."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram import Bot

from bot.clock import MovableClock
from bot.sandbox import Phone, Sandbox

THREE_AT_NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(THREE_AT_NIGHT)


@pytest.fixture(params=["aiohttp", "lean"])
async def sandbox(request: pytest.FixtureRequest, clock: MovableClock) -> AsyncIterator[Sandbox]:
    """Both servers must behave alike."""
    made = Sandbox(clock=clock, lean=request.param == "lean")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """Not initialised: the tests call getMe themselves where they want it."""
    made = client(sandbox)
    async with made._request[0], made._request[1]:
        yield made


def client(sandbox: Sandbox, token: str | None = None) -> Bot:
    """The real client, pointed at the stand-in."""
    return Bot(
        token or sandbox.token,
        base_url=f"{sandbox.base_url}/bot",
        base_file_url=f"{sandbox.base_url}/file/bot",
    )


@pytest.fixture
def ana(sandbox: Sandbox) -> Phone:
    """Somebody who has opened the chat."""
    phone = sandbox.phone(11, "Ana")
    phone.starts()
    return phone
