"""Where a word from a person would help today, and where it would not."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.checkins.checkin import Answer
from bot.domain.checkins.looking_after import Reason, Standing, reason

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def answers(*given: Answer, days_ago: float = 1) -> list[tuple[Answer, datetime]]:
    return [(one, NOW - (days_ago + n) * DAY) for n, one in enumerate(given)]


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing(answers("struggling", "used")), Reason.HARD_DAYS),
        (Standing(answers("struggling", "good", "struggling")), Reason.STRUGGLING),
        (Standing(answers("not_now", "used", "good")), Reason.USED),
        (Standing(answers("good", "struggling")), None),
        (Standing(answers("struggling", "struggling"), talked=NOW), None),
        (Standing(answers("struggling", "struggling"), talked=NOW - 3 * DAY), Reason.HARD_DAYS),
        (Standing(answers("used", days_ago=9)), None),
        (Standing(answers("used", days_ago=9), unanswered=3, seen=NOW - 9 * DAY), Reason.FELL_SILENT),
        (Standing(answers("good"), unanswered=2, seen=NOW - 8 * DAY), Reason.QUIET),
        (Standing(answers("good"), unanswered=2, seen=NOW - 2 * DAY), None),
        (Standing(unanswered=6, seen=NOW - 60 * DAY), None),
        (Standing(answers("used"), asked_in_vain=NOW - DAY), Reason.NOBODY_CAME),
        (Standing(asked_in_vain=NOW - DAY, talked=NOW), None),
        (Standing(missed=NOW - DAY), Reason.MISSED),
        (Standing(), None),
    ],
)
def test_the_most_pressing_reason(standing: Standing, why: Reason | None) -> None:
    """Open, recent, and nobody has talked with them since."""
    found = reason(standing, NOW)
    assert (None if found is None else found[0]) is why
