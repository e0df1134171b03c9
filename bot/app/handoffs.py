"""A person asks for somebody, a coach accepts, either ends it: each in the transaction of its turn."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

import structlog

from bot.app.conversations import STEP_TIMER, CallHandler, Conversations, DoHandler, Talk
from bot.app.escalations import Escalation, Transition, may_write_first
from bot.app.fitting import narrowed, take_wishes
from bot.app.roster import roster
from bot.app.rules import Place
from bot.app.summaries import Summaries
from bot.app.turn import Turn
from bot.app.turns import Handler
from bot.domain import handoff
from bot.domain.age import needs_young_people_grant, tells_safety_lead
from bot.domain.alias import alias
from bot.domain.conversation.moves import Returned, Start
from bot.domain.conversation.words import Answers
from bot.domain.duty import is_free, may_take
from bot.domain.escalation import Action
from bot.domain.events import Code, ConsentGiven, HandoffAsked, Scope
from bot.domain.fit import Wanted
from bot.domain.handoff import (
    Ask,
    Change,
    Claimed,
    ClearCoachChat,
    Closed,
    Effect,
    NextStep,
    Record,
    Refusal,
    ShowSummary,
    StartSteps,
    StopSteps,
    TellCoach,
    TellPerson,
    Topic,
    WithdrawAlerts,
)
from bot.domain.ids import HandoffId, PersonId
from bot.domain.outgoing import Redraw, Remove, SendClass
from bot.domain.person import Age, Person
from bot.store import escalations, fits, handoffs, message_map, people, timers
from bot.store.handoffs import Stored
from bot.store.timers import Timer

log = structlog.get_logger()

CLEAR = "clear_coach_chat"
CLEAR_AGAIN = timedelta(minutes=2)
"""Lines that were still on their way when a talk ended are deleted so long after."""
WORDING = "2026-11"
_RACES = 5
_DELETE_AT_ONCE = 100
_TOPICS: Mapping[str, Topic] = {
    "alcohol": "alcohol",
    "drugs": "drugs",
    "urge": "urge",
    "slip": "slip",
    "someone_else": "someone_else",
    "danger": "danger",
}
_SCOPES: Mapping[str, Scope] = {"everything": "everything", "today": "today"}


class Handoffs:
    """The life of handoffs. `place` is the service's zone and the numbers it knows."""

    def __init__(self, place: Place, conversations: Conversations, summaries: Summaries) -> None:
        self._place = place
        self._conversations = conversations
        self._summaries = summaries
        self.escalation = Escalation(place, self.go)

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"handoff": self._do_handoff, "cancel_handoff": self._do_cancel}

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"on_shift": self._on_shift, "talk_state": self._talk_state, "age_known": self._age_known}

    def presses(self) -> Mapping[str, Handler]:
        """Buttons under alerts, and under the honest words to the person."""
        return {
            "handoff_accept": self._pressed_accept,
            "handoff_decline": self._pressed_decline,
            "waiting": self._pressed_waiting,
        }

    async def request(
        self, turn: Turn, *, share: str, topic: str = "", urgent: bool = False, wanted: Wanted = fits.ANYONE
    ) -> HandoffId | None:
        """Ask for a person, of those who are `wanted`; with one open already, that one stays the one.

        Its id, None if it was lost.
        """
        scope = _SCOPES.get(share, "nothing")
        known = _TOPICS.get(topic, "talk")
        who = turn.person
        opened = await handoffs.open_of(turn.tx, who.id)
        if opened is None:
            new = await handoffs.add(turn.tx, who.id, topic=known, scope=scope, urgent=urgent, now=turn.now)
            if new is not None:
                ask = Ask(new, who.id, turn.now, known, scope, urgent)
                if wanted.wishes and not urgent:
                    fits.put(turn.tx, new, who.id, wanted)
                turn.record(ConsentGiven(Code(f"share_{scope}"), new))
                people.consented(turn.tx, who.id, f"share_{scope}", WORDING, turn.now)
                await self._carry_out(turn, handoff.request(None, ask))
                log.info("handoff_asked", handoff=new, topic=known)
                if tells_safety_lead(who.age):
                    await self._tell_lead(turn, ask)
                return new
            opened = await handoffs.open_of(turn.tx, who.id)
        if opened is None or isinstance(opened.handoff, Closed):
            return None
        await self._carry_out(turn, handoff.request(opened.handoff, opened.handoff.ask))
        return opened.handoff.ask.id

    async def meet(self, turn: Turn, person: Person) -> bool:
        """A talk that the turn's coach and this person have planned begins: nobody else is asked.

        False when the person has a request open, or the coach is in a talk.
        """
        if await handoffs.held_by(turn.tx, turn.person.id):
            return False
        new = await handoffs.add(
            turn.tx, person.id, topic="talk", scope="nothing", urgent=False, now=turn.now
        )
        if new is None:
            return False
        turn.record(HandoffAsked(new, Code("talk"), "nothing"), person.id)
        coach = turn.person.id
        result = await self.go(turn, new, lambda state: handoff.accept(state, coach, turn.now))
        return not isinstance(result, Refusal)

    async def accept(self, turn: Turn, which: HandoffId) -> bool:
        """The turn's coach takes it, if they may and nobody was faster. Everyone else sees "taken"."""
        stored = await handoffs.get(turn.tx, which)
        if stored is None or not await self._may_accept(turn, stored):
            return False
        result = await self.go(turn, which, lambda state: handoff.accept(state, turn.person.id, turn.now))
        if isinstance(result, Refusal):
            self._refuse(turn, result, stored.handoff.ask)
            return False
        if result.effects:
            log.info("handoff_accepted", handoff=which, coach=turn.person.id)
        return True

    async def decline(self, turn: Turn, which: HandoffId) -> None:
        """The turn's coach says "not me"; when nobody alerted is left, the next are alerted at once."""
        coach = turn.person.id
        result = await self.go(turn, which, lambda state: handoff.decline(state, coach))
        stored = await handoffs.get(turn.tx, which)
        if stored is None:
            return
        if isinstance(result, Refusal):
            self._refuse(turn, result, stored.handoff.ask)
            return
        text = turn.messages.text("alert_declined", alias=alias(stored.handoff.ask.person))
        await self._redraw_alerts(turn, which, [coach], text)

    async def pass_on(self, turn: Turn, which: HandoffId) -> bool:
        """The turn's coach gives the talk back; the others are alerted at once."""
        coach = turn.person.id
        result = await self.go(turn, which, lambda state: handoff.pass_on(state, coach))
        return not isinstance(result, Refusal)

    async def end_by_coach(self, turn: Turn, which: HandoffId) -> bool:
        """The turn's coach ends the talk."""
        coach = turn.person.id
        result = await self.go(turn, which, lambda state: handoff.end_by_coach(state, coach, turn.now))
        return not isinstance(result, Refusal)

    async def end_by_person(
        self, turn: Turn, talk: Talk | None, *, silently: bool = False, erased: bool = False
    ) -> bool:
        """The turn's person ends the talk or the waiting. `silently` when a flow has the words for it."""
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            return False
        result = await self.go(
            turn,
            opened.handoff.ask.id,
            lambda state: handoff.end_by_person(state, turn.now, erased=erased),
            talk=talk,
            silently=silently,
        )
        return not isinstance(result, Refusal)

    async def newcomer(self, turn: Turn) -> None:
        """A coach has just come on: everyone who waits and may talk to them reaches their phone."""
        team = {one.person: one for one in await roster(turn.tx, self._place, turn.now)}
        standing = team.get(turn.person.id)
        if standing is None or not is_free(standing):
            return
        for stored in await handoffs.waiting(turn.tx):
            ask = stored.handoff.ask
            person = await people.by_id(turn.tx, ask.person)
            if person is None or ask.person == turn.person.id or not may_take(standing, person.age):
                continue
            key = f"on:{turn.cause}"
            if not await narrowed(turn.tx, ask.id, {turn.person.id}):
                continue
            if await self.escalation.alert_one(turn, ask, turn.person.id, Action.SHIFT_START, key=key):
                await self.go(turn, ask.id, _alerted(turn.person.id))

    async def hold(self, turn: Turn) -> None:
        """The turn's person has hidden the chat: nothing more reaches them until they write again."""
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            return
        which = opened.handoff.ask.id
        handoffs.wait_for_person(turn.tx, which, waits=True)
        coach = handoff.holder_of(opened.handoff)
        if coach is not None:
            await turn.tell(coach, "page_wait_for_them", alias=alias(turn.person.id))

    async def pass_all_on(self, turn: Turn) -> int:
        """The turn's coach will not go on: every talk they have goes to others. Says how many there were."""
        held = await handoffs.held_by(turn.tx, turn.person.id)
        for stored in held:
            await self.pass_on(turn, stored.handoff.ask.id)
        return len(held)

    async def silence(self, turn: Turn, which: HandoffId) -> None:
        """What the silence in a talk means by now: a nudge, a release, an end."""
        await self.go(turn, which, lambda state: handoff.silence(state, turn.now, self._place.rules.patience))

    async def clear_again(self, turn: Turn, timer: Timer) -> None:
        """Delete what reached the coach's chat after the talk had ended."""
        if timer.object_id is not None:
            await self._clear(turn, HandoffId(timer.object_id), turn.person.id)
            message_map.forget(turn.tx, talk_link(HandoffId(timer.object_id), turn.person.id))

    async def go(
        self,
        turn: Turn,
        which: HandoffId,
        transition: Transition,
        *,
        talk: Talk | None = None,
        silently: bool = False,
    ) -> Change | Refusal:
        """Take a handoff one state further and carry out what follows; a refusal changes nothing.

        Written by compare-and-set on the row's version: whoever was faster is seen, and the rule asked again.
        """
        for _ in range(_RACES):
            stored = await handoffs.get(turn.tx, which)
            if stored is None:
                return Refusal.CLOSED
            result = transition(stored.handoff)
            if isinstance(result, Refusal):
                return result
            waits = await self._waits(turn, stored, result)
            if result.state == stored.handoff or await handoffs.save(
                turn.tx,
                stored,
                result.state,
                look_at=handoff.look_at(result.state, self._place.rules.patience),
                waits_for_person=waits,
            ):
                await self._carry_out(turn, result, talk=talk, silently=silently, was=stored)
                return result
        raise RuntimeError(f"handoff {which} keeps changing")

    async def _waits(self, turn: Turn, stored: Stored, result: Change) -> bool:
        """Whether the coach must let the person write first: somebody near may be a danger to them."""
        if isinstance(result.state, Claimed) and not isinstance(stored.handoff, Claimed):
            person = await people.by_id(turn.tx, result.state.ask.person)
            return person is not None and not await may_write_first(turn.tx, person)
        return stored.waits_for_person and not isinstance(result.state, Closed)

    async def _carry_out(
        self,
        turn: Turn,
        change: Change,
        *,
        talk: Talk | None = None,
        silently: bool = False,
        was: Stored | None = None,
    ) -> None:
        ask = change.state.ask
        before = handoff.holder_of(was.handoff) if was is not None else None
        writing = turn.person.id == ask.person and turn.sent_at is not None
        held_back = was is not None and was.waits_for_person and not writing
        coach = handoff.holder_of(change.state) or before
        for effect in change.effects:
            await self._effect(turn, change, effect, coach, silently=silently or held_back)
        if isinstance(change.state, Claimed) and before is None:
            await self._quieten(turn, ask.person)
        if (
            isinstance(change.state, Closed)
            and before is not None
            and change.state.outcome != "erased"
            and not held_back
        ):
            await self._after_talk(turn, ask.person, talk)

    async def _effect(
        self, turn: Turn, change: Change, effect: Effect, coach: PersonId | None, *, silently: bool
    ) -> None:
        ask = change.state.ask
        match effect:
            case Record(event):
                turn.record(event, ask.person)
            case StartSteps():
                await self.escalation.start(turn, ask)
            case StopSteps():
                escalations.stop(turn.tx, "handoff", ask.id, turn.now)
            case NextStep():
                await self.escalation.next_now(turn, ask)
            case TellPerson(news):
                if not silently:
                    await self._tell_person(turn, ask, news, coach)
            case TellCoach(to, news):
                await self._tell_coach(turn, ask, to, news)
            case ShowSummary(to):
                await self._show_summary(turn, ask, to)
            case WithdrawAlerts(news, but):
                await self._withdraw(turn, ask, news, but)
            case ClearCoachChat(to):
                await self._clear(turn, ask.id, to)
                due = turn.now + CLEAR_AGAIN
                timers.put(turn.tx, Timer(f"{CLEAR}:{ask.id}:{to}", to, CLEAR, 0, ask.id, due))
            case _:
                assert_never(effect)
        if isinstance(effect, TellCoach) and effect.news in ("passed", "released"):
            handoffs.note_alert(turn.tx, ask.id, effect.coach, "passed", turn.now)

    async def _tell_person(self, turn: Turn, ask: Ask, news: str, coach: PersonId | None) -> None:
        person = await people.by_id(turn.tx, ask.person)
        if person is None:
            return
        writing = person.id == turn.person.id and turn.sent_at is not None
        if not writing and not await may_write_first(turn.tx, person):
            return
        name = f"person_{news}"
        if news == "accepted" and person.open_danger is not None:
            name = "danger_person_joined"
        lines = self._place.numbers(person, turn.now)
        await turn.tell(ask.person, name, coach=alias(coach) if coach is not None else "", **lines)

    async def _tell_coach(self, turn: Turn, ask: Ask, coach: PersonId, news: str) -> None:
        if news == "yours":
            return
        after = turn.messages.text("coach_after")
        name = f"coach_{news}"
        wanted = [[(b.label, f"{b.id}:{ask.person}") for b in turn.messages.buttons(name)]]
        await turn.tell(coach, name, wanted, alias=alias(ask.person), after=after)

    async def _show_summary(self, turn: Turn, ask: Ask, coach: PersonId) -> None:
        """To the coach who has it, and nobody else; it leaves their chat again when the talk ends."""
        person = await people.by_id(turn.tx, ask.person)
        if person is None:
            return
        parts = [await self._summaries.for_coach(turn.tx, person, ask.scope, turn.now)]
        if person.age is Age.MINOR:
            parts.append(turn.messages.text("coach_young"))
        elif person.age is Age.UNSAID:
            parts.append(turn.messages.text("coach_age_unsaid"))
        await turn.tell(
            coach,
            "coach_yours",
            [[(b.label, f"{b.id}:{ask.id}") for b in turn.messages.buttons("coach_yours")]],
            links=(talk_link(ask.id, coach),),
            protect=True,
            alias=alias(ask.person),
            coach=alias(coach),
            summary="\n".join(parts),
        )
        if not await may_write_first(turn.tx, person):
            await turn.tell(coach, "page_wait_for_them", alias=alias(ask.person))

    async def _withdraw(self, turn: Turn, ask: Ask, news: str, but: PersonId | None) -> None:
        """Every alert loses its buttons; all but the winner's say how it went."""
        coaches = await handoffs.alerted_coaches(turn.tx, ask.id)
        text = turn.messages.text(f"alert_{news}", alias=alias(ask.person))
        await self._redraw_alerts(turn, ask.id, [one for one in coaches if one != but], text)
        if but is not None:
            await self._redraw_alerts(turn, ask.id, [but], None)

    async def _redraw_alerts(
        self, turn: Turn, which: HandoffId, coaches: list[PersonId], text: str | None
    ) -> None:
        for coach in coaches:
            if not await people.unlock(turn.tx, coach):
                continue
            for chat, message in await message_map.of_link(turn.tx, f"alert:{which}:{coach}"):
                body = Redraw(message, (), text)
                turn.post(body, to=coach, chat=chat, send_class=SendClass.REPLACEABLE)

    async def _clear(self, turn: Turn, which: HandoffId, coach: PersonId) -> None:
        if not await people.unlock(turn.tx, coach):
            return
        sent = await message_map.of_link(turn.tx, talk_link(which, coach))
        for start in range(0, len(sent), _DELETE_AT_ONCE):
            some = sent[start : start + _DELETE_AT_ONCE]
            body = Remove(tuple(message for _, message in some))
            turn.post(body, to=coach, chat=some[0][0], send_class=SendClass.REPLACEABLE)

    async def _quieten(self, turn: Turn, who: PersonId) -> None:
        """A coach has the person: what the bot was in the middle of is put down, unless it is danger."""
        timers.drop_of(turn.tx, who, STEP_TIMER)
        person = await people.by_id(turn.tx, who)
        if person is not None and person.open_danger is None and who != turn.person.id:
            theirs = turn.beside(person, "quiet")
            talk = await self._conversations.load(theirs)
            self._conversations.put_down(talk)
            self._conversations.save(theirs, talk)

    async def _after_talk(self, turn: Turn, who: PersonId, talk: Talk | None) -> None:
        person = turn.person if who == turn.person.id else await people.by_id(turn.tx, who)
        if person is None or not person.reachable or person.open_danger is not None:
            return
        if who == turn.person.id:
            if talk is not None:
                await self._conversations.event(turn, talk, Start("after_talk"))
            return
        theirs = turn.beside(person, "after_talk")
        loaded = await self._conversations.load(theirs)
        await self._conversations.event(theirs, loaded, Start("after_talk"))
        self._conversations.save(theirs, loaded)

    async def _may_accept(self, turn: Turn, stored: Stored) -> bool:
        """Role, age and room are looked at now, whatever the button said when it was sent."""
        ask = stored.handoff.ask
        if not turn.person.is_staff:
            turn.say("button_not_yours")
            return False
        held = await handoffs.held_by(turn.tx, turn.person.id)
        if any(one.handoff.ask.id != ask.id for one in held):
            turn.say("alert_full")
            return False
        person = await people.by_id(turn.tx, ask.person)
        in_danger = person is not None and person.open_danger is not None
        young = person is not None and needs_young_people_grant(person.age)
        if ("coach" not in turn.person.roles and not in_danger) or (
            young and not in_danger and "young_people" not in turn.person.roles
        ):
            turn.say("button_not_yours")
            return False
        return True

    def _refuse(self, turn: Turn, why: Refusal, ask: Ask) -> None:
        match why:
            case Refusal.TAKEN:
                turn.say("alert_taken", alias=alias(ask.person))
            case Refusal.CLOSED:
                turn.say("alert_over", alias=alias(ask.person))
            case Refusal.OWN:
                turn.say("alert_own")
            case Refusal.NOT_YOURS:
                turn.say("coach_not_yours")
            case _:
                assert_never(why)

    async def _tell_lead(self, turn: Turn, ask: Ask) -> None:
        leads = await people.with_role(turn.tx, "safety_lead")
        for who, _ in leads or await people.with_role(turn.tx, "coordinator"):
            await turn.tell(who, "page_lead_minor", key=f"minor:{ask.id}:{who}", alias=alias(ask.person))

    async def _do_handoff(self, turn: Turn, talk: Talk, args: Answers) -> None:
        share, topic = str(args.get("share") or ""), str(args.get("topic") or "")
        wanted = await take_wishes(turn, talk)
        urgent = turn.person.open_danger is not None
        await self.request(turn, share=share, topic=topic, urgent=urgent, wanted=wanted)

    async def _do_cancel(self, turn: Turn, talk: Talk, _: Answers) -> None:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is not None and handoff.holder_of(opened.handoff) is None:
            await self.end_by_person(turn, talk, silently=True)

    async def _on_shift(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        there = {
            one.person
            for one in await roster(turn.tx, self._place, turn.now)
            if one.on_shift
            and is_free(one)
            and may_take(one, turn.person.age)
            and one.person != turn.person.id
        }
        if not there or opened is None:
            return Returned("yes" if there else "no", {})
        fit = await narrowed(turn.tx, opened.handoff.ask.id, there)
        return Returned("yes" if fit else "unfit", {})

    async def _talk_state(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            return Returned("none", {})
        return Returned("asked" if handoff.holder_of(opened.handoff) is None else "active", {})

    async def _age_known(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        return Returned(turn.person.age.value, {})

    async def _pressed_accept(self, turn: Turn, _: Talk, which: str) -> None:
        await self.accept(turn, HandoffId(int(which)))

    async def _pressed_decline(self, turn: Turn, _: Talk, which: str) -> None:
        await self.decline(turn, HandoffId(int(which)))

    async def _pressed_waiting(self, turn: Turn, talk: Talk, which: str) -> None:
        """Under the honest words: ten minutes together, or no longer waiting."""
        if which == "ten":
            await self._conversations.interrupt(turn, talk, "urge")
            return
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            turn.say("person_cancelled")
        elif handoff.holder_of(opened.handoff) is None:
            await self.end_by_person(turn, talk)
        else:
            await self._tell_person(turn, opened.handoff.ask, "with_you", handoff.holder_of(opened.handoff))


def _alerted(coach: PersonId) -> Transition:
    return lambda state: handoff.alerted(state, Code("came_on"), frozenset({coach}))


def talk_link(which: HandoffId, coach: PersonId) -> str:
    """Under which the person's lines in a coach's chat are remembered, to be deleted at the end."""
    return f"talk:{which}:{coach}"
