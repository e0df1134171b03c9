"""The fictional town of the demo, read by the same reader as everybody's list."""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.app.directory.imports import Asked, Outcome, import_reading
from bot.domain.directory.offering import NoReading
from bot.domain.directory.places import Places
from bot.feeds.read import read_source
from bot.store.store import Store

SOURCE = "Kirkmere (fictional)"
ZONE = "Europe/London"


async def bring_demo(store: Store, places: Places, data: Path, now: datetime) -> Outcome:
    """Load data/demo/groups.csv as a fictional source; loading it again changes nothing.

    It is shown by a `Directory(demo=True)` until a real source is there. Raises OSError for a missing file,
    ValueError for one that cannot be read whole.
    """
    raw = await asyncio.to_thread((data / "demo" / "groups.csv").read_bytes)
    reading = read_source(raw, "csv", programme="peer", zone=ZONE, places=places)
    if isinstance(reading, NoReading) or reading.rejected:
        raise ValueError(
            f"data/demo/groups.csv: {reading.why if isinstance(reading, NoReading) else reading.rejected}"
        )
    asked = Asked(SOURCE, "peer", ZONE, now, fictional=True, yes=True)
    return await import_reading(store, reading, asked)
