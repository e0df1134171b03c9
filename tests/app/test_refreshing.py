"""Sources that are fetched by themselves: when due, one despite another, told when they fail or grow old."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.directory.desk import DirectoryDesk
from bot.app.directory.listings import Directory
from bot.app.library import files
from bot.app.library.place_files import load_places
from bot.domain.directory.draft import Draft
from bot.domain.directory.geo import Point
from bot.domain.directory.refreshing import next_fetch
from bot.feeds.export import export
from bot.feeds.fetch import Fetched, NotFetched, NotModified
from bot.feeds.import_commands import import_source, refresh_sources
from bot.feeds.refreshing import Refreshing
from bot.feeds.review_command import review
from bot.feeds.search_options import Asked as Search
from bot.feeds.searching import search
from bot.feeds.source_commands import list_sources, list_stale
from bot.store.directory import offerings, sources
from bot.store.directory.sources import Source
from tests.app.night import Night

PLACES = load_places(Path(__file__).parents[2] / "data")
HALL = {"formatted_address": "1 High St, Leeds LS2 9JT, UK", "latitude": 53.8071, "longitude": -1.555}


def meeting(slug: str, day: int = 1, **change: Any) -> dict[str, Any]:
    """A row of a feed."""
    return {**HALL, "slug": slug, "name": f"Group {slug}", "day": day, "time": "19:00", **change}


@dataclass
class Internet:
    """What servers answer, by address: rows, or what went wrong."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    etag: str = ""
    """What it was asked with last: the version that is here already."""

    async def get(self, url: str, into: Path, **marks: str) -> Fetched | NotModified | NotFetched:
        """As `fetch`."""
        self.asked.append(url)
        self.etag = marks.get("etag", "")
        answer = self.answers[url]
        if isinstance(answer, NotFetched | NotModified):
            return answer
        if isinstance(answer, Exception):
            raise answer
        into.write_text(answer if isinstance(answer, str) else json.dumps(answer))
        return Fetched(into, "v1")


@dataclass
class Desk:
    """A coordinator's command line beside a running service."""

    night: Night
    net: Internet = field(default_factory=Internet)
    said: list[str] = field(default_factory=list)

    async def bring(self, name: str, rows: Any, code: int = 0, **more: Any) -> None:
        """Import from an address."""
        url = f"https://feeds.example.org/{name}"
        self.net.answers[url] = rows
        self.said.clear()
        assert (
            await import_source(
                self.night.store, PLACES, url, source=name, programme="aa", timezone="Europe/London",
                now=self.night.now, write=self.said.append, get=self.net.get, **more,
            )
            == code
        )  # fmt: skip

    async def tick(self) -> int:
        """The service's own look."""
        directory = Directory(PLACES)
        ticking = Refreshing(
            self.night.store,
            self.night.clock,
            lambda: directory.places,
            files.messages(),
            directory.learn,
            self.net.get,
        )
        return await ticking.tick()

    async def sources(self) -> Mapping[str, Source]:
        """All by name."""
        async with self.night.store.reading() as tx:
            return {one.name: one for one in await sources.everything(tx)}


async def test_a_feed_is_fetched_when_it_is_due(night: Night) -> None:
    """Once a week, give or take; not before."""
    desk = Desk(night)
    await desk.bring("one", [meeting("a")])
    assert await desk.tick() == 0
    await night.passes(days=8)
    assert await desk.tick() == 1
    one = (await desk.sources())["one"]
    assert one.last_success == night.now
    assert one.due_at is not None
    assert timedelta(days=6) < one.due_at - night.now < timedelta(days=8)
    assert one.etag == "v1"


async def test_one_that_fails_is_in_nobodys_way(night: Night) -> None:
    """The others come, the last good copy stays, the coordinator hears of it; it is tried again soon."""
    kim = await night.arrives("Kim", "coordinator")
    desk = Desk(night)
    for name in ("bad", "good", "mad"):
        await desk.bring(name, [meeting(name)])
    desk.net.answers["https://feeds.example.org/bad"] = NotFetched("the server answered 503")
    desk.net.answers["https://feeds.example.org/mad"] = RuntimeError("our fault")
    desk.net.answers["https://feeds.example.org/good"] = NotModified()
    await night.passes(days=8)
    assert await desk.tick() == 3
    known = await desk.sources()
    assert (known["bad"].failures, known["bad"].last_problem) == (1, "the server answered 503")
    assert known["good"].last_success == night.now
    assert known["mad"].failures == 1
    assert known["bad"].due_at is not None
    assert known["bad"].due_at - night.now < timedelta(hours=2)
    await night.deliver()
    assert [text for text in kim.heard() if "bad" in text and "503" in text]
    for page in ("<!doctype html><title>One moment</title>", "[]", "{}", '[{"name": "Ho'):
        desk.net.answers["https://feeds.example.org/bad"] = page
        await night.passes(days=8)
        await desk.tick()
        assert (await desk.sources())["bad"].generation == known["bad"].generation


async def test_a_source_that_grows_old_is_told_of(night: Night) -> None:
    """At 30 days, and at 90, when its entries are hidden; `stale` says the same."""
    kim = await night.arrives("Kim", "coordinator")
    desk = Desk(night)
    await desk.bring("one", [meeting("a")], every_days=0)
    assert await list_stale(night.store, now=night.now, write=desk.said.append) == 0
    for days, word in ((31, "over 30 days ago"), (61, "hidden now")):
        await night.passes(days=days)
        await desk.tick()
        await desk.tick()
        await night.deliver()
        assert word in kim.heard()[-1]
    desk.said.clear()
    assert await list_stale(night.store, now=night.now, write=desk.said.append) == 1
    assert "its entries are hidden" in desk.said[0]


async def test_what_is_written_by_hand_is_told_of_once_a_week(night: Night) -> None:
    """Each entry has an age of its own; nobody gets a message for each."""
    kim = await night.arrives("Kim", "coordinator")
    written = DirectoryDesk(night.store, Directory(PLACES), ZoneInfo("Europe/London"), "GB")
    desk = Desk(night)
    for name in ("Socks", "Tea"):
        await written.written(kim.id, Draft(name, postcode="LS2 9JT"), None, night.now)
        await night.passes(days=1)
    for days, told in ((28, []), (3, [True]), (1, []), (7, [True]), (60, [True])):
        await night.passes(days=days)
        await desk.tick()
        await night.deliver()
        assert [text.endswith("30 days: 2") for text in kim.heard()[:1]] == told


async def test_a_source_that_has_not_changed_is_said_to_be_as_it_was(night: Night) -> None:
    """No row is read then: what was left out is not known, and is not said to be none."""
    desk = Desk(night)
    await desk.bring("one", [meeting("a"), meeting("b", types=["TC"], location="")], code=0)
    assert desk.said[-1] == "one: 1 taken (1 new, 0 changed, 0 gone), 1 left out, 0 rejected."
    desk.net.answers["https://feeds.example.org/one"] = NotModified()
    desk.said.clear()
    assert await refresh_sources(
        night.store, PLACES, now=night.now, write=desk.said.append, get=desk.net.get
    ) == 0  # fmt: skip
    assert desk.said == ["one: not changed since it last came in: 1 taken (0 gone), 0 rejected."]


def test_feeds_are_not_all_fetched_at_one_moment() -> None:
    """Ten per cent either way; after failures in an hour, two, four, never later than the interval."""
    from datetime import UTC, datetime

    now = datetime(2026, 11, 24, 17, tzinfo=UTC)
    moments = {next_fetch(source, 7, now) - now for source in range(50)}
    assert len(moments) == 50
    assert timedelta(days=6.2) < min(moments) < max(moments) < timedelta(days=7.8)
    assert next_fetch(1, 7, now, 1) - now < timedelta(hours=1.2)
    assert next_fetch(1, 7, now, 3) - now > timedelta(hours=3.5)
    assert next_fetch(1, 1, now, 50) - now < timedelta(days=1.2)


async def test_the_command_line_around_it(night: Night) -> None:
    """Import, sources, refresh, stale: what is said, and the exit codes."""
    desk = Desk(night)
    await desk.bring("one", [meeting("a"), meeting("b", name="")], code=1)
    assert desk.said == [
        "rejected  row 2: it has no name",
        "one: 1 taken (1 new, 0 changed, 0 gone), 0 left out, 1 rejected.",
    ]
    await desk.bring("two", "<html>Log in</html>", code=1)
    assert desk.said == ["two: it is a web page, not data: perhaps an error or a login page was saved."
                         " Nothing was changed."]  # fmt: skip
    store, said = night.store, desk.said
    said.clear()
    assert await list_sources(store, now=night.now, write=said.append) == 0
    assert said[0] == "one: 1 entry, aa, https://feeds.example.org/one"
    assert "  never came in whole" in said
    said.clear()
    assert await list_sources(store, as_json=True, now=night.now, write=said.append) == 0
    assert [one["entries"] for one in json.loads(said[0])] == [1, 0]
    desk.net.answers["https://feeds.example.org/two"] = [meeting("c")]
    for name, due, code in (("two", False, 0), ("", True, 0), ("", False, 1), ("none", False, 2)):
        got = await refresh_sources(
            store, PLACES, name=name, due=due, now=night.now, write=said.append, get=desk.net.get
        )
        assert got == code, said
    for wrong in (
        "http://127.0.0.1/feed",
        "HTTP://127.0.0.1/feed",
        "https://me:pw@example.org/",
        "ftp://a.org/x",
    ):
        assert (
            await import_source(
                store, PLACES, wrong, source="x", programme="aa", timezone="UTC", now=night.now,
                write=said.append, get=desk.net.get,
            )
            == 2
        )  # fmt: skip
    assert said[-1] == "ftp://a.org/x: it is no web address."


async def test_a_refresh_knows_the_places_that_were_learned_since_the_start(night: Night) -> None:
    """One list teaches where BT7 is; another, fetched after it, is placed by the postcode alone."""
    desk = Desk(night)
    belfast: dict[str, Any] = {
        "formatted_address": "1 High St, Belfast BT7 1AA, UK",
        "latitude": 54.58,
        "longitude": -5.93,
    }
    await desk.bring("one", [meeting("a", **belfast)])
    await desk.bring("two", [meeting("b", day=2)])
    nowhere = {**belfast, "latitude": None, "longitude": None}
    desk.net.answers["https://feeds.example.org/two"] = [meeting("b", day=2, **nowhere)]
    await night.passes(days=9)
    assert await desk.tick() == 2
    async with night.store.reading() as tx:
        (which,) = [which for which, name, *_ in await offerings.names_shown(tx) if name == "Group b"]
        listed = await offerings.details(tx, which)
    assert listed is not None
    assert listed.entry.venue is not None
    assert listed.entry.venue.point == Point(54.58, -5.93)


async def test_duplicates_across_sources(night: Night) -> None:
    """The fresher of two is shown and the other keeps its id; doubtful ones wait; a decision holds."""
    desk = Desk(night)
    store = night.store

    async def shown() -> list[str]:
        desk.said.clear()
        assert await export(store, form="meeting-guide", out=None, now=night.now, write=desk.said.append) == 0
        return sorted(f"{one['name']} {one['entity']}" for one in json.loads(desk.said[0]))

    async def decide(**what: list[int]) -> Any:
        desk.said.clear()
        lists: dict[str, list[int]] = {"approve": [], "retire": [], "same": [], "different": [], **what}
        code = await review(store, as_json=True, now=night.now, write=desk.said.append, **lists)
        assert code == 0
        return json.loads(desk.said[0])["pairs"]

    late = meeting("late", time="20:30", name="Late Group")
    await desk.bring("one", [meeting("a", name="Hope Group"), meeting("b", name="Tuesday Serenity"), late])
    await night.passes(hours=1)
    await desk.bring(
        "two",
        [
            meeting("x", name="The Hope group (AA)"),
            meeting("y", name="Serenity on a Tuesday, upstairs"),
            meeting("z", name="Late Group", time="21:00"),
        ],
    )
    assert await shown() == [
        "Late Group one", "Late Group two", "Serenity on a Tuesday, upstairs two", "The Hope group (AA) two",
        "Tuesday Serenity one",
    ]  # fmt: skip
    (pair,) = await decide()
    assert pair["why"] == "same time and postcode"
    assert await decide(same=[pair["id"]]) == []
    assert "Tuesday Serenity one" not in await shown()
    await night.passes(hours=1)
    await desk.bring("two", [meeting("z", name="Late Group", time="21:00")], yes=True)
    assert await shown() == ["Hope Group one", "Late Group one", "Late Group two", "Tuesday Serenity one"]


async def test_what_is_exported_can_be_read_again(night: Night) -> None:
    """As Meeting Guide and as HSDS; no link, no code and no hidden entry leaves with it."""
    desk = Desk(night)
    link: dict[str, Any] = {
        "conference_url": "https://zoom.us/j/1000000000?pwd=abc",
        "attendance_option": "hybrid",
    }
    await desk.bring(
        "one", [meeting("a", types=["O", "X"], notes="Passcode: 4242. Ring.", **link), meeting("b", 2)]
    )
    for form in ("meeting-guide", "hsds"):
        desk.said.clear()
        assert await export(night.store, form=form, out=None, now=night.now, write=desk.said.append) == 0
        assert "4242" not in desk.said[0]
        assert "zoom" not in desk.said[0]
    said: list[str] = []
    await export(night.store, form="meeting-guide", out=None, now=night.now, write=said.append)
    rows = json.loads(said[0])
    assert [(row["day"], row["time"], row["attendance_option"]) for row in rows] == [
        (1, "19:00", "hybrid"), (2, "19:00", "in_person"),
    ]  # fmt: skip
    assert rows[0]["types"] == ["O", "X"]
    await desk.bring("again", rows)
    assert await export(night.store, form="csv", out=None, now=night.now, write=said.append) == 2
    of_nobody = export(night.store, form="hsds", source="nobody", out=None, now=night.now, write=said.append)
    assert (await of_nobody, said[-1]) == (2, "--source nobody: no such source.")


async def test_the_area_of_a_council_is_kept(night: Night) -> None:
    """Its services are found around it, after every refresh; a name that is no one place is refused."""
    desk = Desk(night)
    council = [{"id": "1", "name": "Naloxone", "url": "example.org", "organization": {"name": "Council"}}]
    await desk.bring("council", council, code=2, area="Newport")
    assert desk.said[0].startswith("--area Newport: which one? Newport, Wales (NP20) · ")
    await desk.bring("council", council, area="Leeds")
    assert (await desk.sources())["council"].area == "Leeds"

    async def near(place: str) -> int:
        asked = Search(place, needs=("naloxone",))
        return await search(night.store, Directory(PLACES), asked, now=night.now, write=desk.said.append)

    for _ in range(2):
        desk.said.clear()
        assert (await near("LS2"), await near("Hull")) == (0, 1)
        assert desk.said[0] == "1. Naloxone, naloxone: by appointment · Leeds · less than half a mile"
        await night.passes(days=8)
        assert await desk.tick() == 1
    await desk.bring("council", council)
    assert (await desk.sources())["council"].area == "Leeds"
    assert desk.net.etag == "v1"
    await desk.bring("council", council, area="Hull")
    assert desk.net.etag == ""
    assert (await near("LS2"), await near("Hull")) == (1, 0)
    told = {
        "id": "2",
        "name": "Lunch",
        "url": "example.org",
        "description": "For addiction.",
        "status": "active",
    }
    await desk.bring("council", [*council, told], area="Hull")
    assert desk.said[-1] == "Not shown until you have looked: 1 (directory review)."
