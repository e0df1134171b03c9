"""A source read a batch at a time: entries as rows to be written, and what became of all other rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.directory.offering import Entry, Rejected
from bot.domain.directory.places import Places
from bot.feeds.halls import forget_halls
from bot.feeds.read import Opened
from bot.feeds.row import Defaults, NotTaken, Taken, entry_of
from bot.feeds.text import plain
from bot.store.directory.entry_rows import EntryRows, rows_of

SIZE = 400
_TOLD_APART = 12
"""Signs of an entry's digest that are added to an id which several different entries share."""


@dataclass(slots=True)
class Batch:
    """Some of a source. `withdrawn` are ids given out before that turned out to stand for several entries."""

    entries: list[EntryRows] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    left_out: list[Rejected] = field(default_factory=list)
    put_right: list[Rejected] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows it speaks of."""
        return len(self.entries) + len(self.rejected) + len(self.left_out)


def batches(opened: Opened, defaults: Defaults, places: Places) -> Iterator[Batch]:
    """All of a source. The order of its rows changes nothing but the order of what is given out.

    Only a number for each id is kept in memory. The same row twice is one entry; different rows with one id
    get ids of their own, and the id itself is taken back. Raises Broken when the source turns out to be.
    """
    forget_halls()
    seen: dict[str, int] = {}
    shared: dict[str, set[str]] = {}
    batch = Batch()
    for number, row in opened.rows():
        match entry_of(row, defaults, places):
            case Taken(entry, put_right):
                _take(batch, number, entry, seen, shared)
                if put_right:
                    batch.put_right.append(Rejected(number, plain(row.get("name"), 60), put_right))
            case NotTaken(why, wrong):
                (batch.rejected if wrong else batch.left_out).append(
                    Rejected(number, plain(row.get("name"), 60), why)
                )
        if batch.size >= SIZE:
            yield batch
            batch = Batch()
    yield batch
    if shared:
        yield Batch([*_first_of(shared, seen, opened, defaults, places)], withdrawn=sorted(shared))


def _take(batch: Batch, number: int, entry: Entry, seen: dict[str, int], shared: dict[str, set[str]]) -> None:
    rows = rows_of(entry)
    mark = int(rows.digest[:_TOLD_APART], 16)
    first = seen.setdefault(entry.key, number << 48 | mark)
    if first == number << 48 | mark and entry.key not in shared:
        batch.entries.append(rows)
        return
    known = shared.get(entry.key, set())
    own = rows.digest[:_TOLD_APART]
    if first & ((1 << 48) - 1) == mark or own in known:
        batch.left_out.append(Rejected(number, entry.name[:60], "the same row is there twice"))
        return
    shared.setdefault(entry.key, set()).add(own)
    batch.entries.append(_renamed(rows))


def _first_of(
    shared: dict[str, set[str]], seen: dict[str, int], opened: Opened, defaults: Defaults, places: Places
) -> Iterator[EntryRows]:
    """The entries that came first under an id that others share, read once more."""
    wanted = {seen[key] >> 48 for key in shared}
    for number, row in opened.rows():
        if number not in wanted:
            continue
        match entry_of(row, defaults, places):
            case Taken(entry) if entry.key in shared and seen[entry.key] >> 48 == number:
                rows = rows_of(entry)
                if int(rows.digest[:_TOLD_APART], 16) == seen[entry.key] & ((1 << 48) - 1):
                    yield _renamed(rows)
            case _:
                pass


def _renamed(rows: EntryRows) -> EntryRows:
    return rows._replace(key=f"{rows.key}~{rows.digest[:_TOLD_APART]}")
