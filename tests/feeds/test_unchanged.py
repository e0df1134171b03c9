"""A row that is as it was is not cleaned again, and nobody can tell: the same entries, the same report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.app.library.place_files import load_places
from bot.domain.directory.geo import Point
from bot.domain.directory.marks import Marks, Recognised, number_of, put_right
from bot.domain.directory.offering import Rejected, Slot
from bot.domain.directory.places import Places
from bot.domain.directory.towns import Towns
from bot.feeds.batches import MOST_SHOWN, batches
from bot.feeds.read import Opened
from bot.feeds.row import Defaults
from bot.feeds.rules import mark_of, rules, written
from bot.store.directory.entry_rows import EntryRows

PLACES = load_places(Path(__file__).parents[2] / "data")
LONDON, DUBLIN = Defaults("aa", "Europe/London"), Defaults("aa", "Europe/Dublin")
HALL = {"postcode": "LS2 9JT", "day": "Friday", "time": "19:00"}
BELFAST = {"id": "b", "name": "Belfast", "postcode": "BT1 5GS", "day": "Friday", "time": "19:00"}

Row = Mapping[str, Any]


@dataclass
class Read:
    """What came of reading a source."""

    given: dict[str, EntryRows]
    """Entries that were cleaned, by key."""
    same: set[str]
    """Keys of entries that are as they were."""
    report: list[tuple[str, Rejected]]
    more_put_right: int = 0


class Listing:
    """What is listed of a source, as an import leaves it."""

    def __init__(self) -> None:
        self.rows: dict[str, EntryRows] = {}

    def read(self, *rows: Row, by: Defaults = LONDON, places: Places = PLACES, each: int = 1) -> Read:
        """Read a source that holds these rows, `each` so many under one number, and list what it has."""
        marks, keys = Marks(), list(self.rows)
        for key in keys:
            marks.add(self.rows[key].mark, key, self.rows[key].digest)
        read = Read({}, set(), [])
        opened = Opened("csv", lambda: ((n // each + 1, row) for n, row in enumerate(rows)))
        for batch in batches(opened, by, places, Marks(marks.packed())):
            assert not read.same & {keys[at] for at in batch.same}, "an entry is given out once"
            for key in batch.withdrawn:
                read.given.pop(key, None)
                read.same.discard(key)
            read.same |= {keys[at] for at in batch.same}
            read.more_put_right += batch.more_put_right
            new = {one.key: one for one in batch.entries}
            assert len(new) == len(batch.entries)
            assert not new.keys() & read.given.keys(), "an entry is given out once"
            read.given |= new
            for kind in ("rejected", "left_out", "put_right"):
                read.report += [(kind, one) for one in getattr(batch, kind)]
        problems = [one for kind, one in read.report if kind != "put_right"]
        assert len(read.given) + len(read.same) + len(problems) == len(rows), "no row is lost"
        self.rows = {key: self.rows[key] for key in read.same} | read.given
        return read


def names(*letters: str) -> list[Row]:
    """Rows that are as they should be."""
    return [{"id": letter, "name": f"Group {letter}", **HALL} for letter in letters]


_row = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c", "d", "", 7]),
        "name": st.sampled_from(["Hope", "Women's group", "", "Serenity"]),
        "time": st.sampled_from(["19:00", "7pm", "half past", ""]),
    },
    optional={
        "day": st.sampled_from(["Friday", "Monday", ["Monday", "Friday"]]),
        "postcode": st.sampled_from(["LS2 9JT", "BT1 5GS", "D08 AB12"]),
        "page": st.sampled_from(["https://example.org/", "javascript:alert(1)"]),
        "latitude": st.sampled_from([53.8, 38.1]),
        "longitude": st.sampled_from([-1.55, 13.4]),
        "unused": st.integers(0, 2),
    },
)
_feed = st.tuples(
    st.lists(_row, max_size=7), st.sampled_from([LONDON, DUBLIN]), st.booleans(), st.integers(1, 3)
)


@given(st.lists(_feed, min_size=2, max_size=4))
def test_with_marks_or_without_the_same_is_listed(feeds: list[tuple[list[Row], Defaults, bool, int]]) -> None:
    """After any feeds one after the other: entries, problems, rows told apart; whatever was learned, and
    however many rows have one number, as the places of one service do."""
    with_marks, without = Listing(), Listing()
    for rows, by, learned, each in feeds:
        places = PLACES.with_learned(
            {"BT1": Point(54.6, -5.93), "D08": Point(53.34, -6.29)} if learned else {}
        )
        quick = with_marks.read(*rows, by=by, places=places, each=each)
        without.rows = {key: one._replace(mark=0) for key, one in without.rows.items()}
        thorough = without.read(*rows, by=by, places=places, each=each)
        assert not thorough.same
        assert _facts(with_marks) == _facts(without)
        assert sorted(map(repr, quick.report)) == sorted(map(repr, thorough.report))


def test_rows_of_one_number_that_share_an_id() -> None:
    """Three places of a service under one id: two the same, the third another; and once more."""
    first, other = names("a")[0], {**names("a")[0], "time": "21:00"}
    for rows in ((first, first, other), (first, other, first), (first, first)):
        listing = Listing()
        read = listing.read(*rows, each=3)
        assert len(read.given) == len(rows) - 1
        assert [(kind, one.why) for kind, one in read.report] == [("left_out", "the same row is there twice")]
        assert listing.read(*rows, each=3).report == read.report


def _facts(listing: Listing) -> dict[str, EntryRows]:
    return {key: one._replace(mark=0) for key, one in listing.rows.items()}


def test_only_what_changed_is_cleaned() -> None:
    """In whatever order the rows come."""
    listing = Listing()
    a, b, c = names("a", "b", "c")
    assert listing.read(a, b, c).given.keys() == {"a", "b", "c"}
    read = listing.read(c, {**b, "time": "20:00"}, a)
    assert (set(read.given), read.same) == ({"b"}, {"a", "c"})
    assert listing.read(a, {**b, "time": "20:00"}, c).same == {"a", "b", "c"}


def test_other_rules_clean_everything_again() -> None:
    """Another zone for rows that name none, or other places; and places that nobody vouches for."""
    listing = Listing()
    rows = names("a", "b")
    listing.read(*rows)
    assert not listing.read(*rows, by=DUBLIN).same
    assert {one.times[0][6] for one in listing.rows.values()} == {"Europe/London"}  # Leeds' own all the same
    assert listing.read(*rows, by=DUBLIN).same == {"a", "b"}
    anybody = Places(PLACES.codes, PLACES.towns, {}, lambda _: None)
    assert not listing.read(*rows, by=DUBLIN, places=anybody).same
    assert rules(LONDON, anybody) == b""
    other = Places({}, Towns((), {}), {}, lambda _: None, made_of="other")
    assert rules(LONDON, other) not in (b"", rules(LONDON, PLACES))


def test_what_is_learned_of_places_counts_at_once() -> None:
    """A row in Northern Ireland or Ireland is cleaned each time: its postcode may have been learned since."""
    listing = Listing()
    (leeds,) = names("a")
    assert "b" not in listing.read(leeds, BELFAST).given
    learned = PLACES.with_learned({"BT1": Point(54.6, -5.93)})
    read = listing.read(leeds, BELFAST, places=learned)
    assert (read.same, read.given["b"].place[5]) == ({"a"}, 54.6)
    assert listing.read(leeds, BELFAST, places=learned).same == {"a"}


def test_what_was_put_right_is_said_each_time() -> None:
    """A report names the first of the rows that were put right, at the tenth import too; all are counted."""
    listing = Listing()
    odd = [{**one, "page": "javascript:alert(1)"} for one in names(*map(str, range(MOST_SHOWN + 20)))]
    first, again = listing.read(*odd), listing.read(*odd)
    assert len(first.report) == len(odd)
    assert again.report == first.report[:MOST_SHOWN]
    assert (len(again.same), again.more_put_right) == (20, 20)


def test_an_id_that_is_shared_from_now_on() -> None:
    """The known row and the new one get ids of their own, whichever comes first; twice the same is told."""
    a, b = names("a", "b")
    other = {**a, "time": "21:00"}
    for rows in ([a, other, b, a], [other, a, b, a], [a, b, other, {**a, "unused": 1}]):
        listing = Listing()
        listing.read(a, b)
        read = listing.read(*rows)
        assert read.same == {"b"}
        assert len(listing.rows) == 3
        assert "a" not in listing.rows
        assert [one.why for _, one in read.report] == ["the same row is there twice"]


def test_a_mark_is_of_the_row_and_of_the_rules() -> None:
    """Equal for equal rows only, with whatever in them; a row too deep to write down has none."""
    by = rules(LONDON, PLACES)
    assert mark_of(written({"a": 1}), by) == mark_of(written({"a": 1}), by) != 0
    slots = {"slots": [Slot(1, 1140)]}  # what is no plain value has a mark by its name
    different: list[Row] = [{"a": 1}, {"a": "1"}, {"a": True}, {"a": 1.5}, {"a": "\ud800"}, slots, {}]
    assert len({mark_of(written(row), by) for row in different}) == len(different)
    assert mark_of(written({"a": 1}), rules(DUBLIN, PLACES)) != mark_of(written({"a": 1}), by)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert mark_of(written({"a": deep}), by) == 0


def test_few_rows_stand_in_memory_together_where_they_are_heavy() -> None:
    """A hostile row may hold millions of signs: a batch of such rows is short."""
    rows = [{"id": str(n), "name": "Hope", "notes": "x" * (900_000 if n < 4 else 0)} | HALL for n in range(9)]
    source = Opened("csv", lambda: enumerate(rows, start=1))
    sizes = [len(batch.entries) for batch in batches(source, LONDON, PLACES)]
    assert sizes == [2, 2, 5]


_mark = st.integers(-(2**62), 2**62 - 1).map(lambda half: 2 * half)


@given(st.lists(st.tuples(_mark, st.text(max_size=3), st.booleans()), unique_by=lambda one: one[0]))
def test_every_mark_is_found_where_it_stands(listed: list[tuple[int, str, bool]]) -> None:
    """Also after the way to another process; 0 is no mark, and what is not listed is not found."""
    marks = Marks()
    for mark, key, odd in listed:
        marks.add(put_right(mark) if odd else mark, key, "0" * 32)
    recognised = Recognised(Marks(marks.packed()))
    for at, (mark, key, odd) in enumerate(listed):
        assert recognised.find(mark) == (at if mark else -1)
        assert recognised.was_put_right(at) == bool(mark and odd)
        assert recognised.key(at) == (number_of(key) if mark else 0)
    assert recognised.find(number_of("not listed") & ~1) == -1
