"""The clock of working days: Al-Anon's rule escalates after three of them, and removes at ninety days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.directory.bank_holidays import is_bank_holiday
from bot.domain.zones import local, moment

ESCALATE_AFTER = 3
"""Working days in which a coordinator looks."""
REMOVE_AFTER = timedelta(days=90)
MORNING = time(9, 0)


def escalates_at(since: datetime, zone: ZoneInfo, country: str, nation: str = "") -> datetime:
    """The morning (UTC) of the third working day after the day of `since`, by the service's clock."""
    day, left = local(since, zone).date(), ESCALATE_AFTER
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, country, nation)
    return moment(day, MORNING, zone)


def is_working_day(day: date, country: str, nation: str = "") -> bool:
    """Monday to Friday, and no public holiday there."""
    return day.weekday() < 5 and not is_bank_holiday(day, country, nation)
