"""Carries out what has come due on the on-call side: escalation steps, pages, silences."""

from datetime import datetime

import structlog

from bot.app.danger.paging import Paging
from bot.app.oncall.handoffs import Handoffs
from bot.app.ports import Clock
from bot.app.turn import Turn
from bot.domain.ids import DangerId, HandoffId, PersonId
from bot.domain.messages import Messages
from bot.store.conversing import people
from bot.store.danger import dangers
from bot.store.engine.transaction import Transaction
from bot.store.oncall import escalations, handoffs
from bot.store.oncall.escalations import DueStep
from bot.store.store import Store

log = structlog.get_logger()

MOST = 200


class Watch:
    """The tick's on-call part. Each row is carried out in a transaction of its own."""

    def __init__(
        self, store: Store, clock: Clock, messages: Messages, on_call: Handoffs, paging: Paging
    ) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._on_call = on_call
        self._paging = paging

    async def sweep(self) -> int:
        """Carry out every step and silence that is due; says how many there were."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            steps = await escalations.due(tx, now, MOST)
            silent = await handoffs.silent(tx, now, MOST)
        for step in steps:
            try:
                await self._step(step)
            except Exception:  # one row must not hold up the others; it is tried again at the next tick
                log.exception("step_failed", subject=step.subject, id=step.id, no=step.step.no)
        for which in silent:
            try:
                await self._silence(which)
            except Exception:  # as above
                log.exception("silence_failed", handoff=which)
        return len(steps) + len(silent)

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When the next of them is due, or None."""
        found = [await escalations.next_due(tx), await handoffs.next_look(tx)]
        return min((at for at in found if at is not None), default=None)

    async def _step(self, due: DueStep) -> None:
        async with self._store.transaction() as tx:
            turn = await self._turn(
                tx, await self._whose(tx, due), f"step:{due.subject}:{due.id}:{due.step.no}"
            )
            if turn is None:
                escalations.stop(tx, due.subject, due.id, self._clock.now())
            elif due.subject == "handoff":
                await self._on_call.escalation.run(turn, HandoffId(due.id), due.step)
            else:
                await self._paging.run(turn, DangerId(due.id), due.step)

    async def _silence(self, which: HandoffId) -> None:
        async with self._store.transaction() as tx:
            stored = await handoffs.get(tx, which)
            if stored is None:
                return
            cause = f"silence:{which}:{stored.version}"
            turn = await self._turn(tx, stored.handoff.ask.person, cause)
            if turn is not None:
                await self._on_call.silence(turn, which)

    async def _whose(self, tx: Transaction, due: DueStep) -> PersonId | None:
        if due.subject == "handoff":
            stored = await handoffs.get(tx, HandoffId(due.id))
            return None if stored is None else stored.handoff.ask.person
        row = await dangers.get(tx, DangerId(due.id))
        return None if row is None else PersonId(row["person_id"])

    async def _turn(self, tx: Transaction, who: PersonId | None, cause: str) -> Turn | None:
        person = None if who is None else await people.by_id(tx, who)
        return None if person is None else Turn(tx, self._clock.now(), person, cause, self._messages)
