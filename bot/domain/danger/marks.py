"""What the second reader sees of a message: words, parts of words, families of words, each as a number."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from bot.domain.danger.pattern import Reading

BITS = 16
BUCKETS = 1 << BITS
"""Marks are told apart by a hash of so many values; seldom do two that matter share one."""
NEAR = 8
"""How many words apart two families may stand to be seen in their order."""
NEIGHBOURS = 8
"""How many families after one are looked at with it: bounds the cost of a text of nothing but such words."""
LONGEST = 24
"""Letters of a word that are looked at."""
DENIED = 5
"""Words after a "not" that it may deny, in its own clause."""
_NOT = frozenset(["not", "never", "no", "without", "nobody", "none", "nothing", "hardly", "nor", "neither"])
_TURNS = frozenset(["but", "because", "cos", "so", "though", "although"])
"""Words that end what was denied, as a pause does."""
_WRITER, _SOMEBODY, _YOU, _SOMETHING, _NO_ONE = range(5)
_ABOUT = {
    **dict.fromkeys(("i", "we"), _WRITER),
    **dict.fromkeys(
        [
            "he",
            "she",
            "they",
            "mum",
            "dad",
            "mam",
            "mom",
            "brother",
            "sister",
            "son",
            "daughter",
            "husband",
            "wife",
            "partner",
            "boyfriend",
            "girlfriend",
            "mate",
            "friend",
            "ex",
            "nan",
            "kid",
            "baby",
            "lad",
            "lass",
            "man",
            "bloke",
            "woman",
            "uncle",
            "neighbour",
            "gf",
            "bf",
            "kids",
            "cousin",
            "someone",
            "somebody",
        ],
        _SOMEBODY,
    ),
    "you": _YOU,
    **dict.fromkeys(("it", "that", "this", "there"), _SOMETHING),
}
"""Whom a clause is about, by its last such word."""
_ASKING = frozenset(
    [
        "is",
        "are",
        "do",
        "does",
        "can",
        "could",
        "should",
        "will",
        "would",
        "what",
        "how",
        "where",
        "when",
        "who",
        "why",
        "am",
        "did",
        "has",
        "have",
    ]
)
"""Words that a question begins with."""


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


def marks(words: Sequence[str], places: Sequence[Standing], pauses: int, *, asks: bool) -> set[int]:
    """The numbers of all marks of these words, each below `BUCKETS`.

    `places` as from `standings`; bit n of `pauses`: a clause ends before word n; `asks`: a question mark
    stands in the text.
    """
    said = [_BEGIN, *[_DIGITS if word.isdecimal() else _of_word(word) for word in words], _END]
    found = {*_of_words(said), *_of_families(said, places), *_of_clauses(words, said, places, pauses, asks)}
    return found.union(*(_of_letters(word) for word in set(words) if not word.isdecimal()))


@lru_cache(maxsize=4096)
def _of_word(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))


_BEGIN, _DIGITS, _END = _of_word("^"), _of_word("#"), _of_word("$")
_PAIR, _TRIPLE, _APART, _BEFORE, _AFTER, _TOGETHER, _IN_ORDER, _SIDE_BY_SIDE, _AND_THEN = range(9)
(
    _DENIED,
    _FAMILY_DENIED,
    _OF,
    _FAMILY_OF,
    _ALL_OF,
    _LONG,
    _CLAUSES,
    _ASKED,
    _IN_LONG,
    _MARKED,
    _FAMILY_ASKED,
) = range(9, 20)


def _number(kind: int, first: int, second: int = 0, third: int = 0) -> int:
    """One bucket for what stands together: multiplied by odd numbers, the highest bits of 32."""
    mixed = (first * 0x9E3779B1 + second * 0x85EBCA6B + third * 0xC2B2AE35 + kind * 0x27D4EB2F) & 0xFFFFFFFF
    return ((mixed ^ mixed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF) >> 32 - BITS


def _of_words(words: Sequence[int]) -> Iterator[int]:
    for at, first in enumerate(words[:-1]):
        second = words[at + 1]
        yield first >> 32 - BITS
        yield _number(_PAIR, first, second)
        if at + 2 < len(words):
            third = words[at + 2]
            yield _number(_TRIPLE, first, second, third)
            yield _number(_APART, first, third)


@lru_cache(maxsize=4096)
def _of_letters(word: str) -> frozenset[int]:
    """Parts of a word of three to five letters; kept for words that come again and again."""
    framed = f"<{word[:LONGEST]}>"
    return frozenset(
        _of_part(framed[at : at + size]) for size in (3, 4, 5) for at in range(len(framed) - size + 1)
    )


def _of_part(letters: str) -> int:
    return crc32(b"~" + letters.encode("utf-8", "replace")) >> 32 - BITS


@lru_cache(maxsize=256)
def _of_family(name: str) -> int:
    return crc32(b"=" + name.encode())


def _of_families(words: Sequence[int], places: Sequence[Standing]) -> Iterator[int]:
    """`words` begins with a sign, so the text's word n is `words[n + 1]`."""
    named = [_of_family(name) for _, _, name in places]
    for number, (start, end, _) in enumerate(places):
        name = named[number]
        yield name >> 32 - BITS
        yield _number(_BEFORE, words[start], name)
        yield _number(_AFTER, name, words[end + 1])
        for later in range(number + 1, min(number + 1 + NEIGHBOURS, len(places))):
            other = named[later]
            if other == name:
                continue
            begins, after, _ = places[later]
            yield _number(_TOGETHER, min(name, other), max(name, other))
            if end <= begins <= end + NEAR:
                yield _number(_IN_ORDER, name, other)
            if begins == end:
                yield _number(_SIDE_BY_SIDE, name, other)
                yield _number(_AND_THEN, name, other, words[after + 1])


def _of_clauses(
    words: Sequence[str], said: Sequence[int], places: Sequence[Standing], pauses: int, asks: bool
) -> Iterator[int]:
    """What is denied, whom each word and family is about, whether it asks, how long it is."""
    denied, about = _scopes(words, pauses)
    size = min(6, len(words).bit_length())
    yield _number(_ALL_OF, sum(1 << one for one in set(about)))
    yield _number(_LONG, size)
    yield _number(_CLAUSES, min(5, 1 + (pauses & (1 << len(words)) - 2).bit_count()))
    yield _number(_ASKED, size, bool(words) and words[0] in _ASKING, asks)
    yield _number(_MARKED, asks)
    for at, whose in enumerate(about):
        yield _number(_OF, said[at + 1], whose)
        if denied >> at & 1:
            yield _number(_DENIED, said[at + 1])
    for start, _, name in places:
        family = _of_family(name)
        yield _number(_FAMILY_OF, family, about[start])
        yield _number(_IN_LONG, family, min(4, size))
        yield _number(_FAMILY_ASKED, family, asks)
        if denied >> start & 1:
            yield _number(_FAMILY_DENIED, family)


def _scopes(words: Sequence[str], pauses: int) -> tuple[int, list[int]]:
    """The words that a "not" of their clause may deny, as bits, and whom each word is about."""
    denied, left, who, about = 0, 0, _NO_ONE, list[int]()
    for at, word in enumerate(words):
        if pauses >> at & 1 or word in _TURNS:
            left = 0
        if left:
            denied |= 1 << at
            left -= 1
        if word in _NOT:
            left = DENIED
        who = _ABOUT.get(word, who)
        about.append(who)
    return denied, about
