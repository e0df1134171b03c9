"""Whether the machine's clock was set back: then nobody who waits for minutes is left waiting for hours."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.app.checkins.follow_ups import FOLLOW_UP
from bot.app.conversing.carrying import STEP_TIMER
from bot.app.directory.outing_asking import SILENT
from bot.app.oncall.typing import TYPING
from bot.app.ports import Clock
from bot.store.keeping import heartbeat
from bot.store.keeping.set_back import set_back
from bot.store.store import Store

log = structlog.get_logger()

LEAST: Final = timedelta(seconds=30)
"""A clock that is kept right goes back by less, and whoever waits does not notice."""
_KINDS: Final = (STEP_TIMER, FOLLOW_UP, TYPING, SILENT)
"""Timers that wait for a while from somebody's word; the others wait for an hour of the day."""


class ClockSetBack:
    """Compares the machine's time with one that never runs backwards, at each tick."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._last: tuple[datetime, float] | None = None
        self.tell: Callable[[timedelta], None] = lambda _: None
        """Told by how much, for what waits in memory."""

    async def begin(self) -> None:
        """Before the service starts, and before it says that it lives: it may have lived later than now."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            _, lived = await heartbeat.last(tx)
        if lived is not None and lived - now > LEAST:
            await self._move(lived - now, now, timedelta())

    async def look(self) -> int:
        """A tick: always 0, for a moved row is not yet a due one."""
        now, steady = self._clock.now(), self._clock.monotonic()
        if self._last is not None:
            before, then = self._last
            passed = timedelta(seconds=steady - then)
            back = before + passed - now
            if back > LEAST:
                await self._move(back, now, passed)
                self.tell(back)
        self._last = now, steady
        return 0

    async def _move(self, by: timedelta, now: datetime, lately: timedelta) -> None:
        log.error("clock_set_back", seconds=round(by.total_seconds()))
        async with self._store.transaction() as tx:
            set_back(tx, by, now, lately, _KINDS)
            heartbeat.moved(tx, now)  # in one commit: moved once, whatever happens next
