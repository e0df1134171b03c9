"""The project's own labelled messages: what was heard once stays heard."""

import pytest

from bench.listening import CORPUS, Heard, false_alarms, hear, read, recall, right_help
from bot.domain.danger import Listener


@pytest.fixture(scope="module")
def heard(listener: Listener) -> list[Heard]:
    return hear(listener, read(CORPUS.read_text("utf-8").splitlines()))


def test_the_messages_that_shaped_the_lexicon_stay_heard(heard: list[Heard]) -> None:
    """No emergency among them is missed, and hardly anything else; hardly any alarm is false."""
    tuned = [one for one in heard if one.message.split == "tuned"]
    missed = [one.message.text for one in tuned if one.message.right and not one.hearings]
    assert recall(tuned, "emergency") == 1, missed
    assert recall(tuned) >= 0.985, missed
    assert right_help(tuned) >= 0.95
    loud, soft = false_alarms(tuned)
    assert loud <= 0.01, [one.message.text for one in tuned if not one.message.right and one.alarmed]
    assert soft <= 0.03


def test_the_corpus_is_balanced_and_has_no_doubles(heard: list[Heard]) -> None:
    """A few hundred messages, about half of them without danger, none twice, every kind there."""
    texts = [one.message.text for one in heard]
    assert len(texts) == len(set(texts)) >= 800
    assert 0.4 <= sum(1 for one in heard if one.message.right) / len(heard) <= 0.6
    assert len({one.message.label for one in heard}) == 9
