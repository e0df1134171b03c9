"""Looking for weekly times by place or by hour: narrow rows, read from an index alone.

What is of no use to the person is left out by bits (`flags`) before a row is ever made. A row of an edition
that ended, was hidden or was merged away may still come: it falls out when the few that are shown are read
whole (`offerings.shown`). Rows of an import that is under way do not come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, and_, bindparam, func, or_, select, true
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import BindParameter

from bot.domain.directory.geo import Box, band
from bot.domain.directory.ranking import BY_APPOINTMENT, Candidate
from bot.domain.directory.wanted import Masks, Needs
from bot.store.directory.offerings import edition, offering, schedule
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import Prepared, prepared
from bot.store.engine.transaction import Row, Transaction

FURTHEST_KM = 100.0
"""No search reaches further."""
MOST = 96
"""So many of the nearest are put in order."""
MOST_ONLINE = 12
_PROGRAMMES = 4


@dataclass(frozen=True, slots=True)
class Visible:
    """What is shown: of real or fictional sources, what came in or was checked since `since` (aware)."""

    since: datetime
    fictional: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes of the week (0: Monday begins) of the group's own clock; past its end it goes on with Monday.

    `whole`: the week, and what is by appointment.
    """

    start: int = 0
    end: int = 0
    whole: bool = False


WHOLE_WEEK = Window(whole=True)


def _bits(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger)


def _no_index_for(column: ColumnElement[str]) -> ColumnElement[str]:
    """The same value, for which no index is taken: the one on moments is the right one."""
    return column.op("||")("")


_minute = schedule.c.day * (24 * 60) + schedule.c.start
_of = offering.join(edition, edition.c.offering_id == offering.c.id)
_checked_at = (
    select(offering.c.checked_at).select_from(_of).where(edition.c.id == schedule.c.edition_id)
).scalar_subquery()
_checked = select(edition.c.id).select_from(_of)
_NARROW = (
    schedule.c.edition_id,
    schedule.c.programme,
    schedule.c.zone,
    schedule.c.day,
    schedule.c.start,
    schedule.c.lat,
    schedule.c.lon,
    schedule.c.flags,
    func.coalesce(source.c.last_success, _checked_at, 0),
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


def _wanted(shape: Shape) -> Iterator[ColumnElement[bool]]:
    """The conditions on what can be of use, those that most rows fail first."""
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


_visible = and_(
    schedule.c.from_generation <= source.c.generation,
    source.c.fictional == bindparam("fictional"),
    or_(
        source.c.fictional.is_(true()),
        source.c.last_success >= bindparam("since", type_=BigInteger),
        schedule.c.edition_id.in_(
            _checked.where(offering.c.checked_at >= bindparam("since", type_=BigInteger))
        ),
    ),
)
_timed = schedule.join(source, source.c.id == schedule.c.source_id)
_north = schedule.c.lat - bindparam("lat")
_east = (schedule.c.lon - bindparam("lon")) * bindparam("narrowing")


@lru_cache(maxsize=256)
def _near(shape: Shape, bands: int, days: int) -> Prepared:
    """The nearest in so many bands on so many weekdays."""
    return prepared(
        select(*_NARROW)
        .select_from(_timed)
        .where(
            schedule.c.band.in_([bindparam(f"band{n}") for n in range(bands)]),
            schedule.c.day.in_([bindparam(f"day{n}") for n in range(days)]),
            schedule.c.lon.between(bindparam("west"), bindparam("east")),
            *_wanted(shape),
            schedule.c.lat.between(bindparam("south"), bindparam("north")),
            _visible,
        )
        .order_by(_north * _north + _east * _east, schedule.c.edition_id)
        .limit(bindparam("most", type_=BigInteger))
    )


@lru_cache(maxsize=256)
def _soonest(shape: Shape, zones: int, days: int) -> Prepared:
    """The soonest online of so many zones (0: of all), on so many weekdays."""
    named: list[BindParameter[str]] = [bindparam(f"zone{n}") for n in range(zones)]
    return prepared(
        select(*_NARROW)
        .select_from(_timed)
        .where(
            schedule.c.winter_minute.between(
                bindparam("start", type_=Integer), bindparam("end", type_=Integer)
            ),
            *_wanted(shape),
            *([schedule.c.day.in_([bindparam(f"day{n}") for n in range(days)])] if days < 7 else []),
            *([_no_index_for(schedule.c.zone).in_(named)] if zones else []),
            _visible,
        )
        .order_by(schedule.c.winter_minute)
        .limit(bindparam("most", type_=BigInteger))
    )


_PLAIN = Shape(window=True, hours=False, programmes=0, firm=False, opens=False)
_NEAR, _SOONEST, _SOONEST_SOMEWHERE = _near(_PLAIN, 2, 2), _soonest(_PLAIN, 0, 7), _soonest(_PLAIN, 2, 7)
_online = schedule.c.winter_minute.is_not(None)
_zones = select(func.min(schedule.c.zone).label("zone")).where(_online).cte(recursive=True)
_next_zone = select(func.min(schedule.c.zone)).where(_online, schedule.c.zone > _zones.c.zone)
_zones = _zones.union_all(select(_next_zone.scalar_subquery()).where(_zones.c.zone.is_not(None)))
_ZONES = prepared(select(_zones.c.zone).where(_zones.c.zone.is_not(None)))


class Looking:
    """One person's search in one transaction: what they want, once as values for every statement."""

    def __init__(
        self, tx: Transaction, visible: Visible, needs: Needs, masks: Masks, *, strictly: bool
    ) -> None:
        """`masks` are those of `needs`; `strictly`: only what suits, else also what is for want of better."""
        self._tx = tx
        self._wanted, self._shape = _values(visible, needs, masks, strictly=strictly)

    async def near(self, box: Box, window: Window, days: Sequence[int]) -> list[Candidate]:
        """The nearest that meet inside the box on these weekdays (`BY_APPOINTMENT` is one) in the window."""
        bands = range(band(box.south), band(box.north) + 1)
        rows = await self._tx.fetch(
            _near(self._shape._replace(window=not window.whole), len(bands), len(days)),
            **self._wanted,
            **_where(box),
            **_when(window),
            **{f"band{n}": which for n, which in enumerate(bands)},
            **{f"day{n}": day for n, day in enumerate(days)},
            most=MOST,
        )
        return [_candidate(row) for row in rows]

    async def online(self, zones: Sequence[str], window: Window, days: Sequence[int]) -> list[Candidate]:
        """The soonest of these zones (of all, without one) in a window of `winter_minute`s, on these days."""
        week = BY_APPOINTMENT * 24 * 60
        values = {
            **self._wanted,
            **{f"zone{n}": name for n, name in enumerate(zones)},
            **{f"day{n}": day for n, day in enumerate(days)},
        }
        found: list[Candidate] = []
        for start, end in ((window.start, min(window.end, week - 1)), (0, window.end - week)):
            if start <= end and len(found) < MOST_ONLINE:
                statement = _soonest(self._shape, len(zones), len(days))
                rows = await self._tx.fetch(statement, **values, start=start, end=end, most=MOST_ONLINE)
                found += [_candidate(row) for row in rows]
        return found


async def online_zones(tx: Transaction) -> list[str]:
    """The zones in which anything can be joined online, seldom more than a few."""
    return [row["zone"] for row in await tx.fetch(_ZONES)]


def _values(
    visible: Visible, needs: Needs, masks: Masks, *, strictly: bool
) -> tuple[dict[str, object], Shape]:
    programmes = sorted(needs.programmes)[:_PROGRAMMES]
    strictly = strictly or needs.firmly
    never, fit = (masks.never, masks.fit) if strictly else (0, 0)
    values = {
        "care": masks.must | never | fit,
        "want": masks.must | fit,
        "one_of": masks.one_of,
        "fit_one_of": masks.fit_one_of,
        "after": needs.after,
        "before": needs.before,
        **{f"programme{n}": code for n, code in enumerate(programmes)},
        "fictional": visible.fictional,
        "since": to_ms(visible.since),
    }
    firm = strictly and bool(masks.fit_one_of)
    hours, opens = not needs.any_time, bool(needs.services)
    return values, Shape(window=False, hours=hours, programmes=len(programmes), firm=firm, opens=opens)


def _where(box: Box) -> dict[str, object]:
    middle = (box.south + box.north) / 2
    width = max(1e-9, box.east - box.west)
    return {
        "south": box.south,
        "north": box.north,
        "west": box.west,
        "east": box.east,
        "lat": middle,
        "lon": (box.west + box.east) / 2,
        "narrowing": (box.north - box.south) / width,
    }


def _when(window: Window) -> dict[str, object]:
    week = BY_APPOINTMENT * 24 * 60
    over = window.end >= week
    return {
        "start": window.start,
        "end": week - 1 if over else window.end,
        "again": 0 if over else 1,
        "until": window.end - week if over else 0,
    }


def _candidate(row: Row) -> Candidate:
    """A row holds the fields of a candidate in their order."""
    values: Any = row.values() if isinstance(row, dict) else row
    return Candidate._make(values)
