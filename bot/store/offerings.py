"""Groups and services, each edition of what is known of them, and their weekly times.

An offering keeps its id for ever; what a source says of it is an edition, seen from one generation of the
source until another. Staging writes editions that nobody sees yet; publishing moves one number.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

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
    cast,
    delete,
    func,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import ColumnElement

from bot.domain.directory.geo import Box, Point
from bot.domain.directory.offering import Entry, Online, Slot, Venue
from bot.domain.directory.ranking import Candidate
from bot.domain.ids import OfferingId, PersonId
from bot.store.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.metadata import metadata
from bot.store.places import ADD as ADD_PLACE
from bot.store.places import digest_of, params, place, venue_of
from bot.store.sources import source
from bot.store.statement import Params, prepared
from bot.store.transaction import Row, Transaction

BY_APPOINTMENT = 7
"""Stands where a weekday would."""

offering = Table(
    "offering",
    metadata,
    own_id(),
    ref("source_id", "source.id", nullable=False),
    words("key", nullable=False),
    instant("first_seen_at", nullable=False),
    instant("hidden_at"),
    words("hidden_why", nullable=False, server_default=""),
    whole("same_as", index=True),
    UniqueConstraint("source_id", "key"),
    sqlite_autoincrement=True,
)
edition = Table(
    "edition",
    metadata,
    own_id(),
    ref("offering_id", "offering.id", nullable=False, index=True),
    ref("source_id", "source.id", nullable=False),
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
    ref("place_id", "place.id"),
    Column("online", Boolean, nullable=False),
    words("needs", nullable=False, server_default="[]"),
    words("phone", nullable=False, server_default=""),
    words("origins", nullable=False, server_default="{}"),
    Index(None, "source_id", "to_generation", "from_generation"),
    sqlite_autoincrement=True,
)
joining = Table(
    "joining",
    metadata,
    ref("edition_id", "edition.id", primary_key=True),
    words("url", nullable=False),
    words("phone", nullable=False),
    words("passcode", nullable=False),
    words("room", nullable=False, server_default=""),
    Index("ix_joining_room", "room", sqlite_where=text("room <> ''"), postgresql_where=text("room <> ''")),
)
schedule = Table(
    "schedule",
    metadata,
    own_id(),
    ref("edition_id", "edition.id", nullable=False, index=True),
    whole("day", nullable=False),
    whole("start", nullable=False),
    whole("minutes"),
    Column("lat", Double),
    Column("lon", Double),
    words("zone", nullable=False),
    Column("online", Boolean, nullable=False),
    words("rule", nullable=False, server_default=""),
    Index("ix_schedule_day_lat_lon", "day", "lat", "lon"),
    Index(
        "ix_schedule_online",
        "zone",
        "day",
        "start",
        sqlite_where=Column("online").is_(True),
        postgresql_where=text("online"),  # as it also stands in the migration, made on SQLite
    ),
)
suspect = Table(
    "suspect",
    metadata,
    ref("offering_id", "offering.id", primary_key=True, autoincrement=False),
    ref("source_id", "source.id", nullable=False, index=True),
    whole("since_generation", nullable=False),
)
likeness = Table(
    "likeness",
    metadata,
    own_id(),
    ref("one_id", "offering.id", nullable=False),
    ref("other_id", "offering.id", nullable=False, index=True),
    whole("percent", nullable=False),
    words("why", nullable=False),
    words("decision", nullable=False),
    instant("found_at", nullable=False),
    instant("decided_at"),
    UniqueConstraint("one_id", "other_id"),
    sqlite_autoincrement=True,
)
report = Table(
    "report",
    metadata,
    own_id(),
    ref("offering_id", "offering.id", nullable=False),
    ref("person_id", "person.id", nullable=False, index=True),
    instant("at", nullable=False),
    UniqueConstraint("offering_id", "person_id"),
)

_seen: ColumnElement[bool] = and_(
    edition.c.from_generation <= source.c.generation,
    or_(edition.c.to_generation.is_(None), edition.c.to_generation > source.c.generation),
)
_shown: ColumnElement[bool] = and_(
    _seen,
    offering.c.hidden_at.is_(None),
    offering.c.same_as.is_(None),
    source.c.fictional == bindparam("fictional"),
    or_(source.c.fictional.is_(true()), source.c.last_success >= bindparam("since")),
)
_whole = (
    edition.join(offering, offering.c.id == edition.c.offering_id)
    .join(source, source.c.id == edition.c.source_id)
    .outerjoin(place, place.c.id == edition.c.place_id)
)
_LIGHT = (
    offering.c.id.label("offering_id"),
    edition.c.id.label("edition_id"),
    edition.c.name,
    edition.c.programme,
    edition.c.tags,
    source.c.last_success,
    schedule.c.zone,
    schedule.c.day,
    schedule.c.start,
    schedule.c.lat,
    schedule.c.lon,
    schedule.c.online,
)
_timed = (
    schedule.join(edition, edition.c.id == schedule.c.edition_id)
    .join(offering, offering.c.id == edition.c.offering_id)
    .join(source, source.c.id == edition.c.source_id)
)


_NEAR = prepared(
    select(*_LIGHT)
    .select_from(_timed)
    .where(
        schedule.c.day == bindparam("day"),
        schedule.c.lat.between(bindparam("south"), bindparam("north")),
        schedule.c.lon.between(bindparam("west"), bindparam("east")),
        _shown,
    )
)
_ONLINE = prepared(
    select(*_LIGHT)
    .select_from(_timed)
    .where(
        schedule.c.online.is_(True),
        schedule.c.zone == bindparam("zone"),
        schedule.c.day == bindparam("day"),
        schedule.c.start >= bindparam("start"),
        _shown,
    )
    .order_by(schedule.c.start)
    .limit(bindparam("most", type_=BigInteger))
)
_ZONES = prepared(select(schedule.c.zone).where(schedule.c.online.is_(True)).distinct())
_DETAILS = prepared(
    select(
        edition,
        offering.c.hidden_at,
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
    .where(edition.c.offering_id == bindparam("offering"), _seen)
)
_TIMES = prepared(
    select(schedule.c.day, schedule.c.start, schedule.c.minutes, schedule.c.rule)
    .where(schedule.c.edition_id == bindparam("edition"))
    .order_by(schedule.c.day, schedule.c.start)
)
_JOINING = prepared(select(joining).where(joining.c.edition_id == bindparam("edition")))
_CURRENT = prepared(
    select(offering.c.key, edition.c.digest, edition.c.id)
    .select_from(edition.join(offering).join(source, source.c.id == edition.c.source_id))
    .where(edition.c.source_id == bindparam("source"), edition.c.id > bindparam("after"), _seen)
    .order_by(edition.c.id)
    .limit(bindparam("most", type_=BigInteger))
)
_ADD_OFFERING = prepared(
    insert(offering)
    .values(source_id=bindparam("source"), key=bindparam("key"), first_seen_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_FACTS = (
    "digest", "kind", "name", "programme", "zone", "tags", "notes", "check_first", "page", "updated_on",
    "needs", "phone", "origins",
)  # fmt: skip
_ADD_EDITION = prepared(
    insert(edition).from_select(
        ["offering_id", "source_id", "from_generation", *_FACTS, "online", "place_id"],
        select(
            offering.c.id,
            offering.c.source_id,
            cast(bindparam("generation"), BigInteger),
            *(cast(bindparam(name), edition.c[name].type) for name in _FACTS),
            cast(bindparam("online"), Boolean),
            select(place.c.id).where(place.c.digest == bindparam("place")).scalar_subquery(),
        ).where(offering.c.source_id == bindparam("source"), offering.c.key == bindparam("key")),
    )
)
_staged = (
    select(edition.c.id)
    .select_from(edition.join(offering))
    .where(
        offering.c.source_id == bindparam("source"),
        offering.c.key == bindparam("key"),
        edition.c.from_generation == bindparam("generation"),
    )
    .scalar_subquery()
)
_ADD_TIME = prepared(
    insert(schedule).values(
        edition_id=_staged,
        day=bindparam("day"),
        start=bindparam("start"),
        minutes=bindparam("minutes"),
        lat=bindparam("lat"),
        lon=bindparam("lon"),
        zone=bindparam("zone"),
        online=bindparam("online"),
        rule=bindparam("rule"),
    )
)
_ADD_JOINING = prepared(
    insert(joining).values(
        edition_id=_staged,
        url=bindparam("url"),
        phone=bindparam("phone"),
        passcode=bindparam("passcode"),
        room=bindparam("room"),
    )
)
_END = prepared(
    update(edition).where(edition.c.id == bindparam("edition")).values(to_generation=bindparam("generation"))
)
_UNEND = prepared(
    update(edition)
    .where(edition.c.source_id == bindparam("source"), edition.c.to_generation == bindparam("generation"))
    .values(to_generation=null())
)
_SOME_STAGED = prepared(
    select(edition.c.id)
    .where(edition.c.source_id == bindparam("source"), edition.c.from_generation == bindparam("generation"))
    .limit(bindparam("most", type_=BigInteger))
)
_SOME_PAST = prepared(
    select(edition.c.id)
    .select_from(edition.join(source, source.c.id == edition.c.source_id))
    .where(edition.c.source_id == bindparam("source"), edition.c.to_generation <= source.c.generation)
    .limit(bindparam("most", type_=BigInteger))
)
_DELETE_TIMES = prepared(delete(schedule).where(schedule.c.edition_id == bindparam("edition")))
_DELETE_JOINING = prepared(delete(joining).where(joining.c.edition_id == bindparam("edition")))
_DELETE_EDITION = prepared(delete(edition).where(edition.c.id == bindparam("edition")))
_ADD_REPORT = prepared(
    insert(report)
    .values(offering_id=bindparam("offering"), person_id=bindparam("person"), at=bindparam("now"))
    .on_conflict_do_nothing()
)
_REPORTS = prepared(
    select(func.count().label("people"))
    .select_from(report)
    .where(report.c.offering_id == bindparam("offering"))
)
_HIDE = prepared(
    update(offering)
    .where(offering.c.id == bindparam("offering"), offering.c.hidden_at.is_(None))
    .values(hidden_at=bindparam("now"))
)
_SHOW_AGAIN = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(hidden_at=null())
)
_CLEAR_REPORTS = prepared(delete(report).where(report.c.offering_id == bindparam("offering")))
_FORGET = prepared(delete(report).where(report.c.person_id == bindparam("person")))


@dataclass(frozen=True, slots=True)
class Current:
    """An edition that is seen now."""

    edition: int
    digest: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Everything that is shown about an offering, but how to join (`joining_of`). Times are aware UTC."""

    id: OfferingId
    edition: int
    entry: Entry
    source: str
    as_of: datetime | None
    fictional: bool
    hidden: bool


async def near(tx: Transaction, box: Box, day: int, *, since: datetime, fictional: bool) -> list[Candidate]:
    """All that meets inside the box on a weekday (or `BY_APPOINTMENT`), of sources in since `since`."""
    rows = await tx.fetch(
        _NEAR,
        day=day,
        south=box.south,
        north=box.north,
        west=box.west,
        east=box.east,
        since=to_ms(since),
        fictional=fictional,
    )
    return [_candidate(row) for row in rows]


async def online_from(
    tx: Transaction, zone: str, day: int, start: int, *, since: datetime, fictional: bool, most: int = 60
) -> list[Candidate]:
    """What can be joined on that weekday of that zone from `start` minutes after midnight, soonest first."""
    rows = await tx.fetch(
        _ONLINE, zone=zone, day=day, start=start, since=to_ms(since), fictional=fictional, most=most
    )
    return [_candidate(row) for row in rows]


async def online_zones(tx: Transaction) -> list[str]:
    """The zones in which anything can be joined online, seldom more than a few."""
    return sorted(row["zone"] for row in await tx.fetch(_ZONES))


async def details(tx: Transaction, which: OfferingId) -> Listed | None:
    """What is known of an offering now; None once it is gone from its source."""
    row = await tx.first(_DETAILS, offering=which)
    if row is None:
        return None
    times = await tx.fetch(_TIMES, edition=row["id"])
    return _listed(which, row, times)


async def joining_of(tx: Transaction, which: int) -> Online | None:
    """How to join an edition online: for somebody who has asked to."""
    row = await tx.first(_JOINING, edition=which)
    return None if row is None else Online(row["url"], row["phone"], row["passcode"])


async def current(tx: Transaction, source_id: int, after: int, most: int) -> dict[str, Current]:
    """What is seen of a source now, by its own keys: at most `most`, of editions with ids over `after`."""
    rows = await tx.fetch(_CURRENT, source=source_id, after=after, most=most)
    return {row["key"]: Current(int(row["id"]), row["digest"]) for row in rows}


def stage(tx: Transaction, source_id: int, generation: int, entries: Sequence[Entry], now: datetime) -> None:
    """Write editions that are seen once their generation is published."""
    tx.write_many(ADD_PLACE, [params(e.venue) for e in entries if e.venue])
    tx.write_many(_ADD_OFFERING, [{"source": source_id, "key": e.key, "now": to_ms(now)} for e in entries])
    tx.write_many(_ADD_EDITION, [_edition(e, source_id, generation) for e in entries])
    tx.write_many(_ADD_TIME, [time for e in entries for time in _times(e, source_id, generation)])
    tx.write_many(_ADD_JOINING, [_joining(e, e.online, source_id, generation) for e in entries if e.online])


def end(tx: Transaction, generation: int, editions: Iterable[int]) -> None:
    """Let editions be seen no more once a generation is published."""
    tx.write_many(_END, [{"edition": which, "generation": generation} for which in editions])


async def unstage(tx: Transaction, source_id: int, generation: int, most: int) -> bool:
    """Take back up to `most` staged editions of an import that failed; False once none is left."""
    rows = await tx.fetch(_SOME_STAGED, source=source_id, generation=generation, most=most)
    _delete(tx, rows)
    if not rows:
        tx.write(_UNEND, source=source_id, generation=generation)
    return bool(rows)


async def purge(tx: Transaction, source_id: int, most: int) -> bool:
    """Delete up to `most` editions that are seen no more; False once none is left."""
    rows = await tx.fetch(_SOME_PAST, source=source_id, most=most)
    _delete(tx, rows)
    return bool(rows)


async def report_missing(tx: Transaction, which: OfferingId, who: PersonId, now: datetime) -> int:
    """Note that `who` found nothing there; the number of different people who have said so."""
    tx.write(_ADD_REPORT, offering=which, person=who, now=to_ms(now))
    row = await tx.first(_REPORTS, offering=which)
    return int(row["people"]) if row else 0


def hide(tx: Transaction, which: OfferingId, now: datetime) -> None:
    """Show it to nobody until a coordinator has looked."""
    tx.write(_HIDE, offering=which, now=to_ms(now))


def show_again(tx: Transaction, which: OfferingId) -> None:
    """A coordinator has looked: the reports are settled."""
    tx.write(_SHOW_AGAIN, offering=which)
    tx.write(_CLEAR_REPORTS, offering=which)


def forget_reports(tx: Transaction, who: PersonId) -> None:
    """Erase what one person reported; what was hidden stays hidden."""
    tx.write(_FORGET, person=who)


def _candidate(row: Row) -> Candidate:
    return Candidate(
        offering=OfferingId(row["offering_id"]),
        edition=int(row["edition_id"]),
        name=row["name"],
        programme=row["programme"],
        zone=row["zone"],
        day=None if row["day"] == BY_APPOINTMENT else int(row["day"]),
        start=int(row["start"]),
        point=None if row["lat"] is None else Point(row["lat"], row["lon"]),
        online=bool(row["online"]),
        as_of=_as_of(row["last_success"] or 0),
        tags=_tags(row["tags"]),
    )


@lru_cache(maxsize=4096)
def _tags(stored: str) -> frozenset[str]:
    return frozenset(json.loads(stored))


@lru_cache(maxsize=256)
def _as_of(ms: int) -> datetime:
    return from_ms(ms)


def _listed(which: OfferingId, row: Row, times: Sequence[Row]) -> Listed:
    slots = tuple(
        Slot(int(t["day"]), int(t["start"]), t["minutes"], t["rule"])
        for t in times
        if t["day"] != BY_APPOINTMENT
    )
    venue: Venue | None = None if row["place_id"] is None else venue_of(row)
    entry = Entry(
        key="",
        name=row["name"],
        programme=row["programme"],
        zone=row["zone"],
        kind=row["kind"],
        slots=slots,
        venue=venue,
        online=Online() if row["online"] else None,
        tags=_tags(row["tags"]),
        notes=row["notes"],
        check_first=row["check_first"],
        page=row["page"],
        updated=date.fromisoformat(row["updated_on"]) if row["updated_on"] else None,
        needs=_tags(row["needs"]),
        phone=row["phone"],
        origins=tuple(json.loads(row["origins"]).items()),
    )
    as_of = None if row["last_success"] is None else from_ms(row["last_success"])
    hidden = row["hidden_at"] is not None
    return Listed(which, int(row["id"]), entry, row["source_name"], as_of, bool(row["fictional"]), hidden)


def _edition(entry: Entry, source_id: int, generation: int) -> Params:
    return {
        "source": source_id,
        "key": entry.key,
        "generation": generation,
        "digest": entry.digest(),
        "kind": entry.kind,
        "name": entry.name,
        "programme": entry.programme,
        "zone": entry.zone,
        "tags": json.dumps(sorted(entry.tags)),
        "notes": entry.notes,
        "check_first": entry.check_first,
        "page": entry.page,
        "updated_on": entry.updated.isoformat() if entry.updated else "",
        "online": entry.online is not None,
        "place": digest_of(entry.venue) if entry.venue else "",
        "needs": json.dumps(sorted(entry.needs)),
        "phone": entry.phone,
        "origins": json.dumps(dict(entry.origins)),
    }


def _times(entry: Entry, source_id: int, generation: int) -> list[Mapping[str, object]]:
    """Its weekly times; without any, one row that says "by appointment"."""
    point = entry.venue.point if entry.venue else None
    common = {
        "source": source_id,
        "key": entry.key,
        "generation": generation,
        "zone": entry.zone,
        "online": entry.online is not None,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
    }
    slots = entry.slots or (Slot(BY_APPOINTMENT, 0),)
    return [{**common, "day": s.day, "start": s.start, "minutes": s.minutes, "rule": s.rule} for s in slots]


def _joining(entry: Entry, online: Online, source_id: int, generation: int) -> Params:
    return {
        "source": source_id,
        "key": entry.key,
        "generation": generation,
        "url": online.url,
        "phone": online.phone,
        "passcode": online.passcode,
        "room": online.room(),
    }


def _delete(tx: Transaction, rows: Sequence[Row]) -> None:
    which = [{"edition": int(row["id"])} for row in rows]
    for statement in (_DELETE_TIMES, _DELETE_JOINING, _DELETE_EDITION):
        tx.write_many(statement, which)
