"""One search: wider in time and distance until there is enough to choose from, then the few that are shown.

Each step asks the database for the nearest narrow rows within a window of the week, so that a city costs as
little as a village. What is shown is then read whole, a dozen at a time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from bot.domain.directory.geo import Point, box_around
from bot.domain.directory.ranking import (
    BY_APPOINTMENT,
    LATE,
    PER_PROGRAMME,
    SOON,
    Bucket,
    Candidate,
    Choice,
    Clocks,
    Nearby,
    Ranked,
    soonest_online,
)
from bot.domain.directory.walltime import DAY_MINUTES, WEEK_MINUTES, winter_offset
from bot.domain.directory.wanted import Needs
from bot.domain.ids import OfferingId
from bot.store.directory import finding, offerings
from bot.store.directory.finding import FURTHEST_KM, WHOLE_WEEK, Crowded, Look, Looking, Visible, Window
from bot.store.directory.offerings import SOME, Found, Listed
from bot.store.engine.transaction import Transaction

SOON_MINUTES = SOON // timedelta(minutes=1)
SOON_KM = (4.0, 20.0)
"""How far is looked for what starts soon, or within a day."""
WEEK_KM = (8.0, 40.0)
"""How far is looked for everything else."""
SOON_ONLINE = 6 * 60
"""Minutes ahead that are looked at first."""
ONLINE_AT_LEAST = 2
REMEMBERED = timedelta(minutes=5)
WEEK_DAYS = 7
EVERY_DAY = tuple(range(WEEK_DAYS))
GUESSED_ZONE = 180
"""Minutes by which a clock that is only guessed from the longitude may be wrong."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group in its place of the order, and all that is known of it.

    `starts` is its next start (UTC; None by appointment), `km` the way there (None online); `fits` is False
    for one that is shown only because too little else is there.
    """

    listed: Listed
    bucket: Bucket
    starts: datetime | None
    km: float | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was found. `within_km` is how far was looked; `fictional` when all of it belongs to the demo."""

    groups: tuple[Suggestion, ...]
    online: tuple[Suggestion, ...]
    within_km: float
    fictional: bool = False


class OnlineZones:
    """The zones in which anything can be joined online, by the minutes of summer time they keep now.

    Remembered for a few minutes: they change with an import, and then seldom.
    """

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._found: dict[int, list[str]] = {}

    async def by_summer(self, tx: Transaction, at: datetime) -> Mapping[int, Sequence[str]]:
        """Names of zones by minutes of summer time at `at`."""
        if self._until is None or not self._until - REMEMBERED <= at < self._until:
            clocks, self._found = Clocks(at), {}
            for name in await finding.online_zones(tx):
                if (there := clocks.there(name)) is not None:
                    summer = (there.utcoffset() or timedelta()) // timedelta(minutes=1) - winter_offset(name)
                    self._found.setdefault(summer, []).append(name)
            self._until = at + REMEMBERED if self._found else None
        return self._found


class Finding:
    """A search in one transaction. `zone` is that of the place, "" when it is not known."""

    def __init__(
        self,
        tx: Transaction,
        at: datetime,
        needs: Needs,
        visible: Visible,
        online_zones: OnlineZones,
        crowded: Crowded,
        *,
        zone: str = "",
        beyond: frozenset[OfferingId] = frozenset(),
    ) -> None:
        self._tx = tx
        self._online_zones = online_zones
        self._at = at
        self._needs = needs
        self._masks = needs.masks()
        self._visible = visible
        self._looking = Looking(tx, visible, needs, self._masks, crowded)
        self._zone = zone
        self._beyond = beyond
        self._clocks = Clocks(at)
        self._loaded: dict[int, Found | None] = {}
        self._also: list[int] = []

    async def suggestions(self, near: Point | None, limit: int, within: float | None) -> Suggestions:
        """At most `limit` around `near`, best first, and one or two online, the soonest."""
        first, looks = self._looks(near, within) if near else (None, ())
        if first:
            self._looking.foresee(first)
        online_first = near is None or self._needs.online
        afar = await self._soonest(limit if online_first else ONLINE_AT_LEAST, near, whole_week=online_first)
        self._also = [one.candidate.edition for one in afar[:ONLINE_AT_LEAST]]
        if first and self._masks.seldom:
            await self._looking.ahead(first)
        groups, within_km = await self._around(near, limit, looks) if near else ([], 0.0)
        few = ONLINE_AT_LEAST if len(groups) < limit else 1
        shown = {one.candidate.edition for one in groups}
        choice = await self._chosen(
            [one for one in afar if one.candidate.edition not in shown],
            limit if online_first else few,
        )
        online = self._said(choice.taken)
        return Suggestions(self._said(groups), online, within_km, self._visible.fictional)

    async def _around(
        self, near: Point, limit: int, looks: Iterable[tuple[float, Look]]
    ) -> tuple[list[Ranked], float]:
        found = Nearby(near, self._at, self._needs, self._masks, self._clocks)
        choice, possible, reach = Choice(limit), list[Ranked](), 0.0
        for km, look in looks:
            reach = max(reach, km)
            if not found.add(await self._looking.near(look)):
                continue
            possible = [one for one in found.in_order() if one.km is None or one.km <= reach]
            if self._needs.ahead is not None:
                possible = [one for one in possible if self._in_time(one)]
            if self._enough(possible, limit) and (choice := await self._chosen(possible, limit)).full:
                break
        if not choice.full:
            choice = await self._chosen(possible, limit)
        return sorted(choice.taken, key=self._final), reach

    def _final(self, one: Ranked) -> tuple[object, ...]:
        """As it is shown: what does not suit stays in its bucket; of equals the name decides."""
        listed = self._loaded[one.candidate.edition]
        return (*one.order[1:-2], listed.name if listed else "", one.candidate.edition)

    def _steps(self, near: Point, within: float | None) -> Iterator[tuple[float, Look]]:
        """Soon and near first; last of all, what does not really suit."""
        furthest = min(within or WEEK_KM[-1], FURTHEST_KM)
        now, slack = self._minute_there(near)

        def look(
            km: float, window: Window, days: tuple[int, ...], *, strictly: bool = True
        ) -> tuple[float, Look]:
            km = min(km, furthest)
            return km, Look(box_around(near, km), window, days, strictly)

        for ahead, circles in ((SOON_MINUTES, SOON_KM[1:]), (DAY_MINUTES, SOON_KM)):
            if self._needs.days or self._needs.services or (self._needs.ahead or DAY_MINUTES) < ahead:
                continue
            if self._needs.later >= ahead:
                continue
            window = _window(now + self._needs.later, ahead - self._needs.later, slack)
            for km in circles[-1:] if self._few else circles:
                yield look(km, window, _days(window))
        window, days = self._whole(now, slack)
        if not self._few:  # else little is left, and all of it can be put in order at once
            for km in (WEEK_KM[0], furthest):
                yield look(km, window, days)
        yield look(furthest, window, days, strictly=False)

    def _looks(self, near: Point, within: float | None) -> tuple[Look, Iterable[tuple[float, Look]]]:
        """What is read first, and all looks; for what few groups have that is the widest, which holds all."""
        steps = self._steps(near, within)
        if self._masks.seldom:
            every = list(steps)
            return every[-1][1], every
        first = next(steps)
        return first[1], chain((first,), steps)

    def _whole(self, now: int, slack: int) -> tuple[Window, tuple[int, ...]]:
        """Everything that was asked for. A service may have opened hours ago and be open still."""
        opened = DAY_MINUTES if self._needs.services else 0
        if self._needs.ahead is not None and self._needs.ahead + opened < (WEEK_DAYS - 1) * DAY_MINUTES:
            later = self._needs.later
            window = _window(now + later, self._needs.ahead - later, slack, opened)
            days = _days(window)
        else:
            window, days = WHOLE_WEEK, (*range(WEEK_DAYS), BY_APPOINTMENT)
        if self._needs.days:
            days = tuple(day for day in days if day in self._needs.days or day == BY_APPOINTMENT)
        return window, days or (BY_APPOINTMENT,)

    @property
    def _few(self) -> bool:
        return bool(self._needs.must or self._needs.either)

    def _minute_there(self, near: Point) -> tuple[int, int]:
        """The minute of the week by the clock of the place, and how far off it may be."""
        known = self._clocks.minute_of_week(self._zone) if self._zone else None
        if known is not None:
            return known, 0
        by_the_sun = self._clocks.minute_of_week("UTC")
        assert by_the_sun is not None
        return by_the_sun + round(near.lon / 15) * 60, GUESSED_ZONE

    def _in_time(self, one: Ranked) -> bool:
        ahead, later = self._needs.ahead, self._needs.later
        if ahead is None or one.wait is None:
            return ahead is None
        open_for = (one.candidate.minutes or 0) if self._needs.services else 0
        return one.wait <= ahead and (not later or one.wait + open_for >= later)

    async def _soonest(self, wanted: int, near: Point | None, *, whole_week: bool) -> list[Ranked]:
        """So many of what starts next anywhere; what does not suit only for want of better.

        The whole week only for who wants to meet online; for the others it is a second thought: within a day,
        or on the days that were asked for.
        """
        needs = self._needs
        if needs.days and near and not whole_week:
            days, spans = EVERY_DAY, self._on_days(near)
        else:
            furthest = min(needs.ahead or WEEK_MINUTES, WEEK_MINUTES - 1 if whole_week else DAY_MINUTES)
            days = tuple(needs.days or EVERY_DAY)
            spans = [
                (needs.later, end) for end in sorted({min(needs.later + SOON_ONLINE, furthest), furthest})
            ]
        zones = await self._online_zones.by_summer(self._tx, self._at)
        found: list[Candidate] = []
        soon: list[Ranked] = []
        for strictly in (True, False):
            for later, ahead in spans:
                found += await self._online(zones, later, ahead, days, strictly=strictly)
                ranked = soonest_online(found, self._at, needs, self._masks, self._clocks)
                soon = [one for one in ranked if self._in_time(one)]
                if len(soon) >= wanted:
                    return soon
        return soon

    def _on_days(self, near: Point) -> list[tuple[int, int]]:
        """From and until how many minutes ahead it is a day that was asked for, by the clock of the place."""
        now, _ = self._minute_there(near)
        midnights = [day * DAY_MINUTES - now % DAY_MINUTES for day in range(WEEK_DAYS)]
        asked = [start for start in midnights if (now + start) // DAY_MINUTES % WEEK_DAYS in self._needs.days]
        late = LATE // timedelta(
            minutes=1
        )  # `_window` begins so much sooner: nobody walks in before midnight
        spans = [(start + late if start > 0 else 0, start + DAY_MINUTES - 1) for start in asked]
        later, ahead = self._needs.later, self._needs.ahead or WEEK_MINUTES
        return [
            (max(start, later), min(end, ahead))
            for start, end in spans
            if max(start, later) < min(end, ahead)
        ]

    async def _online(
        self,
        zones: Mapping[int, Sequence[str]],
        later: int,
        ahead: int,
        days: Sequence[int],
        *,
        strictly: bool,
    ) -> list[Candidate]:
        now = self._clocks.minute_of_week("UTC") or 0
        found: list[Candidate] = []
        for summer, names in zones.items():
            which = () if len(zones) == 1 else names
            window = _window(now + summer + later, ahead - later, 0)
            found += await self._looking.online(which, window, days, strictly=strictly)
        return found

    async def _chosen(self, ranked: Sequence[Ranked], limit: int) -> Choice:
        """The best that are still there; not all of one programme, nor of twelve steps, if that can be."""
        tight = await self._filled(Choice(limit, self._tight(limit)), ranked)
        if tight.one_way and not self._needs.programmes:
            suited = [one for one in ranked if not one.misfit]
            mixed = await self._filled(Choice(limit, self._tight(limit), len(tight.taken) - 1), suited)
            if len(mixed.taken) == len(tight.taken):
                return mixed
        if tight.full or self._needs.programmes:
            return tight
        return await self._filled(Choice(limit), ranked)

    def _enough(self, ranked: Sequence[Ranked], limit: int) -> bool:
        """Whether it is worth reading them whole: so many may be shown together."""
        each, most = dict[str, int](), self._tight(limit)
        for one in ranked:
            programme = one.candidate.programme
            if (taken := each.get(programme, 0)) < most:
                each[programme] = taken + 1
                limit -= 1
                if limit <= 0:
                    return True
        return False

    def _tight(self, limit: int) -> int:
        """Of a short list not all of one programme, unless it was asked for."""
        return limit if self._needs.programmes else min(PER_PROGRAMME, max(1, limit - 1))

    async def _filled(self, choice: Choice, ranked: Sequence[Ranked]) -> Choice:
        for number, one in enumerate(ranked):
            if choice.full:
                break
            if not choice.may_take(one):
                continue
            if one.candidate.edition not in self._loaded:
                await self._load((other for other in ranked[number:] if choice.may_take(other)), choice.lacks)
            listed = self._loaded[one.candidate.edition]
            if listed is not None and listed.id not in self._beyond:
                choice.offer(one, listed.name)
        return choice

    async def _load(self, ranked: Iterable[Ranked], lacking: int) -> None:
        unread = (one.candidate.edition for one in ranked if one.candidate.edition not in self._loaded)
        first = list(islice(unread, lacking + 2))
        some = list(dict.fromkeys([*first, *self._also]))[:SOME]
        self._also = []
        shown = await offerings.shown(self._tx, some)
        self._loaded.update({edition: shown.get(edition) for edition in some})

    def _said(self, ranked: Sequence[Ranked]) -> tuple[Suggestion, ...]:
        listed = ((one, self._loaded[one.candidate.edition]) for one in ranked)
        return tuple(
            Suggestion(found.listed(), one.bucket, one.starts(self._at), one.km, not one.misfit)
            for one, found in listed
            if found is not None
        )


def _window(now: int, ahead: int, slack: int, opened: int = 0) -> Window:
    """From `opened` minutes ago, or just late enough to walk in, until `ahead` minutes from now."""
    late = opened or LATE // timedelta(minutes=1)
    start = (now - late - slack) % WEEK_MINUTES
    return Window(start, start + late + ahead + 2 * slack)


def _days(window: Window) -> tuple[int, ...]:
    days = range(window.start // DAY_MINUTES, window.end // DAY_MINUTES + 1)
    return tuple(sorted({day % WEEK_DAYS for day in days}))
