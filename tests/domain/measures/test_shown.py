"""Nothing under five is shown, and nothing that is shown gives a hidden number away."""

from collections.abc import Iterator
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.measures.shown import (
    FEW,
    HIDDEN,
    Layout,
    Shown,
    Table,
    in_fives,
    share,
    table,
    together,
)

Counts = dict[tuple[str, str], int]
SMALL = st.one_of(st.integers(0, 9), st.integers(0, 60))


@st.composite
def anything(draw: st.DrawFn) -> tuple[Counts, Layout]:
    """A table of any of the three shapes, of mostly small numbers."""
    rows = tuple(f"r{n}" for n in range(draw(st.integers(1, 5))))
    across = draw(st.booleans())
    wide = draw(st.integers(2, 4)) if across or draw(st.booleans()) else 1
    columns = tuple(f"c{n}" for n in range(wide)) if wide > 1 else ("",)
    counts = {(r, c): draw(SMALL) for r in rows for c in columns}
    return counts, Layout(rows, columns, across=across)


def sums(layout: Layout, made: Table) -> Iterator[tuple[frozenset[tuple[str, str]], Shown]]:
    """Everything that a page shows of a table: which cells a number adds up, and the number."""
    every = [(r, c) for r in layout.rows for c in layout.columns]
    for place in every:
        yield frozenset({place}), made.at(*place)
    for c in layout.columns:
        yield frozenset((r, c) for r in layout.rows), made.column_sums[c]
    if layout.across:
        for r in layout.rows:
            yield frozenset((r, c) for c in layout.columns), made.row_sums[r]
    if layout.across or len(layout.columns) == 1:
        yield frozenset(every), made.total


def follows(wanted: frozenset[tuple[str, str]], known: list[frozenset[tuple[str, str]]]) -> bool:
    """Whether a sum can be worked out, by adding and subtracting, from the known ones."""
    cells = sorted(set().union(wanted, *known))
    rows = [[Fraction(cell in one) for cell in cells] for one in known]
    target = [Fraction(cell in wanted) for cell in cells]
    for at in range(len(cells)):
        pivot = next((row for row in rows if row[at] and not any(row[:at])), None)
        if pivot is None:
            continue
        rows = [row if row is pivot else _less(row, pivot, at) for row in rows]
        target = _less(target, pivot, at)
    return not any(target)


def _less(row: list[Fraction], pivot: list[Fraction], at: int) -> list[Fraction]:
    times = row[at] / pivot[at]
    return [one - times * other for one, other in zip(row, pivot, strict=True)]


@settings(max_examples=400)
@given(anything())
def test_no_number_under_five_is_shown_or_follows_from_those_that_are(made: tuple[Counts, Layout]) -> None:
    """By linear algebra over everything the table shows: sums and differences never give a hidden cell."""
    counts, layout = made
    shown = table(counts, layout)
    known = [cells for cells, one in sums(layout, shown) if one.number is not None]
    for cells, one in sums(layout, shown):
        true = sum(counts[cell] for cell in cells)
        assert one.number in {None, true}
        if 0 < true < FEW:
            assert one.number is None
        if one.number is None:
            assert not follows(cells, known), f"{sorted(cells)} is {true} and can be worked out"


@settings(max_examples=200)
@given(anything())
def test_what_is_left_of_a_line_is_never_under_five(made: tuple[Counts, Layout]) -> None:
    """A sum less all that is shown of it leaves nought or at least five."""
    counts, layout = made
    shown = table(counts, layout)
    lines = [([(r, c) for r in layout.rows], shown.column_sums[c]) for c in layout.columns]
    if layout.across:
        lines += [([(r, c) for c in layout.columns], shown.row_sums[r]) for r in layout.rows]
    for line, line_sum in lines:
        if line_sum.number is not None:
            left = line_sum.number - sum(shown.at(*place).number or 0 for place in line)
            assert left == 0 or left >= FEW


@settings(max_examples=100)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), SMALL), min_size=1, max_size=4))
def test_a_longer_period_says_no_more_than_its_parts(parts: list[dict[str, int]]) -> None:
    """A quarter is worked out of what its months show: nothing hidden in a month goes into it."""
    layout = Layout(("a", "b", "c"))
    months = [table({(name, ""): n for name, n in part.items()}, layout) for part in parts]
    quarter = together(months, layout)
    for name in layout.rows:
        known = [month.at(name).number for month in months]
        number = quarter.at(name).number
        assert number in {None, sum(one or 0 for one in known)}
        assert quarter.at(name).at_least == (None in known and number is not None)


@given(anything())
def test_a_period_that_overlaps_others_is_given_in_fives(made: tuple[Counts, Layout]) -> None:
    """So that a month less its weeks tells nothing to the single person."""
    counts, layout = made
    for cells, one in sums(layout, in_fives(counts, layout)):
        true = sum(counts[cell] for cell in cells)
        if 0 < true < FEW:
            assert one == HIDDEN
        if one.number:
            assert one.number % FEW == 0
            assert one.number <= true < one.number + FEW


def test_a_total_does_not_give_the_one_small_cell_away() -> None:
    """Three of twenty-three: the twenty go too, and the total stays."""
    made = table({("few", ""): 3, ("many", ""): 20, ("none", ""): 0}, Layout(("few", "many", "none")))
    assert [made.at(row).said for row in made.rows] == ["–", "–", "0"]
    assert made.total == Shown(23)


def test_a_share_is_made_of_what_is_shown() -> None:
    """Per cent of a hidden number is hidden, and of nothing there is nothing."""
    assert share(Shown(10), Shown(40)) == "25%"
    assert share(HIDDEN, Shown(40)) == ""
    assert share(Shown(0), Shown(0)) == ""
    assert share(Shown(10, at_least=True), Shown(40)) == ""


def test_nothing_counted_is_nothing_yet() -> None:
    """An empty table says that it is empty; it is not a table of noughts."""
    assert table({}, Layout(("a", "b"))).empty
    assert not table({("a", ""): 1}, Layout(("a", "b"))).empty
