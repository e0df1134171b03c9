"""How long something took, as one would say it."""

from datetime import timedelta

import pytest

from bot.app.library import files
from bot.domain.spans import in_words
from bot.domain.speech import ENGLISH


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=61), "1 h"),
        (timedelta(minutes=300), "5 h"),
        (timedelta(minutes=310), "5 h 10 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3, hours=2), "3 days"),
    ],
)
def test_a_wait_in_words(span: timedelta, said: str) -> None:
    """Nobody is told of 300 minutes."""
    assert in_words(files.messages(), span) == said


def test_a_number_with_its_noun() -> None:
    """One day, thirty days."""
    assert (ENGLISH.count(1, "day"), ENGLISH.count(30, "day")) == ("1 day", "30 days")
