"""What people write first, known by the nearest of many examples."""

import pytest

from bot.app.library import files
from bot.domain.conversation import engine, registry
from bot.domain.conversation.first_words import FirstWords, read_first_words
from bot.domain.conversation.moves import Start, Typed
from tests import shipped

ALIKE = {"drink": "drink drank wine beer", "shop": "shop offie"}
SAID = {
    "i slipped": ["drank last night after a month", "gave in and had a beer"],
    "i want to drink": ["standing outside the shop", "thinking about a drink all day"],
    "find a group": ["looking for a meeting near me"],
}
SHIPPED = files.first_words()
GB = {"country": "GB", "nation": "GB-ENG"}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("drank last night after a month", "i slipped"),
        ("had wine last nite after 3 months", "i slipped"),
        ("im outside the offie", "i want to drink"),
        ("LOOKING for a MEETING!!", "find a group"),
        ("lookng fro a meeitng near me", "find a group"),
        ("cooking for my sister", ""),
        ("", ""),
        ("🙂", ""),
        ("when is the next train to hull", ""),
        ("drank last night outside the shop", ""),
        (" ".join(["drank"] * 400), ""),
    ],
)
def test_the_nearest_counts_if_it_is_near_and_nothing_else_is(text: str, known: str) -> None:
    """Words that are alike, spelt by ear, in capitals; none for what is far, between two, or very long."""
    assert FirstWords(SAID, ALIKE).known_as(text) == known


def test_the_examples_hang_together() -> None:
    """A fifth of them left out at a time: of those that the others tell three in four are told rightly."""
    every = [(name, text) for name, texts in SHIPPED.said.items() for text in texts]
    known = []
    for fold in range(5):
        left_out = every[fold::5]
        texts = {text for _, text in left_out}
        others = {name: [one for one in said if one not in texts] for name, said in SHIPPED.said.items()}
        reader = FirstWords(others, SHIPPED.alike)
        known += [(said, name) for name, text in left_out if (said := reader.known_as(text))]
    assert len(known) / len(every) > 0.35
    assert sum(said == name for said, name in known) / len(known) > 0.75


@pytest.mark.parametrize("name", SHIPPED.said)
def test_what_they_are_known_as_is_understood(name: str) -> None:
    """Each leads somewhere from screen zero, by words of the flows alone."""
    opening = engine.advance(shipped.flows(), None, Start("start"), GB).session
    led = engine.advance(shipped.flows(), opening, Typed(name), GB)
    assert led.session.flow != registry.REPAIR


def test_no_example_stands_twice() -> None:
    """Nor for two things."""
    every = [text for texts in SHIPPED.said.values() for text in texts]
    assert len(every) == len(set(every)) > 900


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "said: and alike:"),
        ({"said": {}}, "said: and alike:"),
        ({"said": {"i slipped": "drank"}, "alike": {}}, "said: i slipped"),
        ({"said": {"i slipped": ["drank", 3]}, "alike": {}}, "said: i slipped"),
        ({"said": {}, "alike": {"drink": ["beer"]}}, "alike: drink"),
    ],
)
def test_a_broken_file_says_where(content: object, wrong: str) -> None:
    """In words for whoever wrote it."""
    with pytest.raises(ValueError, match=wrong):
        read_first_words(content)
