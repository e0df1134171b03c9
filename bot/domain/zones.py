"""Local time to the moment it means, by one rule that neither doubles nor misses a day (durability, Time)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is disturbed: from `start` up to, not including, `end` on the wall where they are.

    Quiet hours hold for messages sent later than `after` the person's last word.
    """

    start: time = time(22, 0)
    end: time = time(8, 0)
    after: timedelta = timedelta(minutes=60)


NIGHT = Quiet()


@lru_cache(maxsize=700)
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


def is_quiet(now: datetime, zone: ZoneInfo, quiet: Quiet = NIGHT) -> bool:
    """Whether these are quiet hours there; at their end sharp they are not."""
    shown = local(now, zone).time()
    if quiet.start <= quiet.end:
        return quiet.start <= shown < quiet.end
    return shown >= quiet.start or shown < quiet.end


def humane(now: datetime, latest: datetime, zone: ZoneInfo, quiet: Quiet = NIGHT) -> datetime:
    """When to say what has to be said: now, or when quiet hours end there, but `latest` at the latest."""
    if not is_quiet(now, zone, quiet):
        return now
    today = local(now, zone).date()
    ends = (moment(on, quiet.end, zone) for on in (today, today + timedelta(days=1)))
    return max(now, min(latest, next(end for end in ends if end > now)))


def may_disturb(now: datetime, zone: ZoneInfo, last_word: datetime | None, quiet: Quiet = NIGHT) -> bool:
    """Whether an unasked message may go now: outside quiet hours, or soon after the person's last word.

    Never ask this for a person who hid the chat or is in danger from somebody near: to them nothing goes.
    """
    here = last_word is not None and timedelta(0) <= now - last_word <= quiet.after
    return here or not is_quiet(now, zone, quiet)
