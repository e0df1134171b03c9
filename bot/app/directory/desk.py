"""The directory for coordinators: what to look at, one entry with what was said of it, checks and changes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from bot.app.directory import likenesses
from bot.app.directory.desk_reading import (
    Health,
    LookedUpPage,
    Opened,
    Overview,
    Pair,
    Record,
    may_take_back,
)
from bot.app.directory.likenesses import Decision
from bot.app.directory.listings import Directory, Suggestion, too_old
from bot.app.staffing.staff_names import called
from bot.domain.directory.draft import Draft
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.places import Found, NotFound, Place, PlaceAnswer, Which
from bot.domain.directory.ranking import HIDDEN, STALE
from bot.domain.directory.refreshing import age_of
from bot.domain.directory.wanted import Needs
from bot.domain.directory.working_days import escalates_at
from bot.domain.events import Went
from bot.domain.ids import OfferingId, PersonId
from bot.store.conversing import events
from bot.store.directory import (
    confirmations,
    deeds,
    entries_by_hand,
    generations,
    looking_up,
    offerings,
    reports,
    reviewing,
    sources,
)
from bot.store.directory import health as directory_health
from bot.store.directory import likenesses as stored_likenesses
from bot.store.directory.confirmations import FOUND_RIGHT, RETIRED, ToReview
from bot.store.directory.generations import Counts
from bot.store.directory.likenesses import Doubtful
from bot.store.directory.looking_up import LookedUp
from bot.store.directory.offerings import Listed
from bot.store.directory.sources import Source
from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.staffing import audit
from bot.store.store import Store

__all__ = [
    "CHANGED", "DirectoryDesk", "Draft", "Health", "Opened", "Overview", "Pair", "Record", "stale",
]  # fmt: skip

A_PAGE = 25
MOST_WAITING = 30
MOST_NEW = MOST_PAIRS = 8
"""So much of what waits is shown at once; there is more when some of it is done."""
UNCHECKED = "unchecked"
"""Why something written by hand is to be looked at: nobody has checked it for a month."""
CHANGED = "Somebody else changed this while you were writing. What you wrote is still here."
RECORD_FOR = timedelta(days=365)


class DirectoryDesk:
    """Reads and changes the directory for whoever is signed in; every change is in the audit."""

    def __init__(
        self, store: Store, directory: Directory, zone: ZoneInfo, country: str, nation: str = ""
    ) -> None:
        self._store = store
        self.directory = directory
        self._zone = zone
        self.country, self._nation = country, nation

    async def overview(self, now: datetime) -> Overview:
        """What waits for somebody, longest first, and every source."""
        async with self._store.reading() as tx:
            review = await confirmations.to_review(tx, MOST_WAITING + 1)
            by_hand = await entries_by_hand.last_checks(tx, now - STALE, MOST_WAITING)
            new, _ = await looking_up.found(tx, LookedUp(only="waiting"), now, 0, MOST_NEW + 1)
            waiting = [await offerings.details(tx, one) for one in new[:MOST_NEW]]
            pairs = await likenesses.doubtful(tx)
            known = await sources.everything(tx)
            said_by = {one.who: await called(tx, one.who) for one in review if one.who is not None}
        late = [
            (one, escalates_at(one.since, self._zone, self.country, self._nation) <= now)
            for one in review[:MOST_WAITING]
        ]
        late += [
            (ToReview(one.offering, one.name, UNCHECKED, 0, one.at), age == "hidden")
            for one in by_hand
            if (age := age_of(one.at, now))
        ]
        there = [one for one in waiting if one is not None]
        return Overview(late, len(review) > MOST_WAITING, there, len(new) > MOST_NEW, pairs, known, said_by)

    async def pairs(self, doubts: Sequence[Doubtful]) -> Sequence[Pair]:
        """Both entries of each pair, so that they can be told apart without opening them."""
        async with self._store.reading() as tx:
            return [
                Pair(one, await offerings.details(tx, one.first), await offerings.details(tx, one.second))
                for one in doubts
            ]

    async def decided_pair(self, which: int) -> Doubtful | None:
        """A pair that was decided, so that it can be taken back."""
        async with self._store.reading() as tx:
            return await stored_likenesses.decided(tx, which)

    async def health(self, known: Sequence[Source]) -> Sequence[Health]:
        """How each source is."""
        async with self._store.reading() as tx:
            missing = await directory_health.missing(tx)
            return [
                Health(
                    one,
                    await generations.last_import(tx, one.id) or Counts(),
                    await generations.problems(tx, one.id),
                    missing.get(one.name, 0),
                )
                for one in known
            ]

    async def choices(self) -> tuple[Sequence[str], Sequence[str]]:
        """Names of sources and codes of programmes to choose from."""
        async with self._store.reading() as tx:
            known = await sources.everything(tx)
            return [one.name for one in known], await looking_up.programmes(tx)

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

    async def looked_up(self, asked: LookedUp, page: int, now: datetime) -> LookedUpPage:
        """A page of entries, by name; past the last one the last."""
        async with self._store.reading() as tx:
            found, total = await looking_up.found(tx, asked, now - HIDDEN, (page - 1) * A_PAGE, A_PAGE)
            if not found and page > 1:
                _, total = await looking_up.found(tx, asked, now - HIDDEN, 0, 1)
                page = max(1, ceil(total / A_PAGE))
                found, _ = await looking_up.found(tx, asked, now - HIDDEN, (page - 1) * A_PAGE, A_PAGE)
            listed = [await offerings.details(tx, one) for one in found]
        shown = [one for one in listed if one is not None]
        return LookedUpPage(shown, page, max(1, ceil(total / A_PAGE)))

    async def one(self, which: OfferingId, now: datetime) -> Opened | None:
        """An entry, hidden or not; None once it is gone from its source."""
        async with self._store.transaction() as tx:
            listed = await offerings.details(tx, which)
            if listed is None:
                return None
            which = listed.id
            own = await confirmations.of(tx, which)
            lists = await offerings.stands_for(tx, which)
            theirs = [one for each in lists for one in await confirmations.of(tx, each.id)]
            said = sorted([*own, *theirs], key=lambda one: one.at, reverse=True)
            who = {one.person: await called(tx, one.person) for one in said}
            reported = await reports.count(tx, which)
        async with self._store.reading() as tx:
            record = await self._record(tx, which, now)
            by_hand = bool(await entries_by_hand.key_of(tx, which))
        heard = [(one, who[one.person]) for one in said]
        right = next(((who[one.person], one.at) for one in own if one.said in FOUND_RIGHT), None)
        last = own[0].id if own else 0
        return Opened(listed, by_hand, lists, right, too_old(listed, now), heard, last, reported, record)

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
        return await self._looked(by, which, "checked", "entry_checked", now)

    async def retired(self, by: PersonId, which: OfferingId, why: str, now: datetime) -> bool:
        """Nobody is sent there any more, for one of `RETIRED`. False when it is gone."""
        return await self._looked(by, which, why, "entry_retired", now)

    async def shown(self, by: PersonId, which: OfferingId, now: datetime) -> bool:
        """It is on the list again, though nobody says that it is right. False when it is gone."""
        return await self._looked(by, which, "shown", "entry_shown", now)

    async def _looked(
        self, by: PersonId, which: OfferingId, said: str, deed: audit.Action, now: datetime
    ) -> bool:
        async with self._store.transaction() as tx:
            listed = await offerings.details(tx, which)
            if listed is None:
                return False
            before = deeds.before(hidden=listed.hidden, why=listed.hidden_why)
            if said in RETIRED:
                reviewing.hide(tx, listed.id, now)
                reviewing.retire(tx, listed.id)
            else:
                reviewing.show_again(tx, listed.id)
            deeds.look(tx, listed.id, by, said, before, now)
            await audit.add(tx, by, deed, f"offering:{listed.id}", now)
        return True

    async def taken_back(self, by: PersonId, which: OfferingId, now: datetime) -> None:
        """Their own deed of a moment ago was a wrong tap: the entry is as it was, and what waited waits."""
        async with self._store.transaction() as tx:
            for one in (await confirmations.of(tx, which))[:1]:
                if may_take_back(one, by, now):
                    await deeds.undo(tx, which, one, now)
                    await audit.add(tx, by, "check_taken_back", f"offering:{which}", now)

    async def apart(self, by: PersonId, which: OfferingId, other: OfferingId, now: datetime) -> None:
        """What a list says is shown by itself again; what was written in its place goes."""
        async with self._store.transaction() as tx:
            theirs = {one.id for one in await offerings.stands_for(tx, which)}
            if other not in theirs:
                return
            written = bool(await entries_by_hand.key_of(tx, which))
            for one in theirs if written else {other}:
                await likenesses.not_the_same(tx, which, one, now)
            if written:
                reviewing.hide(tx, which, now)
                reviewing.retire(tx, which)
                confirmations.add(tx, which, by, "gone_back", now)
            await audit.add(tx, by, "entries_compared", f"offering:{other}", now)

    async def written(
        self, by: PersonId, draft: Draft, instead_of: OfferingId | None, now: datetime, *, began: str = ""
    ) -> OfferingId | str:
        """Publish what a coordinator wrote, instead of another entry where one is named; or what is wrong.

        `began` is the mark of what stood there when they began, "" where it does not matter. Something new
        with the same words from the same person on the same day is the same entry: a double tap adds one.
        """
        found = await self.place(draft.postcode) if draft.postcode else NotFound()
        place = found.place if isinstance(found, Found) else None
        towns = [one.label for one in found.options] if isinstance(found, Which) else []
        async with self._store.transaction() as tx:
            listed = None if instead_of is None else await offerings.details(tx, instead_of)
            instead_of = None if listed is None else listed.id
            before = None if listed is None else listed.entry
            if wrong := draft.problem(place, before, towns):
                return wrong
            if began and listed is not None and mark_of(listed) != began:
                return CHANGED
            made = f"{now:%Y%m%d}-{draft.mark}" if instead_of is None else str(to_ms(now))
            key = await entries_by_hand.key_of(tx, instead_of) or f"hand-{made}-{by}"
            joined = None if listed is None else await offerings.joining_of(tx, listed.edition)
            entry = draft.entry(key, place, self._zone.key, before, joined)
            made_up = await self.directory.shows_fiction(tx)
            which = await entries_by_hand.put(tx, entry, now, fictional=made_up)
            reviewing.show_again(tx, which)
            if instead_of is not None:
                if instead_of != which:
                    likenesses.replace(tx, instead_of, which)
                reports.settle(tx, instead_of)
                confirmations.settle(tx, instead_of, now)
            confirmations.add(tx, which, by, "written", now)
            await audit.add(tx, by, "entry_written", f"offering:{which}", now)
        async with self._store.reading() as tx:
            await self.directory.learn(tx)
        return which

    async def decided(self, by: PersonId, pair: int, said: Decision, now: datetime) -> bool:
        """Whether two entries are the same thing: it holds for every import to come. "" takes it back.

        False for an unknown pair.
        """
        async with self._store.transaction() as tx:
            known = await likenesses.decide(tx, pair, said, now)
            if known:
                await audit.add(tx, by, "entries_compared", f"likeness:{pair}", now)
        return known


def mark_of(listed: Listed) -> str:
    """What an entry says and whether anybody is sent there: another mark once either has changed."""
    return f"{Draft.of(listed.entry).mark}{'-hidden' if listed.hidden else ''}"


def stale(source: Source, now: datetime) -> bool:
    """Whether a source has not come in for so long that nobody is sent to its entries any more.

    What is written by hand does not come in: each entry of it is as old as its last check.
    """
    return not source.by_hand and age_of(source.last_success, now) in ("hidden", "never")
