"""Under 18, or rather not saying: what changes."""

import pytest

from bot.domain.age import may_send_media, needs_young_people_grant, tells_safety_lead
from bot.domain.person import Age


@pytest.mark.parametrize("age", [Age.MINOR, Age.UNSAID, Age.UNKNOWN])
def test_no_pictures_or_voice_without_an_adult_answer(age: Age) -> None:
    """Whoever has not said that they are an adult is protected as if they were not."""
    assert not may_send_media(age)
    assert may_send_media(Age.ADULT)


def test_only_a_no_calls_for_special_coaches_and_the_lead() -> None:
    """A young person gets coaches who may, and the safeguarding lead is told; nobody else is set apart."""
    assert [a for a in Age if needs_young_people_grant(a)] == [Age.MINOR]
    assert [a for a in Age if tells_safety_lead(a)] == [Age.MINOR]
