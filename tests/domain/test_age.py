"""Under 18, or rather not saying: what changes, and what never comes before help in danger."""

import pytest

from bot.domain.age import may_arrange, may_send_media, must_ask, needs_young_people_grant, tells_safety_lead
from bot.domain.person import Age


def test_the_question_is_asked_once_and_never_before_a_danger_page() -> None:
    """Anybody who has answered, even with "rather not say", is not asked again."""
    assert must_ask(Age.UNKNOWN, in_danger=False)
    assert not must_ask(Age.UNKNOWN, in_danger=True)
    assert not any(must_ask(age, in_danger=False) for age in (Age.ADULT, Age.MINOR, Age.UNSAID))


@pytest.mark.parametrize("age", [Age.MINOR, Age.UNSAID, Age.UNKNOWN])
def test_no_pictures_voice_or_meeting_without_an_adult_answer(age: Age) -> None:
    """Whoever has not said that they are an adult is protected as if they were not."""
    assert not may_send_media(age)
    assert not any(may_arrange(age, what) for what in ("mentor", "lift", "meeting"))
    assert may_send_media(Age.ADULT)
    assert may_arrange(Age.ADULT, "meeting")


def test_only_a_no_calls_for_special_coaches_and_the_lead() -> None:
    """A young person gets coaches who may, and the safeguarding lead is told; nobody else is set apart."""
    assert [a for a in Age if needs_young_people_grant(a)] == [Age.MINOR]
    assert [a for a in Age if tells_safety_lead(a)] == [Age.MINOR]
