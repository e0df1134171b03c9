"""A stand-in on a free port, a clock that stands still, and the real python-telegram-bot on the other end."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from telegram import Bot

from bot.clock import MovableClock
from bot.sandbox import Phone, Sandbox

os.environ.setdefault("PTB_TIMEDELTA", "1")  # as bot.telegram does: warnings are errors

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
    async with client(sandbox) as made:
        yield made


@asynccontextmanager
async def client(sandbox: Sandbox, token: str | None = None) -> AsyncIterator[Bot]:
    """The real client, pointed at the stand-in; its own start would call getMe, which a test may not want."""
    made = Bot(
        token or sandbox.token,
        base_url=f"{sandbox.base_url}/bot",
        base_file_url=f"{sandbox.base_url}/file/bot",
    )
    async with made._request[0], made._request[1]:
        yield made


@pytest.fixture
def ana(sandbox: Sandbox) -> Phone:
    """Somebody who has opened the chat."""
    phone = sandbox.phone(11, "Ana")
    phone.starts()
    return phone
