"""Bringing a source into the directory: staged a little at a time, compared, and published all at once."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bot.domain.directory.offering import Entry, Reading
from bot.store import offerings, sources
from bot.store.offerings import Current
from bot.store.sources import Counts, Source
from bot.store.store import Store

AT_A_TIME = 100
"""Offerings in one write transaction: well under the 20 ms for which a turn may have to wait."""
PAGE = 1000
BIG_DROP = 0.20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """Published (or found to be what is published already)."""

    counts: Counts


@dataclass(frozen=True, slots=True)
class TooManyGone:
    """Nothing was changed: so many of the groups listed now would go that somebody has to say yes."""

    removed: int
    listed: int


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was changed: another import of the same source was published meanwhile."""


Outcome = Imported | TooManyGone | Overtaken


async def import_reading(
    store: Store,
    reading: Reading,
    *,
    source: str,
    programme: str,
    zone: str,
    now: datetime,
    fictional: bool = False,
    yes: bool = False,
) -> Outcome:
    """Make `source` hold what `reading` holds.

    The source's own list is the truth: what is no longer in it hides at once; when that is over a fifth of
    what is listed, it asks first (`yes`). Nothing is seen before all of it is; an import that dies leaves the
    last good copy. The same reading again, in any order, changes nothing.
    """
    async with store.transaction() as tx:
        seen = await sources.ensure(tx, source, programme, zone, fictional=fictional)
        left_over = await sources.unfinished(tx, seen.id)
    for generation in left_over:
        await _unstage(store, seen.id, generation)
    listed = await _listed_now(store, seen.id)
    fresh, ended = await asyncio.to_thread(_differences, reading.entries, listed)
    gone = len(listed.keys() - {entry.key for entry in reading.entries})
    if listed and gone > BIG_DROP * len(listed) and not yes:
        async with store.transaction() as tx:
            sources.tried(tx, seen.id, now, f"{gone} of {len(listed)} would go")
        return TooManyGone(gone, len(listed))
    changed = sum(entry.key in listed for entry in fresh)
    counts = Counts(len(reading.entries), len(reading.rejected), len(fresh) - changed, changed, gone)
    generation = await _staged(store, seen, fresh, ended, now)
    renamed = Source(
        seen.id, seen.name, programme, zone, seen.fictional, seen.generation, None, None, seen.last_problem
    )
    async with store.transaction() as tx:
        published = await sources.publish(tx, renamed, generation, counts, now)
    if not published:
        await _unstage(store, seen.id, generation)
        return Overtaken()
    await _purge(store, seen.id)
    return Imported(counts)


async def note_failure(store: Store, *, source: str, now: datetime, why: str) -> None:
    """An attempt gave nothing that can be read: the last good copy stays, and the source says why."""
    async with store.transaction() as tx:
        known = await sources.named(tx, source)
        if known is not None:
            sources.tried(tx, known.id, now, why)


async def _listed_now(store: Store, source_id: int) -> dict[str, Current]:
    """All that is seen of a source, read a page at a time so that nobody else's reading waits."""
    listed: dict[str, Current] = {}
    after = 0
    while True:
        async with store.reading() as tx:
            page = await offerings.current(tx, source_id, after, PAGE)
        listed |= page
        if len(page) < PAGE:
            return listed
        after = max(one.edition for one in page.values())


def _differences(entries: Sequence[Entry], listed: dict[str, Current]) -> tuple[list[Entry], list[int]]:
    """Entries that are new or changed, and the editions they or their absence bring to an end."""
    digests = {entry.key: entry.digest() for entry in entries}
    fresh = [
        entry
        for entry in entries
        if entry.key not in listed or listed[entry.key].digest != digests[entry.key]
    ]
    ended = [one.edition for key, one in listed.items() if digests.get(key) != one.digest]
    return fresh, ended


async def _staged(store: Store, seen: Source, fresh: list[Entry], ended: list[int], now: datetime) -> int:
    async with store.transaction() as tx:
        generation = await sources.begin(tx, seen.id, now)
    for entries in _some(fresh):
        async with store.transaction() as tx:
            offerings.stage(tx, seen.id, generation, entries, now)
    for editions in _some(ended):
        async with store.transaction() as tx:
            offerings.end(tx, generation, editions)
    return generation


async def _unstage(store: Store, source_id: int, generation: int) -> None:
    more = True
    while more:
        async with store.transaction() as tx:
            more = await offerings.unstage(tx, source_id, generation, AT_A_TIME)
    async with store.transaction() as tx:
        sources.drop(tx, generation)


async def _purge(store: Store, source_id: int) -> None:
    more = True
    while more:
        async with store.transaction() as tx:
            more = await offerings.purge(tx, source_id, AT_A_TIME)


def _some(things: Iterable[T]) -> Iterator[list[T]]:
    left = iter(things)
    while some := list(islice(left, AT_A_TIME)):
        yield some
