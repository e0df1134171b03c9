"""A service that fails at every start keeps what comes in, and answers with the lines to ring."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.app.conversing.lanes import Handle
from bot.app.conversing.receiving import CHANNEL
from bot.app.operators import tell_coordinators
from bot.app.ports import Clock
from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.messages import Messages
from bot.store.conversing import inbox, outbox, people
from bot.store.conversing.inbox import Waiting
from bot.store.conversing.outbox import Queued
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.transaction import Transaction
from bot.store.keeping import boots
from bot.store.keeping.boots import Boot
from bot.store.keeping.vault import SERVICE
from bot.store.store import Store

log = structlog.get_logger()

LOOP = 3
"""So many starts in a row that failed by themselves make a crash loop (durability design)."""
LIVED = timedelta(minutes=10)
"""A start that lived so long was not part of a loop, even if nobody wrote: quiet services fail too."""


class Boots:
    """Notes how this start goes. A kill leaves "begun", which counts as neither a failure nor a good end."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._boot = Boot(0, "begun")

    @property
    def error(self) -> str:
        """The type of the exception that ended the last start that failed, or ""."""
        return self._boot.error

    async def begin(self, now: datetime) -> bool:
        """Note the start, before any work; True when it should be a start in safe mode."""
        async with self._store.transaction() as tx:
            self._boot = boots.begun(await boots.last(tx), now)
            boots.put(tx, self._boot)
        safe_mode = self._boot.failures >= LOOP
        if safe_mode:
            log.error("safe_mode", failures=self._boot.failures)
        return safe_mode

    async def first_turn(self) -> None:
        """A turn was committed: this start works."""
        if self._boot.state == "begun":
            await self._put(replace(self._boot, state="worked", failures=0))

    async def failed(self, now: datetime, error_type: str) -> None:
        """The process is about to end by an exception of this type."""
        lived = now - from_ms(self._boot.at_ms) >= LIVED
        if self._boot.state != "begun":
            return
        if lived:
            await self._put(replace(self._boot, state="worked", failures=0))
        else:
            failures = self._boot.failures + 1
            await self._put(replace(self._boot, state="failed", failures=failures, error=error_type))

    async def ended(self) -> None:
        """The process ends in good order, as when an operator stops it: the next start is an ordinary one."""
        await self._put(replace(self._boot, state="ended", failures=0))

    def noting(self, handle: Handle) -> Handle:
        """The same handler of a lane, which also notes the first turn."""

        async def noted(rows: Sequence[Waiting]) -> int:
            done = await handle(rows)
            await self.first_turn()
            return done

        return noted

    async def _put(self, boot: Boot) -> None:
        self._boot = boot
        async with self._store.transaction() as tx:
            boots.put(tx, boot)


def error_type(wrong: BaseException) -> str:
    """The type to note for an exception; of a group of them, the first one's."""
    while isinstance(wrong, BaseExceptionGroup):
        wrong = wrong.exceptions[0]
    return type(wrong).__name__


class SafeTurns:
    """In place of turns: every update is answered with the lines to ring, and kept for the next good start.

    Kept means that it stays new in the inbox: the next ordinary start handles it, late, and says sorry.
    """

    def __init__(self, store: Store, clock: Clock, messages: Messages, numbers: Mapping[str, str]) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._numbers = numbers

    async def handle(self, rows: Sequence[Waiting]) -> int:
        """Answer a lane's updates; the same update is answered once, however often safe mode starts."""
        reply = Text(self._messages.text("safety_line", **self._numbers))
        async with self._store.transaction() as tx:
            for row in rows:
                if row.lane > 0:  # groups and channels are not written to
                    post = Post(inbox.lane_chat(row), reply, f"safe:{row.id}", SendClass.DANGER)
                    outbox.add(tx, SERVICE, post, self._clock.now())
        return len(rows)

    async def failed(self, row: Waiting, wrong: Exception) -> bool:
        """Leave it in the inbox, uncounted: it is not the update's fault."""
        log.error("safe_turn_failed", inbox=row.id, error=type(wrong).__name__)
        return False

    async def unreachable(self, tx: Transaction, item: Queued, _: str) -> None:
        """Telegram refused `item` for good: that much is noted, so that nobody writes there again."""
        people.set_reachable(tx, CHANNEL, item.chat, False)

    async def unsaid(self, _: Transaction, item: Queued) -> bool:
        """What the clock wants to say waits for the next good start, which judges whether it is too late."""
        return item.send_class is SendClass.NUDGE

    async def alarm(self, error_type: str = "") -> None:
        """Tell every coordinator, once a start."""
        now = self._clock.now()
        what = f"safe mode, after {LOOP} starts that failed" + (f" ({error_type})" if error_type else "")
        async with self._store.transaction() as tx:
            key = f"safe_mode:{to_ms(now)}"
            await tell_coordinators(tx, self._messages, now, key, "operator_trouble", what=what)
