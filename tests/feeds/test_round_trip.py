"""What is exported and read again is the same meetings, in both formats."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directory.flags import TAGS
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Online, Reading, Slot, Venue
from bot.domain.directory.programmes import BY_CODE
from bot.domain.ids import OfferingId
from bot.feeds.export import meetings_of, service_of
from bot.feeds.read import read_source
from bot.store.directory.offerings import Listed
from tests import shipped

PLACES = shipped.places()
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
NAMES = ("Hope", "Sober Socks & Tea", "Łódź <3", "11th Step", "Nordstadt «Mut»")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def slot(day: int, start: int, minutes: int | None, nth: tuple[int, ...]) -> Slot:
    """A weekly time, or one on some of a month's weeks."""
    named = ",".join(f"{n}{DAYS[day]}" for n in nth)
    return Slot(day, start, minutes, f"FREQ=MONTHLY;BYDAY={named}" if named else "")


slots = st.builds(
    slot,
    st.integers(0, 6),
    st.integers(0, 1439),
    st.one_of(st.none(), st.integers(1, 720)),
    st.sampled_from([(), (), (2,), (1, 3), (1, -1), (-1,), (5,)]),
)
venues = st.builds(
    Venue,
    st.sampled_from(["", "Hall", "St Mark's"]),
    st.sampled_from(["", "1 High St, Leeds", "Upstairs"]),
    st.sampled_from(["", "LS2 9JT"]),
    st.builds(Point, st.floats(53.79, 53.81).map(lambda f: round(f, 6)), st.just(-1.55)),
    st.booleans(),
    st.just("GB"),
    st.just(""),
    st.just(""),
)
groups = st.builds(
    partial(Entry, "k"),
    st.sampled_from(NAMES),
    st.sampled_from(["aa", "na", "al-anon", "smart", "peer"]),
    st.sampled_from(["Europe/London", "Europe/Dublin"]),
    slots=st.lists(slots, max_size=3, unique_by=lambda one: (one.day, one.start)).map(tuple),
    venue=venues,
    online=st.sampled_from([None, Online("https://zoom.us/j/1", "", "4242")]),
    tags=st.frozensets(st.sampled_from([tag for tag in TAGS if tag not in ("parents", "adult_children")])),
    notes=st.sampled_from(["", "Ring the bell.", "Tea at seven.\nUpstairs"]),
    page=st.sampled_from(["", "https://example.org/hope"]),
    updated=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 11, 24))),
)


def listed(entry: Entry) -> Listed:
    """As the directory holds it; how to join is never in what is listed."""
    shown = entry._replace(online=Online() if entry.online else None)
    return Listed(OfferingId(7), 7, shown, "own", NOW, fictional=False, hidden=False)


def again(content: object) -> list[Entry]:
    """Read it, with nothing rejected or left out."""
    raw = json.dumps(content).encode()
    reading = read_source(raw, "auto", programme="peer", zone="UTC", places=PLACES)
    assert isinstance(reading, Reading), reading
    assert reading.rejected == reading.left_out == ()
    return list(reading.entries)


def meeting(entry: Entry, one: Slot | None) -> tuple[Any, ...]:
    """What somebody needs of a meeting to be there, at one of its times."""
    venue = entry.venue
    assert venue is not None
    where = (venue.name, venue.point, venue.postcode, venue.approximate, venue.country)
    return (
        *(entry.kind, entry.name, entry.programme, entry.zone, one, where, entry.online is not None),
        *(entry.tags, entry.page, entry.updated, entry.needs, entry.phone),
    )


def meetings(*entries: Entry) -> set[tuple[Any, ...]]:
    """All meetings of entries, each time by itself."""
    return {meeting(entry, one) for entry in entries for one in entry.slots or (None,)}


@settings(max_examples=150)
@given(groups)
def test_meeting_guide_read_again_is_the_same_meetings(entry: Entry) -> None:
    """Each time is a row there: the same times, places, kinds and rules, and nothing to join by."""
    rows = meetings_of(listed(entry))
    assert meetings(*again(rows)) == meetings(entry)
    assert "4242" not in json.dumps(rows)


services = groups.map(
    lambda one: one._replace(
        kind="service", programme="service", needs=frozenset({"food", "naloxone"}), phone="0113 496 0000"
    )
)


REQUIRED = {
    "": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "phones": {"id", "number"},
    "schedules": {"id"},
    "attributes": {"id"},
    "taxonomy_term": {"id", "name", "description"},
    "service_at_locations": {"id"},
    "location": {"id", "location_type"},
    "addresses": {"id", "address_1", "city", "state_province", "postal_code", "country", "address_type"},
    "accessibility": {"id"},
}
"""By the JSON schemas of HSDS 3.2 (openreferral/specification, schema/, read on 2026-11-22)."""


def tables(value: object, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of an export, with the field that it stands in."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield name, one
            for field, inner in one.items():
                yield from tables(inner, field)


@settings(max_examples=100)
@given(st.one_of(groups, services))
def test_hsds_has_what_its_schemas_require(entry: Entry) -> None:
    """Every required field, and a UUID for every id; no two objects of a kind share one."""
    found = list(tables(json.loads(json.dumps(service_of(listed(entry))))))
    for name, one in found:
        assert one.keys() >= REQUIRED[name]
        assert str(UUID(one["id"])) == one["id"]
    ids = [(name, one["id"]) for name, one in found]
    assert len(ids) == len(set(ids))


@settings(max_examples=150)
@given(st.one_of(groups, services))
def test_hsds_read_again_is_the_same_entry(entry: Entry) -> None:
    """A group stays a group and a service a service, with all its times in one."""
    (found,) = again({"contents": [service_of(listed(entry))]})
    assert meetings(found) == meetings(entry)
    assert found.notes.startswith(entry.notes)


@pytest.mark.parametrize("form", [meetings_of, lambda one: [service_of(one)]])
def test_words_that_say_to_check_first_come_back(form: Any) -> None:
    """Where no rule says it."""
    entry = Entry(
        "k", "Hope", "aa", "Europe/London", slots=(Slot(1, 600),), check_first="every other Tuesday",
        venue=Venue("Hall", "1 High St", "LS2 9JT", Point(53.8, -1.55), country="GB"),
    )  # fmt: skip
    (found,) = again(form(listed(entry)))
    assert found.check_first == "every other Tuesday"


@pytest.mark.parametrize("code", [code for code in BY_CODE if code != "service"])
def test_every_programme_comes_back(code: str) -> None:
    """By our code."""
    venue = Venue("Hall", "1 High St", "LS2 9JT", Point(53.8, -1.55), country="GB")
    entry = Entry("k", "Hope", code, "Europe/London", slots=(Slot(1, 600),), venue=venue)
    for content in (meetings_of(listed(entry)), [service_of(listed(entry))]):
        assert [one.programme for one in again(content)] == [code]
