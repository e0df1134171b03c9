"""Minutes after midnight in a zone, turned into moments by the rule of `bot.domain.zones`."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.zones import moment as moment_of

DAY_MINUTES = 24 * 60


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC moment of `minutes` after midnight on a local date; 24:00 and later are on the next."""
    later, within = divmod(minutes, DAY_MINUTES)
    return moment_of(day + timedelta(days=later), time(within // 60, within % 60), zone)
