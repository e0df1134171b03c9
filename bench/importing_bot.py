"""Foothold as it is, with a large feed that falls due soon after its start: for `bench.replies`.

`python -m bench.importing_bot FEED --config PATH run`. What is fetched is a file; its address is nobody's.
"""

import shutil
import sqlite3
import sys
from functools import partial
from pathlib import Path
from typing import Any

import bot.wiring
from bot.cli.menu import app
from bot.feeds.fetch import Fetched
from bot.feeds.refreshing import Refreshing
from bot.store.migrate import upgrade

AFTER_S = 4


async def _copied(feed: Path, url: str, to: Path, **_: str) -> Fetched:
    shutil.copy(feed, to)
    return Fetched(to, url, "")


def plan_a_fetch(database: Path) -> None:
    """A source that is due, in a new database."""
    upgrade(f"sqlite:///{database}")
    with sqlite3.connect(database) as db:
        db.execute(
            "INSERT INTO source (name, programme, zone, fictional, generation, last_problem, url, every_days)"
            " VALUES ('bench', 'aa', 'Europe/London', 0, 0, '', 'https://feeds.example.org/', 7)"
        )


def main() -> None:
    """Start it."""
    feed = Path(sys.argv.pop(1))
    plan_a_fetch(Path(sys.argv[sys.argv.index("--config") + 1]).with_name("foothold.db"))
    wiring: Any = bot.wiring
    wiring.LOOK_S = AFTER_S
    wiring.Refreshing = partial(Refreshing, get=partial(_copied, feed))
    app()


if __name__ == "__main__":
    main()
