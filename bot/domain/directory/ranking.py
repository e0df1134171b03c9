"""The order in which groups are offered: by when they start and whether one can get there.

Many rows are put in order for every search, so that is arithmetic on whole numbers: minutes of the week by
the group's own wall clock. Moments (`next_start`) are worked out for the few that are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache, partial
from math import cos, hypot, inf, radians
from operator import itemgetter
from typing import NamedTuple

from bot.domain.directory.flags import ONLINE, SERVICE, TWELVE_STEP
from bot.domain.directory.geo import KM_PER_DEGREE, Point
from bot.domain.directory.recurrence import falls_on, weeks_until
from bot.domain.directory.towns import plain
from bot.domain.directory.walltime import DAY_MINUTES, WEEK_MINUTES, moment
from bot.domain.directory.wanted import Masks, Needs
from bot.domain.zones import local, zone_named

SOON = timedelta(minutes=90)
LATE = timedelta(minutes=10)
"""One may still walk in this long after the start."""
STALE = timedelta(days=30)
HIDDEN = timedelta(days=90)
"""A source that has not come in whole for this long is no longer shown."""
FAR_KM = 20.0
"""Further than this is a journey to plan, however soon it starts."""
ON_FOOT_KM = 2.5
"""Half an hour's walk at 5 km an hour: as far as somebody without transport is sent before others. Ours."""
PER_GROUP = 2
PER_PROGRAMME = 3
BAND_KM = 2.0
"""Distances within one band count as equal: the one that starts sooner goes first."""
BY_APPOINTMENT = 7
"""Stands where a weekday would."""
LAST_CALL = 15
"""A service that closes in less than these minutes is not open for somebody who has yet to get there."""


class Bucket(IntEnum):
    """How soon."""

    SOON = 0
    NEXT_24_HOURS = 1
    THIS_WEEK = 2
    BY_APPOINTMENT = 3


_SOON, _NEXT_24_HOURS, _THIS_WEEK, _BY_APPOINTMENT = Bucket  # a name of its own takes half the time
_SOON_MINUTES, _LATE_MINUTES = SOON // timedelta(minutes=1), LATE // timedelta(minutes=1)


class Candidate(NamedTuple):
    """One weekly time of one offering as the index holds it, a row without words.

    `edition` names the offering as it is described now. `day` may be `BY_APPOINTMENT`; `start` is in minutes
    after midnight, `lat` and `lon` are None for one that is only online, `as_of` (ms since 1970) is when its
    source last came in, `flags` are those of `flags`, `rule` that of `Slot`.
    """

    edition: int
    programme: str
    zone: str
    day: int
    start: int
    lat: float | None
    lon: float | None
    flags: int
    as_of: int
    minutes: int | None = None
    rule: str = ""


class Ranked(NamedTuple):
    """A candidate in its order.

    `wait` is minutes to its next start (less than 0: it has begun; None by appointment), `km` the way there
    (None online). `misfit`: not for this person, as far as is known.
    """

    order: tuple[float, ...]
    candidate: Candidate
    bucket: Bucket
    wait: int | None
    km: float | None
    misfit: bool

    def starts(self, at: datetime) -> datetime | None:
        """Its next start (UTC) for somebody who asked at `at`; None by appointment."""
        one = self.candidate
        zone = zone_named(one.zone)
        if self.wait is None or zone is None:
            return None
        begins = (local(at, zone) + timedelta(minutes=self.wait)).date()  # minutes by the clock on the wall
        return moment(begins - timedelta(days=one.start // DAY_MINUTES), one.start, zone)


_called = lru_cache(maxsize=2048)(plain)
_ranked = partial(tuple.__new__, Ranked)
"""As `Ranked._make`, in half the time."""


def next_start(day: int, start: int, zone_name: str, after: datetime, rule: str = "") -> datetime | None:
    """The first moment (UTC) at or after `after` at which a time comes round on that wall clock.

    Weekly, or by `rule` (see `Slot`). None for an unknown zone, or when it does not come within ten weeks.
    """
    zone = zone_named(zone_name)
    if zone is None:
        return None
    today = local(after, zone).date()
    ahead = (day - today.weekday()) % 7 - 7
    for days in range(ahead, ahead + 12 * 7, 7):
        if days + start // DAY_MINUTES < -1:
            continue  # long over: no clock change moves it so far
        on = today + timedelta(days=days)
        if falls_on(rule, on):
            comes = moment(on, start, zone)
            if comes >= after:
                return comes
    return None


def minutes_to_reach(km: float) -> float:
    """A rough travel time: on foot up to 1.5 km, then as by an ordinary bus. An estimate of ours."""
    return 12 * km if km <= 1.5 else 10 + 4 * km


def minute_of_week(there: datetime) -> int:
    """Minutes since Monday began, by a local time's own clock."""
    return there.weekday() * DAY_MINUTES + there.hour * 60 + there.minute


class Clocks:
    """What the wall clocks of different zones show at one moment, each worked out once."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._known: dict[str, datetime | None] = {}
        self._minutes: dict[str, int | None] = {}

    def there(self, zone_name: str) -> datetime | None:
        """Local time in a zone, None for an unknown one."""
        if zone_name not in self._known:
            zone = zone_named(zone_name)
            self._known[zone_name] = None if zone is None else local(self._at, zone)
        return self._known[zone_name]

    def minute_of_week(self, zone_name: str) -> int | None:
        """Minutes since Monday began there."""
        if zone_name not in self._minutes:
            there = self.there(zone_name)
            self._minutes[zone_name] = None if there is None else minute_of_week(there)
        return self._minutes[zone_name]


class Nearby:
    """What can be gone to from `here`, each row worked out once, however often a search looks further."""

    def __init__(self, here: Point, at: datetime, needs: Needs, masks: Masks, clocks: Clocks) -> None:
        self._here = here
        self._minutes = _Minutes(clocks)
        self._suits, self._decisive = _Suits(masks), masks.decisive
        self._oldest = _ms(at - STALE)
        self._walks_km = ON_FOOT_KM if needs.no_transport else inf
        self._known: set[Candidate] = set()
        self._ranked: list[Ranked] = []

    def add(self, candidates: Iterable[Candidate]) -> bool:
        """Take more rows; whether there was a new one."""
        fresh = set(candidates) - self._known
        self._known |= fresh
        self._ranked += self._placed(fresh)
        return bool(fresh)

    def in_order(self) -> list[Ranked]:
        """Each offering once with its best time, best first.

        What fits at all goes first; then buckets, distance (in bands), wait, freshness, how well it fits.
        """
        return _each_once(self._ranked)

    def _placed(self, fresh: Iterable[Candidate]) -> Iterator[Ranked]:
        """Up to a hundred rows for each look: so without objects, or calls, that can be spared."""
        lat, lon, per_degree = self._here.lat, self._here.lon, KM_PER_DEGREE * cos(radians(self._here.lat))
        wait_for, suits, decisive = self._minutes.wait, self._suits, self._decisive
        oldest, walks_km = self._oldest, self._walks_km
        for one in fresh:
            edition, _, _, day, _, north, east, of, as_of, minutes, _ = one
            if north is None or east is None:
                continue
            km = hypot((north - lat) * KM_PER_DEGREE, (east - lon) * per_degree)
            wait = wait_for(one, minutes_to_reach(km))
            if wait is None and day != BY_APPOINTMENT:
                continue
            bucket = _THIS_WEEK if km > FAR_KM and wait is not None else _bucket(wait)
            misfit, worse = suits[of & decisive]
            near, metres = int(km / BAND_KM), int(km * 1000 + 0.5)
            hours = 0 if wait is None else wait // 60
            order = (
                misfit, km > walks_km, bucket, misfit, near, hours, as_of < oldest, worse, metres,
                wait or 0, edition, minutes or 0,
            )  # fmt: skip
            yield _ranked((order, one, bucket, wait, km, misfit))


def soonest_online(
    candidates: Iterable[Candidate],
    at: datetime,
    needs: Needs,
    masks: Masks | None = None,
    clocks: Clocks | None = None,
) -> list[Ranked]:
    """All that can be joined from anywhere, what fits first, then the next to start."""
    masks, minutes = masks or needs.masks(), _Minutes(clocks or Clocks(at))
    suits, decisive, ranked = _Suits(masks), masks.decisive, list[Ranked]()
    for one in candidates:
        wait = minutes.wait(one, 0.0) if one.flags & ONLINE else None
        if wait is not None:
            misfit, worse = suits[one.flags & decisive]
            order = (misfit, wait, worse, one.edition, one.minutes or 0)
            ranked.append(_ranked((order, one, _bucket(wait), wait, None, misfit)))
    return _each_once(ranked)


class Choice:
    """Takes of a list in order, but at most two of a group and so many of a programme, or of twelve steps."""

    def __init__(
        self, limit: int, per_programme: int = PER_PROGRAMME, twelve_step: int | None = None
    ) -> None:
        self.taken: list[Ranked] = []
        self._limit = limit
        self._per_programme = per_programme
        self._twelve_step = limit if twelve_step is None else twelve_step
        self._names = defaultdict[str, int](int)
        self._programmes = defaultdict[str, int](int)

    @property
    def full(self) -> bool:
        """Whether there are as many as were asked for."""
        return len(self.taken) >= self._limit

    @property
    def lacks(self) -> int:
        """How many more there may be."""
        return self._limit - len(self.taken)

    @property
    def one_way(self) -> bool:
        """Whether all of several are of twelve steps."""
        return len(self.taken) > 1 and all(one.candidate.flags & TWELVE_STEP for one in self.taken)

    def may_take(self, one: Ranked) -> bool:
        """Whether there is not yet enough of its programme, or of twelve steps."""
        if one.candidate.flags & TWELVE_STEP and self._twelve_step <= 0:
            return False
        return self._programmes[one.candidate.programme] < self._per_programme

    def offer(self, one: Ranked, name: str) -> None:
        """Take it, unless there is enough of its kind."""
        called = _called(name)
        if self.full or self._names[called] >= PER_GROUP or not self.may_take(one):
            return
        self._names[called] += 1
        self._programmes[one.candidate.programme] += 1
        self._twelve_step -= bool(one.candidate.flags & TWELVE_STEP)
        self.taken.append(one)


class _Minutes:
    """How long until a candidate's next start."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._now: dict[str, int | None] = {}

    def wait(self, one: Candidate, travel: float) -> int | None:
        """Minutes from now to the first start that can be reached; below 0 for one that has begun.

        None by appointment, and where no time comes. A service counts as begun until just before it closes.
        """
        _, _, zone, day, start, _, _, of, _, minutes, rule = one
        if zone not in self._now:
            self._now[zone] = self._clocks.minute_of_week(zone)
        if day == BY_APPOINTMENT or (now := self._now[zone]) is None:
            return None
        open_for = max(0, (minutes or 0) - LAST_CALL) if of & SERVICE else _LATE_MINUTES
        earliest = int(travel) - open_for
        wait = (day * DAY_MINUTES + start - now - earliest) % WEEK_MINUTES + earliest
        return self._by_rule(zone, wait, rule) if rule else wait

    def _by_rule(self, zone: str, wait: int, rule: str) -> int | None:
        there = self._clocks.there(zone)
        assert there is not None
        weeks = weeks_until(rule, (there + timedelta(minutes=wait)).date())
        return None if weeks is None else wait + weeks * WEEK_MINUTES


class _Suits(dict[int, tuple[bool, int]]):
    """By flags: whether it is for somebody else, and how well it suits (below 0), each worked out once."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks

    def __missing__(self, of: int) -> tuple[bool, int]:
        self[of] = judged = self._masks.misfit(of), -self._masks.fits(of)
        return judged


def _bucket(wait: int | None) -> Bucket:
    if wait is None:
        return _BY_APPOINTMENT
    if wait <= _SOON_MINUTES:
        return _SOON
    return _NEXT_24_HOURS if wait <= DAY_MINUTES else _THIS_WEEK


def _each_once(ranked: list[Ranked]) -> list[Ranked]:
    """Each offering once, with its best time, in order."""
    best: dict[int, Ranked] = {}
    for one in sorted(ranked, key=itemgetter(0)):
        best.setdefault(one.candidate.edition, one)
    return list(best.values())


def _ms(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
