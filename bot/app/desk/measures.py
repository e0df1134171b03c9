"""Counts people's events by day, and gives out what may be shown of the counts: tables, never a number."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.app.directory.health import standing
from bot.app.directory.listings import Directory
from bot.app.ports import Clock
from bot.app.rota.loads import carried
from bot.domain.events import CompanyArranged, Opened, Planned, Recorded, Reminded, Shown, WasNotThere, Went
from bot.domain.ids import OfferingId, PersonId
from bot.domain.measures import unmet
from bot.domain.measures.charts import CHARTS, WHAT, WHERE, Chart
from bot.domain.measures.counting import counted
from bot.domain.measures.period import KINDS, Kind, Period, in_quarters
from bot.domain.measures.shown import Layout, Table, in_fives, of_entries_by, table, together
from bot.domain.measures.spread import Spread, spread
from bot.domain.measures.story import SETTLED, Mark, Story
from bot.domain.measures.unmet import Gap
from bot.domain.zones import local, moment
from bot.store.conversing import events
from bot.store.desk import counted as store_counted
from bot.store.directory import unsent
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

LOOK_S = 1800
"""How often what happened since is counted; a day that is over is counted again until it has settled."""
UNSENT, LISTED = "unsent", "listed"
_STANDS_ON = ("counted", "edition", "offering", "source", "confirmation", "generation", "staged")
"""Tables that directory health rests on; another process's changes are seen at the next count."""
NEWEST = 24
"""Entries that nobody was sent to, by name on the page."""
AT_ONCE = 20
"""People read in one go, so that nobody's turn waits for the counting."""
_DAY = timedelta(days=1)
_SUMMED: tuple[Kind, ...] = ("month", "week")
_SETTLED_DAYS = SETTLED // _DAY
_OF_GROUPS = (Shown, Opened, Planned, Reminded, CompanyArranged, Went, WasNotThere)

Cells = Mapping[tuple[str, str], int]
_MAPS = {WHERE.id: unmet.by_where, WHAT.id: unmet.by_what}


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart of a period and of the one before it. `over`: what it counts, which may be the quarter."""

    chart: Chart
    now: Table
    before: Table
    over: Period
    exact: bool
    """False where numbers are in fives: the period is not over, or overlaps one whose numbers are exact."""


Sections = tuple[tuple[str, tuple[Figure, ...]], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything there is to show of a period. `counted`: the first and last day counted, if any is."""

    period: Period
    sections: Sections
    where: Figure
    what: Figure
    worst: tuple[Gap, ...]
    coaches: Spread
    directory: Table
    """How the directory stands now, whatever the period."""
    unsent: Table
    """What is listed and what of it nobody was shown (`UNSENT`, `LISTED`), by programme; and the newest of
    that, by name and programme."""
    newest: tuple[tuple[OfferingId, str, str], ...]
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
        self._settled: dict[tuple[Chart, Period], Table] = {}
        self._summed = False
        self._stood: tuple[tuple[object, ...], Table, Mapping[str, int]] | None = None

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
        if not self._summed:  # once a start: counts of an older version have no sums of weeks
            await self._sum_up(days[0], days[1])
        done = await self.count(days[1] - _SETTLED_DAYS * _DAY, self.today + _DAY)
        now = Period.holding("month", self.today)
        for period in (now.before, *(Period.holding(kind, self.today) for kind in KINDS)):
            await self.board(period)  # those who look do not wait
        return done

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
        for start in range(0, (after - first).days, 7):
            async with self._store.transaction() as tx:
                begin = first + start * _DAY
                store_counted.replace(tx, counts, begin, min(begin + 7 * _DAY, after))
        await self._sum_up(first, after)
        return (after - first).days

    async def _sum_up(self, first: date, after: date) -> None:
        """Of every month and week that has one of these days."""
        for kind in _SUMMED:
            for period in Period.holding(kind, first).until(after):
                async with self._store.transaction() as tx:
                    store_counted.sum_up(tx, period)
        self._settled = {
            (chart, period): made
            for (chart, period), made in self._settled.items()
            if period.after <= first or period.first >= after
        }
        self._summed = True

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
        if key in self._boards:
            return self._boards[key]
        over = in_quarters(period)
        since, until = (moment(day, time(0), self._zone) for day in (period.first, period.after))
        async with self._store.reading() as tx:
            counts = await _Counts.read(tx, period)
            days = await store_counted.days(tx)
            talks = await store_counted.talks_by_coach(tx, since, until)
            coaches = await carried(tx, talks, since, until, self._clock.now())
        async with self._store.reading() as tx:
            made_up = self._directory is not None and await self._directory.shows_fiction(tx)
            directory, of = await self._standing(tx, made_up=made_up)
            found = await unsent.by_programme(tx, of, over.first, over.after, made_up=made_up)
            listed = {one.programme: (one.unsent, one.listed) for one in found}
            newest = await unsent.newest(tx, over.first, over.after, NEWEST, made_up=made_up)
        maker = _Maker(counts, self.today, self._settled)
        sections, where, what, worst = await asyncio.to_thread(maker.all_of, period)
        made = Board(
            period, sections, where, what, worst,
            spread(coaches), directory, of_entries_by(listed, (UNSENT, LISTED)), tuple(newest), days,
            maker.settled(period),
        )  # fmt: skip
        self._boards = {k: board for k, board in self._boards.items() if k[1:] == key[1:]} | {key: made}
        return made

    async def _standing(self, tx: Transaction, *, made_up: bool) -> tuple[Table, Mapping[str, int]]:
        """How the directory stands and what it lists, looked at anew when it or a count has changed."""
        mark = (self.today, *(self._store.changes.get(table, 0) for table in _STANDS_ON))
        if self._stood is None or self._stood[0] != mark:
            stands = await standing(tx, self._clock.now(), made_up=made_up)
            self._stood = (mark, stands, await unsent.listed(tx, made_up=made_up))
        return self._stood[1:]


class _Counts:
    """The counts that a period, the one before it and the quarters of both are made of."""

    def __init__(self, sums: Mapping[str, store_counted.Counts], kind: Kind) -> None:
        """`sums` of each week or month, whichever `kind` says."""
        self._sums = sums
        self._kind = kind

    @classmethod
    async def read(cls, tx: Transaction, period: Period) -> "_Counts":
        """Read each sum once."""
        kind: Kind = "week" if period.part == "week" else "month"
        over = in_quarters(period)
        begins = Period.holding(kind, min(period.before.first, over.before.first))
        ends = Period.holding(kind, max(period.after, over.after) - _DAY)
        return cls(await store_counted.sums(tx, begins, ends), kind)

    def of(self, measure: str, period: Period) -> Cells:
        """One measure's counts in a period."""
        total = Counter[tuple[str, str]]()
        for part in period.parts(self._kind):
            total.update(self._of_part(measure, part.code))
        return total

    def _of_part(self, measure: str, part: str) -> Cells:
        """The maps of unmet need are made of what is stored of it, once for each week or month."""
        sums = self._sums.get(part, {})
        if measure in _MAPS and measure not in sums:
            sums[measure] = Counter(_MAPS[measure](sums.get("unmet", {})))
        return sums.get(measure, {})


class _Maker:
    """Makes figures of counts: the only place where counts become tables."""

    def __init__(self, counts: _Counts, today: date, known: dict[tuple[Chart, Period], Table]) -> None:
        """`known`: tables of periods that have settled; those made now are added."""
        self._counts = counts
        self._today = today
        self._known = known

    def all_of(self, period: Period) -> tuple[Sections, Figure, Figure, tuple[Gap, ...]]:
        """Every section, the two maps of unmet need, and the worst of it."""
        sections = tuple(
            (title, tuple(self.figure(chart, period) for chart in charts if chart.tells(period)))
            for title, charts in CHARTS
        )
        over = self.base(WHERE, period)
        parts = [over] if over.kind in KINDS else over.parts("week" if over.part == "week" else WHERE.base)
        worst = unmet.worst(self._counts.of("unmet", part) for part in parts)
        return sections, self.figure(WHERE, period), self.figure(WHAT, period), tuple(worst)

    def settled(self, period: Period) -> bool:
        """Whether nothing that is counted of a period changes any more."""
        return self._today >= period.after + _SETTLED_DAYS * _DAY

    def base(self, chart: Chart, period: Period) -> Period:
        """What a chart counts when asked for a period: for what is rare, a month's whole quarter."""
        return in_quarters(period) if chart.base == "quarter" else period

    def figure(self, chart: Chart, period: Period) -> Figure:
        """One chart of a period and the one before."""
        over = self.base(chart, period)
        exact = over.kind == chart.base and self.settled(over)
        return Figure(chart, self._table(chart, over), self._table(chart, over.before), over, exact)

    def _table(self, chart: Chart, period: Period) -> Table:
        if (chart, period) in self._known:
            return self._known[chart, period]
        cells, layout = self._cells(chart, period)
        settled = self.settled(period)
        if period.kind == chart.base and settled:
            made = table(cells, layout)
        elif period.kind in {chart.base, "week"} or chart.id == "people":
            made = in_fives(cells, layout)
        else:
            kind: Kind = "week" if period.part == "week" else chart.base
            return together([self._table(chart, part) for part in period.parts(kind)], layout)
        return self._known.setdefault((chart, period), made) if settled else made

    def _cells(self, chart: Chart, period: Period) -> tuple[Cells, Layout]:
        cells = self._counts.of(chart.stored(period), period)
        if chart in {WHERE, WHAT}:
            return unmet.where(cells) if chart == WHERE else unmet.what(cells)
        return cells, chart.layout(cells)
