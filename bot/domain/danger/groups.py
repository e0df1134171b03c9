"""Groups of phrases: every slot and every set of plain words in the lexicon's patterns gets one number."""

from collections.abc import Iterator, Mapping
from functools import cache

from bot.domain.danger.endings import endings
from bot.domain.danger.lexicon import LexiconError, Slot
from bot.domain.danger.pattern import Phrase

Range = tuple[int, int]
"""Digits from … to, both included."""


class Groups:
    """Numbers for groups; the same words always get the same number."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self._slots: Mapping[str, Slot] = slots
        self._resolved: dict[str, frozenset[Phrase]] = {}
        self._numbers: dict[tuple[frozenset[Phrase], frozenset[Range]], int] = {}
        self.of_numbers: dict[int, frozenset[Range]] = {}

    def group(self, phrases: frozenset[Phrase], slots: frozenset[str]) -> int:
        """The number of these phrases and slots as one group. Raises LexiconError for an unknown slot."""
        words = phrases.union(*(self.phrases(slot) for slot in slots))
        ranges = frozenset(self._ranges(slots)) if slots else frozenset()
        number = self._numbers.setdefault((words, ranges), len(self._numbers))
        if ranges:
            self.of_numbers[number] = ranges
        return number

    def slot(self, name: str) -> int:
        """The number of one slot's group."""
        return self.group(frozenset(), frozenset({name}))

    def listed(self, words: str) -> int:
        """The number of the group of a list written with `|`."""
        return self.group(*_listed(words))

    def phrases(self, name: str) -> frozenset[Phrase]:
        """All phrases of a slot, with those of the slots it takes in."""
        if name not in self._resolved:
            if name not in self._slots:
                raise LexiconError(f"there is no slot <{name}>; add it under slots")
            self._resolved[name] = frozenset()
            phrases, inner = _listed(self._slots[name].words)
            self._resolved[name] = phrases.union(*(self.phrases(one) for one in inner))
        return self._resolved[name]

    def _ranges(self, slots: frozenset[str]) -> Iterator[Range]:
        for name in self._within(slots):
            slot = self._slots[name]
            if slot.number_from is not None or slot.number_to is not None:
                yield slot.number_from or 0, slot.number_to if slot.number_to is not None else 10**9

    def _within(self, slots: frozenset[str]) -> frozenset[str]:
        reached, new = set[str](), set(slots)
        while new:
            reached |= new
            new = {inner for name in new for inner in _listed(self._slots[name].words)[1]} - reached
        return frozenset(reached)

    def close(self) -> None:
        """Nothing more is asked but `of_numbers`: forget of what phrases each group was made."""
        self._slots, self._resolved, self._numbers = {}, {}, {}
        _listed.cache_clear()

    def all(self) -> list[tuple[int, frozenset[Phrase]]]:
        """Every group's number and phrases."""
        return [(number, phrases) for (phrases, _), number in self._numbers.items()]


@cache
def _listed(words: str) -> tuple[frozenset[Phrase], frozenset[str]]:
    entries = [entry.split() for entry in words.split("|") if entry.strip()]
    slots = frozenset(entry[0][1:-1] for entry in entries if entry[0].startswith("<"))
    phrases: set[Phrase] = set()
    for entry in entries:
        if not entry[0].startswith("<"):
            phrases.update(spelled(entry))
    return frozenset(phrases), slots


def spelled(words: list[str]) -> list[Phrase]:
    """A phrase with every ending of its `word+`s."""
    forms: list[Phrase] = [()]
    for word in words:
        forms = [(*form, ending) for form in forms for ending in endings(word)]
    return forms
