"""What the clock began and could not leave in time is not said any more (durability design, "Time").

A check-in waits in the outbox while the machine sleeps, the service is down or Telegram is: whether it is
still its hour is asked again at the moment at which it would leave.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.checkins import appointments, follow_ups
from bot.app.checkins import sending as checkins
from bot.app.conversing.carrying import STEP_TIMER
from bot.app.conversing.conversations import Conversations
from bot.app.directory import group_reminders
from bot.app.ports import Clock
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.checkins import cadence
from bot.domain.checkins.checkin import Why
from bot.domain.events import CheckInMissed, Code
from bot.domain.ids import PlanId
from bot.domain.messages import Messages
from bot.domain.zones import is_quiet, zone_named
from bot.store.checkins import checkins as slots
from bot.store.checkins import plans
from bot.store.conversing import outbox, people
from bot.store.conversing.outbox import Queued
from bot.store.engine.columns import from_ms
from bot.store.engine.transaction import Transaction

log = structlog.get_logger()

FRESH = timedelta(minutes=1)
"""What was queued a moment ago was judged a moment ago."""
_SOONER: Mapping[str, timedelta] = {
    STEP_TIMER: follow_ups.TOO_LATE,
    follow_ups.FOLLOW_UP: follow_ups.TOO_LATE,
    group_reminders.REMINDER: timedelta(minutes=30),
}
"""How late each kind may be, where it is less than a check-in may: afterwards it would be wrong."""
_FLOWS = (checkins.FLOW, follow_ups.FOLLOW_UP, appointments.FLOW)


class TooLate:
    """Judges what the clock began once more. `place` has the service's zone and the hours."""

    def __init__(self, clock: Clock, messages: Messages, place: Place, conversations: Conversations) -> None:
        self._clock = clock
        self._messages = messages
        self._place = place
        self._conversations = conversations

    async def unsaid(self, tx: Transaction, item: Queued) -> bool:
        """Whether what the clock began is too late by now; then it is settled, and its check-in was missed.

        Danger is never too late; nor is an answer, which the person waits for.
        """
        now = self._clock.now()
        if now - item.created_at < FRESH or not _by_the_clock(item):
            return False
        person = await people.by_id(tx, item.person)
        zone = zone_named(person.zone) if person is not None else None
        began = item.key.split(":")
        why = self._why(await _due(tx, began, item.created_at), now, began[1], zone or self._place.zone)
        if why is None:
            return False
        outbox.settle(tx, item, "missed", now, reason=why)
        if person is not None:
            turn = Turn(tx, now, person, f"unsaid:{item.id}", self._messages)
            await self._conversations.unsay(turn, _FLOWS, item.created_at)
            if began[0] == "slot":
                await _missed(turn, PlanId(int(began[1])), date.fromisoformat(began[2]), why)
        log.info("nudge_unsaid", outbox=item.id, why=why)
        return True

    def _why(self, due: datetime, now: datetime, kind: str, zone: ZoneInfo) -> Why | None:
        hours = self._place.rules.hours
        if now - due > _SOONER.get(kind, hours.late):
            return "late"
        asked_for_then = is_quiet(due, zone, hours.quiet)
        return "quiet" if is_quiet(now, zone, hours.quiet) and not asked_for_then else None


def _by_the_clock(item: Queued) -> bool:
    of_a_step = item.send_class is SendClass.REPLY and item.key.startswith(f"timer:{STEP_TIMER}:")
    return of_a_step or item.send_class is SendClass.NUDGE


async def _due(tx: Transaction, began: list[str], queued: datetime) -> datetime:
    """When it was to be sent, as its key says: `slot:PLAN:DATE:…` or `timer:KIND:…:SEQ:MILLISECONDS:N`."""
    match began:
        case ["slot", plan, on, *_]:
            return await slots.due_of(tx, PlanId(int(plan)), date.fromisoformat(on)) or queued
        case ["timer", *_, ms, _]:
            return from_ms(int(ms))
        case _:
            return queued


async def _missed(turn: Turn, which: PlanId, on: date, why: Why) -> None:
    """The slot was missed after all; silence to what nobody read is no silence."""
    kind = await slots.unsend(turn.tx, which, on, why)
    opened = await plans.get(turn.tx, which)
    if kind is None:
        return
    turn.record(CheckInMissed(which, on, Code(why)))
    if opened is not None and opened.plan.unanswered:
        was = opened.plan.unanswered - 1
        unread = cadence.counts_as_unanswered(kind, was)
        plans.save(turn.tx, replace(opened.plan, unanswered=was + (not unread)), opened.window)
