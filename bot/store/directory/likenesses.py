"""Entries of different sources that are, or may be, the same thing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, FromClause, and_, bindparam, exists, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import ColumnElement

from bot.domain.directory.geo import Point, box_around
from bot.domain.directory.likeness import Alike, Facts
from bot.domain.directory.merging import Compared, Pair
from bot.domain.directory.ranking import BY_APPOINTMENT
from bot.domain.ids import OfferingId
from bot.store.directory.offerings import edition, joining, likeness, offering, schedule
from bot.store.directory.places import place
from bot.store.directory.sources import BY_HAND, BY_HAND_IN_DEMO, source
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import Prepared, among, batches, prepared
from bot.store.engine.transaction import Row, Transaction

LOOK_KM = 0.5
"""Around an entry; a postcode's houses lie closer together than that."""
LOOK_NORTH, LOOK_EAST = 0.006, 0.02
"""Degrees around an entry, a little more than `LOOK_KM` anywhere up to 75 degrees north."""
MOST_IN_A_ROOM = 5000
"""So many pairs in one online room at one time are looked at, of a batch of entries."""


def _seen(edition: FromClause, source: FromClause) -> ColumnElement[bool]:
    return and_(
        edition.c.from_generation <= source.c.generation,
        or_(edition.c.to_generation.is_(None), edition.c.to_generation > source.c.generation),
    )


_COLUMNS = (
    edition.c.offering_id,
    edition.c.name,
    edition.c.programme,
    edition.c.updated_on,
    offering.c.same_as,
    offering.c.checked_at,
    offering.c.hidden_why,
    source.c.name.label("source_name"),
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
_other_source = source.alias("other_source")
_near = and_(
    _theirs_too.c.band.in_([_mine.c.band - 1, _mine.c.band, _mine.c.band + 1]),
    _theirs_too.c.day == _mine.c.day,
    _theirs_too.c.lon.between(_mine.c.lon - LOOK_EAST, _mine.c.lon + LOOK_EAST),
    _theirs_too.c.lat.between(_mine.c.lat - LOOK_NORTH, _mine.c.lat + LOOK_NORTH),
    _theirs_too.c.start == _mine.c.start,
    _theirs_too.c.programme == _mine.c.programme,
    _theirs_too.c.source_id != _mine.c.source_id,
)
_met_near = exists(
    select(_theirs_too.c.id)
    .select_from(_mine.join(_theirs_too, _near))
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
_SOME = prepared(
    select(*_COLUMNS).select_from(_from).where(among(edition.c.offering_id), _seen(edition, source))
)
_edition_of_source = edition.join(source, source.c.id == edition.c.source_id)
_SOME_TIMES = prepared(
    select(edition.c.offering_id, schedule.c.day, schedule.c.start)
    .select_from(_edition_of_source.join(schedule, schedule.c.edition_id == edition.c.id))
    .where(among(edition.c.offering_id), schedule.c.day != BY_APPOINTMENT, _seen(edition, source))
)
_both_listed = (
    among(edition.c.offering_id),
    _seen(edition, source),
    _seen(_other, _other_source),
    _other_source.c.fictional.is_(False),
)
_NEAR = prepared(
    select(
        edition.c.offering_id.label("one"),
        _other.c.offering_id.label("other"),
        _mine.c.lat,
        _mine.c.lon,
        _theirs_too.c.lat.label("other_lat"),
        _theirs_too.c.lon.label("other_lon"),
    )
    .select_from(
        _edition_of_source.join(_mine, _mine.c.edition_id == edition.c.id)
        .join(_theirs_too, _near)
        .join(_other, _other.c.id == _theirs_too.c.edition_id)
        .join(_other_source, _other_source.c.id == _other.c.source_id)
    )
    .where(*_both_listed)
)
_IN_ROOM = prepared(
    select(edition.c.offering_id.label("one"), _other.c.offering_id.label("other"))
    .select_from(
        _edition_of_source.join(_room, _room.c.edition_id == edition.c.id)
        .join(_other_room, _other_room.c.room == _room.c.room)
        .join(_other, _other.c.id == _other_room.c.edition_id)
        .join(_other_source, _other_source.c.id == _other.c.source_id)
    )
    .where(
        *_both_listed,
        _room.c.room != "",
        _other_room.c.room != "",
        _other.c.programme == edition.c.programme,
        _other.c.source_id != edition.c.source_id,
        exists(
            select(_mine.c.id)
            .select_from(
                _mine.join(
                    _theirs_too,
                    and_(_theirs_too.c.day == _mine.c.day, _theirs_too.c.start == _mine.c.start),
                )
            )
            .where(_mine.c.edition_id == edition.c.id, _theirs_too.c.edition_id == _other.c.id)
        ),
    )
    .limit(MOST_IN_A_ROOM)
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
_POINTING = prepared(select(offering.c.id).where(among(offering.c.same_as), _free))
_ORPHANS = prepared(
    select(offering.c.id)
    .where(
        offering.c.same_as.is_not(None),
        ~exists(
            select(edition.c.id)
            .select_from(_edition_of_source)
            .where(edition.c.offering_id == offering.c.same_as, _seen(edition, source))
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
_SAID = prepared(
    select(likeness.c.one_id, likeness.c.other_id, likeness.c.decision).where(
        among(likeness.c.one_id), likeness.c.decision != ""
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


async def compared(tx: Transaction, which: Sequence[int]) -> dict[int, Compared]:
    """Those of some entries that are seen now, by id, and what is shown in their place."""
    found = await _seen_now(tx, which)
    shown = {one.same_as for one in found.values()} - found.keys() - {0}
    return found | await _seen_now(tx, sorted(shown))


async def _seen_now(tx: Transaction, which: Sequence[int]) -> dict[int, Compared]:
    times: dict[int, set[tuple[int, int]]] = {}
    rows, days = await _of_each(tx, which, _SOME, _SOME_TIMES)
    for day in days:
        times.setdefault(day["offering_id"], set()).add((day["day"], day["start"]))
    return {row["offering_id"]: _compared(row, times.get(row["offering_id"], ())) for row in rows}


async def beside(tx: Transaction, which: Sequence[int]) -> set[Pair]:
    """Pairs of some entries and those of other sources with a time in common, near or in the same room."""
    near, in_room = await _of_each(tx, which, _NEAR, _IN_ROOM)
    return {_pair(row["one"], row["other"]) for row in (*filter(_close, near), *in_room)}


def _close(row: Row) -> bool:
    box = box_around(Point(row["lat"], row["lon"]), LOOK_KM)
    return bool(box.south <= row["other_lat"] <= box.north and box.west <= row["other_lon"] <= box.east)


async def _of_each(tx: Transaction, which: Sequence[int], *reads: Prepared) -> Iterator[list[Row]]:
    """What each of some reads `among` ids finds, in one hop."""
    wished = [(read, some) for read in reads for some in batches(which)]
    for read, some in wished[1:]:
        tx.foresee(read, **some)
    found: dict[Prepared, list[Row]] = {read: [] for read in reads}
    for read, some in wished:
        found[read] += await tx.fetch(read, **some)
    return iter(found.values())


async def apart(tx: Transaction, which: Sequence[int], *, even_written: bool = False) -> list[int]:
    """Undo what some entries were merged with; the others that this concerned.

    What a coordinator wrote in the place of one stays there, unless `even_written`.
    """
    pointing: set[int] = set()
    for some in batches(which):
        rows = await tx.fetch(_POINTING, **some, even_written=even_written)
        pointing.update(int(row["id"]) for row in rows)
    tx.write_many(_APART, [{"which": one, "even_written": even_written} for one in which])
    return sorted(pointing.difference(which))


def part(tx: Transaction, one_id: int, other_id: int) -> None:
    """Neither of two entries stands for the other any more, even if a coordinator wrote one of them."""
    tx.write(_PART, one=one_id, other=other_id)
    tx.write(_PART, one=other_id, other=one_id)


async def orphans(tx: Transaction, most: int) -> list[int]:
    """Entries merged into one that is no longer seen."""
    return [int(row["id"]) for row in await tx.fetch(_ORPHANS, most=most)]


def merge(tx: Transaction, merged: Iterable[tuple[int, int]]) -> None:
    """Show the second of each two instead of the first, and of all that was merged into that; in order."""
    tx.write_many(_MERGE, [{"which": which, "into": into} for which, into in merged])


async def said(tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, str]:
    """What a coordinator said of some pairs, and perhaps of others: "same" or "different"."""
    (rows,) = await _of_each(tx, sorted({one for one, _ in pairs}), _SAID)
    return {(row["one_id"], row["other_id"]): row["decision"] for row in rows}


def note(tx: Transaction, doubtful: Iterable[tuple[Pair, Alike]], now: datetime) -> None:
    """Put pairs on the list for a coordinator, each once."""
    tx.write_many(
        _ADD,
        [
            {"one": one, "other": other, "percent": alike.percent, "why": alike.why, "now": to_ms(now)}
            for (one, other), alike in doubtful
        ],
    )


def _pair(one_id: int, other_id: int) -> Pair:
    return min(one_id, other_id), max(one_id, other_id)


async def pair_of(tx: Transaction, one_id: int, other_id: int, now: datetime) -> int:
    """The number under which a coordinator's word on two entries is kept."""
    both = _pair(one_id, other_id)
    note(tx, [(both, Alike(100, sure=True, why=""))], now)
    row = await tx.first(_PAIR_OF, one=both[0], other=both[1])
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


def _compared(row: Row, times: Iterable[tuple[int, int]]) -> Compared:
    point = None if row["lat"] is None else Point(row["lat"], row["lon"])
    return Compared(
        OfferingId(row["offering_id"]),
        int(row["same_as"] or 0),
        Facts(
            row["programme"], row["name"], frozenset(times), row["postcode"] or "", point, row["room"] or ""
        ),
        (
            row["source_name"] in (BY_HAND, BY_HAND_IN_DEMO),
            row["hidden_why"] == "retired",
            max(row["updated_on"], f"{from_ms(row['checked_at']):%Y-%m-%d}" if row["checked_at"] else ""),
            int(row["last_success"] or 0),
            -int(row["offering_id"]),
        ),
    )
