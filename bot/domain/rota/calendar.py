"""The rota as a calendar that phones subscribe to, and leave read from a coach's own calendar."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId
from bot.domain.rota.shifts import Turn
from bot.domain.rota.typed import Hours
from bot.domain.zones import moment

if TYPE_CHECKING:
    from icalendar import Component

MOST_BYTES = 1_000_000
_LONGEST = timedelta(days=366)


class NoCalendar(ValueError):
    """The file cannot be read as a calendar: says why in one line."""


def written(turns: Iterable[Turn], names: Mapping[PersonId, str], at: datetime) -> bytes:
    """An .ics file of turns as seen at `at`. `names` says what each coach's are called; others are left out.

    The same turn keeps its identity, so that a calendar that asks again changes nothing.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - 3 MB that few services need at once

    events = [
        Event.new(
            summary=names[turn.coach],
            start=turn.start,
            end=turn.end,
            stamp=at,
            uid=f"shift-{turn.coach}-{int(turn.start.timestamp())}@foothold",
        )
        for turn in turns
        if turn.coach in names
    ]
    calendar = Calendar.new(prodid="-//Foothold//Rota//EN", subcomponents=events)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    return bytes(calendar.to_ical())


def leave_in(content: bytes, now: datetime, zone: ZoneInfo) -> tuple[list[Hours], list[str]]:
    """Every time away in a coach's own calendar that is not over, by start, and a line for each one left out.

    Whole days and times without a zone are those of `zone`. Raises NoCalendar.
    """
    from icalendar import Calendar  # noqa: PLC0415 - 3 MB that few services need at once

    if len(content) > MOST_BYTES:
        raise NoCalendar(f"the file is over {MOST_BYTES // 1_000_000} MB")
    try:
        events = list(Calendar.from_ical(content).walk("VEVENT"))
    except (ValueError, KeyError, IndexError, UnicodeDecodeError) as wrong:
        raise NoCalendar("this is no calendar file (.ics)") from wrong
    found: list[Hours] = []
    left_out: list[str] = []
    for number, event in enumerate(events, 1):
        read = _away(event, zone)
        if isinstance(read, str):
            left_out.append(f"entry {number} {read}")
        elif read.end > now:
            found.append(read)
    return sorted(found, key=lambda hours: hours.start), left_out


def _away(event: "Component", zone: ZoneInfo) -> Hours | str:
    """The hours of one entry, or why they are not taken."""
    if "RRULE" in event or "RDATE" in event:
        return "repeats: enter each time by itself"
    start, end = (_time_of(event, name) for name in ("DTSTART", "DTEND"))
    if start is None:
        return "has no start that can be read"
    if end is None:
        end = start if isinstance(start, datetime) else start + timedelta(days=1)
    try:
        begins, ends = _moment(start, zone), _moment(end, zone)
        if begins < ends <= begins + _LONGEST:
            return Hours(begins, ends)
    except OverflowError:  # the year 1 or 9999
        pass
    return "does not end after it begins, or lasts over a year"


def _time_of(event: "Component", name: str) -> date | None:
    from icalendar.error import BrokenCalendarProperty  # noqa: PLC0415 - as above

    try:
        found = getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None
    return found if isinstance(found, date) else None


def _moment(at: date, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        return moment(at, time(0), zone)
    return at.replace(tzinfo=zone).astimezone(UTC) if at.tzinfo is None else at.astimezone(UTC)
