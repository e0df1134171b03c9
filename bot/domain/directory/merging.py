"""Which of the entries that are the same thing is shown, and which pairs a coordinator is asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.domain.directory.likeness import Alike, Facts, likeness
from bot.domain.ids import OfferingId

Pair = tuple[int, int]
"""Two entries, the lower id first."""


def both(one: int, other: int) -> Pair:
    """Two entries as a pair, whichever comes first."""
    return min(one, other), max(one, other)


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry as it is compared; `same_as` is the entry shown in its place, 0 for none.

    `freshness` orders entries: the greater is preferred. What a coordinator wrote goes before everything,
    then what one took off the list, so that another list does not bring it back; then what people are sent
    to; then what was changed or checked last.
    """

    offering: OfferingId
    same_as: int
    facts: Facts
    freshness: tuple[bool, bool, bool, str, int, int]


class Merging:
    """Entries merged one pair after another: what stands for either is shown, the fresher of the two.

    In which order the pairs come makes no difference to what is shown in the end.
    """

    def __init__(self, entries: Mapping[int, Compared]) -> None:
        self._entries = entries
        self._into: dict[int, int] = {}
        self._stands_for: dict[int, list[int]] = {}
        self.merged: list[tuple[int, int]] = []
        """What is not shown any more, with what is shown for it and for all that it stood for, in order."""
        for which, entry in entries.items():
            if entry.same_as:
                self._show(entry.same_as, which)

    def merge(self, one: int, other: int) -> None:
        """Two are the same; nothing happens where what stands for one of them is not listed any more."""
        first, second = (self._entries.get(self._into.get(which, which)) for which in (one, other))
        if first is None or second is None or first is second:
            return
        keep, drop = (first, second) if first.freshness >= second.freshness else (second, first)
        self.merged.append((drop.offering, keep.offering))
        for which in (drop.offering, *self._stands_for.pop(drop.offering, ())):
            self._show(keep.offering, which)

    def _show(self, keep: int, which: int) -> None:
        self._into[which] = keep
        self._stands_for.setdefault(keep, []).append(which)


def sort_out(
    pairs: Iterable[Pair], entries: Mapping[int, Compared], said: Mapping[Pair, str]
) -> tuple[list[tuple[int, int]], list[tuple[Pair, Alike]]]:
    """What is to be merged (`Merging.merged`), and the pairs that a coordinator has to look at.

    `said` is what one said before: "same" or "different"; it goes before what is worked out.
    """
    merging, doubtful = Merging(entries), []
    for (one, other), alike in _alike(pairs, entries).items():
        word = said.get((one, other), "")
        if word == "same" or (alike.sure and word != "different"):
            merging.merge(one, other)
        elif not word:
            doubtful.append(((one, other), alike))
    return merging.merged, doubtful


def _alike(pairs: Iterable[Pair], entries: Mapping[int, Compared]) -> dict[Pair, Alike]:
    """How alike those pairs are that may be the same. A name that two online rooms go by decides nothing."""
    found = {
        (one, other): alike
        for one, other in pairs
        if (alike := likeness(entries[one].facts, entries[other].facts))
    }
    rooms: dict[int, set[str]] = {}
    for one, other in (pair for pair, alike in found.items() if alike.by_name):
        rooms.setdefault(_unlinked(one, other, entries), set()).add(_room(one, other, entries))
    return {
        (one, other): replace(alike, sure=False)
        if alike.by_name and len(rooms[_unlinked(one, other, entries)]) > 1
        else alike
        for (one, other), alike in found.items()
    }


def _unlinked(one: int, other: int, entries: Mapping[int, Compared]) -> int:
    """The one of two that does not say how to join."""
    return other if entries[one].facts.room else one


def _room(one: int, other: int, entries: Mapping[int, Compared]) -> str:
    return entries[one].facts.room or entries[other].facts.room
