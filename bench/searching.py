"""Searching among 300,000 meetings: `python -m bench.searching [--postgres URL]`, and part of `make bench`.

Compared in one run on one machine: every meeting measured in Python (naive), an R*Tree of all points with the
filters applied after (SQLite's own spatial index), and this bot's search as a conversation runs it, from the
place to the groups as they are shown, in a transaction. Each search is timed three times and the quickest
counts: what is left out is other programs' time, not ours.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter as clock

from bench.importing import opened
from bench.meetings import Somewhere, fill, towns
from bot.app.directory.finding import Suggestions
from bot.app.directory.listings import Directory
from bot.domain.directory.geo import Point, box_around, km_between
from bot.domain.directory.places import Places
from bot.domain.directory.towns import Towns
from bot.domain.directory.wanted import Needs
from bot.store.store import Store

TUESDAY_EVENING = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
ROUNDS = 3
AIM_P50_MS, AIM_P99_MS = 1.0, 5.0
BIG, SMALL = 200_000, 1_000
"""People: from here on it is a city, up to here the country."""
FILTERS = {
    "plain": Needs(),
    "not twelve-step": Needs(not_twelve_step=True),
    "women, evenings, step-free": Needs(
        wants=frozenset({"women", "step_free"}), parts=frozenset({"evenings"}), no_transport=True
    ),
    "BSL only": Needs(must=frozenset({"bsl"})),
    "SMART on Fridays": Needs(programmes=frozenset({"smart"}), days=frozenset({4})),
    "families": Needs(family=True),
}


@dataclass(frozen=True, slots=True)
class Timed:
    """A way of searching and what it took, in milliseconds."""

    what: str
    where: str
    times: tuple[float, ...]
    found: float
    """Groups found at the median."""

    def at(self, share: float) -> float:
        """A quantile."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def best_of(work: Callable[[], Awaitable[int]]) -> tuple[float, int]:
    """The quickest of a few, in milliseconds, and how many groups it found."""
    times, found = [], 0
    for _ in range(ROUNDS):
        begun = clock()
        found = await work()
        times.append((clock() - begun) * 1000)
    return min(times), found


class Ours:
    """The bot's own search in a short transaction, as in a turn."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._directory = Directory(Places({}, Towns((), {}), {}, lambda _: None))

    async def timed(self, name: str, needs: Needs, where: str, asked: Sequence[Somewhere]) -> Timed:
        """Ask from each of these places."""
        times, found = [], []
        async with self._store.transaction(short=True) as tx:
            for here in asked:

                async def search(here: Somewhere = here) -> int:
                    got: Suggestions = await self._directory.search(
                        tx, here.point, TUESDAY_EVENING, needs, 3, zone=here.zone
                    )
                    return len(got.groups)

                ms, count = await best_of(search)
                times.append(ms)
                found.append(count)
        return Timed(name, where, tuple(times), sorted(found)[len(found) // 2])


class Rtree:
    """All points in an R*Tree, a circle of 20 km, the rest worked out afterwards."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(
            "CREATE VIRTUAL TABLE spot USING rtree(id, south, north, west, east);"
            "INSERT INTO spot SELECT id, lat, lat, lon, lon FROM schedule WHERE lat IS NOT NULL;"
        )

    def search(self, here: Point) -> list[tuple[float, int]]:
        """The three nearest of the two days to come."""
        box = box_around(here, 20)
        rows = self._db.execute(
            "SELECT s.id, s.lat, s.lon FROM spot JOIN schedule s ON s.id = spot.id "
            "WHERE spot.south >= ? AND spot.north <= ? AND spot.west >= ? AND spot.east <= ? "
            "AND s.day IN (1, 2)",
            (box.south, box.north, box.west, box.east),
        )
        return sorted((km_between(here, Point(lat, lon)), which) for which, lat, lon in rows)[:3]


class Naive:
    """Every meeting measured."""

    def __init__(self, path: Path) -> None:
        with sqlite3.connect(path) as db:
            self._rows = db.execute("SELECT id, lat, lon, day FROM schedule WHERE lat IS NOT NULL").fetchall()

    def search(self, here: Point) -> list[tuple[float, int]]:
        """The three nearest of the two days to come."""
        near = (
            (km_between(here, Point(lat, lon)), which) for which, lat, lon, day in self._rows if day in (1, 2)
        )
        return sorted(near)[:3]


async def plainly(
    what: str, search: Callable[[Point], list[tuple[float, int]]], asked: Sequence[Somewhere]
) -> Timed:
    """Time one of the others."""

    async def once(here: Somewhere) -> int:
        return len(search(here.point))

    taken = [await best_of(lambda here=here: once(here)) for here in asked]  # type: ignore[misc]
    return Timed(what, "everywhere", tuple(ms for ms, _ in taken), 3)


async def measured(
    count: int, searches: int, say: Callable[[str], object], postgres: str = ""
) -> list[Timed]:
    """Make the directory, then search it in every way; of a new PostgreSQL database by its URL only ours."""
    dice = random.Random(20261122)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        store = await opened(Path(folder), postgres)
        say(f"Making {count:,} meetings.")
        await fill(store, count, dice, TUESDAY_EVENING)
        every = towns()
        by_people = [max(300, town.people) for town in every]
        asked = dice.choices(every, by_people, k=searches)
        found = [await Ours(store).timed(name, needs, "everywhere", asked) for name, needs in FILTERS.items()]
        for where, some in (
            ("cities", [town for town in every if town.people >= BIG]),
            ("countryside", [town for town in every if town.people <= SMALL]),
        ):
            picked = [_near(dice.choice(some), dice) for _ in range(searches)]
            found += [
                await Ours(store).timed(name, FILTERS[name], where, picked) for name in ("plain", "BSL only")
            ]
        await store.close()
        if postgres:
            return found
        path = Path(folder) / "bench.db"
        found.append(await plainly("R*Tree, no ranking", Rtree(path).search, asked[: searches // 4]))
        found.append(await plainly("naive, no ranking", Naive(path).search, asked[:6]))
    return found


def _near(town: Somewhere, dice: random.Random) -> Somewhere:
    """Somewhere within a few kilometres of its middle."""
    lat, lon = town.point.lat + dice.gauss(0, 0.03), town.point.lon + dice.gauss(0, 0.03)
    return replace(town, point=Point(lat, lon))


def table(found: Sequence[Timed]) -> str:
    """The figures as text."""
    lines = [f"{'search':30}{'where':>14}{'p50 ms':>10}{'p99 ms':>10}{'worst':>10}{'found':>7}"]
    lines += [
        f"{one.what:30}{one.where:>14}{one.at(0.5):>10.2f}{one.at(0.99):>10.2f}{max(one.times):>10.2f}"
        f"{one.found:>7.0f}"
        for one in found
    ]
    return "\n".join(lines)


def reached(found: Sequence[Timed]) -> bool:
    """Whether every search of ours was as quick as it has to be."""
    ours = [one for one in found if "no ranking" not in one.what]
    return all(one.at(0.5) <= AIM_P50_MS and one.at(0.99) <= AIM_P99_MS for one in ours)


async def main(count: int, searches: int, postgres: str = "") -> int:
    """Measure and print; 0 if the aims are reached."""
    found = await measured(count, searches, lambda line: print(line, flush=True), postgres)
    well = reached(found)
    print(table(found))
    print(f"p50 under {AIM_P50_MS:.0f} ms and p99 under {AIM_P99_MS:.0f} ms: {'yes' if well else 'NO'}")
    return 0 if well else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.searching")
    options.add_argument("--meetings", type=int, default=300_000)
    options.add_argument("--searches", type=int, default=400)
    options.add_argument("--postgres", default="", metavar="URL")
    given = options.parse_args()
    sys.exit(asyncio.run(main(given.meetings, given.searches, given.postgres)))
