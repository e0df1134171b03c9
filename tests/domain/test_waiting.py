"""What is said to somebody who waits: no wait that nobody can know, no time when nobody is there."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId, ShiftId
from bot.domain.oncall.waiting import free_times, holds_number, same_hours, usual_wait
from bot.domain.rota.shifts import Rota, Shift

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)


def test_of_a_few_nights_nothing_is_said() -> None:
    """Seven answers are luck; eight are the least."""
    assert usual_wait([MINUTE] * 7) is None
    assert usual_wait([MINUTE] * 8) == 5 * MINUTE


def test_where_many_were_left_alone_nothing_is_said() -> None:
    """Three in ten were never answered: "usually twelve minutes" would be a lie to them."""
    assert usual_wait([4 * MINUTE] * 7 + [None] * 3) is None
    assert usual_wait([4 * MINUTE] * 8 + [None] * 2) == 5 * MINUTE


@given(st.lists(st.none() | st.timedeltas(timedelta(), timedelta(hours=20)), max_size=40))
def test_what_is_said_held_for_three_in_four(waits: list[timedelta | None]) -> None:
    """Whatever the nights were like, of those who asked so many had an answer within it."""
    said = usual_wait(waits)
    if said is not None:
        assert sum(wait is not None and wait <= said for wait in waits) >= 0.75 * len(waits)
        assert said % (5 * MINUTE) == timedelta()


@pytest.mark.parametrize(
    ("hour", "same"), [(3, True), (1, True), (5, True), (6, False), (23, False), (15, False)]
)
def test_a_night_is_compared_with_nights(hour: int, same: bool) -> None:
    """By the wall clock, across midnight and whatever the day."""
    assert same_hours(NOW.replace(day=2, hour=hour), NOW, LONDON) is same
    assert same_hours(datetime(2026, 11, 9, 23, 30, tzinfo=UTC), NOW.replace(hour=1), LONDON)


def test_times_are_those_at_which_somebody_is_there() -> None:
    """Ben is on now until six and again tonight; Cora tomorrow: full hours of these, half an hour ahead."""
    rota = Rota(
        LONDON,
        (
            Shift(ShiftId(1), PersonId(2), 0, time(0), time(6)),
            Shift(ShiftId(2), PersonId(2), 0, time(20), time(23)),
            Shift(ShiftId(3), PersonId(3), 1, time(9), time(12)),
        ),
    )
    assert [f"{at:%a %H:%M}" for at in free_times(rota, NOW)] == ["Mon 04:00", "Mon 20:00", "Tue 09:00"]
    assert f"{free_times(rota, NOW.replace(hour=5, minute=20))[0]:%a %H:%M}" == "Mon 20:00"
    assert free_times(Rota(LONDON), NOW) == ()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("07700 900123, after six", True),
        ("+44 (0)7700 900-123", True),
        ("no", False),
        ("ring me at 6", False),
        ("on 3.11. at 10:30", False),
        ("1234567890123456789", False),
    ],
)
def test_what_a_number_is(text: str, holds: bool) -> None:
    """Seven to fifteen figures, however they are written."""
    assert holds_number(text) is holds
