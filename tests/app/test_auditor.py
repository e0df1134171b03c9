"""Ana waits and the clock of the handoffs hangs: Eve, who coordinates, is told; a monitor outside notices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.app.oncall.auditor import Auditor
from bot.domain.alias import alias
from bot.domain.keeping.pulse import Pulse, ails
from bot.feeds.monitor import ping
from bot.store.keeping.heartbeat import Beat
from tests.app.night import Night, night

__all__ = ["night"]
SECOND = timedelta(seconds=1)


class Outside:
    """A monitor on a socket of this machine: counts what it hears, and answers as it is told."""

    def __init__(self) -> None:
        self.heard, self.answer, self.port = 0, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.heard += 1
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """The monitor, listening."""
    monitor = Outside()
    server = await asyncio.start_server(monitor.serve, "127.0.0.1", 0)
    monitor.port = server.sockets[0].getsockname()[1]
    async with server:
        yield monitor


def auditor(world: Night, *, heard: datetime | None = None, port: int = 9) -> Auditor:
    """Beside the night; Telegram answered at `heard`, now unless it is given."""
    at = partial(ping, f"http://127.0.0.1:{port}/ana")
    return Auditor(world.store, world.clock, world.messages, lambda: Beat(heard or world.now), at)


async def test_a_step_that_is_a_minute_late_pages_coordinators_once(night: Night) -> None:
    """Ana asked, and nothing runs her steps: Eve hears of it, by alias, and not again every few seconds."""
    ana, eve = await night.arrives("Ana"), await night.arrives("Eve", "coordinator")
    await night.arrives("Ben", "coach")
    watching = auditor(night)
    await night.asks(ana)
    eve.heard()
    night.clock.move(119 * SECOND)  # the word of the first minute is 59 s late
    assert await watching.look() == 0
    night.clock.move(SECOND)
    assert await watching.look() == 1
    await watching.look()
    await night.deliver()
    (told,) = eve.heard()
    assert told.startswith(f"{alias(ana.id)} waits, and what should have come next is 1 min late")


async def test_a_nudge_that_did_not_come_is_late_as_well(night: Night) -> None:
    """Ben accepted and is silent, and nobody looks at the silence."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    eve = await night.arrives("Eve", "coordinator")
    watching = auditor(night)
    await night.asks(ana)
    await ben.presses("I'll take it")
    night.clock.move(timedelta(minutes=4))
    assert await watching.look() == 1
    await night.deliver()
    assert alias(ana.id) in eve.heard()[0]


async def test_after_a_start_the_service_has_a_minute_to_catch_up(night: Night) -> None:
    """Down for an hour: what is late then is carried out first, and paged for only if it is not."""
    ana = await night.arrives("Ana")
    await night.asks(ana)
    night.clock.move(timedelta(hours=1))
    watching = auditor(night)
    assert await watching.look() == 0
    night.clock.move(61 * SECOND)
    assert await watching.look() > 0


async def test_the_monitor_hears_of_the_service_only_while_handoffs_go_on(night: Night) -> None:
    """A sign of life while all is well; silence once Ana's next step hangs, and again a sign when it ran."""
    ana = await night.arrives("Ana")
    async with outside() as monitor:
        watching = auditor(night, port=monitor.port)
        assert await watching.sign_of_life()
        await night.asks(ana)
        night.clock.move(timedelta(minutes=2))
        assert not await watching.sign_of_life()
        assert monitor.heard == 1
        await night.passes(seconds=1)
        assert await watching.sign_of_life()
        monitor.answer = b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n"
        assert not await watching.sign_of_life()
    assert not await watching.sign_of_life()  # nobody listens there any more
    assert monitor.heard == 3


@pytest.mark.parametrize(
    ("pulse", "wrong"),
    [
        (Pulse(SECOND), ()),
        (Pulse(timedelta(minutes=3)), ("poll",)),
        (Pulse(SECOND, oldest_inbox=60 * SECOND), ("inbox",)),
        (Pulse(SECOND, oldest_outbox=timedelta(minutes=10)), ("outbox",)),
        (Pulse(SECOND, latest_step=59 * SECOND), ()),
        (Pulse(SECOND, latest_step=60 * SECOND, sending="401"), ("steps", "sender")),
    ],
)
def test_what_keeps_the_service_from_a_sign_of_life(pulse: Pulse, wrong: tuple[str, ...]) -> None:
    """Deaf, stuck, late or not allowed to send: each alone is enough."""
    assert ails(pulse) == wrong
