"""`python -m bench.listening [FILE…]`, `make safety`: how well and how fast danger is heard.

Without files: each voice of the corpus, heard with a second reader that was trained on other voices.
The rules have been widened on these messages, so for them the figures are no forecast; what is honest are the
first scores of each voice, in docs/safety/listening.md. With files: voices (.txt) or JSON Lines, with what is
shipped.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Final

from bench.corpus import Message, messages, read_lines, read_voice
from bench.training import folds, learn, rows, version
from bot.app.library.files import lexicon_texts, second_reader
from bot.domain.danger import Hearing, Listener, load_listener

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
    "rope bridge tablets blood ",
)
"""What 4,096 characters are filled with to make listening slow."""


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


def hear(listener: Listener, said: Iterable[Message]) -> list[Heard]:
    """Every message, listened to."""
    return [Heard(one, listener.listen(one.text, prev=one.prev)) for one in said]


def share(of: Iterable[Heard], counts: Callable[[Heard], object]) -> float:
    """How many count; 1 when there is nothing to count."""
    found = [bool(counts(one)) for one in of]
    return sum(found) / len(found) if found else 1.0


def dangers(heard: Iterable[Heard], severity: str | None = None, kind: str | None = None) -> list[Heard]:
    """The messages of danger, of this severity and kind."""
    return [
        one
        for one in heard
        if one.message.right
        and severity in (None, one.message.severity)
        and kind in (None, one.message.label)
    ]


def recall(heard: Sequence[Heard], severity: str | None = None, kind: str | None = None) -> float:
    """Of the dangers (of this severity, of this kind): how many were heard, loud or soft."""
    return share(dangers(heard, severity, kind), lambda one: one.hearings)


def loud(heard: Sequence[Heard]) -> float:
    """Of the emergencies: how many show the card at once, as an alarm of that level."""
    return share(
        dangers(heard, "emergency"),
        lambda one: any(h.tier == "alarm" and h.level == "emergency" for h in one.hearings),
    )


def right_help(heard: Sequence[Heard], kind: str | None = None) -> float:
    """Of the dangers (of this kind): how many got a right kind first."""
    return share(dangers(heard, None, kind), lambda one: one.helped)


def precision(heard: Sequence[Heard], kind: str) -> float:
    """Of the messages first heard as this kind: how many it is right for."""
    of = [one for one in heard if one.hearings and one.hearings[0].kind == kind]
    return share(of, lambda one: kind in one.message.right)


def false_alarms(heard: Sequence[Heard], label: str | None = None) -> tuple[float, float]:
    """Of the messages without danger: how many raised an alarm, and how many a soft check alone."""
    of = [one for one in heard if not one.message.right and label in (None, one.message.label)]
    if not of:
        return 0.0, 0.0
    return share(of, lambda one: one.alarmed), share(of, lambda one: one.hearings and not one.alarmed)


def in_short(heard: Sequence[Heard], name: str) -> str:
    """One row of figures."""
    hard, plain = false_alarms(heard, "none"), false_alarms(heard, "ordinary")
    figures = [recall(heard), recall(heard, "emergency"), loud(heard), right_help(heard), *hard, *plain]
    shown = " | ".join(f"{one:.3f}" for one in figures)
    return f"| {name} | {len(heard)} | {len(dangers(heard))} | {shown} |"


HEADING: Final = """
| | messages | danger | heard | emergencies | as such | right help | alarms, hard | soft | ordinary | soft |
|---|---|---|---|---|---|---|---|---|---|---|"""


def by_kind(heard: Sequence[Heard]) -> list[str]:
    """A row of figures for each kind."""
    counts = Counter(one.message.label for one in dangers(heard))
    return [
        f"| {kind} | {count} | {recall(heard, kind=kind):.2f} | {recall(heard, 'emergency', kind):.2f} "
        f"| {right_help(heard, kind):.2f} | {precision(heard, kind):.2f} |"
        for kind, count in sorted(counts.items())
    ]


def held_out() -> list[Heard]:
    """Each voice, heard with a second reader that learnt from other voices."""
    texts, heard = lexicon_texts(), list[Heard]()
    with ProcessPoolExecutor(2) as pool:
        for learnt, unseen in folds(rows()):
            listener = load_listener(texts, learn(learnt, pool))
            heard.extend(hear(listener, [row.message for row in unseen]))
    return heard


def _speed(listener: Listener, said: Sequence[Message]) -> None:
    taken = sorted(_taken(listener, one.text) for _ in range(3) for one in said)
    worst = max(_taken(listener, (piece * 4096)[:4096]) for piece in HOSTILE)
    middle, late = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(f"\nOne message, CPU: median {middle * 1e3:.2f} ms, p99 {late * 1e3:.2f} ms", end=", ")
    print(f"4,096 hostile characters {worst * 1e3:.1f} ms.")


def _taken(listener: Listener, text: str) -> float:
    start = process_time()
    listener.listen(text)
    return process_time() - start


def main(paths: Sequence[str]) -> None:
    """Score the files given, or the corpus with voices held out; then the speed."""
    start = process_time()
    rules, both = load_listener(lexicon_texts()), load_listener(lexicon_texts(), second_reader())
    said = [one for path in paths for one in _read(Path(path))] or messages()
    print(f"{len(both.rules)} rules, {len(said)} messages, corpus {version(said)}; loaded in", end=" ")
    print(f"{(process_time() - start) / 2:.2f} s.\n{HEADING}")
    print(in_short(hear(rules, said), "rules alone"))
    heard = hear(both, said) if paths else held_out()
    print(in_short(heard, "with the second reader"))
    print("\n| | of danger | heard | emergencies | right help | precision |\n|---|---|---|---|---|---|")
    print("\n".join(by_kind(heard)))
    _speed(both, said)


def _read(path: Path) -> list[Message]:
    text = path.read_text("utf-8")
    return list(read_voice(path.stem, text)) if path.suffix == ".txt" else read_lines(text.splitlines())


if __name__ == "__main__":
    main(sys.argv[1:])
