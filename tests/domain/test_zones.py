"""Local time is people's time: each date once, whatever a government does to the clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import exists, is_quiet, latest_moment, local, may_disturb, moment, zone_named

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
TIMES = tuple(time(minute // 60, minute % 60) for minute in range(0, 1440, 30))
ORDINARY = date(2027, 2, 10)


def changes(zone: ZoneInfo) -> Iterator[date]:
    """UTC dates after whose start the zone's offset changes; no two changes are closer than the stride."""
    before, at = FROM.astimezone(zone).utcoffset(), FROM
    while at < TO:
        offset = (at + 5 * DAY).astimezone(zone).utcoffset()
        if offset != before:
            days = (at + n * DAY for n in range(5))
            yield max(day for day in days if day.astimezone(zone).utcoffset() == before).date()
        before, at = offset, at + 5 * DAY


def test_no_date_doubled_and_none_missed_in_any_zone_to_2030() -> None:
    """Every zone, every change from 2026 to 2030, every half hour: one moment a date, in order.

    The days around each change are walked; in between nothing changes, so a sampled ordinary day will do.
    """
    walked = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for near in changes(zone):
            walked += sum(walk(zone, near - DAY, near + 2 * DAY, at) for at in TIMES)
        walked += sum(walk(zone, ORDINARY, ORDINARY, at) for at in TIMES[::6])
    assert walked > 300_000


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
