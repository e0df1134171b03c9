"""A made-up directory of any size, spread as people are: each town has meetings for the people it has."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import cos, radians
from typing import TypeVar

from bot.app.directory.imports import Asked, Importing
from bot.app.library import files
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Online, Slot, Venue
from bot.store.directory.entry_rows import rows_of
from bot.store.store import Store

T = TypeVar("T")
SOURCES = 12
AT_A_TIME = 2000
_HOURS = ((7, 1), (10, 2), (12, 3), (14, 1), (17, 2), (18, 6), (19, 8), (20, 6), (22, 1))
_PROGRAMMES = (("aa", 58), ("na", 20), ("smart", 5), ("al-anon", 8), ("ca", 3), ("aca", 2), ("peer", 4))
_TAGS = (
    ("women", 0.06), ("men", 0.05), ("lgbtq", 0.03), ("newcomers", 0.08), ("step_free", 0.3), ("bsl", 0.003),
    ("childcare", 0.02), ("secular", 0.02), ("medication_ok", 0.02), ("open", 0.5), ("language_es", 0.02),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A town: where it is, by which clock, and how many live there."""

    point: Point
    zone: str
    people: int


def towns() -> list[Somewhere]:
    """The towns of data/places."""
    found = []
    for line in (files.DATA / "places" / "towns.csv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            _, lat, lon, _, _, _, zone, people, _ = line.split("|")
            found.append(Somewhere(Point(float(lat), float(lon)), zone, int(people)))
    return found


def made_up(count: int, dice: random.Random) -> Iterator[Entry]:
    """So many groups of one weekly time each, a fifth of them online."""
    every = towns()
    for number, town in enumerate(dice.choices(every, [max(300, one.people) for one in every], k=count)):
        spread = 0.008 + town.people**0.5 / 20000
        lat = town.point.lat + dice.gauss(0, spread)
        lon = town.point.lon + dice.gauss(0, spread) / max(0.3, cos(radians(lat)))
        online = dice.random() < 0.2
        yield Entry(
            key=str(number),
            name=f"{dice.choice(('Hope', 'Serenity', 'Early', 'Lamp', 'Open Door'))} {number}",
            programme=_picked(_PROGRAMMES, dice),
            zone=town.zone,
            slots=(Slot(dice.randrange(7), _picked(_HOURS, dice) * 60 + dice.choice((0, 15, 30)), 60),)
            if dice.random() < 0.98
            else (),
            venue=None if online else Venue("Hall", "1 High Street", "", Point(round(lat, 5), round(lon, 5))),
            online=Online(f"https://example.org/{number}") if online else None,
            tags=frozenset(tag for tag, share in _TAGS if dice.random() < share),
        )


async def fill(store: Store, count: int, dice: random.Random, now: datetime) -> None:
    """Publish so many made-up meetings, in several sources."""
    entries = made_up(count, dice)
    for number in range(SOURCES):
        importing = Importing(store, Asked(f"made up {number}", "aa", "Europe/London", now))
        await importing.begin()
        left = islice(entries, -(-count // SOURCES))
        while some := list(islice(left, AT_A_TIME)):
            await importing.add([rows_of(entry) for entry in some])
        await importing.finish(0)


def _picked(choices: tuple[tuple[T, int], ...], dice: random.Random) -> T:
    return dice.choices([one for one, _ in choices], [weight for _, weight in choices])[0]
