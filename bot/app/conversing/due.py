"""What has come due: rows whose time is up, each carried out in a transaction of its own."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bot.app.checkins.follow_ups import TOO_LATE
from bot.app.conversing.carrying import STEP_TIMER
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.failing import Failing
from bot.app.oncall.escalations import may_write_first
from bot.app.ports import Clock
from bot.app.turn import Turn
from bot.domain.conversation.moves import TimedOut
from bot.domain.messages import Messages
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.store import Store, in_trouble

log = structlog.get_logger()

MOST = 200

TimerHandler = Callable[[Turn, Timer], Awaitable[None]]


Sweep = Callable[[], Awaitable[int]]
"""Carries out what is due of one kind (slots, escalation steps); says how much there was."""
NextDue = Callable[[Transaction], Awaitable[datetime | None]]


class Due:
    """The tick: timers of people's steps, and the sweeps of other kinds."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        conversations: Conversations,
        messages: Messages,
        handlers: Mapping[str, TimerHandler],
        sweeps: tuple[Sweep, ...] = (),
        next_dues: tuple[NextDue, ...] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._conversations = conversations
        self._messages = messages
        self._handlers = {STEP_TIMER: self._step, **handlers}
        self._sweeps = sweeps
        self._next_dues = next_dues
        self._failing = Failing()

    async def tick(self) -> int:
        """Carry out all that is due now; returns how much there was.

        Raises at the end what a sweep raised, and at once what troubles the store.
        """
        done = 0
        failed: list[Exception] = []
        for sweep in self._sweeps:
            try:
                done += await sweep()
            except Exception as wrong:  # noqa: BLE001 - raised below: one kind holds up no other
                failed.append(wrong)
        done += await self._timers()
        if len(failed) > 1:
            raise ExceptionGroup(f"{len(failed)} kinds", failed)
        if failed:
            raise failed[0]
        return done

    async def _timers(self) -> int:
        done = 0
        now = self._clock.now()
        async with self._store.reading() as tx:
            due = await timers.due(tx, now, MOST + len(self._failing))
        for timer in due:
            if self._failing.rests(timer.key, now):
                continue
            try:
                done += await self._fire(timer)
                self._failing.done(timer.key)
            except Exception as wrong:  # one row must not hold up the others: it waits longer each time
                if in_trouble(wrong):  # the store, and not the row: all of them wait for the next tick
                    raise
                again = self._failing.failed(timer.key, now)
                log.exception("timer_failed", kind=timer.kind, again=again.isoformat())
        return done

    async def next_due(self) -> datetime | None:
        """When the next row of any kind comes due, or None."""
        async with self._store.reading() as tx:
            found = [await timers.next_due(tx)]
            found += [await next_due(tx) for next_due in self._next_dues]
        return min((at for at in found if at is not None), default=None)

    async def _fire(self, timer: Timer) -> bool:
        async with self._store.transaction() as tx:
            if not await timers.drop(tx, timer.key):
                return False
            person = await people.by_id(tx, timer.person)
            if person is None or not person.reachable:
                return True
            cause = f"timer:{timer.key}:{timer.seq}:{to_ms(timer.due)}"  # a key comes again, a moment never
            turn = Turn(tx, self._clock.now(), person, cause, self._messages)
            handler = self._handlers.get(timer.kind)
            if handler is None:
                log.error("timer_of_unknown_kind", kind=timer.kind)
            else:
                await handler(turn, timer)
        return True

    async def _step(self, turn: Turn, timer: Timer) -> None:
        if not await may_write_first(turn.tx, turn.person):
            return  # the conversation goes on when they write
        talk = await self._conversations.load(turn)
        if turn.now - timer.due > TOO_LATE and not self._conversations.standing.in_danger(talk):
            return  # nor hours later, when the service was down: only danger is still asked after
        await self._conversations.event(turn, talk, TimedOut(timer.seq))
        self._conversations.save(turn, talk)
