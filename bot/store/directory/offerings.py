"""What is known of groups and services: read whole, one, a few or all that are shown."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, or_, select

from bot.domain.directory.offering import Entry, Online, Slot
from bot.domain.directory.ranking import BY_APPOINTMENT
from bot.domain.ids import OfferingId
from bot.store.directory.offering_tables import edition, fresh, joining, offering, schedule, seen
from bot.store.directory.places import place, venue_of
from bot.store.directory.sources import source
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import among, batches, prepared
from bot.store.engine.transaction import Row, Transaction

MOST_MERGED = 10
"""So many of the entries that another stands for are read."""
_OF_THE_IMPORT = frozenset({"source_id", "from_generation", "to_generation", "digest", "mark"})
_whole = (
    edition.join(offering, offering.c.id == edition.c.offering_id)
    .join(source, source.c.id == edition.c.source_id)
    .outerjoin(place, place.c.id == edition.c.place_id)
)
_details = (
    select(
        *(column for column in edition.c if column.name not in _OF_THE_IMPORT),
        offering.c.hidden_at,
        offering.c.hidden_why,
        offering.c.checked_at,
        source.c.name.label("source_name"),
        source.c.last_success,
        source.c.fictional,
        place.c.name.label("place_name"),
        place.c.address,
        place.c.postcode,
        place.c.lat,
        place.c.lon,
        place.c.approximate,
        place.c.country,
        place.c.nation,
    )
    .select_from(_whole)
    .where(seen)
)
_DETAIL_NAMES = tuple(_details.selected_columns.keys())
_ID, _OFFERING, _NAME = map(_DETAIL_NAMES.index, ("id", "offering_id", "name"))
_asked = offering.alias("asked")
_shown_for = select(func.coalesce(_asked.c.same_as, _asked.c.id)).where(_asked.c.id == bindparam("offering"))
_DETAILS = prepared(_details.where(edition.c.offering_id == _shown_for.scalar_subquery()))
_STANDS_FOR = prepared(
    _details.where(offering.c.same_as == bindparam("offering")).order_by(edition.c.id).limit(MOST_MERGED)
)
_TIME = (schedule.c.day, schedule.c.start, schedule.c.minutes, schedule.c.rule)
_times_of = select(*_TIME, schedule.c.edition_id).order_by(
    schedule.c.edition_id, schedule.c.day, schedule.c.start
)
_TIMES = prepared(_times_of.where(schedule.c.edition_id == bindparam("edition")), tuples=True)
SOME = 12
"""So many editions are read together."""
_SOME_SHOWN = prepared(
    select(*_TIME, *_details.selected_columns)
    .select_from(_whole.join(schedule, schedule.c.edition_id == edition.c.id))
    .where(seen, among(edition.c.id, SOME), offering.c.hidden_at.is_(None), offering.c.same_as.is_(None)),
    any_values=True,
    tuples=True,
)
"""A row for each of their times."""
_ALL_SHOWN = prepared(
    _details.where(
        edition.c.id > bindparam("after"),
        offering.c.hidden_at.is_(None),
        offering.c.same_as.is_(None),
        source.c.fictional.is_(False),
        fresh,
    )
    .order_by(edition.c.id)
    .limit(bindparam("most", type_=BigInteger))
)
_TIMES_BETWEEN = prepared(
    _times_of.where(schedule.c.edition_id > bindparam("after"), schedule.c.edition_id <= bindparam("last")),
    tuples=True,
)
_NAMES_SHOWN = prepared(
    select(offering.c.id, edition.c.name, edition.c.programme, source.c.name.label("source_name"))
    .select_from(
        edition.join(offering, offering.c.id == edition.c.offering_id).join(
            source, source.c.id == edition.c.source_id
        )
    )
    .where(seen, offering.c.hidden_at.is_(None), offering.c.same_as.is_(None), source.c.fictional.is_(False))
    .order_by(edition.c.name, offering.c.id)
)
_JOINING = prepared(select(joining).where(joining.c.edition_id == bindparam("edition")))
_shown_edition = edition.alias("shown_edition")
_JOINING_ELSEWHERE = prepared(
    select(joining)
    .select_from(
        _shown_edition.join(offering, offering.c.same_as == _shown_edition.c.offering_id)
        .join(source, source.c.id == offering.c.source_id)
        .join(edition, edition.c.offering_id == offering.c.id)
        .join(joining, joining.c.edition_id == edition.c.id)
    )
    .where(
        _shown_edition.c.id == bindparam("edition"),
        seen,
        offering.c.hidden_at.is_(None),
        or_(joining.c.url != "", joining.c.phone != ""),
    )
    .order_by(source.c.last_success.desc(), edition.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Listed:
    """Everything that is shown about an offering, but how to join (`joining_of`). Times are aware UTC.

    `as_of` is when its list last came in, or somebody last found it right (`checked`): the later of the two.
    """

    id: OfferingId
    edition: int
    entry: Entry
    source: str
    as_of: datetime | None
    fictional: bool
    hidden: bool
    checked: datetime | None = None
    hidden_why: str = ""


Time = tuple[Any, ...]
"""Day, start, minutes and rule; what else was read with them stands behind."""


@dataclass(frozen=True, slots=True)
class Found:
    """One of several that were read together: what it is called, and all of it once it is chosen."""

    id: OfferingId
    name: str
    details: tuple[Any, ...]
    times: list[Time]

    def listed(self) -> Listed:
        """All that is shown about it."""
        return _listed(self.id, self.details, sorted(self.times, key=itemgetter(0, 1)))


async def details(tx: Transaction, which: OfferingId) -> Listed | None:
    """What is known of an offering now, or of the one shown in its place; None once it is gone."""
    row = await tx.first(_DETAILS, offering=which)
    return None if row is None else await _with_times(tx, row)


async def stands_for(tx: Transaction, which: OfferingId) -> list[Listed]:
    """What other lists say of an entry: those in whose place it is shown, at most `MOST_MERGED`."""
    return [await _with_times(tx, row) for row in await tx.fetch(_STANDS_FOR, offering=which)]


async def _with_times(tx: Transaction, row: Row) -> Listed:
    times: Any = await tx.fetch(_TIMES, edition=row["id"])
    return _listed(OfferingId(row["offering_id"]), row, times)


async def shown(tx: Transaction, editions: Sequence[int]) -> dict[int, Found]:
    """What is known of editions, best at most `SOME`: of those seen now, not hidden and not merged away."""
    rows: Any = [row for some in batches(editions, SOME) for row in await tx.fetch(_SOME_SHOWN, **some)]
    found: dict[int, Found] = {}
    for row in rows:
        details = row[len(_TIME) :]
        if (known := found.get(details[_ID])) is None:
            known = found[details[_ID]] = Found(details[_OFFERING], details[_NAME], details, [])
        known.times.append(row)
    return found


async def all_shown(tx: Transaction, after: int, most: int, since: datetime) -> list[Listed]:
    """Everything of real sources that is shown and came in or was checked since `since`, by edition over
    `after`: at most `most`, in order."""
    rows = await tx.fetch(_ALL_SHOWN, after=after, most=most, since=to_ms(since))
    last = rows[-1]["id"] if rows else after
    between: Any = await tx.fetch(_TIMES_BETWEEN, after=after, last=last)
    times: dict[int, list[Time]] = {}
    for time in between:
        times.setdefault(time[-1], []).append(time)
    return [_listed(OfferingId(row["offering_id"]), row, times.get(row["id"], ())) for row in rows]


async def names_shown(tx: Transaction) -> list[tuple[OfferingId, str, str, str]]:
    """Everything that people may be sent to, by name: id, name, programme, source."""
    rows = await tx.fetch(_NAMES_SHOWN)
    return [(OfferingId(r["id"]), r["name"], r["programme"], r["source_name"]) for r in rows]


async def joining_of(tx: Transaction, which: int) -> Online | None:
    """How to join an edition online: for somebody who has asked to. Where its own list does not say, the
    freshest that it is shown instead of does."""
    row = await tx.first(_JOINING, edition=which)
    if row is not None and not row["url"] and not row["phone"]:
        row = await tx.first(_JOINING_ELSEWHERE, edition=which) or row
    return None if row is None else Online(row["url"], row["phone"], row["passcode"])


@lru_cache(maxsize=4096)
def _tags(stored: str) -> frozenset[str]:
    return frozenset(json.loads(stored))


@lru_cache(maxsize=1024)
def _origins(stored: str) -> tuple[tuple[str, str], ...]:
    return tuple(json.loads(stored).items())


def _listed(which: OfferingId, found: Row | tuple[Any, ...], times: Iterable[Time]) -> Listed:
    values: Any = found
    (
        edition_id, _, kind, name, programme, zone, tags, notes, check_first, page, updated_on, place_id,
        online, needs, phone, origins, hidden_at, hidden_why, checked_at, source_name, last_success,
        fictional, *there,
    ) = values.values() if isinstance(values, dict) else values  # fmt: skip
    entry = Entry(
        "",
        name,
        programme,
        zone,
        kind,
        tuple([Slot._make(time[: len(_TIME)]) for time in times if time[0] != BY_APPOINTMENT]),
        None if place_id is None else venue_of(*there),
        Online() if online else None,
        _tags(tags),
        notes,
        check_first,
        page,
        date.fromisoformat(updated_on) if updated_on else None,
        _tags(needs),
        phone,
        _origins(origins),
    )
    came_in, checked = last_success and from_ms(last_success), checked_at and from_ms(checked_at)
    return Listed(
        which,
        edition_id,
        entry,
        source_name,
        max(filter(None, (came_in, checked)), default=None),
        bool(fictional),
        hidden_at is not None,
        checked,
        hidden_why,
    )
