"""`foothold listen` answers every line, whatever stands in it."""

import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from bot.app.library.listen import LONGEST_LINE, listen_lines
from bot.domain.danger import Hearing, Listener
from tests import shipped


@pytest.fixture(scope="session")
def listener() -> Listener:
    return shipped.listener()


def run(listener: Listener, text: str) -> tuple[int, list[dict[str, object]]]:
    out = io.StringIO()
    code = listen_lines(io.StringIO(text), out, listener)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_answered_in_order(listener: Listener) -> None:
    """Danger comes with its labels, the ordinary with none, an answer with its question."""
    lines = [
        {"id": "a", "text": "i want to die"},
        {"id": 2, "text": "where is the group"},
        {"id": "c", "text": "yeah", "prev": "Are you thinking of ending your life?"},
    ]
    code, answers = run(listener, "".join(json.dumps(line) + "\n" for line in lines))
    assert code == 0
    assert answers == [
        {"id": "a", "labels": [{"kind": "suicide", "level": "urgent", "tier": "alarm", "who": "self"}]},
        {"id": 2, "labels": []},
        {"id": "c", "labels": [{"kind": "suicide", "level": "urgent", "tier": "alarm", "who": "self"}]},
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense", "", "[]", "{}", '{"id": "a"}', '{"text": "a"}', '{"id": null, "text": "a"}', "[" * 99_999,
        '{"id": true, "text": "a"}', '{"id": "a", "text": 3}', '{"id": "a", "text": "b", "prev": 3}',
        '{"id": "a", "text": "' + "x" * LONGEST_LINE * 2 + '"}', "1" * 5000, '"\\', "\udcff",
    ],
)  # fmt: skip
def test_a_bad_line_is_answered_in_its_place(listener: Listener, bad: str) -> None:
    """One bad line among good ones: its place says so, the others are heard, the run ends with 1."""
    good = json.dumps({"id": "g", "text": "i want to die"})
    code, answers = run(listener, f"{good}\n{bad}\n{good}\n")
    assert code == 1
    assert [answer["id"] for answer in answers] == ["g", None, "g"]
    assert isinstance(answers[1]["error"], str)


@pytest.mark.parametrize("text", ["\ud800", "a\u0000b", "\udc80\udcff", "é" * 20_000, "\u202e\u200b", ""])
def test_odd_characters_do_no_harm(listener: Listener, text: str) -> None:
    """Lone surrogates, NUL and endless words are answered like any other line."""
    code, answers = run(listener, json.dumps({"id": text, "text": text}) + "\n")
    assert (code, answers) == (0, [{"id": text, "labels": []}])


class Deaf:
    """Hears nothing, fast: this story is about the lines."""

    def listen(self, text: str, *, prev: str | None = None) -> tuple[Hearing, ...]:
        return ()


class Endless(io.StringIO):
    """A stream that makes its lines only when they are asked for."""

    def __init__(self, lines: Iterator[str]) -> None:
        super().__init__()
        self._lines = lines

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        return next(self._lines, "")


class Counted(io.StringIO):
    """Counts the lines written and keeps none."""

    lines = 0

    def write(self, text: str, /) -> int:
        self.lines += text.count("\n")
        return len(text)


def test_a_hundred_thousand_lines_take_constant_memory() -> None:
    """Lines are answered as they come: the last ninety thousand need no more memory than the first ten."""
    peaks: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(100_000):
            if number == 10_000:
                peaks.append(tracemalloc.get_traced_memory()[1])
            yield json.dumps({"id": number, "text": "ok"}) + "\n"

    out = Counted()
    tracemalloc.start()
    assert listen_lines(Endless(lines()), out, Deaf()) == 0
    peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert out.lines == 100_000
    assert peaks[1] < peaks[0] + 200_000
