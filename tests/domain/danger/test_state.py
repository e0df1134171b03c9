"""An open danger stays open until it is clear that it is over."""

from datetime import UTC, datetime
from typing import Literal

import pytest

from bot.domain.danger import Hearing
from bot.domain.danger.hearing import Kind, Level, Tier
from bot.domain.danger.state import Closed, Open, answered, asked, closed_by_person, heard

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def hearing(kind: Kind = "suicide", level: Level = "urgent", tier: Tier = "alarm") -> Hearing:
    return Hearing(kind, level, tier, "self", f"{kind}.test")


def opened(kind: Kind = "suicide", level: Level = "urgent") -> Open:
    state = heard(Closed(), (hearing(kind, level),), NOW).state
    assert isinstance(state, Open)
    return state


def test_an_alarm_opens_and_a_soft_check_does_not() -> None:
    """Ana's "i want to die" opens; her "i cant go on" is asked about first."""
    assert heard(Closed(), (hearing(),), NOW).change == "opened"
    assert heard(Closed(), (hearing(tier="soft"),), NOW).change == "none"


def test_another_subject_keeps_it_open() -> None:
    """Ana writes of something else: the danger stays."""
    assert heard(opened(), (), NOW).change == "kept"


@pytest.mark.parametrize("reply", ["yes", "unsure", "taken_back", "other"])
def test_only_a_clear_no_closes(reply: Literal["yes", "unsure", "taken_back", "other"]) -> None:
    """ "jk", "forget it", "maybe" and silence of meaning keep it open."""
    assert isinstance(answered(asked(opened(), "suicide"), reply, NOW).state, Open)


def test_a_clear_no_to_the_matching_question_closes() -> None:
    """No to the question about dying closes it; no to another question, or to none, does not."""
    assert answered(asked(opened(), "suicide"), "no", NOW).state == Closed("said_no", NOW)
    assert answered(asked(opened(), "self_harm"), "no", NOW).change == "kept"
    assert answered(opened(), "no", NOW).change == "kept"


def test_an_emergency_is_closed_by_a_person_alone() -> None:
    """Once life was at risk, somebody on the team closes it."""
    state = opened(level="emergency")
    assert answered(asked(state, "suicide"), "no", NOW).change == "kept"
    assert closed_by_person(state, NOW).state == Closed("person_closed", NOW)
    assert closed_by_person(Closed(), NOW).change == "none"


def test_a_second_hit_escalates() -> None:
    """Heard again, the danger is a level higher; another more urgent kind takes its place."""
    again = heard(opened(level="urgent"), (hearing(level="urgent"),), NOW)
    assert again.change == "escalated"
    assert isinstance(again.state, Open)
    assert (again.state.level, again.state.raised) == ("emergency", 2)
    other = heard(opened(), (hearing("overdose_now", "emergency"),), NOW)
    assert isinstance(other.state, Open)
    assert (other.state.kind, other.change) == ("overdose_now", "escalated")


def test_a_yes_to_the_question_escalates() -> None:
    """Yes to "are you thinking of ending your life" makes a concern urgent, and urgent an emergency."""
    step = answered(asked(opened(level="concern"), "suicide"), "yes", NOW)
    assert isinstance(step.state, Open)
    assert (step.state.level, step.change) == ("urgent", "escalated")
    assert answered(Closed(), "yes", NOW).change == "none"
    assert asked(Closed(), "suicide") == Closed()
