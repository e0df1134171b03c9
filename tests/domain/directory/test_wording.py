"""Small words: times, distances, hours, calendar."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.domain.directory.calendar import calendar_file
from bot.domain.directory.geo import Point
from bot.domain.directory.helplines import open_now
from bot.domain.directory.offering import Entry, Slot, Venue
from bot.domain.directory.ranking import next_start
from bot.domain.directory.wording import (
    distance_text,
    hours_text,
    kinds,
    line_text,
    tags_text,
    weekly_text,
    when_text,
    where_text,
)
from bot.domain.ids import OfferingId
from tests import shipped

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
MESSAGES = files.messages()
HELPLINES = load_helplines(Path(__file__).parents[3] / "data")
GROUP = Entry(
    key="k",
    name="Sober Socks",
    programme="smart",
    zone="Europe/London",
    slots=(Slot(3, 12 * 60), Slot(1, 19 * 60, 90)),
    venue=Venue("Hall", "1 High Street", "LS2 9JT", Point(53.8, -1.5)),
    tags=frozenset({"step_free", "newcomers"}),
)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (-0.05, "started at 16:57"),
        (0.5, "in 30 min (17:30)"),
        (2.5, "tonight 19:30"),
        (17, "tomorrow 10:00"),
        (50, "Thursday 19:00"),
    ],
)
def test_when_is_said_as_one_would(hours: float, said: str) -> None:
    """Minutes when it is close, then tonight, tomorrow, a weekday; no time is by appointment."""
    assert when_text(MESSAGES, NOW + timedelta(hours=hours), LONDON, NOW) == said
    assert when_text(MESSAGES, None, LONDON, NOW) == "by appointment"


def test_distances_are_in_the_units_of_the_country() -> None:
    """Miles at home, kilometres in Ireland; what is vague says so."""
    assert distance_text(MESSAGES, 0.3, "GB") == "less than half a mile"
    assert distance_text(MESSAGES, 3.2, "GB") == "2.0 miles"
    assert "2,0" in distance_text(files.messages(voices=shipped.languages()).spoken_in("pl"), 3.2, "GB")
    assert "2,0" in distance_text(files.messages(voices=shipped.languages()).spoken_in("es"), 3.2, "GB")
    assert "2.0" in distance_text(files.messages(voices=shipped.languages()).spoken_in("cy"), 3.2, "GB")
    assert distance_text(MESSAGES, 3.2, "IE", approximate=True) == "about 3 km"


def test_a_group_in_a_few_words() -> None:
    """What, when, where and for whom."""
    assert kinds(MESSAGES, GROUP) == ["SMART"]
    assert weekly_text(MESSAGES, GROUP.slots) == "Tuesday 19:00–20:30, Thursday 12:00"
    assert where_text(MESSAGES, GROUP) == "Hall, 1 High Street, LS2 9JT"
    assert tags_text(MESSAGES, GROUP) == "good for a first time, step-free"
    assert weekly_text(MESSAGES, ()) == "By appointment"
    week = [Slot(day, 10 * 60, 480) for day in (0, 1, 2, 3, 4)]
    assert weekly_text(MESSAGES, (*week, Slot(5, 600), Slot(1, 600))) == (
        "Monday to Friday 10:00–18:00, Tuesday 10:00, Saturday 10:00"
    )
    assert (
        weekly_text(MESSAGES, tuple(Slot(day, 20 * 60, 720) for day in range(7))) == "Every day 20:00–08:00"
    )


def test_hours_say_what_nobody_has_checked() -> None:
    """A line's hours are ours to stand for only once a coordinator has checked them."""
    line = HELPLINES.by_id["gb-na"]
    said = hours_text(MESSAGES, line, open_now(line, NOW), LONDON, NOW)
    assert said == "open until 00:00 (hours not checked by us)"
    closed = hours_text(MESSAGES, line, open_now(line, NOW.replace(hour=3)), LONDON, NOW.replace(hour=3))
    assert closed.startswith("closed now, opens today 10:00")
    assert line_text(MESSAGES, HELPLINES.by_id["gb-samaritans"], open_now(line, NOW), LONDON, NOW).startswith(
        "Samaritans 116 123\n"
    )


def test_the_calendar_file_has_the_name_the_time_and_its_zone() -> None:
    """19:00 in London every Tuesday, with the zone's own rules; nothing about what or where."""
    calendar = Calendar.from_ical(calendar_file(OfferingId(7), GROUP, Slot(1, 19 * 60, 90), NOW))
    event = calendar.events[0]
    assert event.start == datetime(2026, 11, 24, 19, 0, tzinfo=LONDON)
    assert event.end - event.start == timedelta(minutes=90)
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU"
    assert str(event["SUMMARY"]) == "Sober Socks"
    assert "LOCATION" not in event
    assert "DESCRIPTION" not in event
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/London"]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
@pytest.mark.parametrize("start", [90, 19 * 60])
@pytest.mark.parametrize("at", [datetime(2026, 10, 20, tzinfo=UTC), datetime(2027, 3, 10, tzinfo=UTC)])
def test_a_daily_group_is_in_the_calendar_every_day(zone: str, start: int, at: datetime) -> None:
    """Across both changes of the clock it comes when a search offers it; Monday's longer one is another."""
    week = [*(Slot(day, start, 60) for day in range(1, 7)), Slot(0, start, 90)]
    entry = Entry(key="k", name="G", programme="aa", zone=zone, slots=tuple(week))
    first = min(week[:6], key=lambda one: next_start(one.day, start, zone, at) or NOW)
    (event,) = Calendar.from_ical(calendar_file(OfferingId(7), entry, first, at)).events
    every = event["RRULE"].to_ical()
    assert every == b"FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU"
    until = at + timedelta(days=40, minutes=1)
    found = {
        one.astimezone(UTC)
        for one in rrulestr(str(every, "ascii"), dtstart=event.start).between(at, until, inc=True)
    }
    offered = set()
    for slot in week[:6]:
        comes = next_start(slot.day, start, zone, at)
        while comes is not None and comes < until:
            offered.add(comes)
            comes = next_start(slot.day, start, zone, comes + timedelta(hours=3))
    assert len(found) > 30
    assert found == offered


def test_one_day_that_was_asked_for_is_that_day_alone() -> None:
    """Who looked for Thursdays does not get the whole week; what is irregular has its own time."""
    entry = GROUP._replace(slots=tuple(Slot(day, 19 * 60, 90) for day in range(7)))
    (event,) = Calendar.from_ical(
        calendar_file(OfferingId(7), entry, entry.slots[3], NOW, one_day=True)
    ).events
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TH"
    monthly = (Slot(3, 19 * 60, 90, "FREQ=MONTHLY;BYDAY=1TH"), Slot(1, 19 * 60, 90))
    (event,) = Calendar.from_ical(
        calendar_file(OfferingId(7), entry._replace(slots=monthly), monthly[1], NOW)
    ).events
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU"


def test_what_is_not_every_week_does_not_repeat() -> None:
    """A group that says "2nd and 4th Thursday" gets its next time only."""
    entry = Entry(key="k", name="G", programme="aa", zone="Europe/London", check_first="2nd Thursday")
    assert b"RRULE" not in calendar_file(OfferingId(7), entry, Slot(1, 600), NOW)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=1TH,3TH", [(12, 3), (12, 17), (1, 7), (1, 21)]),
        ("FREQ=MONTHLY;BYDAY=-1TH", [(11, 26), (12, 31), (1, 28)]),
        ("FREQ=MONTHLY;BYDAY=5TH", [(12, 31)]),
    ],
)
def test_a_rule_repeats_in_the_calendar(rule: str, days: list[tuple[int, int]]) -> None:
    """On the days on which a search offers it, and on no other."""
    entry = Entry(key="k", name="G", programme="aa", zone="Europe/London", check_first="as said")
    slot = Slot(3, 19 * 60, 60, rule)
    calendar = Calendar.from_ical(calendar_file(OfferingId(7), entry, slot, NOW))
    event = calendar.events[0]
    assert event["RRULE"].to_ical() == rule.encode()
    repeats = rrulestr(rule, dtstart=event.start)
    found = list(repeats.between(NOW, datetime(2027, 2, 1, tzinfo=UTC)))
    assert [(one.month, one.day) for one in found] == days
    offered = [NOW]
    for _ in days:
        comes = next_start(slot.day, slot.start, entry.zone, offered[-1] + timedelta(hours=1), rule)
        assert comes is not None
        offered.append(comes)
    assert offered[1:] == found
