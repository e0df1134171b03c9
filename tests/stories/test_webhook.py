"""Telegram calls the service, instead of being asked."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from bot.clock import MovableClock
from bot.sandbox import Sandbox
from bot.settings import Telegram
from bot.wiring import build
from tests import shipped
from tests.world import THREE_AT_NIGHT, settings_for

SECRET = "a-secret-that-only-telegram-knows-0001"


async def test_a_message_brought_by_the_webhook_is_answered(tmp_path: Path) -> None:
    """The service tells Telegram where it is, keeps what is brought, and answers."""
    sandbox = Sandbox(clock=MovableClock(THREE_AT_NIGHT))
    await sandbox.start()
    polled = settings_for(tmp_path, sandbox)
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
    service = await build(settings, sandbox.clock, content=shipped.content())  # type: ignore[arg-type]  # movable
    running = asyncio.create_task(service.run())
    await service.started.wait()
    ana = sandbox.phone(101, "Ana")
    ana.says("hello")
    first = await ana.hears("any hour")
    assert first.by_bot
    service.stop()
    await running
    await sandbox.stop()
