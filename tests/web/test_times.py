"""Times in words, each with its exact moment beside it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.web.times import ago, clock, day, span

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(hours=25), "Sat 21 Nov"),
        (timedelta(days=400), "Sun 19 Oct 2025"),
    ],
)
def test_how_long_ago(past: timedelta, said: str) -> None:
    assert ago(NOW - past, NOW, LONDON).said == said


def test_the_exact_moment_is_local_and_named() -> None:
    """What a coordinator points at is their own clock; what machines read has its zone."""
    shown = clock(NOW, NEW_YORK)
    assert (shown.said, shown.exact) == ("19:30", "Sunday 22 November 2026, 19:30 (EST)")
    assert datetime.fromisoformat(shown.machine) == NOW


@pytest.mark.parametrize(
    ("on", "said"), [(23, "today"), (24, "tomorrow"), (22, "yesterday"), (26, "Thu 26 Nov")]
)
def test_days(on: int, said: str) -> None:
    assert day(date(2026, 11, on), NOW, LONDON).said == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under a minute"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (3660, "1 hour 1 minute"),
        (7500, "2 hours 5 minutes"),
    ],
)
def test_spans(seconds: int, said: str) -> None:
    assert span(seconds) == said
