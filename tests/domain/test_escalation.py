"""Ana waits. Ben is on shift, Cora is not, Dan has passed, Eve coordinates: who hears of it, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId
from bot.domain.oncall.duty import Duty, Member, Standing, stand
from bot.domain.oncall.escalation import (
    ORDINARY,
    Action,
    Seeker,
    Step,
    Waits,
    after_nobody,
    asked_so_far,
    copy_again,
    copy_steps,
    danger_policy,
    ends_after,
    handoff_policy,
    next_round,
    policy_of,
    urgency,
    whom,
)
from bot.domain.person import Age
from bot.domain.rota.shifts import Rota

ANA, BEN, CORA, DAN, EVE = (PersonId(n) for n in range(1, 6))
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
EMPTY = Rota(ZoneInfo("Europe/London"))
MINUTE = timedelta(minutes=1)
DAY_LATER = NOW + timedelta(hours=24)


def standing(who: PersonId, *roles: str, said: Duty | None = None, talks: int = 0) -> Standing:
    return stand(Member(who, frozenset(roles), talks, said), EMPTY, NOW)


def on(who: PersonId) -> Duty:
    return Duty(who, "on", NOW)


ROSTER = (
    standing(BEN, "coach", said=on(BEN)),
    standing(CORA, "coach", "young_people"),
    standing(DAN, "coach", "danger_trained", said=on(DAN)),
    standing(EVE, "coordinator"),
)


def reached(
    action: Action, *, age: Age = Age.ADULT, passed: frozenset[PersonId] = frozenset()
) -> frozenset[PersonId]:
    return whom(action, ROSTER, Seeker(ANA, age, passed))


def test_the_whole_shift_at_once_then_everyone_available() -> None:
    """Ben and Dan are alerted together; five minutes later Cora too, never Eve, who is no coach."""
    assert reached(Action.SHIFT) == {BEN, DAN}
    assert reached(Action.EVERYONE) == {BEN, CORA, DAN}


def test_whoever_gave_it_back_is_left_out_until_it_is_alerted_again() -> None:
    """Dan passed: the rest are asked first, half an hour later he is asked once more."""
    passed = frozenset({DAN})
    assert reached(Action.SHIFT, passed=passed) == {BEN}
    assert reached(Action.EVERYONE, passed=passed) == {BEN, CORA}
    assert DAN in reached(Action.AGAIN, passed=passed)


def test_someone_under_18_reaches_only_coaches_who_may() -> None:
    """Cora alone has the grant; but a page in danger asks nobody's age first."""
    assert reached(Action.SHIFT, age=Age.MINOR) == frozenset()
    assert reached(Action.EVERYONE, age=Age.MINOR) == {CORA}
    assert reached(Action.PAGE_SHIFT, age=Age.MINOR) == {BEN, DAN}


def test_danger_goes_to_trained_staff_first_and_coordinators_last() -> None:
    """In 2 minutes for an emergency and 10 for an urgent one the next are paged."""
    actions = [Action.TRAINED, Action.PAGE_SHIFT, Action.PAGE_EVERYONE, Action.COORDINATORS]
    for level, wait in (("emergency", 2 * MINUTE), ("urgent", 10 * MINUTE)):
        steps = copy_steps(danger_policy(level), NOW)  # type: ignore[arg-type]
        pages = [step for step in steps if step.action is not Action.NOBODY_YET]
        assert [step.action for step in pages][:4] == actions
        assert [step.due - NOW for step in pages[:4]] == [n * wait for n in range(4)]
    assert reached(Action.TRAINED) == {DAN}
    assert reached(Action.COORDINATORS) == {EVE}


def test_a_coach_is_never_alerted_to_their_own_request() -> None:
    """Coaches have bad nights too; their request goes to the others."""
    assert BEN not in whom(Action.EVERYONE, ROSTER, Seeker(BEN, Age.ADULT))


def test_whoever_helps_out_is_asked_before_everyone() -> None:
    """Dora may be asked outside her shifts: she is before Cora, who is only available."""
    dora = standing(PersonId(6), "coach", "backup")
    assert whom(Action.BACKUP, (*ROSTER, dora), Seeker(ANA, Age.ADULT)) == {dora.person}
    assert CORA in whom(Action.EVERYONE, (*ROSTER, dora), Seeker(ANA, Age.ADULT))


def test_the_coach_of_yesterdays_talk_is_asked_with_the_shift() -> None:
    """Cora knows Ana: she is asked at once although she is not on, unless she gave her back."""
    assert whom(Action.SHIFT, ROSTER, Seeker(ANA, Age.ADULT, before=CORA)) == {BEN, CORA, DAN}
    passed = Seeker(ANA, Age.ADULT, frozenset({CORA}), before=CORA)
    assert whom(Action.SHIFT, ROSTER, passed) == {BEN, DAN}


def test_the_ordinary_policy_is_the_promised_one() -> None:
    """Alerts at once, 3, 5, 10 and 30 minutes, words at 1, 3, 8 and 15, and an end after 24 hours."""
    steps = copy_steps(handoff_policy(), NOW)
    assert [(step.action, step.due - NOW) for step in steps] == [
        (Action.SHIFT, 0 * MINUTE),
        (Action.WORD, 1 * MINUTE),
        (Action.BACKUP, 3 * MINUTE),
        (Action.WORD, 3 * MINUTE),
        (Action.EVERYONE, 5 * MINUTE),
        (Action.WORD, 8 * MINUTE),
        (Action.COORDINATORS, 10 * MINUTE),
        (Action.HONEST, 15 * MINUTE),
        (Action.AGAIN, 30 * MINUTE),
        (Action.GIVE_UP, timedelta(hours=24)),
    ]


def test_an_empty_shift_does_not_cost_ana_five_minutes() -> None:
    """Nobody on shift, nobody who helps out, nobody at all: each next one now, up to the coordinators.

    What is said to Ana keeps its own time.
    """
    steps = copy_steps(handoff_policy(), NOW)
    climbed, step = [steps[0].action], steps[0]
    while (forward := after_nobody(step, steps, NOW)) is not None:
        assert forward.due == NOW
        climbed.append(forward.action)
        step = forward
    assert climbed == [Action.SHIFT, Action.BACKUP, Action.EVERYONE, Action.COORDINATORS]
    assert after_nobody(steps[-2], steps, NOW) is None


def test_what_is_under_way_keeps_the_policy_it_began_with() -> None:
    """The operator halves every time at 3:10: Ana's steps, read back from her rows, are the old ones."""
    copied = copy_steps(handoff_policy(), NOW)
    moved = [replace(step, due=NOW) if step.action is Action.EVERYONE else step for step in copied]
    extra = Step(10, Action.SHIFT_START, NOW + timedelta(hours=3))
    assert policy_of([extra, *reversed(moved)]) == handoff_policy()
    assert policy_of([*copied, *copy_again(handoff_policy(), NOW, NOW, 10)]) == handoff_policy()
    changed = handoff_policy(Waits(everyone=MINUTE, until=timedelta(hours=2)))
    assert ends_after(policy_of(copied)) == timedelta(hours=24) != ends_after(changed)
    assert policy_of([]) == ()


def test_alerts_press_more_the_longer_it_takes() -> None:
    """The first is a question, the next says that she still waits, after the honest word it is a plea."""
    assert urgency(Action.SHIFT, 0 * MINUTE) == "first"
    assert urgency(Action.SHIFT, 6 * MINUTE) == urgency(Action.EVERYONE, 0 * MINUTE) == "still"
    assert urgency(Action.AGAIN, 30 * MINUTE) == urgency(Action.SHIFT_START, ORDINARY.honest) == "nobody"


@pytest.mark.parametrize(
    ("reached", "said"),
    [
        ({Action.SHIFT: 2}, "shift"),
        ({Action.SHIFT: 2, Action.BACKUP: 0}, "shift"),
        ({Action.SHIFT: 2, Action.BACKUP: 3}, "more"),
        ({Action.SHIFT: 2, Action.BACKUP: 3, Action.EVERYONE: 4}, "everyone"),
        ({Action.SHIFT: 0, Action.BACKUP: 1}, "off_shift"),
        ({Action.SHIFT: 0, Action.BACKUP: 0, Action.EVERYONE: 2}, "off_shift"),
        ({Action.SHIFT: 0, Action.BACKUP: 0, Action.EVERYONE: 0, Action.COORDINATORS: 1}, "nobody"),
    ],
)
def test_ana_is_told_what_was_done_and_no_more(reached: dict[Action, int], said: str) -> None:
    """Never that a shift was asked when there was none, nor everyone when only some were."""
    assert asked_so_far(reached) == said


def test_a_page_climbs_to_coordinators_at_once_when_nobody_is_there() -> None:
    """An emergency with an empty roster is on the coordinators' phones in the same second."""
    steps = copy_steps(danger_policy("emergency"), NOW)
    climbed, step = [steps[0].action], steps[0]
    while (forward := after_nobody(step, steps, NOW)) is not None:
        assert forward.due == NOW
        climbed.append(forward.action)
        step = forward
    assert climbed == [Action.TRAINED, Action.PAGE_SHIFT, Action.PAGE_EVERYONE, Action.COORDINATORS]


def test_each_shift_start_is_tried_until_a_day_has_passed() -> None:
    """A shift at six is another chance; one after the 24 hours is not."""
    again = Step(3, Action.AGAIN, NOW + 30 * MINUTE)
    at_six = NOW + timedelta(hours=3)
    assert next_round(again, 4, DAY_LATER, at_six) == Step(5, Action.SHIFT_START, at_six)
    assert next_round(again, 4, DAY_LATER, DAY_LATER) is None
    assert next_round(again, 4, DAY_LATER, None) is None
    assert next_round(Step(1, Action.EVERYONE, NOW), 4, DAY_LATER, at_six) is None


def test_given_back_everything_starts_again_but_not_the_24_hours() -> None:
    """A silent coach costs minutes, not a new day of promises."""
    later = NOW + 40 * MINUTE
    steps = copy_again(handoff_policy(), later, NOW, first_no=7)
    assert steps[0] == Step(7, Action.SHIFT, later, 0 * MINUTE)
    assert steps[-1] == Step(16, Action.GIVE_UP, DAY_LATER, timedelta(hours=24))


@pytest.mark.parametrize("policy", [handoff_policy(), danger_policy("emergency"), danger_policy("urgent")])
def test_a_policy_only_moves_forward(policy: tuple[object, ...]) -> None:
    """Steps are in order of time, so their number is also the order they run in."""
    after = [rung.after for rung in policy]  # type: ignore[attr-defined]
    assert after == sorted(after)


@given(
    roster=st.lists(
        st.builds(
            lambda who, roles, talks, said: stand(
                Member(PersonId(who), frozenset(roles), talks, said and Duty(PersonId(who), said, NOW)),
                EMPTY,
                NOW,
            ),
            st.integers(1, 9),
            st.sets(st.sampled_from(["coach", "coordinator", "young_people", "danger_trained"])),
            st.integers(0, 2),
            st.sampled_from([None, "on", "off"]),
        ),
        unique_by=lambda s: s.person,
    ),
    age=st.sampled_from(Age),
    action=st.sampled_from([Action.SHIFT, Action.EVERYONE, Action.AGAIN, Action.SHIFT_START]),
)
def test_no_roster_makes_an_ordinary_alert_reach_the_wrong_person(
    roster: list[Standing], age: Age, action: Action
) -> None:
    """Whoever is alerted is a free coach, not resting, not the person, and may talk to that age."""
    by_id = {one.person: one for one in roster}
    for who in whom(action, roster, Seeker(ANA, age)):
        assert who != ANA
        assert by_id[who].has("coach")
        assert by_id[who].member.talks == 0
        assert not by_id[who].resting
        assert age is not Age.MINOR or by_id[who].has("young_people")
