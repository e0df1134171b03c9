"""Ben's phone subscribes to his shifts, and his holiday in his own calendar takes him off the rota."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.domain.ids import PersonId
from bot.domain.rota.calendar import NoCalendar, leave_in, written
from bot.domain.rota.shifts import Turn

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEN, CORA = PersonId(2), PersonId(3)


def calendar(*events: str) -> bytes:
    body = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


def test_shifts_are_written_with_a_lasting_identity() -> None:
    """Asked again an hour later, a phone finds the same entries; who is not named is not in it."""
    turn = Turn(BEN, NOW, NOW + timedelta(hours=4))
    first, again = (
        Calendar.from_ical(written([turn, Turn(CORA, NOW, NOW)], {BEN: "On: B, c; d"}, at))
        for at in (NOW, NOW + timedelta(hours=1))
    )
    (event,), (same,) = first.walk("VEVENT"), again.walk("VEVENT")
    assert str(event["SUMMARY"]) == "On: B, c; d"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (turn.start, turn.end)
    assert event["UID"] == same["UID"]


def test_leave_is_read_in_every_form_of_time() -> None:
    """Whole days, a local time, a zone's, UTC; what is over is passed by without a word."""
    found, left_out = leave_in(
        calendar(
            "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203",
            "DTSTART;VALUE=DATE:20261210",
            "DTSTART:20261205T180000\r\nDTEND:20261205T200000",
            "DTSTART;TZID=America/New_York:20261206T100000\r\nDTEND;TZID=America/New_York:20261206T110000",
            "DTSTART:20261207T100000Z\r\nDTEND:20261207T110000Z",
            "DTSTART:20260101T100000Z\r\nDTEND:20260101T110000Z",
        ),
        NOW,
        LONDON,
    )
    assert left_out == []
    assert [(h.start.strftime("%d %H:%M"), h.end.strftime("%d %H:%M")) for h in found] == [
        ("01 00:00", "03 00:00"),
        ("05 18:00", "05 20:00"),
        ("06 15:00", "06 16:00"),
        ("07 10:00", "07 11:00"),
        ("10 00:00", "11 00:00"),
    ]


def test_what_cannot_be_taken_is_named() -> None:
    """A rule of repetition, an entry without a start, an end before it, and ten years."""
    found, left_out = leave_in(
        calendar(
            "DTSTART:20261205T180000Z\r\nDTEND:20261205T200000Z\r\nRRULE:FREQ=WEEKLY",
            "SUMMARY:nothing",
            "DTSTART:20261205T180000Z\r\nDTEND:20261205T170000Z",
            "DTSTART:20261205T180000Z\r\nDTEND:20361205T170000Z",
        ),
        NOW,
        LONDON,
    )
    assert found == []
    assert [line.split(" ", 2)[1] for line in left_out] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR", b"x" * 1_000_001]
)
def test_what_is_no_calendar_is_said(content: bytes) -> None:
    """One line, never a trace."""
    with pytest.raises(NoCalendar):
        leave_in(content, NOW, LONDON)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(noise: bytes) -> None:
    """Only NoCalendar is raised."""
    for content in (noise, calendar("DTSTART:" + noise.decode("latin-1"))):
        try:
            leave_in(content, NOW, LONDON)
        except NoCalendar:
            continue
