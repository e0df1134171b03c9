"""Duplicates across sources in a real database: the same comes out whichever list came first."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from math import isqrt
from random import Random

import pytest
from sqlalchemy import select

from bot.app.directory.imports import Asked, import_reading
from bot.app.directory.likenesses import AT_A_TIME, doubtful
from bot.domain.directory.geo import Point
from bot.domain.directory.likeness import Alike, Facts, likeness
from bot.domain.directory.offering import Entry, Online, Reading, Slot, Venue
from bot.store.directory import offerings
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
        online=Online(random.choice((f"https://zoom.us/j/10000000{hall:02}", ""))) if online else None,
    )


def facts(entry: Entry) -> Facts:
    """What it is compared by; of a link that it has its own room."""
    return Facts(
        entry.programme,
        entry.name,
        frozenset((slot.day, slot.start) for slot in entry.slots),
        point=entry.venue.point if entry.venue else None,
        room=entry.online.url if entry.online else "",
        nowhere_else=entry.online is not None,
        zone=entry.zone,
    )


def worked_out(lists: dict[str, list[Entry]]) -> tuple[set[frozenset[Which]], set[frozenset[Which]]]:
    """Those that hang together, and the other doubtful pairs, found by comparing each with each."""
    every = {(name, one.key): facts(one) for name, entries in lists.items() for one in entries}
    together = {one: frozenset({one}) for one in every}
    unsure = []
    compared = {
        (one, other): alike
        for one, other in combinations(every, 2)
        if one[0] != other[0] and (alike := likeness(every[one], every[other]))
    }
    rooms: dict[Which, set[str]] = {}
    for pair, alike in compared.items():
        unlinked, linked = sorted(pair, key=lambda which: every[which].room)
        if alike.by_name:
            rooms.setdefault(unlinked, set()).add(every[linked].room)
    for (one, other), alike in compared.items():
        if alike.sure and not (
            alike.by_name and len(rooms[min(one, other, key=lambda which: every[which].room)]) > 1
        ):
            both = together[one] | together[other]
            together.update(dict.fromkeys(both, both))
        else:
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


def online(key: str, link: str, page: str = "", name: str = "Hope") -> Entry:
    """A group on Tuesdays at seven that meets nowhere but online."""
    return Entry(
        key, name, "aa", "Europe/London", slots=(Slot(1, 1140, 60),), online=Online(link), page=page
    )  # fmt: skip


async def bring(store: Store, source: str, *entries: Entry, day: int = 0, own: bool = False) -> None:
    """A list comes in, so many days later."""
    asked = Asked(source, "aa", "Europe/London", NOW + timedelta(days=day), own=own, yes=True)
    await import_reading(store, Reading(entries, ()), asked)


@pytest.mark.parametrize("order", [LISTS[:2], tuple(reversed(LISTS[:2]))])
async def test_our_own_export_is_the_same_groups_though_it_has_no_links(
    store: Store, order: Iterable[str]
) -> None:
    """Also those that meet only online; whoever asks to join gets the link, whichever list is shown."""
    for day, name in enumerate(order):
        link = "https://zoom.us/j/1000000001" if name == "council" else ""
        await bring(store, name, online("1", link, "https://example.org/hope"), day=day)
    together, waiting = await found(store)
    assert together == {frozenset({("council", "1"), ("fellowship", "1")})}
    assert not waiting
    async with store.reading() as tx:
        shown = next(row["id"] for row in await tx.fetch(_SHOWN) if row["same_as"] is None)
        listed = await offerings.details(tx, shown)
        assert listed is not None
        assert await offerings.joining_of(tx, listed.edition) == Online("https://zoom.us/j/1000000001")


@pytest.mark.parametrize(
    ("links", "pages", "asked"),
    [
        (("https://zoom.us/j/1", "https://zoom.us/j/2", ""), ("", "", ""), 2),
        (("https://zoom.us/j/1", "", ""), ("https://a.example/", "https://b.example/", ""), 0),
    ],
)
async def test_a_name_alone_makes_no_two_online_groups_one(
    store: Store, links: tuple[str, ...], pages: tuple[str, ...], asked: int
) -> None:
    """Of two rooms that go by it a coordinator is asked; with pages of their own they are two."""
    for name, link, page in zip(LISTS, links, pages, strict=True):
        await bring(store, name, online("1", link, page))
    together, waiting = await found(store)
    assert frozenset({("council", "1"), ("fellowship", "1")}) not in together
    assert not any({"council", "fellowship"} <= {name for name, _ in some} for some in together)
    assert len(waiting) == asked


BETWEEN = ("Serenity on Tuesday", "Serenity on a Tuesday", "Serenity on a nice Tuesday")
"""Each of the same hall; the first and the last are the same only through the one between."""


async def test_what_was_the_same_only_through_a_third_is_not_when_that_goes(store: Store) -> None:
    """Whichever of them was shown for all."""
    hall = Venue("Hall", "", "", Point(53.8, -1.55), country="GB")
    every = [online("1", "", name=name)._replace(online=None, venue=hall) for name in BETWEEN]
    assert not (likeness(facts(every[0]), facts(every[2])) or Alike(0, sure=False, why="")).sure
    for freshest in range(3):
        for list_, one in zip(LISTS, every, strict=True):
            day = 10 * freshest + (5 if one is every[freshest] else 0)
            await bring(store, list_, one._replace(notes=f"{freshest}"), day=day, own=True)
        assert len((await found(store))[0]) == 1
        await bring(store, LISTS[1], day=10 * freshest + 6, own=True)
        together, waiting = await found(store)
        assert frozenset({(LISTS[0], "1")}) in together
        assert frozenset({(LISTS[2], "1")}) in together
        assert waiting == {frozenset({(LISTS[0], "1"), (LISTS[2], "1")})}


async def test_a_list_that_comes_in_no_more_does_not_take_others_with_it(store: Store) -> None:
    """Shown for a group of another list, it is so no longer after 90 days; come back, it is not a second."""
    hall = Venue("Hall", "", "", Point(53.8, -1.55), country="GB")
    group = online("1", "")._replace(online=None, venue=hall)
    await bring(store, "council", group)
    await bring(store, "library", group._replace(updated=date(2026, 11, 1)))
    for day, shown in ((80, "library"), (91, "council"), (92, "council")):
        await bring(store, "council", group, day=day)
        async with store.reading() as tx:
            rows = await tx.fetch(_SHOWN)
        assert [row["name"] for row in rows if row["same_as"] is None] == [shown]
    await bring(store, "library", group._replace(updated=date(2026, 11, 1)), day=93)
    assert len((await found(store))[0]) == 1


async def test_a_service_in_two_lists_is_shown_once(store: Store) -> None:
    """Two that say no hours are compared by name and place; so are groups by appointment."""
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
    assert frozenset({("council", "group"), ("library", "group")}) in together
    assert waiting == {frozenset({("council", "other"), ("library", "other")})}


@pytest.mark.parametrize(
    ("page", "phone", "merged"),
    [("https://example.org/", "", True), ("", "+441632960001", True), ("", "", False)],
)
@pytest.mark.parametrize("joined", [None, Online("")])
async def test_a_service_for_a_whole_region_is_known_by_its_page_or_number(
    store: Store, page: str, phone: str, merged: bool, joined: Online | None
) -> None:
    """It has no place, so with a name alone a coordinator is asked; with another page it is another."""
    for name in ("council", "library"):
        region, county = (
            Entry(key=key, name=called, programme="service", zone="Europe/London", kind="service", slots=(),
                  online=joined, needs=frozenset({"drug_alcohol_service"}))
            for key, called in (("region", "The van"), ("county", "Befriending"))
        )  # fmt: skip
        entries = (region._replace(page=page, phone=phone), county._replace(page=f"https://{name}.example/"))
        await import_reading(store, Reading(entries, ()), Asked(name, "service", "Europe/London", NOW))
    together, waiting = await found(store)
    pair = frozenset({("council", "region"), ("library", "region")})
    assert (pair in together) == merged
    assert waiting == (set() if merged else {pair})


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
