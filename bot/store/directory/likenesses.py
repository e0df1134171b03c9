"""Entries of different sources that are, or may be, the same thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, and_, bindparam, exists, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.directory.geo import Box, Point, band
from bot.domain.directory.likeness import Facts
from bot.domain.directory.ranking import BY_APPOINTMENT
from bot.domain.ids import OfferingId
from bot.store.directory.offerings import edition, joining, likeness, offering, schedule
from bot.store.directory.places import place
from bot.store.directory.sources import BY_HAND, BY_HAND_IN_DEMO, source
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

LOOK_NORTH, LOOK_EAST = 0.006, 0.02
"""Degrees around an entry, a little more than `beside` is asked for anywhere up to 75 degrees north."""
_seen = and_(
    edition.c.from_generation <= source.c.generation,
    or_(edition.c.to_generation.is_(None), edition.c.to_generation > source.c.generation),
)
_COLUMNS = (
    edition.c.id.label("edition_id"),
    edition.c.offering_id,
    edition.c.name,
    edition.c.programme,
    edition.c.updated_on,
    offering.c.same_as,
    offering.c.checked_at,
    offering.c.hidden_why,
    source.c.name.label("source_name"),
    source.c.id.label("source_id"),
    source.c.last_success,
    place.c.postcode,
    place.c.lat,
    place.c.lon,
    joining.c.room,
)
_from = (
    edition.join(offering, offering.c.id == edition.c.offering_id)
    .join(source, source.c.id == edition.c.source_id)
    .outerjoin(place, place.c.id == edition.c.place_id)
    .outerjoin(joining, joining.c.edition_id == edition.c.id)
)
_pointing = offering.alias("pointing")
_mine, _theirs_too = schedule.alias("mine"), schedule.alias("theirs_too")
_room, _other_room, _other = joining.alias("room"), joining.alias("other_room"), edition.alias("other")
_met_near = exists(
    select(_theirs_too.c.id)
    .select_from(
        _mine.join(
            _theirs_too,
            and_(
                _theirs_too.c.band.in_([_mine.c.band - 1, _mine.c.band, _mine.c.band + 1]),
                _theirs_too.c.day == _mine.c.day,
                _theirs_too.c.lon.between(_mine.c.lon - LOOK_EAST, _mine.c.lon + LOOK_EAST),
                _theirs_too.c.lat.between(_mine.c.lat - LOOK_NORTH, _mine.c.lat + LOOK_NORTH),
                _theirs_too.c.start == _mine.c.start,
                _theirs_too.c.programme == _mine.c.programme,
                _theirs_too.c.source_id != _mine.c.source_id,
            ),
        )
    )
    .where(_mine.c.edition_id == edition.c.id)
)
_met_online = exists(
    select(_other.c.id)
    .select_from(
        _room.join(_other_room, and_(_other_room.c.room == _room.c.room, _room.c.room != "")).join(
            _other, _other.c.id == _other_room.c.edition_id
        )
    )
    .where(
        _room.c.edition_id == edition.c.id,
        _other_room.c.room != "",
        _other.c.source_id != edition.c.source_id,
    )
)
_pointed_at = exists(select(_pointing.c.id).where(_pointing.c.same_as == edition.c.offering_id))
_of_generation = (
    edition.c.source_id == bindparam("source"),
    edition.c.from_generation == bindparam("generation"),
    edition.c.id > bindparam("after"),
)
_STRETCH = prepared(
    select(edition.c.id)
    .where(*_of_generation)
    .order_by(edition.c.id)
    .limit(bindparam("most", type_=BigInteger))
)
_TO_COMPARE = prepared(
    select(edition.c.offering_id)
    .select_from(edition.join(offering, offering.c.id == edition.c.offering_id))
    .where(
        *_of_generation,
        edition.c.id <= bindparam("last"),
        edition.c.kind == "group",
        or_(offering.c.same_as.is_not(None), _pointed_at, _met_near, _met_online),
    )
    .order_by(edition.c.id)
)
_ONE = prepared(
    select(*_COLUMNS).select_from(_from).where(edition.c.offering_id == bindparam("offering"), _seen)
)
_TIMES = prepared(
    select(schedule.c.day, schedule.c.start).where(schedule.c.edition_id == bindparam("edition"))
)
_AROUND = prepared(
    select(*_COLUMNS)
    .select_from(_from.join(schedule, schedule.c.edition_id == edition.c.id))
    .where(
        schedule.c.band == bindparam("band"),
        schedule.c.day == bindparam("day"),
        schedule.c.lon.between(bindparam("west"), bindparam("east")),
        schedule.c.lat.between(bindparam("south"), bindparam("north")),
        schedule.c.start == bindparam("start"),
        schedule.c.programme == bindparam("programme"),
        schedule.c.source_id != bindparam("source"),
        source.c.fictional.is_(False),
        _seen,
    )
)
_IN_ROOM = prepared(
    select(*_COLUMNS)
    .select_from(_from)
    .where(
        joining.c.room == bindparam("room"),
        joining.c.room != "",
        edition.c.programme == bindparam("programme"),
        edition.c.source_id != bindparam("source"),
        source.c.fictional.is_(False),
        _seen,
    )
    .limit(50)
)
_OTHERS = prepared(
    select(func.count().label("others"))
    .select_from(source)
    .where(source.c.id != bindparam("source"), source.c.generation > 0, source.c.fictional.is_(False))
)
_written = offering.alias("written")
_for_good = exists(
    select(_written.c.id)
    .select_from(_written.join(source, source.c.id == _written.c.source_id))
    .where(_written.c.id == offering.c.same_as, source.c.name.in_([BY_HAND, BY_HAND_IN_DEMO]))
)
_free = or_(bindparam("even_written"), ~_for_good)
_APART = prepared(
    update(offering)
    .where(or_(offering.c.id == bindparam("which"), offering.c.same_as == bindparam("which")), _free)
    .values(same_as=null())
)
_PART = prepared(
    update(offering)
    .where(offering.c.id == bindparam("one"), offering.c.same_as == bindparam("other"))
    .values(same_as=null())
)
_POINTING = prepared(select(offering.c.id).where(offering.c.same_as == bindparam("which"), _free))
_ORPHANS = prepared(
    select(offering.c.id)
    .where(
        offering.c.same_as.is_not(None),
        ~exists(
            select(edition.c.id)
            .select_from(edition.join(source, source.c.id == edition.c.source_id))
            .where(edition.c.offering_id == offering.c.same_as, _seen)
        ),
    )
    .limit(bindparam("most", type_=BigInteger))
)
_MERGE = prepared(
    update(offering)
    .where(or_(offering.c.id == bindparam("which"), offering.c.same_as == bindparam("which")))
    .values(same_as=bindparam("into"))
)
_ADD = prepared(
    insert(likeness)
    .values(
        one_id=bindparam("one"),
        other_id=bindparam("other"),
        percent=bindparam("percent"),
        why=bindparam("why"),
        decision="",
        found_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_DECISION = prepared(
    select(likeness.c.decision).where(
        likeness.c.one_id == bindparam("one"), likeness.c.other_id == bindparam("other")
    )
)
_DECIDE = prepared(
    update(likeness)
    .where(likeness.c.id == bindparam("which"))
    .values(decision=bindparam("said"), decided_at=bindparam("now"))
)
_PAIR = prepared(select(likeness).where(likeness.c.id == bindparam("which")))
_PAIR_OF = prepared(
    select(likeness.c.id).where(
        likeness.c.one_id == bindparam("one"), likeness.c.other_id == bindparam("other")
    )
)
_first, _second = edition.alias("first"), edition.alias("second")
_its, _theirs = source.alias("its"), source.alias("theirs")
_one, _two = offering.alias("one"), offering.alias("two")
_pairs = (
    select(
        likeness.c.id,
        likeness.c.decision,
        likeness.c.percent,
        likeness.c.why,
        likeness.c.one_id,
        likeness.c.other_id,
        _first.c.name.label("one"),
        _second.c.name.label("other"),
        _its.c.name.label("its"),
        _theirs.c.name.label("theirs"),
    )
    .select_from(
        likeness.join(_first, _first.c.offering_id == likeness.c.one_id)
        .join(_second, _second.c.offering_id == likeness.c.other_id)
        .join(_its, _its.c.id == _first.c.source_id)
        .join(_theirs, _theirs.c.id == _second.c.source_id)
        .join(_one, _one.c.id == likeness.c.one_id)
        .join(_two, _two.c.id == likeness.c.other_id)
    )
    .where(_first.c.to_generation.is_(None), _second.c.to_generation.is_(None))
    .order_by(likeness.c.id)
)
_DECIDED = prepared(_pairs.where(likeness.c.id == bindparam("which"), likeness.c.decision != ""))
_DOUBTFUL = prepared(
    _pairs.where(
        likeness.c.decision == "",
        _one.c.hidden_why != "retired",
        _two.c.hidden_why != "retired",
        func.coalesce(_one.c.same_as, _one.c.id) != func.coalesce(_two.c.same_as, _two.c.id),
    )
)


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry as it is compared. `freshness` orders entries: the greater is preferred.

    What a coordinator wrote goes before everything, then what one took off the list, so that another list
    does not bring it back; then what was changed or checked last.
    """

    offering: OfferingId
    edition: int
    source: int
    same_as: int
    facts: Facts
    freshness: tuple[bool, bool, str, int, int]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Two entries for a coordinator to look at, each with its source and id; what one `said` of them."""

    id: int
    one: str
    other: str
    percent: int
    why: str
    first: OfferingId
    second: OfferingId
    said: str = ""


async def any_others(tx: Transaction, source_id: int) -> bool:
    """Whether there is another source to compare with."""
    row = await tx.first(_OTHERS, source=source_id)
    return bool(row and row["others"])


async def to_compare(
    tx: Transaction, source_id: int, generation: int, after: int, most: int
) -> tuple[int, list[int]]:
    """Of so many editions of a published generation, by id over `after`: the last, 0 when there are none, and
    the groups among them that another source may have too, or that are merged with another now."""
    rows = await tx.fetch(_STRETCH, source=source_id, generation=generation, after=after, most=most)
    if not rows:
        return 0, []
    last = int(rows[-1]["id"])
    found = await tx.fetch(_TO_COMPARE, source=source_id, generation=generation, after=after, last=last)
    return last, [int(row["offering_id"]) for row in found]


async def one(tx: Transaction, which: int) -> Compared | None:
    """An entry as it is seen now; None when it is not."""
    row = await tx.first(_ONE, offering=which)
    return None if row is None else await _compared(tx, row)


async def beside(tx: Transaction, this: Compared, box: Box | None) -> list[Compared]:
    """Entries of other sources with a time in common inside the box, or in the same online room."""
    facts = this.facts
    rows: dict[int, Row] = {}
    if box is not None:
        for day, start in facts.times:
            for stripe in {band(box.south), band(box.north)}:
                for row in await tx.fetch(
                    _AROUND, band=stripe, day=day, start=start, programme=facts.programme,
                    south=box.south, north=box.north, west=box.west, east=box.east, source=this.source,
                ):  # fmt: skip
                    rows[row["offering_id"]] = row
    if facts.room:
        for row in await tx.fetch(_IN_ROOM, room=facts.room, programme=facts.programme, source=this.source):
            rows[row["offering_id"]] = row
    return [await _compared(tx, row) for row in rows.values()]


async def apart(tx: Transaction, which: int, *, even_written: bool = False) -> list[int]:
    """Undo what an entry was merged with; the others it concerned.

    What a coordinator wrote in its place stays there, unless `even_written`.
    """
    pointing = await tx.fetch(_POINTING, which=which, even_written=even_written)
    tx.write(_APART, which=which, even_written=even_written)
    return [int(row["id"]) for row in pointing]


def part(tx: Transaction, one_id: int, other_id: int) -> None:
    """Neither of two entries stands for the other any more, even if a coordinator wrote one of them."""
    tx.write(_PART, one=one_id, other=other_id)
    tx.write(_PART, one=other_id, other=one_id)


async def orphans(tx: Transaction, most: int) -> list[int]:
    """Entries merged into one that is no longer seen."""
    return [int(row["id"]) for row in await tx.fetch(_ORPHANS, most=most)]


def merge(tx: Transaction, which: int, into: int) -> None:
    """Show `into` instead of `which` and of all that was merged into it."""
    tx.write(_MERGE, which=which, into=into)


async def decision(tx: Transaction, one_id: int, other_id: int) -> str:
    """What a coordinator said of two entries: "same", "different", "" for nothing."""
    row = await tx.first(_DECISION, one=min(one_id, other_id), other=max(one_id, other_id))
    return str(row["decision"]) if row else ""


def note(tx: Transaction, one_id: int, other_id: int, percent: int, why: str, now: datetime) -> None:
    """Put two entries on the list for a coordinator, once."""
    tx.write(
        _ADD,
        one=min(one_id, other_id),
        other=max(one_id, other_id),
        percent=percent,
        why=why,
        now=to_ms(now),
    )


async def pair_of(tx: Transaction, one_id: int, other_id: int, now: datetime) -> int:
    """The number under which a coordinator's word on two entries is kept."""
    note(tx, one_id, other_id, 100, "", now)
    row = await tx.first(_PAIR_OF, one=min(one_id, other_id), other=max(one_id, other_id))
    assert row is not None
    return int(row["id"])


async def pair(tx: Transaction, which: int) -> tuple[int, int] | None:
    """The two entries of a line of the list."""
    row = await tx.first(_PAIR, which=which)
    return None if row is None else (int(row["one_id"]), int(row["other_id"]))


def decide(tx: Transaction, which: int, said: str, now: datetime) -> None:
    """Note what a coordinator said."""
    tx.write(_DECIDE, which=which, said=said, now=to_ms(now))


async def doubtful(tx: Transaction) -> list[Doubtful]:
    """What a coordinator has not decided yet, oldest first; pairs that are still there."""
    return [_doubtful(row) for row in await tx.fetch(_DOUBTFUL)]


async def decided(tx: Transaction, which: int) -> Doubtful | None:
    """A pair that a coordinator has decided; None for any other."""
    row = await tx.first(_DECIDED, which=which)
    return None if row is None else _doubtful(row)


def _doubtful(row: Row) -> Doubtful:
    return Doubtful(
        int(row["id"]),
        f"{row['one']} ({row['its']})",
        f"{row['other']} ({row['theirs']})",
        int(row["percent"]),
        row["why"],
        OfferingId(row["one_id"]),
        OfferingId(row["other_id"]),
        row["decision"],
    )


async def _compared(tx: Transaction, row: Row) -> Compared:
    times = await tx.fetch(_TIMES, edition=row["edition_id"])
    point = None if row["lat"] is None else Point(row["lat"], row["lon"])
    facts = Facts(
        row["programme"],
        row["name"],
        _times(times),
        row["postcode"] or "",
        point,
        row["room"] or "",
    )
    return Compared(
        OfferingId(row["offering_id"]),
        int(row["edition_id"]),
        int(row["source_id"]),
        int(row["same_as"] or 0),
        facts,
        (
            row["source_name"] in (BY_HAND, BY_HAND_IN_DEMO),
            row["hidden_why"] == "retired",
            max(row["updated_on"], f"{from_ms(row['checked_at']):%Y-%m-%d}" if row["checked_at"] else ""),
            int(row["last_success"] or 0),
            -int(row["offering_id"]),
        ),
    )


def _times(rows: Iterable[Row]) -> frozenset[tuple[int, int]]:
    return frozenset((int(r["day"]), int(r["start"])) for r in rows if r["day"] != BY_APPOINTMENT)
