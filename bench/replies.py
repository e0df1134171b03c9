"""How long people wait for a reply while a large feed comes in: `python -m bench.replies [--rows N]`.

The same messages twice in one run: to the service at rest, and while it imports by its own schedule. Part of
`make bench`. What was imported by the end is counted in its database: the figure is of the import's middle.
"""

import argparse
import asyncio
import random
import shlex
import sqlite3
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.bots import foothold
from bench.importing import write_feed
from bench.importing_bot import AFTER_S
from bench.load import Figures, measured
from bench.plan import Plan
from bench.report import brief
from bot.app.library import files
from bot.app.library.place_files import load_places

AIM = 1.5
RATE = 20


async def compare(rows: int, seconds: float) -> tuple[Figures, Figures, int]:
    """At rest, meanwhile, and how many entries were written by the end."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        feed = folder / "feed.json"
        write_feed(feed, rows, random.Random(1), load_places(files.DATA))
        plan = Plan("open", foothold("").manner, people=200, rate=RATE, warm_s=AFTER_S + 4, measure_s=seconds)
        found = []
        for what, command in (
            ("at rest", f"{sys.executable} -m bot.cli"),
            ("meanwhile", f"{sys.executable} -m bench.importing_bot {shlex.quote(str(feed))}"),
        ):
            own = folder / what
            own.mkdir()
            under_test = foothold(command)
            found.append(await measured(replace(plan, manner=under_test.manner), under_test, own))
            print(f"{what}: {brief(found[-1])}", flush=True)
        with sqlite3.connect(folder / "meanwhile" / "foothold.db") as db:
            (written,) = db.execute("SELECT count(*) FROM edition").fetchone()
    return found[0], found[1], int(written)


async def main(options: argparse.Namespace) -> int:
    """Measure, print, and say by the exit code whether it was reached."""
    rest, meanwhile, written = await compare(options.rows, options.seconds)
    times = meanwhile.p99_ms / rest.p99_ms
    reached = times <= AIM
    print(f"{written} of {options.rows} entries written by the end, {RATE} messages a second")
    print(f"p99 meanwhile: {times:.2f} times that at rest (aim {AIM}): {'yes' if reached else 'NO'}")
    return 0 if reached else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=60)
    sys.exit(asyncio.run(main(parser.parse_args())))
