"""One ordered lane per person: a person's updates in order, people side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.app.ports import Clock
from bot.store.conversing.inbox import Waiting

log = structlog.get_logger()

Handle = Callable[[Sequence[Waiting]], Awaitable[int]]
"""Carries out turns for the head of a lane and says how many updates of it are done (at least one)."""
Failed = Callable[[Waiting, Exception], Awaitable[bool]]
"""Told of a turn that raised; True once the update is out of the way, False to try it again."""

RETRY_S = 0.5
SIDE_BY_SIDE = 128
"""Lanes that move at once: more would wait for the same database, each in a task of several kilobytes."""


class Lanes:
    """Holds what waits in memory, in the order of the inbox; the inbox holds it for good."""

    def __init__(self, handle: Handle, failed: Failed, clock: Clock) -> None:
        self._handle = handle
        self._failed = failed
        self._clock = clock
        self._lanes: dict[int, deque[Waiting]] = {}
        self._ready: deque[int] = deque()
        """Lanes that hold something and do not move yet."""
        self._workers: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    def take(self, updates: Sequence[Waiting]) -> None:
        """Put committed updates into their lanes; a lane that was empty starts to move."""
        for update in updates:
            lane = self._lanes.get(update.lane)
            if lane is not None:
                lane.append(update)
                continue
            self._lanes[update.lane] = deque([update])
            self._idle.clear()
            self._ready.append(update.lane)
        self._begin()

    def _begin(self) -> None:
        """Set lanes moving in the order they came, as many side by side as is of use."""
        while self._ready and len(self._workers) < SIDE_BY_SIDE and not self._stopping:
            worker = asyncio.create_task(self._work(self._ready.popleft()))
            self._workers.add(worker)
            worker.add_done_callback(self._ended)

    def _ended(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        self._begin()

    @property
    def waiting(self) -> int:
        """How many updates are in memory and not done."""
        return sum(len(lane) for lane in self._lanes.values())

    async def idle(self) -> None:
        """Return when no lane holds anything."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Finish the turns under way, begin no other; what waits stays in the inbox."""
        self._stopping = True
        if self._workers:
            await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self, number: int) -> None:
        lane = self._lanes[number]
        while lane and not self._stopping:
            waiting = tuple(lane)
            try:
                done = await self._handle(waiting)
            except Exception as wrong:  # one poison update must not stop the others
                log.exception("turn_failed", inbox=lane[0].id)
                for update in waiting:
                    update.tried = True
                done = 1 if await self._gone(lane[0], wrong) else 0
                if not done:
                    await self._clock.sleep(RETRY_S)
            for _ in range(done):
                lane.popleft()
        del self._lanes[number]
        if not self._lanes:
            self._idle.set()

    async def _gone(self, update: Waiting, wrong: Exception) -> bool:
        try:
            return await self._failed(update, wrong)
        except Exception:  # the store itself is in trouble: keep the update and wait
            log.exception("turn_failure_not_recorded", inbox=update.id)
            return False
