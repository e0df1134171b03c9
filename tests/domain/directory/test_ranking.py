"""The order of groups: what can still be reached tonight comes first, and the order never wavers."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directory.geo import Point
from bot.domain.directory.ranking import (
    Bucket,
    Candidate,
    Needs,
    Ranked,
    nearby,
    next_start,
    soonest_online,
)
from bot.domain.ids import OfferingId

HERE = Point(53.8, -1.55)
TUESDAY = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
FRESH = TUESDAY - timedelta(days=1)


def group(
    number: int,
    day: int | None = 1,
    start: int = 19 * 60,
    *,
    north_km: float = 0.5,
    programme: str = "",
    name: str = "",
    tags: frozenset[str] = frozenset(),
    online: bool = False,
    as_of: datetime = FRESH,
    zone: str = "Europe/London",
) -> Candidate:
    """A group `north_km` away."""
    point = None if online else Point(HERE.lat + north_km / 111.195, HERE.lon)
    programme, name = programme or f"p{number}", name or f"Group {number}"
    return Candidate(OfferingId(number), name, programme, zone, day, start, point, online, as_of, tags)


def order(*groups: Candidate, needs: Needs | None = None, limit: int = 10) -> list[int]:
    """The numbers of these groups as they are offered."""
    return [one.candidate.offering for one in nearby(groups, HERE, TUESDAY, needs or Needs(), limit)]


def test_without_transport_what_can_be_walked_to_comes_first() -> None:
    """Tomorrow round the corner before tonight across the city; with a bus it is the other way."""
    groups = [group(1, 1, 19 * 60, north_km=6), group(2, 2, 12 * 60, north_km=2)]
    assert order(*groups) == [1, 2]
    assert order(*groups, needs=Needs(no_transport=True)) == [2, 1]


def test_soon_then_a_day_then_the_week_then_by_appointment() -> None:
    """However near the others are, what starts within ninety minutes comes first."""
    groups = [
        group(1, None),
        group(2, 4, north_km=0.1),
        group(3, 2, 12 * 60, north_km=0.1),
        group(4, 1, 19 * 60, north_km=1.9),
    ]
    assert order(*groups) == [4, 3, 2, 1]
    ranked = nearby(groups, HERE, TUESDAY, Needs(), 10)
    assert [one.bucket for one in ranked] == list(Bucket)


def test_what_cannot_be_reached_in_time_counts_for_next_week() -> None:
    """A group in 30 minutes and 19 km away is not tonight's; in 85 it is."""
    ranked = nearby([group(1, 1, 18 * 60 + 30, north_km=19)], HERE, TUESDAY, Needs(), 3)
    assert ranked[0].starts == datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    assert (
        nearby([group(1, 1, 19 * 60 + 25, north_km=19)], HERE, TUESDAY, Needs(), 3)[0].bucket is Bucket.SOON
    )


def test_a_long_journey_is_never_tonights_first_idea() -> None:
    """35 km tonight comes after tomorrow evening round the corner."""
    assert order(group(1, 1, 22 * 60, north_km=35), group(2, 2, 20 * 60)) == [2, 1]


def test_ten_minutes_late_is_not_too_late() -> None:
    """A door that opened five minutes ago round the corner is still open."""
    assert (
        nearby([group(1, 1, 17 * 60 + 58, north_km=0.1)], HERE, TUESDAY, Needs(), 3)[0].bucket is Bucket.SOON
    )


def test_nearly_as_near_and_sooner_wins() -> None:
    """Within two kilometres the clock decides, beyond them the distance."""
    assert order(group(1, 2, 20 * 60, north_km=0.2), group(2, 2, 9 * 60, north_km=1.8)) == [2, 1]
    assert order(group(1, 2, 14 * 60, north_km=0.2), group(2, 2, 9 * 60, north_km=4.0)) == [1, 2]


def test_an_old_listing_yields_to_a_fresh_one() -> None:
    """Same place, same time: the source that came in lately first."""
    old = TUESDAY - timedelta(days=40)
    assert order(group(1, as_of=old), group(2)) == [2, 1]


def test_what_does_not_fit_comes_after_what_does() -> None:
    """Women's groups for who asked for them, families' groups for families, no twelve steps if unwanted."""
    women, anyone = group(1, tags=frozenset({"women"}), north_km=0.1), group(2, north_km=1.0)
    assert order(women, anyone) == [2, 1]
    assert order(women, anyone, needs=Needs(wants=frozenset({"women"}))) == [1, 2]
    family = group(3, programme="al-anon", north_km=0.1)
    assert order(family, anyone) == [2, 3]
    assert order(family, anyone, needs=Needs(family=True)) == [3, 2]
    steps = group(4, programme="aa", north_km=0.1)
    assert order(steps, anyone, needs=Needs(not_twelve_step=True)) == [2, 4]


def test_wishes_decide_between_equals() -> None:
    """Step-free for whoever needs it, evenings for whoever works."""
    plain, ramp = group(1), group(2, tags=frozenset({"step_free"}))
    assert order(plain, ramp, needs=Needs(wants=frozenset({"step_free"}))) == [2, 1]


def test_a_day_can_be_asked_for() -> None:
    """Only Friday's, and those by appointment."""
    assert order(group(1), group(2, 4), group(3, None), needs=Needs(day=4)) == [2, 3]


def test_at_most_two_of_a_group_and_three_of_a_programme() -> None:
    """Ten meetings of one fellowship are not ten ideas."""
    same = [group(n, programme="aa", name="Serenity") for n in range(5)]
    assert len(order(*same)) == 2
    fellowship = [group(n, programme="aa") for n in range(8)]
    assert len(order(*fellowship)) == 3
    assert 9 in order(*fellowship, group(9, programme="smart", north_km=1.5), limit=3)


def test_a_group_with_many_times_is_offered_once() -> None:
    """Its next time that can be reached."""
    times = [group(7, day) for day in range(7)]
    assert order(*times) == [7]
    assert nearby(times, HERE, TUESDAY, Needs(), 3)[0].candidate.day == 1


def test_online_is_by_the_clock_alone() -> None:
    """The soonest first, whatever the zone it is listed in; what has no time is not offered."""
    groups = [
        group(1, 1, 20 * 60, online=True),
        group(2, 1, 13 * 60 + 30, online=True, zone="America/New_York"),
        group(3, None, online=True),
    ]
    ranked = soonest_online(groups, TUESDAY, Needs(), 2)
    assert [one.candidate.offering for one in ranked] == [2, 1]
    assert all(one.km is None for one in ranked)


def test_the_next_start_follows_the_wall_clock_through_clock_changes() -> None:
    """10:00 stays 10:00; 01:30 in the skipped hour moves on; in the hour that comes twice it is the first."""
    london = ZoneInfo("Europe/London")
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    starts = next_start(6, 10 * 60, "Europe/London", saturday)
    assert starts is not None
    assert starts.astimezone(london).hour == 10
    assert next_start(6, 90, "Europe/London", saturday) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert next_start(6, 90, "Europe/London", autumn) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_start(0, 0, "Nowhere/Land", autumn) is None


@settings(max_examples=200)
@given(
    st.integers(0, 6),
    st.integers(0, 1439),
    st.sampled_from(["Europe/London", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]),
    st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: TUESDAY + timedelta(minutes=minutes)),
)
def test_a_weekly_time_comes_round_within_a_week(day: int, start: int, zone: str, after: datetime) -> None:
    """Never in the past, never more than a week (and an hour of clock change) away, on that weekday there."""
    starts = next_start(day, start, zone, after)
    assert starts is not None
    assert timedelta(0) <= starts - after <= timedelta(days=7, hours=1)


candidates = st.builds(
    group,
    st.integers(1, 40),
    st.one_of(st.none(), st.integers(0, 6)),
    st.sampled_from([0, 600, 1140, 1439]),
    north_km=st.sampled_from([0.1, 0.5, 3.0, 12.0]),
    programme=st.sampled_from(["aa", "na", "smart", "al-anon", "peer"]),
    name=st.sampled_from(["Serenity", "Hope", "Sunrise"]),
    tags=st.frozensets(st.sampled_from(["women", "step_free"])),
)


@settings(max_examples=100)
@given(st.lists(candidates, max_size=30), st.integers(1, 10), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(groups: list[Candidate], limit: int, dice: random.Random) -> None:
    """Shuffled rows give the same list, within its limits, nearest buckets first."""
    needs = Needs(wants=frozenset({"step_free"}))
    first = nearby(groups, HERE, TUESDAY, needs, limit)
    shuffled = list(groups)
    dice.shuffle(shuffled)
    assert _facts(nearby(shuffled, HERE, TUESDAY, needs, limit)) == _facts(first)
    assert len(first) <= limit
    assert [one.bucket for one in first] == sorted(one.bucket for one in first)


def _facts(ranked: list[Ranked]) -> list[tuple[int, datetime | None, float | None]]:
    return [(one.candidate.offering, one.starts, one.km) for one in ranked]
