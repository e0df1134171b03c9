"""Local time is people's time: each date once, whatever a government does to the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins.cadence import Cadence
from bot.domain.checkins.checkin import Plan, next_slot
from bot.domain.ids import PlanId
from bot.domain.zones import exists, is_quiet, latest_moment, local, may_disturb, moment, zone_named

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STRIDE = 5 * DAY
FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
TIMES = tuple(time(minute // 60, minute % 60) for minute in range(0, 1440, 30))
ORDINARY = date(2027, 2, 10)


Change = tuple[datetime, timedelta | None]


@cache
def changes(zone: ZoneInfo) -> tuple[Change, ...]:
    """The offset at the beginning, and each hour from which another holds; none is closer than STRIDE."""
    before, at = FROM.astimezone(zone).utcoffset(), FROM
    found: list[Change] = [(FROM, before)]
    while at < TO:
        offset = (at + STRIDE).astimezone(zone).utcoffset()
        if offset != before:
            hours = (at + n * HOUR for n in range(1, STRIDE // HOUR + 1))
            found.append((next(h for h in hours if h.astimezone(zone).utcoffset() == offset), offset))
        before, at = offset, at + STRIDE
    return tuple(found)


def every_zone() -> list[ZoneInfo]:
    """One zone of each kind: those whose clocks show the same all the time until 2036 count once."""
    alike = {changes(zone): zone for zone in map(ZoneInfo, sorted(available_timezones()))}
    return list(alike.values())


def test_no_date_doubled_and_none_missed_in_any_zone_to_2036() -> None:
    """Every zone, every change from 2026 to 2036, every half hour: one moment a date, in order.

    The days around each change are walked; in between nothing changes, so a sampled ordinary day will do.
    """
    walked = 0
    for zone in every_zone():
        for near, _ in changes(zone)[1:]:
            walked += sum(walk(zone, near.date() - 2 * DAY, near.date() + DAY, at) for at in TIMES)
        walked += sum(walk(zone, ORDINARY, ORDINARY, at) for at in TIMES[::6])
    assert walked > 120_000


def test_a_daily_plan_has_each_of_those_dates_once() -> None:
    """The rule that lays slots, around every change of every zone: one a date, none left out."""
    laid = 0
    for zone in every_zone():
        for near, _ in changes(zone)[1:]:
            first = near.date() - 2 * DAY
            for at in (time(2, 30), time(0, 5), time(19, 17)):
                plan, had, now = (
                    Plan(PlanId(1), Cadence.DAILY, at, zone, first - DAY),
                    first - DAY,
                    near - 4 * DAY,
                )
                dates = []
                while (slot := next_slot(plan, now, had)) is not None and slot.on <= near.date() + DAY:
                    had, now = slot.on, slot.due
                    dates.append(slot.on)
                assert dates == [first + n * DAY for n in range(4)], f"{zone} {near} {at}"
                laid += len(dates)
    assert laid > 7_000


def walk(zone: ZoneInfo, first: date, last: date, at: time) -> int:
    """One slot a date from `first` to `last`: where it lands, and that the next is later. Counts them."""
    before, on, count = moment(first - DAY, at, zone), first, 0
    while on <= last:
        assert exists(on, zone), f"{zone} {on}"
        due = moment(on, at, zone)
        assert before < due, f"{zone} {on} {at}: not after the day before"
        shown = local(due, zone).replace(tzinfo=None)
        wanted = datetime.combine(on, at)
        assert wanted <= shown <= wanted + timedelta(hours=2), f"{zone} {on} {at}: shows {shown}"
        before, on, count = due, on + DAY, count + 1
    return count


def test_a_time_that_is_skipped_moves_forward_by_what_is_skipped() -> None:
    """London, 28 March 2027: half past one does not come; the message leaves at half past two."""
    assert moment(date(2027, 3, 28), time(1, 30), LONDON) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert local(moment(date(2027, 3, 28), time(1, 30), LONDON), LONDON).time() == time(2, 30)


def test_a_time_that_comes_twice_means_the_first() -> None:
    """London, 25 October 2026: the first half past one; `latest_moment` is the second."""
    assert moment(date(2026, 10, 25), time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert latest_moment(date(2026, 10, 25), time(1, 30), LONDON) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_date_that_never_was() -> None:
    """Samoa crossed the date line and had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    assert not exists(date(2011, 12, 30), apia)
    assert exists(date(2011, 12, 29), apia)
    assert exists(date(2011, 12, 31), apia)


def test_quiet_hours_end_at_eight_sharp() -> None:
    """End-exclusive: 07:59 is quiet, 08:00 is not; 21:59 is not, 22:00 is."""
    quiet = {t: is_quiet(moment(date(2026, 11, 23), time.fromisoformat(t), LONDON), LONDON)
             for t in ("07:59", "08:00", "21:59", "22:00", "03:00")}  # fmt: skip
    assert quiet == {"07:59": True, "08:00": False, "21:59": False, "22:00": True, "03:00": True}


def test_within_the_hour_of_their_last_word_nothing_is_too_late() -> None:
    """At 3 am the ten minutes of an urge end when they end; two hours later the night is left alone."""
    night = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert may_disturb(night + 60 * MINUTE, LONDON, last_word=night)
    assert not may_disturb(night + 61 * MINUTE, LONDON, last_word=night)
    assert not may_disturb(night, LONDON, last_word=None)
    assert may_disturb(night + timedelta(hours=9), LONDON, last_word=None)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "\0", "a" * 300]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    """A zone name comes from outside: nothing it holds raises or reads a file of ours."""
    assert zone_named(name) is None


@given(
    st.datetimes(FROM.replace(tzinfo=None), TO.replace(tzinfo=None)),
    st.sampled_from(sorted(available_timezones())),
)
def test_a_shown_time_leads_back_to_its_moment(at: datetime, name: str) -> None:
    """What the wall shows at a moment means that moment, or the earlier of the two that look the same."""
    zone, now = ZoneInfo(name), at.replace(tzinfo=UTC)
    shown = local(now, zone)
    assert moment(shown.date(), shown.time(), zone) in (now, now - timedelta(hours=1), now - 30 * MINUTE)
