"""What is looked for costly only where it may be."""

import pytest

from bot.feeds import sieve
from bot.feeds.regularity import check_first, may_be_irregular
from bot.feeds.sieve import Sieve
from bot.feeds.types import tags_in_name

_TOLD = (
    "Meets 2nd and 4th Thursday", "Fortnightly", "No meeting on the last Friday", "Not bank holidays",
    "Closed until 5 January", "Apart from the 1st Monday", "Not in August", "Even weeks", "but not the last",
    "By appointment", "Term-time", "Summer only", "Check first", "Biweekly", "Every other week",
)  # fmt: skip


@pytest.mark.parametrize("told", _TOLD)
def test_words_that_were_harmless_before_hide_nothing(told: str) -> None:
    """However often its other words were seen, and with signs around it, what a text says is found."""
    for _ in range(2):
        text = f"Ring the bell at no. 7. ({told})\nTea after 7, every week but not late."
        assert may_be_irregular(text)
        assert check_first(text)
        for word in text.split():
            may_be_irregular(word)


def test_a_number_is_no_word() -> None:
    """Most numbers stand in one text only: they are neither looked at nor remembered."""
    looked_for = Sieve("7|1st|हिन्दी")
    assert not looked_for.may_hold("room 7. (17)")
    assert looked_for.may_hold("the 1st. and so on")
    assert looked_for.may_hold("समूह हिन्दी")


def test_it_begins_anew_when_it_remembers_enough() -> None:
    """As many different words as a hostile list can hold take no more memory than others."""
    looked_for = Sieve("zoom")
    for number in range(3 * sieve.MOST_WORDS):
        assert not looked_for.may_hold(f"word{number}")
    assert looked_for.may_hold("word1 zoomed")


def test_languages_of_other_scripts_in_a_name() -> None:
    """They have no small letters, and are words all the same."""
    assert tags_in_name("گروه فارسی") == {"language_fa"}
