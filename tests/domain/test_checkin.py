"""Ana asks to be asked tomorrow: once that day, in her part of it, and never in the night."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import checkin
from bot.domain.checkins.cadence import Cadence, Kind, counts_as_unanswered, months_after, occasions, said_now
from bot.domain.checkins.checkin import Missed, Plan, Slot, Window, decide, next_slot, time_in
from bot.domain.ids import PlanId
from bot.domain.zones import is_quiet, local, moment

LONDON, AUCKLAND, HONOLULU = (ZoneInfo(n) for n in ("Europe/London", "Pacific/Auckland", "Pacific/Honolulu"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
AGREED = date(2026, 11, 23)
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def plan(cadence: Cadence, zone: ZoneInfo = LONDON, at: time = time(9, 17)) -> Plan:
    return Plan(PlanId(1), cadence, at, zone, AGREED)


def days_of(which: Cadence, *, step: bool = False, began: date = AGREED) -> list[tuple[int, Kind]]:
    """Every occasion of a plan as the number of its day, sent and answered each time."""
    found: list[tuple[int, Kind]] = []
    had, now = None, moment(began, time(3), LONDON)
    mine = replace(plan(which), began_on=began)
    while (slot := next_slot(mine, now, had, step=step)) is not None and len(found) < 400:
        found.append(((slot.on - began).days, slot.kind))
        had, now = slot.on, slot.due
    return found


def test_tomorrow_morning_is_tomorrow_morning() -> None:
    """Agreed at 3 am on Monday: Tuesday, at the plan's own minute, and after that nothing."""
    once = plan(Cadence.ONCE)
    slot = next_slot(once, NIGHT, had=None)
    assert slot == Slot(once.id, date(2026, 11, 24), datetime(2026, 11, 24, 9, 17, tzinfo=UTC))
    assert next_slot(once, slot.due, had=slot.on) is None


def test_the_standard_cadence_to_the_letter() -> None:
    """Next day, days 4 and 7, weekly to week 12, asking and not asking in turn, months 4, 6, 9 and 12."""
    asked = [day for day, kind in days_of(Cadence.STANDARD) if kind is Kind.QUESTION]
    caring = [day for day, kind in days_of(Cadence.STANDARD) if kind is Kind.CARING]
    months = [(date(2027, month, 23) - AGREED).days for month in (3, 5, 8, 11)]
    assert asked == [1, 4, 7, 14, 28, 42, 56, 70, 84, *months]
    assert caring == [21, 35, 49, 63, 77]


def test_the_day_after_only_if_a_step_was_planned() -> None:
    """Day 2 asks about the step; without one it does not come."""
    assert (2, Kind.STEP) in days_of(Cadence.STANDARD, step=True)
    assert 2 not in dict(days_of(Cadence.STANDARD))
    assert 2 not in dict(days_of(Cadence.LIGHTER, step=True))


def test_lighter_is_lighter_and_daily_is_daily() -> None:
    """Half as many weeks, two months instead of four; and every single day."""
    assert [day for day, _ in days_of(Cadence.LIGHTER)] == [1, 7, 14, 28, 42, 56, 70, 84, 181, 365]
    assert [day for day, _ in days_of(Cadence.DAILY)] == list(range(1, 401))


def test_only_on_the_days_that_were_chosen() -> None:
    """Weekends only: daily leaves the others out, the rest moves to the next Saturday, each date once."""
    weekends = frozenset({5, 6})
    for which in Cadence:
        dates = [one.on for one in islice(occasions(which, AGREED, weekends), 60)]
        assert all(on.weekday() in weekends for on in dates)
        assert dates == sorted(set(dates))
    assert next(occasions(Cadence.ONCE, AGREED, weekends)).on == date(2026, 11, 28)


def test_months_that_are_too_short_end_early() -> None:
    """Four months after 31 October is the last of February."""
    assert months_after(date(2026, 10, 31), 4) == date(2027, 2, 28)
    assert months_after(date(2027, 10, 31), 4) == date(2028, 2, 29)


def test_silence_is_never_chased() -> None:
    """Two questions; one that needs no reply; three kind ones, a month apart; a goodbye."""
    heard: list[tuple[date, Kind]] = []
    mine, had, now = plan(Cadence.DAILY), None, NIGHT
    while len(heard) < 20:
        slot = next_slot(mine, now, had)
        assert slot is not None
        kind = said_now(slot.kind, mine.unanswered)
        heard.append((slot.on, kind))
        if kind is Kind.GOODBYE:
            break
        more = counts_as_unanswered(kind, mine.unanswered)
        mine = replace(mine, unanswered=mine.unanswered + more)
        had, now = slot.on, slot.due
    assert [kind for _, kind in heard] == [
        Kind.QUESTION, Kind.QUESTION, Kind.GENTLE, Kind.CARING, Kind.CARING, Kind.CARING, Kind.GOODBYE,
    ]  # fmt: skip
    months = [date(2026, 12, 26), date(2027, 1, 26), date(2027, 2, 26), date(2027, 3, 26)]
    assert [on for on, _ in heard[3:]] == months


def test_silence_to_what_asks_nothing_is_no_silence() -> None:
    """Kind words in a standard plan are not counted; only once the silence has begun they are steps of it."""
    assert not counts_as_unanswered(Kind.CARING, 1)
    assert counts_as_unanswered(Kind.CARING, 3)
    assert counts_as_unanswered(Kind.QUESTION, 0)


def test_a_return_goes_on_where_they_were() -> None:
    """Silent since day 9 of a daily plan, back on day 120: a standard plan is at its day 9 again."""
    mine = replace(plan(Cadence.STANDARD), unanswered=5)
    back = AGREED + 120 * DAY
    again = checkin.returned(mine, back, AGREED + 9 * DAY)
    assert (again.unanswered, again.began_on) == (0, AGREED + 111 * DAY)
    slot = next_slot(again, moment(back, time(12), LONDON), AGREED + 100 * DAY)
    assert slot is not None
    assert slot.on == back + 5 * DAY
    assert checkin.returned(replace(mine, unanswered=2), back, AGREED).began_on == AGREED


def test_a_rest_moves_everything_by_the_days_it_lasted() -> None:
    """A week's rest from day 5: day 7 comes on day 14; taken up after three days, on day 10."""
    mine = replace(plan(Cadence.STANDARD), paused_on=AGREED + 5 * DAY, paused_until=AGREED + 12 * DAY)
    now = moment(AGREED + 5 * DAY, time(12), LONDON)
    slot = next_slot(mine, now, AGREED + 4 * DAY)
    assert slot is not None
    assert slot.on == AGREED + 14 * DAY
    assert checkin.awake(mine, AGREED + 11 * DAY) == mine
    assert checkin.awake(mine, slot.on).began_on == AGREED + 7 * DAY
    early = checkin.resumed(mine, AGREED + 8 * DAY)
    found = next_slot(early, moment(AGREED + 8 * DAY, time(3), LONDON), AGREED + 4 * DAY)
    assert found is not None
    assert found.on == AGREED + 10 * DAY
    assert next_slot(replace(mine, paused_until=None), now, None) is None


def test_up_to_the_day_and_not_beyond() -> None:
    """A plan up to an appointment ends with it."""
    mine = replace(plan(Cadence.DAILY), ends_on=AGREED + 3 * DAY)
    assert next_slot(mine, moment(AGREED + 3 * DAY, time(3), LONDON), AGREED + 2 * DAY) is not None
    assert next_slot(mine, moment(AGREED + 3 * DAY, time(12), LONDON), AGREED + 3 * DAY) is None


def test_taken_up_again_after_it_had_ended() -> None:
    """As far along as it had come; one that had come to its end begins anew."""
    today = AGREED + 300 * DAY
    assert checkin.begins_again(plan(Cadence.STANDARD), today, AGREED + 14 * DAY) == today - 14 * DAY
    assert checkin.begins_again(plan(Cadence.STANDARD), today, AGREED + 400 * DAY) == today
    assert checkin.begins_again(plan(Cadence.ONCE), today, AGREED + DAY) == today
    assert checkin.begins_again(plan(Cadence.DAILY), today, None) == today


@pytest.mark.parametrize(
    ("starts", "asked"),
    [("12:30", 0), ("17:00", 0), ("19:30", 1), ("23:00", 1)],
)
def test_the_evening_after(starts: str, asked: int) -> None:
    """At noon: the same evening; in the evening: the next one."""
    began = moment(AGREED, time.fromisoformat(starts), LONDON)
    due = checkin.evening_after(began, 3, LONDON)
    assert local(due, LONDON).date() == AGREED + asked * DAY
    assert local(due, LONDON).hour == 19
    assert due - began >= 2 * HOUR


def test_the_ten_statements_from_day_seven_then_quarterly() -> None:
    """Not in the first week, at day 7, at week 12, then quarterly; never in a plan for one day."""
    mine = plan(Cadence.STANDARD)
    due = [day for day, kind in offered(mine) if kind]
    assert due == [7, 84, 181, 273, 365]
    assert not checkin.measure_due(plan(Cadence.ONCE), AGREED + 30 * DAY, None)


def offered(mine: Plan) -> list[tuple[int, bool]]:
    last: date | None = None
    found = []
    for day, kind in days_of(Cadence.STANDARD):
        if kind is Kind.QUESTION:
            due = checkin.measure_due(mine, AGREED + day * DAY, last)
            last = AGREED + day * DAY if due else last
            found.append((day, due))
    return found


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
