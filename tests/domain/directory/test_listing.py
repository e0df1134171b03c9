"""Groups in words: what comes from outside stays a short line, and times are said as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.library import files
from bot.domain.conversation.words import units
from bot.domain.directory.geo import Point
from bot.domain.directory.listing import (
    BUTTON_LIMIT,
    Reader,
    area_of,
    buttons,
    item,
    kind_of,
    moment_text,
    next_time,
    one_line,
    open_until,
    soon_text,
    times_of,
)
from bot.domain.directory.offering import Entry, Online, Slot, Venue
from bot.domain.directory.places import Place

MESSAGES = files.messages()
LONDON = ZoneInfo("Europe/London")
SATURDAY_BEFORE_THE_CLOCKS_GO_BACK = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)


def entry(name: str = "Open Door", *slots: Slot, zone: str = "Europe/London", online: bool = False) -> Entry:
    hall = None if online else Venue("Hall", "1 High Street")
    return Entry("k", name, "peer", zone, slots=slots, venue=hall, online=Online() if online else None)


@given(st.text(), st.integers(8, 80))
def test_text_from_outside_is_one_short_line(text: str, limit: int) -> None:
    """Whatever a source says, it cannot break the line, turn it around or crowd the rest out."""
    said = one_line(text, limit)
    assert units(said) <= limit
    assert said == said.strip()
    assert not any(ord(sign) < 32 or sign in "\u2028\u2029\u202e\u2066\u200b" for sign in said)


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=6))
def test_buttons_are_short_and_told_apart(names: list[str]) -> None:
    """Every group has a button, and no two look the same."""
    made = buttons(MESSAGES, [(number, entry(name)) for number, name in enumerate(names)])
    assert [one["id"] for one in made] == [str(number) for number in range(len(names))]
    assert all(0 < units(one["label"]) <= BUTTON_LIMIT for one in made)
    assert len({one["label"] for one in made}) == len(names)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(hours=2), "23:00"),
        (timedelta(hours=14), "10:00 tomorrow"),
        (timedelta(days=3), "20:00 on Tuesday"),
        (timedelta(days=7), "20:00 on 31 October"),
    ],
)
def test_moments_within_a_sentence(ahead: timedelta, said: str) -> None:
    """By the clock on the wall, through the night on which it goes back."""
    now = SATURDAY_BEFORE_THE_CLOCKS_GO_BACK
    assert moment_text(MESSAGES, now + ahead, LONDON, now) == said


def test_a_service_is_open_until_it_closes() -> None:
    """Through midnight and through the night on which the clock goes back; a group never is."""
    night = entry("Shelter", Slot(5, 20 * 60, 720))._replace(kind="service")
    began = SATURDAY_BEFORE_THE_CLOCKS_GO_BACK.replace(hour=19)
    assert open_until(night, began + timedelta(hours=8)) == began + timedelta(hours=12)
    assert open_until(night, began - timedelta(minutes=1)) is None
    assert open_until(night, began + timedelta(hours=12)) is None
    assert open_until(entry("Group", Slot(5, 20 * 60, 720)), began) is None


def test_what_a_service_helps_with_is_never_cut_within_a_need() -> None:
    """A list names as many as there is room for, a card and the desk all of them."""
    needs = frozenset(("drug_alcohol_service", "needle_exchange", "advice"))
    service = entry("Bridge")._replace(kind="service", needs=needs)
    every = "drug and alcohol service, needle exchange, advice on money, housing and rights"
    assert kind_of(MESSAGES, service) == every
    reader = Reader(LONDON, "GB", SATURDAY_BEFORE_THE_CLOCKS_GO_BACK)
    said = item(MESSAGES, 1, service, reader, starts=None, km=None)
    assert said.startswith("1. Bridge, drug and alcohol service …\n")
    advice = item(MESSAGES, 1, service._replace(needs=frozenset(["advice"])), reader, starts=None, km=None)
    assert advice.startswith("1. Bridge, advice on money, housing and rights\n")


def test_the_next_of_several_times() -> None:
    """The soonest weekly time counts; by appointment has none."""
    now = SATURDAY_BEFORE_THE_CLOCKS_GO_BACK
    found = next_time(entry("x", Slot(0, 600), Slot(6, 600)), now)
    assert found == (Slot(6, 600), datetime(2026, 10, 25, 10, 0, tzinfo=UTC))
    assert next_time(entry("x"), now) is None
    assert soon_text(MESSAGES, entry("x"), Reader(LONDON, "GB", now)) == "by appointment"


def test_a_time_is_not_said_twice() -> None:
    """The next start stands before the weekly time where it says something else."""
    reader = Reader(LONDON, "GB", datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    assert times_of(MESSAGES, entry("x", Slot(3, 1140)), reader) == "Thursday 19:00"
    assert times_of(MESSAGES, entry("x", Slot(0, 1140)), reader) == "Tonight 19:00\nMonday 19:00"


def test_online_is_said_by_the_readers_clock_and_a_hall_by_its_own() -> None:
    """15:00 in New York is 20:00 in London for who joins, and stays 15:00 for who walks in."""
    monday = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    reader = Reader(LONDON, "GB", monday)
    there = Slot(0, 15 * 60)
    assert (
        soon_text(MESSAGES, entry("x", there, zone="America/New_York", online=True), reader)
        == "tonight 20:00"
    )
    assert soon_text(MESSAGES, entry("x", there, zone="America/New_York"), reader) == "today 15:00"


@pytest.mark.parametrize(
    ("label", "area"),
    [("LS2", "ls2"), ("Newport, Wales", "newport_wales"), ("", ""), ("Bray, Ireland", "bray_ireland")],
)
def test_an_area_is_a_code(label: str, area: str) -> None:
    """For counting what is missing: a district or a town, never anybody's words."""
    assert area_of(Place(label, Point(0, 0), "GB", "", "")) == area
