"""A source read a batch at a time: entries as rows to be written, and what became of all other rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.domain.directory.marks import NO_MARK, Marks, Recognised, number_of, put_right, short
from bot.domain.directory.offering import Rejected
from bot.domain.directory.places import Places
from bot.feeds.halls import forget_halls
from bot.feeds.read import Opened
from bot.feeds.row import Defaults, Row, Taken, entry_of
from bot.feeds.rules import mark_of, rules
from bot.feeds.text import plain
from bot.store.directory.entry_rows import EDITION, EntryRows, rows_of

SIZE = 400
MOST_SHOWN = 2_000
"""Problems of a kind that are said with their rows; the others are counted."""
_TOLD_APART = 12
"""Signs of an entry's digest that are added to an id which several different entries share."""


@dataclass(slots=True)
class Batch:
    """Some of a source. `withdrawn` are ids given out before that turned out to stand for several entries.

    `same`: where in the marks those entries stand that are as they are listed. `more_put_right`: how many of
    these were put right, and are not in `put_right`.
    """

    entries: list[EntryRows] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    left_out: list[Rejected] = field(default_factory=list)
    put_right: list[Rejected] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    more_put_right: int = 0


class _Ids:
    """Which row came first under each id, with the start of its digest: a number or two for each."""

    def __init__(self, listed: Recognised) -> None:
        self._listed = listed
        self._cleaned: dict[int, int] = {}
        self.shared: dict[str, set[int]] = {}

    def recognised(self, mark: int, row: int, *, again: bool) -> int:
        """Where in the marks the entry of a row stands, if that is the first of its id; else -1.

        `again`: those that were put right are cleaned again, to say what was.
        """
        at = self._listed.find(mark)
        if at < 0 or self._listed.key(at) in self._cleaned or (again and self._listed.was_put_right(at)):
            return -1
        self._listed.take(at, row)
        return at

    def was_put_right(self, at: int) -> bool:
        """Whether there is something to report of an entry that was recognised."""
        return self._listed.was_put_right(at)

    def first(self, key: str, row: int, digest: int) -> tuple[int, int]:
        """The row that came first under an id, and its short digest: this one, if none did."""
        number = number_of(key)
        row_before, digest_before = self._listed.first(number)
        if row_before:
            return row_before, digest_before
        before = self._cleaned.setdefault(number, row << 48 | digest)
        return before >> 48, before & ((1 << 48) - 1)


def batches(
    opened: Opened, defaults: Defaults, places: Places, marks: Marks | None = None
) -> Iterator[Batch]:
    """All of a source. The order of its rows changes nothing but the order of what is given out.

    Only a number for each id is kept in memory. The same row twice is one entry; different rows with one id
    get ids of their own, and the id itself is taken back. A row that has one of the `marks` is not cleaned.
    Raises Broken when the source turns out to be.
    """
    forget_halls()
    by = rules(defaults, places)
    recognised = Recognised(marks or Marks())
    ids = _Ids(recognised)
    rows, put_right_said = opened.rows(), 0
    while some := list(islice(rows, SIZE)):
        batch = Batch()
        fresh = _not_recognised(batch, some, by, ids, again=put_right_said < MOST_SHOWN)
        _clean(batch, fresh, defaults, places, ids)
        put_right_said += len(batch.put_right)
        yield batch
    if ids.shared:
        yield Batch([*_first_of(ids, opened, defaults, places)], withdrawn=sorted(ids.shared))


def _not_recognised(
    batch: Batch, some: Sequence[tuple[int, Row]], by: bytes, ids: _Ids, *, again: bool
) -> list[tuple[int, Row, int]]:
    """The rows that are not as they are listed, each with its number and its mark."""
    fresh: list[tuple[int, Row, int]] = []
    for (number, row), mark in zip(some, [mark_of(row, by) for _, row in some], strict=True):
        at = ids.recognised(mark, number, again=again)
        if at < 0:
            fresh.append((number, row, mark))
        else:
            batch.same.append(at)
            batch.more_put_right += ids.was_put_right(at)
    return fresh


def _clean(
    batch: Batch, fresh: Sequence[tuple[int, Row, int]], defaults: Defaults, places: Places, ids: _Ids
) -> None:
    """Each step for all of them before the next one: code that was run just now takes a fifth less time."""
    cleaned = [entry_of(row, defaults, places) for _, row, _ in fresh]
    written: list[tuple[int, EntryRows]] = []
    for (number, row, mark), found in zip(fresh, cleaned, strict=True):
        if isinstance(found, Taken):
            kept = NO_MARK if not found.always else put_right(mark) if found.put_right else mark
            written.append((number, rows_of(found.entry, kept)))
            if found.put_right:
                batch.put_right.append(Rejected(number, plain(row.get("name"), 60), found.put_right))
        else:
            problems = batch.rejected if found.wrong else batch.left_out
            problems.append(Rejected(number, plain(row.get("name"), 60), found.why))
    for number, rows in written:
        _take(batch, number, rows, ids)


def _take(batch: Batch, number: int, rows: EntryRows, ids: _Ids) -> None:
    digest = short(rows.digest)
    first = ids.first(rows.key, number, digest)
    if first == (number, digest) and rows.key not in ids.shared:
        batch.entries.append(rows)
    elif digest in (first[1], *ids.shared.get(rows.key, ())):
        name = str(rows.edition[EDITION.index("name")])
        batch.left_out.append(Rejected(number, name[:60], "the same row is there twice"))
    else:
        ids.shared.setdefault(rows.key, set()).add(digest)
        batch.entries.append(_renamed(rows))


def _first_of(ids: _Ids, opened: Opened, defaults: Defaults, places: Places) -> Iterator[EntryRows]:
    """The entries that came first under an id that others share, read once more."""
    wanted = {ids.first(key, 0, 0)[0] for key in ids.shared}
    for number, row in opened.rows():
        if number not in wanted:
            continue
        match entry_of(row, defaults, places):
            case Taken(entry) if entry.key in ids.shared:
                rows = rows_of(entry)
                if (number, short(rows.digest)) == ids.first(rows.key, 0, 0):
                    yield _renamed(rows)
            case _:
                pass


def _renamed(rows: EntryRows) -> EntryRows:
    return rows._replace(key=f"{rows.key}~{rows.digest[:_TOLD_APART]}", mark=NO_MARK)
