"""A file into the directory: read apart from the loop, staged as it comes, published at the end."""

import asyncio
import gc
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.app.directory.imports import Asked, Importing, Outcome, Rest, Superseded, note_failure
from bot.domain.directory.marks import Marks
from bot.domain.directory.offering import NoReading, Rejected
from bot.domain.directory.places import Places
from bot.feeds.batches import MOST_SHOWN, Batch, batches
from bot.feeds.handing import HEAD, can_be_handed, packet, packets
from bot.feeds.parts import Broken
from bot.feeds.read import open_source
from bot.feeds.row import Defaults
from bot.feeds.worker import GARBAGE_AFTER, job, unpacked
from bot.store.store import Store

SMALL = 1 << 20
"""Bytes. What is smaller is read in a thread: starting a process takes longer."""
AHEAD = 1 << 20
"""Bytes that the reading process may be ahead of the writing, so that neither waits for the other."""

Look = Callable[[], Awaitable[Marks]]


@dataclass(slots=True)
class Report:
    """What became of the rows: how many, and the first `MOST_SHOWN` problems of each kind with their rows."""

    taken: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_out: list[Rejected] = field(default_factory=list)
    put_right: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    left_out_count: int = 0
    put_right_count: int = 0

    def note(self, batch: Batch) -> None:
        """Add a batch."""
        self.taken += len(batch.entries) + len(batch.same) - len(batch.withdrawn)
        self.rejected_count += len(batch.rejected)
        self.left_out_count += sum(one.row > 0 for one in batch.left_out)
        self.put_right_count += len(batch.put_right) + batch.more_put_right
        for kept, new in (
            (self.rejected, batch.rejected),
            (self.left_out, batch.left_out),
            (self.put_right, batch.put_right),
        ):
            kept.extend(new[: MOST_SHOWN - len(kept)])


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of it: the outcome, or why nothing could be read, and the report.

    `as_it_was`: the source said that nothing has changed, so no row was read.
    """

    outcome: Outcome | NoReading
    report: Report
    as_it_was: bool = False


async def bring(
    store: Store, places: Places, file: Path, form: str, asked: Asked, rest: Rest | None = None
) -> Brought:
    """Import a file. Nothing of it is seen before it is published. Raises OSError where there is none."""
    with _little_garbage() if rest is None else nullcontext():
        return await _brought(store, places, file, form, asked, rest)


@contextmanager
def _little_garbage() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(GARBAGE_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def _brought(
    store: Store, places: Places, file: Path, form: str, asked: Asked, rest: Rest | None
) -> Brought:
    report = Report()
    importing = Importing(store, asked, rest)
    defaults = Defaults(asked.programme, asked.zone, area=asked.area)
    try:
        here = rest is None  # nobody waits, so this process has the time to read the rows
        async with aclosing(read_apart(file, form, defaults, places, importing.look, here=here)) as read:
            async for batch in read:
                if isinstance(batch, NoReading):
                    return await _given_up(store, asked, importing, batch.why, report)
                report.note(batch)
                if batch.entries or batch.same:
                    await importing.begin()
                if importing.begun:
                    await importing.withdraw(batch.withdrawn)
                    importing.same(batch.same)
                    await importing.add(batch.entries)
    except Superseded:
        return Brought(await importing.overtaken(), report)
    if not importing.begun:
        rows = report.rejected_count + report.left_out_count
        why = "no row could be taken" if rows else "there are no rows in it"
        return await _given_up(store, asked, importing, why, report)
    problems = sorted(report.rejected + report.left_out, key=lambda one: one.row)
    return Brought(await importing.finish(report.rejected_count, problems), report)


async def _given_up(store: Store, asked: Asked, importing: Importing, why: str, report: Report) -> Brought:
    if importing.begun:
        await importing.give_up(why)
    else:
        await note_failure(store, source=asked.source, now=asked.now, why=why)
    return Brought(NoReading(why), report)


async def read_apart(
    file: Path, form: str, defaults: Defaults, places: Places, look: Look, *, here: bool = False
) -> AsyncGenerator[Batch | NoReading, None]:
    """The batches of a file, cleaned in a thread or a process; at its end NoReading where it is broken.

    `look` reads the marks of what is listed already, while the process starts. `here`: the rows for that
    process may be read in this one, which takes a fifth of the work off it.
    """
    if await asyncio.to_thread(_size, file) <= SMALL:
        source = _in_thread(file, form, defaults, places, look)
    else:
        source = _in_process(file, form, defaults, places, look, here=here)
    async with aclosing(source) as read:
        async for batch in read:
            yield batch


def _size(file: Path) -> int:
    """Bytes, as far as it takes to say whether it is small. Raises OSError."""
    if file.is_dir():
        return 0
    with file.open("rb") as opened:
        packed = opened.read(2) in (b"\x1f\x8b", b"PK")
    return file.stat().st_size * (10 if packed else 1)


async def _in_thread(
    file: Path, form: str, defaults: Defaults, places: Places, look: Look
) -> AsyncGenerator[Batch | NoReading, None]:
    marks = await look()
    opened = await asyncio.to_thread(open_source, file, form)
    if isinstance(opened, NoReading):
        yield opened
        return
    read = batches(opened, replace(defaults, american=opened.american), places, marks)
    try:
        while (batch := await asyncio.to_thread(next, read, None)) is not None:
            yield batch
    except Broken as broken:
        yield NoReading(str(broken))


async def _in_process(
    file: Path, form: str, defaults: Defaults, places: Places, look: Look, *, here: bool
) -> AsyncGenerator[Batch | NoReading, None]:
    opened = open_source(file, form) if here else None
    if isinstance(opened, NoReading):
        yield opened
        return
    hands = opened is not None and can_be_handed(opened)
    extra = {key: (point.lat, point.lon) for key, point in places.extra.items()}
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.feeds.worker"),
        stdin=PIPE,
        stdout=PIPE,
        env=_environment(),
        limit=AHEAD,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    told = worker.stdin
    told.transport.set_write_buffer_limits(AHEAD)
    handing = None
    try:
        told.write(job(file.absolute(), form, defaults, extra, hands=hands))
        told.write(packet((await look()).packed()))
        handing = asyncio.create_task(_hand(packets(opened) if opened and hands else (), told))
        while head := await worker.stdout.read(HEAD):
            head += await worker.stdout.readexactly(HEAD - len(head))
            yield unpacked(await worker.stdout.readexactly(int.from_bytes(head)))
        await handing
        if await worker.wait() != 0:
            yield NoReading("it could not be read to its end")
    except asyncio.IncompleteReadError:
        yield NoReading("it could not be read to its end")
    finally:
        if handing:
            handing.cancel()
        if worker.returncode is None:
            worker.kill()
            await worker.wait()


async def _hand(rows: Iterable[bytes], to: asyncio.StreamWriter) -> None:
    """Hand over rows as there is room. Raises OSError where the file can be read no more."""
    with suppress(ConnectionError):  # the process has died, which is told where its output is read
        try:
            for some in rows:
                to.write(some)
                await to.drain()
        finally:
            to.write_eof()


def _environment() -> dict[str, str]:
    """The worker finds this very program, and none of the service's secrets."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FOOTHOLD_")}
    root = str(Path(__file__).parents[2])
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH", ""))))}
