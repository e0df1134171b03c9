"""Weekly wall-clock times in a zone, turned into moments."""

from datetime import UTC, date, datetime, timedelta, tzinfo

DAY_MINUTES = 24 * 60


def moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    """The UTC moment of `minutes` after midnight on a local date; 24:00 and later are on the next.

    In the hour that a clock change skips it is that much later, in the hour that comes twice the first.
    """
    later, within = divmod(minutes, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=later), datetime.min.time(), zone)
    return wall.replace(hour=within // 60, minute=within % 60, fold=0).astimezone(UTC)


def local_date(at: datetime, zone: tzinfo) -> date:
    """The date in `zone` at the moment `at` (aware)."""
    return at.astimezone(zone).date()
