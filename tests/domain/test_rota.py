"""Ben has Friday nights, Cora Saturday: at any moment it is known who is there, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId, ShiftId
from bot.domain.rota import Rota, Shift

LONDON = ZoneInfo("Europe/London")
BEN, CORA = PersonId(2), PersonId(3)
FRIDAY, SATURDAY = 4, 5


def shift(coach: PersonId, weekday: int, start: str, end: str) -> Shift:
    return Shift(ShiftId(1), coach, weekday, time.fromisoformat(start), time.fromisoformat(end))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


NIGHTS = Rota(LONDON, (shift(BEN, FRIDAY, "20:00", "02:30"), shift(CORA, SATURDAY, "02:30", "08:00")))


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    """Ben's Friday ends on Saturday at half past two, and then it is Cora's."""
    assert NIGHTS.on_shift(london("2026-11-27 19:59")) == frozenset()
    assert NIGHTS.on_shift(london("2026-11-27 20:00")) == {BEN}
    assert NIGHTS.on_shift(london("2026-11-28 02:29")) == {BEN}
    assert NIGHTS.on_shift(london("2026-11-28 02:30")) == {CORA}
    assert NIGHTS.on_shift(london("2026-11-28 08:00")) == frozenset()


def test_the_next_start_is_found_from_anywhere_in_the_week() -> None:
    """From the middle of the week, from within a shift, and across the weekend."""
    assert NIGHTS.next_shift_start(london("2026-11-25 12:00")) == london("2026-11-27 20:00")
    assert NIGHTS.next_shift_start(london("2026-11-27 20:00")) == london("2026-11-28 02:30")
    assert NIGHTS.next_shift_start(london("2026-11-28 09:00")) == london("2026-12-04 20:00")
    assert Rota(LONDON).next_shift_start(london("2026-11-28 09:00")) is None


def test_the_night_clocks_go_back_overlaps() -> None:
    """1:30 comes twice on 25 October 2026: Ben stays for the second, Cora is there for the first."""
    rota = Rota(LONDON, (shift(BEN, SATURDAY, "20:00", "01:30"), shift(CORA, 6, "01:30", "08:00")))
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert rota.on_shift(first) == {BEN, CORA}
    assert rota.on_shift(second - timedelta(seconds=1)) == {BEN, CORA}
    assert rota.on_shift(second) == {CORA}


@given(
    zone=st.sampled_from(
        ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Africa/Cairo"]
    ),
    cut=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    on=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    minutes=st.integers(0, 1439),
)
def test_shifts_that_meet_never_leave_a_gap(zone: str, cut: time, on: date, minutes: int) -> None:
    """Seven shifts that end when the next begins cover every minute of every week, in every zone."""
    rota = Rota(ZoneInfo(zone), tuple(Shift(ShiftId(day), PersonId(day), day, cut, cut) for day in range(7)))
    now = datetime.combine(on, time(), UTC) + timedelta(minutes=minutes)
    assert rota.on_shift(now)
    start = rota.next_shift_start(now)
    assert start is not None
    assert now < start <= now + timedelta(hours=26)
