"""Looking for weekly times by place or by hour: narrow rows, read from an index alone.

What is of no use to the person is left out by bits (`flags`) before a row is ever made. A row of an edition
that ended, was hidden or was merged away may still come: it falls out when the few that are shown are read
whole (`offerings.shown`). Rows of an import that is under way do not come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, and_, bindparam, func, or_, select, true
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import BindParameter

from bot.domain.directory.geo import Box, band
from bot.domain.directory.ranking import Candidate
from bot.domain.directory.walltime import DAY_MINUTES, WEEK_MINUTES
from bot.domain.directory.wanted import Masks, Needs
from bot.store.directory.offerings import edition, offering, schedule, seldom
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import Prepared, prepared
from bot.store.engine.transaction import Row, Transaction

FURTHEST_KM = 100.0
"""No search reaches further."""
MOST = 96
"""So many of the nearest are put in order."""
MANY = 128
"""So many are read to find the nearest of them here; the nearest of more the database finds."""
MOST_ONLINE = 12
_PROGRAMMES = 4
_BANDS, _DAYS = ([f"{name}{n}" for n in range(32)] for name in ("band", "day"))
_candidate = partial(tuple.__new__, Candidate)
"""As `Candidate._make`, in half the time."""


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


def _day(shape: "Shape") -> ColumnElement[int]:
    return schedule.c.day + 0 if shape.seldom else schedule.c.day


_minute = schedule.c.day * DAY_MINUTES + schedule.c.start
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
_nearest = (_north * _north + _east * _east, schedule.c.edition_id)


@lru_cache(maxsize=256)
def _near(shape: Shape, bands: int, days: int, *, in_order: bool) -> Prepared:
    """What is there in so many bands on so many weekdays; the nearest of it, `in_order`."""
    return prepared(
        select(*_NARROW)
        .select_from(_timed)
        .where(
            *(() if shape.seldom else (schedule.c.band.in_([bindparam(name) for name in _BANDS[:bands]]),)),
            _day(shape).in_([bindparam(name) for name in _DAYS[:days]]),
            schedule.c.lon.between(bindparam("west"), bindparam("east")),
            *_wanted(shape),
            schedule.c.lat.between(bindparam("south"), bindparam("north")),
            _visible,
        )
        .order_by(*(_nearest if in_order else ()))
        .limit(bindparam("most", type_=BigInteger)),
        any_values=True,
        tuples=True,
    )


@lru_cache(maxsize=256)
def _soonest(shape: Shape, zones: int, days: int) -> Prepared:
    """The soonest online of so many zones (0: of all), on so many weekdays."""
    minute = schedule.c.winter_minute + 0 if shape.seldom else schedule.c.winter_minute
    named: list[BindParameter[str]] = [bindparam(f"zone{n}") for n in range(zones)]
    return prepared(
        select(*_NARROW)
        .select_from(_timed)
        .where(
            minute.between(bindparam("start", type_=Integer), bindparam("end", type_=Integer)),
            *_wanted(shape),
            *([schedule.c.day.in_([bindparam(name) for name in _DAYS[:days]])] if days < 7 else []),
            *([_no_index_for(schedule.c.zone).in_(named)] if zones else []),
            _visible,
        )
        .order_by(minute)
        .limit(bindparam("most", type_=BigInteger)),
        any_values=True,
        tuples=True,
    )


_PLAIN = Shape(window=True, hours=False, programmes=0, firm=False, opens=False, seldom=False)
_NEAR = _near(_PLAIN, 2, 2, in_order=True)
_SOONEST, _SOONEST_SOMEWHERE = _soonest(_PLAIN, 0, 7), _soonest(_PLAIN, 2, 7)
_online = schedule.c.winter_minute.is_not(None)
_zones = select(func.min(schedule.c.zone).label("zone")).where(_online).cte(recursive=True)
_next_zone = select(func.min(schedule.c.zone)).where(_online, schedule.c.zone > _zones.c.zone)
_zones = _zones.union_all(select(_next_zone.scalar_subquery()).where(_zones.c.zone.is_not(None)))
_ZONES = prepared(select(_zones.c.zone).where(_zones.c.zone.is_not(None)))


class Look(NamedTuple):
    """One look at the times in a box: on these weekdays (`BY_APPOINTMENT` is one) in a window of the week.

    `strictly`: only what suits, else also what is for want of better.
    """

    box: Box
    window: Window
    days: Sequence[int]
    strictly: bool

    def holds(self, other: "Look") -> bool:
        """Whether what the other one finds is all in this one."""
        box, window = self.box, self.window
        return (
            (other.strictly or not self.strictly)
            and (window.whole or (window.start == other.window.start and window.end >= other.window.end))
            and box.south <= other.box.south
            and box.north >= other.box.north
            and box.west <= other.box.west
            and box.east >= other.box.east
            and set(self.days) >= set(other.days)
        )


Asked = tuple[Prepared, dict[str, Any]]
"""A statement and its values."""


class Crowded(set[tuple[object, ...]]):
    """Where there were more than `MANY` for somebody lately: a guess, of no consequence but for the time."""

    def add(self, kind: tuple[object, ...]) -> None:
        """Remember; now and then all is forgotten."""
        if len(self) > 10_000:
            self.clear()
        super().add(kind)


class Looking:
    """One person's search in one transaction: what they want, once as values for every statement."""

    def __init__(
        self, tx: Transaction, visible: Visible, needs: Needs, masks: Masks, crowded: Crowded
    ) -> None:
        """`masks` are those of `needs`."""
        self._tx = tx
        self._asked = cache(lambda strictly: _values(visible, needs, masks, strictly=strictly))
        self._ready: tuple[Look, bool, Asked] | None = None
        self._seen: list[tuple[Look, list[Candidate]]] = []
        self._crowded = crowded

    async def near(self, look: Look) -> list[Candidate]:
        """At most `MOST`, the nearest; what a wider look has found already is not read again."""
        for wider, found in self._seen:
            if wider == look:
                return found
            if len(found) < MOST and wider.holds(look):
                return self._among(found, look)
        found = await self._nearest(look)
        self._seen.append((look, found))
        return found

    async def ahead(self, look: Look) -> None:
        """Read what several looks to come will ask for, unless it was too much lately."""
        if self._kind(look) not in self._crowded:
            await self.near(look)

    async def _nearest(self, look: Look) -> list[Candidate]:
        """SQLite takes as long to put rows in order as to read them: it does so only where there are many."""
        kind = self._kind(look)
        if kind not in self._crowded:
            found = await self._read(look, MANY, in_order=False)
            if len(found) < MANY:
                return _nearest_of(found, look.box) if len(found) > MOST else found
            self._crowded.add(kind)
        found = await self._read(look, MOST, in_order=True)
        if len(found) < MOST:
            self._crowded.discard(kind)
        return found

    def _kind(self, look: Look) -> tuple[object, ...]:
        wanted, shape = self._asked(look.strictly)
        where = (band(look.box.south), band(look.box.west))
        return (*where, look.window.whole, wanted["care"], wanted["want"], shape)

    def foresee(self, look: Look) -> None:
        """Have it read beside the next statement: for the look that surely comes."""
        crowded = self._kind(look) in self._crowded
        asked = self._asking(look, MOST if crowded else MANY, in_order=crowded)
        self._ready = look, crowded, asked
        self._tx.foresee(asked[0], **asked[1])

    async def _read(self, look: Look, most: int, *, in_order: bool) -> list[Candidate]:
        if self._ready and self._ready[0] is look and self._ready[1] is in_order:
            statement, values = self._ready[2]
        else:
            statement, values = self._asking(look, most, in_order=in_order)
        return _candidates(await self._tx.fetch(statement, **values))

    def _asking(self, look: Look, most: int, *, in_order: bool) -> Asked:
        wanted, shape = self._asked(look.strictly)
        box, window, days = look.box, look.window, look.days
        bands = range(band(box.south), band(box.north) + 1)
        statement = _near(shape._replace(window=not window.whole), len(bands), len(days), in_order=in_order)
        return statement, {
            **wanted,
            **_where(box),
            **_when(window),
            **dict(zip(_BANDS, bands, strict=False)),
            **dict(zip(_DAYS, days, strict=False)),
            "most": most,
        }

    def _among(self, found: Sequence[Candidate], look: Look) -> list[Candidate]:
        """What its statement would find, by the same conditions."""
        wanted, shape = self._asked(look.strictly)
        care, want, firm = wanted["care"], wanted["want"], wanted["fit_one_of"] if shape.firm else -1
        box, when, whole = look.box, _when(look.window), look.window.whole
        return [
            one
            for one in found
            if one.flags & care == want
            and one.flags & firm
            and one.day in look.days
            and box.south <= (one.lat or 0) <= box.north
            and box.west <= (one.lon or 0) <= box.east
            and (whole or _inside(one.day * DAY_MINUTES + one.start, **when))
        ]

    async def online(
        self, zones: Sequence[str], window: Window, days: Sequence[int], *, strictly: bool
    ) -> list[Candidate]:
        """The soonest of these zones (of all, without one) in a window of `winter_minute`s, on these days."""
        wanted, shape = self._asked(strictly)
        values = {**wanted, **{f"zone{n}": name for n, name in enumerate(zones)}}
        values |= dict(zip(_DAYS, days, strict=False)) if len(days) < 7 else {}
        found: list[Candidate] = []
        for start, end in ((window.start, min(window.end, WEEK_MINUTES - 1)), (0, window.end - WEEK_MINUTES)):
            if start <= end and len(found) < MOST_ONLINE:
                statement = _soonest(shape, len(zones), len(days))
                rows = await self._tx.fetch(statement, **values, start=start, end=end, most=MOST_ONLINE)
                found += _candidates(rows)
        return found


async def online_zones(tx: Transaction) -> list[str]:
    """The zones in which anything can be joined online, seldom more than a few."""
    return [row["zone"] for row in await tx.fetch(_ZONES)]


def _values(visible: Visible, needs: Needs, masks: Masks, *, strictly: bool) -> tuple[dict[str, Any], Shape]:
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
    return values, Shape(
        window=False, hours=hours, programmes=len(programmes), firm=firm, opens=opens, seldom=masks.seldom
    )


def _where(box: Box) -> dict[str, float]:
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


def _nearest_of(found: list[Candidate], box: Box) -> list[Candidate]:
    """As `_near` has them in order, by the same arithmetic."""
    where = _where(box)
    lat, lon, narrowing = where["lat"], where["lon"], where["narrowing"]

    def away(one: Candidate) -> tuple[float, int]:
        north, east = (one.lat or 0.0) - lat, (one.lon or 0.0) - lon
        return north * north + east * narrowing * east * narrowing, one.edition

    return sorted(found, key=away)[:MOST]


def _when(window: Window) -> dict[str, int]:
    over = window.end >= WEEK_MINUTES
    return {
        "start": window.start,
        "end": WEEK_MINUTES - 1 if over else window.end,
        "again": 0 if over else 1,
        "until": window.end - WEEK_MINUTES if over else 0,
    }


def _inside(minute: int, start: int, end: int, again: int, until: int) -> bool:
    return start <= minute <= end or again <= minute <= until


def _candidates(rows: Sequence[Row]) -> list[Candidate]:
    """A row is a tuple of a candidate's fields in their order."""
    return list(map(_candidate, rows))
