"""What the second reader sees of a message: words, parts of words, families of words, each as a number."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from bot.domain.danger.pattern import Reading

BUCKETS = 1 << 16
"""Marks are told apart by a hash of so many values; seldom do two that matter share one."""
NEAR = 8
"""How many words apart two families may stand to be seen in their order."""
NEIGHBOURS = 16
"""How many families after one are looked at with it: bounds the cost of a text of nothing but such words."""
LONGEST = 24
"""Letters of a word that are looked at."""


class Standing(NamedTuple):
    """Where a family stands: the number of its first word, of the word after its last, and its name."""

    start: int
    end: int
    family: str


def standings(reading: Reading, families: Mapping[int, str]) -> list[Standing]:
    """Every place of every family in a text, in order. `families`: names by group."""
    found = []
    for group in reading.places.keys() & families.keys():
        for length, starts in reading.places[group].items():
            left = starts
            while left:
                at = (left & -left).bit_length() - 1
                found.append(Standing(at, at + length, families[group]))
                left &= left - 1
    return sorted(found)


def marks(words: Sequence[str], places: Sequence[Standing]) -> set[int]:
    """The numbers of all marks of these words, each below `BUCKETS`. `places` as from `standings`."""
    plain = ["^", *("#" if word.isdecimal() else word for word in words), "$"]
    found = {_number(mark) for mark in {*_of_words(plain), *_of_families(plain, places)}}
    return found.union(*map(_of_letters, set(plain)))


def _number(mark: str) -> int:
    return crc32(mark.encode("utf-8", "replace")) % BUCKETS


def _of_words(words: Sequence[str]) -> Iterator[str]:
    for at, first in enumerate(words[:-1]):
        second = words[at + 1]
        yield first
        yield f"{first} {second}"
        if at + 2 < len(words):
            third = words[at + 2]
            yield f"{first} {second} {third}"
            yield f"{first} _ {third}"


@lru_cache(maxsize=4096)
def _of_letters(word: str) -> frozenset[int]:
    """Parts of a word of three to five letters; kept for words that come again and again."""
    framed = f"<{word[:LONGEST]}>"
    return frozenset(
        _number("~" + framed[at : at + size]) for size in (3, 4, 5) for at in range(len(framed) - size + 1)
    )


def _of_families(words: Sequence[str], places: Sequence[Standing]) -> Iterator[str]:
    """`words` begins with a sign, so the text's word n is `words[n + 1]`."""
    for number, (start, end, name) in enumerate(places):
        yield f"={name}"
        yield f"{words[start]} ={name}"
        yield f"={name} {words[end + 1]}"
        for later, after, other in places[number + 1 : number + 1 + NEIGHBOURS]:
            if other == name:
                continue
            yield f"={min(name, other)}&{max(name, other)}"
            if end <= later <= end + NEAR:
                yield f"={name}>{other}"
            if later == end:
                yield f"={name}={other}"
                yield f"={name}={other} {words[after + 1]}"
