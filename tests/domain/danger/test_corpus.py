"""The project's own labelled messages: their form, and that what was heard once stays heard."""

import json
from collections import Counter

import pytest

from bench.corpus import CORPUS, CorpusError, Message, messages, read_voice
from bench.listening import Heard, dangers, false_alarms, hear, recall, right_help
from bench.training import learnt_from, version
from bot.app.library import files
from bot.domain.danger import Listener


@pytest.fixture(scope="module")
def said() -> list[Message]:
    return messages()


@pytest.fixture(scope="module")
def heard(listener: Listener, said: list[Message]) -> list[Heard]:
    return hear(listener, said)


def test_the_messages_that_shaped_the_listener_stay_heard(heard: list[Heard]) -> None:
    """Hardly an emergency among them is missed, and hardly any alarm is false."""
    assert recall(heard, "emergency") >= 0.92
    assert recall(heard) >= 0.9
    assert right_help(heard) >= 0.85
    assert false_alarms(heard, "none")[0] <= 0.04
    assert false_alarms(heard, "ordinary")[0] <= 0.005


def test_what_nobody_learnt_from_is_heard_by_the_gates(listener: Listener) -> None:
    """A mixture kept apart: neither the second reader nor (but for five rules) the lexicon has seen it."""
    apart = hear(listener, messages(CORPUS / "apart"))
    assert recall(apart, "emergency") >= 0.97
    assert recall(apart) >= 0.93
    assert right_help(apart) >= 0.9
    alarms, soft = false_alarms(apart, "none")
    assert alarms <= 0.04
    assert soft <= 0.08
    assert false_alarms(apart, "ordinary") == (0, 0)


def test_the_messages_are_many_and_varied(heard: list[Heard]) -> None:
    """At least three thousand, about half of them without danger, every kind there."""
    assert len(heard) >= 3000
    assert 0.4 <= len(dangers(heard)) / len(heard) <= 0.6
    assert len({one.message.label for one in heard}) == 10


def test_no_message_is_there_twice(said: list[Message]) -> None:
    """The same words count once, whatever their case and marks."""
    plain = Counter((one.prev, "".join(filter(str.isalnum, one.text.lower())) or one.text) for one in said)
    assert [text for text, count in plain.items() if count > 1] == []


def test_the_second_reader_has_learnt_from_the_corpus_as_it_stands(listener: Listener) -> None:
    """Whoever adds messages trains it again: `make second-reader`."""
    head = json.loads(files.SECOND_READER.read_bytes().split(b"\n", 1)[0])
    assert head["corpus"] == version(learnt_from(listener))


@pytest.mark.parametrize("line", ["[suicide]", "[danger urgent self]", "[none +suicide]", "words first"])
def test_a_faulty_file_is_named(line: str) -> None:
    """A heading nobody can read, or a message without one, is told with its line."""
    with pytest.raises(CorpusError, match="mine:2"):
        list(read_voice("mine", f"voice: me\n{line}\n"))
