"""Looking for times: what is not read twice, or not put in order by the database, is found all the same."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app.directory.listings import Directory
from bot.domain.directory.geo import Point, box_around
from bot.domain.directory.offering import Online, Slot, Venue
from bot.domain.directory.ranking import BY_APPOINTMENT, Candidate
from bot.domain.directory.wanted import Needs
from bot.store.directory.finding import MANY, MOST, WHOLE_WEEK, Crowded, Look, Looking, Visible, Window
from bot.store.engine.transaction import Transaction
from bot.store.store import Store
from tests.store.test_directory import HERE, PLACES, TUESDAY, bring, group

WEEK = (*range(7), BY_APPOINTMENT)
EVENING = Window(1440 + 17 * 60, 1440 + 20 * 60)
SIGNED = Needs(must=frozenset({"bsl"}))


async def a_town(store: Store) -> None:
    """More groups around `HERE` than are read to find the nearest."""
    dice = random.Random(4)
    groups = []
    for number in range(MANY + 20):
        point = Point(HERE.lat + dice.gauss(0, 0.06), HERE.lon + dice.gauss(0, 0.1))
        tags = frozenset(tag for tag, share in (("bsl", 0.2), ("women", 0.3)) if dice.random() < share)
        hour = dice.randrange(17, 21)
        venue = Venue("Hall", "", "", point, country="GB")
        groups.append(group(str(number), 1, hour * 60, venue=venue, tags=tags))
    online = [group(f"o{n}", 1, 20 * 60 + n, venue=None, online=Online("https://a.org")) for n in range(3)]
    signed = online[0]._replace(key="signed", name="Signed", tags=frozenset({"bsl"}), slots=(Slot(1, 1300),))
    await bring(store, *groups, *online, signed)


class Everywhere(Crowded):
    """The database finds the nearest, always."""

    def __contains__(self, kind: object) -> bool:
        return True


async def found(
    tx: Transaction, needs: Needs, look: Look, *before: Look, crowded: Crowded | None = None
) -> list[Candidate]:
    """What a look finds after others."""
    visible = Visible(TUESDAY - timedelta(days=90), fictional=False)
    looking = Looking(tx, visible, needs, needs.masks(), Crowded() if crowded is None else crowded)
    for other in before:
        await looking.near(other)
    return await looking.near(look)


@pytest.mark.parametrize("needs", [SIGNED, replace(SIGNED, wants=frozenset({"women"})), Needs(family=True)])
async def test_a_wider_look_spares_the_narrower(store: Store, needs: Needs) -> None:
    """Less far, for a shorter time, on fewer days, only what suits: the same rows."""
    await a_town(store)
    wide = Look(box_around(HERE, 40), WHOLE_WEEK, WEEK, strictly=not needs.must)
    async with store.reading() as tx:
        for km, window, days in (
            (40, EVENING, (1,)),
            (6, EVENING, (1,)),
            (6, WHOLE_WEEK, (1, 2)),
            (6, WHOLE_WEEK, (4,)),
        ):
            look = Look(box_around(HERE, km), window, days, strictly=True)
            alone, after = await found(tx, needs, look), await found(tx, needs, look, wide)
            assert sorted(after) == sorted(alone)
            assert len(alone) < MOST


async def test_the_nearest_of_many_are_the_same_in_whatever_way_they_are_found(store: Store) -> None:
    """By the database, where there were many last time, and else here."""
    await a_town(store)
    crowded = Crowded()
    every = Look(box_around(HERE, 100), WHOLE_WEEK, WEEK, strictly=False)
    fewer = every._replace(window=Window(1440 + 17 * 60, 1440 + 19 * 60))
    async with store.reading() as tx:
        for look in (every, fewer):
            nearest = await found(tx, Needs(), look, crowded=Everywhere())
            assert len(nearest) == MOST
            for _ in range(2):
                assert sorted(await found(tx, Needs(), look, crowded=crowded)) == sorted(nearest)
    assert len(crowded) == 1


async def test_what_few_groups_have_is_found_near_and_online(store: Store) -> None:
    """Sign language has an index of its own; what it holds is what the others would find."""
    await a_town(store)
    async with store.reading() as tx:
        got = await Directory(PLACES).search(tx, HERE, TUESDAY, SIGNED, 5)
    assert len(got.groups) == 5
    assert all("bsl" in one.listed.entry.tags for one in (*got.groups, *got.online))
    assert [one.listed.entry.name for one in got.online] == ["Signed"]
