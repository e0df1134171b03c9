"""The rota written as a table: a spreadsheet's CSV of weekly shifts, in place of what repeated before."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from bot.app.rota.rota_by_hand import Refused, day_named, time_named
from bot.app.rota.rota_file import Loaded, Mistakes, coach_with_id, put
from bot.app.staffing.staff_names import called
from bot.domain.ids import PersonId, ShiftId
from bot.domain.rota.shifts import Shift
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction

_COLUMNS = {"coach", "day", "from", "to"}
_SAME = {"telegram id": "coach", "telegram_id": "coach"}
_Value = TypeVar("_Value")


async def load(tx: Transaction, text: str) -> Loaded:
    """Put the table's shifts on the rota instead of all that repeats there; one-off changes and leave stay.

    The first line names the columns, in any order: coach (or telegram id), day, from, to. A coach is a
    Telegram id, or a name that one coach alone has. Commas or semicolons; times are wall times of the
    service's zone. Raises Mistakes, each with its line and column.
    """
    named = await _coaches_by_name(tx)
    read: dict[int, Shift] = {}
    mistakes: list[str] = []
    for line, row in _rows(text):
        try:
            shift = await _shift(tx, row, named)
            _no_clash(shift, read)
            read[line] = shift
        except Refused as refused:
            mistakes.append(f"line {line}: {refused}")
    if not read and not mistakes:
        mistakes.append("line 2: there is no shift below the first line: write one a line.")
    if mistakes:
        raise Mistakes(mistakes)
    return await put(tx, list(read.values()))


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each line with something in it, by column; under "" what is beside them. Raises Mistakes."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    mark = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        names = ",".join(name.strip().lower() for name in next(reader, [])).rstrip(",").split(",")
        columns = [_SAME.get(name, name) for name in names]
        if sorted(columns) != sorted(_COLUMNS):
            raise Mistakes(["line 1: the first line must name the columns: coach,day,from,to"])
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if any(row):
                wide = [*row, *[""] * len(columns)]
                beside = "".join(row[len(columns) :])
                yield reader.line_num, {"": beside, **dict(zip(columns, wide, strict=False))}
    except csv.Error as wrong:
        raise Mistakes([f"line {reader.line_num}: {wrong}"]) from wrong


def _cell(row: Mapping[str, str], column: str, read: Callable[[str], _Value]) -> _Value:
    try:
        return read(row[column])
    except Refused as refused:
        raise Refused(f"{column}: {refused}") from refused


async def _shift(tx: Transaction, row: Mapping[str, str], named: Mapping[str, list[PersonId]]) -> Shift:
    if row[""]:
        raise Refused("there is more in it than the first line names: take the rest out")
    coach = await _coach(tx, row["coach"], named)
    day, start = _cell(row, "day", day_named), _cell(row, "from", time_named)
    return Shift(ShiftId(0), coach, day, start, _cell(row, "to", time_named))


async def _coach(tx: Transaction, words: str, named: Mapping[str, list[PersonId]]) -> PersonId:
    if words.isascii() and words.isdecimal() and len(words) < 19:
        try:
            return await coach_with_id(tx, int(words))
        except Refused as refused:
            raise Refused(f"coach: {refused}") from refused
    found = named.get(words.casefold(), [])
    if len(found) != 1:
        why = "is what more than one coach is called" if found else "is no coach here"
        raise Refused(f'coach: "{words}" {why}: write their Telegram id, a number')
    return found[0]


async def _coaches_by_name(tx: Transaction) -> Mapping[str, list[PersonId]]:
    found: dict[str, list[PersonId]] = {}
    for who, _ in await people.with_role(tx, "coach"):
        name = await called(tx, who)
        found.setdefault(name.strip().casefold(), []).append(who)
    return found


def _no_clash(shift: Shift, read: Mapping[int, Shift]) -> None:
    for line, other in read.items():
        if other.coach == shift.coach and other.overlaps(shift):
            raise Refused(f"from: they are on then already by line {line}: take one of the two out")
