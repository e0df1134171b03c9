"""Trains the second reader on the project's own messages: `python -m bench.training`.

A linear support vector machine with squared hinge loss, found by dual coordinate descent (Hsieh and others,
"A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008), one for each head. Pure Python and
without chance: the same messages give the same file. Marks are weighed by how rare they are.
"""

import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from operator import mul
from typing import Final

from bench.corpus import Message, messages
from bot.app.library import files
from bot.domain.danger import Listener, load_listener
from bot.domain.danger.marks import BUCKETS
from bot.domain.danger.second import HEADS, MIDDLE

COST: Final = 1.0
PASSES: Final = 20
NAPS: Final = 4
"""For how many passes at most a message is left out that lay on its right side, each time for one more."""
SEEN: Final = 2
"""In how many messages a mark must stand to count."""
FOLDS: Final = 5
ORDINARY: Final = 2.0
"""How much dearer an ordinary message taken for danger is than any other mistake."""
ASK: Final = -0.15
"""Above which it asks."""
BACK: Final = -0.6
"""Above which it backs a rule."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message as its marks."""

    message: Message
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """How rare each mark is, from the messages trained on: 0 for one not seen often enough."""

    rarity: list[float]

    def vector(self, marks: Sequence[int]) -> tuple[list[int], list[float]]:
        """The marks that count and their values, as a vector of length 1."""
        kept = [mark for mark in marks if self.rarity[mark]]
        size = math.sqrt(sum(self.rarity[mark] ** 2 for mark in kept)) or 1.0
        return kept, [self.rarity[mark] / size for mark in kept]


def space_of(rows: Sequence[Row]) -> Space:
    """Measured on these rows, rounded as the file keeps it."""
    seen = Counter(mark for row in rows for mark in row.marks)
    highest = (math.log((len(rows) + 1) / (SEEN + 1)) + 1) ** 2
    rarity = [0.0] * BUCKETS
    for mark, count in seen.items():
        if count >= SEEN:
            squared = (math.log((len(rows) + 1) / (count + 1)) + 1) ** 2
            rarity[mark] = math.sqrt(max(1, round(squared / highest * 255)) * highest / 255)
    return Space(rarity)


def train(
    vectors: Sequence[tuple[list[int], list[float]]], signs: Sequence[int], costs: Sequence[float]
) -> tuple[list[float], float]:
    """Weights and bias that part +1 from -1; a mistake costs as much as `costs` says."""
    weights, bias = [0.0] * BUCKETS, 0.0
    alphas, naps, asleep = [0.0] * len(signs), [0] * len(signs), [0] * len(signs)
    for turn in range(PASSES):
        moved = 0.0
        for number in _order(len(signs), turn):
            if asleep[number]:
                asleep[number] -= 1
                continue
            marks, values = vectors[number]
            sign, alpha, soft = signs[number], alphas[number], 0.5 / costs[number]
            guess = sum(map(mul, [weights[mark] for mark in marks], values)) + bias
            slope = sign * guess - 1 + soft * alpha
            if alpha == 0 and slope >= 0:
                asleep[number] = naps[number] = min(NAPS, naps[number] + 1)
                continue
            naps[number] = 0
            new = max(0.0, alpha - slope / (2.0 + soft))
            step = (new - alpha) * sign
            if step:
                alphas[number] = new
                bias += step
                moved = max(moved, abs(step))
                for mark, value in zip(marks, values, strict=True):
                    weights[mark] += step * value
        if moved < 0.01:
            break
    return weights, bias


def _order(count: int, turn: int) -> list[int]:
    """The numbers below `count`, each time in another order, always the same ones."""
    stride = next(step for step in range(7919 + 2 * turn, 10**6) if math.gcd(step, count) == 1)
    return [(number * stride + turn) % count for number in range(count)]


def says(head: str, message: Message) -> bool:
    """Whether the head should speak for this message."""
    if head == "danger":
        return bool(message.right)
    return message.who == "other" if head == "other" else head in message.right


def one_head(job: tuple[str, list[Row]]) -> tuple[list[float], float]:
    """Weights and bias of one head; for a process of its own."""
    head, rows = job
    space = space_of(rows)
    mine = [row for row in rows if head != "other" or row.message.right]
    return train(
        [space.vector(row.marks) for row in mine],
        [1 if says(head, row.message) else -1 for row in mine],
        [COST * ORDINARY if row.message.label == "ordinary" else COST for row in mine],
    )


def folds(rows: Sequence[Row]) -> list[tuple[list[Row], list[Row]]]:
    """Five ways to part the voices: rows to learn from, rows of voices not learnt from."""
    voices = sorted({row.message.voice for row in rows})
    kept_out = [set(voices[fold::FOLDS]) for fold in range(FOLDS)]
    return [
        (
            [row for row in rows if row.message.voice not in out],
            [row for row in rows if row.message.voice in out],
        )
        for out in kept_out
    ]


def packed(space: Space, heads: Sequence[tuple[list[float], float]]) -> tuple[bytes, list[float], float]:
    """The table, each head's scale, and the scale of the rarities."""
    columns, scales = [], []
    top = max(space.rarity) ** 2
    columns.append([round(one**2 / top * 255) for one in space.rarity])
    for weights, _ in heads:
        whole = [weight * rare for weight, rare in zip(weights, space.rarity, strict=True)]
        scale = sorted(abs(one) for one in whole)[-60] / 127
        scales.append(scale)
        columns.append([MIDDLE + max(-127, min(127, round(one / scale))) for one in whole])
    return bytes(value for row in zip(*columns, strict=True) for value in row), scales, top / 255


def learn(rows: Sequence[Row], pool: Executor) -> bytes:
    """The second reader's file, from these rows."""
    heads = list(pool.map(one_head, [(head, list(rows)) for head in HEADS]))
    table, scales, rarity = packed(space_of(rows), heads)
    head: Mapping[str, object] = {
        "heads": HEADS,
        "messages": len(rows),
        "corpus": version(row.message for row in rows),
        "rarity": rarity,
        "scales": scales,
        "biases": [bias for _, bias in heads],
        "ask": ASK,
        "back": BACK,
    }
    return json.dumps(head).encode() + b"\n" + zlib.compress(table, 9)


def version(said: Iterable[Message]) -> str:
    """A short name for these messages with their labels: the corpus's version."""
    return f"{zlib.crc32(' '.join(f'{one.id} {one.label} {one.who}' for one in said).encode()):08x}"


def learnt_from(listener: Listener) -> list[Message]:
    """The corpus without the answers to questions about danger: alone those say something else."""
    return [one for one in messages() if one.prev is None or not listener.is_about_danger(one.prev)]


def rows() -> list[Row]:
    """What is learnt from, as marks."""
    listener = load_listener(files.lexicon_texts())
    return [Row(one, tuple(sorted(listener.marks(one.text)))) for one in learnt_from(listener)]


def main() -> None:
    """Train on the whole corpus and write `data/danger/second-reader.bin`."""
    learnt = rows()
    with ProcessPoolExecutor(2) as pool:
        data = learn(learnt, pool)
    files.SECOND_READER.write_bytes(data)
    print(f"{len(learnt)} messages, {len(data)} bytes")


if __name__ == "__main__":
    main()
