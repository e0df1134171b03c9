"""The maps of unmet need are what somebody would count by hand, of what is kept now and of what once was."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import Code, UnmetNeed
from bot.domain.measures import unmet

AREAS = [None, *(Code(f"ls{n}") for n in range(unmet.MOST_AREAS + 4))]
BARRIERS = st.lists(st.sampled_from([Code("childcare"), Code("evenings"), Code("step_free")]), max_size=4)
NEEDS = st.builds(
    UnmetNeed,
    st.sampled_from([Code("none_fit"), Code("food")]),
    st.sampled_from(AREAS),
    BARRIERS.map(tuple),
    st.sampled_from([None, Code("tue_night"), Code("wed_night"), Code("sat_day"), Code("sun_evening")]),
    st.sampled_from([None, Code("smart"), Code("not_12_step")]),
)
TIMES = {"tue_night": "week_night", "wed_night": "week_night", "sat_day": "weekend_day",
         "sun_evening": "weekend_evening", None: "any"}  # fmt: skip


def by_hand(need: UnmetNeed) -> tuple[str, str, str, str]:
    """District, time, what and barrier, each as it is told."""
    several = len(set(need.barriers)) > 1
    barrier = "several" if several else need.barriers[0] if need.barriers else "none_said"
    return need.area or "nowhere", TIMES[need.band], need.approach or need.need, barrier


def once_kept(need: UnmetNeed) -> str:
    """As it was counted before what is kept was no finer than what is shown."""
    barriers = ",".join(sorted(set(need.barriers)))
    return "|".join((need.band or "", need.approach or "", barriers, need.need))


@given(st.lists(st.tuples(NEEDS, st.booleans()), max_size=80))
def test_every_cell_is_what_was_not_found(needs: list[tuple[UnmetNeed, bool]]) -> None:
    """Each need stands once in each map, the small districts together; the worst in fives."""
    stored = Counter((need.area or "", once_kept(need) if old else unmet.told(need)) for need, old in needs)
    plain = Counter(by_hand(need) for need, _ in needs)
    where, layout = unmet.where(unmet.by_where(stored))
    of_area: Counter[str] = Counter()
    for (area, *_), n in plain.items():
        of_area[area] += n
    own = {area for area in of_area if area in layout.rows}
    expected: Counter[tuple[str, str]] = Counter()
    for (area, time, *_), n in plain.items():
        expected[area if area in own else "elsewhere", time] += n
    assert where == expected
    if left := of_area.keys() - own:
        assert len(own) == unmet.MOST_AREAS
        assert max(of_area[a] for a in left - {"nowhere"}) <= min(of_area[a] for a in own - {"nowhere"})
    what: Counter[tuple[str, str]] = Counter()
    for (*_, wanted, barrier), n in plain.items():
        what[wanted, barrier] += n
    assert unmet.what(unmet.by_what(stored))[0] == what
    fives = {key: n // 5 * 5 for key, n in plain.items() if n >= 5}
    worst = {(g.area, g.time, g.what, g.barrier): g.times.number for g in unmet.worst([stored])}
    assert worst.items() <= fives.items()
    assert len(worst) == min(len(fives), unmet.MOST_WORST)
