"""Rows of a whole source gathered into one reading: ids made unique, repeats left out, nothing lost."""

from collections import defaultdict
from collections.abc import Iterable

from bot.domain.directory.offering import Entry, Reading, Rejected
from bot.domain.directory.places import Places
from bot.feeds.halls import forget_halls
from bot.feeds.row import Defaults, NotTaken, Row, Taken, entry_of
from bot.feeds.text import plain
from bot.store.directory.entry_rows import rows_of


def gather(rows: Iterable[tuple[int, Row]], defaults: Defaults, places: Places) -> Reading:
    """Read numbered rows. The order of rows changes nothing but the order of the lists of problems.

    Raises Broken when the source turns out to be broken on the way.
    """
    forget_halls()
    taken: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    rejected: list[Rejected] = []
    left_out: list[Rejected] = []
    changed: list[Rejected] = []
    for number, row in rows:
        match entry_of(row, defaults, places):
            case Taken(entry, put_right):
                taken[entry.key].append((number, entry))
                if put_right:
                    changed.append(Rejected(number, plain(row.get("name"), 60), put_right))
            case NotTaken(why, wrong):
                (rejected if wrong else left_out).append(Rejected(number, plain(row.get("name"), 60), why))
    entries, repeats = _told_apart(taken)
    return Reading(
        tuple(entries), tuple(rejected), tuple(sorted(left_out + repeats, key=_row)), tuple(changed)
    )


def _told_apart(taken: dict[str, list[tuple[int, Entry]]]) -> tuple[list[Entry], list[Rejected]]:
    """Rows that share an id: the same row twice is one entry, different rows get ids of their own."""
    entries: list[Entry] = []
    repeats: list[Rejected] = []
    for key, numbered in sorted(taken.items()):
        digests = [rows_of(entry).digest for _, entry in numbered]
        different = {digest: entry for digest, (_, entry) in reversed([*zip(digests, numbered, strict=True)])}
        seen: set[str] = set()
        for digest, (number, entry) in zip(digests, numbered, strict=True):
            if digest in seen:
                repeats.append(Rejected(number, entry.name[:60], "the same row is there twice"))
            seen.add(digest)
        if len(different) == 1:
            entries += different.values()
        else:
            entries += [
                entry._replace(key=f"{key}~{digest[:12]}") for digest, entry in sorted(different.items())
            ]
    return entries, repeats


def _row(rejected: Rejected) -> int:
    return rejected.row
