"""The directory in a real database: imported, found again, changed and hidden, never half of anything."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app.directory.imports import (
    Asked,
    Imported,
    Outcome,
    TooManyGone,
    import_reading,
    note_failure,
)
from bot.app.directory.listings import Directory
from bot.app.library.helplines import helplines_today, load_helplines, verify
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Online, Reading, Slot, Venue
from bot.domain.directory.place_names import find_place
from bot.domain.directory.places import Found, NotFound, Which
from bot.domain.directory.wanted import Needs
from bot.domain.ids import ChatId, OfferingId, PersonId
from bot.feeds import commands, import_commands
from bot.feeds.demo import bring_demo
from bot.feeds.search_options import Asked as Search
from bot.feeds.searching import search
from bot.store.conversing import people
from bot.store.directory import (
    generations,
    helpline_checks,
    known_offerings,
    offerings,
    places,
    reviewing,
    sources,
    staging,
)
from bot.store.directory.entry_rows import rows_of
from bot.store.store import Store
from tests import shipped

DATA = Path(__file__).parents[2] / "data"
PLACES = shipped.places()
TUESDAY = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HERE = Point(53.80, -1.55)
assert helpline_checks.helpline_check.name


def group(key: str, day: int = 1, start: int = 19 * 60, north: float = 0.0, **change: Any) -> Entry:
    """A recovery group a little north of `HERE`."""
    venue = Venue("Hall", "1 High Street", "LS2 9JT", Point(HERE.lat + north, HERE.lon), country="GB")
    facts: dict[str, Any] = {
        "key": key,
        "name": f"Group {key}",
        "programme": f"p{key}",
        "zone": "Europe/London",
        "slots": (Slot(day, start, 60),),
        "venue": venue,
    }
    return Entry(**{**facts, **change})


async def bring(
    store: Store, *entries: Entry, source: str = "own", at: datetime = TUESDAY, **more: Any
) -> Outcome:
    """Import these entries as a whole source."""
    asked = Asked(source, "peer", "Europe/London", at, **more)
    return await import_reading(store, Reading(entries), asked)


async def names_near(
    store: Store, at: datetime = TUESDAY, needs: Needs | None = None, *, demo: bool = False
) -> list[str]:
    """What somebody in the middle of Leeds is shown."""
    async with store.reading() as tx:
        found = await Directory(PLACES, demo=demo).search(tx, HERE, at, needs, 10)
    return [one.listed.entry.name for one in found.groups]


async def ids(store: Store) -> dict[str, OfferingId]:
    """Offering ids by name."""
    async with store.reading() as tx:
        found = await Directory(PLACES).search(tx, HERE, TUESDAY, None, 10)
    return {one.listed.entry.name: one.listed.id for one in found.groups + found.online}


async def arrives(store: Store, chat: int) -> PersonId:
    """Somebody new."""
    async with store.transaction() as tx:
        who = await people.arrive(
            tx, "telegram", ChatId(chat), TUESDAY, language="en", country="GB", zone="UTC"
        )
    return who.id


async def test_what_is_imported_is_found(store: Store) -> None:
    """Soon and near comes before soon and far, and that before tomorrow."""
    outcome = await bring(
        store, group("far", north=0.1), group("tomorrow", day=2), group("near", start=18 * 60)
    )
    assert isinstance(outcome, Imported)
    assert outcome.counts.added == 3
    assert await names_near(store) == ["Group near", "Group far", "Group tomorrow"]


async def test_the_same_again_in_any_order_changes_nothing(store: Store) -> None:
    """Ids stay, nothing is added, changed or gone."""
    entries = [group(str(n)) for n in range(5)]
    await bring(store, *entries)
    before = await ids(store)
    outcome = await bring(store, *reversed(entries))
    assert isinstance(outcome, Imported)
    assert (outcome.counts.added, outcome.counts.changed, outcome.counts.removed) == (0, 0, 0)
    assert await ids(store) == before


async def test_a_changed_group_keeps_its_id(store: Store) -> None:
    """The offering is the same; what is said of it is new, at once and only once."""
    await bring(store, group("a"), group("b"))
    before = await ids(store)
    outcome = await bring(store, group("a", start=20 * 60), group("b"))
    assert isinstance(outcome, Imported)
    assert outcome.counts.changed == 1
    assert await ids(store) == before
    async with store.reading() as tx:
        listed = await offerings.details(tx, before["Group a"])
    assert listed is not None
    assert listed.entry.slots == (Slot(1, 20 * 60, 60),)


async def test_names_for_a_summary(store: Store) -> None:
    """What a coordinator reads; an id that leads nowhere is left out."""
    await bring(store, group("a"))
    known = (await ids(store))["Group a"]
    async with store.reading() as tx:
        assert await Directory(PLACES).names(tx, [known, OfferingId(99)]) == {known: "Group a"}


async def test_a_group_that_left_the_list_is_gone_at_once_and_may_come_back(store: Store) -> None:
    """The operator's list is the truth; a group that returns is the one it was."""
    entries = [group(str(n)) for n in range(6)]
    await bring(store, *entries)
    before = await ids(store)
    await bring(store, *entries[1:])
    assert "Group 0" not in await names_near(store)
    async with store.reading() as tx:
        assert await Directory(PLACES).details(tx, before["Group 0"], TUESDAY) is None
    await bring(store, *entries)
    assert await ids(store) == before


async def test_a_big_drop_asks_first(store: Store) -> None:
    """Half a list is more often half a file: nothing changes until somebody says yes."""
    await bring(store, *(group(str(n)) for n in range(10)))
    assert await bring(store, *(group(str(n)) for n in range(5))) == TooManyGone(5, 10)
    assert len(await names_near(store)) == 10
    assert isinstance(await bring(store, *(group(str(n)) for n in range(5)), yes=True), Imported)
    assert len(await names_near(store)) == 5


async def test_nothing_staged_is_seen_before_it_is_published(store: Store) -> None:
    """An import that died half way shows nothing new and hides nothing old; the next one tidies up."""
    await bring(store, group("old"))
    async with store.transaction() as tx:
        seen = await sources.named(tx, "own")
        assert seen is not None
        generation = await generations.begin(tx, seen.id, TUESDAY)
        known = await known_offerings.of_keys(tx, seen.id, ["old"])
        made = await staging.add_offerings(tx, seen.id, [("new", "")], TUESDAY)
        await staging.stage(tx, seen.id, generation, [(made["new"], rows_of(group("new")))])
        staging.end(tx, generation, [known["old"].edition])
    assert await names_near(store) == ["Group old"]
    await bring(store, group("old"), group("newer"))
    assert await names_near(store) == ["Group newer", "Group old"]
    async with store.reading() as tx:
        assert await generations.unfinished(tx, seen.id) == []


async def test_a_failed_fetch_keeps_the_last_good_copy(store: Store) -> None:
    """The attempt is noted with its reason; the success stays the old one."""
    await bring(store, group("a"))
    later = TUESDAY + timedelta(days=1)
    await note_failure(store, source="own", now=later, why="it is empty")
    async with store.reading() as tx:
        seen = await sources.named(tx, "own")
    assert seen is not None
    assert (seen.last_attempt, seen.last_success, seen.last_problem) == (later, TUESDAY, "it is empty")
    assert await names_near(store) == ["Group a"]


async def test_a_source_that_has_gone_quiet_is_hidden_after_ninety_days(store: Store) -> None:
    """Old listings send people to locked doors."""
    await bring(store, group("a"))
    assert await names_near(store, TUESDAY + timedelta(days=89)) == ["Group a"]
    assert await names_near(store, TUESDAY + timedelta(days=91)) == []


async def test_two_people_hide_what_was_not_there(store: Store) -> None:
    """Ana may say it twice and is one person; Ben's word hides it, until a coordinator has looked."""
    await bring(store, group("a"), group("b"))
    which = (await ids(store))["Group a"]
    directory = Directory(PLACES)
    ana, ben = await arrives(store, 1), await arrives(store, 2)
    for who, hidden in ((ana, False), (ana, False), (ben, True)):
        async with store.transaction() as tx:
            assert (await directory.report_missing(tx, who, which, TUESDAY)).hidden is hidden
    assert await names_near(store) == ["Group b"]
    async with store.reading() as tx:
        assert await directory.details(tx, which, TUESDAY) is None
    await bring(store, group("a", start=18 * 60), group("b"))
    assert await names_near(store) == ["Group b"]
    async with store.transaction() as tx:
        reviewing.show_again(tx, which)
    assert "Group a" in await names_near(store)


async def test_the_demo_gives_way_to_the_real(store: Store) -> None:
    """Fictional groups are shown only in the demo, and only until the operator's own are there."""
    await bring(store, group("made up"), source="demo", fictional=True)
    assert await names_near(store) == []
    assert await names_near(store, demo=True) == ["Group made up"]
    await bring(store, group("real"))
    assert await names_near(store, demo=True) == ["Group real"]


async def test_online_groups_come_by_their_own_clock(store: Store) -> None:
    """19:00 in New York is midnight in London: London's group at 20:00 is sooner. Links come on asking."""
    link = Online("https://zoom.us/j/1?pwd=x", "", "1234")
    afar: dict[str, Any] = {"venue": None, "online": link}
    await bring(store, group("ny", zone="America/New_York", **afar), group("ldn", start=20 * 60, **afar))
    directory = Directory(PLACES)
    async with store.reading() as tx:
        found = await directory.search(tx, None, TUESDAY)
        first = found.online[0].listed
        assert [one.listed.entry.name for one in found.online] == ["Group ldn", "Group ny"]
        assert found.online[1].starts == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
        assert first.entry.online == Online()
        assert await directory.joining(tx, first) == link


async def test_a_service_that_is_open_already_is_found_for_now(store: Store) -> None:
    """It opened this morning; one that closes in five minutes is none, nor is one that opens tomorrow."""
    food: dict[str, Any] = {"kind": "service", "needs": frozenset({"food"})}
    await bring(
        store,
        group("open", slots=(Slot(1, 10 * 60, 600),), **food),
        group("over night", slots=(Slot(0, 20 * 60, 22 * 60),), **food),
        group("closing", slots=(Slot(1, 9 * 60, 485),), **food),
        group("tomorrow", slots=(Slot(2, 9 * 60, 480),), **food),
    )
    asked = Needs(services=frozenset({"food"}))
    now = replace(asked, ahead=90)
    assert set(await names_near(store, needs=now)) == {"Group open", "Group over night"}
    evening = replace(asked, after=19 * 60, before=20 * 60, days=frozenset({1}))
    assert await names_near(store, needs=evening) == ["Group open"]
    assert len(await names_near(store, needs=asked)) == 4
    noon, tonight = TUESDAY - timedelta(hours=5), replace(asked, ahead=16 * 60, later=5 * 60)
    assert set(await names_near(store, noon, tonight)) == {"Group open", "Group over night", "Group closing"}
    await bring(store, group("at 3", start=15 * 60), group("at 6", start=18 * 60), source="groups")
    assert await names_near(store, noon, Needs(ahead=16 * 60, later=5 * 60)) == ["Group at 6"]


async def test_by_appointment_comes_last(store: Store) -> None:
    """No times means by appointment; it is found, after everything that has a time."""
    await bring(store, group("when you like", slots=()), group("friday", day=4))
    assert await names_near(store) == ["Group friday", "Group when you like"]


async def test_belfast_is_learned_from_its_venues(store: Store) -> None:
    """A BT district has no open position, so its city's stands for it until a group there has coordinates."""
    hall = Venue("Hall", "", "BT4 1AF", Point(54.6, -5.9), country="GB", nation="GB-NIR")
    cork = Venue("Hall", "", "T12 X2A3", Point(51.9, -8.5), country="IE")
    await bring(store, group("a", venue=hall), group("b", venue=cork))
    async with store.reading() as tx:
        assert await places.learned_places(tx) == {"BT4": Point(54.6, -5.9), "T12": Point(51.9, -8.5)}
    directory = Directory(shipped.places())
    before = await directory.find("bt4 3aa")
    assert isinstance(before, Found)
    assert before.place.label == "Belfast"
    async with store.reading() as tx:
        await directory.learn(tx)
    after = await directory.find("bt4 3aa")
    assert isinstance(after, Found)
    assert after.place.point == Point(54.6, -5.9)


async def test_towns_abroad_are_learned_from_their_venues(store: Store, tmp_path: Path) -> None:
    """Berlin is not one of six in America once groups meet there; by its own clock, in kilometres.

    One name strewn over a country is no town, and a namesake where the service is goes first.
    """
    hall = {"day": 2, "time": "20:00"}
    cafe = "Cafe, 3 Hauptstr. 7, Newport, Bayern, Deutschland"
    rows = [
        {**hall, "name": "A", "address": "Waldstr. 1", "city": "Berlin", "latitude": 52.5, "longitude": 13.4},
        {
            **hall,
            "name": "B",
            "address": "Seestr. 2",
            "city": "Berlin",
            "latitude": 52.54,
            "longitude": 13.36,
        },
        {**hall, "name": "C", "formatted_address": cafe, "latitude": 48.9, "longitude": 11.9},
        {**hall, "name": "D", "address": "Weg 1", "city": "Neustadt", "latitude": 53.0, "longitude": 11.0},
        {**hall, "name": "E", "address": "Weg 1", "city": "Neustadt", "latitude": 49.0, "longitude": 8.0},
    ]
    file = tmp_path / "berlin.json"
    file.write_text(json.dumps(rows))
    said: list[str] = []
    code = await import_commands.import_source(
        store, PLACES, str(file), source="de", programme="na", timezone="Europe/Berlin", now=TUESDAY,
        write=said.append,
    )  # fmt: skip
    assert code == 0
    directory = Directory(PLACES)
    said.clear()
    assert (
        await search(store, directory, Search("near Berlin"), country="GB", now=TUESDAY, write=said.append)
        == 0
    )
    assert said[0] == "1. A, NA: tonight 20:00 · Waldstr. 1, Berlin · 2.6 km"
    berlin = await directory.find("berlin", "GB")
    assert isinstance(berlin, Found)
    assert (berlin.place.point, berlin.place.zone) == (Point(52.52, 13.38), "Europe/Berlin")
    assert directory.looked("meetings in berlin tonight") is not None
    newport = await directory.find("Newport", "GB")
    assert isinstance(newport, Which)
    assert newport.options[0].label == "Newport, Wales (NP20)"
    assert not isinstance(await directory.find("Neustadt", "GB"), Found)


async def test_a_check_of_a_helpline_is_kept(store: Store) -> None:
    """`helplines verify ID` counts from then on, and an unknown id is refused."""
    helplines = load_helplines(DATA)
    said: list[str] = []
    assert await commands.verify_helpline(store, helplines, "nope", now=TUESDAY, write=said.append) == 2
    assert await commands.verify_helpline(store, helplines, "gb-calm", now=TUESDAY, write=said.append) == 0
    async with store.transaction() as tx:
        verify(tx, helplines.by_id["gb-calm"], TUESDAY.date())
        assert (await helplines_today(tx, helplines)).by_id["gb-calm"].verified_on == TUESDAY.date()


SHEET = "Group,Day,Start,Postcode,Venue\nSober Socks,Tuesday,7pm,LS2 9JT,Hall\nNo Day,,7pm,LS2 9JT,Hall\n"


async def test_import_and_search_from_the_command_line(store: Store, tmp_path: Path) -> None:
    """Good rows are published, the bad one is named with its row, and the exit code says so."""
    file = tmp_path / "groups.csv"
    file.write_text(SHEET)
    said: list[str] = []

    async def run(path: Path) -> int:
        said.clear()
        return await import_commands.import_source(
            store,
            PLACES,
            str(path),
            source="own",
            programme="peer",
            timezone="Europe/London",
            now=TUESDAY,
            write=said.append,
        )

    assert await run(file) == 1
    assert said == [
        "rejected  row 3 (No Day): it has a time and no day",
        "own: 1 taken (1 new, 0 changed, 0 gone), 0 left out, 1 rejected.",
    ]
    file.write_text(SHEET.replace("No Day,,", "A Day,Fri,").replace("Venue\n", "Venue,Keyholder\n"))
    assert await run(file) == 0
    assert said == [
        "left out  in the file: of these columns nothing is read: Keyholder",
        "own: 2 taken (1 new, 0 changed, 0 gone), 0 left out, 0 rejected.",
    ]
    file.write_text(SHEET.replace("LS2 9JT", "ZZ99 9ZZ").replace(",,", ",Fri,"))
    assert await run(file) == 1
    assert said[:2] == [
        f"rejected  row {row} ({name}): no place that is known, and no way to join online"
        for row, name in ((2, "Sober Socks"), (3, "No Day"))
    ]
    assert said[2].startswith("A place is known by a postcode or town")
    file.write_text("<!doctype html><html>Log in</html>")
    assert await run(file) == 1
    assert said[0].endswith("Nothing was changed.")
    assert await run(tmp_path / "missing.csv") == 2
    said.clear()
    directory = Directory(PLACES)
    assert await search(store, directory, Search("LS2"), now=TUESDAY, write=said.append) == 0
    assert said[0] == "1. Sober Socks, Recovery group: tonight 19:00 · Hall, LS2 9JT · less than half a mile"
    said.clear()
    friday = Search("ls2", "fri")
    assert await search(store, directory, friday, as_json=True, now=TUESDAY, write=said.append) == 0
    assert [one["name"] for one in json.loads(said[0])["groups"]] == ["A Day"]
    said.clear()
    assert await search(store, directory, Search("Newport"), now=TUESDAY, write=said.append) == 1
    assert "which one?" in said[0]
    assert await search(store, directory, Search("LS2", "someday"), now=TUESDAY, write=said.append) == 2
    assert await search(store, directory, Search("Inverness"), now=TUESDAY, write=said.append) == 1


async def test_the_demo_town_is_whole_and_says_that_it_is_made_up(store: Store) -> None:
    """At any hour something is on in Kirkmere, every entry says it is made up, and the town is found."""
    await bring_demo(store, PLACES, DATA, TUESDAY)
    towns = shipped.places(demo=True)
    directory = Directory(towns, demo=True)
    where = await directory.find("kirkmere", "GB")
    assert isinstance(where, Found)
    for hour in range(24):
        async with store.reading() as tx:
            found = await directory.search(tx, where.place.point, TUESDAY.replace(hour=hour))
        assert found.fictional
        assert len(found.groups) == 3
        assert found.online
        assert all("(made up)" in one.listed.entry.name for one in found.groups + found.online)
    assert isinstance(find_place("kirkmere", PLACES, "GB"), NotFound | Which)
