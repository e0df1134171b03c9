"""A source read a batch at a time: entries as rows to be written, and what became of all other rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.directory.marks import NO_MARK, Marks, Recognised, number_of, put_right, short
from bot.domain.directory.offering import Rejected
from bot.domain.directory.places import Places
from bot.feeds.halls import forget_halls
from bot.feeds.read import Opened
from bot.feeds.row import Defaults, Row, Taken, entry_of
from bot.feeds.rules import mark_of, rules, written
from bot.feeds.text import plain
from bot.store.directory.entry_rows import EDITION, EntryRows, rows_of

SIZE = 400
_HEAVY = 1 << 20
"""Bytes. Rows of a batch stand in memory together; above this it is cut short."""
MOST_SHOWN = 2_000
"""Problems of a kind that are said with their rows; the others are counted."""
_TOLD_APART = 12
"""Signs of an entry's digest that are added to an id which several different entries share."""

Read = tuple[int, Row, bytes]
"""Its number for people (places of one service share it), what it holds, the same written for its mark."""
_Marked = tuple[int, int, Row, int]
"""Which row it is, its number for people, what it holds, its mark."""


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

    def first(self, key: str, row: int, digest: int) -> tuple[int, int]:
        """The row that came first under an id, and its short digest: this one, if none did."""
        number = number_of(key)
        row_before, digest_before = self._listed.first(number)
        if row_before:
            return row_before, digest_before
        before = self._cleaned.setdefault(number, row << 48 | digest)
        return before >> 48, before & ((1 << 48) - 1)


def batches(
    opened: Opened,
    defaults: Defaults,
    places: Places,
    marks: Marks | None = None,
    handed: Iterator[list[Read]] | None = None,
) -> Iterator[Batch]:
    """All of a source. The order of its rows changes nothing but the order of what is given out.

    Only a number for each id is kept in memory. The same row twice is one entry; different rows with one id
    get ids of their own, and the id itself is taken back. A row that has one of the `marks` is not cleaned.
    `handed`: its rows, where another process reads them. Raises Broken when the source turns out to be.
    """
    forget_halls()
    by = rules(defaults, places)
    listed = marks or Marks()
    recognised = Recognised(listed)
    ids = _Ids(recognised)
    put_right_said = 0
    rows_before = 0
    for read in handed or read_together(opened):
        some = [
            (which, number, row, mark_of(raw, by))
            for which, (number, row, raw) in enumerate(read, start=rows_before + 1)
        ]
        rows_before += len(some)
        batch = Batch()
        fresh = some
        if listed.marks:
            fresh = _not_recognised(batch, some, recognised, ids, again=put_right_said < MOST_SHOWN)
        _clean(batch, fresh, defaults, places, ids)
        put_right_said += len(batch.put_right)
        yield batch
    if ids.shared:
        yield Batch([*_first_of(ids, opened, defaults, places)], withdrawn=sorted(ids.shared))


def read_together(opened: Opened) -> Iterator[list[Read]]:
    """All rows, as many together as make a batch. Raises Broken when the source turns out to be."""
    return in_batches((number, row, written(row)) for number, row in opened.rows())


def in_batches(rows: Iterable[Read]) -> Iterator[list[Read]]:
    """As many together as make a batch; at the end one that may be empty."""
    some: list[Read] = []
    weight = 0
    for one in rows:
        some.append(one)
        weight += len(one[2]) or _HEAVY
        if len(some) == SIZE or weight >= _HEAVY:
            yield some
            some, weight = [], 0
    yield some


def _not_recognised(
    batch: Batch, some: Sequence[_Marked], recognised: Recognised, ids: _Ids, *, again: bool
) -> list[_Marked]:
    """The rows that are not as they are listed; the others are noted in the batch."""
    fresh = []
    for one in some:
        at = ids.recognised(one[3], one[0], again=again)
        if at < 0:
            fresh.append(one)
        else:
            batch.same.append(at)
            batch.more_put_right += recognised.was_put_right(at)
    return fresh


def _clean(batch: Batch, fresh: Sequence[_Marked], defaults: Defaults, places: Places, ids: _Ids) -> None:
    """Each step for all rows before the next step: measured to take a fifth less time than row by row."""
    cleaned = [entry_of(row, defaults, places) for _, _, row, _ in fresh]
    taken: list[tuple[int, int, EntryRows]] = []
    for (which, number, row, mark), found in zip(fresh, cleaned, strict=True):
        if isinstance(found, Taken):
            kept = NO_MARK if not found.always else put_right(mark) if found.put_right else mark
            taken.append((which, number, rows_of(found.entry, kept)))
            if found.put_right:
                batch.put_right.append(Rejected(number, plain(row.get("name"), 60), found.put_right))
        else:
            problems = batch.rejected if found.wrong else batch.left_out
            problems.append(Rejected(number, plain(row.get("name"), 60), found.why))
    for which, number, rows in taken:
        _take(batch, which, number, rows, ids)


def _take(batch: Batch, which: int, number: int, rows: EntryRows, ids: _Ids) -> None:
    digest = short(rows.digest)
    first = ids.first(rows.key, which, digest)
    if first == (which, digest) and rows.key not in ids.shared:
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
    for which, (_, row) in enumerate(opened.rows(), start=1):
        if which not in wanted:
            continue
        match entry_of(row, defaults, places):
            case Taken(entry) if entry.key in ids.shared:
                rows = rows_of(entry)
                if (which, short(rows.digest)) == ids.first(rows.key, 0, 0):
                    yield _renamed(rows)
            case _:
                pass


def _renamed(rows: EntryRows) -> EntryRows:
    return rows._replace(key=f"{rows.key}~{rows.digest[:_TOLD_APART]}", mark=NO_MARK)
