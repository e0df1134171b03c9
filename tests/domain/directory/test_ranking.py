"""The order of groups: what can still be reached tonight comes first, and the order never wavers."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directory.flags import SERVICE, entry_flags, slot_flags
from bot.domain.directory.geo import KM_PER_DEGREE, Point
from bot.domain.directory.offering import Entry, Online, Slot
from bot.domain.directory.ranking import (
    BY_APPOINTMENT,
    FAR_KM,
    LAST_CALL,
    ON_FOOT_KM,
    PER_PROGRAMME,
    STALE,
    Bucket,
    Candidate,
    Choice,
    Clocks,
    Nearby,
    Ranked,
    minute_of_week,
    minutes_to_reach,
    next_start,
    soonest_online,
)
from bot.domain.directory.recurrence import weeks_until
from bot.domain.directory.wanted import Needs

HERE = Point(53.8, -1.55)
TUESDAY = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
FRESH = TUESDAY - timedelta(days=1)
NAMES: dict[int, str] = {}
"""What the groups of a test are called, by edition."""


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
    rule: str = "",
) -> Candidate:
    """A group `north_km` away."""
    programme = programme or f"p{number}"
    NAMES[number] = name or f"Group {number}"
    slot = Slot(BY_APPOINTMENT if day is None else day, start, rule=rule)
    entry = Entry(str(number), NAMES[number], programme, zone, tags=tags, online=Online() if online else None)
    return Candidate(
        number,
        programme,
        zone,
        slot.day,
        start,
        None if online else HERE.lat + north_km / 111.195,
        None if online else HERE.lon,
        entry_flags(entry) | slot_flags(slot),
        int(as_of.timestamp() * 1000),
        rule=rule,
    )


def nearby(candidates: Iterable[Candidate], here: Point, at: datetime, needs: Needs) -> list[Ranked]:
    """All that can be gone to, in order, whatever the rows' order."""
    near = Nearby(here, at, needs, needs.masks(), Clocks(at))
    near.add(candidates)
    return near.in_order()


def chosen(groups: Sequence[Candidate], needs: Needs, limit: int) -> list[Ranked]:
    """What is offered of these groups, in order."""
    ranked, choice = nearby(groups, HERE, TUESDAY, needs), Choice(limit)
    for per_programme in (min(PER_PROGRAMME, max(1, limit - 1)), PER_PROGRAMME):
        choice = Choice(limit, per_programme)
        for one in ranked:
            choice.offer(one, NAMES[one.candidate.edition])
        if choice.full:
            break
    return sorted(choice.taken, key=lambda one: one.order[1:])


def order(*groups: Candidate, needs: Needs | None = None, limit: int = 10) -> list[int]:
    """The numbers of these groups as they are offered."""
    return [one.candidate.edition for one in chosen(groups, needs or Needs(), limit)]


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
    ranked = nearby(groups, HERE, TUESDAY, Needs())
    assert [one.bucket for one in ranked] == list(Bucket)


def test_what_cannot_be_reached_in_time_counts_for_next_week() -> None:
    """A group in 30 minutes and 19 km away is not tonight's; in 85 it is."""
    ranked = nearby([group(1, 1, 18 * 60 + 30, north_km=19)], HERE, TUESDAY, Needs())
    assert ranked[0].starts(TUESDAY) == datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    assert nearby([group(1, 1, 19 * 60 + 25, north_km=19)], HERE, TUESDAY, Needs())[0].bucket is Bucket.SOON


def test_a_long_journey_is_never_tonights_first_idea() -> None:
    """35 km tonight comes after tomorrow evening round the corner."""
    assert order(group(1, 1, 22 * 60, north_km=35), group(2, 2, 20 * 60)) == [2, 1]


def test_ten_minutes_late_is_not_too_late() -> None:
    """A door that opened five minutes ago round the corner is still open."""
    assert nearby([group(1, 1, 17 * 60 + 58, north_km=0.1)], HERE, TUESDAY, Needs())[0].bucket is Bucket.SOON


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


def test_every_other_week_waits_for_its_week() -> None:
    """24 November is the month's fourth Tuesday and the last: the second one comes in December."""
    fourth, last, second = (group(n, rule=f"FREQ=MONTHLY;BYDAY={d}TU") for n, d in ((1, 4), (2, -1), (3, 2)))
    assert order(second, fourth, last) == [1, 2, 3]
    starts = [one.starts(TUESDAY) for one in nearby([second], HERE, TUESDAY, Needs())]
    assert starts == [datetime(2026, 12, 8, 19, 0, tzinfo=UTC)]


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
    assert nearby(times, HERE, TUESDAY, Needs())[0].candidate.day == 1


def test_online_is_by_the_clock_alone() -> None:
    """The soonest first, whatever the zone it is listed in; what has no time is not offered."""
    groups = [
        group(1, 1, 20 * 60, online=True),
        group(2, 1, 13 * 60 + 30, online=True, zone="America/New_York"),
        group(3, None, online=True),
    ]
    ranked = soonest_online(groups, TUESDAY, Needs())
    assert [one.candidate.edition for one in ranked] == [2, 1]
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


def _simply(one: Candidate, needs: Needs) -> tuple[Any, ...]:
    """Its place in the order as the rules say it, in no hurry."""
    masks = needs.masks()
    assert one.lat is not None
    assert one.lon is not None
    north, east = one.lat - HERE.lat, one.lon - HERE.lon
    km = hypot(north * KM_PER_DEGREE, east * KM_PER_DEGREE * cos(radians(HERE.lat)))
    wait: int | None = None
    if one.day != BY_APPOINTMENT:
        late = max(0, (one.minutes or 0) - LAST_CALL) if one.flags & SERVICE else 10
        earliest = int(minutes_to_reach(km)) - late
        there = TUESDAY.astimezone(ZoneInfo(one.zone))
        wait = (one.day * 1440 + one.start - minute_of_week(there) - earliest) % (7 * 1440) + earliest
        wait += 7 * 1440 * (weeks_until(one.rule, (there + timedelta(minutes=wait)).date()) or 0)
    if wait is None:
        bucket = Bucket.BY_APPOINTMENT
    elif km > FAR_KM or wait > 1440:
        bucket = Bucket.THIS_WEEK
    else:
        bucket = Bucket.SOON if wait <= 90 else Bucket.NEXT_24_HOURS
    misfit, stale = masks.misfit(one.flags), one.as_of < (TUESDAY - STALE).timestamp() * 1000
    walks = needs.no_transport and km > ON_FOOT_KM
    hours, fits = (wait or 0) // 60, -masks.fits(one.flags)
    return (
        misfit,
        walks,
        bucket,
        misfit,
        int(km / 2),
        hours,
        stale,
        fits,
        round(km, 3),
        wait or 0,
        one.edition,
    )


varied = st.builds(
    lambda one, minutes, service, old: one._replace(
        minutes=minutes,
        flags=one.flags | (SERVICE if service else 0),
        as_of=one.as_of - (40 * 86_400_000 if old else 0),
    ),
    st.builds(
        group,
        st.integers(1, 40),
        st.one_of(st.none(), st.integers(0, 6)),
        st.integers(0, 1439),
        north_km=st.floats(-40, 40),
        programme=st.sampled_from(["aa", "smart", "al-anon", "peer"]),
        tags=st.frozensets(st.sampled_from(["women", "step_free", "language_es"])),
        rule=st.sampled_from(["", "", "FREQ=MONTHLY;BYDAY=2TU,4TU"]),
        zone=st.sampled_from(["Europe/London", "Europe/Madrid"]),
    ),
    st.sampled_from([None, 60, 600]),
    st.booleans(),
    st.booleans(),
)
wishes = st.builds(
    Needs,
    wants=st.frozensets(st.sampled_from(["women", "step_free"])),
    parts=st.frozensets(st.sampled_from(["evenings", "weekends"])),
    family=st.booleans(),
    not_twelve_step=st.booleans(),
    no_transport=st.booleans(),
)


@settings(max_examples=200)
@given(st.lists(varied, max_size=25), wishes)
def test_the_order_is_that_of_the_rules(groups: list[Candidate], needs: Needs) -> None:
    """Worked out quickly, and here once more without hurry: each offering once, by its best time."""
    best: dict[int, tuple[Any, ...]] = {}
    for place in sorted(_simply(one, needs) for one in groups):
        best.setdefault(place[-1], place)
    ranked = nearby(groups, HERE, TUESDAY, needs)
    assert [one.candidate.edition for one in ranked] == list(best)
    assert [(one.misfit, one.bucket, one.wait or 0) for one in ranked] == [
        (place[0], place[2], place[9]) for place in best.values()
    ]


@settings(max_examples=100)
@given(st.lists(candidates, max_size=30), st.integers(1, 10), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(groups: list[Candidate], limit: int, dice: random.Random) -> None:
    """Shuffled rows give the same list, within its limits, nearest buckets first."""
    needs = Needs(wants=frozenset({"step_free"}))
    first = chosen(groups, needs, limit)
    shuffled = list(groups)
    dice.shuffle(shuffled)
    assert _facts(chosen(shuffled, needs, limit)) == _facts(first)
    assert len(first) <= limit
    assert [one.bucket for one in first] == sorted(one.bucket for one in first)


def _facts(ranked: list[Ranked]) -> list[tuple[int, datetime | None, float | None]]:
    return [(one.candidate.edition, one.starts(TUESDAY), one.km) for one in ranked]
