"""Where the lexicon's words and phrases stand in a text: one walk for all of them together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Places = Mapping[int, Mapping[int, int]]
"""Group of phrases -> length in words -> bits of the positions where one of that length starts."""


@dataclass(slots=True)
class _Node:
    after: dict[str, "_Node"] = field(default_factory=dict)
    groups: tuple[int, ...] = ()


class Phrases:
    """All phrases of all groups in one tree. `light` words may stand between the words of a phrase."""

    def __init__(self, groups: Iterable[tuple[int, Iterable[Sequence[str]]]], light: frozenset[str]) -> None:
        self._root = _Node()
        self._light = light
        for group, phrases in groups:
            for phrase in phrases:
                self._plant(group, phrase)

    def _plant(self, group: int, phrase: Sequence[str]) -> None:
        node = self._root
        for word in phrase:
            node = node.after.setdefault(word, _Node())
        node.groups = tuple(sorted({*node.groups, group}))

    def places(self, words: Sequence[str]) -> tuple[dict[int, dict[int, int]], int]:
        """Every group's places in `words`, and how many steps it took (at most a constant per word)."""
        ends: dict[int, tuple[_Node, dict[int, int]]] = {}
        steps = 0
        for start, first in enumerate(words):
            node = self._root.after.get(first)
            steps += 1
            if node is not None:
                steps += self._walk(words, start, node, ends)
        found: dict[int, dict[int, int]] = {}
        for node, lengths in ends.values():
            for group in node.groups:
                into = found.setdefault(group, {})
                for length, starts in lengths.items():
                    into[length] = into.get(length, 0) | starts
        return found, steps

    def _walk(
        self, words: Sequence[str], start: int, node: _Node, ends: dict[int, tuple[_Node, dict[int, int]]]
    ) -> int:
        """Follow one phrase from `start`, passing over at most two light words inside it."""
        at, passed, steps = start + 1, 0, 0
        while True:
            steps += 1
            if node.groups:
                lengths = ends.setdefault(id(node), (node, {}))[1]
                lengths[at - start] = lengths.get(at - start, 0) | 1 << start
            while at < len(words) and words[at] not in node.after and words[at] in self._light and passed < 2:
                at += 1
                passed += 1
            if at >= len(words) or words[at] not in node.after:
                return steps
            node = node.after[words[at]]
            at += 1
