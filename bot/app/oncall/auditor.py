"""Looks after the clock of the handoffs from beside it, and gives a monitor outside a sign of life."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.app.operators import tell_coordinators
from bot.app.ports import Clock
from bot.domain.alias import alias
from bot.domain.ids import DangerId, HandoffId, PersonId
from bot.domain.keeping.pulse import STEP_LATE, Pulse, ails
from bot.domain.messages import Messages
from bot.domain.spans import in_words
from bot.store.conversing import inbox
from bot.store.danger import dangers
from bot.store.engine import condition
from bot.store.engine.transaction import Transaction
from bot.store.keeping.heartbeat import Beat
from bot.store.oncall import escalations, handoffs
from bot.store.store import Store

log = structlog.get_logger()

LOOK_S = 15
MOST = 50

Ping = Callable[[], Awaitable[bool]]
"""Gives the monitor outside its sign of life; False when it could not be reached."""


@dataclass(frozen=True, slots=True)
class _Late:
    """What should have happened: a step (`what` tells one from another) of somebody's handoff or danger."""

    what: str
    who: PersonId
    due: datetime


class Auditor:
    """Two ticks that trust nothing but the rows. `beat` says how receiving and sending stand.

    What came due while the service was down is late by nobody's fault: it counts from the first look on.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messages: Messages,
        beat: Callable[[], Beat],
        ping: Ping,
    ) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._beat = beat
        self._ping = ping
        self._since = clock.now()

    async def look(self) -> int:
        """Page coordinators for each step that is a minute late, once; says how many are."""
        now = self._clock.now()
        if now - self._since <= STEP_LATE:
            return 0
        async with self._store.reading() as tx:
            late = await self._late(tx, now)
        for one in late:
            async with self._store.transaction() as tx:
                late_by = in_words(self._messages, now - one.due)
                key = f"late:{one.what}:{one.due.timestamp():.0f}"
                name = "coordinator_step_late"
                await tell_coordinators(
                    tx, self._messages, now, key, name, alias=alias(one.who), late=late_by
                )
            log.error("step_late", what=one.what)
        return len(late)

    async def sign_of_life(self) -> bool:
        """Ping the monitor while all is well; keep silent, so that it calls for help, while it is not."""
        found = ails(await self.pulse())
        if found:
            log.error("no_sign_of_life", ails=",".join(found))
            return False
        reached = await self._ping()
        if not reached:
            log.warning("monitor_not_reached")
        return reached

    async def pulse(self) -> Pulse:
        """How the service stands, read from the rows at this moment."""
        now, beat = self._clock.now(), self._beat()
        async with self._store.reading() as tx:
            waiting, overdue = await inbox.oldest_waiting(tx), await condition.overdue_since(tx)
            due = [one.due for one in await self._late(tx, now)]
        return Pulse(
            now - (beat.heard_at or self._since),
            None if waiting is None else now - waiting,
            None if overdue is None else now - overdue,
            None if not due else now - min(due),
            beat.sending,
        )

    async def _late(self, tx: Transaction, now: datetime) -> list[_Late]:
        found: list[_Late] = []
        for due in await escalations.due(tx, now - STEP_LATE, MOST):
            who = await _whose(tx, due)
            if who is not None:
                found.append(_Late(f"{due.subject}:{due.id}:{due.step.no}", who, due.step.due))
        for which in await handoffs.silent(tx, now - STEP_LATE, MOST):
            stored = await handoffs.get(tx, which)
            if stored is not None and stored.look_at is not None:
                found.append(_Late(f"silence:{which}", stored.handoff.ask.person, stored.look_at))
        return found


async def _whose(tx: Transaction, due: escalations.DueStep) -> PersonId | None:
    if due.subject == "handoff":
        stored = await handoffs.get(tx, HandoffId(due.id))
        return None if stored is None else stored.handoff.ask.person
    row = await dangers.get(tx, DangerId(due.id))
    return None if row is None else PersonId(row["person_id"])
