"""Bringing a source into the directory: staged a little at a time, compared, and published all at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bot.app.directory.likenesses import compare
from bot.app.directory.outcomes import (
    Asked,
    Imported,
    KnownColumns,
    Outcome,
    Overtaken,
    Superseded,
)
from bot.domain.directory.gates import TooManyErrors, TooManyGone, gate
from bot.domain.directory.marks import Marks
from bot.domain.directory.offering import Reading, Rejected
from bot.store.directory import generations, known_offerings, sources, staging
from bot.store.directory.entry_rows import EntryRows, rows_of
from bot.store.directory.generations import Counts
from bot.store.directory.known_offerings import Known
from bot.store.directory.sources import Source
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

AT_A_TIME = 3600
"""Offerings in one write transaction: a page of an index is then written once for many of them."""
GENTLY = 8
"""The same where people are answered meanwhile: a millisecond or two for which a turn may have to wait."""
PAGE = 1000
MANY = 1000
"""New and changed entries after which the database is asked to look at its tables anew."""
MISSING_TO_HIDE = 3
"""An entry is hidden at the third successful fetch in a row that does not have it."""
T = TypeVar("T")
Rest = Callable[[], Awaitable[object]]


class Importing:
    """One import under way. Nothing of it is seen before `finish`; one that dies leaves the last copy.

    With `rest` it writes a little at a time, and awaits that in between.
    """

    def __init__(self, store: Store, asked: Asked, rest: Rest | None = None) -> None:
        self._store = store
        self._asked = asked
        self._rest = rest
        self._at_a_time = GENTLY if rest else AT_A_TIME
        self._was: int | None = None
        self._known = KnownColumns()
        self._taken = self._added = self._changed = 0
        self._waiting: list[EntryRows] = []
        self._places: dict[str, int] = {}
        self._back: list[int] = []
        self._own = asked.own or asked.yes
        self.begun = False

    async def look(self) -> Marks:
        """Read what is known of the source: the marks of what is listed. Nothing is changed."""
        marks = Marks()
        async with self._store.reading() as tx:
            source = await sources.named(tx, self._asked.source)
            if source is None:
                self._was = 0
                return marks
            first, last = await known_offerings.span(tx, source.id)
        self._was = source.generation
        for start in range(first, last + 1, PAGE):  # a page at a time, so that nobody else's reading waits
            async with self._store.reading() as tx:
                page = await known_offerings.page(tx, source.id, start, start + PAGE - 1)
            self._known.add(page)
            marks.extend(page.marks, page.keys, page.digests)
        return marks

    async def begin(self) -> None:
        """Tidy up after an import that died, and open a generation. Once begun it does nothing."""
        if self.begun:
            return
        if self._was is None:
            await self.look()
        asked = self._asked
        async with self._store.transaction() as tx:
            seen = await sources.ensure(
                tx, asked.source, asked.programme, asked.zone, fictional=asked.fictional
            )
            self._generation = await generations.begin(tx, seen.id, asked.now)
            left_over = [one for one in await generations.unfinished(tx, seen.id) if one < self._generation]
        self._source = replace(seen, generation=self._was or 0)
        for generation in left_over:
            await self._unstage(generation)
        self.begun = True

    def same(self, where: Sequence[int]) -> None:
        """Entries that are as they are listed, by where they stand in the marks."""
        self._taken += len(where)
        for at in where:
            self._see(at)

    async def add(self, entries: Sequence[EntryRows]) -> None:
        """Take entries, each key once; what is new or changed is staged, once there is enough of it.

        Raises Superseded, as `withdraw` does.
        """
        self._waiting.extend(entries)
        if len(self._waiting) >= self._at_a_time:
            await self._add_waiting(self._at_a_time)

    async def _add_waiting(self, least: int = 1) -> None:
        """So many at a time, until fewer than `least` are left."""
        waiting, self._waiting = self._waiting, []
        for some in self._some(waiting):
            if len(some) < least:
                self._waiting = some
            else:
                await self._add(some)

    async def withdraw(self, keys: Sequence[str]) -> None:
        """Take keys back that turned out to stand for several different entries."""
        if keys:
            await self._add_waiting()
        for some in self._some(keys):
            gone = (await self._known_of(some)).values()
            async with self._staging() as tx:
                staged = await staging.withdraw(tx, self._generation, [one.offering for one in gone])
                staging.end(tx, self._generation, [one.edition for one in gone if one.edition])
            self._taken -= len(some)
            self._changed -= sum(one.offering in staged and bool(one.edition) for one in gone)
            self._added -= sum(one.offering in staged and not one.edition for one in gone)

    async def finish(self, rejected: int, problems: Sequence[Rejected] = ()) -> Outcome:
        """Publish, if the gates let it through."""
        try:
            return await self._finish(rejected, problems)
        except Superseded:
            return await self.overtaken()

    async def _finish(self, rejected: int, problems: Sequence[Rejected]) -> Outcome:
        await self._add_waiting()
        asked = self._asked
        known = self._known
        async with self._store.reading() as tx:
            before = await generations.last_import(tx, self._source.id)
        closed = gate(
            listed=sum(not known.since[at] for at in known.listed()),
            gone=sum(not known.since[at] for at in known.missing()),
            taken=self._taken,
            rejected=rejected,
            scheduled=asked.scheduled,
            usual=before.share_rejected if before else 0.0,
        )
        if closed is not None and not asked.yes:
            await self.give_up(str(closed))
            return closed
        removed = await self._let_go()
        counts = Counts(self._taken, rejected, self._added, self._changed, removed)
        async with self._store.transaction() as tx:
            becomes = replace(
                self._source, programme=asked.programme, zone=asked.zone, own=asked.own, area=asked.area
            )
            published = await generations.is_newest(
                tx, becomes.id, self._generation
            ) and await generations.publish(tx, becomes, self._generation, counts, problems, asked.now)
        if not published:
            raise Superseded
        await self._tidy()
        await compare(self._store, self._source.id, self._generation, asked.now, self._pause)
        return Imported(counts)

    async def overtaken(self) -> Overtaken:
        """Another import of the source goes on: nothing of this one stays."""
        await self._unstage(self._generation)
        return Overtaken()

    async def unchanged(self) -> Outcome:
        """The source says that it is as it was: suspects are a fetch nearer to being hidden, no more."""
        self.same([at for at in self._known.listed() if not self._known.since[at]])
        async with self._store.reading() as tx:
            before = await generations.last_import(tx, self._source.id)
            problems = await generations.problems(tx, self._source.id)
        return await self.finish(before.rejected if before else 0, problems)

    async def give_up(self, why: str) -> None:
        """Leave the last good copy; the source says why."""
        await self._unstage(self._generation)
        async with self._store.transaction() as tx:
            sources.tried(tx, self._source.id, self._asked.now, why)

    async def _add(self, entries: list[EntryRows]) -> None:
        fresh: list[EntryRows] = []
        ended: list[int] = []
        new: list[tuple[str, str]] = []
        marked: list[tuple[int, int]] = []
        known = await self._known_of([rows.key for rows in entries]) if self._known.last else {}
        self._taken += len(entries)
        for rows in entries:
            one = known.get(rows.key)
            if one is None:
                new.append((rows.key, self._why_hidden(rows)))
            else:
                self._see(self._known.find(one.offering))
            if one is not None and one.edition and one.digest == rows.digest:
                if one.mark != rows.mark:
                    marked.append((one.edition, rows.mark))
                continue
            fresh.append(rows)
            if one is not None and one.edition:
                ended.append(one.edition)
                self._changed += 1
            else:
                self._added += 1
        if not fresh and not marked:
            return
        async with self._staging() as tx:
            offerings = {key: one.offering for key, one in known.items()}
            if new:
                offerings |= await staging.add_offerings(tx, self._source.id, new, self._asked.now)
            staged = [(offerings[rows.key], rows) for rows in fresh]
            self._places = await staging.stage(tx, self._source.id, self._generation, staged, self._places)
            staging.end(tx, self._generation, ended)
            staging.mark(tx, marked)
        await self._pause()

    async def _known_of(self, keys: Sequence[str]) -> dict[str, Known]:
        """What is known now of these keys, in one hop."""
        async with self._store.reading() as tx:
            return await known_offerings.of_keys(tx, self._source.id, keys)

    def _see(self, at: int) -> None:
        """An entry that the source has; -1 for one that nobody knew of."""
        if at < 0:
            return
        self._known.seen[at] = True
        if self._known.since[at]:
            self._back.append(self._known.offerings[at])

    def _why_hidden(self, rows: EntryRows) -> str:
        waits = rows.kind == "service" and (rows.unsure or self._asked.scheduled)
        return "review" if waits else ""

    async def _let_go(self) -> int:
        """End what is gone, note what is suspect; how many are gone."""
        async with self._store.reading() as tx:
            before = await known_offerings.published(tx, self._source.id, MISSING_TO_HIDE)
        ended: list[int] = []
        suspects: list[int] = []
        known = self._known
        for at in known.missing():
            since = known.since[at]
            fetches = 1 + sum(one >= since for one in before) if since else 1
            if self._own or fetches >= MISSING_TO_HIDE:
                ended.append(known.editions[at])
                self._back.append(known.offerings[at])
            elif not since:
                suspects.append(known.offerings[at])
        for editions in self._some(ended):
            async with self._staging() as tx:
                staging.end(tx, self._generation, editions)
            await self._pause()
        for some in self._some(suspects):
            async with self._staging() as tx:
                staging.suspected(tx, self._source.id, self._generation, some)
        return len(ended)

    async def _tidy(self) -> None:
        for some in self._some(self._back):
            async with self._writing() as tx:
                staging.cleared(tx, some)
        more = True
        while more:
            async with self._writing() as tx:
                more = await staging.purge(tx, self._source.id, self._at_a_time)
            await self._pause()
        for table in staging.TABLES if self._added + self._changed >= MANY else ():
            async with self._store.transaction() as tx:
                await tx.study(table)
            await self._pause()

    async def _unstage(self, generation: int) -> None:
        more = True
        while more:
            async with self._writing() as tx:
                more = await staging.unstage(tx, self._source.id, generation, self._at_a_time)
        async with self._store.transaction() as tx:
            generations.drop(tx, generation)

    def _writing(self) -> AbstractAsyncContextManager[Transaction]:
        """For what nobody sees yet: it waits for no disk. Where people wait, it is quickly over."""
        return self._store.transaction(short=self._rest is not None, lasting=False)

    @asynccontextmanager
    async def _staging(self) -> AsyncIterator[Transaction]:
        """The same for this import alone. Raises Superseded."""
        async with self._writing() as tx:
            if not await generations.is_newest(tx, self._source.id, self._generation):
                raise Superseded
            yield tx

    def _some(self, things: Iterable[T]) -> Iterator[list[T]]:
        left = iter(things)
        while some := list(islice(left, self._at_a_time)):
            yield some

    async def _pause(self) -> None:
        if self._rest is not None:
            await self._rest()


async def import_reading(store: Store, reading: Reading, asked: Asked) -> Outcome:
    """Make a source hold what a reading in memory holds. The same again, in any order, changes nothing."""
    rows = await asyncio.to_thread(lambda: [rows_of(entry) for entry in reading.entries])
    importing = Importing(store, asked)
    await importing.begin()
    await importing.add(rows)
    return await importing.finish(len(reading.rejected), reading.rejected)


async def note_failure(store: Store, *, source: str, now: datetime, why: str) -> None:
    """An attempt gave nothing that can be read: the last good copy stays, and the source says why."""
    async with store.transaction() as tx:
        known = await sources.named(tx, source)
        if known is not None:
            sources.tried(tx, known.id, now, why)


__all__ = [
    "Asked", "Imported", "Importing", "Outcome", "Overtaken", "Source", "Superseded", "TooManyErrors",
    "TooManyGone", "import_reading", "note_failure",
]  # fmt: skip
