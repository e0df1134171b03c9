"""Minutes after midnight in a zone, turned into moments by the rule of `bot.domain.zones`."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.zones import moment as moment_of
from bot.domain.zones import zone_named

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC moment of `minutes` after midnight on a local date; 24:00 and later are on the next."""
    later, within = divmod(minutes, DAY_MINUTES)
    return moment_of(day + timedelta(days=later), time(within // 60, within % 60), zone)


@lru_cache(maxsize=700)
def winter_offset(zone_name: str) -> int:
    """How many minutes a zone's clock is ahead of UTC in its winter; 0 for an unknown one."""
    zone = zone_named(zone_name)
    if zone is None:
        return 0
    offsets = (datetime(2026, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7))
    return min((offset or timedelta()) // timedelta(minutes=1) for offset in offsets)


def winter_minute(day: int, start: int, zone_name: str) -> int:
    """Where in the week of UTC a weekly time lies in its zone's winter, in minutes from Monday."""
    return (day * DAY_MINUTES + start - winter_offset(zone_name)) % WEEK_MINUTES
