"""Shortcuts, spelling by ear and faces are read, where the words as they stand mean nothing."""

import pytest

from bot.domain.conversation.matching import matched, phrased, phrases
from bot.domain.conversation.spelling import faces, spelt


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("drank last nite", "drank last night"),
        ("im drinkin agen", "im drinking again"),
        ("i dont no wot to do", "i dont know what to do"),
        ("u r useless", "you are useless"),
        ("plz help", "please help"),
        ("no idea", "no idea"),
        ("begin again", "begin again"),
    ],
)
def test_in_full(typed: str, meant: str) -> None:
    """Each in the words that the flows know; what is written well stays."""
    assert spelt(typed) == meant


def test_the_words_themselves_come_first() -> None:
    """A phrase that stands there as it was typed counts before one that only a guess finds."""
    choices = [("guess", phrases(["drinking again"])), ("said", phrases(["drinkin agen"]))]
    assert phrased("im drinkin agen", choices) == "said"
    assert phrased("im drinkin agn", choices) == "guess"
    assert phrased("im not drinkin agn", choices) is None


def test_accents_are_not_needed() -> None:
    """In what is typed, nor in the phrase."""
    choices = [("no", phrases(["mi marido bebe todos los días"]))]
    assert phrased("mi marido bebe todos los dias", choices) == phrased(
        "Mi marido BEBE todos los días", choices
    )


def test_a_face_is_an_answer() -> None:
    """Of a message without words; a thumb that is down never says a no that could close a danger."""
    index = {"yes": "yes", "no": "no", "good": "good", "bad": "bad"}
    assert matched("👍🏽", index) == "yes"
    assert matched("😭😭", index) == "bad"
    assert matched("👎", {"no": "no"}) is None
    assert matched("🍕", index) is None
    assert matched("not 👍", index) is None
    assert faces("") == ()
