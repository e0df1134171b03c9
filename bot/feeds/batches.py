"""A source read a batch at a time: entries as rows to be written, and what became of all other rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.directory.marks import NO_MARK, Marks, Recognised, number_of, put_right, short
from bot.domain.directory.offering import Rejected
from bot.domain.directory.places import Places
from bot.feeds.halls import forget_halls
from bot.feeds.read import Opened
from bot.feeds.row import Defaults, NotTaken, Taken, entry_of
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
    batch, spoken_of, put_right_said = Batch(), 0, 0
    for number, row in opened.rows():
        mark = mark_of(row, by)
        at = ids.recognised(mark, number, again=put_right_said < MOST_SHOWN)
        if at >= 0:
            batch.same.append(at)
            batch.more_put_right += recognised.was_put_right(at)
        else:
            match entry_of(row, defaults, places):
                case Taken(entry, why, always):
                    mark = NO_MARK if not always else put_right(mark) if why else mark
                    _take(batch, number, rows_of(entry, mark), ids)
                    if why:
                        batch.put_right.append(Rejected(number, plain(row.get("name"), 60), why))
                        put_right_said += 1
                case NotTaken(why, wrong):
                    (batch.rejected if wrong else batch.left_out).append(
                        Rejected(number, plain(row.get("name"), 60), why)
                    )
        spoken_of += 1
        if spoken_of == SIZE:
            yield batch
            batch, spoken_of = Batch(), 0
    yield batch
    if ids.shared:
        yield Batch([*_first_of(ids, opened, defaults, places)], withdrawn=sorted(ids.shared))


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
