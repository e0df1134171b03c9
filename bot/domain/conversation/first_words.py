"""What people write for what is known by other words: the nearest of many examples, if it is near enough.

Read only where the words as they stand lead nowhere, so a wrong guess costs no right answer.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from bot.domain.conversation.matching import plain
from bot.domain.conversation.spelling import spelt

LOOKED_AT = 8
"""The nearest examples, whose likeness counts for what they stand for."""
NEAR = 0.42
"""Likeness from which it is near enough; 1 is an example word for word."""
CLEARER = 1.4
"""How many times as near it must be as the next thing."""
LONGEST = 40
"""Words of a text that are looked at; in a longer one there is more than one thing."""
_UNSEEN = 0.7
"""How much a mark weighs that no example has, as a share of the rarest that one has."""
_PARTS, _PAIRS, _APART = 0.5, 0.8, 0.6
"""What parts of a word, two words side by side, and two with a word between count beside a word alone."""
_MANY = "=many"

Vector = Mapping[str, float]


@dataclass(frozen=True)
class FirstWords:
    """`said`: what people write, by the words under which it is known. `alike`: words that are taken for one
    another, by what they have in common."""

    said: Mapping[str, Sequence[str]]
    alike: Mapping[str, str]

    def known_as(self, text: str) -> str:
        """The words under which the nearest is known; "" where nothing is near, or two things are."""
        words = spelt(plain(text)).split()
        if not words or len(words) > LONGEST:
            return ""
        vector, likeness = self._vector(words), defaultdict[int, float](float)
        for mark, weight in vector.items():
            for number, other in self._index.get(mark, ()):
                likeness[number] += weight * other
        nearest = sorted(likeness.items(), key=lambda one: -one[1])[:LOOKED_AT]
        found = defaultdict[str, float](float)
        for number, like in nearest:
            found[self._examples[number][0]] += like * like
        (name, best), second = max(found.items(), key=_much, default=("", 0.0)), 0.0
        second = max((much for one, much in found.items() if one != name), default=0.0)
        return name if best >= NEAR**2 and best >= second * CLEARER**2 else ""

    @cached_property
    def _examples(self) -> list[tuple[str, list[str]]]:
        return [
            (name, spelt(plain(text)).split()) for name, texts in self.said.items() for text in (name, *texts)
        ]

    @cached_property
    def _rarity(self) -> dict[str, float]:
        seen = Counter(mark for _, words in self._examples for mark in dict(self._marks(words)))
        return {mark: math.log((len(self._examples) + 1) / (count + 0.5)) for mark, count in seen.items()}

    @cached_property
    def _index(self) -> dict[str, list[tuple[int, float]]]:
        index = defaultdict[str, list[tuple[int, float]]](list)
        for number, (_, words) in enumerate(self._examples):
            for mark, weight in self._vector(words).items():
                index[mark].append((number, weight))
        return dict(index)

    def _vector(self, words: Sequence[str]) -> Vector:
        """Its marks, each by how rare it is, of length 1."""
        unseen = math.log(len(self._examples) + 1) * _UNSEEN
        weights = {mark: much * self._rarity.get(mark, unseen) for mark, much in self._marks(words)}
        length = math.sqrt(sum(one * one for one in weights.values())) or 1.0
        return {mark: one / length for mark, one in weights.items()}

    def _marks(self, words: Sequence[str]) -> Iterator[tuple[str, float]]:
        names = [_MANY if word.isdecimal() else self._families.get(word, word) for word in words]
        for word in words:
            if len(word) > 3:
                framed = f"<{word}>"
                yield from ((f"~{framed[at : at + 4]}", _PARTS) for at in range(len(framed) - 3))
        yield from ((f"{one}_{two}", _APART) for one, two in zip(names, names[2:], strict=False))
        for one in (words, names):
            yield from ((f"{first} {second}", _PAIRS) for first, second in pairwise(one))
            yield from ((word, 1.0) for word in one)

    @cached_property
    def _families(self) -> dict[str, str]:
        return {word: f"={name}" for name, words in self.alike.items() for word in words.split()}


NO_FIRST_WORDS = FirstWords({}, {})


def _much(one: tuple[str, float]) -> float:
    return one[1]


def read_first_words(content: Any) -> FirstWords:
    """What a file of them holds. Raises ValueError with what is wrong."""
    match content:
        case {"said": dict(said), "alike": dict(alike), **rest} if not rest:
            pass
        case _:
            raise ValueError("it must hold said: and alike:, and nothing else")
    for name, texts in said.items():
        if not isinstance(name, str) or not isinstance(texts, list) or not all(map(_is_text, texts)):
            raise ValueError(f"said: {name}: it must be a list of what people write")
    for name, words in alike.items():
        if not isinstance(name, str) or not _is_text(words):
            raise ValueError(f"alike: {name}: it must be words with spaces between")
    return FirstWords(said, alike)


def _is_text(one: object) -> bool:
    return isinstance(one, str) and bool(plain(one))
