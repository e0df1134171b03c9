"""What may be shown of counts: nothing under five, and nothing that a total would give away.

`table` is the only way from counts of people to a page. A table with margins is protected as Gusfield
showed (A graph theoretic approach to statistical data security, SIAM J. Comput. 17, 1988): draw a line from
row to column for each hidden number, sums included; a hidden number can be worked out exactly when its line
is the only way between its two ends. So each hidden line is closed into a ring by hiding the cheapest
others.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

FEW = 5
"""A count of one to four could point at somebody (product design, "What coordinators see")."""
HIDDEN_SAID = "–"
_SUM = -1
_LAST_RESORT = 10**6
"""Hiding a nought protects others as well, and looks odd."""

Place = tuple[int, int]
End = tuple[str, int]
Ways = dict[End, list[tuple[End, Place]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be shown: `number` is None when it is hidden; `at_least` when there may be more."""

    number: int | None
    at_least: bool = False

    @property
    def said(self) -> str:
        """In a table's cell."""
        if self.number is None:
            return HIDDEN_SAID
        return f"{self.number}+" if self.at_least else str(self.number)


HIDDEN = Shown(None)


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by rows and columns as they may be shown, with the sums of rows and of columns."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Shown]
    row_sums: Mapping[str, Shown]
    column_sums: Mapping[str, Shown]
    total: Shown
    empty: bool
    """Nothing at all was counted: then there is nothing yet, which is not the same as none."""

    def at(self, row: str, column: str = "") -> Shown:
        """One cell; what is not in the table was not counted."""
        return self.cells.get((row, column), Shown(0))

    @property
    def hides(self) -> bool:
        """Whether anything in it is hidden."""
        return any(one.number is None for one in self.cells.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """Which rows and columns a table has, in order, and which sums it shows beside its total.

    A table of one column has its total; a table with `across` and `down` is one whole. With `down` only, each
    column is a whole of its own, and `across` and the total mean nothing.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...] = ("",)
    across: bool = False
    down: bool = True


def table(counts: Mapping[tuple[str, str], int], layout: Layout) -> Table:
    """Counts of one period for which exact numbers are shown, and of no period that overlaps it."""
    raw = _Raw(counts, layout)
    hidden = _protected(raw)
    return _table(raw, {place: HIDDEN if place in hidden else Shown(n) for place, n in raw.numbers.items()})


def in_fives(counts: Mapping[tuple[str, str], int], layout: Layout) -> Table:
    """Counts of a period that overlaps others: in fives, rounded down, so that no difference tells."""
    raw = _Raw(counts, layout)
    never = raw.never_shown()
    return _table(raw, {p: HIDDEN if p in never else _floor(n) for p, n in raw.numbers.items()})


def of_entries(counts: Mapping[str, int]) -> Table:
    """Counts of entries and lists: nobody's, so exact. Their rows overlap, so nothing is added up."""
    cells = {(row, ""): Shown(number) for row, number in counts.items()}
    return Table(tuple(counts), ("",), cells, {}, {}, HIDDEN, not any(counts.values()))


def of_entries_by(counts: Mapping[str, Sequence[int]], columns: tuple[str, ...]) -> Table:
    """Counts of entries, each in one row: nobody's, so exact; each column is added up."""
    cells = {
        (row, c): Shown(n) for row, numbers in counts.items() for c, n in zip(columns, numbers, strict=True)
    }
    sums = {c: added(cells[row, c] for row in counts) for c in columns}
    return Table(tuple(counts), columns, cells, {}, sums, HIDDEN, not counts)


def _floor(number: int) -> Shown:
    if number == 0:
        return Shown(0)
    return HIDDEN if number < FEW else Shown(number // FEW * FEW, at_least=True)


def together(tables: Sequence[Table], layout: Layout) -> Table:
    """A longer period out of its parts: what they show added up, and no word of what they hide."""

    rows, columns = layout.rows, layout.columns
    return Table(
        rows,
        columns,
        {(r, c): added(one.at(r, c) for one in tables) for r in rows for c in columns},
        {r: added(one.row_sums.get(r, Shown(0)) for one in tables) for r in rows},
        {c: added(one.column_sums.get(c, Shown(0)) for one in tables) for c in columns},
        added(one.total for one in tables),
        all(one.empty for one in tables),
    )


def added(parts: Iterable[Shown]) -> Shown:
    """What is shown of several numbers, added up; at least so much, where one of them hides something."""
    known = list(parts)
    number = sum(one.number or 0 for one in known)
    more = any(one.number is None or one.at_least for one in known)
    return HIDDEN if more and not number else Shown(number, at_least=more)


def share(part: Shown, whole: Shown) -> str:
    """Per cent of what is shown, "" where either is hidden or not exact, or there is nothing yet."""
    if part.number is None or not whole.number or part.at_least or whole.at_least:
        return ""
    return f"{round(100 * part.number / whole.number)}%"


class _Raw:
    """The counts with their sums; row or column -1 holds the sums."""

    def __init__(self, counts: Mapping[tuple[str, str], int], layout: Layout) -> None:
        self.layout = layout
        rows, columns = range(len(layout.rows)), range(len(layout.columns))
        names = {(r, c): (layout.rows[r], layout.columns[c]) for r in rows for c in columns}
        unknown = counts.keys() - set(names.values())
        if unknown:
            raise ValueError(f"counted and in no row or column: {sorted(unknown)}")
        self.numbers: dict[Place, int] = {place: counts.get(name, 0) for place, name in names.items()}
        self.numbers |= {(r, _SUM): sum(self.numbers[r, c] for c in columns) for r in rows}
        self.numbers |= {(_SUM, c): sum(self.numbers[r, c] for r in rows) for c in columns}
        self.numbers[_SUM, _SUM] = sum(self.numbers[_SUM, c] for c in columns)

    def never_shown(self) -> set[Place]:
        """Sums that the table leaves out; of one column, the rows' sums are its cells again."""
        out = set()
        if not self.layout.across:
            out |= {(r, _SUM) for r in range(len(self.layout.rows))} | {(_SUM, _SUM)}
        if not self.layout.down:
            out |= {(_SUM, c) for c in range(len(self.layout.columns))} | {(_SUM, _SUM)}
        return out

    def cost(self, place: Place) -> float:
        """What hiding a number costs; a total stays, and so does a sum that stands in another table too."""
        is_sum = _SUM in place
        if place == (_SUM, _SUM) or (is_sum and not (self.layout.across and self.layout.down)):
            return inf
        return (self.numbers[place] or _LAST_RESORT) * (2 if is_sum else 1)


def _protected(raw: _Raw) -> set[Place]:
    """Every place to hide."""
    hidden = {place for place, n in raw.numbers.items() if 0 < n < FEW} | raw.never_shown()
    while True:
        more = _too_small(raw, hidden) | _given_away(raw, hidden)
        if not more:
            return hidden
        hidden |= more


def _too_small(raw: _Raw, hidden: set[Place]) -> set[Place]:
    """What else to hide where all that is hidden in one line comes to under five."""
    for *line, line_sum in _lines(raw):
        gone = [place for place in line if place in hidden]
        if line_sum in hidden or not gone or sum(raw.numbers[place] for place in gone) >= FEW:
            continue
        left = [p for p in line if p not in hidden and raw.numbers[p] and raw.cost(p) < inf]
        if left:
            return {min(left, key=raw.cost)}
    return set()


def _lines(raw: _Raw) -> list[list[Place]]:
    """Every row and every column, its sum last."""
    rows = [*range(len(raw.layout.rows)), _SUM]
    columns = [*range(len(raw.layout.columns)), _SUM]
    return [[(r, c) for c in columns] for r in rows] + [[(r, c) for r in rows] for c in columns]


def _given_away(raw: _Raw, hidden: set[Place]) -> set[Place]:
    """What else to hide for the first hidden number that the shown ones give away."""
    ways = _ways(hidden)
    for place in sorted(hidden - raw.never_shown()):
        if not _linked(ways, place):
            return _around(raw, hidden, place)
    return set()


def _ways(places: Iterable[Place]) -> Ways:
    """From each row and column where the lines of these numbers lead, and by which number."""
    ways: Ways = {}
    for r, c in places:
        ways.setdefault(("row", r), []).append((("column", c), (r, c)))
        ways.setdefault(("column", c), []).append((("row", r), (r, c)))
    return ways


def _linked(ways: Ways, place: Place) -> bool:
    """Whether there is a way from a number's row to its column beside its own line."""
    end, seen, ahead = ("column", place[1]), {("row", place[0])}, [("row", place[0])]
    while ahead:
        for other, by in ways.get(ahead.pop(), ()):
            if by != place and other not in seen:
                seen.add(other)
                ahead.append(other)
    return end in seen


def _around(raw: _Raw, hidden: set[Place], place: Place) -> set[Place]:
    """The shown numbers on the cheapest way round from a hidden number's row to its column.

    Raises ValueError when there is no way, which no table with a total of five or more has.
    """
    start, end = ("row", place[0]), ("column", place[1])
    ways = _ways(raw.numbers.keys() - {place})
    heap: list[tuple[float, End, tuple[Place, ...]]] = [(0.0, start, ())]
    done: set[End] = set()
    while heap:
        cost, node, path = heapq.heappop(heap)
        if node == end:
            return {one for one in path if one not in hidden}
        if node in done:
            continue
        done.add(node)
        for other, by in ways.get(node, ()):
            step = 0.0 if by in hidden else raw.cost(by)
            if other not in done and step < inf:
                heapq.heappush(heap, (cost + step, other, (*path, by)))
    raise ValueError(f"{place} can't be protected")


def _table(raw: _Raw, shown: Mapping[Place, Shown]) -> Table:
    rows, columns = raw.layout.rows, raw.layout.columns
    single = len(columns) == 1 and not raw.layout.across
    return Table(
        rows,
        columns,
        {(row, col): shown[r, c] for r, row in enumerate(rows) for c, col in enumerate(columns)},
        {row: shown[r, 0] if single else shown[r, _SUM] for r, row in enumerate(rows)},
        {col: shown[_SUM, c] for c, col in enumerate(columns)},
        shown[_SUM, 0] if single else shown[_SUM, _SUM],
        not raw.numbers[_SUM, _SUM],
    )
