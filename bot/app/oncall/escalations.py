"""Carries out the steps of a handoff's escalation: alerts to coaches, honest words to the person."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.checkins.follow_ups import follow_up
from bot.app.oncall.fitting import asks_anyone, narrowed
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.events import Code, HandoffUnanswered
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.escalation import (
    Action,
    Seeker,
    Step,
    after_nobody,
    asked_so_far,
    copy_again,
    copy_steps,
    ends_after,
    handoff_policy,
    next_round,
    urgency,
    whom,
)
from bot.domain.oncall.fit import Agreed
from bot.domain.oncall.handoff import Alerting, Ask, Change, Handoff, Refusal, Requested
from bot.domain.person import Person
from bot.domain.spans import in_words
from bot.domain.zones import is_quiet, local, zone_named
from bot.store.conversing import people
from bot.store.danger import dangers
from bot.store.engine.transaction import Transaction
from bot.store.oncall import escalations, fits, handoffs
from bot.store.rota import rotas

log = structlog.get_logger()

Transition = Callable[[Handoff], Change | Refusal]
Go = Callable[[Turn, HandoffId, Transition], Awaitable[Change | Refusal]]
"""Takes a handoff one state further, in the turn's transaction, with all that follows."""

AGAIN_WITHIN = timedelta(hours=24)
"""So long after a talk its coach is asked with the shift when the person wants somebody again."""
_ALERTS = {"first": "alert", "still": "alert_again", "nobody": "alert_nobody"}
_MINUTE = timedelta(minutes=1)


class Escalation:
    """Starts, runs and goes on with the steps of handoffs."""

    def __init__(self, place: Place, go: Go) -> None:
        self._place = place
        self._go = go

    async def start(self, turn: Turn, ask: Ask) -> None:
        """Copy the policy onto the handoff and carry out its first step at once.

        Given back by a coach, it goes through the policy that it began with.
        """
        policy = await escalations.policy(turn.tx, ask.id)
        if policy:
            _, last = await escalations.left(turn.tx, "handoff", ask.id)
            steps = copy_again(policy, turn.now, ask.asked_at, last + 1)
        else:
            steps = copy_steps(handoff_policy(self._place.rules.waits), turn.now)
        escalations.add(turn.tx, "handoff", ask.id, steps)
        await self.run(turn, ask.id, steps[0])

    async def next_now(self, turn: Turn, ask: Ask) -> None:
        """Everyone alerted has declined: the next alert does not wait for its time."""
        left, _ = await escalations.left(turn.tx, "handoff", ask.id)
        follows = after_nobody(Step(-1, Action.SHIFT, turn.now), left, turn.now)
        if follows is not None:
            await self.run(turn, ask.id, follows)

    async def run(self, turn: Turn, which: HandoffId, step: Step) -> None:
        """Carry out one step, unless the handoff is taken or over, or another process did."""
        stored = await handoffs.get(turn.tx, which)
        if stored is None or not isinstance(stored.handoff, Requested | Alerting):
            await escalations.done(turn.tx, "handoff", which, step.no, turn.now, 0)
            return
        ask = stored.handoff.ask
        person = await people.by_id(turn.tx, ask.person)
        if person is None:
            escalations.stop(turn.tx, "handoff", which, turn.now)
            return
        match step.action:
            case Action.SHIFT | Action.BACKUP | Action.EVERYONE | Action.AGAIN | Action.SHIFT_START:
                await self._alert(turn, ask, person, step)
            case Action.COORDINATORS:
                await self._coordinators(turn, ask, step)
            case Action.WORD:
                due = await escalations.done(turn.tx, "handoff", which, step.no, turn.now, 0)
                if due and not await self._more_to_say(turn, ask):
                    await self._say_how_it_stands(turn, ask, person, step)
            case Action.HONEST:
                await self._be_honest(turn, ask, person, step)
            case Action.GIVE_UP:
                await escalations.done(turn.tx, "handoff", which, step.no, turn.now, 0)
                await self._go(turn, which, lambda state: handoff.give_up(state, turn.now))
                await self._tell_coordinators(turn, ask, "coordinator_gave_up", 0)
            case _:
                raise ValueError(f"a handoff has no step {step.action}")

    async def alert_one(self, turn: Turn, ask: Ask, coach: PersonId, action: Action, *, key: str) -> bool:
        """One coach's phone: who (by alias), how urgent, what about, waiting how long, and nothing more."""
        name = _ALERTS[urgency(action, turn.now - ask.asked_at, self._place.rules.waits)]
        words = turn.messages.text
        told = await turn.tell(
            coach,
            name,
            [[(b.label, f"handoff_{b.id}:{ask.id}") for b in turn.messages.buttons(name)]],
            key=f"alert:{ask.id}:{key}:{coach}",
            links=(f"alert:{ask.id}:{coach}",),
            alias=alias(ask.person),
            priority=words("priority_urgent" if ask.urgent else "priority_normal"),
            topic=words(f"topic_{ask.topic}"),
            wait=in_words(turn.messages, turn.now - ask.asked_at),
        )
        if told:
            handoffs.note_alert(turn.tx, ask.id, coach, "alerted", turn.now)
        return told

    async def _alert(self, turn: Turn, ask: Ask, person: Person, step: Step) -> None:
        team = await roster(turn.tx, self._place, turn.now)
        able = whom(step.action, team, await self.seeker(turn, ask, person))
        wanted = await narrowed(turn.tx, ask.id, able, step.action)
        reached = frozenset(
            [
                coach
                for coach in sorted(wanted)
                if await self.alert_one(turn, ask, coach, step.action, key=str(step.no))
            ]
        )
        if not await escalations.done(turn.tx, "handoff", ask.id, step.no, turn.now, len(reached)):
            return
        await self._go(turn, ask.id, lambda state: handoff.alerted(state, Code(step.action.value), reached))
        log.info("handoff_alerted", handoff=ask.id, step=step.action.value, coaches=len(reached))
        await self._say_alerted(turn, ask, person, step, len(reached))
        await self._go_on(turn, ask, step, len(reached))

    async def seeker(self, turn: Turn, ask: Ask, person: Person) -> Seeker:
        """For whom somebody is looked for, as `whom` needs to know it."""
        last = await handoffs.last_talk(turn.tx, person.id, turn.now - AGAIN_WITHIN)
        return Seeker(person.id, person.age, ask.passed, None if last is None else last.coach)

    async def _coordinators(self, turn: Turn, ask: Ask, step: Step) -> None:
        """Those who run the service hear that nobody has answered, while somebody still could."""
        told = await people.with_role(turn.tx, "coordinator")
        if not await escalations.done(turn.tx, "handoff", ask.id, step.no, turn.now, len(told)):
            return
        await self._tell_coordinators(turn, ask, "coordinator_unanswered", await self._reached(turn, ask))

    async def _go_on(self, turn: Turn, ask: Ask, step: Step, reached: int) -> None:
        left, last = await escalations.left(turn.tx, "handoff", ask.id)
        follows = None if reached else after_nobody(step, left, turn.now)
        if follows is not None:
            escalations.move(turn.tx, "handoff", ask.id, follows)
            await self.run(turn, ask.id, follows)
        start = (await rotas.rota(turn.tx, self._place.zone, turn.now)).next_shift_start(turn.now)
        again = next_round(step, last, await self._until(turn, ask), start)
        if again is not None:
            escalations.add(turn.tx, "handoff", ask.id, (again,))

    async def _say_alerted(self, turn: Turn, ask: Ask, person: Person, step: Step, reached: int) -> None:
        """What the person hears of a late alert: at night only while they may be up."""
        zone, quiet = self._zone_of(person), self._place.rules.hours.quiet
        late = turn.now - ask.asked_at > quiet.after and is_quiet(turn.now, zone, quiet)
        match step.action:
            case Action.AGAIN if await self._wishes(turn, ask):
                return await self._say_how_it_stands(turn, ask, person, step)
            case Action.AGAIN:
                name = "person_30_minutes" if reached else "person_30_minutes_nobody"
            case Action.SHIFT_START if reached and not late:
                name = "person_shift_begins"
            case _:
                return None
        return await self._tell_person(turn, ask, person, name, step)

    async def _more_to_say(self, turn: Turn, ask: Ask) -> bool:
        """Whether words that say more are due as well, as after a downtime: then only those are said."""
        left, _ = await escalations.left(turn.tx, "handoff", ask.id)
        return any(one.action in (Action.WORD, Action.HONEST) and one.due <= turn.now for one in left)

    async def _say_how_it_stands(self, turn: Turn, ask: Ask, person: Person, step: Step) -> None:
        """Who has been asked by now, a line that is open, and what helps meanwhile."""
        if ask.passed:
            return  # they have heard that the coach had to go, and who is asked now
        minutes = int((turn.now - ask.asked_at) / _MINUTE)
        name = "person_waiting_first" if minutes < 2 else "person_waiting"
        family = "waiting_fit" if await self._wishes(turn, ask) else "waiting_asked"
        asked = turn.messages.text(f"{family}_{await self._asked(turn, ask)}")
        await self._tell_person(turn, ask, person, name, step, asked=asked)

    async def _wishes(self, turn: Turn, ask: Ask) -> bool:
        """Whether only those are asked who fit whom the person would like to talk with."""
        return (await fits.wanted(turn.tx, ask.id)).agreed is not Agreed.ANYONE

    async def _asked(self, turn: Turn, ask: Ask) -> str:
        """Who has been asked so far, and can be reached: whoever blocked the bot was not."""
        so_far = asked_so_far(await escalations.reached_by(turn.tx, ask.id))
        if not await self._reached(turn, ask):
            return "nobody"
        return "off_shift" if so_far == "nobody" else so_far  # somebody came on, and was asked then

    async def _be_honest(self, turn: Turn, ask: Ask, person: Person, step: Step) -> None:
        if not await escalations.done(turn.tx, "handoff", ask.id, step.no, turn.now, 0):
            return
        asked = await self._asked(turn, ask)
        suffix = (
            "_fit"
            if await self._wishes(turn, ask)
            else f"_{asked}"
            if asked in ("nobody", "off_shift")
            else ""
        )
        await self._tell_person(turn, ask, person, f"person_15_minutes{suffix}", step)
        waited_s = int((turn.now - ask.asked_at).total_seconds())
        turn.record(HandoffUnanswered(ask.id, waited_s), ask.person)
        follow_up(turn.tx, ask.person, turn.now)
        log.info("handoff_unanswered", handoff=ask.id, asked=asked, waited_s=waited_s)

    async def _reached(self, turn: Turn, ask: Ask) -> int:
        """How many coaches were alerted and can still be reached: one who blocked the bot was not told."""
        told = 0
        for coach in await handoffs.alerted_coaches(turn.tx, ask.id):
            person = await people.by_id(turn.tx, coach)
            told += person is not None and person.reachable
        return told

    async def _tell_person(
        self, turn: Turn, ask: Ask, person: Person, name: str, step: Step, asked: str = ""
    ) -> None:
        """A reply, so that it is withdrawn if a coach comes before it has left.

        While danger is open its page has its own honest words, and nobody is told to rest.
        """
        said_of_danger = person.open_danger is not None and step.action is not Action.HONEST
        if said_of_danger or not await may_write_first(turn.tx, person):
            return
        lines = self._place.numbers(person, turn.now)
        until = local(await self._until(turn, ask), self._zone_of(person))
        keys = [(b.label, f"waiting:{b.id}") for b in turn.messages.buttons(name)]
        await turn.tell(
            ask.person,
            name,
            [keys[:2], keys[2:], *await asks_anyone(turn, ask)],
            send_class=SendClass.REPLY,
            key=f"handoff:{ask.id}:person:{step.no}",
            until=turn.messages.spoken_in(person.language).speech.calendar.short_time(until),
            asked=asked,
            **lines,
        )

    async def _until(self, turn: Turn, ask: Ask) -> datetime:
        """When this one is given up, by the policy that it began with."""
        return ask.asked_at + ends_after(await escalations.policy(turn.tx, ask.id))

    async def _tell_coordinators(self, turn: Turn, ask: Ask, name: str, alerted: int) -> None:
        await turn.tell_coordinators(
            name,
            key=f"{name}:{ask.id}",
            alias=alias(ask.person),
            wait=in_words(turn.messages, turn.now - ask.asked_at),
            alerted=alerted,
        )

    def _zone_of(self, person: Person) -> ZoneInfo:
        return zone_named(person.zone) or self._place.zone


async def may_write_first(tx: Transaction, person: Person) -> bool:
    """Whether anything may leave for this person before they write again.

    Not while somebody near may be a danger to them, nor after they hid the chat (safety design, "Abuse").
    """
    if person.hidden:
        return False
    opened = await handoffs.open_of(tx, person.id)
    if opened is not None and opened.waits_for_person:
        return False
    if person.open_danger is None:
        return True
    row = await dangers.get(tx, person.open_danger)
    return row is None or not row["quiet"]
