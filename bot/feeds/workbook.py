"""The operator's own list as a workbook (XLSX), read a row at a time."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import reduce
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from bot.feeds.parts import Broken
from bot.feeds.row import Row
from bot.feeds.sheet import UNKEPT, table_rows

MOST_UNPACKED = 256 << 20
MOST_COLUMNS = 200
MOST_MERGED = 200
"""Rows that one merged cell stands for."""
MOST_MERGED_IN_ALL = 100_000
"""Rows of all merged cells together: a small hostile workbook could name billions."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*\bref="([A-Z]{1,2})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,2})(\d{1,7})"(?![^<>]* t="str")[^<>]*>'
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</"
)
"""A formula whose result was not saved: programs that write workbooks don't work it out."""
_LONGEST = 10_000
"""Bytes of a formula's cell."""
MOST_UNKEPT = 100_000
_SECOND = "another sheet that holds a list: only the first is read; save this one as a file of its own"
_TIME_ALONE = 1905
"""The year of a cell that holds a time and no date lies before: Excel counts days from 1900 or 1904."""


def is_workbook(raw: Path | bytes) -> bool:
    """Whether a zip is a workbook."""
    try:
        with _opened(raw) as file, zipfile.ZipFile(file) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def workbook_rows(raw: Path | bytes) -> Iterator[tuple[int, Row]]:
    """Numbered rows under common names of the first sheet that has a header, and a word on further ones.

    Hidden sheets are not read. Raises Broken for a damaged workbook, one that unpacks to over
    `MOST_UNPACKED` bytes, one whose XML declares entities, and one without a header.
    """
    _refuse_bombs(raw)
    from openpyxl import load_workbook  # noqa: PLC0415 - 10 MB that only workbooks need

    with _opened(raw) as file:  # openpyxl refuses a path whose name does not end in .xlsx
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheets = [(one.title, _lines(one)) for one in book.worksheets if one.sheet_state == "visible"]
        except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parts do
            raise Broken(f"the workbook cannot be read ({type(error).__name__})") from None
        yield from _first_list(sheets)


def _first_list(sheets: Iterable[tuple[str, Iterator[list[object]]]]) -> Iterator[tuple[int, Row]]:
    problem: Broken | None = Broken("it has no sheet")
    for title, lines in sheets:
        rows = table_rows(lines)
        try:
            if problem is not None:
                yield from rows
            elif next(rows, None):
                yield 0, {"name": title, "leave_out": _SECOND}
        except Broken as broken:
            problem = problem and broken
        else:
            problem = None
    if problem is not None:
        raise problem


def _lines(sheet: Any) -> Iterator[list[object]]:
    """Its rows. A cell that is merged with those above it says what they say, where its row says anything."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    merged, unkept = _merged_down(sheet)
    above: dict[int, object] = {}
    for number in count(1):
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - as above
            raise Broken(f"the workbook cannot be read ({type(error).__name__})") from None
        line = [_cell(cell) for cell in cells]
        for column in unkept.get(number, ()):
            if column < len(line):
                line[column] = UNKEPT
        if merged and any(str(cell).strip() for cell in line):
            for column, tops in merged.items():
                if column < len(line) and number in tops:
                    above[column] = line[column] if tops[number] else above.get(column, "")
                    line[column] = above[column]
        yield line


def _merged_down(sheet: Any) -> tuple[dict[int, dict[int, bool]], dict[int, list[int]]]:
    """Rows by columns, from 0, that belong to a cell merged over several rows, True for its first row; and
    columns by rows of formulas without a result.
    """
    found: dict[int, dict[int, bool]] = {}
    unkept: dict[int, list[int]] = {}
    left, merged, formulas = b"", 0, 0
    with sheet._get_source() as source:
        while chunk := source.read(1 << 20):
            text, done = left + chunk, 0
            for cell in _FORMULA.finditer(text):
                done, formulas = cell.end(), formulas + 1
                unkept.setdefault(int(cell[2]), []).append(_column(cell[1].decode()))
            for cell in _MERGED.finditer(text):
                done = cell.end()
                rows = range(int(cell[2]), min(int(cell[3]), int(cell[2]) + MOST_MERGED) + 1)
                merged += len(rows)
                if merged > MOST_MERGED_IN_ALL:
                    raise Broken("it has too many merged cells: take the merging off and save it again")
                found.setdefault(_column(cell[1].decode()), {}).update(
                    {row: row == rows[0] for row in rows if len(rows) > 1}
                )
            if formulas > MOST_UNKEPT:
                raise Broken("its formulas have no results: open it as a spreadsheet and save it again")
            left = text[max(done, len(text) - _LONGEST) :]
    return found, unkept


def _refuse_bombs(raw: Path | bytes) -> None:
    try:
        with _opened(raw) as file, zipfile.ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Broken(f"it is larger than {MOST_UNPACKED >> 20} MB when unpacked")
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as xml:
                        if b"<!DOCTYPE" in xml.read(4096) or b"<!ENTITY" in xml.read(4096):
                            raise Broken("its XML declares entities")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise Broken("it is packed and cannot be unpacked whole") from None


def _opened(raw: Path | bytes) -> BinaryIO:
    return raw.open("rb") if isinstance(raw, Path) else BytesIO(raw)


def _column(letters: str) -> int:
    """A column's number from 0."""
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0) - 1


def _cell(cell: object) -> object:
    """As somebody would have typed it: times and dates become text, whole numbers lose their ".0".

    Other numbers stay: a time is a part of a day where its column was left unformatted.
    """
    match cell:
        case datetime() if cell.year < _TIME_ALONE:
            return f"{cell:%H:%M}"
        case datetime() if (cell.hour, cell.minute) == (0, 0):
            return f"{cell:%Y-%m-%d}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case time():
            return f"{cell:%H:%M}"
        case date():
            return f"{cell:%Y-%m-%d}"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return cell
        case None:
            return ""
        case _:
            return str(cell)
