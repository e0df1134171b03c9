"""Which of several entries is shown: the freshest of those that are the same, whatever was compared first."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.directory.likeness import Facts
from bot.domain.directory.merging import Compared, Merging, Pair, sort_out
from bot.domain.ids import OfferingId

COUNT = 8
ANY_PAIR = st.tuples(st.integers(1, COUNT), st.integers(1, COUNT)).filter(lambda pair: pair[0] < pair[1])


def entry(which: int, name: str = "Hope", same_as: int = 0, updated: str = "") -> Compared:
    """A group on Tuesdays at seven in one hall; of two changed on one day the lower id is preferred."""
    facts = Facts("aa", name, frozenset({(1, 1140)}), "LS2 9JT")
    return Compared(OfferingId(which), same_as, facts, (False, False, True, updated, 0, -which))


def shown(merged: list[tuple[int, int]]) -> dict[int, int]:
    """What is shown for each, as the statements that are carried out in order leave it."""
    into = {which: which for which in range(1, COUNT + 1)}
    for drop, keep in merged:
        into = {which: keep if now == drop else now for which, now in into.items()}
    return into


@given(st.lists(ANY_PAIR, max_size=12), st.permutations(["1", "2", "3", "4", "5", "6", "7", "8"]), st.data())
def test_the_order_of_pairs_makes_no_difference(
    pairs: list[Pair], days: list[str], data: st.DataObject
) -> None:
    """All that hang together are shown as the freshest of them."""
    entries = {which: entry(which, updated=days[which - 1]) for which in range(1, COUNT + 1)}

    def in_order(some: list[Pair]) -> dict[int, int]:
        merging = Merging(entries)
        for one, other in some:
            merging.merge(one, other)
        return shown(merging.merged)

    first = in_order(pairs)
    assert in_order(data.draw(st.permutations(pairs))) == first
    assert all(first[one] == first[other] for one, other in pairs)
    assert all(days[which - 1] <= days[keep - 1] for which, keep in first.items())


def test_what_stands_for_an_entry_is_what_is_merged() -> None:
    """One that is merged already brings what is shown for it; where that is gone, nothing is merged."""
    entries = {1: entry(1), 2: entry(2, same_as=1), 3: entry(3), 4: entry(4, same_as=9)}
    merging = Merging(entries)
    merging.merge(2, 3)
    merging.merge(3, 4)
    assert merging.merged == [(3, 1)]


def test_a_coordinators_word_goes_before_what_is_worked_out() -> None:
    """What one said to be different is never merged, nor asked again; without a word one is asked."""
    entries = {1: entry(1), 2: entry(2), 3: entry(3, "Hope now"), 4: entry(4, "Dawn")}
    pairs = [(1, 2), (1, 3), (1, 4)]
    merged, doubtful = sort_out(pairs, entries, {})
    assert merged == [(2, 1)]
    assert [pair for pair, _ in doubtful] == [(1, 3)]
    assert sort_out(pairs, entries, {(1, 2): "different", (1, 3): "same"}) == ([(3, 1)], [])
