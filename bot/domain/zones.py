"""Local time to the moment it means, by one rule that neither doubles nor misses a day (durability, Time)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(22, 0)
QUIET_UNTIL = time(8, 0)
STILL_HERE = timedelta(minutes=60)
"""Quiet hours hold for messages sent later than this after the person's last word."""


def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None if there is none (also for an empty or hostile name)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local date and wall time.

    A wall time that comes twice means the first; one that is skipped moves forward by what is skipped.
    """
    return datetime.combine(on, at.replace(tzinfo=None, fold=0), zone).astimezone(UTC)


def latest_moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    """As `moment`, but a wall time that comes twice means the second: what ends then leaves no gap."""
    second = datetime.combine(on, at.replace(tzinfo=None, fold=1), zone).astimezone(UTC)
    return max(moment(on, at, zone), second)


def local(now: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall there shows at `now`."""
    return now.astimezone(zone)


def exists(on: date, zone: ZoneInfo) -> bool:
    """Whether that date happens there: a zone that crosses the date line leaves one out."""
    return local(moment(on, time(0), zone), zone).date() == on


def is_quiet(now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is between 22:00 and 08:00 there; at 08:00 sharp it no longer is."""
    shown = local(now, zone).time()
    return shown >= QUIET_FROM or shown < QUIET_UNTIL


def may_disturb(now: datetime, zone: ZoneInfo, last_word: datetime | None) -> bool:
    """Whether an unasked message may go now: outside quiet hours, or soon after the person's last word.

    Never ask this for a person who hid the chat or is in danger from somebody near: to them nothing goes.
    """
    here = last_word is not None and timedelta(0) <= now - last_word <= STILL_HERE
    return here or not is_quiet(now, zone)
