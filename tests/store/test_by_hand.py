"""What a coordinator writes or checks: each entry as fresh as its last check, and no feed undoes it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.app.directory.desk import UNCHECKED, DirectoryDesk
from bot.app.directory.listings import Directory
from bot.domain.directory.draft import Draft, Time
from bot.domain.ids import OfferingId
from bot.feeds.export import exported
from bot.feeds.import_commands import import_source
from bot.feeds.source_commands import list_sources, list_stale
from bot.store.directory import confirmations, offerings
from bot.store.directory.looking_up import LookedUp
from bot.store.store import Store
from tests.store.test_directory import PLACES, TUESDAY, arrives, bring, group, ids, names_near

DRAFT = Draft("Sober Socks", "smart", times=[Time("1", "19:00", "20:00")], venue="Hall", postcode="LS2 9JT")


def day(number: int) -> timedelta:
    """So many days on, to be added."""
    return timedelta(days=number)


def desk_of(store: Store, *, demo: bool = False) -> DirectoryDesk:
    """The directory's pages, without the pages."""
    return DirectoryDesk(store, Directory(PLACES, demo=demo), ZoneInfo("Europe/London"), "GB")


async def write(store: Store, name: str, days: int = 0, instead_of: OfferingId | None = None) -> OfferingId:
    """A coordinator writes an entry."""
    kim = await arrives(store, 1)
    draft = replace(DRAFT, name=name, programme=name)
    at = TUESDAY + day(days) + timedelta(seconds=len(name))
    which = await desk_of(store).written(kim, draft, instead_of, at)
    assert not isinstance(which, str), which
    return OfferingId(which)


async def test_each_entry_written_by_hand_is_as_fresh_as_its_last_check(store: Store) -> None:
    """Neither does one that is saved keep the others, nor does silence elsewhere hide what was checked."""
    socks, tea = await write(store, "Socks"), await write(store, "Tea")
    await write(store, "Late", days=80)
    kim, convener = await arrives(store, 1), await arrives(store, 2)
    desk = desk_of(store)
    assert await desk.checked(kim, socks, TUESDAY + day(60))
    assert set(await names_near(store, TUESDAY + day(89))) == {"Socks", "Tea", "Late"}
    assert set(await names_near(store, TUESDAY + day(91))) == {"Socks", "Late"}
    assert set(await names_near(store, TUESDAY + day(151))) == {"Late"}
    review = [(one.name, one.why, late) for one, late in (await desk.overview(TUESDAY + day(91))).review]
    assert review == [("Tea", UNCHECKED, True), ("Socks", UNCHECKED, False)]
    opened = await desk.one(tea, TUESDAY + day(91))
    assert opened is not None
    assert opened.too_old
    async with store.transaction() as tx:
        assert await Directory(PLACES).details(tx, tea, TUESDAY + day(91)) is None
        confirmations.add(tx, tea, convener, "right", TUESDAY + day(91))
    assert set(await names_near(store, TUESDAY + day(91))) == {"Socks", "Tea", "Late"}


async def test_the_command_line_says_the_same(store: Store) -> None:
    """`stale` names the entries, `sources` no age for all of them together; no import takes their name."""
    await write(store, "Socks")
    said: list[str] = []
    assert await list_stale(store, now=TUESDAY + day(29), write=said.append) == 0
    assert await list_stale(store, now=TUESDAY + day(31), write=said.append) == 1
    assert await list_stale(store, now=TUESDAY + day(91), write=said.append) == 1
    assert ["over 30 days" in said[1], "over 90 days: hidden" in said[2]] == [True, True]
    assert await list_stale(store, as_json=True, now=TUESDAY + day(91), write=said.append) == 1
    assert '"days": 90' in said[-1]
    await list_sources(store, now=TUESDAY + day(91), write=said.append)
    assert said[-1].startswith("Written by hand: 1 entry,")
    taken = await import_source(
        store, PLACES, "x.csv", source="Written by hand", programme="aa", timezone="Europe/London",
        now=TUESDAY, write=said.append,
    )  # fmt: skip
    assert taken == 2


async def test_what_was_checked_outlives_its_list(store: Store) -> None:
    """The list stopped coming; somebody found one of its groups right since, in person or by the poster."""
    await bring(store, group("a"), group("b"))
    which = await ids(store)
    kim = await arrives(store, 1)
    assert await desk_of(store).checked(kim, which["Group a"], TUESDAY + day(60))
    later = TUESDAY + day(91)
    assert await names_near(store, later) == ["Group a"]
    assert "Group b" not in (await exported(store, "meeting-guide", "", later) or "Group b")
    async with store.reading() as tx:
        listed = await offerings.details(tx, which["Group a"])
        assert listed is not None
        assert listed.as_of == TUESDAY + day(60)


async def test_no_feed_undoes_what_was_written_instead(store: Store) -> None:
    """The feed changes its row; the time that a coordinator has put right stays, and there is one of it."""
    first = [group("a", programme="smart"), group("b")]
    await bring(store, *first, source="feed", own=False)
    await write(store, "Group a, moved", instead_of=(await ids(store))["Group a"])
    changed = first[0]._replace(notes="Ring the bell.")
    await bring(store, changed, first[1], source="feed", at=TUESDAY + day(7), own=False)
    assert set(await names_near(store, TUESDAY + day(7))) == {"Group a, moved", "Group b"}


async def test_writing_in_the_demo_leaves_the_demo_whole(store: Store) -> None:
    """It is made up as well, and the made-up town does not give way to it."""
    await bring(store, group("made up"), source="demo", fictional=True)
    kim = await arrives(store, 1)
    await desk_of(store, demo=True).written(kim, DRAFT, None, TUESDAY)
    assert set(await names_near(store, demo=True)) == {"Group made up", "Sober Socks"}
    assert await names_near(store) == []


async def test_entries_are_looked_up_and_looked_after(store: Store) -> None:
    """By words, area, list and what is to be done; a wrong check is undone, what a list says comes back."""
    for keys in ("abcdefghijk", "abcdefghij"):
        await bring(store, *map(group, keys), own=False)
    which = {name: OfferingId(number) for name, number in (await ids(store)).items()}
    kim, desk, at = await arrives(store, 1), desk_of(store), TUESDAY + day(1)

    async def looked_up(**asked: str) -> list[str]:
        found = await desk.looked_up(LookedUp(**asked), 1, at)  # type: ignore[arg-type]
        assert found.pages == 1
        return [one.entry.name for one in found.listed]

    assert await looked_up(words="group K", only="missing") == ["Group k"]
    assert len(await looked_up(words="LS2", source="own", only="unchecked")) == 11
    assert await looked_up(words="LS", programme="pa") == ["Group a"]
    beyond = await desk.looked_up(LookedUp(words="LS2"), 99, at)
    assert (len(beyond.listed), beyond.page, beyond.pages) == (11, 1, 1)
    assert await looked_up(words="100%") == await looked_up(words="LS29") == []
    known = (await desk.overview(at)).sources
    assert [(one.source.name, one.counts.taken, one.missing) for one in await desk.health(known)] == [
        ("own", 10, 1)
    ]
    await desk.checked(kim, which["Group a"], at)
    assert "Group a" not in await looked_up(only="unchecked")
    await desk.taken_back(kim, which["Group a"], at + day(2))  # too late
    assert "Group a" not in await looked_up(only="unchecked")
    await desk.taken_back(kim, which["Group a"], at)
    assert "Group a" in await looked_up(only="unchecked")
    ours = await write(store, "Sober Socks", instead_of=which["Group a"])
    opened = await desk.one(which["Group a"], at)
    assert opened is not None
    assert (opened.listed.id, [one.entry.name for one in opened.lists]) == (ours, ["Group a"])
    await desk.apart(kim, ours, which["Group a"], at)
    assert await looked_up(only="hidden") == ["Sober Socks"]
    assert "Group a" in await looked_up()
