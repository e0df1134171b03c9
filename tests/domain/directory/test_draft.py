"""What a coordinator types: nothing of an entry is lost by opening its form and publishing it again."""

from dataclasses import replace

import pytest

from bot.domain.directory.draft import Draft, Time, minute_of
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Online, Slot, Venue
from bot.domain.directory.places import Place

HALL = Venue("Hall", "1 High Street", "", Point(53.8, -1.5), approximate=True, country="GB")
FOOD = Entry(
    "k", "Food", "service", "Europe/London", "service",
    slots=(Slot(0, 600, 480), Slot(1, 1320, 600), Slot(3, 600, None, "FREQ=MONTHLY;BYDAY=2TH,4TH")),
    venue=HALL, tags=frozenset({"open", "meditation"}), notes="Ring.", check_first="2nd and 4th Thursday",
    page="https://example.org/", needs=frozenset({"food"}), phone="0113 496 0000",
)  # fmt: skip
LEEDS = Place("LS2", Point(53.81, -1.55), "GB", "GB-ENG", "Europe/London")


def test_an_entry_comes_back_as_it_was() -> None:
    """All its times and their rules, needs, map point, and the tag that has no box."""
    draft = replace(Draft.of(FOOD), tags=frozenset({"open"}))
    assert draft.problem(None, FOOD) == ""
    assert draft.entry("k", None, "UTC", FOOD) == FOOD


def test_another_postcode_moves_it() -> None:
    """And a row whose end is before its start goes on after midnight."""
    draft = replace(Draft.of(FOOD), postcode="LS2", times=[Time("5", "22:00", "06:00")])
    moved = draft.entry("k", LEEDS, "UTC", FOOD)
    assert moved.venue is not None
    assert (moved.venue.point, moved.slots) == (LEEDS.point, (Slot(5, 1320, 480),))


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"times": [Time("1", "")]}, "both a day and a time"),
        ({"times": [Time("1", "25:99")]}, "25:99 is not a time"),
        ({"times": [Time("1", "19:00", "late")]}, "late is not a time"),
        ({"times": [Time("1", "7", "")]}, "7 is not a time"),
        ({"times": [Time("", "", "20:30")]}, "both a day and a time"),
        ({"kind": "group", "times": [Time("1", "19:00", "7pm")]}, "ends when it begins"),
        ({"link": "http://192.168.0.1/room"}, "everybody can open"),
        ({"phone": "<b>call</b>"}, "not a phone number"),
        ({"page": "javascript:alert(1)"}, "https://"),
        ({"page": "https://[1"}, "https://"),
        ({"link": "https:///path"}, "https://"),
        ({"needs": frozenset()}, "what the service helps with"),
        ({"postcode": "ZZ99"}, "not known"),
    ],
)
def test_what_has_to_be_put_right(change: dict[str, object], wrong: str) -> None:
    """It is said in plain words."""
    assert wrong in replace(Draft.of(FOOD), **change).problem(None, FOOD)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("7pm", 1140), ("7.30 pm", 1170), ("7:05PM", 1145), ("12am", 0), ("12pm", 720), ("1930", 1170),
        ("9:00", 540), ("24:00", 0), ("noon", 720), ("midnight", 0), ("13pm", None), ("24:30", None),
        ("9", None),
    ],
)  # fmt: skip
def test_times_are_typed_in_many_ways(typed: str, minute: int | None) -> None:
    """As people say them; a bare hour may be morning or evening."""
    assert minute_of(typed) == minute


def test_one_time_twice_is_one_and_a_link_without_its_beginning_is_a_link() -> None:
    """What is copied from a leaflet works; a service may be open round the clock."""
    round_the_clock = [Time("1", "00:00", "24:00"), Time("1", "0:00", "midnight")]
    draft = replace(Draft.of(FOOD), times=round_the_clock, link="zoom.us/j/123456789", page="example.org")
    assert draft.problem(None, FOOD) == ""
    entry = draft.entry("k", None, "UTC", FOOD)
    assert entry.slots == (Slot(1, 0, 24 * 60),)
    assert entry.online == Online("https://zoom.us/j/123456789")
    assert entry.page == "https://example.org"


def test_a_name_of_several_towns_is_asked_about() -> None:
    """Each is named as it has to be typed; nothing is asked where the place stays."""
    draft = replace(Draft.of(FOOD), postcode="Newport")
    wrong = draft.problem(None, FOOD, ("Newport, Wales", "Newport, Shropshire"))
    assert wrong == "Which one? Write it as it stands here: Newport, Wales · Newport, Shropshire."


@pytest.mark.parametrize(
    ("address", "told"),
    [("", "LS2"), ("1 High Street", "1 High Street, LS2"), ("Flat 2, LS2", "Flat 2, LS2")],
)
def test_people_are_told_the_town_that_was_typed(address: str, told: str) -> None:
    """Where no whole postcode is known, half of one or the town is all that says where it is."""
    entry = Draft(name="Tea", postcode="LS2", address=address).entry("k", LEEDS, "UTC")
    assert entry.venue is not None
    assert entry.venue.address == told
