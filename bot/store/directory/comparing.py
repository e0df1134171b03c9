"""Which entries of other sources are looked at beside an entry, and what they are compared by."""

from collections.abc import Sequence
from itertools import chain

import structlog
from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import ColumnElement

from bot.domain.directory.geo import Point, box_around
from bot.domain.directory.merging import Pair, both
from bot.store.directory.compared import of_each
from bot.store.directory.offering_tables import edition, joining, offering, schedule, seen
from bot.store.directory.sources import source
from bot.store.engine.statement import among, prepared
from bot.store.engine.transaction import Row, Transaction

LOOK_KM = 0.5
"""Around an entry; a postcode's houses lie closer together than that."""
LOOK_NORTH, LOOK_EAST = 0.006, 0.02
"""Degrees around an entry, a little more than `LOOK_KM` anywhere up to 75 degrees north."""
MOST_PAIRS = 10_000
"""Of a batch of entries. Where more would have to be looked at, those of one name are: a hostile list can
put all that it has at one point and one time."""
log = structlog.get_logger()
_pointing = offering.alias("pointing")
_mine, _theirs_too = schedule.alias("mine"), schedule.alias("theirs_too")
_NO_ROOM: ColumnElement[str] = literal_column("''")
_SERVICE: ColumnElement[str] = literal_column("'service'")
"""Written out, as they stand in the conditions of indexes: a value would leave those indexes aside."""
_room, _other_room, _other = joining.alias("room"), joining.alias("other_room"), edition.alias("other")
_other_source = source.alias("other_source")
_other_seen = and_(
    _other.c.from_generation <= _other_source.c.generation,
    or_(_other.c.to_generation.is_(None), _other.c.to_generation > _other_source.c.generation),
)
_step = union_all(*(select(literal_column(n).label("n")) for n in ("-1", "0", "1"))).subquery("step")
"""From a strip to itself and the two beside it: a list of three is no key of an index to PostgreSQL."""
_near = and_(
    _theirs_too.c.band == _mine.c.band + _step.c.n,
    _theirs_too.c.day == _mine.c.day,
    _theirs_too.c.lon.between(_mine.c.lon - LOOK_EAST, _mine.c.lon + LOOK_EAST),
    _theirs_too.c.lat.between(_mine.c.lat - LOOK_NORTH, _mine.c.lat + LOOK_NORTH),
    _theirs_too.c.start == _mine.c.start,
    _theirs_too.c.programme == _mine.c.programme,
    _theirs_too.c.source_id != _mine.c.source_id,
)
_met_near = exists(
    select(_theirs_too.c.id)
    .select_from(_mine.join(_step, true()).join(_theirs_too, _near))
    .where(_mine.c.edition_id == edition.c.id)
)
_met_online = exists(
    select(_other.c.id)
    .select_from(
        _room.join(_other_room, and_(_other_room.c.room == _room.c.room, _room.c.room != _NO_ROOM)).join(
            _other, _other.c.id == _other_room.c.edition_id
        )
    )
    .where(
        _room.c.edition_id == edition.c.id,
        _other_room.c.room != _NO_ROOM,
        _other.c.source_id != edition.c.source_id,
    )
)
_unlinked = and_(
    _mine.c.winter_minute.is_not(None),
    _theirs_too.c.winter_minute == _mine.c.winter_minute,
    _theirs_too.c.start == _mine.c.start,
    _theirs_too.c.programme == _mine.c.programme,
    _theirs_too.c.source_id != _mine.c.source_id,
    _theirs_too.c.zone == _mine.c.zone,
    _theirs_too.c.lat.is_(None),
    _mine.c.lat.is_(None),
)
"""Two times online at one moment; the first of a group that does not say how to join."""
_one_name = func.lower(_other.c.name) == func.lower(edition.c.name)
_met_unlinked = exists(
    select(_other.c.id)
    .select_from(
        _room.join(_mine, _mine.c.edition_id == _room.c.edition_id)
        .join(_theirs_too, _unlinked)
        .join(_other, _other.c.id == _theirs_too.c.edition_id)
    )
    .where(_room.c.edition_id == edition.c.id, _room.c.room == "", _one_name)
)
_beside_without_place = and_(
    edition.c.kind == _SERVICE,
    edition.c.place_id.is_(None),
    _other.c.kind == _SERVICE,
    _other.c.place_id.is_(None),
    _other.c.name == edition.c.name,
    _other.c.programme == edition.c.programme,
    _other.c.source_id != edition.c.source_id,
)
"""Two services for a whole region, by one name: an index holds those without a place alone."""
_met_without_place = exists(select(_other.c.id).where(_beside_without_place))
_pointed_at = exists(select(_pointing.c.id).where(_pointing.c.same_as == edition.c.offering_id))
_merged = (
    select(offering.c.same_as).where(offering.c.id == edition.c.offering_id).scalar_subquery().is_not(None)
)
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
    .where(
        *_of_generation,
        edition.c.id <= bindparam("last"),
        or_(_merged, _pointed_at, _met_near, _met_online, _met_unlinked, _met_without_place),
    )
    .order_by(edition.c.id)
)
_STRETCH_UNLINKED = prepared(
    select(joining.c.edition_id.label("id"))
    .where(joining.c.room == "", joining.c.edition_id > bindparam("after"))
    .order_by(joining.c.edition_id)
    .limit(bindparam("most", type_=BigInteger))
)
_MEETING_UNLINKED = prepared(
    select(edition.c.offering_id)
    .select_from(edition.join(_room, _room.c.edition_id == edition.c.id))
    .where(
        _room.c.room == "",
        _room.c.edition_id > bindparam("after"),
        _room.c.edition_id <= bindparam("last"),
        edition.c.source_id != bindparam("source"),
        edition.c.to_generation.is_(None),
        exists(
            select(_other.c.id)
            .select_from(
                _mine.join(_theirs_too, _unlinked).join(_other, _other.c.id == _theirs_too.c.edition_id)
            )
            .where(
                _mine.c.edition_id == edition.c.id,
                _theirs_too.c.source_id == bindparam("source"),
                _theirs_too.c.from_generation == bindparam("generation"),
                _one_name,
            )
        ),
    )
    .order_by(edition.c.id)
)
_edition_of_source = edition.join(source, source.c.id == edition.c.source_id)
_both_listed = (
    among(edition.c.offering_id),
    seen,
    _other_seen,
    _other_source.c.fictional.is_(False),
)
_near_ones = (
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
        .join(_step, true())
        .join(_theirs_too, _near)
        .join(_other, _other.c.id == _theirs_too.c.edition_id)
        .join(_other_source, _other_source.c.id == _other.c.source_id)
    )
    .where(*_both_listed)
    .limit(MOST_PAIRS)
)
_NEAR, _NEAR_OF_ONE_NAME = prepared(_near_ones), prepared(_near_ones.where(_one_name))
_in_one_room = (
    select(edition.c.offering_id.label("one"), _other.c.offering_id.label("other"))
    .select_from(
        _edition_of_source.join(_room, _room.c.edition_id == edition.c.id)
        .join(_other_room, _other_room.c.room == _room.c.room)
        .join(_other, _other.c.id == _other_room.c.edition_id)
        .join(_other_source, _other_source.c.id == _other.c.source_id)
    )
    .where(
        *_both_listed,
        _room.c.room != _NO_ROOM,
        _other_room.c.room != _NO_ROOM,
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
    .limit(MOST_PAIRS)
)
_IN_ROOM, _IN_ROOM_OF_ONE_NAME = prepared(_in_one_room), prepared(_in_one_room.where(_one_name))
_SAID_NOWHERE = prepared(
    select(edition.c.offering_id.label("one"), _other.c.offering_id.label("other"))
    .select_from(
        _edition_of_source.join(_room, _room.c.edition_id == edition.c.id)
        .join(_mine, _mine.c.edition_id == edition.c.id)
        .join(_theirs_too, _unlinked)
        .join(_other, _other.c.id == _theirs_too.c.edition_id)
        .join(_other_source, _other_source.c.id == _other.c.source_id)
    )
    .where(*_both_listed, _room.c.room == "", _one_name)
    .limit(MOST_PAIRS)
)
_WITHOUT_PLACE = prepared(
    select(edition.c.offering_id.label("one"), _other.c.offering_id.label("other"))
    .select_from(
        _edition_of_source.join(_other, _beside_without_place).join(
            _other_source, _other_source.c.id == _other.c.source_id
        )
    )
    .where(*_both_listed)
    .limit(MOST_PAIRS)
)
_OTHERS = prepared(
    select(func.count().label("others"))
    .select_from(source)
    .where(source.c.id != bindparam("source"), source.c.generation > 0, source.c.fictional.is_(False))
)


async def any_others(tx: Transaction, source_id: int) -> bool:
    """Whether there is another source to compare with."""
    row = await tx.first(_OTHERS, source=source_id)
    return bool(row and row["others"])


async def to_compare(
    tx: Transaction, source_id: int, generation: int, after: int, most: int
) -> tuple[int, list[int]]:
    """Of so many editions of a published generation, by id over `after`: the last, 0 when there are none, and
    those among them that another source may have too, or that are merged with another now."""
    rows = await tx.fetch(_STRETCH, source=source_id, generation=generation, after=after, most=most)
    if not rows:
        return 0, []
    first, last = int(rows[0]["id"]), int(rows[-1]["id"])  # not `after`: many ids look like many rows
    found = await tx.fetch(_TO_COMPARE, source=source_id, generation=generation, after=first - 1, last=last)
    return last, [int(row["offering_id"]) for row in found]


async def to_compare_unlinked(
    tx: Transaction, source_id: int, generation: int, after: int, most: int
) -> tuple[int, list[int]]:
    """As `to_compare`, of what other sources have online without a way to join: those that a published
    generation may have, too."""
    rows = await tx.fetch(_STRETCH_UNLINKED, after=after, most=most)
    if not rows:
        return 0, []
    last = int(rows[-1]["id"])
    found = await tx.fetch(_MEETING_UNLINKED, source=source_id, generation=generation, after=after, last=last)
    return last, [int(row["offering_id"]) for row in found]


async def beside(tx: Transaction, which: Sequence[int]) -> set[Pair]:
    """Pairs of some entries and those of other sources with a time in common, near or in the same room; of
    over `MOST_PAIRS` those with the same name, which is logged."""
    near, in_room, *of_one_name = await of_each(tx, which, _NEAR, _IN_ROOM, _SAID_NOWHERE, _WITHOUT_PLACE)
    if max(len(near), len(in_room)) >= MOST_PAIRS:
        log.warning("entries_compared_by_name_alone", entries=len(which))
        near, in_room = await of_each(tx, which, _NEAR_OF_ONE_NAME, _IN_ROOM_OF_ONE_NAME)
    rows = chain(filter(_close, near), in_room, *of_one_name)
    return {both(row["one"], row["other"]) for row in rows}


def _close(row: Row) -> bool:
    box = box_around(Point(row["lat"], row["lon"]), LOOK_KM)
    return bool(box.south <= row["other_lat"] <= box.north and box.west <= row["other_lon"] <= box.east)
