"""Ana asks to be asked tomorrow: once that day, in her part of it, and never in the night."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import checkin
from bot.domain.checkin import Cadence, Missed, Plan, Slot, Window, decide, next_slot, time_in
from bot.domain.ids import PlanId
from bot.domain.zones import is_quiet, local, moment

LONDON, AUCKLAND, HONOLULU = (ZoneInfo(n) for n in ("Europe/London", "Pacific/Auckland", "Pacific/Honolulu"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
AGREED = date(2026, 11, 23)
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def plan(cadence: Cadence, zone: ZoneInfo = LONDON, at: time = time(9, 17)) -> Plan:
    return Plan(PlanId(1), cadence, at, zone, AGREED)


def test_tomorrow_morning_is_tomorrow_morning() -> None:
    """Agreed at 3 am on Monday: Tuesday, at the plan's own minute, and after that nothing."""
    once = plan(Cadence.ONCE)
    slot = next_slot(once, NIGHT, had=None)
    assert slot == Slot(once.id, date(2026, 11, 24), datetime(2026, 11, 24, 9, 17, tzinfo=UTC))
    assert next_slot(once, slot.due, had=slot.on) is None


def test_the_standard_cadence_to_the_letter() -> None:
    """Next day, days 4 and 7, weekly to week 12, months 4, 6, 9 and 12."""
    offsets = [(on - AGREED).days for on in checkin.dates(Cadence.STANDARD, AGREED)]
    assert offsets[:6] == [1, 4, 7, 14, 21, 28]
    assert offsets[13] == 84
    assert list(checkin.dates(Cadence.STANDARD, AGREED))[14:] == [
        date(2027, 3, 23), date(2027, 5, 23), date(2027, 8, 23), date(2027, 11, 23),
    ]  # fmt: skip


def test_months_that_are_too_short_end_early() -> None:
    """Four months after 31 October is the last of February."""
    assert list(checkin.dates(Cadence.STANDARD, date(2026, 10, 31)))[14] == date(2027, 2, 28)
    assert list(checkin.dates(Cadence.STANDARD, date(2027, 10, 31)))[14] == date(2028, 2, 29)


def test_up_to_two_hours_late_is_sent_later_is_missed() -> None:
    """After a restart it still comes, after a long one it is shown as missed, and never two at once."""
    due = datetime(2026, 11, 24, 9, 17, tzinfo=UTC)
    assert decide(due, due - MINUTE, LONDON) == "wait"
    assert decide(due, due, LONDON) == "send"
    assert decide(due, due + 2 * HOUR, LONDON) == "send"
    assert decide(due, due + 2 * HOUR + MINUTE, LONDON) == Missed("late")
    assert decide(moment(AGREED, time(21, 30), LONDON), moment(AGREED, time(22), LONDON), LONDON) == Missed(
        "quiet"
    )


def test_no_backlog_after_a_long_silence() -> None:
    """Down for three days: the missed days are passed over, the next one is today's or tomorrow's."""
    daily = plan(Cadence.DAILY)
    back = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    slot = next_slot(daily, back, had=date(2026, 11, 24))
    assert slot is not None
    assert slot.on == date(2026, 11, 28)


def test_changing_zone_starts_tomorrow_if_today_already_had_one() -> None:
    """Ana was asked on Tuesday in Auckland and lands in Honolulu on Monday: Wednesday is next."""
    had = date(2026, 11, 24)
    landed = moment(date(2026, 11, 23), time(14), HONOLULU)
    slot = next_slot(plan(Cadence.DAILY, HONOLULU), landed, had)
    assert slot is not None
    assert slot.on == date(2026, 11, 25)


def test_a_plan_keeps_its_minute_and_a_thousand_spread_over_the_window() -> None:
    """The same after every restart; and no minute of the morning gets a crowd."""
    assert time_in(Window.MORNING, PlanId(1)) == time_in(Window.MORNING, PlanId(1))
    minutes = [time_in(Window.MORNING, PlanId(n)) for n in range(1200)]
    assert len(set(minutes)) == 60
    assert max(minutes.count(one) for one in set(minutes)) < 45


@pytest.mark.parametrize("window", Window)
def test_no_window_reaches_into_the_night_even_two_hours_late(window: Window) -> None:
    """From the first minute to the last plus two hours, it is day: in every season."""
    for n in range(300):
        for on in (AGREED, date(2027, 3, 28), date(2026, 10, 25)):
            due = moment(on, time_in(window, PlanId(n)), LONDON)
            assert not is_quiet(due, LONDON)
            assert not is_quiet(due + 2 * HOUR - MINUTE, LONDON)


@given(
    zones=st.lists(st.sampled_from(sorted(available_timezones())), min_size=1, max_size=4),
    window=st.sampled_from(Window),
    cadence=st.sampled_from(Cadence),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    jumps=st.lists(st.integers(1, 60 * 24 * 3), max_size=25),
)
def test_never_two_on_one_date_never_at_night_never_in_a_heap(
    zones: list[str], window: Window, cadence: Cadence, start: datetime, jumps: list[int]
) -> None:
    """Whatever the clock does, wherever Ana goes and however long the service was down, dates only go up."""
    now = start.replace(tzinfo=UTC)
    places = [ZoneInfo(name) for name in zones]
    mine = Plan(PlanId(5), cadence, time_in(window, PlanId(5)), places[0], local(now, places[0]).date())
    had: date | None = None
    sent: list[date] = []
    for n, minutes in enumerate(jumps):
        slot = next_slot(mine, now, had)
        if slot is None:
            break
        assert had is None or slot.on > had
        assert slot.due >= now - checkin.ORDINARY.late
        now += minutes * MINUTE
        decision = decide(slot.due, now, mine.zone)
        if decision == "send":
            assert not is_quiet(now, mine.zone)
            sent.append(slot.on)
        if decision != "wait":
            had = slot.on
        mine = Plan(mine.id, mine.cadence, mine.at, places[n % len(places)], mine.began_on)
    assert len(sent) == len(set(sent))


def test_silence_and_hard_days() -> None:
    """Two unanswered end it; two hard days, or the wish for it, bring a coach."""
    assert [checkin.falls_silent(n) for n in range(4)] == [False, False, True, True]
    assert checkin.offers_coach(("struggling", "struggling", "good"))
    assert checkin.offers_coach(("talk",))
    assert not checkin.offers_coach(("struggling", "good", "struggling"))
    assert not checkin.offers_coach(())


def test_daily_means_every_day() -> None:
    """A year of it has no hole."""
    year = list(islice(checkin.dates(Cadence.DAILY, AGREED), 365))
    assert year[-1] - year[0] == 364 * DAY
    assert len(set(year)) == 365
