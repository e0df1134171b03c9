"""What waits for whoever runs the service, as values: the most pressing first, each with what can be done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import OfferingId, PersonId


class Sort(StrEnum):
    """What sort of thing waits, the most pressing first."""

    DANGER = "danger"
    WAITING = "waiting"
    SILENT = "silent"
    GAP = "gap"
    OUTING = "outing"
    TASK = "task"
    UNANSWERED = "unanswered"
    ENTRY = "entry"
    SOURCE = "source"


class Deed(StrEnum):
    """What one tap does."""

    TAKE = "take"
    """Whoever taps is with the person."""
    OVER = "over"
    """The danger is over."""
    NEXT = "next"
    """The next ones are alerted now, not when their time comes."""
    OTHERS = "others"
    """The coach is silent: everyone else is alerted."""
    REVIEWED = "reviewed"
    ASK = "ask"
    """One of the staff is asked to go along."""
    CANNOT = "cannot"
    """It cannot be arranged, and the person hears so."""
    DONE = "done"
    RIGHT = "right"
    """The entry is right as it stands."""
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: `which` numbers it within its sort. Times are aware, UTC.

    `word` is a code that says more: a danger's kind, a request's topic, an entry's or a source's trouble.
    """

    sort: Sort
    which: int
    since: datetime
    deeds: tuple[tuple[Deed, PersonId | None], ...] = ()
    person: PersonId | None = None
    conversation: int = 0
    word: str = ""
    level: str = ""
    staff: PersonId | None = None
    until: datetime | None = None
    name: str = ""
    offering: OfferingId | None = None
    late: bool = False
    there: bool = False
    """Of a danger: `staff` is in a talk with the person at this moment."""
    ended: datetime | None = None
    """Of a danger: when the talk of `staff` with them ended, where there was one."""


def in_order(found: list[Waits]) -> list[Waits]:
    """By sort, and within one what has waited longest first."""
    places = {sort: n for n, sort in enumerate(Sort)}
    return sorted(found, key=lambda one: (places[one.sort], one.since, one.which))
