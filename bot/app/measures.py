"""Counts people's events by day, and gives out what may be shown of the counts: tables, never a number."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.app.directory import Directory
from bot.app.ports import Clock
from bot.domain.events import CompanyArranged, Opened, Planned, Recorded, Reminded, Shown, WasNotThere, Went
from bot.domain.ids import OfferingId, PersonId
from bot.domain.measures import unmet
from bot.domain.measures.charts import CHARTS, WHAT, WHERE, Chart
from bot.domain.measures.counting import counted
from bot.domain.measures.period import Period
from bot.domain.measures.shown import Layout, Table, in_fives, table, together
from bot.domain.measures.story import SETTLED, Mark, Story
from bot.domain.measures.unmet import Gap
from bot.domain.zones import local, moment
from bot.store import counted as store_counted
from bot.store import events, unsent
from bot.store.store import Store
from bot.store.transaction import Transaction
from bot.store.unsent import Unsent

LOOK_S = 1800
"""How often what happened since is counted; a day that is over is counted again until it has settled."""
AT_ONCE = 20
"""People read in one go, so that nobody's turn waits for the counting."""
_DAY = timedelta(days=1)
_SETTLED_DAYS = SETTLED // _DAY
_OF_GROUPS = (Shown, Opened, Planned, Reminded, CompanyArranged, Went, WasNotThere)

Cells = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart of a period and of the one before it. `over`: what it counts, which may be the quarter."""

    chart: Chart
    now: Table
    before: Table
    over: Period
    exact: bool
    """False where numbers are in fives: the period is not over, or overlaps one whose numbers are exact."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything there is to show of a period. `counted`: the first and last day counted, if any is."""

    period: Period
    sections: tuple[tuple[str, tuple[Figure, ...]], ...]
    where: Figure
    what: Figure
    worst: tuple[Gap, ...]
    counted: tuple[date, date] | None
    settled: bool
    """Whether the period is over, and nothing that is counted of it changes any more."""

    def figure(self, of: str) -> Figure:
        """The figure of that chart."""
        return next(one for _, figures in self.sections for one in figures if one.chart.id == of)


class Measures:
    """Counts, and shows. `zone`: whose days are counted; `directory`: what people are shown."""

    def __init__(
        self, store: Store, clock: Clock, zone: ZoneInfo, directory: Directory | None = None
    ) -> None:
        self._directory = directory
        self._store = store
        self._clock = clock
        self._zone = zone
        self._kinds: dict[OfferingId, str] = {}
        self._boards: dict[tuple[str, int, date], Board] = {}

    @property
    def today(self) -> date:
        """The local day of this moment."""
        return local(self._clock.now(), self._zone).date()

    async def tick(self) -> int:
        """Count what happened since the last look, and days that have not settled; says how many days."""
        async with self._store.reading() as tx:
            days = await store_counted.days(tx)
        if days is None:
            return await self.recount()
        return await self.count(days[1] - _SETTLED_DAYS * _DAY, self.today + _DAY)

    async def recount(self) -> int:
        """Count every day anew that there are events of; says how many. Days before them stay."""
        async with self._store.reading() as tx:
            oldest = await store_counted.first_event(tx)
        if oldest is None:
            return 0
        return await self.count(local(oldest, self._zone).date(), self.today + _DAY)

    async def count(self, first: date, after: date) -> int:
        """Count the local days from `first` up to `after` anew; says how many."""
        since, until = (moment(day, time(0), self._zone) for day in (first, after))
        async with self._store.reading() as tx:
            people = await store_counted.people_between(tx, since, until)
        counts = Counter[Mark]()
        for start in range(0, len(people), AT_ONCE):
            async with self._store.reading() as tx:
                stories = [await self._story(tx, who) for who in people[start : start + AT_ONCE]]
            counts += counted(stories, first, after)
        while first < after:
            async with self._store.transaction() as tx:
                week = min(first + 7 * _DAY, after)
                store_counted.replace(tx, counts, first, week)
            first = week
        return (after - local(since, self._zone).date()).days

    async def _story(self, tx: Transaction, who: PersonId) -> Story:
        recorded = [Recorded(at, who, event) for at, event in await events.of_person(tx, who)]
        for one in recorded:
            if isinstance(one.event, _OF_GROUPS) and one.event.offering not in self._kinds:
                which = one.event.offering
                self._kinds[which] = await store_counted.programme_of(tx, which) or "gone"
        return Story(recorded, self._zone, self._kinds)

    async def board(self, period: Period) -> Board:
        """Everything there is to show of a period and of the one before it."""
        key = (period.code, self._store.changes.get("counted", 0), self.today)
        if key not in self._boards:
            self._boards = {k: board for k, board in self._boards.items() if k[1:] == key[1:]}
            async with self._store.reading() as tx:
                self._boards[key] = await self._made(tx, period)
        return self._boards[key]

    async def _made(self, tx: Transaction, period: Period) -> Board:
        counts = await _Counts.read(tx, period)
        made = _Maker(counts, self.today)
        sections = tuple(
            (title, tuple(made.figure(chart, period) for chart in charts)) for title, charts in CHARTS
        )
        return Board(
            period,
            sections,
            made.figure(WHERE, period),
            made.figure(WHAT, period),
            tuple(unmet.worst(counts.of("unmet", made.base(WHERE, period)))),
            await store_counted.days(tx),
            made.settled(period),
        )

    async def unsent(self, period: Period, most: int) -> tuple[list[Unsent], list[tuple[str, str]]]:
        """What is listed and nobody was shown in a period: by programme, and the newest by name."""
        days = (period.first, period.after)
        async with self._store.reading() as tx:
            made_up = self._directory is not None and await self._directory.shows_fiction(tx)
            found = await unsent.by_programme(tx, *days, made_up=made_up)
            return found, await unsent.newest(tx, *days, most, made_up=made_up)

    async def talks_by_coach(self, period: Period) -> list[int]:
        """How many requests each coach took in a period, most first."""
        since, until = (moment(day, time(0), self._zone) for day in (period.first, period.after))
        async with self._store.reading() as tx:
            return await store_counted.talks_by_coach(tx, since, until)


class _Counts:
    """The counts that a period, the one before it and the quarters of both are made of."""

    def __init__(
        self, months: Mapping[str, store_counted.Counts], weeks: Mapping[date, store_counted.Counts]
    ):
        self._months = months
        self._weeks = weeks

    @classmethod
    async def read(cls, tx: Transaction, period: Period) -> "_Counts":
        """Read each day once."""
        if period.kind == "week":
            weeks = {
                one.first: _added((await store_counted.by_month(tx, one.first, one.after)).values())
                for one in (period, period.before)
            }
            return cls({}, weeks)
        first = min(period.before.first, Period.holding("quarter", period.first).before.first)
        after = max(period.after, Period.holding("quarter", period.first).after)
        return cls(await store_counted.by_month(tx, first, after), {})

    def of(self, measure: str, period: Period) -> Cells:
        """One measure's counts in a period."""
        if period.kind == "week":
            return self._weeks[period.first].get(measure, Counter())
        months = (one.code for one in period.parts("month"))
        return _added(self._months.get(month, {}) for month in months).get(measure, Counter())


def _added(parts: Iterable[store_counted.Counts]) -> store_counted.Counts:
    total: store_counted.Counts = {}
    for part in parts:
        for measure, cells in part.items():
            total.setdefault(measure, Counter()).update(cells)
    return total


class _Maker:
    """Makes figures of counts: the only place where counts become tables."""

    def __init__(self, counts: _Counts, today: date) -> None:
        self._counts = counts
        self._today = today

    def settled(self, period: Period) -> bool:
        """Whether nothing that is counted of a period changes any more."""
        return self._today >= period.after + _SETTLED_DAYS * _DAY

    def base(self, chart: Chart, period: Period) -> Period:
        """What a chart counts when asked for a period: for what is rare, a month's whole quarter."""
        return Period.holding(chart.base, period.first) if period.kind == "month" else period

    def figure(self, chart: Chart, period: Period) -> Figure:
        """One chart of a period and the one before."""
        over = self.base(chart, period)
        exact = over.kind == chart.base and self.settled(over)
        return Figure(chart, self._table(chart, over), self._table(chart, over.before), over, exact)

    def _table(self, chart: Chart, period: Period) -> Table:
        cells, layout = self._cells(chart, period)
        if period.kind == chart.base and self.settled(period):
            return table(cells, layout)
        if period.kind in {chart.base, "week"} or chart.id == "people":
            return in_fives(cells, layout)
        return together([self._table(chart, part) for part in period.parts(chart.base)], layout)

    def _cells(self, chart: Chart, period: Period) -> tuple[Cells, Layout]:
        if chart in {WHERE, WHAT}:
            stored = self._counts.of("unmet", period)
            return unmet.where(stored) if chart == WHERE else unmet.what(stored)
        cells = self._counts.of(chart.stored(period), period)
        return cells, chart.layout(cells)
