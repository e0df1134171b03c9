"""Ben has Friday nights, Cora Saturday: at any moment it is known who is there, also when clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId, ShiftId
from bot.domain.rota.shifts import (
    Added,
    Leave,
    Override,
    Removed,
    Replaced,
    Rota,
    Rotation,
    Shift,
    Turn,
    is_night,
)

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
    assert NIGHTS.who(london("2026-11-27 19:59")) == frozenset()
    assert NIGHTS.who(london("2026-11-27 20:00")) == {BEN}
    assert NIGHTS.who(london("2026-11-28 02:29")) == {BEN}
    assert NIGHTS.who(london("2026-11-28 02:30")) == {CORA}
    assert NIGHTS.who(london("2026-11-28 08:00")) == frozenset()


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SHIFTS = st.builds(Shift, st.just(ShiftId(1)), st.just(BEN), st.integers(0, 6), TIMES, TIMES)


@given(SHIFTS, SHIFTS)
def test_shifts_overlap_when_their_turns_do(one: Shift, other: Shift) -> None:
    """Over the end of the week too, and whole days; two that only touch do not."""
    utc, start = ZoneInfo("UTC"), datetime(2026, 11, 1, tzinfo=UTC)
    of_one = Rota(utc, (one,)).turns(start, start + timedelta(days=21))
    of_other = Rota(utc, (other,)).turns(start, start + timedelta(days=21))
    meet = any(a.start < b.end and b.start < a.end for a in of_one for b in of_other)
    assert one.overlaps(other) == other.overlaps(one) == meet


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
    assert rota.who(first) == {BEN, CORA}
    assert rota.who(second - timedelta(seconds=1)) == {BEN, CORA}
    assert rota.who(second) == {CORA}


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
    assert rota.who(now)
    start = rota.next_shift_start(now)
    assert start is not None
    assert now < start <= now + timedelta(hours=26)


ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Africa/Cairo"]
COACHES = st.sampled_from([PersonId(n) for n in range(2, 6)])
WALL = st.times().map(lambda t: t.replace(second=0, microsecond=0))
MONTH = timedelta(days=35)
FROM = datetime(2026, 10, 10, tzinfo=UTC)


@st.composite
def hours(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = FROM + timedelta(minutes=draw(st.integers(-14_000, 60_000)))
    return start, start + timedelta(minutes=draw(st.integers(1, 60 * 60)))


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    coach, (start, end) = draw(COACHES), draw(hours())
    match draw(st.sampled_from(["added", "removed", "leave", "replaced"])):
        case "added":
            return Added(coach, start, end)
        case "removed":
            return Removed(coach, start, end)
        case "leave":
            return Leave(coach, start, end)
        case _:
            return Replaced(coach, draw(COACHES), start, end)


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    weekly = st.builds(Shift, st.just(ShiftId(1)), COACHES, st.integers(0, 6), WALL, WALL)
    rotation = st.builds(
        Rotation,
        st.just(ShiftId(2)),
        st.lists(COACHES, min_size=1, max_size=4).map(tuple),
        st.frozensets(st.integers(0, 6), min_size=1),
        WALL,
        WALL,
        st.dates(date(2026, 9, 1), date(2026, 11, 1)),
        st.integers(1, 3),
    )
    shifts = draw(st.lists(weekly | rotation, max_size=6))
    changes = draw(st.lists(overrides(), max_size=5))
    return Rota(ZoneInfo(draw(st.sampled_from(ZONES))), tuple(shifts), tuple(changes))


@given(rota=rotas(), minutes=st.integers(0, 35 * 24 * 60))
def test_shifts_and_gaps_are_the_whole_truth(rota: Rota, minutes: int) -> None:
    """At any moment either somebody's turn is under way or a gap says that nobody is there; never both."""
    now = FROM + timedelta(minutes=minutes)
    in_gap = any(gap.start <= now < gap.end for gap in rota.gaps(FROM, FROM + MONTH))
    listed = {turn.coach for turn in rota.turns(FROM, FROM + MONTH) if turn.start <= now < turn.end}
    if now < FROM + MONTH:
        assert rota.who(now) == listed
        assert in_gap == (not listed)


@given(rota=rotas())
def test_gaps_lie_inside_in_order_and_apart(rota: Rota) -> None:
    """Two gaps that touch would be one."""
    gaps = rota.gaps(FROM, FROM + MONTH)
    edges = [edge for gap in gaps for edge in (gap.start, gap.end)]
    assert edges == sorted(set(edges))
    assert all(FROM <= edge <= FROM + MONTH for edge in edges)


@given(rota=rotas(), minutes=st.integers(0, 35 * 24 * 60), share=st.floats(0, 1, exclude_max=True))
def test_nothing_changes_before_the_next_change(rota: Rota, minutes: int, share: float) -> None:
    """Up to `next_change` the answer stays; there it is another one."""
    now = FROM + timedelta(minutes=minutes)
    then = rota.next_change(now)
    until = then or now + MONTH
    between = min(now + share * (until - now), until - timedelta(microseconds=1))
    assert rota.who(between) == rota.who(now)
    if then is not None:
        assert rota.who(then) != rota.who(now)


@given(rota=rotas(), coach=COACHES, away=hours(), minutes=st.integers(0, 60 * 60))
def test_leave_always_wins(
    rota: Rota, coach: PersonId, away: tuple[datetime, datetime], minutes: int
) -> None:
    """Whatever was swapped or added: who is away is not on shift, and nobody else is moved by it."""
    now = away[0] + timedelta(minutes=minutes)
    without = replace(rota, overrides=(Leave(coach, *away), *rota.overrides))
    expected = rota.who(now) - {coach} if now < away[1] else rota.who(now)
    gave_away = any(isinstance(one, Replaced) and one.coach == coach for one in rota.overrides)
    if now < away[1]:
        assert coach not in without.who(now)
    if not gave_away:
        assert without.who(now) == expected


@given(rota=rotas(), coach=COACHES, by=COACHES, when=hours(), minutes=st.integers(0, 60 * 60))
def test_who_takes_a_shift_has_it(
    rota: Rota, coach: PersonId, by: PersonId, when: tuple[datetime, datetime], minutes: int
) -> None:
    """A replacement takes exactly what the other would have had, unless they are away themselves."""
    now = min(when[0] + timedelta(minutes=minutes), when[1] - timedelta(minutes=1))
    plain = replace(rota, overrides=tuple(one for one in rota.overrides if not isinstance(one, Leave)))
    swapped = replace(plain, overrides=(*plain.overrides, Replaced(coach, by, *when)))
    had = plain.who(now)
    assert swapped.who(now) == ((had - {coach}) | {by} if coach in had else had)


def test_a_rotation_goes_round_by_weeks() -> None:
    """Ben and Cora have the nights of a fortnight in turn, from the week it began; before it, nobody."""
    nights = Rotation(
        ShiftId(1), (BEN, CORA), frozenset({0, 1}), time(22), time(6), since=date(2026, 11, 3), weeks=2
    )
    rota = Rota(LONDON, (nights,))
    assert rota.who(london("2026-11-02 23:00")) == frozenset()
    assert [rota.who(london(f"{day} 23:00")) for day in ("2026-11-03", "2026-11-10", "2026-11-17")] == [
        {BEN}, {BEN}, {CORA},
    ]  # fmt: skip
    assert rota.who(london("2026-11-04 05:59")) == {BEN}
    assert rota.next_change(london("2026-11-04 05:59")) == london("2026-11-04 06:00")


def test_a_night_is_a_night() -> None:
    """An evening until midnight is none, half an hour after it is."""
    evening = Turn(BEN, london("2026-11-27 20:00"), london("2026-11-28 00:00"))
    assert not is_night(evening, LONDON)
    assert is_night(replace(evening, end=london("2026-11-28 00:30")), LONDON)
    assert is_night(Turn(BEN, london("2026-11-28 05:00"), london("2026-11-28 09:00")), LONDON)


def test_a_leave_without_an_end_does_not_make_the_rota_look_years_ahead() -> None:
    """Suspended for ten years ahead: the next change of the others is found, within weeks."""
    zone, now = ZoneInfo("Europe/London"), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    shifts = tuple(Shift(ShiftId(n), PersonId(1 + n % 2), n % 7, time(20), time(23)) for n in range(14))
    rota = Rota(zone, shifts, (Leave(PersonId(1), now, now + timedelta(days=3650)),))
    began = rota.next_shift_start(now)
    assert began is not None
    assert rota.who(began) == {PersonId(2)}
    assert rota.next_change(now) == began
    assert len(rota._ahead(now)) < 100
