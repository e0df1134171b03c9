"""Looking for weekly times by place or by hour, with the statements of `narrow`.

A row of an edition that ended, was hidden or was merged away may still come: it falls out when the few that
are shown are read whole (`offerings.shown`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from bot.domain.directory.geo import Box, band
from bot.domain.directory.ranking import Candidate
from bot.domain.directory.walltime import DAY_MINUTES, WEEK_MINUTES
from bot.domain.directory.wanted import Masks, Needs
from bot.store.directory import narrow
from bot.store.directory.narrow import BANDS, DAYS, Shape
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import Prepared
from bot.store.engine.transaction import Row, Transaction

FURTHEST_KM = 100.0
"""No search reaches further."""
MOST = 96
"""So many of the nearest are put in order."""
MANY = 128
"""So many are read to find the nearest of them here; the nearest of more the database finds."""
MOST_ONLINE = 12
_PROGRAMMES = 4
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
        self._visible, self._needs, self._masks = visible, needs, masks
        self._values: dict[bool, tuple[dict[str, Any], Shape]] = {}
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

    def _asked(self, strictly: bool) -> tuple[dict[str, Any], Shape]:
        if strictly not in self._values:
            self._values[strictly] = _values(self._visible, self._needs, self._masks, strictly=strictly)
        return self._values[strictly]

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
        statement = narrow.near(
            shape._replace(window=not window.whole), len(bands), len(days), in_order=in_order
        )
        return statement, {
            **wanted,
            **_where(box),
            **_when(window),
            **dict(zip(BANDS, bands, strict=False)),
            **dict(zip(DAYS, days, strict=False)),
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
        values |= dict(zip(DAYS, days, strict=False)) if len(days) < 7 else {}
        found: list[Candidate] = []
        for start, end in ((window.start, min(window.end, WEEK_MINUTES - 1)), (0, window.end - WEEK_MINUTES)):
            if start <= end and len(found) < MOST_ONLINE:
                statement = narrow.soonest(shape, len(zones), len(days))
                rows = await self._tx.fetch(statement, **values, start=start, end=end, most=MOST_ONLINE)
                found += _candidates(rows)
        return found


async def online_zones(tx: Transaction) -> list[str]:
    """The zones in which anything can be joined online, seldom more than a few."""
    return [row["zone"] for row in await tx.fetch(narrow.ZONES)]


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
    """As `narrow.near` has them in order, by the same arithmetic."""
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
