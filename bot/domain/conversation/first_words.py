"""What people write for what is known by other words: the nearest of many examples, if it is near enough.

Read only where the words as they stand lead nowhere, so a wrong guess costs no right answer.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

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
_NOWHERE = array("d")


@dataclass(frozen=True)
class FirstWords:
    """`said`: what people write, by the words under which it is known. `alike`: words that are taken for one
    another, by what they have in common."""

    said: Mapping[str, Sequence[str]]
    alike: Mapping[str, str]

    def known_as(self, text: str) -> str:
        """The words under which the nearest is known; "" where nothing is near, or two things are."""
        words = [self._meant(word) for word in spelt(plain(text)).split()]
        if not words or len(words) > LONGEST:
            return ""
        likeness = defaultdict[float, float](float)
        for mark, weight in self._vector(words).items():
            placed = self._index.get(mark, _NOWHERE)
            for number, other in zip(placed[::2], placed[1::2], strict=True):
                likeness[number] += weight * other
        found = defaultdict[str, float](float)
        for number, like in sorted(likeness.items(), key=lambda one: -one[1])[:LOOKED_AT]:
            found[self._names[int(number)]] += like * like
        best, second, *_ = *sorted(found.items(), key=lambda one: -one[1]), ("", 0.0), ("", 0.0)
        return best[0] if best[1] >= NEAR**2 and best[1] >= second[1] * CLEARER**2 else ""

    def _meant(self, word: str) -> str:
        """The word of the examples that was meant by one that is in none: two letters swapped, one too many,
        too few or another ("hwo", "driking"); the one most often said, and the word itself where none is."""
        if len(word) < 3 or word.isdigit() or word in self._said_often or word in self._families:
            return word
        close = process.extract(
            word, self._by_first[word[0]], scorer=OSA.distance, score_cutoff=1, limit=None
        )
        swapped = [one for one, _, _ in close if sorted(one) == sorted(word)]
        likely = swapped or ([one for one, _, _ in close] if len(word) > 3 else [])
        return max(likely, key=lambda one: (self._said_often[one], one), default=word)

    @cached_property
    def _said_often(self) -> Counter[str]:
        """How often each word stands in the examples."""
        return Counter(word for words in self._examples for word in words)

    @cached_property
    def _by_first(self) -> Mapping[str, Sequence[str]]:
        """The words of the examples by their first letter, which few get wrong."""
        found = defaultdict[str, list[str]](list)
        for word in sorted(self._said_often):
            found[word[0]].append(word)
        return found

    @cached_property
    def _examples(self) -> Sequence[Sequence[str]]:
        """The words of each example; its own name is one."""
        return [spelt(plain(text)).split() for name, texts in self.said.items() for text in (name, *texts)]

    @cached_property
    def _names(self) -> list[str]:
        """What each example is known as; its own name is one."""
        return [name for name, texts in self.said.items() for _ in (name, *texts)]

    @cached_property
    def _index(self) -> "dict[str, array[float]]":
        """For each mark the numbers of its examples, each followed by what the mark weighs there."""
        seen = Counter(mark for words in self._examples for mark in dict(self._marks(words)))
        index = {mark: array("d") for mark in seen}
        for number, words in enumerate(self._examples):
            for mark, weight in self._vector(words, seen).items():
                index[mark].extend((number, weight))
        return index

    def _vector(self, words: Sequence[str], seen: Mapping[str, int] | None = None) -> dict[str, float]:
        """Its marks, each by how rare it is, of length 1. `seen`: in how many examples, while they come."""
        count = len(self._names) + 1
        unseen, weights = math.log(count) * _UNSEEN, {}
        for mark, much in self._marks(words):
            times = seen[mark] if seen else len(self._index.get(mark, ())) // 2
            weights[mark] = much * (math.log(count / (times + 0.5)) if times else unseen)
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
