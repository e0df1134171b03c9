"""Charts as shapes for a template to draw: 360 wide, to be read at that width and in print without colour."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.measures.shown import Shown, Table

WIDE = 360.0
_ROW, _BAR_ROOM = 40.0, WIDE - 46.0
_CELL_HIGH, _HEAD = 27.0, 34.0
_DARKEST, _LIGHTEST = 0.5, 0.06
_SIGN, _SHORT, _LONG = 5.6, 36.0, 104.0
_WIDEST = 6.3
"""A sign of a column's head where a system has wide letters only; `_SIGN` is the usual one."""

ALL = "All"

Words = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its words, how long it is drawn now and before, and the number as it may be said."""

    label: str
    y: float
    now: float
    before: float
    said: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of lying bars."""

    high: float
    bars: tuple[Bar, ...]
    said: str
    """All of it in words, for somebody who hears it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a chart of fields. `shade`: how dark, 0 to 1; None where the number is hidden."""

    x: float
    y: float
    shade: float | None
    said: str
    is_sum: bool


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place, on one or two lines, each with the width it is pressed into; 0 where it has room."""

    x: float
    y: float
    lines: tuple[str, ...]
    pressed: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """A chart of fields: the more, the darker."""

    high: float
    cell_wide: float
    cell_high: float
    cells: tuple[Cell, ...]
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    said: str


def bars(now: Table, before: Table, words: Words) -> Bars:
    """One bar a row, and a thin one for the period before."""
    numbers = [one.at(row).number or 0 for one in (now, before) for row in now.rows]
    scale = _BAR_ROOM / max([*numbers, 1])
    drawn = tuple(
        Bar(
            words(row),
            place * _ROW,
            round((now.at(row).number or 0) * scale, 1),
            round((before.at(row).number or 0) * scale, 1),
            now.at(row).said,
        )
        for place, row in enumerate(now.rows)
    )
    return Bars(len(drawn) * _ROW, drawn, ", ".join(f"{one.label}: {heard(one.said)}" for one in drawn))


def sums_across(table: Table) -> list[Shown]:
    """The sums of the rows, where they mean something and are shown; else none."""
    found = [table.row_sums[row] for row in table.rows]
    return found if any(one.number for one in found) else []


def fields(table: Table, words: Words, *, by_column: bool) -> Fields:
    """One field for each cell, and the sums at the edges; `by_column`: each column has its own scale."""
    across = sums_across(table)
    labels = [*map(words, table.rows), ALL]
    heads = [*map(words, table.columns), *([ALL] if across else [])]
    left = min(max(max(map(len, labels)) * _SIGN + 8, _SHORT), _LONG)
    wide = (WIDE - left) / len(heads)
    most = {c: max([table.at(r, c).number or 0 for r in table.rows] + [1]) for c in table.columns}
    top = max(most.values())
    lines = [[(table.at(row, c), most[c] if by_column else top) for c in table.columns] for row in table.rows]
    lines.append([(table.column_sums[c], 0) for c in table.columns])
    for line, sum_of in zip(lines, [*across, *([table.total] if across else [])], strict=False):
        line.append((sum_of, 0))
    cells = tuple(
        Cell(round(left + x * wide, 1), _HEAD + y * _CELL_HIGH, _shade(one, scale), one.said, not scale)
        for y, line in enumerate(lines)
        for x, (one, scale) in enumerate(line)
    )
    rows = tuple(
        Label(left - 6, _HEAD + (y + 0.5) * _CELL_HIGH, _lines(label, (left - 6) / _SIGN))
        for y, label in enumerate(labels)
    )
    columns = tuple(_head(round(left + (x + 0.5) * wide, 1), label, wide) for x, label in enumerate(heads))
    high = _HEAD + len(labels) * _CELL_HIGH
    return Fields(high, round(wide, 1), _CELL_HIGH, cells, rows, columns, _in_words(table, words))


def _head(x: float, label: str, wide: float) -> Label:
    lines = _lines(label, wide / _SIGN)
    room = round(wide - 3, 1)
    return Label(x, _HEAD - 8, lines, tuple(room if len(one) * _WIDEST > room else 0.0 for one in lines))


def _shade(one: Shown, most: int) -> float | None:
    if one.number is None:
        return None
    if not one.number or not most:
        return 0.0
    return round(_LIGHTEST + (_DARKEST - _LIGHTEST) * one.number / most, 2)


def _lines(label: str, signs: float) -> tuple[str, ...]:
    wrapped = textwrap.wrap(label, max(int(signs), 4), break_long_words=False) or [label]
    return tuple(wrapped[:2]) if len(wrapped) < 3 else (wrapped[0], f"{wrapped[1]}…")


def _in_words(table: Table, words: Words) -> str:
    """Where most is; the table beside the chart has the rest."""
    known: Sequence[tuple[int, str, str]] = [
        (table.at(r, c).number or 0, r, c) for r in table.rows for c in table.columns
    ]
    most = max(known, default=(0, "", ""))
    if not most[0]:
        return "Every number is hidden or nought"
    return f"Most: {words(most[1])}, {words(most[2])}: {heard(table.at(*most[1:]).said)}"


def heard(said: str) -> str:
    """A number as it is read aloud."""
    return "hidden" if said == "–" else said.replace("+", " or more")
