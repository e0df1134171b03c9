"""A source is taken away, and comes back; it is paused, and goes on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.directory.imports import Asked, import_reading
from bot.app.directory.leaving import remove
from bot.app.library import files
from bot.app.library.place_files import load_places
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Reading, Slot, Venue
from bot.feeds.exit_codes import FAILED, OK, WRONG_USE
from bot.feeds.export import export
from bot.feeds.fetch import Fetched
from bot.feeds.leaving_commands import pause_source, remove_source, resume_source
from bot.feeds.refreshing import is_due, refresh
from bot.feeds.source_commands import list_sources, list_stale
from bot.store.directory import sources
from bot.store.directory.entries_by_hand import put
from bot.store.directory.sources import BY_HAND, Source
from bot.store.store import Store

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
PLACES = load_places(files.DATA)
NAMES = ("Hope", "Dawn", "Kettle")


@dataclass
class Operator:
    """Somebody at the command line."""

    store: Store
    now: datetime = NOW
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def brings(self, source: str, *names: str) -> None:
        """Import groups; each name has its place and time, whatever list it is in."""
        entries = tuple(group(NAMES.index(name)) for name in names)
        await import_reading(self.store, Reading(entries), Asked(source, "aa", "Europe/London", self.now))

    async def removes(self, source: str, *, sure: bool = True) -> int:
        """`directory sources remove`."""
        self.said.clear()

        def agreed(question: str) -> bool:
            self.asked.append(question)
            return sure

        return await remove_source(self.store, source, agreed=agreed, now=self.now, write=self.said.append)

    async def shown(self) -> Sequence[tuple[str, str]]:
        """Name and list of what is shown."""
        out: list[str] = []
        await export(self.store, form="meeting-guide", out=None, now=self.now, write=out.append)
        return sorted((one["name"], one["slug"]) for one in json.loads("".join(out)))

    async def source(self, name: str) -> Source:
        """As it is stored, taken away or not."""
        async with self.store.reading() as tx:
            found = await sources.named(tx, name)
        assert found is not None
        return found


@pytest.fixture
def operator(store: Store) -> Operator:
    """On an empty database."""
    return Operator(store)


def group(n: int) -> Entry:
    """The n-th of NAMES."""
    venue = Venue("Hall", "", "", Point(53.8 + n / 10, -1.55), country="GB")
    return Entry(
        key=NAMES[n], name=NAMES[n], programme="aa", zone="Europe/London", slots=(Slot(1, 1140, 60),),
        venue=venue,
    )  # fmt: skip


async def test_its_groups_are_hidden_and_come_back_as_they_were(operator: Operator) -> None:
    """What another list has too stays; ids are the same afterwards, so that what was said of them is."""
    await operator.brings("ours", "Hope", "Dawn")
    await operator.brings("theirs", "Hope", "Kettle")
    before = await operator.shown()
    assert [name for name, _ in before] == ["Dawn", "Hope", "Kettle"]
    assert await operator.removes("ours") == OK
    assert operator.asked == ["Remove ours?"]
    assert operator.said[0] == "ours: 2 listed. Shown from another list that has them too: 1."
    assert operator.said[1].startswith("Hidden at once: 1;")
    assert [name for name, _ in await operator.shown()] == ["Hope", "Kettle"]
    assert await operator.removes("ours") == WRONG_USE, "it is there no more"
    operator.now += timedelta(days=1)
    await operator.brings("ours", "Hope", "Dawn")
    assert [name for name, _ in await operator.shown()] == ["Dawn", "Hope", "Kettle"]
    assert dict(await operator.shown())["Dawn"] == dict(before)["Dawn"]


async def test_nothing_speaks_of_it_any_more_but_the_list_of_sources(operator: Operator) -> None:
    """It grows neither old nor stale, and is named as removed until it is imported again."""
    await operator.brings("ours", "Hope")
    assert await operator.removes("ours", sure=False) == FAILED
    assert operator.said[-1] == "Nothing was changed."
    assert [name for name, _ in await operator.shown()] == ["Hope"]
    assert await operator.removes("ours") == OK
    said: list[str] = []
    late = NOW + timedelta(days=100)
    assert await list_stale(operator.store, now=late, write=said.append) == OK
    await list_sources(operator.store, now=late, write=said.append)
    assert said[-1] == ("ours: removed 2026-11-24 17:00 UTC; comes back with: foothold directory import")
    await operator.brings("ours", "Hope")
    said.clear()
    await list_sources(operator.store, now=NOW, write=said.append)
    assert "ours: 1 entry" in said[0]
    assert not any("removed" in line for line in said)


async def test_what_never_came_in_goes_too(operator: Operator) -> None:
    """A list whose first import failed is no longer named as failing."""
    async with operator.store.transaction() as tx:
        bad = await sources.ensure(tx, "bad", "aa", "Europe/London", fictional=False)
        sources.tried(tx, bad.id, NOW, "no rows")
    assert await operator.removes("bad") == OK
    async with operator.store.reading() as tx:
        assert not await sources.everything(tx)


async def test_what_coordinators_wrote_is_not_a_list(operator: Operator) -> None:
    """It is taken off one by one."""
    async with operator.store.transaction() as tx:
        await put(tx, group(0), NOW)
    assert await operator.removes(BY_HAND) == WRONG_USE
    assert not operator.asked
    assert (await operator.source(BY_HAND)).generation


async def test_a_list_that_is_being_fetched_stays_away(operator: Operator) -> None:
    """The service was waiting for its server when the list was taken away: what comes is not taken."""
    await operator.brings("ours", "Hope")
    async with operator.store.transaction() as tx:
        ours = await sources.ensure(tx, "ours", "aa", "Europe/London", fictional=False)
        sources.feed(tx, ours.id, "https://feeds.example.org/ours", "auto", 7, NOW)
    ours = await operator.source("ours")

    async def get(_: str, into: Path, **__: str) -> Fetched:
        assert await remove(operator.store, ours, NOW)
        into.write_text('[{"slug": "a", "name": "A", "day": 1, "time": "19:00"}]')
        return Fetched(into, "v1")

    came = await refresh(operator.store, PLACES, ours, NOW, get=get)
    assert "taken away meanwhile" in came.why
    assert (await operator.source("ours")).removed
    assert not is_due(await operator.source("ours"), NOW + timedelta(days=99))


async def test_it_is_paused_and_goes_on(operator: Operator) -> None:
    """Not fetched while it is paused, but shown; due at once when it is resumed."""
    said: list[str] = []
    await operator.brings("ours", "Hope")
    assert await pause_source(operator.store, "ours", now=NOW, write=said.append) == WRONG_USE
    assert said == ["ours: has no address, so it is not fetched by itself."]
    async with operator.store.transaction() as tx:
        sources.feed(tx, (await operator.source("ours")).id, "https://feeds.example.org/o", "auto", 14, NOW)
    said.clear()
    assert await pause_source(operator.store, "ours", now=NOW, write=said.append) == OK
    assert said[-1] == "Again with: foothold directory sources resume ours --every 14"
    assert not is_due(await operator.source("ours"), NOW + timedelta(days=99))
    assert [name for name, _ in await operator.shown()] == ["Hope"]
    said.clear()
    await list_sources(operator.store, now=NOW, write=said.append)
    assert any(line.startswith("  paused") for line in said)
    assert await resume_source(operator.store, "ours", every_days=14, now=NOW, write=said.append) == OK
    assert is_due(await operator.source("ours"), NOW)
    assert await resume_source(operator.store, "not", every_days=1, now=NOW, write=said.append) == WRONG_USE
    assert said[-1] == "not: no such source. There are: ours."
