"""A group or a service as one source describes it, cleaned; and what reading a whole source gave.

What an import makes by the hundred thousand are named tuples: made in a fifth of a frozen dataclass's time.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from bot.domain.directory.geo import Point

Kind = Literal["group", "service"]
_ROOM = re.compile(r"zoom[^/]*/(?:j|s|w|my|wc/join)/(\w+)", re.IGNORECASE)


class Slot(NamedTuple):
    """Every week on `day` (Monday is 0) at `start` minutes after midnight, for `minutes` where known.

    `rule` says when it is not every week, as in an RRULE (RFC 5545): "FREQ=MONTHLY;BYDAY=2TH,4TH" or
    "FREQ=MONTHLY;BYDAY=-1FR". It is there only where the source's words leave no doubt.
    """

    day: int
    start: int
    minutes: int | None = None
    rule: str = ""


class Venue(NamedTuple):
    """Where people meet. `approximate` when the point is the middle of a town or a postcode district.

    `town` is named where no list of towns here has it: outside Britain, Ireland and the United States.
    """

    name: str = ""
    address: str = ""
    postcode: str = ""
    point: Point | None = None
    approximate: bool = False
    country: str = ""
    nation: str = ""
    town: str = ""


class Online(NamedTuple):
    """How to join from afar. Shown only to somebody who asks to join: links hold passcodes, too."""

    url: str = ""
    phone: str = ""
    passcode: str = ""

    def room(self) -> str:
        """The same for the same meeting room, whatever the link looks like: "zoom:1234567890"; "" if none."""
        number = _ROOM.search(self.url)
        if number:
            return f"zoom:{number[1]}"
        return re.sub(r"^https?://(www\.)?|[?#].*$|/+$", "", self.url.lower())


class Entry(NamedTuple):
    """One offering of a source.

    `key` names it within the source and stays the same from import to import. No slots: by appointment.
    `check_first` holds the words that say it is not simply every week. `programme` is a code of ours, see
    `programmes`; `tags` are ours too, and so are `needs` (what a service helps with, see `needs`). `phone` is
    a service's own public number. `zone` is an IANA name. `origins` names the fields that are not the
    source's own word, and where they come from ("zone": "default", "point": "postcode").
    """

    key: str
    name: str
    programme: str
    zone: str
    kind: Kind = "group"
    slots: tuple[Slot, ...] = ()
    venue: Venue | None = None
    online: Online | None = None
    tags: frozenset[str] = frozenset()
    notes: str = ""
    check_first: str = ""
    page: str = ""
    updated: date | None = None
    needs: frozenset[str] = frozenset()
    phone: str = ""
    origins: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be taken, counted as the sheet counts it, and why in plain words.

    Row 0 is none: something is said of the whole file.
    """

    row: int
    name: str
    why: str

    @property
    def where(self) -> str:
        """Where to look for it."""
        return f"row {self.row}" if self.row else "in the file"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source gave: entries, rows rejected, and rows left out for a good reason (closed for now)."""

    entries: tuple[Entry, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    left_out: tuple[Rejected, ...] = ()
    changed_on_the_way: tuple[Rejected, ...] = field(default=())
    """Rows that were taken, with something put right or dropped: a wrong map point, an unsafe link."""

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return len(self.entries) + len(self.rejected) + sum(one.row > 0 for one in self.left_out)


@dataclass(frozen=True, slots=True)
class NoReading:
    """Nothing can be made of it: an empty answer, a web page, a broken file."""

    why: str
