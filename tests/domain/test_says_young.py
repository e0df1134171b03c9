"""An age is a child's only where a rule hears a child, and the words say how old."""

import pytest

from bot.domain.danger.attending import says_young
from bot.domain.danger.hearing import Hearing

CHILD = Hearing("child_risk", "urgent", "alarm", "self", "child.user")


@pytest.mark.parametrize("words", ["im 13", "13", "I'm only 12 btw", "im in year 9", "just turned 15"])
def test_an_age(words: str) -> None:
    """In figures, by the school year."""
    assert says_young(CHILD, words)


@pytest.mark.parametrize(
    "words", ["my teacher says im lazy", "im 10 days sober", "i am 12 weeks pregnant", "im 16 stone", "im 30"]
)
def test_no_age(words: str) -> None:
    """School alone, and numbers of something else."""
    assert not says_young(CHILD, words)
    assert not says_young(Hearing("suicide", "urgent", "alarm", "self", "suicide.wish"), "im 13")
