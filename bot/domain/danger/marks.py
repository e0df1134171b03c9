"""What the second reader sees of a message: its words, their letters, and the families they belong to, as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

from bot.domain.danger.pattern import Reading

BUCKETS = 1 << 17
"""Marks are told apart by a hash of so many values: seldom do two share one."""
NEAR = 8
"""How many words apart two families may stand to be seen in their order."""


def marks(reading: Reading, families: Mapping[int, str]) -> set[int]:
    """The numbers of all marks of one text, below `BUCKETS`. `families`: the names of the groups that count."""
    return {crc32(mark.encode("utf-8", "replace")) % BUCKETS for mark in _marks(reading, families)}


def _marks(reading: Reading, families: Mapping[int, str]) -> Iterator[str]:
    words = ["^", *("#" if word.isdecimal() else word for word in reading.words), "$"]
    yield from _words(words)
    for word in set(words[1:-1]):
        yield from _letters(word)
    yield from _families(words, _places(reading, families))


def _words(words: Sequence[str]) -> Iterator[str]:
    for at in range(len(words) - 1):
        first, second = words[at], words[at + 1]
        yield first
        yield f"{first} {second}"
        if at + 2 < len(words):
            yield f"{first} {second} {words[at + 2]}"
            yield f"{first} _ {words[at + 2]}"


def _letters(word: str) -> Iterator[str]:
    framed = f"<{word[:24]}>"
    for size in (3, 4, 5):
        for at in range(len(framed) - size + 1):
            yield "~" + framed[at : at + size]


def _places(reading: Reading, families: Mapping[int, str]) -> list[tuple[int, int, str]]:
    """Where each family stands: first word, word after the last, name; in order."""
    found = []
    for group in reading.places.keys() & families.keys():
        for length, starts in reading.places[group].items():
            while starts:
                at = (starts & -starts).bit_length() - 1
                found.append((at, at + length, families[group]))
                starts &= starts - 1
    return sorted(found)


def _families(words: Sequence[str], places: Sequence[tuple[int, int, str]]) -> Iterator[str]:
    """`words` has a sign before the first word, so word `at` is `words[at + 1]`."""
    for number, (start, end, name) in enumerate(places):
        yield f"={name}"
        yield f"{words[start]} ={name}"
        yield f"={name} {words[end + 1]}"
        for later, after, other in places[number + 1 : number + 1 + 24]:
            if other != name:
                yield f"={min(name, other)}&{max(name, other)}"
                if end <= later <= end + NEAR:
                    yield f"={name}>{other}"
                if later == end:
                    yield f"={name}={other}"
                    yield f"={name}={other} {words[after + 1]}"
