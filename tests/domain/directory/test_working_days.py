"""Three working days: weekends and public holidays are none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.directory.working_days import escalates_at

LONDON = ZoneInfo("Europe/London")


def test_a_weekend_and_christmas_do_not_count() -> None:
    """Reported on Thursday: Tuesday. Reported on 23 December 2026: the 24th, the 29th, the 30th."""
    thursday = datetime(2026, 11, 26, 22, 0, tzinfo=UTC)
    assert escalates_at(thursday, LONDON, "GB") == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    christmas = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    assert escalates_at(christmas, LONDON, "GB") == datetime(2026, 12, 30, 9, 0, tzinfo=UTC)
