"""When entries of two sources are the same thing, clause by clause of the directory's rules."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.directory.geo import Point
from bot.domain.directory.likeness import Facts, likeness

TUESDAY_SEVEN = frozenset({(1, 19 * 60)})
HALL = Point(53.8071, -1.555)
STREET_NORTH = 1 / 111_195
"""Degrees of latitude in a metre."""


def facts(name: str = "Hope", **change: Any) -> Facts:
    """A group on Tuesdays at seven, known by its postcode."""
    return Facts(**{"programme": "aa", "name": name, "times": TUESDAY_SEVEN, "postcode": "LS2 9JT", **change})


def north(metres: float) -> Point:
    """So far north of the hall."""
    return Point(HALL.lat + metres * STREET_NORTH, HALL.lon)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (facts(), facts("The Hope Group (AA)", postcode="ls29jt"), "same time and postcode"),
        (facts(postcode="", room="zoom:1"), facts(postcode="", room="zoom:1"), "same time and online room"),
        (facts(postcode="", point=HALL), facts(point=north(140)), "same time, places within 150 m"),
        (facts("Sober Socks Leeds"), facts("Leeds Sober Socks"), "same time and postcode"),
    ],
)  # fmt: skip
def test_what_is_certain_is_merged(one: Facts, other: Facts, why: str) -> None:
    """The same programme, name and time, and one postcode, one online room, or 150 metres."""
    for alike in (likeness(one, other), likeness(other, one)):
        assert alike is not None
        assert (alike.sure, alike.why) == (True, why)


@pytest.mark.parametrize(
    "other",
    [
        facts(programme="na"),
        facts(times=frozenset({(1, 19 * 60 + 30)})),
        facts(times=frozenset({(2, 19 * 60)})),
        facts(postcode="LS1 1AA"),
        facts("Serenity"),
        facts(postcode="", room="zoom:2"),
    ],
)
def test_what_is_certainly_different_is_left_alone(other: Facts) -> None:
    """Another programme, time, day, place or name."""
    assert likeness(facts(), other) is None


@pytest.mark.parametrize(("metres", "merged"), [(145, True), (160, False)])
def test_places_are_the_same_within_150_metres(metres: float, merged: bool) -> None:
    """Further away is another hall, whatever the name."""
    alike = likeness(facts(postcode="", point=HALL), facts(postcode="", point=north(metres)))
    assert (alike is not None and alike.sure) == merged


def test_names_that_are_less_alike_wait_for_a_coordinator() -> None:
    """And so does a group that has only one of its times in common."""
    doubtful = likeness(facts("Tuesday Serenity"), facts("Serenity on a Tuesday, upstairs"))
    assert doubtful is not None
    assert not doubtful.sure
    times = TUESDAY_SEVEN | {(3, 19 * 60)}
    partly = likeness(facts(), facts(times=times))
    assert partly is not None
    assert not partly.sure


@given(st.integers(0, 1439), st.integers(0, 1439), st.text(min_size=1, max_size=20))
def test_different_start_times_are_never_merged(one: int, other: int, name: str) -> None:
    """Whatever else is the same."""
    first = facts(name, times=frozenset({(1, one)}), point=HALL, room="zoom:1")
    second = facts(name, times=frozenset({(1, other)}), point=HALL, room="zoom:1")
    alike = likeness(first, second)
    assert (alike is not None and alike.sure) == (one == other)
