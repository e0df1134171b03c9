"""Carries out the steps of a handoff's escalation: alerts to coaches, honest words to the person."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.fitting import asks_anyone, narrowed
from bot.app.follow_ups import follow_up
from bot.app.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain import handoff
from bot.domain.alias import alias
from bot.domain.escalation import (
    Action,
    Step,
    after_nobody,
    copy_again,
    copy_steps,
    handoff_policy,
    next_round,
    whom,
)
from bot.domain.events import Code, HandoffUnanswered
from bot.domain.handoff import Alerting, Ask, Change, Handoff, Refusal, Requested
from bot.domain.ids import HandoffId, PersonId
from bot.domain.person import Person
from bot.domain.spans import in_words
from bot.domain.zones import is_quiet, local, zone_named
from bot.store import dangers, escalations, fits, handoffs, people, rotas
from bot.store.transaction import Transaction

log = structlog.get_logger()

Transition = Callable[[Handoff], Change | Refusal]
Go = Callable[[Turn, HandoffId, Transition], Awaitable[Change | Refusal]]
"""Takes a handoff one state further, in the turn's transaction, with all that follows."""

_SOON = timedelta(minutes=4)


class Escalation:
    """Starts, runs and goes on with the steps of handoffs."""

    def __init__(self, place: Place, go: Go) -> None:
        self._place = place
        self._go = go

    async def start(self, turn: Turn, ask: Ask) -> None:
        """Copy the policy onto the handoff and carry out its first step at once."""
        _, last = await escalations.left(turn.tx, "handoff", ask.id)
        waits = self._place.rules.waits
        steps = copy_steps(handoff_policy(waits), turn.now)
        if last >= 0:
            steps = copy_again(turn.now, ask.asked_at, last + 1, waits)
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
            case Action.SHIFT | Action.EVERYONE | Action.AGAIN | Action.SHIFT_START:
                await self._alert(turn, ask, person, step)
            case Action.HONEST:
                await self._be_honest(turn, ask, person, step)
            case Action.GIVE_UP:
                await escalations.done(turn.tx, "handoff", which, step.no, turn.now, 0)
                await self._go(turn, which, lambda state: handoff.give_up(state, turn.now))
                await self._tell_coordinators(turn, ask, "coordinator_gave_up", 0)
            case _:
                raise ValueError(f"a handoff has no step {step.action}")

    async def alert_one(self, turn: Turn, ask: Ask, coach: PersonId, *, again: bool, key: str) -> bool:
        """One coach's phone: who (by alias), how urgent, what about, waiting how long, and nothing more."""
        name = "alert_again" if again else "alert"
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
        able = whom(step.action, team, person=ask.person, age=person.age, passed=ask.passed)
        wanted = await narrowed(turn.tx, ask.id, able, step.action)
        again = step.action in (Action.AGAIN, Action.SHIFT_START) or turn.now - ask.asked_at >= _SOON
        reached = frozenset(
            [
                coach
                for coach in sorted(wanted)
                if await self.alert_one(turn, ask, coach, again=again, key=str(step.no))
            ]
        )
        if not await escalations.done(turn.tx, "handoff", ask.id, step.no, turn.now, len(reached)):
            return
        await self._go(turn, ask.id, lambda state: handoff.alerted(state, Code(step.action.value), reached))
        log.info("handoff_alerted", handoff=ask.id, step=step.action.value, coaches=len(reached))
        await self._say_alerted(turn, ask, person, step, len(reached), others=bool(able - wanted))
        await self._go_on(turn, ask, step, len(reached))

    async def _go_on(self, turn: Turn, ask: Ask, step: Step, reached: int) -> None:
        left, last = await escalations.left(turn.tx, "handoff", ask.id)
        follows = None if reached else after_nobody(step, left, turn.now)
        if follows is not None:
            escalations.move(turn.tx, "handoff", ask.id, follows)
            await self.run(turn, ask.id, follows)
        start = (await rotas.rota(turn.tx, self._place.zone, turn.now)).next_shift_start(turn.now)
        again = next_round(step, last, ask.asked_at + self._place.rules.waits.until, start)
        if again is not None:
            escalations.add(turn.tx, "handoff", ask.id, (again,))

    async def _say_alerted(
        self, turn: Turn, ask: Ask, person: Person, step: Step, reached: int, *, others: bool
    ) -> None:
        """What the person hears of a step: only what is true, and at night only while they may be up.

        `others` could have been asked, but do not fit whom the person would like to talk with.

        While danger is open its page has its own honest words, and nobody is told to rest.
        """
        if person.open_danger is not None:
            return
        zone, quiet = self._zone_of(person), self._place.rules.hours.quiet
        late = turn.now - ask.asked_at > quiet.after and is_quiet(turn.now, zone, quiet)
        match step.action:
            case Action.EVERYONE | Action.AGAIN if others and turn.now - ask.asked_at >= _SOON:
                name = "person_fit_others" if reached else "person_fit_nobody"
            case Action.EVERYONE if (
                others and not reached and await fits.note_told(turn.tx, ask.id, turn.now)
            ):
                name = "person_fit_nobody"
            case Action.EVERYONE if turn.now - ask.asked_at >= _SOON and reached and not ask.passed:
                name = "person_5_minutes"
            case Action.AGAIN:
                name = "person_30_minutes" if reached else "person_30_minutes_nobody"
            case Action.SHIFT_START if reached and not late:
                name = "person_shift_begins"
            case _:
                return
        await self._tell_person(turn, ask, person, name, step)

    async def _be_honest(self, turn: Turn, ask: Ask, person: Person, step: Step) -> None:
        if not await escalations.done(turn.tx, "handoff", ask.id, step.no, turn.now, 0):
            return
        alerted = await self._reached(turn, ask)
        on_shift = await escalations.reached(turn.tx, "handoff", ask.id, Action.SHIFT)
        if not alerted:
            name = "person_15_minutes_nobody"
        else:
            name = "person_15_minutes" if on_shift else "person_15_minutes_off_shift"
        await self._tell_person(turn, ask, person, name, step)
        waited_s = int((turn.now - ask.asked_at).total_seconds())
        turn.record(HandoffUnanswered(ask.id, waited_s), ask.person)
        follow_up(turn.tx, ask.person, turn.now)
        log.info("handoff_unanswered", handoff=ask.id, alerted=alerted, waited_s=waited_s)
        await self._tell_coordinators(turn, ask, "coordinator_unanswered", alerted)

    async def _reached(self, turn: Turn, ask: Ask) -> int:
        """How many coaches were alerted and can still be reached: one who blocked the bot was not told."""
        told = 0
        for coach in await handoffs.alerted_coaches(turn.tx, ask.id):
            person = await people.by_id(turn.tx, coach)
            told += person is not None and person.reachable
        return told

    async def _tell_person(self, turn: Turn, ask: Ask, person: Person, name: str, step: Step) -> None:
        if not await may_write_first(turn.tx, person):
            return
        lines = self._place.numbers(person, turn.now)
        until = local(ask.asked_at + self._place.rules.waits.until, self._zone_of(person))
        await turn.tell(
            ask.person,
            name,
            [
                [(b.label, f"waiting:{b.id}") for b in turn.messages.buttons(name)],
                *await asks_anyone(turn, ask),
            ],
            key=f"handoff:{ask.id}:person:{step.no}",
            until=until.strftime("%a %H:%M"),
            **lines,
        )

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
