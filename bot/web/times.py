"""Times as a person reads them: how long ago in words, and the exact moment beside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.zones import local

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment for a page: `said` in words, `exact` for the pointer, `machine` for the `time` element."""

    said: str
    exact: str
    machine: str


def ago(at: datetime, now: datetime, zone: ZoneInfo) -> Shown:
    """A moment up to two days past as "5 minutes ago", an older one by its date in `zone`."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        said = "just now"
    elif seconds < _HOUR:
        said = f"{count(int(seconds // _MINUTE), 'minute')} ago"
    elif seconds < _DAY:
        said = f"{count(int(seconds // _HOUR), 'hour')} ago"
    elif local(at, zone).date() == local(now, zone).date() - timedelta(days=1):
        said = "yesterday"
    else:
        said = _day(local(at, zone).date(), local(now, zone).date())
    return Shown(said, _exact(at, zone), at.isoformat(timespec="seconds"))


def clock(at: datetime, zone: ZoneInfo) -> Shown:
    """A moment of a timeline, by the clock on the wall in `zone`."""
    return Shown(local(at, zone).strftime("%H:%M"), _exact(at, zone), at.isoformat(timespec="seconds"))


def day(on: date, now: datetime, zone: ZoneInfo) -> Shown:
    """A date as "today", "tomorrow", or by its name."""
    today = local(now, zone).date()
    near = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
    return Shown(near.get(on, _day(on, today)), f"{on:%A} {on.day} {on:%B %Y}", on.isoformat())


def span(seconds: int) -> str:
    """How long something took: "under a minute", "12 minutes", "2 hours 5 minutes"."""
    minutes = round(seconds / 60)
    hours, minutes_left = divmod(minutes, 60)
    if minutes < 1:
        return "under a minute"
    if not hours:
        return count(minutes, "minute")
    return count(hours, "hour") + (f" {count(minutes_left, 'minute')}" if minutes_left else "")


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _day(on: date, today: date) -> str:
    return f"{on:%a} {on.day} {on:%b}" + ("" if on.year == today.year else f" {on.year}")


def _exact(at: datetime, zone: ZoneInfo) -> str:
    there = local(at, zone)
    return f"{there:%A} {there.day} {there:%B %Y}, {there:%H:%M} ({there.tzname()})"
