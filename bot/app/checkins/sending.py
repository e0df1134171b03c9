"""Check-ins: sent by the clock at most once a local date, in the words that fit, answered with one tap."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import assert_never

import structlog

from bot.app.checkins import own_steps
from bot.app.checkins.clocks import Clocks
from bot.app.checkins.plan_wishes import PlanWishes
from bot.app.checkins.plans import Plans
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.failing import Failing
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.everyday import families
from bot.app.oncall.escalations import may_write_first
from bot.app.ports import Clock
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass, Text
from bot.domain.checkins import cadence, checkin
from bot.domain.checkins.cadence import DAY, Kind
from bot.domain.checkins.caring import Caring
from bot.domain.checkins.checkin import Answer, Missed, Plan, Slot, Why
from bot.domain.conversation.words import Answers
from bot.domain.events import (
    CaringSent,
    CheckInAnswered,
    CheckInMissed,
    CheckInSent,
    Code,
)
from bot.domain.messages import Messages
from bot.domain.oncall.handoff import holder_of
from bot.domain.person import Person
from bot.domain.zones import local, moment
from bot.store.checkins import checkins, plans
from bot.store.conversing import events, people, sessions, timers
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs
from bot.store.store import Store

log = structlog.get_logger()

MOST = 100
"""Slots carried out in one tick of a second: what is more urgent waits for no more than these."""
FLOW = "checkin_answer"
HERE = timedelta(minutes=10)
"""Somebody who is in a conversation with us at this moment is not asked how they are."""
_STRAYED = timedelta(days=400)
"""No plan lays a slot further ahead; what lies there was laid while the machine's clock was wrong."""
_HARD: frozenset[str | None] = frozenset({"struggling", "used"})
"""After one of these, a second hard day offers a coach (product design, check-ins)."""
_ANSWERS: Mapping[str, Answer] = {
    "good": "good",
    "up_and_down": "up_and_down",
    "struggling": "struggling",
    "used": "used",
    "talk": "talk",
    "not_now": "not_now",
    "done": "done",
    "not_yet": "not_yet",
}


class CheckIns:
    """Sends slots and keeps the answers. `caring` is what is said when nothing is asked."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messages: Messages,
        conversations: Conversations,
        service: str,
        place: Place,
        caring: Caring,
    ) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._conversations = conversations
        self._service = service
        self._place = place
        self._caring = caring
        self._failing = Failing()
        self.plans = Plans(place)
        self.wishes = PlanWishes(self.plans, self._set_up)
        self.clocks = Clocks(self.plans)

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {**self.wishes.dos(), **self.clocks.dos(), "answer_checkin": self._do_answer}

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {**self.wishes.calls(), **self.clocks.calls()}

    async def _set_up(self, turn: Turn, talk: Talk, known: Answers) -> None:
        await self._conversations.introduce(turn, talk)
        await self._conversations.start(turn, talk, "checkin", known)

    async def answer(self, turn: Turn, said: Answer) -> bool:
        """The turn's person answered their last check-in; False when none was sent."""
        last = await checkins.sent(turn.tx, turn.person.id, 1)
        if not last:
            return False
        checkins.answer(turn.tx, last[0].plan, last[0].on, said, turn.now)
        turn.record(CheckInAnswered(last[0].plan, last[0].on, Code(said)))
        return True

    async def sweep(self, most: int = MOST) -> int:
        """Send or miss slots that are due, at most so many; says how many there were."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            due = await checkins.due(tx, now, most)
        done = 0
        for slot in due:
            which = f"{slot.plan}:{slot.on}"
            try:
                done += await self.carry_out(slot)
                self._failing.done(which)
            except Exception:  # one slot must not hold up the others: it goes behind them
                again = self._failing.failed(which, now)
                log.exception("checkin_failed", plan=slot.plan, again=again.isoformat())
                async with self._store.transaction() as tx:
                    checkins.move(tx, slot, again)
        return done

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When the next slot is due, or None."""
        return await checkins.next_due(tx)

    async def recover(self) -> int:
        """Lay anew what was laid while the machine's clock was far ahead; a slow tick. Says how many."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            found = await checkins.strayed(tx, now + _STRAYED, MOST)
        for which in found:
            async with self._store.transaction() as tx:
                opened = await plans.get(tx, which)
                person = None if opened is None else await people.by_id(tx, opened.person)
                if opened is None or person is None:
                    checkins.withdraw(tx, which, now)
                    continue
                checkins.drop_after(tx, person.id, local(now, opened.plan.zone).date())
                await self.plans.lay(tx, person, opened.plan, now)
        return len(found)

    async def carry_out(self, slot: Slot) -> bool:
        """Send or miss one slot that is due, in a transaction of its own; False when it was not done."""
        async with self._store.transaction() as tx:
            now = self._clock.now()
            opened = await plans.get(tx, slot.plan)
            person = None if opened is None else await people.by_id(tx, opened.person)
            if opened is None or person is None:
                checkins.withdraw(tx, slot.plan, now)
                return True
            plan = checkin.awake(opened.plan, slot.on)
            due = moment(slot.on, plan.at, plan.zone)
            if due > now:  # the zone's rules have changed since it was laid
                checkins.move(tx, slot, due)
                return False
            why = await self._why_not(tx, person, plan, Slot(slot.plan, slot.on, due, slot.kind), now)
            if not await checkins.settle(tx, slot, now, why):
                return False
            if why is None:
                cause = f"slot:{slot.plan}:{slot.on.isoformat()}"
                turn = Turn(tx, now, person, cause, self._messages, send_class=SendClass.NUDGE)
                plan = await self._say(turn, plan, slot)
            else:
                events.record(tx, person.id, CheckInMissed(slot.plan, slot.on, Code(why)), now)
                log.info("checkin_missed", plan=slot.plan, why=why)
            plans.save(tx, plan, opened.window)
            await self._go_on(tx, person, plan, why, now)
            return True

    async def _go_on(
        self, tx: Transaction, person: Person, plan: Plan, why: Why | None, now: datetime
    ) -> None:
        if why == "blocked":
            await self.plans.end(tx, person, "blocked", now)
        elif await plans.get(tx, plan.id) is not None:
            await self.plans.lay(tx, person, plan, now, late=True)

    async def _why_not(
        self, tx: Transaction, person: Person, plan: Plan, slot: Slot, now: datetime
    ) -> Why | None:
        """Why a slot is not sent, None when it is."""
        if not person.reachable or not person.pushes:
            return "blocked"
        if not await may_write_first(tx, person):
            return "unsafe"
        match checkin.decide(slot.due, now, plan.zone, self._place.rules.hours):
            case Missed(why):
                return why
            case "wait" | "send":
                pass
        midnight = moment(slot.on, time(0), plan.zone)
        if await timers.asks_how_it_went(tx, person.id, midnight, midnight + DAY):
            return "other"
        return "talking" if await self._is_here(tx, person, now) else None

    async def _is_here(self, tx: Transaction, person: Person, now: datetime) -> bool:
        """Whether the person is talking with a coach, or with us, at this moment."""
        talking = await handoffs.open_of(tx, person.id) if person.in_handoff else None
        if talking is not None and holder_of(talking.handoff) is not None:
            return True
        return await sessions.moved_since(tx, person.id, now - HERE)

    async def _say(self, turn: Turn, plan: Plan, slot: Slot) -> Plan:
        """Say what this slot is for. Returns the plan as it is afterwards."""
        kind = cadence.said_now(slot.kind, plan.unanswered)
        if kind is Kind.QUESTION and await own_steps.is_over(
            turn.tx, turn.person.id, plan, slot.on, turn.now
        ):
            kind = Kind.STEP
        said = None
        match kind:
            case Kind.QUESTION | Kind.STEP:
                turn.record(CheckInSent(slot.plan, slot.on))
                await self._ask(turn, plan, slot, kind)
            case Kind.CARING:
                turn.record(CaringSent(slot.plan, slot.on))
                said = self._caring.next_for(turn.person.id, await checkins.said_to(turn.tx, turn.person.id))
                if said is not None:
                    words = self._caring.text(said, self._service, turn.person.language)
                    turn.post(Text(words), send_class=SendClass.NUDGE)
            case Kind.GENTLE | Kind.GOODBYE:
                turn.record(CheckInSent(slot.plan, slot.on))
                turn.say(f"checkin_{kind.value}", send_class=SendClass.NUDGE, service=self._service)
            case _:
                assert_never(kind)
        checkins.note_said(turn.tx, slot, kind, said)
        log.info("checkin_sent", plan=slot.plan, kind=kind.value)
        if kind is Kind.GOODBYE:
            await self.plans.end(turn.tx, turn.person, "silent", turn.now)
        return _after(plan, kind)

    async def _ask(self, turn: Turn, plan: Plan, slot: Slot, kind: Kind) -> None:
        more = checkin.next_slot(plan, turn.now, slot.on, self._place.rules.hours) is not None
        known = {
            "kind": kind.value,
            "why": await self._why_hard(turn),
            "measure": "",
            "plan": "more" if more else "last",
        }
        if kind is Kind.QUESTION and await self._offers_measure(turn, plan, slot.on):
            known["measure"] = "due"
        await self.ask_how(turn, known)

    async def ask_how(self, turn: Turn, known: Answers) -> None:
        """The question itself, in the person's conversation; what they were in the middle of is put aside."""
        if await families.asked_for_family(turn):
            known = {**known, "kind": "family_step" if known["kind"] == "step" else "family", "measure": ""}
        talk = await self._conversations.load(turn)
        await self._conversations.interrupt(turn, talk, FLOW, known)
        self._conversations.save(turn, talk)

    async def stand_in(self, turn: Turn) -> None:
        """Something else asks the person today: the plan's own check-in of that date is not sent as well."""
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None:
            return
        today = local(turn.now, opened.plan.zone).date()
        waiting = await checkins.waiting_of(turn.tx, turn.person.id)
        if waiting is not None and waiting[0] == today:
            slot = Slot(opened.plan.id, today, waiting[1])
            await checkins.settle(turn.tx, slot, turn.now, "other")
            await self.plans.lay(turn.tx, turn.person, opened.plan, turn.now)

    async def _why_hard(self, turn: Turn) -> str:
        """`hard_days` when the answer before was a hard one: a second one then offers a coach."""
        before = [one for one in await checkins.sent(turn.tx, turn.person.id, 5) if one.answer != "not_now"]
        answered = [one for one in before if one.answer is not None]
        return "hard_days" if answered and answered[0].answer in _HARD else ""

    async def _offers_measure(self, turn: Turn, plan: Plan, on: date) -> bool:
        offered = await events.last_of_kind(turn.tx, turn.person.id, "measure_offered")
        last = None if offered is None else local(offered, plan.zone).date()
        return checkin.measure_due(plan, on, last)

    async def _do_answer(self, turn: Turn, _: Talk, args: Answers) -> None:
        said = _ANSWERS.get(str(args["answer"]))
        if said is not None:
            await self.answer(turn, said)


def _after(plan: Plan, kind: Kind) -> Plan:
    """The plan with its count of unanswered ones as it stands once this was sent."""
    more = cadence.counts_as_unanswered(kind, plan.unanswered)
    return replace(plan, unanswered=plan.unanswered + more)
