"""Check-ins: agreed to by the person, sent by the clock once a local date, answered with one tap."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversations import Conversations, DoHandler, Talk
from bot.app.escalations import may_write_first
from bot.app.ports import Clock
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain import checkin
from bot.domain.checkin import Answer, Cadence, Ending, Missed, Plan, Slot, Why, Window
from bot.domain.conversation.words import Answers
from bot.domain.events import (
    CheckInAnswered,
    CheckInMissed,
    CheckInPlanned,
    CheckInSent,
    CheckInStopped,
    Code,
)
from bot.domain.handoff import holder_of
from bot.domain.messages import Messages
from bot.domain.outgoing import SendClass
from bot.domain.person import Person
from bot.domain.zones import local, zone_named
from bot.store import checkins, events, handoffs, outbox, people
from bot.store.checkins import OpenPlan
from bot.store.store import Store
from bot.store.transaction import Transaction

log = structlog.get_logger()

MOST = 500
FLOW = "checkin_answer"
_HARD: frozenset[str | None] = frozenset({"struggling", "used"})
"""After one of these, a second hard day offers a coach (product design, check-ins)."""
_ANSWERS: Mapping[str, Answer] = {
    "good": "good",
    "up_and_down": "up_and_down",
    "struggling": "struggling",
    "used": "used",
    "talk": "talk",
}


class CheckIns:
    """Plans and their slots. `service` is its name; its zone is for people whose own is not known."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messages: Messages,
        conversations: Conversations,
        service: str,
        place: Place,
    ) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._conversations = conversations
        self._service = service
        self._place = place

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            "set_checkin": self._do_set,
            "stop_checkins": self._do_stop,
            "answer_checkin": self._do_answer,
        }

    async def agree(
        self, turn: Turn, window: Window, *, zone: ZoneInfo | None = None, cadence: Cadence = Cadence.ONCE
    ) -> Slot | None:
        """The turn's person wants to be asked, from tomorrow on; a plan they had is replaced.

        `zone` when they said where they are; their own or the service's otherwise. Returns the first slot.
        """
        who = turn.person
        if zone is not None:
            people.set_place(turn.tx, who.id, country=who.country, nation=who.nation, zone=zone.key)
        people.confirm_zone(turn.tx, who.id)
        people.set_pushes(turn.tx, who.id, True)
        there = zone or zone_named(who.zone) or self._place.zone
        await self._end(turn.tx, who, "changed", turn.now)
        today = local(turn.now, there).date()
        new = await checkins.add_plan(
            turn.tx, who.id, cadence=cadence, window=window, zone=there, began=today, now=turn.now
        )
        plan = Plan(new, cadence, checkin.time_in(window, new, self._place.rules.hours), there, today)
        checkins.set_time(turn.tx, new, plan.at)
        turn.record(CheckInPlanned(new, Code(window.value), Code(cadence.value)))
        log.info("checkin_planned", plan=new, window=window.value, cadence=cadence.value)
        return await self._next(turn.tx, who, plan, turn.now)

    async def stop(self, turn: Turn, why: Ending = "stopped") -> bool:
        """No more check-ins for the turn's person; what waits or is still unsent is taken back."""
        outbox.withdraw(turn.tx, turn.person.id, SendClass.NUDGE, turn.now)
        return await self._end(turn.tx, turn.person, why, turn.now)

    async def answer(self, turn: Turn, said: Answer) -> bool:
        """The turn's person answered their last check-in; False when none was sent."""
        last = await checkins.sent(turn.tx, turn.person.id, 1)
        if not last:
            return False
        checkins.answer(turn.tx, last[0].plan, last[0].on, said, turn.now)
        checkins.set_unanswered(turn.tx, last[0].plan, 0)
        turn.record(CheckInAnswered(last[0].plan, last[0].on, Code(said)))
        return True

    async def change_zone(self, turn: Turn, zone: ZoneInfo) -> Slot | None:
        """The person is somewhere else: the plan follows, tomorrow if today already had its check-in."""
        opened = await checkins.open_of(turn.tx, turn.person.id)
        if opened is None or opened.plan.zone.key == zone.key:
            return None
        checkins.withdraw(turn.tx, opened.plan.id, turn.now)
        checkins.set_zone(turn.tx, opened.plan.id, zone)
        was = opened.plan
        plan = Plan(was.id, was.cadence, was.at, zone, was.began_on)
        return await self._next(turn.tx, turn.person, plan, turn.now)

    async def sweep(self) -> int:
        """Send or miss every slot that is due; says how many there were."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            due = await checkins.due(tx, now, MOST)
        for slot in due:
            try:
                await self._due(slot)
            except Exception:  # one slot must not hold up the others; it is tried again at the next tick
                log.exception("checkin_failed", plan=slot.plan)
        return len(due)

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When the next slot is due, or None."""
        return await checkins.next_due(tx)

    async def _due(self, slot: Slot) -> None:
        async with self._store.transaction() as tx:
            now = self._clock.now()
            opened = await checkins.get(tx, slot.plan)
            person = None if opened is None else await people.by_id(tx, opened.person)
            if opened is None or person is None:
                checkins.withdraw(tx, slot.plan, now)
                return
            why = await self._why_not(tx, person, opened.plan, slot, now)
            if why == "wait" or not await checkins.settle(tx, slot, now, why):
                return
            turn = Turn(
                tx,
                now,
                person,
                f"slot:{slot.plan}:{slot.on.isoformat()}",
                self._messages,
                send_class=SendClass.NUDGE,
            )
            if why is None:
                await self._ask(turn, opened, slot)
            else:
                turn.record(CheckInMissed(slot.plan, slot.on, Code(why)))
                log.info("checkin_missed", plan=slot.plan, why=why)
            if why == "blocked":
                await self._end(tx, person, "blocked", now)
            elif await checkins.get(tx, slot.plan) is not None:
                await self._next(tx, person, opened.plan, now)

    async def _why_not(
        self, tx: Transaction, person: Person, plan: Plan, slot: Slot, now: datetime
    ) -> Why | Literal["wait"] | None:
        """Why a slot is not sent, "wait" when its time has not come, None when it is to be sent."""
        if not person.reachable or not person.pushes:
            return "blocked"
        if not await may_write_first(tx, person):
            return "unsafe"
        match checkin.decide(slot.due, now, plan.zone, self._place.rules.hours):
            case Missed(why):
                return why
            case "wait":
                return "wait"
            case "send":
                talking = await handoffs.open_of(tx, person.id)
                return "talking" if talking is not None and holder_of(talking.handoff) is not None else None

    async def _ask(self, turn: Turn, opened: OpenPlan, slot: Slot) -> None:
        turn.record(CheckInSent(slot.plan, slot.on))
        log.info("checkin_sent", plan=slot.plan)
        if checkin.falls_silent(opened.unanswered):
            turn.say("checkin_silent", send_class=SendClass.NUDGE, service=self._service)
            await self._end(turn.tx, turn.person, "silent", turn.now)
            return
        checkins.set_unanswered(turn.tx, slot.plan, opened.unanswered + 1)
        before = await checkins.sent(turn.tx, turn.person.id, 2)
        hard = len(before) > 1 and before[1].answer in _HARD
        known: Answers = {"why": "hard_days" if hard else ""}
        talk = await self._conversations.load(turn)
        await self._conversations.interrupt(turn, talk, FLOW, known)
        self._conversations.save(turn, talk)

    async def _next(self, tx: Transaction, who: Person, plan: Plan, now: datetime) -> Slot | None:
        """Lay down the next slot; a plan with none left has come to its own end."""
        had = await checkins.last_had(tx, who.id)
        slot = checkin.next_slot(plan, now, had, self._place.rules.hours)
        if slot is None:
            await self._end(tx, who, "done", now)
        else:
            checkins.add_slot(tx, who.id, slot)
        return slot

    async def _end(self, tx: Transaction, who: Person, why: Ending, now: datetime) -> bool:
        opened = await checkins.open_of(tx, who.id)
        if opened is None or not await checkins.end(tx, opened.plan.id, why, now):
            return False
        events.record(tx, who.id, CheckInStopped(opened.plan.id, Code(why)), now)
        return True

    async def _do_set(self, turn: Turn, _: Talk, args: Answers) -> None:
        try:
            window = Window(str(args["window"]))
        except ValueError:
            await self.stop(turn)
            return
        await self.agree(turn, window, zone=zone_named(str(args.get("zone") or "")))

    async def _do_stop(self, turn: Turn, _: Talk, __: Answers) -> None:
        await self.stop(turn)

    async def _do_answer(self, turn: Turn, _: Talk, args: Answers) -> None:
        said = _ANSWERS.get(str(args["answer"]))
        if said is not None:
            await self.answer(turn, said)
