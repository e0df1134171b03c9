"""A convener's typed words are those of a button; what somebody says who looks for a group is not."""

import pytest

from bot.domain.conversation.matching import plain
from bot.domain.directory.convening import said_by_convener


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("still right", "right"), ("Yes it's still right, thanks!", "right"), ("still running", "right"),
        ("that's correct", "right"), ("The time has changed", "time"), ("we have a new time", "time"),
        ("different day now", "time"), ("the times are wrong", "time"), ("We've moved", "place"),
        ("we've moved to the library", "place"), ("new venue", "place"), ("the address is wrong", "place"),
        ("it has ended", "ended"), ("the group is no longer running", "ended"),
        ("we're not running any more", "ended"),
        ("our meeting has closed down", "ended"), ("something has changed", "changed"),
        ("it's changed", "changed"),
    ],
)  # fmt: skip
def test_what_a_convener_means(words: str, meant: str) -> None:
    """In a hurry, with a thank you or without."""
    assert said_by_convener(plain(words)) == meant


@pytest.mark.parametrize(
    "words",
    [
        "all right", "im alright", "yes", "no", "where", "what time", "time", "the address", "its over",
        "i have moved", "im closed off", "ive changed", "i stopped", "right", "still drinking", "still here",
    ],
)  # fmt: skip
def test_whoever_looks_for_a_group_says_nothing_of_it(words: str) -> None:
    """Neither a question nor a word about themselves."""
    assert said_by_convener(plain(words)) is None
