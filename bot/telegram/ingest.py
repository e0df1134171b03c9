"""Polling: updates are committed before the offset moves, and no failure ends it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from bot.app.ports import Clock
from bot.app.receiving import Receiver
from bot.domain.delivery import Outcome, SecondPoller, next_poll

log = structlog.get_logger()

BATCH = 100


class Source(Protocol):
    """Where updates come from."""

    async def get_updates(self, offset: int | None, limit: int, timeout_s: int) -> Sequence[bytes] | Outcome:
        """Raw updates, each its own JSON; or what went wrong."""

    def answer_press(self, payload: bytes) -> None:
        """If the update is a press, stop its button from spinning; nothing waits for this."""


class Poller:
    """Asks Telegram for updates until stopped."""

    def __init__(
        self, source: Source, receiver: Receiver, clock: Clock, timeout_s: int, jitter: Callable[[], float]
    ) -> None:
        self._source = source
        self._receiver = receiver
        self._clock = clock
        self._timeout_s = timeout_s
        self._jitter = jitter
        self._failures = 0
        self.last_ok: datetime | None = None
        self.trouble = ""

    async def run(self) -> None:
        """Poll until cancelled; a poll that is cancelled loses nothing."""
        offset: int | None = None
        while True:
            got = await self._source.get_updates(offset, BATCH, self._timeout_s)
            if not isinstance(got, Sequence):
                await self._wait(got)
                continue
            self._failures = 0
            self.last_ok = self._clock.now()
            self.trouble = ""
            # an empty answer confirms what came before; without an offset, ids may then restart anywhere
            offset = await self._keep(got, offset) if got else None

    async def _keep(self, got: Sequence[bytes], offset: int | None) -> int | None:
        try:
            highest = await self._receiver.keep(got)
        except Exception:  # not on disk, so not acknowledged: Telegram keeps them for us
            log.exception("updates_not_kept", updates=len(got))
            self.trouble = "the store takes nothing"
            await self._clock.sleep(1)
            return offset
        for payload in got:
            self._source.answer_press(payload)
        return offset if highest is None else highest + 1

    async def _wait(self, outcome: Outcome) -> None:
        self._failures += 1
        now = self._clock.now()
        until = next_poll(outcome, self._failures, now, self._jitter())
        self.trouble = type(outcome).__name__
        level = log.error if isinstance(outcome, SecondPoller) or self._failures > 3 else log.warning
        level("poll_failed", outcome=self.trouble, failures=self._failures)
        await self._clock.sleep((until - now).total_seconds())


async def stopped(task: asyncio.Task[None]) -> None:
    """Cancel a polling task and wait for it."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
