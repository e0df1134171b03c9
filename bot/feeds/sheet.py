"""The operator's own list: a CSV file in whatever shape their spreadsheet saved it."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TextIO

from bot.feeds.parts import Broken
from bot.feeds.row import Row
from bot.feeds.text import plain
from bot.feeds.types import unknown_in

_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("guid", "slug", "ref", "reference", "meetingid", "groupid", "uid"),
    "name": ("title", "group", "groupname", "meeting", "meetingname", "service", "servicename"),
    "day": ("days", "weekday", "when", "dayofweek", "meetingday"),
    "time": ("start", "starttime", "starts", "begins", "meetingtime", "from", "times"),
    "end_time": ("end", "ends", "finish", "finishes", "endtime", "until", "to"),
    "duration": ("length", "mins", "minutes", "hours", "lasts"),
    "postcode": ("postalcode", "zip", "zipcode", "eircode", "pcode"),
    "latitude": ("lat", "y", "coordinates", "coords", "latlong", "latlng", "latlon", "gps", "mappoint"),
    "longitude": ("lon", "lng", "long", "x"),
    "venue": ("location", "place", "building", "venuename", "where", "locationname"),
    "address": ("formattedaddress", "street", "venueaddress", "addressline", "address1", "fulladdress"),
    "city": ("town", "towncity", "locality", "area"),
    "region": ("county",),
    "country": ("nation",),
    "programme": ("program", "fellowship", "meetingtypenamespace", "meetingtype", "organisation", "approach"),
    "types": ("type", "tags", "format", "formats", "features", "focus"),
    "more_types": ("openformat", "openclosed", "audience", "accessibility"),
    "open": ("openmeeting",),
    "wheelchair": ("stepfree", "wheelchairaccess", "accessible", "disabledaccess"),
    "hearing": ("hearingloop", "loop", "inductionloop"),
    "women": ("womenonly",),
    "men": ("menonly",),
    "notes": ("note", "description", "details", "information", "comments", "info", "about"),
    "venue_notes": ("locationnotes", "directions", "entrance", "access"),
    "regularity": ("frequency", "how often", "recurrence", "pattern", "weeks"),
    "timezone": ("tz", "zone"),
    "page": ("url", "website", "web", "link", "webpage"),
    "join_url": ("conferenceurl", "onlinelink", "zoom", "zoomlink", "joinlink", "onlineurl", "meetinglink"),
    "join_phone": ("conferencephone", "dialin"),
    "join_notes": ("conferenceurlnotes", "zoomid", "zoomdetails"),
    "phone_notes": ("conferencephonenotes",),
    "passcode": ("password", "zoompassword", "zoompasscode", "pin"),
    "online": ("isonline", "virtual"),
    "attendance": ("attendanceoption", "onlineorinperson", "mode", "venuetype"),
    "approximate": (),
    "updated": ("lastupdated", "lastchecked", "checked", "verified", "lastverified", "modified"),
    "kind": ("offering",),
    "needs": ("need", "helpswith", "helpwith"),
    "phone": ("telephone", "tel", "servicephone", "publicphone"),
}
_BY_HEADER = {
    alias: name for name, aliases in _ALIASES.items() for alias in (re.sub("[^a-z0-9]", "", name), *aliases)
}
_PREFERRED = ("meetingtypenamespace", "zipcode")
MOST_TYPES = 40
MOST_CELL = 1_000_000
HEADER_WITHIN = 20
SAMPLE = 65536
"""Characters in which the delimiter is looked for."""
UNKEPT = "#UNKEPT!"
"""Stands in a cell whose formula was saved without its result."""
_ERRORS = frozenset((UNKEPT, "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"))
_NO_RESULT = "a formula in it has no result: open it as a spreadsheet, mend and save it, and import it again"
_UNREAD = "of these columns nothing is read: {}"
_NO_TYPES = "of these types nothing is read: {}; what matters of them belongs in a column called notes"
_BESIDE = (
    "a cell of it stands in a column without a name and was not read: give it a name, or, if the row has"
    " slipped, put quotation marks around a text that has commas in it"
)
_OPEN = "a quotation mark in row {} is never closed, so the rows after it cannot be told apart"


def sheet_rows(file: TextIO) -> Iterator[tuple[int, Row]]:
    """Numbered rows under common names, counted as a spreadsheet does. Raises Broken without a header."""
    return table_rows(cells_of(file))


def table_rows(lines: Iterable[Sequence[object]]) -> Iterator[tuple[int, Row]]:
    """Rows of a table whose first line with two known names is the header. Raises Broken without one.

    A second line of names beneath it belongs to it: cells merged over several columns stand above them. Rows
    with a formula that has no result are wrong, and columns of which nothing is read are said at the end.
    """
    names: dict[int, str] = {}
    named: set[int] = set()
    unread: list[str] = []
    types: dict[str, None] = {}
    header, read = 0, False
    for number, cells in enumerate(lines, start=1):
        if not names:
            names, header = _header(cells), number
            unread = _unread(cells, names)
            named = _said(cells)
            if not names and number >= HEADER_WITHIN:
                break
        elif number == header + 1 and (below := _names_alone(cells)):
            names = {n: name for n, name in names.items() if name not in below.values()} | below
            named |= _said(cells)
            unread = []
        elif any(str(cell).strip() for cell in cells if cell is not None):
            row: Row = {name: cells[n] for n, name in names.items() if n < len(cells)}
            if _lacks_a_result(row):
                row = {**row, "wrong": _NO_RESULT}
            elif _is_beside(cells, named):
                row = {**row, "doubt": _BESIDE}
            _note_types(row, types)
            yield number, row
            read = True
    if types:
        yield 0, {"leave_out": _NO_TYPES.format(plain(", ".join(types), 400))}
    if unread and read:
        yield 0, {"leave_out": _UNREAD.format(plain(", ".join(unread), 400))}
    if not names:
        raise Broken("no header row was found: it needs at least the columns name, day, time and postcode")


def _unread(cells: Sequence[object], names: Mapping[int, str]) -> list[str]:
    """The names of columns that mean nothing here."""
    return [str(cell).strip() for n, cell in enumerate(cells) if n not in names and str(cell or "").strip()]


def _note_types(row: Row, types: dict[str, None]) -> None:
    """Add the types of a row that mean nothing here."""
    for cell in (row.get("types"), row.get("more_types")):
        if type(cell) is str and len(types) < MOST_TYPES:
            types.update(dict.fromkeys(unknown_in(cell)))


def _said(cells: Sequence[object]) -> set[int]:
    """The positions of cells that hold anything; and the first, which may number the rows."""
    return {0, *(n for n, cell in enumerate(cells) if cell is not None and str(cell).strip())}


def _is_beside(cells: Sequence[object], named: set[int]) -> bool:
    """Whether a row has something in a column that has no name."""
    return (len(cells) > len(named) or len(named) <= max(named)) and not _said(cells) <= named


def _lacks_a_result(row: Row) -> bool:
    try:
        return not _ERRORS.isdisjoint(row.values())
    except TypeError:  # a cell that is a list
        return False


def _names_alone(cells: Sequence[object]) -> dict[int, str]:
    """Columns by position of a line that holds nothing but names of columns, two or more."""
    said = [cell for cell in cells if cell is not None and str(cell).strip()]
    names = _columns(cells)
    return names if len(names) == len(said) >= 2 else {}


def _header(cells: Sequence[object]) -> dict[int, str]:
    names = _columns(cells)
    return names if len(names) >= 2 and "name" in names.values() else {}


def _columns(cells: Sequence[object]) -> dict[int, str]:
    """Columns by position. Of two columns for one name the first counts, or the better one."""
    names: dict[int, str] = {}
    for position, cell in enumerate(cells):
        plain = re.sub("[^a-z0-9]", "", str(cell).lower())
        name = _BY_HEADER.get(plain)
        if name is None:
            continue
        taken = next((n for n, other in names.items() if other == name), None)
        if taken is None:
            names[position] = name
        elif plain in _PREFERRED:
            del names[taken]
            names[position] = name
    return names


def cells_of(file: TextIO) -> Iterator[list[str]]:
    """The cells of each row of a CSV file, whatever its delimiter.

    Raises Broken where a quotation mark swallows what follows: those rows would be lost.
    """
    csv.field_size_limit(MOST_CELL)
    first = file.read(SAMPLE)
    first += file.readline(MOST_CELL)
    lines, delimiter = _Lines(first, file), _delimiter(first)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        before, lines.taken = lines.taken, []
        try:
            cells = next(reader)
        except StopIteration:
            if _is_open("".join(before), delimiter):
                raise Broken(_OPEN.format(number - 1)) from None
            return
        except csv.Error:
            raise Broken(_OPEN.format(number)) from None
        yield cells


class _Lines:
    """Its lines without NUL; one that never ends comes in pieces. `taken` grows by each that is given out."""

    def __init__(self, first: str, file: TextIO) -> None:
        self.taken: list[str] = []
        self._parts = (io.StringIO(first, newline=""), file)

    def __iter__(self) -> Iterator[str]:
        for part in self._parts:
            while line := part.readline(MOST_CELL):
                plain = line.replace("\x00", "")
                self.taken.append(plain)
                yield plain


def _is_open(record: str, delimiter: str) -> bool:
    """Whether the last row of a sheet ends within a quotation that was never closed."""
    if record.count("\n") + record.count("\r") < 2:
        return False
    try:
        deque(csv.reader([record], delimiter=delimiter, strict=True), 0)
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)
