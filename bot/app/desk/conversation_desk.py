"""Conversations for staff: the list, one on a screen, and what reviewing adds. Every look is written down.

A coach sees the conversations they had themselves, and nothing that other staff noted about them.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import get_args
from zoneinfo import ZoneInfo

from bot.app.desk.summaries import Overview, Summaries
from bot.app.staffing.looked import looked
from bot.app.staffing.staff_names import called
from bot.domain.events import HandoffAccepted
from bot.domain.ids import OfferingId, PersonId
from bot.domain.oncall.handoff import Outcome
from bot.domain.person import Person
from bot.domain.zones import moment
from bot.store.checkins import checkins
from bot.store.conversing import people
from bot.store.desk import outline_search, outlines, reviews, tasks
from bot.store.desk.outline_search import Found, State, Wanted
from bot.store.desk.reviews import Said
from bot.store.desk.tasks import Task
from bot.store.engine.transaction import Transaction
from bot.store.staffing import audit, looks
from bot.store.store import Store

A_PAGE = 25
MOST_EXPORTED = 1000
LEADS = frozenset({"coordinator", "safety_lead"})
FOLLOW_UP = "follow_up"
"""The kind of task that a reviewer writes."""
MOST_CHARS = 1000
LOOK_AGAIN = timedelta(minutes=10)
_DUE_AT = time(17)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of conversations: the `number`th of `total` found. `counts` are by state and flag,
    `next_dates` of check-ins by person."""

    found: Sequence[Found]
    total: int
    number: int
    counts: Mapping[State, Mapping[str, int]]
    next_dates: Mapping[PersonId, date]
    needs: Sequence[str]
    outcomes: Sequence[str]
    coaches: Mapping[PersonId, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """One conversation, with what staff added. `names` and `staff` give what groups and staff are called."""

    one: Overview
    others: Sequence[Overview]
    names: Mapping[OfferingId, str]
    staff: Mapping[PersonId, str]
    reviewed: Said | None = None
    notes: Sequence[Said] = ()
    tasks: Sequence[Task] = ()
    owners: Sequence[tuple[PersonId, str]] = ()


class ConversationDesk:
    """Reads conversations for whoever is signed in. `zone` is the service's own, for due dates."""

    def __init__(self, store: Store, summaries: Summaries, zone: ZoneInfo) -> None:
        self._store = store
        self._summaries = summaries
        self._zone = zone
        self._needs: tuple[datetime, Sequence[str]] | None = None

    async def page(self, reader: Person, wanted: Wanted, number: int, now: datetime) -> Listed:
        """The `number`th page of what is wanted and theirs to read, or the last one there is."""
        wanted = _theirs(reader, wanted)
        async with self._store.reading() as tx:
            counts = await outline_search.counts(tx, wanted)
            total = outline_search.total(counts, wanted)
            number = min(number, max(ceil(total / A_PAGE), 1))
            found = await outline_search.page(tx, wanted, (number - 1) * A_PAGE, A_PAGE)
            dates = {
                one.person: due[0]
                for one in found
                if (due := await checkins.waiting_of(tx, one.person)) is not None
            }
            needs = await self._known_needs(tx, wanted.since, now)
            coaches = {who: await called(tx, who) for who, _ in await people.with_role(tx, "coach")}
        await looked(self._store, reader.id, [one.person for one in found], "list", now)
        return Listed(found, total, number, counts, dates, needs, get_args(Outcome), coaches)

    async def _known_needs(self, tx: Transaction, since: datetime, now: datetime) -> Sequence[str]:
        """What may be asked for, looked at anew every ten minutes."""
        if self._needs is None or now - self._needs[0] > LOOK_AGAIN:
            self._needs = (now, await outline_search.needs_since(tx, since))
        return self._needs[1]

    async def one(self, reader: Person, who: PersonId, number: int, now: datetime) -> Opened | None:
        """A conversation; None when there is none, or it is not theirs to read."""
        async with self._store.reading() as tx:
            chosen, others = await self._find(tx, reader, who, number)
        if chosen is None:
            return None
        async with self._store.transaction() as tx:
            looks.add(tx, [who], reader.id, "summary", now)
            await audit.add(tx, reader.id, "summary_read", f"person:{who} conversation:{number}", now)
        async with self._store.reading() as tx:
            return await self._opened(tx, reader, chosen, others)

    async def export(self, reader: Person, wanted: Wanted, now: datetime) -> AsyncIterator[Opened]:
        """Everything wanted, newest first, at most MOST_EXPORTED, as it may be read; one after the other."""
        async with self._store.reading() as tx:
            found = await outline_search.page(tx, _theirs(reader, wanted), 0, MOST_EXPORTED)
        await looked(self._store, reader.id, [one.person for one in found], "export", now)
        for one in found:
            async with self._store.reading() as tx:
                chosen, _ = await self._find(tx, reader, one.person, one.outline.number)
                opened = None if chosen is None else await self._opened(tx, reader, chosen, ())
            if opened is not None:
                yield opened

    async def reviewed(self, reader: Person, who: PersonId, number: int, now: datetime) -> bool:
        """Note that it has been reviewed; False when there is none."""
        async with self._store.transaction() as tx:
            chosen, _ = await self._find(tx, reader, who, number)
            if chosen is None:
                return False
            reviews.reviewed(tx, who, chosen.began, reader.id, now)
            await audit.add(tx, reader.id, "reviewed", f"person:{who} conversation:{number}", now)
        return True

    async def note(self, reader: Person, who: PersonId, number: int, note: str, now: datetime) -> bool:
        """Keep a note about it, sealed; False when there is none."""
        async with self._store.transaction() as tx:
            chosen, _ = await self._find(tx, reader, who, number)
            if chosen is None:
                return False
            kept = await reviews.add_note(tx, who, chosen.began, reader.id, note[:MOST_CHARS], now)
            await audit.add(tx, reader.id, "noted", f"person:{who} conversation:{number}", now)
        return kept

    async def task(
        self, reader: Person, who: PersonId, note: str, owner: PersonId, due: date, now: datetime
    ) -> bool:
        """Something to be done for a person by five on that day; False when anything is not right.

        The same once more, while it is still to be done, is a double tap.
        """
        async with self._store.transaction() as tx:
            person, other = await people.by_id(tx, who), await people.by_id(tx, owner)
            if person is None or other is None or not other.roles & LEADS:
                return False
            at = moment(due, _DUE_AT, self._zone)
            words = note[:MOST_CHARS]
            same = (words, owner, at)
            if any((one.note, one.owner, one.due) == same for one in await tasks.open_of(tx, who)):
                return True
            which = await tasks.add(tx, who, FOLLOW_UP, at, now, note=words, again=True)
            if which is not None:
                await tasks.give(tx, which, owner, at)
            await audit.add(tx, reader.id, "task_made", f"person:{who} task:{which}", now)
        return True

    async def task_done(self, reader: Person, which: int, now: datetime) -> PersonId | None:
        """It is done; whose it was, or None when there is no such task."""
        async with self._store.transaction() as tx:
            found = await tasks.get(tx, which)
            if found is None:
                return None
            if await tasks.done(tx, which, now):
                await audit.add(tx, reader.id, "task_done", f"person:{found.person} task:{which}", now)
            return found.person

    async def _find(
        self, tx: Transaction, reader: Person, who: PersonId, number: int
    ) -> tuple[Overview | None, list[Overview]]:
        found = await self._summaries.of_person(tx, who)
        if not reader.roles & LEADS:
            own = {one.number for one in await outlines.of_person(tx, who) if reader.id in one.coaches}
            found = [one for one in found if one.number in own]
        chosen = next((one for one in found if one.number == number), None)
        return chosen, [one for one in found if one.number != number]

    async def _opened(
        self, tx: Transaction, reader: Person, one: Overview, others: Sequence[Overview]
    ) -> Opened:
        coaches = {
            each.event.coach for each in one.summary.timeline if isinstance(each.event, HandoffAccepted)
        }
        opened = Opened(one, others, await self._summaries.names_in(tx, one), {})
        if reader.roles & LEADS:
            open_tasks = await tasks.open_of(tx, one.person)
            leads = {who for role in LEADS for who, _ in await people.with_role(tx, role)}
            owners = sorted([(await called(tx, who), who) for who in leads])
            opened = replace(
                opened,
                reviewed=await reviews.last_review(tx, one.person, one.began, one.last),
                notes=await reviews.notes(tx, one.person, one.began, one.last),
                tasks=open_tasks,
                owners=[(who, name) for name, who in owners],
            )
        said = [each.by for each in (*opened.notes, opened.reviewed) if each is not None]
        named = {*coaches, *said, *(each.owner for each in opened.tasks)} - {None}
        staff = {who: await called(tx, who) for who in named if who is not None}
        return replace(opened, staff=staff)


def _theirs(reader: Person, wanted: Wanted) -> Wanted:
    """For a coach only what they had themselves."""
    return wanted if reader.roles & LEADS else replace(wanted, coach=str(reader.id))
