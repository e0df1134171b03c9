"""Summaries of conversations: for the coach who accepts, and for the coordinator's pages."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.alias import alias
from bot.domain.desk.outline import closings, shared_by
from bot.domain.desk.summary import APART, Summary, conversations, lines, shared_since, summarise
from bot.domain.events import (
    CheckInPlanned,
    Event,
    HandoffAsked,
    Opened,
    Planned,
    ReadinessSaid,
    Recorded,
    Scope,
    Shown,
    WasNotThere,
    Went,
)
from bot.domain.ids import OfferingId, PersonId
from bot.domain.messages import Messages
from bot.domain.oncall import handoff as handoff_rules
from bot.domain.person import Person
from bot.domain.zones import zone_named
from bot.store.checkins import checkins
from bot.store.conversing import answers, events, people
from bot.store.desk import outlines
from bot.store.desk.outline_search import State
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs

REASON = "reason"
"""Under this name the intake keeps why the person gave their number, in their words."""

Names = Callable[[Transaction, Iterable[OfferingId]], Awaitable[Mapping[OfferingId, str]]]
"""Names of groups and services; what is no longer in the directory is left out."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One conversation on the coordinator's list: the person's `number`th, from 1, and how it stands."""

    person: PersonId
    number: int
    alias: str
    began: datetime
    last: datetime
    state: State
    summary: Summary
    asked: bool = False
    """Whether the person was ever asked what may be shared: `summary.scope` is their answer."""


async def no_names(_: Transaction, __: Iterable[OfferingId]) -> Mapping[OfferingId, str]:
    """For a service without a directory."""
    return {}


class Summaries:
    """Makes summaries from events. `names` gives those of groups."""

    def __init__(self, messages: Messages, zone: ZoneInfo, names: Names = no_names) -> None:
        self._messages = messages
        self._zone = zone
        self._names = names

    async def for_coach(self, tx: Transaction, person: Person, scope: Scope, now: datetime) -> str:
        """What the person agreed to share, in lines; danger is always in it."""
        zone = zone_named(person.zone) or self._zone
        recorded = await self._recorded(tx, person.id)
        parts = conversations(recorded)
        told = recorded if scope == "everything" else (parts[-1] if parts else [])
        made = summarise(
            alias(person.id),
            told,
            scope=scope,
            since=shared_since(scope, now, zone),
            reason=await self._reason(tx, person.id),
        )
        text = "\n".join(await self._lines(tx, made, told))
        return text if scope != "nothing" else f"{text}\n{self._messages.text('coach_summary_nothing')}"

    async def of_person(self, tx: Transaction, who: PersonId) -> list[Overview]:
        """Every conversation of one person, newest first."""
        return (await self._overviews(tx, who))[::-1]

    async def _overviews(self, tx: Transaction, who: PersonId) -> list[Overview]:
        recorded = await self._recorded(tx, who)
        parts, closed = conversations(recorded), closings(recorded)
        first = 1 if not parts else await outlines.first_number(tx, who, parts[0][0].at)
        asked = [one for part in parts for one in part if isinstance(one.event, HandoffAsked)]
        words_in = max((n for n, part in enumerate(parts, first) if any(map(_has_reason, part))), default=0)
        happened = {type(one.event) for part in parts for one in part}
        waiting = await checkins.waiting_of(tx, who) if CheckInPlanned in happened else None
        opened = await handoffs.open_of(tx, who) if HandoffAsked in happened else None
        shared = shared_by(recorded, await outlines.zone_of(tx, who))
        overviews = []
        for number, part in enumerate(parts, first):
            newest = part is parts[-1]
            shown = number == words_in and _is_shared(part[-1].at, asked)
            made = summarise(
                alias(who),
                part,
                scope=_scope(asked),
                since=shared.since,
                reason=await self._reason(tx, who) if shown else "",
                follow_up=waiting[0] if newest and waiting else None,
                closed=closed,
            )
            held = handoff_rules.holder_of(opened.handoff) if newest and opened else None
            state = _state(made, talking=held is not None, waiting=newest and opened is not None)
            overviews.append(
                Overview(who, number, alias(who), part[0].at, part[-1].at, state, made, bool(asked))
            )
        return overviews

    async def _reason(self, tx: Transaction, who: PersonId) -> str:
        if not await people.unlock(tx, who):
            return ""
        kept = (await answers.all_of(tx, who)).get(REASON, "")
        return kept if isinstance(kept, str) else ""

    async def _recorded(self, tx: Transaction, who: PersonId) -> list[Recorded]:
        return [Recorded(at, who, event) for at, event in await events.of_person(tx, who)]

    async def names_in(self, tx: Transaction, one: Overview) -> Mapping[OfferingId, str]:
        """The names of groups and services that a summary speaks of, where they are still known."""
        step = one.summary.next_step
        return {} if step is None or step.offering is None else await self._names(tx, {step.offering})

    async def _lines(self, tx: Transaction, made: Summary, told: Iterable[Recorded]) -> list[str]:
        named = await self._names(tx, {ref for one in told if (ref := _offering(one.event)) is not None})
        unnamed = self._messages.text("summary_a_group")
        return lines(made, self._messages, self._zone, self._label, lambda ref: named.get(ref, unnamed))

    def _label(self, code: str) -> str:
        """The words of an event's code."""
        name = f"code_{code}"
        return self._messages.text(name) if name in self._messages else code.replace("_", " ")


def _scope(asked: Sequence[Recorded]) -> Scope:
    """What the person last agreed to share; nothing while they were never asked."""
    last = asked[-1].event if asked else None
    return last.scope if isinstance(last, HandoffAsked) else "nothing"


def _has_reason(one: Recorded) -> bool:
    return isinstance(one.event, ReadinessSaid) and one.event.reason_kept


def _is_shared(last: datetime, asked: Sequence[Recorded]) -> bool:
    """Whether own words of a conversation that ended at `last` were there when the person last shared any.

    Words said since, in a conversation in which nobody asked them, are not.
    """
    return _scope(asked) != "nothing" and last - asked[-1].at <= APART


def _offering(event: Event) -> OfferingId | None:
    match event:
        case (
            Shown(offering=ref)
            | Opened(offering=ref)
            | Planned(offering=ref)
            | Went(offering=ref)
            | WasNotThere(offering=ref)
        ):
            return ref
        case _:
            return None


def _state(made: Summary, *, talking: bool, waiting: bool) -> State:
    if talking:
        return "talking"
    if waiting:
        return "waiting"
    if made.in_danger:
        return "open_danger"
    return "unanswered" if made.outcome in ("gave_up", "cancelled") else "over"
