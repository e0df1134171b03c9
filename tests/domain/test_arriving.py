"""Somebody arrives when they write for the first time, or after twelve hours: that is what reach counts."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.arriving import AWAY, arrival
from bot.domain.channel.incoming import Blocked, Commanded, Content, Pressed, Said, SentMedia, SharedPlace
from bot.domain.events import Arrived, Code

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "door"),
    [
        (Said("hello"), "words"),
        (Commanded("start"), "start"),
        (Commanded("start", "g12"), "link"),
        (Commanded("groups"), "command"),
        (Pressed("opaque"), "button"),
        (SharedPlace(53.8, -1.5), "place"),
        (SentMedia("voice", "voice"), "media"),
    ],
)
def test_the_door_is_how_they_came_in(content: Content, door: str) -> None:
    """A new person arrives by what they did, and by nothing else."""
    assert arrival(content, None, NOW) == Arrived(Code(door))


def test_who_is_in_the_middle_of_a_conversation_does_not_arrive_again() -> None:
    """Under twelve hours it is the same visit; at twelve it is another."""
    assert arrival(Said("and"), NOW - AWAY + timedelta(seconds=1), NOW) is None
    assert arrival(Said("and"), NOW - AWAY, NOW) == Arrived(Code("words"))


def test_a_block_and_a_correction_are_no_visit() -> None:
    """Blocking the bot, or mending an old message, is nobody reaching out."""
    assert arrival(Blocked(), None, NOW) is None
    assert arrival(Said("mended", edited=True), None, NOW) is None
