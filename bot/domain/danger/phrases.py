"""Where the lexicon's words and phrases stand in a text: one walk for all of them together."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

_ROOT = 0
_NOWHERE = -1


class Phrases:
    """All phrases of all groups in one tree. `light` words may stand between the words of a phrase.

    The tree lies in columns, a hundredth of the memory of objects: the branches of a node stand side by side
    in the order of their words, and branch number n leads to node n + 1.
    """

    def __init__(self, groups: Iterable[tuple[int, Iterable[Sequence[str]]]], light: frozenset[str]) -> None:
        self._light = light
        at: dict[Sequence[str], set[int]] = {}
        for group, phrases in groups:
            for phrase in phrases:
                at.setdefault(tuple(phrase), set()).add(group)
        self._numbers = {word: n for n, word in enumerate(sorted({w for phrase in at for w in phrase}))}
        self._words, self._branches = array("I"), array("I", [0])
        self._groups, self._of_node = array("I"), array("I", [0])
        self._grow(_tree(at))

    def _grow(self, tree: "_Tree") -> None:
        """Lay the tree out, level by level."""
        waiting = [tree]
        for node in waiting:
            self._groups.extend(sorted(node.groups))
            self._of_node.append(len(self._groups))
            for word in sorted(node.after):
                self._words.append(self._numbers[word])
                waiting.append(node.after[word])
            self._branches.append(len(self._words))

    def places(self, words: Sequence[str]) -> tuple[dict[int, dict[int, int]], int]:
        """Every group's places in `words`, and how many steps it took (at most a constant per word)."""
        numbers = [self._numbers.get(word, _NOWHERE) for word in words]
        light = [word in self._light for word in words]
        ends: dict[int, dict[int, int]] = {}
        steps = 0
        for start, number in enumerate(numbers):
            node = self._after(_ROOT, number)
            steps += 1
            if node != _NOWHERE:
                steps += self._walk(numbers, light, start, node, ends)
        found: dict[int, dict[int, int]] = {}
        for node, lengths in ends.items():
            groups = dict.fromkeys(self._groups[self._of_node[node] : self._of_node[node + 1]], lengths)
            for group in groups.keys() & found.keys():
                groups[group] = merged(found[group], lengths)
            found.update(groups)
        return found, steps

    def _walk(
        self, numbers: list[int], light: list[bool], start: int, node: int, ends: dict[int, dict[int, int]]
    ) -> int:
        """Follow one phrase from `start`, passing over at most two light words inside it."""
        at, passed, steps = start + 1, 0, 0
        while True:
            steps += 1
            if self._of_node[node] < self._of_node[node + 1]:
                lengths = ends.setdefault(node, {})
                lengths[at - start] = lengths.get(at - start, 0) | 1 << start
            after = _NOWHERE
            while at < len(numbers):
                after = self._after(node, numbers[at])
                if after != _NOWHERE or not light[at] or passed == 2:
                    break
                at += 1
                passed += 1
            if after == _NOWHERE:
                return steps
            node = after
            at += 1

    def _after(self, node: int, number: int) -> int:
        """Where the branch of this word leads from a node."""
        if number == _NOWHERE:
            return _NOWHERE
        first, last = self._branches[node], self._branches[node + 1]
        at = bisect_left(self._words, number, first, last)
        return at + 1 if at < last and self._words[at] == number else _NOWHERE


def merged(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    """Places of one group together with others; neither is changed, as groups share them."""
    both = dict(one)
    for length, starts in other.items():
        both[length] = both.get(length, 0) | starts
    return both


class _Tree:
    """A node while the tree is built."""

    __slots__ = ("after", "groups")

    def __init__(self) -> None:
        self.after: dict[str, _Tree] = {}
        self.groups: Iterable[int] = ()


def _tree(phrases: Mapping[Sequence[str], Iterable[int]]) -> _Tree:
    root = _Tree()
    for phrase, groups in phrases.items():
        node = root
        for word in phrase:
            node = node.after.setdefault(word, _Tree())
        node.groups = groups
    return root
