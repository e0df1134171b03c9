"""The running service: one task group for polling, lanes, sender, clock and web; sole owner of signals."""

import asyncio
import ctypes
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.app.conversing.due import Due
from bot.app.conversing.lanes import Lanes
from bot.app.conversing.receiving import Receiver
from bot.app.keeping.boots import Boots, error_type
from bot.clock import MovableClock, SystemClock, Ticker
from bot.store.store import Store
from bot.telegram.called import Called
from bot.telegram.client import Telegram
from bot.telegram.ingest import Poller
from bot.telegram.sender import Sender

log = structlog.get_logger()

SWITCH_S = 0.0005
_M_ARENA_MAX = -8
"""Of mallopt(3) in glibc: how many heaps there may be."""
_STDERR = 2
_PR_SET_PDEATHSIG = 1
"""Of prctl(2) in Linux: the signal that a process gets when the one that made it ends."""
STOP_S = 4.5
"""A SIGTERM is answered within five seconds (durability design)."""


@dataclass(slots=True)
class Service:
    """Everything that runs, built once by `wiring`."""

    store: Store
    clock: SystemClock | MovableClock
    telegram: Telegram
    lanes: Lanes
    receiver: Receiver
    listener: Poller | Called
    sender: Sender
    boots: Boots
    ticker: Ticker
    due: Due | None = None
    """What has come due; none in safe mode."""
    beside: tuple[Callable[[], Awaitable[None]], ...] = ()
    """What else runs until it is cancelled, such as the web server."""
    started: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Ask the service to end."""
        self._stop.set()

    async def run(self) -> None:
        """Run until asked to stop; a task that dies takes the service down, loudly, and is noted."""
        try:
            await self._run()
            await self.boots.ended()
        except BaseException as wrong:
            await asyncio.shield(self.boots.failed(self.clock.now(), error_type(wrong)))
            raise
        finally:
            await asyncio.shield(self.store.close())
        log.info("service_stopped")

    async def _run(self) -> None:
        async with self.telegram:
            await self.receiver.resume()
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._receive(), name="listener"),
                    group.create_task(self.sender.run(), name="sender"),
                    group.create_task(self.ticker.run(), name="ticker"),
                    *(group.create_task(self._beside(run)) for run in self.beside),
                ]
                self.started.set()
                log.info("service_started")
                await self._stop.wait()
                await self._wind_down(tasks)

    async def _receive(self) -> None:
        """Poll, or have Telegram call."""
        if isinstance(self.listener, Poller):
            await self.telegram.delete_webhook()
        await self.listener.run()

    async def _beside(self, run: Callable[[], Awaitable[None]]) -> None:
        """What nobody in need waits for begins once Telegram has been asked for their messages."""
        await self.listener.asked.wait()
        await run()

    async def _wind_down(self, tasks: list[asyncio.Task[None]]) -> None:
        """Take nothing new, finish what is under way, keep the rest in the store."""
        listener, sender, *others = tasks
        for task in (listener, *others):
            task.cancel()
        try:
            async with asyncio.timeout(STOP_S):
                await self.lanes.stop()
                await self.sender.stop()
        except TimeoutError:
            log.warning("stopped_with_work_under_way")
        sender.cancel()

    async def quiet(self) -> None:
        """Return when every kept update is handled and everything that may leave now has left."""
        await asyncio.sleep(0)
        while self.lanes.waiting or not self.sender.resting:
            await self.lanes.idle()
            await self.sender.idle()
            await asyncio.sleep(0)

    async def pass_time(self, by: timedelta) -> None:
        """Move a movable clock forward, stopping at each moment at which something is due."""
        if not isinstance(self.clock, MovableClock):
            raise TypeError("only a movable clock can be moved")
        until = self.clock.now() + by
        await self.quiet()
        while (at := await self._next_due()) is not None and at <= until:
            self.clock.move(max(at - self.clock.now(), timedelta()))
            await self._settle()
        self.clock.move(max(until - self.clock.now(), timedelta()))
        await self._settle()

    async def _settle(self) -> None:
        while True:
            self.sender.wake()
            await self.quiet()
            if self.due is None or not await self.due.tick():
                await self.quiet()
                return

    async def _next_due(self) -> datetime | None:
        now = self.clock.now()
        found = [self.sender.next_due()]
        if self.due is not None:
            found.append(await self.due.next_due())
        later = [at for at in found if at is not None and at > now]
        return min(later, default=None)


def prepare() -> None:
    """Set the process up for a long life with little memory; before anything is built or a thread begun."""
    gc.disable()  # until everything is built
    # a heap for each of SQLite's threads would hold 10 MiB more after a backlog; other C libraries have one
    with _only_in_glibc():
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def apart(work: Callable[[], object]) -> None:
    """Do `work` in a process of its own and wait for it: what it imports and builds is gone afterwards.

    Before any thread is begun. What goes wrong there is not told: for work that is done again where it has
    not been done. It ends with this process.
    """
    here = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        _close_inherited()
        with _only_in_glibc():
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == here:
            work()
    finally:
        os._exit(0)


def _close_inherited() -> None:
    """The lock on the database is to end with the process that holds it: the next one may be waiting."""
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 -- numbers, and no files
        if int(name) > _STDERR:
            with suppress(OSError):
                os.close(int(name))


def _only_in_glibc() -> suppress:
    return suppress(OSError, TypeError, AttributeError)


async def run_until_signalled(service: Service) -> None:
    """Run; SIGTERM and SIGINT end it in good order, a second one changes nothing."""
    # SQLite's thread wants the interpreter back after each statement: the usual 5 ms would be most of a turn
    sys.setswitchinterval(SWITCH_S)
    service.beside = (*service.beside, _settle_down)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    await service.run()


async def _settle_down() -> None:
    """What was built until now is taken to stay: from here on garbage is looked for in what comes after."""
    gc.collect()
    gc.freeze()
    gc.enable()
    with _only_in_glibc():  # 2 to 3 MiB that only the reading of files needed
        ctypes.CDLL(None).malloc_trim(0)
