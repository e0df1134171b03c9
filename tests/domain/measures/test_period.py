"""Days from here to there become periods of which numbers may be shown."""

from datetime import date, timedelta

import pytest

from bot.domain.measures.period import Period, in_quarters


@pytest.mark.parametrize(
    ("first", "last", "code", "title"),
    [
        ("2026-11-04", "2026-11-06", "2026-w45", "Week of 2 November to 8 November 2026"),
        ("2026-11-04", "2026-11-10", "2026-w45_2026-w46", "2 November to 15 November 2026"),
        ("2026-11-01", "2026-11-30", "2026-11", "November 2026"),
        ("2026-11-30", "2026-10-01", "2026-10_2026-11", "October to November 2026"),
        ("2025-12-01", "2026-01-31", "2025-12_2026-01", "December 2025 to January 2026"),
        ("2026-07-01", "2026-09-30", "2026-q3", "July to September 2026"),
        ("2026-01-01", "2026-12-31", "2026", "2026"),
        ("2026-01-05", "2026-10-04", "2026-01_2026-10", "January to October 2026"),
        ("2001-01-01", "2026-10-04", "2021-11_2026-10", "November 2021 to October 2026"),
    ],
)
def test_from_to(first: str, last: str, code: str, title: str) -> None:
    """Months where the days make them up, else whole weeks; the code leads back to it."""
    period = Period.from_to(date.fromisoformat(first), date.fromisoformat(last))
    assert (period.code, period.title) == (code, title)
    assert Period.read(code) == period
    assert period.before.after == period.first
    assert period.next.before == period


def test_several_are_as_long_before() -> None:
    """Two weeks beside the two before them, two months beside two months."""
    weeks, months = Period.read("2026-w45_2026-w46"), Period.read("2026-10_2026-11")
    assert weeks is not None
    assert months is not None
    assert weeks.before.title == "19 October to 1 November 2026"
    assert months.before.title == "August to September 2026"
    assert in_quarters(months).title == "October to December 2026"
    assert in_quarters(weeks) == weeks
    assert [one.first for one in weeks.parts("week")] == [weeks.first, weeks.first + timedelta(days=7)]


@pytest.mark.parametrize(
    "code", ["", "_", "2026-13", "2026-w99", "2026_", "2026_x", "2026_2026_2026", "_" * 9999]
)
def test_whatever_an_address_says(code: str) -> None:
    """What is no period is none."""
    assert Period.read(code) is None
