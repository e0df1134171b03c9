"""The clock: the only module that reads the time, sleeps, or knows APScheduler."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger()

Tick = Callable[[], Awaitable[object]]


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class MovableClock:
    """A clock that a test or the demo moves: it stands still at a moment, or runs with an offset."""

    def __init__(self, stands_at: datetime | None = None) -> None:
        self._stands_at = stands_at
        self._offset = self._turned = timedelta()
        self._moved = asyncio.Event()

    def set_back(self, by: timedelta) -> None:
        """The hands are turned back, as an operator does or a time server; nobody who sleeps notices."""
        self._turned += by

    @property
    def offset(self) -> timedelta:
        """How far a running clock has been moved ahead of the machine's."""
        return self._offset

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return (self._stands_at or datetime.now(UTC)) + self._offset - self._turned

    def monotonic(self) -> float:
        """Seconds that never run backwards and follow the moves."""
        base = 0.0 if self._stands_at else time.monotonic()
        return base + self._offset.total_seconds()

    def move(self, by: timedelta) -> None:
        """Move forward; sleepers whose time has come wake."""
        if by < timedelta():
            raise ValueError("this clock only moves forward")
        self._offset += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock says that the time is over."""
        until = self.now() + self._turned + timedelta(seconds=seconds)
        while (left := (until - self.now() - self._turned).total_seconds()) > 0:
            try:
                async with asyncio.timeout(None if self._stands_at else left):
                    await self._moved.wait()
            except TimeoutError:
                return
        await asyncio.sleep(0)


class Ticker:
    """Calls ticks at intervals by APScheduler; rows hold what is due, so a missed tick loses nothing.

    APScheduler's intervals stand still for an hour when the machine's clock is set back an hour, so a
    watchdog on the monotonic clock starts them anew.
    """

    def __init__(self) -> None:
        self._ticks: list[tuple[str, float, Tick]] = []
        self._scheduler: AsyncIOScheduler | None = None
        self._last: dict[str, float] = {}
        self._running: set[str] = set()

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Call `tick` every so many seconds, never twice at once."""
        self._ticks.append((name, seconds, tick))

    async def run(self) -> None:
        """Tick until cancelled."""
        self._arm()
        try:
            while True:
                await asyncio.sleep(5)
                late = self._late()
                if late:
                    log.warning("ticks_rearmed", ticks=late)
                    self._disarm()
                    self._arm()
        finally:
            self._disarm()

    def _late(self) -> list[str]:
        every = {name: seconds for name, seconds, _ in self._ticks if name not in self._running}
        return overdue(every, self._last, time.monotonic())

    def _arm(self) -> None:
        # two, because `_call` leaves a slow tick alone in silence; under one APScheduler warns each time
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 2}
        )
        for name, seconds, tick in self._ticks:
            self._last[name] = time.monotonic()
            trigger = IntervalTrigger(seconds=seconds, timezone=UTC)
            self._scheduler.add_job(self._call, trigger, args=(name, tick), id=name, name=name)
        self._scheduler.start()

    def _disarm(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def _call(self, name: str, tick: Tick) -> None:
        if name in self._running:  # slow, or from before the scheduler was started anew
            return
        self._running.add(name)
        try:
            await tick()
        except asyncio.CancelledError:  # the service stops: it is the task's own end
            log.debug("tick_broken_off", tick=name)
        except Exception:  # the next tick finds the same rows
            log.exception("tick_failed", tick=name)
        finally:
            self._running.discard(name)
            self._last[name] = time.monotonic()


def overdue(every: Mapping[str, float], last: Mapping[str, float], now: float) -> list[str]:
    """The ticks that should long have come again: `every` so many seconds, `last` ended, on one clock."""
    return [name for name, seconds in every.items() if now - last[name] > 3 * seconds + 5]
