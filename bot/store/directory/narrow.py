"""The statements of a search: conditions on narrow rows, each asked of an index alone.

What is of no use to the person is left out by bits (`flags`) before a row is ever made. Rows of an import
that is under way do not come.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import BindParameter

from bot.domain.directory.walltime import DAY_MINUTES
from bot.store.directory.offering_tables import edition, offering, schedule, seldom
from bot.store.directory.sources import source
from bot.store.engine.statement import Prepared, prepared

BANDS, DAYS = ([f"{name}{n}" for n in range(32)] for name in ("band", "day"))
"""What the values of strips and of weekdays are called."""


def _bits(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger)


def _no_index_for(column: ColumnElement[str]) -> ColumnElement[str]:
    """The same value, for which no index is taken: the one on moments is the right one."""
    return column.op("||")("")


def _day(shape: "Shape") -> ColumnElement[int]:
    return schedule.c.day + 0 if shape.seldom else schedule.c.day


_minute = schedule.c.day * DAY_MINUTES + schedule.c.start
_of = offering.join(edition, edition.c.offering_id == offering.c.id)
_checked_at = (
    select(offering.c.checked_at)
    .select_from(_of)
    .where(edition.c.id == schedule.c.edition_id)
    .correlate(schedule)
    .scalar_subquery()
)


def _narrow(last_success: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    """The fields of a candidate, in their order."""
    return (
        schedule.c.edition_id,
        schedule.c.programme,
        schedule.c.zone,
        schedule.c.day,
        schedule.c.start,
        schedule.c.lat,
        schedule.c.lon,
        schedule.c.flags,
        func.coalesce(last_success, _checked_at, 0),
        schedule.c.minutes,
        schedule.c.rule,
    )


class Shape(NamedTuple):
    """What a search asks beyond bits. A condition that it has no need of costs time on every row."""

    window: bool
    hours: bool
    programmes: int
    firm: bool
    opens: bool
    """For services hours are those at which they are open, not those at which they begin."""
    seldom: bool
    """It is all in the index of what few groups have."""


def _wanted(shape: Shape) -> Iterator[ColumnElement[bool]]:
    """The conditions on what can be of use, those that most rows fail first."""
    if shape.seldom:
        yield seldom
    yield schedule.c.flags.op("&")(_bits("care")) == _bits("want")
    yield schedule.c.flags.op("&")(_bits("one_of")) != 0
    if shape.firm:
        yield schedule.c.flags.op("&")(_bits("fit_one_of")) != 0
    if shape.programmes:
        yield schedule.c.programme.in_([bindparam(f"programme{n}") for n in range(shape.programmes)])
    if shape.hours:
        lasts = func.coalesce(schedule.c.minutes, 0) if shape.opens else 0
        yield schedule.c.start <= bindparam("before", type_=Integer)
        yield schedule.c.start + lasts >= bindparam("after", type_=Integer)
    if shape.window:
        yield or_(
            _minute.between(bindparam("start", type_=Integer), bindparam("end", type_=Integer)),
            _minute.between(bindparam("again", type_=Integer), bindparam("until", type_=Integer)),
        )


_any_checked = exists(
    select(offering.c.id).where(offering.c.checked_at >= bindparam("since", type_=BigInteger))
)
"""Whether anything at all was checked lately."""
_its = source.alias("its")
_any_fresh = exists(
    select(_its.c.id).where(
        _its.c.fictional == bindparam("fictional"),
        or_(_its.c.fictional.is_(true()), _its.c.last_success >= bindparam("since", type_=BigInteger)),
    )
)
_anything = or_(_any_fresh, _any_checked)
"""Else nothing is visible: no row is read."""
_visible = and_(
    schedule.c.from_generation <= source.c.generation,
    source.c.fictional == bindparam("fictional"),
    or_(
        source.c.fictional.is_(true()),
        source.c.last_success >= bindparam("since", type_=BigInteger),
        _checked_at >= bindparam("since", type_=BigInteger),  # by itself: of all, PostgreSQL makes a hash
    ),
)
_its_source = source.c.id == schedule.c.source_id
_timed = schedule.join(source, _its_source)
_last_success = select(source.c.last_success).where(_its_source).correlate(schedule).scalar_subquery()
_is_visible = select(_visible).select_from(source).where(_its_source).correlate(schedule).scalar_subquery()
_north = schedule.c.lat - bindparam("lat")
_east = (schedule.c.lon - bindparam("lon")) * bindparam("narrowing")
_nearest = (_north * _north + _east * _east, schedule.c.edition_id)


@lru_cache(maxsize=256)
def near(shape: Shape, bands: int, days: int, *, in_order: bool) -> Prepared:
    """What is there in so many bands on so many weekdays; the nearest of it, `in_order`."""
    return prepared(
        select(*_narrow(source.c.last_success))
        .select_from(_timed)
        .where(
            *(() if shape.seldom else (schedule.c.band.in_([bindparam(name) for name in BANDS[:bands]]),)),
            _day(shape).in_([bindparam(name) for name in DAYS[:days]]),
            schedule.c.lon.between(bindparam("west"), bindparam("east")),
            *_wanted(shape),
            schedule.c.lat.between(bindparam("south"), bindparam("north")),
            _anything,
            _visible,
        )
        .order_by(*(_nearest if in_order else ()))
        .limit(bindparam("most", type_=BigInteger)),
        any_values=True,
        tuples=True,
    )


@lru_cache(maxsize=256)
def soonest(shape: Shape, zones: int, days: int) -> Prepared:
    """The soonest online of so many zones (0: of all), on so many weekdays.

    What is asked of the source stands apart: joined, PostgreSQL takes the hours of thousands and puts them in
    order, where the index has them in order and a dozen are wanted. What few groups have is all read.
    """
    joined = shape.seldom
    minute = func.coalesce(schedule.c.winter_minute, -1) if shape.seldom else schedule.c.winter_minute
    named: list[BindParameter[str]] = [bindparam(f"zone{n}") for n in range(zones)]
    return prepared(
        select(*_narrow(source.c.last_success if joined else _last_success))
        .select_from(_timed if joined else schedule)
        .where(
            minute.between(bindparam("start", type_=Integer), bindparam("end", type_=Integer)),
            *_wanted(shape),
            *([schedule.c.day.in_([bindparam(name) for name in DAYS[:days]])] if days < 7 else []),
            *([_no_index_for(schedule.c.zone).in_(named)] if zones else []),
            _anything,
            _visible if joined else _is_visible,
        )
        .order_by(minute)
        .limit(bindparam("most", type_=BigInteger)),
        any_values=True,
        tuples=True,
    )


_PLAIN = Shape(window=True, hours=False, programmes=0, firm=False, opens=False, seldom=False)
_NEAR = near(_PLAIN, 2, 2, in_order=True)
_SOONEST, _SOONEST_SOMEWHERE = soonest(_PLAIN, 0, 7), soonest(_PLAIN, 2, 7)
"""The commonest of them, made here so that the check of every statement finds them."""
_online = schedule.c.winter_minute.is_not(None)
_zones = select(func.min(schedule.c.zone).label("zone")).where(_online).cte(recursive=True)
_next_zone = select(func.min(schedule.c.zone)).where(_online, schedule.c.zone > _zones.c.zone)
_zones = _zones.union_all(select(_next_zone.scalar_subquery()).where(_zones.c.zone.is_not(None)))
ZONES = prepared(select(_zones.c.zone).where(_zones.c.zone.is_not(None)))
