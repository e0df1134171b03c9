"""Several pieces of work in one transaction: one commit, and one wait for the disk, for all who wait.

At a commit a turn, 50 people writing at once wait mostly for the disk (architecture, decision 8).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from bot.store.engine.transaction import Transaction
from bot.store.store import Store

log = structlog.get_logger()

MOST = 16
"""Pieces of work in one transaction: about 20 ms in which nobody else may write."""

Work = Callable[[Transaction], Awaitable[None]]
"""What is done in a transaction. It may be done again from the start, when the transaction was undone."""


class Together:
    """Carries out work in order of asking, as much as waits in one transaction, at most MOST."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[tuple[Work, asyncio.Future[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def run(self, work: Work) -> None:
        """Carry out `work` and return when it is committed; raises what it raises, then nothing of it stays.

        Work that fails undoes all work of its transaction; each is then done again by itself, so that only
        its own is lost. A caller that is cancelled ends what is under way, undone.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        try:
            await done
        except asyncio.CancelledError:
            if self._worker is not None:
                self._worker.cancel()
                await asyncio.wait({self._worker})
            raise

    async def _work(self) -> None:
        begun: list[tuple[Work, asyncio.Future[None]]] = []
        try:
            while self._waiting:
                begun = []
                await self._all_at_once(begun)
        finally:
            self._worker = None
            for _, done in (*begun, *self._waiting):  # none are left, unless this was cancelled
                done.cancel()
            self._waiting.clear()

    async def _all_at_once(self, begun: list[tuple[Work, asyncio.Future[None]]]) -> None:
        try:
            async with self._store.transaction(short=True) as tx:
                while self._waiting and len(begun) < MOST:
                    begun.append(self._waiting.popleft())
                    if not begun[-1][1].done():
                        await begun[-1][0](tx)
        except Exception as wrong:  # noqa: BLE001 - handed to whoever asked, or all is done again
            if len(begun) == 1:
                _fail(begun[0][1], wrong)
                return
            log.warning("work_done_again_one_by_one", pieces=len(begun), error=type(wrong).__name__)
            for work, done in begun:
                await self._alone(work, done)
            return
        for _, done in begun:
            _succeed(done)

    async def _alone(self, work: Work, done: asyncio.Future[None]) -> None:
        if done.done():
            return
        try:
            async with self._store.transaction(short=True) as tx:
                await work(tx)
        except Exception as wrong:  # noqa: BLE001 - handed to whoever asked
            _fail(done, wrong)
        else:
            _succeed(done)


def _succeed(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def _fail(done: asyncio.Future[None], wrong: Exception) -> None:
    if not done.done():
        done.set_exception(wrong)
