"""A person asks for somebody, a coach accepts, either ends it: each in the transaction of its turn."""

from collections.abc import Awaitable, Callable, Mapping
from typing import assert_never

import structlog

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.talk import Talk
from bot.app.desk.summaries import Summaries
from bot.app.oncall.escalations import AGAIN_WITHIN, Escalation, Transition, may_write_first
from bot.app.oncall.fitting import narrowed
from bot.app.oncall.handoff_effects import Consequences
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.age import needs_young_people_grant, tells_safety_lead
from bot.domain.alias import alias
from bot.domain.events import Code, ConsentGiven, HandoffAsked, Scope
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.duty import is_free, may_take
from bot.domain.oncall.escalation import Action
from bot.domain.oncall.fit import Wanted
from bot.domain.oncall.handoff import (
    Active,
    Ask,
    Change,
    Claimed,
    Closed,
    Refusal,
    Topic,
)
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.oncall import fits, handoffs
from bot.store.oncall.handoffs import Stored

log = structlog.get_logger()

WORDING = "2026-11"
_RACES = 5
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
        self.escalation = Escalation(place, self.go)
        self._consequences = Consequences(place, conversations, summaries, self.escalation)
        self.clear_again = self._consequences.clear_again
        self.tell_person = self._consequences.tell_person

    def on_given_back(self, then: Callable[[Turn, PersonId], Awaitable[None]]) -> None:
        """What is done as well when the coach who was with a person is so no longer, and others are asked."""
        self._consequences.given_back = then

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
                await self._consequences.carry_out(turn, handoff.request(None, ask))
                log.info("handoff_asked", handoff=new, topic=known)
                if tells_safety_lead(who.age):
                    await self._tell_lead(turn, ask)
                return new
            opened = await handoffs.open_of(turn.tx, who.id)
        if opened is None or isinstance(opened.handoff, Closed):
            return None
        await self._consequences.carry_out(turn, handoff.request(opened.handoff, opened.handoff.ask))
        return opened.handoff.ask.id

    async def meet(self, turn: Turn, person: Person) -> bool:
        """A talk that the turn's coach and this person have planned begins: nobody else is asked.

        False when the person has a request open, or the coach has as many talks as they have at once.
        """
        if await self.full(turn, person.id):
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

    async def full(self, turn: Turn, besides: PersonId) -> bool:
        """Whether the turn's coach has all the talks they have at once, without the one with `besides`."""
        held = await handoffs.held_by(turn.tx, turn.person.id)
        others = [one for one in held if one.handoff.ask.person != besides]
        return len(others) >= self._place.rules.limits.talks

    def say_full(self, turn: Turn) -> None:
        """The turn's coach hears why they can't take one more."""
        n = self._place.rules.limits.talks
        turn.say("alert_full" if n == 1 else "alert_full_many", n=n)

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
        await self._consequences.redraw_alerts(turn, which, [coach], text)

    async def pass_on(self, turn: Turn, which: HandoffId) -> bool:
        """The turn's coach gives the talk back; the others are alerted at once."""
        coach = turn.person.id
        result = await self.go(turn, which, lambda state: handoff.pass_on(state, coach))
        return not isinstance(result, Refusal)

    async def take_over(self, turn: Turn, which: HandoffId, giver: PersonId) -> Change | Refusal | None:
        """The turn's coach takes a talk that `giver` has asked them to take; None when they may not."""
        stored = await handoffs.get(turn.tx, which)
        if stored is None or not await self._may_accept(turn, stored):
            return None
        to = turn.person.id
        return await self.go(turn, which, lambda state: handoff.transfer(state, giver, to, turn.now))

    async def go_on(self, turn: Turn) -> bool:
        """The turn's person goes on with the coach of a talk that went quiet, if they are there and free."""
        last = await self.before(turn)
        if last is None or last.coach is None or await handoffs.open_of(turn.tx, turn.person.id) is not None:
            return False
        ask = last.ask
        new = await handoffs.add(
            turn.tx, ask.person, topic=ask.topic, scope=ask.scope, urgent=False, now=turn.now
        )
        if new is None:
            return False
        coach, ask = last.coach, Ask(new, ask.person, turn.now, ask.topic, ask.scope)
        await self.go(turn, new, lambda _: handoff.again(ask, coach, turn.now))
        log.info("handoff_again", handoff=new, coach=coach)
        return True

    async def before(self, turn: Turn) -> Closed | None:
        """The talk that went quiet within a day, whose coach is on shift, free and allowed to go on."""
        last = await handoffs.last_talk(turn.tx, turn.person.id, turn.now - AGAIN_WITHIN)
        if last is None or last.outcome != "quiet" or turn.person.open_danger is not None:
            return None
        team = await roster(turn.tx, self._place, turn.now)
        there = any(
            one.person == last.coach and one.on_shift and is_free(one) and may_take(one, turn.person.age)
            for one in team
        )
        return last if there else None

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
        look = handoff.look_at(opened.handoff, self._place.rules.patience, waits=True)
        handoffs.wait_for_person(turn.tx, which, waits=True, look_at=look)
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
        stored = await handoffs.get(turn.tx, which)
        waits = stored is not None and stored.waits_for_person
        patience = self._place.rules.patience
        await self.go(turn, which, lambda state: handoff.silence(state, turn.now, patience, waits=waits))

    async def over_by_silence(self, turn: Turn, stored: Stored) -> bool:
        """Whether a talk in which nobody waited for an answer should have been closed: now it is.

        After a downtime, and after a restore: words of now are not for a coach of then.
        """
        state = stored.handoff
        due = stored.look_at is not None and stored.look_at <= turn.now
        if not (due and isinstance(state, Active) and state.waiting_since is None):
            return False
        await self.silence(turn, state.ask.id)
        return True

    async def back(self, turn: Turn, which: HandoffId) -> None:
        """The turn's person, who had to write first, has: what waited for that may leave."""
        handoffs.wait_for_person(turn.tx, which, waits=False)
        await self.go(turn, which, lambda state: handoff.back(state, turn.now))

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
                look_at=handoff.look_at(result.state, self._place.rules.patience, waits=waits),
                waits_for_person=waits,
            ):
                await self._consequences.carry_out(turn, result, talk=talk, silently=silently, was=stored)
                return result
        raise RuntimeError(f"handoff {which} keeps changing")

    async def _waits(self, turn: Turn, stored: Stored, result: Change) -> bool:
        """Whether the coach must let the person write first: somebody near may be a danger to them."""
        if isinstance(result.state, Claimed) and not isinstance(stored.handoff, Claimed):
            person = await people.by_id(turn.tx, result.state.ask.person)
            return person is not None and not await may_write_first(turn.tx, person)
        return stored.waits_for_person and not isinstance(result.state, Closed)

    async def _may_accept(self, turn: Turn, stored: Stored) -> bool:
        """Role, age and room are looked at now, whatever the button said when it was sent."""
        ask = stored.handoff.ask
        if not turn.person.is_staff:
            turn.say("button_not_yours")
            return False
        person = await people.by_id(turn.tx, ask.person)
        in_danger = person is not None and person.open_danger is not None
        asks_too = turn.person.in_handoff and turn.person.id != ask.person and not in_danger
        if asks_too or await self.full(turn, ask.person):
            self.say_full(turn)
            return False
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
        await turn.tell_safety_leads("page_lead_minor", key=f"minor:{ask.id}", alias=alias(ask.person))


def _alerted(coach: PersonId) -> Transition:
    return lambda state: handoff.alerted(state, Code("came_on"), frozenset({coach}))
