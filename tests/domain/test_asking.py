""" "Ask me at six": which moment is meant, and which messages are such a wish at all."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins.asking import read_time, read_when
from bot.domain.checkins.wishes import wish
from bot.domain.conversation.matching import plain
from bot.domain.zones import local

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def meant(when: str, now: datetime = NOON) -> str | None:
    at = read_when(when, now, LONDON, 7)
    return None if at is None else f"{local(at, LONDON):%a %H:%M}"


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ("at six", "Mon 18:00"), ("at 6", "Mon 18:00"), ("at 6am", "Tue 06:00"), ("at 18:30", "Mon 18:30"),
        ("at 6.30 pm", "Mon 18:30"), ("at six in the morning", "Tue 06:00"), ("at 11", "Tue 11:00"),
        ("in an hour", "Mon 13:00"), ("in half an hour", "Mon 12:30"), ("in 20 minutes", "Mon 12:20"),
        ("in two hours", "Mon 14:00"),
        ("tmrw at nine pls", "Tue 09:00"), ("tomorrow at nine", "Tue 09:00"),
        ("at nine tomorrow", "Tue 09:00"),
        ("tonight at ten", "Mon 22:00"), ("at noon", "Tue 12:00"), ("later", "Mon 19:38"),
    ],
)  # fmt: skip
def test_a_time_people_say(when: str, at: str) -> None:
    """The next one to come; where a figure could be morning or evening, the one by day."""
    assert meant(when) == (at if when != "later" else meant("tonight"))


def test_parts_of_a_day() -> None:
    """At the person's own minute of it; the evening for "tonight", the morning for "tomorrow"."""
    assert (meant("tonight") or "")[:6] == "Mon 19"
    assert (meant("tomorrow") or "")[:4] == "Tue "
    assert local(read_when("tomorrow", NOON, LONDON, 7) or NOON, LONDON).hour in (9, 10)
    assert (meant("tomorrow evening") or "")[:6] == "Tue 19"
    assert (meant("tonight", NOON + timedelta(hours=9)) or "") == "Mon 22:00"


def test_at_three_at_night_six_is_by_day() -> None:
    """Not in three hours: six in the evening, unless the morning was said."""
    assert meant("at six", NIGHT) == "Mon 18:00"
    assert meant("at 6 am", NIGHT) == "Mon 06:00"


@pytest.mark.parametrize(
    "when", ["at 25", "in 0 minutes", "at six hundred", "in 3 weeks", "whenever", "at 6:75"]
)
def test_what_is_no_time_is_asked_about(when: str) -> None:
    """Nothing is guessed."""
    assert meant(when) is None


@given(st.text(max_size=40))
def test_nothing_typed_breaks_it(text: str) -> None:
    """Whatever it is, it is a moment within two days or none, and reading it never raises."""
    at = read_when(text, NOON, LONDON, 7)
    assert at is None or timedelta(minutes=2) <= at - NOON <= timedelta(days=2)
    assert read_time(text) is None or isinstance(read_time(text), time)
    wish(plain(text), text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Ask me at six", ("ask_me", "at six")),
        ("ask me tonight please", ("ask_me", "tonight please")),
        ("please ask me again in an hour", ("ask_me", "in an hour")),
        ("Pause", ("checkins", "pause")),
        ("ask me less often", ("checkins", "lighter")),
        ("Not now.", ("checkins", "not_now")),
        ("remind me an hour before the group", ("remind_group", "")),
        ("they ask me to stop drinking", None),
        ("ask me how i am", None),
        ("I need a pause from all of this", None),
        ("he will ask me at home", None),
        ("can u check on me tmrw morning", ("ask_me", "tomorrow morning")),
        ("pls message me in an hr", ("ask_me", "in an hour")),
        ("can u ask me how i am later", ("ask_me", "later")),
        ("can you text me every morning", ("checkins", "daily:morning")),
        ("text me at 7pm every day", ("checkins", "daily:evening")),
        ("text me every night at 9", ("checkins", "daily:evening")),
        ("check in with me daily pls", ("checkins", "daily:")),
        ("actually make it 7pm", ("checkins", ":evening")),
        ("mornings instead", ("checkins", ":morning")),
        ("pause for a week", ("checkins", "pause:7")),
        ("pause check ins for 2 weeks", ("checkins", "pause:14")),
        ("stop the check ins", ("checkins", "stop")),
        ("make it stop", None),
        ("escríbeme mañana a las 8", ("ask_me", "tomorrow at 8")),
        ("escríbeme todos los días por la mañana", ("checkins", "daily:morning")),
        ("napisz do mnie jutro o 8 proszę", ("ask_me", "tomorrow at 8 please")),
        ("napisz do mnie codziennie", ("checkins", "daily:")),
        ("ysgrifennwch ata i bob bore", ("checkins", "daily:morning")),
        ("mañana voy al médico", None),
        ("change it to something easier", None),
    ],
)
def test_wishes_are_whole_messages(text: str, meaning: tuple[str, str] | None) -> None:
    """Typed anywhere; a sentence that only holds the words is none."""
    assert wish(plain(text), text) == meaning


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("10:30", "10:30"),
        ("2pm", "14:00"),
        ("at two", "14:00"),
        ("half past", None),
        ("", None),
        ("9", "09:00"),
    ],
)
def test_the_time_of_an_appointment(text: str, at: str | None) -> None:
    """By day, where nothing else was said."""
    found = read_time(text)
    assert (None if found is None else f"{found:%H:%M}") == at
