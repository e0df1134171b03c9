"""The pages of measures: a period beside the one before, unmet need, and the report on one sheet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.app.desk.measures import LISTED, UNSENT, Board, Figure, Measures
from bot.domain.directory.listing import one_line
from bot.domain.measures.charts import DIRECTORY
from bot.domain.measures.period import KINDS, Kind, Period
from bot.domain.measures.shown import FEW, Shown, Table, added, of_entries, share
from bot.domain.measures.spread import HOURS, TAKEN, Spread
from bot.domain.measures.unmet import Gap
from bot.domain.messages import Messages
from bot.web.access import COUNTS, LEADS, Door
from bot.web.drawing import Bars, Fields, bars, fields, sums_across
from bot.web.measure_words import MeasureWords
from bot.web.pages import Pages
from bot.web.wording import Wording

PATH = "/measures"
UNMET, REPORT = f"{PATH}/unmet", f"{PATH}/report"
ON_REPORT = ("first_help", "humans", "next_step", "checkins", "urges", "danger_answered")
_KINDS: dict[Kind, str] = {"week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One number that says the most: what it is, the number, of how many, and the same before."""

    label: str
    said: str
    share: str
    before: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its words and its numbers."""

    label: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One measure as a page shows it: as shapes, and as a table."""

    id: str
    title: str
    means: str
    empty: bool
    over: str
    """The quarter it counts, where the page is of a month; else ""."""
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    bars: Bars | None = None
    fields: Fields | None = None
    hides: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another period."""

    label: str
    address: str
    on: bool = False


class MeasuresPage:
    """Shows them to whoever may see counts."""

    def __init__(self, measures: Measures, messages: Messages, pages: Pages) -> None:
        self._measures = measures
        self._words = MeasureWords(Wording(messages))
        self._pages = pages

    def routes(self) -> list[Door]:
        """Measures, unmet need, and the report."""
        return [
            Door(PATH, self.show, to=COUNTS),
            Door(UNMET, self.unmet, to=COUNTS),
            Door(REPORT, self.report, to=COUNTS),
        ]

    async def show(self, request: Request) -> Response:
        """Every measure of a period."""
        board = await self._measures.board(self._asked(request))
        sections = [
            (title, [self._drawn(one, board) for one in figures]) for title, figures in board.sections
        ]
        return self._pages.page(
            request,
            "measures",
            **self._around(board, PATH),
            tiles=tiles(board),
            sections=sections,
            directory=self._health(board.directory),
            coaches=_coaches(board.coaches),
        )

    async def unmet(self, request: Request) -> Response:
        """What was looked for and not found, and what is listed and nobody was sent to."""
        board = await self._measures.board(self._asked(request))
        over, listed = board.where.over, board.unsent
        return self._pages.page(
            request,
            "unmet",
            **self._around(board, UNMET),
            over=over.title,
            maps=[self._drawn(board.where, board), self._drawn(board.what, board)],
            worst=[self._gap(one) for one in board.worst],
            programmes=[
                (self._words.of("groups", row), listed.at(row, UNSENT).said, listed.at(row, LISTED).said)
                for row in listed.rows
                if listed.at(row, UNSENT).number
            ],
            listed=_of_listed(listed),
            names=[
                (which, one_line(name, 60), self._words.of("groups", programme))
                for which, name, programme in board.newest
            ],
            opens=bool(request.state.person.roles & LEADS),
        )

    async def report(self, request: Request) -> Response:
        """A month, or another period, on one sheet of paper."""
        board = await self._measures.board(self._asked(request))
        return self._pages.page(
            request,
            "report",
            **self._around(board, REPORT),
            tiles=tiles(board),
            reach=self._drawn(board.figure("reach"), board),
            small=[self._short(board.figure(name), board) for name in ON_REPORT],
            worst=[self._gap(one) for one in board.worst[:5]],
            over=board.where.over.title,
            listed=_of_listed(board.unsent),
        )

    def _asked(self, request: Request) -> Period:
        """The period of the address, or that of the days in it; else the last month that is over."""
        said = request.query_params
        asked = Period.read(said.get("period", ""))
        if asked is not None:
            return asked
        try:
            return Period.from_to(*(_day(said[end]) for end in ("from", "to")))
        except (KeyError, ValueError):
            pass
        kind = said.get("kind", "month")
        today = self._measures.today
        now = Period.holding(next((one for one in KINDS if one == kind), "month"), today)
        return now.before if now.first.month == today.month and kind == "month" else now

    def _around(self, board: Board, path: str) -> dict[str, Any]:
        """What each of the pages says of its period, and the ways to others."""
        period, today = board.period, self._measures.today
        last = min(period.after, today)

        def to(other: Period, at: str = path) -> str:
            return f"{at}?period={other.code}"

        return {
            "period": period.title,
            "before": period.before.title,
            "so_far": period.after > today,
            "settled": board.settled,
            "in_fives": not board.settled or period.part == "week",
            "several": period.kind not in KINDS,
            "days": (period.first, period.after - timedelta(days=1)),
            "address": path,
            "nothing": board.counted is None,
            "earlier": Link(period.before.title, to(period.before)),
            "later": Link(period.next.title, to(period.next)) if period.next.first <= today else None,
            "kinds": [
                Link(_KINDS[kind], to(Period.holding(kind, min(last, period.first))), kind == period.kind)
                for kind in KINDS
            ],
            "pages": [
                Link("All measures", to(period, PATH), path == PATH),
                Link("Unmet need", to(period, UNMET), path == UNMET),
                Link("Report to print", to(period, REPORT), path == REPORT),
            ],
        }

    def _short(self, one: Figure, board: Board) -> Drawn:
        """A measure as one column; of a table with columns, their sums."""
        drawn = self._drawn(one, board)
        if drawn.bars is not None:
            return drawn
        now, before = one.now.column_sums, one.before.column_sums
        words = partial(self._words.of, one.chart.id)
        rows = (
            Row(
                words(name),
                (
                    now[name].said,
                    share(now[name], one.now.total) or "–",
                    "" if one.before.empty else before.get(name, Shown(0)).said,
                ),
            )
            for name in one.now.columns
        )
        return replace(drawn, heads=_heads(one), rows=tuple(rows))

    def _drawn(self, one: Figure, board: Board) -> Drawn:
        chart, now = one.chart, one.now
        words = partial(self._words.of, chart.id)
        over = "" if one.over == board.period else one.over.title
        common = (chart.id, chart.title, chart.means, now.empty, over)
        if chart.drawn == "bars":
            rows = tuple(_row(words, row, now, one.before) for row in _told(now, one.before))
            drawn = bars(now, one.before, words)
            return Drawn(*common, _heads(one), rows, bars=drawn, hides=now.hides)
        shapes = fields(now, words, by_column=chart.drawn == "stages" and not chart.across)
        return Drawn(*common, *_whole(words, now), fields=shapes, hides=now.hides)

    def _health(self, now: Table) -> Drawn:
        """The directory as it stands: no period before, and only what was checked is a share."""
        words = partial(self._words.of, DIRECTORY.id)
        checked = share(now.at("checked"), now.at("shown"))
        rows = tuple(
            Row(words(row), (now.at(row).said, checked if row == "checked" else "")) for row in now.rows
        )
        shapes = bars(now, of_entries({}), words)
        heads = ("Now", "Of those shown")
        return Drawn(DIRECTORY.id, DIRECTORY.title, DIRECTORY.means, now.empty, "", heads, rows, bars=shapes)

    def _gap(self, one: Gap) -> tuple[str, str]:
        """A gap as somebody would say it, and how often."""
        place = self._words.of("unmet_where", one.area)
        when = self._words.of("unmet_where", one.time)
        what = self._words.of("unmet_what", one.what)
        barrier = "" if one.barrier == "none_said" else self._words.of("unmet_what", one.barrier).lower()
        return f"{what} · {place} · {when}" + (f" · {barrier}" if barrier else ""), one.times.said


def _day(words: str) -> date:
    """A day of an address. Raises ValueError for one that no period of ours is near."""
    day = date.fromisoformat(words)
    if not 2000 <= day.year < 2100:
        raise ValueError(words)
    return day


def _heads(one: Figure) -> tuple[str, ...]:
    return (one.over.title, "Share", one.over.before.title)


def _told(now: Table, before: Table) -> list[str]:
    return list(dict.fromkeys([*now.rows, *(row for row in before.rows if before.at(row).number)]))


def _row(words: Callable[[str], str], row: str, now: Table, before: Table) -> Row:
    was = "" if before.empty else before.at(row).said
    return Row(words(row), (now.at(row).said, share(now.at(row), now.total) or "–", was))


def _whole(words: Callable[[str], str], now: Table) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Heads and rows of a table with columns, with the sums it has."""
    across = bool(sums_across(now))
    heads = (*(words(column) for column in now.columns), *(("All",) if across else ()))

    def line(label: str, cells: Iterable[Shown], of_all: Shown) -> Row:
        return Row(label, (*(one.said for one in cells), *((of_all.said,) if across else ())))

    rows = [line(words(row), (now.at(row, c) for c in now.columns), now.row_sums[row]) for row in now.rows]
    rows.append(line("All", (now.column_sums[c] for c in now.columns), now.total))
    return heads, tuple(rows)


def tiles(board: Board) -> list[Tile]:
    """What a funder asks first."""

    def tile(label: str, figure: str, part: Callable[[Table], Shown], whole: bool = True) -> Tile:
        one = board.figure(figure)
        now, before = part(one.now), part(one.before)
        if one.now.empty:
            return Tile(label, "nothing yet", "", "" if one.before.empty else before.said)
        told = share(now, one.now.total) if whole else ""
        return Tile(label, now.said, told, "" if one.before.empty else before.said)

    def columns(*names: str) -> Callable[[Table], Shown]:
        return lambda table: added(table.column_sums[name] for name in names)

    def rows(*names: str) -> Callable[[Table], Shown]:
        return lambda table: added(table.at(name) for name in names)

    def total(table: Table) -> Shown:
        return table.total

    answered = ("good", "up_and_down", "struggling", "used", "talk", "not_now")
    people = [tile("people", "people", total, whole=False)] if board.period.kind in KINDS else []
    return [
        *people,
        tile("conversations", "reach", total, whole=False),
        tile("helped within 5 minutes", "first_help", rows("m1", "m5")),
        tile("asked for a person", "humans", total, whole=False),
        tile("reached one", "humans", columns("m5", "m15", "longer")),
        tile("new people with a next step in 48 hours", "next_step", rows("group", "appointment", "own")),
        tile("check-ins answered", "checkins", rows(*answered)),
        tile("conversations with families", "about", lambda t: t.row_sums.get("family", Shown(0))),
    ]


def _of_listed(listed: Table) -> tuple[str, str] | None:
    """How many entries were shown to nobody, and of how many; None while nothing is listed."""
    return None if listed.empty else (listed.column_sums[UNSENT].said, listed.column_sums[LISTED].said)


def _coaches(carried: Spread) -> dict[str, Any]:
    """How requests and hours are spread over coaches, as bars with what is said of each."""
    table = carried.table
    top = max([table.at(row, TAKEN).number or 0 for row in table.rows] + [1])
    bars = [
        (
            round(100 * (table.at(row, TAKEN).number or 0) / top),
            _in_fives(table.at(row, TAKEN)),
            _in_fives(table.at(row, HOURS)),
        )
        for row in table.rows
    ]
    return {"bars": bars, "share": carried.most, "even": carried.even}


def _in_fives(one: Shown) -> str:
    return one.said if one.number else f"under {FEW}"
