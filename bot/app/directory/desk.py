"""The directory for coordinators: what to look at, one entry with what was said of it, checks and changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.directory import likenesses
from bot.app.directory.listings import Directory, Suggestion, too_old
from bot.app.staffing.staff_names import called
from bot.domain.directory.draft import Draft
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.places import Found, NotFound, Place, PlaceAnswer
from bot.domain.directory.refreshing import age_of
from bot.domain.directory.wanted import Needs
from bot.domain.directory.working_days import escalates_at
from bot.domain.events import Went
from bot.domain.ids import OfferingId, PersonId
from bot.store.conversing import events
from bot.store.directory import confirmations, entries_by_hand, offerings, reports, sources, staging
from bot.store.directory.confirmations import Said, ToReview
from bot.store.directory.likenesses import Doubtful
from bot.store.directory.offerings import Listed
from bot.store.directory.sources import Source
from bot.store.directory.staging import Waiting
from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.staffing import audit
from bot.store.store import Store

__all__ = ["DirectoryDesk", "Draft", "Opened", "Overview", "stale"]

A_PAGE = 25
UNCHECKED = "unchecked"
"""Why something written by hand is to be looked at: nobody has checked it for a month."""
RECORD_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits, and how the sources are.

    Each in `review` with whether it is late: it has waited longer than three working days, or was written by
    hand and nobody has checked it for so long that it is shown no more.
    """

    review: Sequence[tuple[ToReview, bool]]
    waiting: Sequence[Waiting]
    pairs: Sequence[Doubtful]
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True)
class Record:
    """What people said after they meant to go, in the last `RECORD_FOR`: how many said what."""

    went: int = 0
    again: int = 0
    not_again: int = 0
    not_there: int = 0
    did_not_go: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry with what was said of it, and by whom."""

    listed: Listed
    too_old: bool
    said: Sequence[tuple[Said, str]]
    reported: int
    record: Record


class DirectoryDesk:
    """Reads and changes the directory for whoever is signed in; every change is in the audit."""

    def __init__(self, store: Store, directory: Directory, zone: ZoneInfo, country: str) -> None:
        self._store = store
        self.directory = directory
        self._zone = zone
        self.country = country

    async def overview(self, now: datetime) -> Overview:
        """What waits for somebody, longest first, and every source."""
        async with self._store.reading() as tx:
            review = await confirmations.to_review(tx)
            by_hand = await entries_by_hand.last_checks(tx)
            waiting = await staging.waiting(tx)
            pairs = await likenesses.doubtful(tx)
            known = await sources.everything(tx)
        late = [(one, escalates_at(one.since, self._zone, self.country) <= now) for one in review]
        late += [
            (ToReview(one.offering, one.name, UNCHECKED, 0, one.at), age == "hidden")
            for one in by_hand
            if (age := age_of(one.at, now))
        ]
        return Overview(late, waiting, pairs, known)

    async def place(self, text: str) -> PlaceAnswer:
        """The place that a coordinator typed."""
        return await self.directory.find(text, self.country)

    async def near(self, place: Place, now: datetime) -> Sequence[Suggestion]:
        """What people would be shown around a place, in their order: groups, then services of every kind."""
        found: dict[OfferingId, Suggestion] = {}
        async with self._store.reading() as tx:
            for needs in (Needs(), Needs(services=frozenset(NEED_WORDS))):
                near = await self.directory.search(tx, place.point, now, needs, A_PAGE, zone=place.zone)
                found |= {one.listed.id: one for one in near.groups if one.listed.id not in found}
        return list(found.values())

    async def named(self, text: str, page: int) -> Sequence[tuple[OfferingId, str, str, str]]:
        """Entries whose name holds these words, a page at a time: id, name, programme, source."""
        async with self._store.reading() as tx:
            return await offerings.named(tx, text, (page - 1) * A_PAGE, A_PAGE)

    async def one(self, which: OfferingId, now: datetime) -> Opened | None:
        """An entry, hidden or not; None once it is gone from its source."""
        async with self._store.transaction() as tx:
            listed = await offerings.details(tx, which)
            if listed is None:
                return None
            said = await confirmations.of(tx, which)
            who = {one.person: await called(tx, one.person) for one in said}
            reported = await reports.count(tx, which)
        async with self._store.reading() as tx:
            record = await self._record(tx, which, now)
        heard = [(one, who[one.person]) for one in said]
        return Opened(listed, too_old(listed, now), heard, reported, record)

    async def _record(self, tx: Transaction, which: OfferingId, now: datetime) -> Record:
        since = now - RECORD_FOR
        went = [
            one.again for one in await events.of_offering(tx, "went", which, since) if isinstance(one, Went)
        ]
        missed = await events.of_offering(tx, "was_not_there", which, since)
        stayed = await events.of_offering(tx, "did_not_go", which, since)
        return Record(went.count(None), went.count(True), went.count(False), len(missed), len(stayed))

    async def checked(self, by: PersonId, which: OfferingId, now: datetime) -> bool:
        """It is right as it stands: shown, nothing waits. False when it is gone."""
        async with self._store.transaction() as tx:
            if await offerings.details(tx, which) is None:
                return False
            entries_by_hand.publish(tx, which)
            reports.settle(tx, which)
            confirmations.settle(tx, which, now)
            confirmations.add(tx, which, by, "checked", now)
            await audit.add(tx, by, "entry_checked", f"offering:{which}", now)
        return True

    async def retired(self, by: PersonId, which: OfferingId, now: datetime) -> bool:
        """Nobody is sent there any more. False when it is gone."""
        async with self._store.transaction() as tx:
            if await offerings.details(tx, which) is None:
                return False
            offerings.hide(tx, which, now)
            reports.settle(tx, which)
            confirmations.settle(tx, which, now)
            await audit.add(tx, by, "entry_retired", f"offering:{which}", now)
        return True

    async def written(
        self, by: PersonId, draft: Draft, instead_of: OfferingId | None, now: datetime
    ) -> OfferingId | str:
        """Publish what a coordinator wrote, instead of another entry where one is named; or what is wrong."""
        found = await self.place(draft.postcode) if draft.postcode else NotFound()
        place = found.place if isinstance(found, Found) else None
        async with self._store.transaction() as tx:
            listed = None if instead_of is None else await offerings.details(tx, instead_of)
            before = None if listed is None else listed.entry
            if wrong := draft.problem(place, before):
                return wrong
            key = await entries_by_hand.key_of(tx, instead_of) or f"hand-{to_ms(now)}-{by}"
            joined = None if listed is None else await offerings.joining_of(tx, listed.edition)
            entry = draft.entry(key, place, self._zone.key, before, joined)
            made_up = await self.directory.shows_fiction(tx)
            which = await entries_by_hand.put(tx, entry, now, fictional=made_up)
            entries_by_hand.publish(tx, which)
            if instead_of is not None:
                if instead_of != which:
                    entries_by_hand.replace(tx, instead_of, which)
                reports.settle(tx, instead_of)
                confirmations.settle(tx, instead_of, now)
            confirmations.add(tx, which, by, "checked", now)
            await audit.add(tx, by, "entry_written", f"offering:{which}", now)
        async with self._store.reading() as tx:
            await self.directory.learn(tx)
        return which

    async def decided(self, by: PersonId, pair: int, *, same: bool, now: datetime) -> None:
        """Whether two entries are the same thing: it holds for every import to come."""
        async with self._store.transaction() as tx:
            await likenesses.decide(tx, pair, same=same, now=now)
            await audit.add(tx, by, "entries_compared", f"likeness:{pair}", now)


def stale(source: Source, now: datetime) -> bool:
    """Whether a source has not come in for so long that nobody is sent to its entries any more.

    What is written by hand does not come in: each entry of it is as old as its last check.
    """
    return not source.by_hand and age_of(source.last_success, now) in ("hidden", "never")
