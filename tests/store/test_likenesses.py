"""Duplicates across sources in a real database: the same comes out whichever list came first."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import isqrt
from random import Random

import pytest
from sqlalchemy import select

from bot.app.directory.imports import Asked, import_reading
from bot.app.directory.likenesses import AT_A_TIME, doubtful
from bot.domain.directory.geo import Point
from bot.domain.directory.likeness import Facts, likeness
from bot.domain.directory.offering import Entry, Online, Reading, Slot, Venue
from bot.store.directory.comparing import MOST_PAIRS, beside
from bot.store.directory.offering_tables import offering
from bot.store.directory.sources import source
from bot.store.engine.statement import prepared
from bot.store.store import Store

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
LISTS = ("council", "fellowship", "library")
NAMES = ("Hope", "The Hope Group", "Serenity", "Serenity on a Tuesday", "Tuesday Serenity", "Dawn")
Which = tuple[str, str]
"""A list, and a key in it."""
_SHOWN = prepared(
    select(offering.c.id, offering.c.key, offering.c.same_as, source.c.name).select_from(
        offering.join(source, source.c.id == offering.c.source_id)
    )
)


def entry(key: int, random: Random) -> Entry:
    """A group in one of some halls or of some online rooms, by one of some names, at one of some times."""
    hall = random.randrange(AT_A_TIME)
    online = random.random() < 0.3
    return Entry(
        key=str(key),
        name=random.choice(NAMES),
        programme="aa",
        zone="Europe/London",
        slots=tuple(Slot(day, 1140, 60) for day in random.choice(((1,), (1,), (1, 2)))),
        venue=None if online else Venue("Hall", "", "", Point(53.8 + hall / 10, -1.55), country="GB"),
        online=Online(f"https://zoom.us/j/10000000{hall:02}") if online else None,
    )


def facts(entry: Entry) -> Facts:
    """What it is compared by; of a link that it has its own room."""
    return Facts(
        entry.programme,
        entry.name,
        frozenset((slot.day, slot.start) for slot in entry.slots),
        point=entry.venue.point if entry.venue else None,
        room=entry.online.url if entry.online else "",
    )


def worked_out(lists: dict[str, list[Entry]]) -> tuple[set[frozenset[Which]], set[frozenset[Which]]]:
    """Those that hang together, and the other doubtful pairs, found by comparing each with each."""
    every = {(name, one.key): facts(one) for name, entries in lists.items() for one in entries}
    together = {one: frozenset({one}) for one in every}
    unsure = []
    for one, other in combinations(every, 2):
        alike = likeness(every[one], every[other]) if one[0] != other[0] else None
        if alike is not None and alike.sure:
            both = together[one] | together[other]
            together.update(dict.fromkeys(both, both))
        elif alike is not None:
            unsure.append((one, other))
    return set(together.values()), {
        frozenset(pair) for pair in unsure if together[pair[0]] != together[pair[1]]
    }


async def found(store: Store) -> tuple[set[frozenset[Which]], set[frozenset[Which]]]:
    """Those that are shown as one, and the pairs that wait for a coordinator."""
    async with store.reading() as tx:
        rows = await tx.fetch(_SHOWN)
        waiting = await doubtful(tx)
    name = {int(row["id"]): (row["name"], row["key"]) for row in rows}
    shown: dict[int, set[Which]] = {}
    for row in rows:
        shown.setdefault(row["same_as"] or row["id"], set()).add((row["name"], row["key"]))
    pairs = {frozenset((name[pair.first], name[pair.second])) for pair in waiting}
    return {frozenset(some) for some in shown.values()}, pairs


@pytest.mark.parametrize("order", [LISTS, tuple(reversed(LISTS))])
async def test_the_order_of_imports_makes_no_difference(store: Store, order: Iterable[str]) -> None:
    """What is merged and what waits is what comparing each with each says, also when all come again."""
    random = Random(7)
    lists = {name: [entry(key, random) for key in range(3 * AT_A_TIME)] for name in LISTS}
    merged, waiting = worked_out(lists)
    assert len(merged) < 3 * 3 * AT_A_TIME
    assert waiting
    for day in range(2):
        for name in order:
            asked = Asked(name, "aa", "Europe/London", NOW + timedelta(days=day), own=True)
            await import_reading(store, Reading(tuple(lists[name]), ()), asked)
        assert await found(store) == (merged, waiting)


async def test_what_was_the_same_only_through_a_third_is_not_when_that_changes(store: Store) -> None:
    """The list in the middle has other names and halls now: all is as if it had never been otherwise."""
    random = Random(11)
    lists = {name: [entry(key, random) for key in range(3 * AT_A_TIME)] for name in LISTS}
    for day in range(2):
        for name in LISTS if not day else LISTS[1:2]:
            asked = Asked(name, "aa", "Europe/London", NOW + timedelta(days=day), own=True)
            await import_reading(store, Reading(tuple(lists[name]), ()), asked)
        assert (await found(store))[0] == worked_out(lists)[0]
        lists[LISTS[1]] = [entry(key, random) for key in range(3 * AT_A_TIME)]


async def test_a_service_in_two_lists_is_shown_once(store: Store) -> None:
    """Two that say no hours are compared by name and place; a group that says none is left alone."""
    hall = Venue("Hall", "1 High Street", "LS2 1JT", Point(53.8, -1.55), country="GB")
    needs = frozenset({"drug_alcohol_service"})
    for name, said in (("council", "Forward Leeds"), ("library", "Forward Leeds")):
        same, other = (
            Entry(key=key, name=called, programme="service", zone="Europe/London", kind="service",
                  slots=(), venue=hall, needs=needs, page="https://example.org/")
            for key, called in (("same", said), ("other", f"Food bank of the {name}"))
        )  # fmt: skip
        group = Entry(key="group", name="Hope", programme="aa", zone="Europe/London", slots=(), venue=hall)
        await import_reading(
            store, Reading((same, other, group), ()), Asked(name, "aa", "Europe/London", NOW)
        )
    together, waiting = await found(store)
    assert frozenset({("council", "same"), ("library", "same")}) in together
    assert not any({key for _, key in some} == {"group"} and len(some) > 1 for some in together)
    assert waiting == {frozenset({("council", "other"), ("library", "other")})}


async def test_a_list_that_has_everything_at_one_point_is_compared_by_name(store: Store) -> None:
    """Each with each would be millions of pairs; of few entries it is each with each all the same."""
    hall = Venue("Hall", "", "", Point(53.8, -1.55), country="GB")
    numbers = range(isqrt(MOST_PAIRS) + 1)
    for name, last in (("council", "Hope"), ("library", "hope")):
        groups = [
            Entry(str(n), f"{name} {n}", "aa", "Europe/London", slots=(Slot(1, 1140),), venue=hall)
            for n in numbers
        ]
        reading = Reading((*groups[1:], groups[0]._replace(name=last)), ())
        await import_reading(store, reading, Asked(name, "aa", "Europe/London", NOW))
    async with store.reading() as tx:
        rows = [row for row in await tx.fetch(_SHOWN) if row["name"] == "council"]
        hope = next(row["id"] for row in rows if row["key"] == "0")
        every = [row["id"] for row in rows]
        assert len(await beside(tx, every[:10])) == 10 * len(numbers)
        found = await beside(tx, every)
        assert [hope in pair for pair in found] == [True]
