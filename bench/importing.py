"""Importing a large feed: `python -m bench.importing [--rows N] [--postgres URL]`, URL of a new database.

Compared in one run: a first import from parse to publish, and the same feed again. Processor time stands
beside the clock: on a machine that does other work the clock says more about that. What
PostgreSQL takes is said apart.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import sys
import tempfile
from asyncio.subprocess import create_subprocess_exec
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from bot.app.directory.imports import Asked
from bot.app.library import files
from bot.app.library.place_files import load_places
from bot.domain.directory.places import Places
from bot.feeds.bringing import bring
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault, new_key
from bot.store.store import Store

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
AIM_ROWS_S, AIM_MIB = 20_000, 200
NOTES = (
    "Ring the bell at the side door.",
    "Tea from 7.",
    "Please park at the back.",
    "Come early if you like.",
)


def write_feed(path: Path, rows: int, dice: random.Random, places: Places) -> None:
    """A made-up Meeting Guide feed of so many meetings, four to a hall, about 1.5 KB each as in real ones.

    Each hall stands within 2 km of the middle of its postcode's district, as in real ones nearly all do.
    """
    with path.open("w") as out:
        for number in range(rows):
            hall = number // 4
            district = f"LS{hall % 28 + 1}"
            middle = places.postcode(district)
            assert middle is not None
            row = {
                "id": number,
                "slug": f"group-{number}",
                "name": f"Group {number} of {dice.choice(('Hope', 'Serenity', 'Sunrise'))}",
                "day": number % 7,
                "time": f"{8 + number % 12:02}:30",
                "end_time": f"{9 + number % 12:02}:30",
                "types": dice.choice((["O", "D", "X"], ["C", "W"], ["O", "BE"], ["O", "B", "X", "SP"])),
                "notes": f"{dice.choice(NOTES)} Room {number}. {dice.choice(NOTES)}",
                "location": f"Hall {hall}",
                "formatted_address": f"{hall % 200} High Street, Leeds {district} {hall % 9}JT, UK",
                "latitude": round(middle.point.lat + (hall % 100 - 50) / 5000, 6),
                "longitude": round(middle.point.lon + (hall % 90 - 45) / 5000, 6),
                "url": f"https://example.org/meetings/group-{number}/",
                "updated": "2026-05-01 10:00:00",
                "attendance_option": "in_person",
                "sub_regions": ["x" * 900],
            }
            out.write(("," if number else "[") + json.dumps(row))
        out.write("]")


async def opened(folder: Path, postgres: str) -> Store:
    """A new database with today's tables, made in a process of its own: what makes them stays out of ours."""
    url = postgres or f"sqlite:///{folder / 'bench.db'}"
    make = f"from bot.store.migrate import upgrade; upgrade({url!r})"
    await (await create_subprocess_exec(sys.executable, "-c", make)).wait()
    if postgres:
        from bot.store.engine.postgres import open_postgres  # noqa: PLC0415 - psycopg is an optional extra

        return await open_postgres(postgres, Vault(new_key()))
    return await open_sqlite(folder / "bench.db", Vault(new_key()))


async def _watched(most: list[int]) -> None:
    """Keep the most memory, in KiB, that a process had which we started; `getrusage` counts ours with it."""
    while True:
        for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
            with suppress(OSError):
                status = dict(
                    line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().split("\n") if line
                )
                most[0] = max(most[0], int(status.get("VmHWM", "0 kB").split()[0]))
        await asyncio.sleep(0.1)


def _of_the_server(url: str) -> tuple[float, int]:
    """Processor seconds of PostgreSQL's processes for a database so far, and KiB of their own memory now."""
    import psycopg  # noqa: PLC0415 - an optional extra

    with psycopg.connect(url) as db:
        backends = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [pid for (pid,) in db.execute(backends)]
    ticks = kib = 0
    for pid in pids:
        times = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        ticks += int(times[11]) + int(times[12])
        status = Path(f"/proc/{pid}/status").read_text()
        kib += int(status.split("RssAnon:", 1)[1].split()[0])
    return ticks / os.sysconf("SC_CLK_TCK"), kib


async def measure(rows: int, folder: Path, postgres: str = "") -> tuple[list[str], bool]:
    """The lines of the report, and whether the aims were reached."""
    feed = folder / "feed.json"
    places = load_places(files.DATA)
    write_feed(feed, rows, random.Random(1), places)
    store = await opened(folder, postgres)
    said = [f"{rows} meetings, {feed.stat().st_size >> 20} MB; aims: {AIM_ROWS_S} rows/s, {AIM_MIB} MiB"]
    reached, reader = True, [0]
    watching = asyncio.create_task(_watched(reader))
    gc.freeze()  # as the command does
    for what in ("first import", "the same again"):
        began, own = perf_counter(), process_time()
        readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        server = _of_the_server(postgres)[0] if postgres else 0
        brought = await bring(
            store, places, feed, "auto", Asked("bench", "aa", "Europe/London", NOW, own=False)
        )
        took, own = perf_counter() - began, process_time() - own
        readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - readers
        taken = brought.report.taken
        reached = reached and taken / took >= AIM_ROWS_S
        said.append(
            f"{what}: {taken / took:.0f} rows/s; processor a row: {readers / taken * 1e6:.0f} µs reading, "
            f"{own / taken * 1e6:.0f} µs writing"
        )
        if postgres:
            ended, kib = _of_the_server(postgres)
            said.append(
                f"  PostgreSQL: {(ended - server) / taken * 1e6:.0f} µs, now {kib >> 10} MiB of its own"
            )
    watching.cancel()
    await store.close()
    writer = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said.append(f"at most {writer >> 10} MiB writing and {reader[0] >> 10} MiB reading")
    return said, reached and writer + reader[0] <= AIM_MIB << 10


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=140_000)
    options.add_argument("--postgres", default="", metavar="URL")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        said, reached = asyncio.run(measure(chosen.rows, Path(folder), chosen.postgres))
    print("\n".join([*said, "both aims reached" if reached else "NOT both aims reached"]))
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
