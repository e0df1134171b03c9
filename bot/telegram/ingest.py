"""Polling: updates are committed before the offset moves, and no failure ends it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.app.conversing.receiving import Receiver
from bot.app.ports import Clock
from bot.domain.channel.delivery import NotSentYet, Outcome, SecondPoller, UnknownOutcome, next_poll
from bot.store.conversing.inbox import Raw
from bot.telegram.client import CallFailed, Telegram
from bot.telegram.raw import RawUpdate

log = structlog.get_logger()

BATCH = 100
MOST_ANSWERS = 32
NO_ANSWER = frozenset({UnknownOutcome.__name__, NotSentYet.__name__})


class Poller:
    """Asks Telegram for updates until stopped."""

    def __init__(
        self,
        telegram: Telegram,
        receiver: Receiver,
        clock: Clock,
        timeout_s: int,
        jitter: Callable[[], float],
    ) -> None:
        self._telegram = telegram
        self._receiver = receiver
        self._clock = clock
        self._timeout_s = timeout_s
        self._jitter = jitter
        self._failures = 0
        self._answering: set[asyncio.Task[object]] = set()
        self.asked = asyncio.Event()
        """Set with the first poll, whatever comes of it."""
        self.last_ok: datetime | None = None
        """When Telegram last answered a poll, and what it brought was kept."""
        self.trouble = ""
        """What the last poll came to, for doctor; empty while all is well."""

    async def run(self) -> None:
        """Poll until cancelled; a poll that is cancelled loses nothing."""
        offset: int | None = None
        while True:
            self.asked.set()
            try:
                # the first answer is not waited for: doctor and the operator see at once that it works
                timeout_s = 0 if self.last_ok is None else self._timeout_s
                got = await self._telegram.get_updates(offset, BATCH, timeout_s)
            except CallFailed as failed:
                await self._wait(failed.outcome)
                continue
            self._failures = 0
            self.trouble = ""
            # an empty answer confirms what came before; without an offset, ids may then restart anywhere
            offset = await self._keep(got, offset) if got else None
            if not self.trouble:
                self.last_ok = self._clock.now()

    async def _keep(self, got: Sequence[RawUpdate], offset: int | None) -> int | None:
        # "allows you to restore the correct update sequence, should they get out of order" (Bot API, Update);
        # ids restart after a quiet week only, and then nothing older waits
        got = sorted(got, key=lambda update: update.id)
        try:
            await self._receiver.keep([as_raw(update) for update in got])
        except Exception:  # not on disk, so not acknowledged: Telegram keeps them for us
            log.exception("updates_not_kept", updates=len(got))
            self.trouble = "the store takes nothing"
            await self._clock.sleep(1)
            return offset
        for update in got:
            if update.press is not None:
                self._stop_spinning(update.press)
        return got[-1].id + 1

    def _stop_spinning(self, press: str) -> None:
        """Beside everything else: nothing waits for it, and nothing is lost with it."""
        if len(self._answering) < MOST_ANSWERS:
            task: asyncio.Task[object] = asyncio.create_task(self._telegram.answer_press(press))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    @property
    def unanswered(self) -> bool:
        """Whether Telegram gives this program no answer that can be read, to anything."""
        return self.trouble in NO_ANSWER

    async def _wait(self, outcome: Outcome) -> None:
        self._failures += 1
        now = self._clock.now()
        until = next_poll(outcome, self._failures, now, self._jitter())
        self.trouble = type(outcome).__name__
        level = log.error if isinstance(outcome, SecondPoller) or self._failures > 3 else log.warning
        level("poll_failed", outcome=self.trouble, failures=self._failures)
        await self._clock.sleep((until - now).total_seconds())


def as_raw(update: RawUpdate) -> Raw:
    """The update as the inbox keeps it; lane 0 for one that names no chat."""
    return Raw(update.id, update.lane or 0, update.raw)
