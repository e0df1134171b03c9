"""Appointments and places that people mention, told from all the rest they write."""

from datetime import time

import pytest

from bot.domain.checkins.appointed import appointed, mentions_appointment
from bot.domain.checkins.staying import staying
from bot.domain.conversation.dates import day_in

MONDAY = "2026-11-23"


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("I have an appointment on friday", "2026-11-27", None),
        ("ive got my first key worker appointment tomorrow", "2026-11-24", None),
        ("got an appt with the doctor friday half 10", "2026-11-27", time(10, 30)),
        ("my assessment is on the 3rd of December at 2pm!", "2026-12-03", time(14)),
        ("i start rehab on monday", "2026-11-30", None),
        ("seeing my keyworker thursday", "2026-11-26", None),
        ("theres an appointment for me tmrw 10:15", "2026-11-24", time(10, 15)),
    ],
)
def test_an_appointment_is_read_with_its_day_and_time(text: str, day: str, at: time | None) -> None:
    """However it is put; a time that is not said is none."""
    assert mentions_appointment(text)
    assert appointed(text, MONDAY) == (day, at)


@pytest.mark.parametrize(
    "text",
    [
        "im waiting for an appointment",
        "ive got an appointment next friday",
        "i have an appt monday or tuesday",
    ],
)
def test_a_day_that_is_not_plain_is_asked_for(text: str) -> None:
    """None, one of two Fridays, or two days."""
    assert mentions_appointment(text)
    assert appointed(text, MONDAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "what happens at my first appointment",
        "i missed my appointment today",
        "my son has an appointment on friday",
        "i need an appointment",
        "i had an appointment on friday",
        "i never got my assessment",
        "i drank after my appointment",
        "i want to start detox",
        "my key worker is useless",
        "my key worker left",
    ],
)
def test_what_is_no_appointment_of_ones_own_to_come_is_none(text: str) -> None:
    """Asked about, missed, over, wished for, somebody else's."""
    assert not mentions_appointment(text)


def test_of_several_days_none_is_taken() -> None:
    """One day, however often it is named."""
    assert day_in("friday, yes Friday 27 november", MONDAY) == "2026-11-27"
    assert day_in("friday or saturday", MONDAY) is None
    assert day_in("may be", MONDAY) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("im in new york now", "new york"),
        ("Hi, I'm over in Spain for two weeks", "spain"),
        ("ive moved to new york", "new york"),
        ("travelling in spain at the moment", "spain"),
        ("im in pain now", ""),
        ("im in spain", ""),
        ("im in a bad place at the moment", ""),
        ("are you in spain now", ""),
    ],
)
def test_where_somebody_is_now_is_told_from_how_they_are(text: str, place: str) -> None:
    """Only a place by name, and only where it is said to be for now."""
    assert staying(text, {"new york", "spain"}.__contains__) == place
