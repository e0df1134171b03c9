"""Words that shame are found; names that people chose for themselves are left alone."""

import pytest

from bot.domain.words import Slip, slips


def test_a_word_is_found_with_its_place_and_a_better_one() -> None:
    """Whoever wrote it learns where it stands and what to say."""
    assert slips("He is an Addict.") == [Slip(9, "Addict", "a person who uses; someone with a drug problem")]


@pytest.mark.parametrize(
    "text",
    [
        "Alcoholics Anonymous meets at seven.",
        "alcoholics\n anonymous",
        "addiction, abuse, cleaning, cleaner, junkyard",
        "someone who hurts you",
    ],
)
def test_names_and_longer_words_are_left_alone(text: str) -> None:
    """Abuse by a partner is called abuse."""
    assert slips(text) == []


def test_a_name_of_ones_own_is_passed_in() -> None:
    """The directory's groups keep their names too."""
    assert [slip.word for slip in slips("Clean Start is clean.", ["Clean Start"])] == ["clean"]


def test_several_are_in_the_order_they_stand() -> None:
    """One reads them from top to bottom."""
    assert [slip.word for slip in slips("clean or dirty, an alcoholic who committed suicide")] == [
        "clean",
        "dirty",
        "alcoholic",
        "committed suicide",
    ]
