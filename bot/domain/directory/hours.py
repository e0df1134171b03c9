"""Opening hours, and whether somebody is there at a given moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.directory.walltime import moment
from bot.domain.zones import local

BankHolidays = Literal["same", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Span:
    """Open on weekday `day` (Monday is 0) from `start` to `end` (minutes; `end` may be past midnight)."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """When a line is answered, in its own zone. `known` is False when no source says."""

    known: bool = True
    always: bool = False
    spans: tuple[Span, ...] = ()
    bank_holidays: BankHolidays = "unknown"


@dataclass(frozen=True, slots=True)
class Open:
    """Open now; `until` (UTC) is None for a line that never closes."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed now; `opens` (UTC) is the next opening within eight days, as far as is known."""

    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody can say: no source gives the hours, or those that hold on a bank holiday such as today."""

    why: Literal["hours", "bank_holiday"]


Openness = Open | Closed | Unsure
IsHoliday = Callable[[date], bool]


def openness(hours: Hours, zone: ZoneInfo, at: datetime, is_holiday: IsHoliday) -> Openness:
    """Whether these hours are open at `at` (aware); holidays are days in `zone`."""
    if not hours.known:
        return Unsure("hours")
    if hours.always:
        return Open()
    today = local(at, zone).date()
    if hours.bank_holidays == "unknown" and is_holiday(today):
        return Unsure("bank_holiday")
    periods = list(_periods(hours, zone, today, is_holiday))
    ends = [end for start, end in periods if start <= at < end]
    if not ends:
        return Closed(min((start for start, _ in periods if start > at), default=None))
    return _open_until(max(ends), periods)


def _open_until(end: datetime, periods: list[tuple[datetime, datetime]]) -> Open:
    """Follow periods that begin where the last one ends: 10:00-24:00 and 00:00-02:00 is one evening."""
    for start, later in sorted(periods):
        if start <= end < later:
            end = later
    return Open(end)


def _periods(
    hours: Hours, zone: ZoneInfo, today: date, is_holiday: IsHoliday
) -> Iterator[tuple[datetime, datetime]]:
    for days in range(-1, 9):
        day = today + timedelta(days=days)
        if hours.bank_holidays == "closed" and is_holiday(day):
            continue
        for span in hours.spans:
            if span.day == day.weekday():
                yield moment(day, span.start, zone), moment(day, span.end, zone)
