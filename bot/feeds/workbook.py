"""The operator's own list as a workbook (XLSX), read a row at a time."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.feeds.parts import Broken
from bot.feeds.row import Row
from bot.feeds.sheet import table_rows

MOST_UNPACKED = 256 << 20
MOST_COLUMNS = 200
_SECOND = "another sheet that holds a list: only the first is read; save this one as a file of its own"
_TIME_ALONE = 1905
"""The year of a cell that holds a time and no date lies before: Excel counts days from 1900 or 1904."""


def is_workbook(raw: Path | bytes) -> bool:
    """Whether a zip is a workbook."""
    try:
        with zipfile.ZipFile(_opened(raw)) as archive:
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

    try:
        book = load_workbook(_opened(raw), read_only=True, data_only=True, keep_links=False)
        sheets = [(one.title, _lines(one)) for one in book.worksheets if one.sheet_state == "visible"]
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parts do
        raise Broken(f"the workbook cannot be read ({type(error).__name__})") from None
    problem: Broken | None = Broken("it has no sheet")
    for title, lines in sheets:
        rows = table_rows(lines)
        try:
            if problem is not None:
                yield from rows
            elif next(rows, None):
                yield 1, {"name": title, "leave_out": _SECOND}
        except Broken as broken:
            problem = problem and broken
        else:
            problem = None
    if problem is not None:
        raise problem


def _lines(sheet: Any) -> Iterator[list[object]]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - as above
            raise Broken(f"the workbook cannot be read ({type(error).__name__})") from None
        yield [_cell(cell) for cell in cells]


def _refuse_bombs(raw: Path | bytes) -> None:
    try:
        with zipfile.ZipFile(_opened(raw)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Broken(f"it is larger than {MOST_UNPACKED >> 20} MB when unpacked")
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(4096) or b"<!ENTITY" in file.read(4096):
                            raise Broken("its XML declares entities")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise Broken("it is packed and cannot be unpacked whole") from None


def _opened(raw: Path | bytes) -> Path | BytesIO:
    return raw if isinstance(raw, Path) else BytesIO(raw)


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
