"""`python -m bench.listening [FILE]`: how well and how fast danger is heard, on a file of labelled messages.

Each line of the file is `{"id", "text", "label", "severity", "who", "also", "split"}` (and `prev`, where the
message answers the bot). `also` lists labels that are just as right. Messages of the split `tuned` shaped the
lexicon; `fresh` ones were written after it and only scored: only theirs are honest figures.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, Final

from bot.app.files import lexicon_texts
from bot.domain.danger import Hearing, Listener, load_listener

CORPUS: Final = Path(__file__).parent.parent / "tests" / "domain" / "danger" / "corpus.jsonl"
HOSTILE: Final = (
    "i want to die ",
    "no not never ",
    "k i l l ",
    "diee",
    "1 ",
    "i ",
    "overdozed ",
    "\u200bа",
    "?!",
)
"""What 4,096 characters are filled with to make listening slow."""


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message; `right` holds every label that is right for it, empty for no danger."""

    text: str
    right: frozenset[str]
    label: str
    severity: str
    split: str
    prev: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and what was heard in it."""

    message: Message
    hearings: tuple[Hearing, ...]

    @property
    def alarmed(self) -> bool:
        """Whether a card would be shown."""
        return any(hearing.tier == "alarm" for hearing in self.hearings)

    @property
    def helped(self) -> bool:
        """Whether the first thing heard is one that is right."""
        return bool(self.hearings) and self.hearings[0].kind in self.message.right


def read(lines: Iterable[str]) -> list[Message]:
    """The labelled messages of a JSON Lines file."""
    return [_message(json.loads(line)) for line in lines if line.strip()]


def _message(row: dict[str, Any]) -> Message:
    right = frozenset({row["label"], *row.get("also", ())} - {"none"})
    split = row.get("split", "given")
    return Message(row["text"], right, row["label"], row["severity"], split, row.get("prev"))


def hear(listener: Listener, messages: Sequence[Message]) -> list[Heard]:
    """Every message, listened to."""
    return [Heard(one, listener.listen(one.text, prev=one.prev)) for one in messages]


def share(part: Iterable[Heard], whole: Iterable[Heard], counts: Callable[[Heard], object] = bool) -> float:
    """How many of `whole` are in `part` and count; 1 when there is nothing to count."""
    size = len(list(whole))
    return sum(1 for one in part if counts(one)) / size if size else 1.0


def recall(heard: Sequence[Heard], severity: str | None = None, kind: str | None = None) -> float:
    """Of the dangers (of this severity, of this kind): how many were heard, loud or soft."""
    of = [
        one
        for one in heard
        if one.message.right
        and severity in (None, one.message.severity)
        and kind in (None, one.message.label)
    ]
    return share(of, of, lambda one: one.hearings)


def right_help(heard: Sequence[Heard], kind: str | None = None) -> float:
    """Of the dangers (of this kind): how many got a right kind first."""
    of = [one for one in heard if one.message.right and kind in (None, one.message.label)]
    return share(of, of, lambda one: one.helped)


def precision(heard: Sequence[Heard], kind: str) -> float:
    """Of the messages first heard as this kind: how many it is right for."""
    of = [one for one in heard if one.hearings and one.hearings[0].kind == kind]
    return share(of, of, lambda one: kind in one.message.right)


def false_alarms(heard: Sequence[Heard]) -> tuple[float, float]:
    """Of the messages without danger: how many raised an alarm, and how many a soft check alone."""
    of = [one for one in heard if not one.message.right]
    return share(of, of, lambda one: one.alarmed), share(of, of, lambda one: one.hearings and not one.alarmed)


def _report(heard: Sequence[Heard], name: str) -> None:
    loud, soft = false_alarms(heard)
    dangers = [one for one in heard if one.message.right]
    print(f"\n{name}: {len(heard)} messages, {len(dangers)} of danger")
    print(f"  heard            {recall(heard):.3f}   of emergencies {recall(heard, 'emergency'):.3f}")
    print(f"  the right help   {right_help(heard):.3f}")
    print(f"  without danger   {loud:.3f} alarms, {soft:.3f} soft checks")
    for kind, count in sorted(Counter(one.message.label for one in dangers).items()):
        found, right = recall(heard, kind=kind), right_help(heard, kind)
        print(f"  {kind:<18}{count:>4}  heard {found:.2f}", end="  ")
        print(f"right {right:.2f}  precision {precision(heard, kind):.2f}")


def _speed(listener: Listener, messages: Sequence[Message]) -> None:
    taken = sorted(_taken(listener, one.text) for _ in range(3) for one in messages)
    worst = max(_taken(listener, (piece * 4096)[:4096]) for piece in HOSTILE)
    middle, late = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(f"\none message, CPU: median {middle * 1e3:.2f} ms, p99 {late * 1e3:.2f} ms", end=", ")
    print(f"4,096 hostile characters {worst * 1e3:.1f} ms")


def _taken(listener: Listener, text: str) -> float:
    start = process_time()
    listener.listen(text)
    return process_time() - start


def main(path: Path) -> None:
    """Score the file by split, and measure the speed on all of it."""
    start = process_time()
    listener = load_listener(lexicon_texts())
    print(f"{len(listener.rules)} rules loaded in {process_time() - start:.2f} s")
    messages = read(path.read_text("utf-8").splitlines())
    for split in sorted({one.split for one in messages}):
        _report(hear(listener, [one for one in messages if one.split == split]), split)
    _speed(listener, messages)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
