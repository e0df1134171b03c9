"""Telegram calls the service, instead of being asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.clock import MovableClock
from bot.process import Service
from bot.sandbox import Phone, Sandbox
from bot.sandbox.account import delete_webhook
from bot.sandbox.faults import Fault
from bot.settings import Telegram
from bot.wiring import build
from tests import shipped
from tests.waiting import until
from tests.world import THREE_AT_NIGHT, settings_for

SECRET = "a-secret-that-only-telegram-knows-0001"


@dataclass(frozen=True, slots=True)
class Line:
    """A service that is called, its stand-in, and somebody's phone."""

    service: Service
    sandbox: Sandbox
    clock: MovableClock
    ana: Phone

    async def passes(self, minutes: int) -> None:
        """Let time pass, half a minute at a time, with what the service does in each."""
        for _ in range(2 * minutes):
            await self.service.pass_time(timedelta(seconds=30))

    @property
    def answered(self) -> bool:
        """Whether the service sees that Telegram calls it, and nothing is amiss."""
        return self.service.listener.last_ok == self.clock.now() and not self.service.listener.trouble


@asynccontextmanager
async def called(folder: Path) -> AsyncIterator[Line]:
    """The service, once Telegram has been told where to call."""
    clock = MovableClock(THREE_AT_NIGHT)
    sandbox = Sandbox(clock=clock)
    await sandbox.start()
    polled = settings_for(folder, sandbox)
    settings = polled.model_copy(
        update={
            "telegram": Telegram(
                token=SecretStr(sandbox.token),
                base_url=f"{sandbox.base_url}/bot",
                mode="webhook",
                webhook_url=f"http://127.0.0.1:{polled.dashboard.port}",
                webhook_secret=SecretStr(SECRET),
            )
        }
    )
    service = await build(settings, clock, content=shipped.content())
    running = asyncio.create_task(service.run())
    line = Line(service, sandbox, clock, sandbox.phone(101, "Ana"))
    await until(lambda: line.answered)
    try:
        yield line
    finally:
        service.stop()
        await running
        await sandbox.stop()


async def test_a_message_brought_by_the_webhook_is_answered(tmp_path: Path) -> None:
    """The service tells Telegram where it is, keeps what is brought, and answers."""
    async with called(tmp_path) as line:
        line.ana.says("hello")
        first = await line.ana.hears("any hour")
        assert first.by_bot


async def test_nothing_is_given_up_while_telegram_answers_nobody(tmp_path: Path) -> None:
    """Telegram still calls, and answers nothing for an hour: who wrote hears two minutes after its end."""
    async with called(tmp_path) as line:
        line.sandbox.faults.set([Fault("status", status=502, description="Bad Gateway")])
        line.ana.says("hello")
        await until(lambda: line.service.listener.unanswered)
        await line.passes(60)
        assert line.ana.heard() == []
        line.sandbox.faults.set([])
        await line.passes(2)
        assert "any hour" in line.ana.heard()[0]
        assert line.ana.heard() == []


async def test_a_webhook_that_somebody_takes_away_is_set_again(tmp_path: Path) -> None:
    """Another program with this token asks Telegram for messages: a minute later they come here again."""
    async with called(tmp_path) as line:
        delete_webhook(line.sandbox.world, {})
        line.ana.says("hello")
        line.clock.move(timedelta(minutes=1))
        await until(lambda: bool(line.sandbox.world.webhook.url))
        assert (await line.ana.hears("any hour")).by_bot


async def test_it_is_seen_that_telegram_does_not_get_through(tmp_path: Path) -> None:
    """Somebody has set another secret: messages wait at Telegram, and doctor and the monitor hear of it."""
    async with called(tmp_path) as line:
        line.sandbox.world.webhook.secret = "another-program-s"
        line.ana.says("hello")
        await until(lambda: line.sandbox.world.webhook.last_error_at is not None)
        line.clock.move(timedelta(minutes=1))
        await until(lambda: line.service.listener.trouble == "NotReached")
        assert not line.service.listener.unanswered, "what is to be sent leaves"
        line.clock.move(timedelta(minutes=1))
        await until(lambda: not line.sandbox.world.updates.waiting)
        line.clock.move(timedelta(minutes=1))
        await until(lambda: line.answered)
        assert (await line.ana.hears("any hour")).by_bot
