"""Groups and services, each edition of what is known of them, and their weekly times.

An offering keeps its id for ever; what a source says of it is an edition, seen from one generation of the
source until another. Staging writes editions that nobody sees yet; publishing moves one number.

They have no foreign keys, whose checking took half of an import on PostgreSQL: their ids are handed out here,
sources, offerings and places stay for ever, and an edition goes with all that hangs on it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import BindParameter

from bot.domain.directory.flags import SELDOM
from bot.domain.directory.offering import Entry, Online, Slot
from bot.domain.directory.ranking import BY_APPOINTMENT
from bot.domain.ids import OfferingId
from bot.store.directory.places import place, venue_of
from bot.store.directory.sources import source
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

offering = Table(
    "offering",
    metadata,
    own_id(),
    whole("source_id", nullable=False),
    words("key", nullable=False),
    instant("first_seen_at", nullable=False),
    instant("hidden_at"),
    words("hidden_why", nullable=False, server_default=""),
    whole("same_as"),
    instant("checked_at"),
    UniqueConstraint("source_id", "key"),
    Index(
        "ix_offering_same_as",
        "same_as",
        sqlite_where=text("same_as IS NOT NULL"),
        postgresql_where=text("same_as IS NOT NULL"),
    ),
    Index(
        "ix_offering_checked_at",
        "checked_at",
        sqlite_where=text("checked_at IS NOT NULL"),
        postgresql_where=text("checked_at IS NOT NULL"),
    ),
    Index(
        "ix_offering_hidden",
        "hidden_why",
        "id",
        sqlite_where=text("hidden_at IS NOT NULL"),
        postgresql_where=text("hidden_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
edition = Table(
    "edition",
    metadata,
    own_id(),
    whole("offering_id", nullable=False, index=True),
    whole("source_id", nullable=False),
    whole("from_generation", nullable=False),
    whole("to_generation"),
    words("digest", nullable=False),
    words("kind", nullable=False),
    words("name", nullable=False),
    words("programme", nullable=False),
    words("zone", nullable=False),
    words("tags", nullable=False),
    words("notes", nullable=False),
    words("check_first", nullable=False),
    words("page", nullable=False),
    words("updated_on", nullable=False),
    whole("place_id"),
    Column("online", Boolean, nullable=False),
    words("needs", nullable=False, server_default="[]"),
    words("phone", nullable=False, server_default=""),
    words("origins", nullable=False, server_default="{}"),
    whole("mark", nullable=False, server_default="0"),
    Index(None, "source_id", "from_generation", "id"),
    Index(
        "ix_edition_ended",
        "source_id",
        "to_generation",
        sqlite_where=text("to_generation IS NOT NULL"),
        postgresql_where=text("to_generation IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
joining = Table(
    "joining",
    metadata,
    whole("edition_id", primary_key=True, autoincrement=False),
    words("url", nullable=False),
    words("phone", nullable=False),
    words("passcode", nullable=False),
    words("room", nullable=False, server_default=""),
    Index("ix_joining_room", "room", sqlite_where=text("room <> ''"), postgresql_where=text("room <> ''")),
)
_SEARCHED = (
    "start", "flags", "programme", "source_id", "from_generation", "edition_id", "minutes", "rule",
)  # fmt: skip
"""What a search reads of a weekly time: all of it stands in the index, the table is not touched."""
_FEW = f"flags & {SELDOM} > 0"
seldom: ColumnElement[bool] = literal_column(f"schedule.flags & {SELDOM}") > literal_column("0")
"""Whether a time is in the index of what few groups have, by the very words of that index.

It must resemble no condition that holds a value, else SQLite plans each search anew.
"""
schedule = Table(
    "schedule",
    metadata,
    own_id(),
    whole("edition_id", nullable=False, index=True),
    whole("day", nullable=False),
    whole("start", nullable=False),
    whole("minutes"),
    Column("lat", Double),
    Column("lon", Double),
    words("zone", nullable=False),
    Column("online", Boolean, nullable=False),
    words("rule", nullable=False, server_default=""),
    whole("source_id", nullable=False, server_default="0"),
    whole("from_generation", nullable=False, server_default="0"),
    words("programme", nullable=False, server_default=""),
    whole("flags", nullable=False, server_default="0"),
    whole("band"),
    whole("winter_minute"),
    Index(
        "ix_schedule_near",
        "band",
        "day",
        "lon",
        *_SEARCHED,
        "lat",
        "zone",
        sqlite_where=text("band IS NOT NULL"),
        postgresql_where=text("band IS NOT NULL"),
    ),
    Index(
        "ix_schedule_online",
        "winter_minute",
        *_SEARCHED,
        "lat",
        "lon",
        "zone",
        "day",
        sqlite_where=text("winter_minute IS NOT NULL"),
        postgresql_where=text("winter_minute IS NOT NULL"),
    ),
    Index(
        "ix_schedule_seldom",
        "lat",
        "lon",
        "day",
        *_SEARCHED,
        "zone",
        "winter_minute",
        sqlite_where=text(_FEW),
        postgresql_where=text(_FEW),
    ),
    Index(
        "ix_schedule_online_zone",
        "zone",
        sqlite_where=text("winter_minute IS NOT NULL"),
        postgresql_where=text("winter_minute IS NOT NULL"),
    ),
)
suspect = Table(
    "suspect",
    metadata,
    ref("offering_id", "offering.id", primary_key=True, autoincrement=False),
    ref("source_id", "source.id", nullable=False, index=True),
    whole("since_generation", nullable=False),
)
seen: ColumnElement[bool] = and_(
    edition.c.from_generation <= source.c.generation,
    or_(edition.c.to_generation.is_(None), edition.c.to_generation > source.c.generation),
)
"""Whether an edition is what its source says now."""
fresh: ColumnElement[bool] = or_(
    source.c.fictional.is_(true()),
    source.c.last_success >= bindparam("since", type_=BigInteger),
    offering.c.checked_at >= bindparam("since", type_=BigInteger),
)
"""Whether its list came in, or somebody found it right, since `since`; what is made up is always fresh."""
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
_some: list[BindParameter[int]] = [bindparam(f"edition{n}") for n in range(SOME)]
_SOME_SHOWN = prepared(
    select(*_TIME, *_details.selected_columns)
    .select_from(_whole.join(schedule, schedule.c.edition_id == edition.c.id))
    .where(seen, edition.c.id.in_(_some), offering.c.hidden_at.is_(None), offering.c.same_as.is_(None)),
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
_HIDE = prepared(
    update(offering)
    .where(offering.c.id == bindparam("offering"), offering.c.hidden_at.is_(None))
    .values(hidden_at=bindparam("now"))
)
_RETIRE = prepared(
    update(offering)
    .where(offering.c.id == bindparam("offering"), offering.c.hidden_at.is_not(None))
    .values(hidden_why="retired")
)
_SHOW_AGAIN = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(hidden_at=null(), hidden_why="")
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
    """What is known of at most `SOME` editions: of those seen now, not hidden and not merged away."""
    if not editions:
        return {}
    padded = [*editions, *[editions[0]] * (SOME - len(editions))]
    which = {f"edition{n}": edition for n, edition in enumerate(padded)}
    rows: Any = await tx.fetch(_SOME_SHOWN, **which)
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
    """How to join an edition online: for somebody who has asked to."""
    row = await tx.first(_JOINING, edition=which)
    return None if row is None else Online(row["url"], row["phone"], row["passcode"])


def hide(tx: Transaction, which: OfferingId, now: datetime) -> None:
    """Show it to nobody until a coordinator has looked."""
    tx.write(_HIDE, offering=which, now=to_ms(now))


def retire(tx: Transaction, which: OfferingId) -> None:
    """What is hidden is to stay so: it waits for nobody any more, and stays hidden when it is merged."""
    tx.write(_RETIRE, offering=which)


def show_again(tx: Transaction, which: OfferingId) -> None:
    """A coordinator has looked: it may be shown."""
    tx.write(_SHOW_AGAIN, offering=which)


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
