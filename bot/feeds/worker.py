"""Reads a source in a process of its own, so that the service answers: `python -m bot.feeds.worker`.

It gets a job as JSON on its standard input, then marks, and the rows if the job says so, and writes batches,
each as four bytes of length and a marshalled tuple, to its standard output. Both ends are the same program;
nothing from outside is unmarshalled.
"""

import gc
import json
import marshal
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from bot.app.library.folders import DATA
from bot.app.library.place_files import load_places
from bot.domain.directory.geo import Point
from bot.domain.directory.marks import Marks
from bot.domain.directory.offering import NoReading, Rejected
from bot.feeds.batches import Batch, batches
from bot.feeds.handing import handed, packet, received, widen
from bot.feeds.parts import Broken
from bot.feeds.read import Opened, open_source
from bot.feeds.row import Defaults
from bot.store.directory.entry_rows import EntryRows

GARBAGE_AFTER = 50_000
"""New objects after which garbage is looked for, where nobody waits: rows hold no circles."""


def packed(batch: Batch) -> bytes:
    """A batch for the way."""
    return packet(
        (
            [tuple(rows) for rows in batch.entries],
            *([(one.row, one.name, one.why) for one in some] for some in _problems(batch)),
            batch.withdrawn,
            batch.same,
            batch.more_put_right,
        )
    )


def unpacked(body: bytes) -> Batch | NoReading:
    """What was packed."""
    content: Any = marshal.loads(body)  # noqa: S302 - from our own process
    if isinstance(content, str):
        return NoReading(content)
    entries, rejected, left_out, put_right, withdrawn, same, more = content
    return Batch(
        [EntryRows._make(rows) for rows in entries],
        [Rejected(*one) for one in rejected],
        [Rejected(*one) for one in left_out],
        [Rejected(*one) for one in put_right],
        withdrawn,
        same,
        more,
    )


def job(
    path: Path, form: str, defaults: Defaults, extra: dict[str, tuple[float, float]], *, hands: bool
) -> bytes:
    """What the worker is told: a line of JSON; the marks come after it, when they have been read.

    `hands`: the rows come after these, and the file is read only to find the first of a shared id.
    """
    told = {
        "hands": hands,
        "path": str(path),
        "form": form,
        "programme": defaults.programme,
        "zone": defaults.zone,
        "area": defaults.area,
        "extra": extra,
    }
    return json.dumps(told).encode() + b"\n"


def _problems(batch: Batch) -> Iterator[list[Rejected]]:
    yield from (batch.rejected, batch.left_out, batch.put_right)


def _work(said: BinaryIO, out: BinaryIO) -> None:
    told = json.loads(said.readline())
    extra = {key: Point(*at) for key, at in told["extra"].items()}
    places = load_places(DATA).with_learned(extra)
    gc.freeze()  # the places stay
    gc.set_threshold(GARBAGE_AFTER)
    opened = open_source(Path(told["path"]), told["form"])
    why = opened.why if isinstance(opened, NoReading) else ""
    try:
        if isinstance(opened, Opened):
            defaults = Defaults(told["programme"], told["zone"], american=opened.american, area=told["area"])
            marks = Marks(received(said))
            rows = handed(said) if told["hands"] else None
            for batch in batches(opened, defaults, places, marks, rows):
                out.write(packed(batch))
    except Broken as broken:
        why = str(broken)
    if why:
        out.write(packet(why))
    out.flush()


if __name__ == "__main__":
    widen(sys.stdin.fileno(), sys.stdout.fileno())
    os.nice(19)  # people's messages first
    _work(sys.stdin.buffer, sys.stdout.buffer)
