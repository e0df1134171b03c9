"""Reads a file from outside, whatever its format turns out to be."""

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from bot.domain.directory.offering import NoReading, Reading
from bot.domain.directory.places import Places
from bot.feeds.aggregator import Beside, beside
from bot.feeds.bmlt import formats_of, is_meeting, is_service_body, meeting_row, service_body_row, unpublished
from bot.feeds.files import SourceFile
from bot.feeds.gather import gather
from bot.feeds.hsds import closed, is_service, service_rows
from bot.feeds.meeting_guide import fields_of, guide_row
from bot.feeds.other_kinds import is_whole, other_kind
from bot.feeds.package import is_package, package_services
from bot.feeds.parts import Broken, Part, json_parts
from bot.feeds.row import Defaults, Row
from bot.feeds.sheet import sheet_rows, table_rows
from bot.feeds.text import is_web_page
from bot.feeds.workbook import is_workbook, workbook_rows

Format = Literal["auto", "csv", "xlsx", "meeting-guide", "bmlt", "hsds"]
FORMATS: tuple[str, ...] = get_args(Format)
OTHER_NAMES = {
    "tsml": "meeting-guide", "meetingguide": "meeting-guide", "excel": "xlsx", "oruk": "hsds",
    "open-referral": "hsds", "openreferral": "hsds", "open-referral-uk": "hsds", "sheet": "csv",
    "hsds-csv": "hsds", "json": "auto",
}  # fmt: skip
_ROWS_UNDER = re.compile(
    r"(?:.*\.)?(?:meetings|records|data|items|results|values|contents?|services|service_?bodies)?",
    re.IGNORECASE,
)
_LOOKED_AT = 40
_PAGES = ("total_pages", "totalPages")
_ONE_PAGE = (
    "it is one of {} pages, and the others are not in it: import its web address, which brings them all"
)

NumberedRows = Callable[[], Iterator[tuple[int, Row]]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose format is known. `rows` reads it from the start, as often as asked; may raise Broken."""

    form: str
    rows: NumberedRows
    american: bool = False
    """Meeting Guide: Sunday is day 0, months come first, no time means by appointment."""


def open_source(what: Path | bytes, form: str) -> Opened | NoReading:
    """Find out what a file, a folder or bytes are. Never raises, whatever the bytes; OSError for the file."""
    try:
        return _open(what, OTHER_NAMES.get(form, form))
    except Broken as broken:
        return NoReading(str(broken))


def is_sheet(file: Path, form: str) -> bool:
    """Whether a file is a sheet: somebody's own list, and no feed. Raises OSError; says False of damage."""
    if OTHER_NAMES.get(form, form) != "auto":
        return OTHER_NAMES.get(form, form) in ("csv", "xlsx")
    if file.is_dir() or file.name == "datapackage.json":
        return False
    source = SourceFile(file)
    try:
        if source.starts(2) == b"PK":
            return is_workbook(file)
        return source.head(64).lstrip()[:1] not in ("[", "{")
    except Broken:
        return False


def read_source(
    raw: Path | bytes, form: str, *, programme: str, zone: str, places: Places, area: str = ""
) -> Reading | NoReading:
    """Every row of `raw`, taken or with the reason why not, all of it in memory.

    `programme` is our code, `zone` an IANA name and `area` a town for rows that do not say. NoReading for
    an empty file, a web page, broken JSON, a sheet without a header. Never raises, whatever the bytes.
    """
    opened = open_source(raw, form)
    if isinstance(opened, NoReading):
        return opened
    try:
        defaults = Defaults(programme, zone, american=opened.american, area=area)
        reading = gather(opened.rows(), defaults, places)
    except Broken as broken:
        return NoReading(str(broken))
    return reading if reading.rows else NoReading("there are no rows in it")


def _open(what: Path | bytes, form: str) -> Opened | NoReading:
    if isinstance(what, Path) and what.is_dir():
        what = _inside(what)
    elif isinstance(what, Path) and what.name == "manifest.json":
        what = _meetings_in(what.parent) or what
    if isinstance(what, Path) and (what.is_dir() or what.name == "datapackage.json"):
        return _package(what)
    file = SourceFile(what)
    if file.starts(2) == b"PK" and is_workbook(what):
        return Opened("xlsx", lambda: workbook_rows(what))
    if kind := other_kind(what, file.starts(8)):
        return NoReading(f"it is {kind}, not a list: save the list as Excel (.xlsx) or CSV and import that")
    if file.starts(4) == b"PK\x03\x04":
        if not is_whole(what):
            return NoReading("it is packed and cannot be unpacked whole: perhaps half of it came")
        return _package(what) if isinstance(what, Path) else NoReading("it is an archive, not a list")
    head = file.head().lstrip()
    if not head.strip():
        return NoReading("it is empty")
    if is_web_page(head):
        return NoReading("it is a web page, not data: perhaps an error or a login page was saved")
    json_like = form in ("meeting-guide", "bmlt", "hsds") or (form in ("auto", "") and head[:1] in "[{")
    if not json_like and _is_lone_value(head):
        return NoReading("there is no list of meetings in it")
    if not json_like:
        return Opened("csv", lambda: _sheet(file))
    return _open_json(file, form)


def _is_lone_value(text: str) -> bool:
    """Whether a text is JSON that is neither a list nor an object: null, a number, a word in quotes."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _inside(folder: Path) -> Path:
    """What a folder is about: the aggregator's meetings, or itself."""
    return _meetings_in(folder) or folder


def _meetings_in(folder: Path) -> Path | None:
    found = sorted(folder.glob("meetings.ndjson*")) + sorted(folder.glob("meetings.json*"))
    return found[0] if found else None


def _package(path: Path) -> Opened | NoReading:
    if not is_package(path):
        return NoReading("it is an archive or a folder without the tables of a data package")
    services = package_services(path)
    if isinstance(services, NoReading):
        return services
    return Opened("hsds", lambda: _services(iter(services)))


def _sheet(file: SourceFile) -> Iterator[tuple[int, Row]]:
    with file.text() as text:
        yield from sheet_rows(text)


def _open_json(file: SourceFile, form: str) -> Opened | NoReading:
    with closing(_parts(file)) as parts:
        first = list(islice((part for part in parts if _is_row(part)), _LOOKED_AT))
    if not first:
        return _nothing_listed(file)
    if all(isinstance(part.value, list) for part in first):
        return Opened("meeting-guide", lambda: _table(file), american=True)
    rows = [fields_of(part.value) for part in first]
    kind = form if form != "auto" else _kind(rows)
    if kind == "bmlt":
        known = beside(file, is_row=_is_row)
        return Opened("bmlt", lambda: _bmlt(file, known))
    if kind == "hsds":
        return Opened("hsds", lambda: _council(file))
    return Opened("meeting-guide", lambda: _guide(file), american=True)


def _kind(rows: list[Any]) -> str:
    if any(is_meeting(row) or is_service_body(row) for row in rows):
        return "bmlt"
    return "hsds" if any(is_service(row) for row in rows) else "meeting-guide"


def _nothing_listed(file: SourceFile) -> NoReading:
    listed = False
    with closing(_parts(file)) as parts:  # to the end: a broken file is called broken and not empty
        for part in parts:
            listed = listed or part.listed or (part.value == [] and _may_hold_rows(part.path))
    return NoReading("there are no rows in it" if listed else "there is no list of meetings in it")


def _parts(file: SourceFile) -> Generator[Part, None, None]:
    with file.text() as text:
        yield from json_parts(text)


def _is_row(part: Part) -> bool:
    return part.listed and _may_hold_rows(part.path)


@lru_cache(maxsize=64)
def _may_hold_rows(path: str) -> bool:
    return _ROWS_UNDER.fullmatch(path) is not None


def _numbered(file: SourceFile, beside: dict[str, Any] | None = None) -> Iterator[tuple[int, Any]]:
    """Its rows; how many pages the whole has is noted in `beside`."""
    number = 0
    for part in _parts(file):
        if _is_row(part):
            number += 1
            yield number, part.value
        elif beside is not None and part.path in _PAGES:
            beside[part.path] = part.value


def _council(file: SourceFile) -> Iterator[tuple[int, Row]]:
    said: dict[str, Any] = {}
    yield from _services(_numbered(file, said))
    pages = next(iter(said.values()), 1)
    if isinstance(pages, int) and pages > 1:
        yield 0, {"leave_out": _ONE_PAGE.format(pages)}


def _table(file: SourceFile) -> Iterator[tuple[int, Row]]:
    return table_rows(row if isinstance(row, list) else [] for _, row in _numbered(file))


def _guide(file: SourceFile) -> Iterator[tuple[int, Row]]:
    return ((number, guide_row(fields_of(row))) for number, row in _numbered(file))


def _bmlt(file: SourceFile, known: Beside) -> Iterator[tuple[int, Row]]:
    formats = formats_of(known.formats)
    number = 0
    for number, row in _numbered(file):
        if not isinstance(row, dict):
            yield number, {}
        elif is_service_body(row) and not is_meeting(row):
            yield number, {**service_body_row(row), **_no_line(row)}
        elif unpublished(row):
            yield number, {"name": row.get("meeting_name"), "leave_out": "its own server does not show it"}
        else:
            yield number, meeting_row(row, formats, sunday=known.sunday)
    for body in known.bodies:
        number += 1
        yield number, {**service_body_row(body), **_no_line(body)}


def _no_line(body: dict[str, Any]) -> Row:
    return (
        {} if str(body.get("helpline") or "").strip() else {"leave_out": "a service body without a helpline"}
    )


def _services(numbered: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Row]]:
    for number, service in numbered:
        if not isinstance(service, dict):
            yield number, {}
        elif why := closed(service):
            yield number, {"name": service.get("name"), "leave_out": why}
        else:
            for row in service_rows(service):
                yield number, row
