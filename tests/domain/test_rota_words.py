"""Coaches write about the rota as they would to one another; what it means is read, or not at all."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rota.typed import Away, Cover, Mine, Offer, Swap, asked_who, read

LONDON = ZoneInfo("Europe/London")
SUNDAY = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def hours(text: str, which: int = 0) -> tuple[str, str]:
    wish = read(text, SUNDAY, LONDON)
    assert isinstance(wish, Offer), text
    it = wish.readings[which]
    return it.start.strftime("%d %H:%M"), it.end.strftime("%d %H:%M")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("I can do Friday 8 to midnight", "27 20:00", "28 00:00"),
        ("i could do tonight 10pm-2am", "22 22:00", "23 02:00"),
        ("I can cover tomorrow from 18:30 until 22:00", "23 18:30", "23 22:00"),
        ("put me down for 25 Nov 9am to 1pm", "25 09:00", "25 13:00"),
        ("I'm free on Thursday night, 22.00 – 06.00", "26 22:00", "27 06:00"),
        ("I can do 2026-12-01 20:00 to 23:00", "01 20:00", "01 23:00"),
        ("I’ll do next sunday noon to 4pm", "29 12:00", "29 16:00"),
    ],
)
def test_an_offer_is_read_with_its_hours(text: str, start: str, end: str) -> None:
    """The day is the next such day, the hours the shortest that they can mean."""
    assert hours(text) == (start, end)


def test_hours_that_can_mean_two_things_keep_both() -> None:
    """Ten to two is the day's or the night's: the other stays one tap away."""
    assert hours("I can do friday 10 to 2") == ("27 10:00", "27 14:00")
    assert hours("I can do friday 10 to 2", 1) == ("27 22:00", "28 02:00")


def test_a_shift_to_cover() -> None:
    """By day, by date, or simply the next one."""
    assert read("who can take my Tuesday?", SUNDAY, LONDON) == Cover(date(2026, 11, 24), named=True)
    assert read("can someone cover my fri night pls", SUNDAY, LONDON) == Cover(date(2026, 11, 27), named=True)
    assert read("I can't do Friday 8 to midnight", SUNDAY, LONDON) == Cover(date(2026, 11, 27))
    assert read("i cannot make tonight, sorry", SUNDAY, LONDON) == Cover(date(2026, 11, 22))
    assert read("Who could do my next shift", SUNDAY, LONDON) == Cover(None, named=True)
    assert read("im poorly cant do my shift tonight", SUNDAY, LONDON) == Cover(date(2026, 11, 22), named=True)
    assert read("sorry can't make my shift on friday", SUNDAY, LONDON) == Cover(
        date(2026, 11, 27), named=True
    )
    assert read("ive got flu cant work tonight", SUNDAY, LONDON) == Cover(date(2026, 11, 22))
    assert read("can't do my shift", SUNDAY, LONDON) == Cover(None, named=True)


def test_a_swap() -> None:
    """Mine for yours."""
    wanted = Swap(date(2026, 11, 24), date(2026, 11, 26))
    assert read("swap my Tuesday for Cora's Thursday", SUNDAY, LONDON) == wanted
    assert read("can I swap my tue with your thurs?", SUNDAY, LONDON) == wanted


def test_leave_is_whole_days() -> None:
    """From the first midnight to the one after the last day."""
    wish = read("I'm away 1 Dec to 5 Dec", SUNDAY, LONDON)
    assert isinstance(wish, Away)
    assert wish.hours.start == datetime(2026, 12, 1, tzinfo=UTC)
    assert wish.hours.end == datetime(2026, 12, 6, tzinfo=UTC)
    week = read("I'll be on holiday next week", SUNDAY, LONDON)
    assert isinstance(week, Away)
    assert week.hours.start == datetime(2026, 11, 23, tzinfo=UTC)


def test_ones_own_shifts() -> None:
    """Asked in few words."""
    assert read("my shifts", SUNDAY, LONDON) == Mine()
    assert read("Rota?", SUNDAY, LONDON) == Mine()
    assert read("am i on tonight?", SUNDAY, LONDON) == Mine()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("who is on tomorrow", 23), ("Who's on?", 22), ("whos on tonight", 22),
        ("who else is on tuesday", 24), ("is anyone there", None),
        ("who has got friday", None), ("is anyone on now?", 22), ("hi, who is working on 25 Nov please", 25),
        ("who am i on with tomorrow", 23), ("who is on call", 22), ("who is on my side", None),
        ("who is there for me", None), ("anyone there", None), ("who is on 31 feb", None),
    ],
)  # fmt: skip
def test_who_is_on(text: str, day: int | None) -> None:
    """A day, or now; in words that a person in need would not use."""
    asked = asked_who(text, SUNDAY, LONDON)
    assert (asked.day if asked else None) == day


def test_a_swap_without_the_other_day() -> None:
    """For which, they are asked."""
    assert read("swap my Tuesday", SUNDAY, LONDON) == Swap(date(2026, 11, 24), None)
    assert read("can I swap my shift on tuesday?", SUNDAY, LONDON) == Swap(date(2026, 11, 24), None)
    assert read("swap my next shift please", SUNDAY, LONDON) == Swap(None, None)


@pytest.mark.parametrize(
    "text",
    [
        "I can do it",
        "I couldn't do friday 8 to 9",
        "I can do 31 Feb 8 to 9",
        "I want to stop drinking on friday",
        "I swap tablets on tuesday",
        "my friend wants to swap drink for food",
        "I was away last week",
        "I'm off",
        "I'm away from myself",
        "my shifts are killing me",
    ],
)
def test_what_is_no_wish_is_not_read_as_one(text: str) -> None:
    """Better not understood than understood wrongly."""
    assert read(text, SUNDAY, LONDON) is None


@given(st.text(max_size=300))
def test_any_words_are_borne(text: str) -> None:
    """Nothing raises."""
    read(text, SUNDAY, LONDON)
    read(f"i can do {text} 8 to 9", SUNDAY, LONDON)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    day=st.sampled_from(["today", "tonight", "friday", "next tue", "29 feb", "25 dec"]),
    start=st.integers(0, 24),
    end=st.integers(0, 24),
)
def test_an_offer_is_never_over_and_never_endless(now: datetime, day: str, start: int, end: int) -> None:
    """Whatever is understood lies ahead, starts before it ends, and is no longer than a shift."""
    wish = read(f"I can do {day} {start} to {end}", now, LONDON)
    if isinstance(wish, Offer):
        assert all(it.start < it.end and it.end > now for it in wish.readings)
