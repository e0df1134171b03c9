"""Imports in a real database: gates, suspects, ids that many share, files in a thread and in a process."""

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import and_, bindparam, func, select, update

from bot.app.directory.imports import (
    GENTLY,
    Asked,
    Imported,
    Importing,
    Outcome,
    Overtaken,
    Superseded,
    TooManyErrors,
    TooManyGone,
    import_reading,
)
from bot.app.library.place_files import load_places
from bot.domain.directory.geo import Point
from bot.domain.directory.marks import Marks
from bot.domain.directory.offering import Entry, NoReading, Reading, Rejected, Slot, Venue
from bot.feeds import bringing
from bot.feeds.batches import Batch
from bot.feeds.bringing import bring
from bot.feeds.demo import bring_demo
from bot.feeds.row import Defaults
from bot.store.directory import generations, known_offerings, reviewing, sources
from bot.store.directory.entry_rows import rows_of
from bot.store.directory.generations import Counts
from bot.store.directory.offering_tables import edition, offering, seen, suspect
from bot.store.directory.places import place
from bot.store.directory.sources import Source, source
from bot.store.engine.sqlite import TOGETHER
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row
from bot.store.store import Store

DATA = Path(__file__).parents[2] / "data"
PLACES = load_places(DATA)
TUESDAY = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def entry(key: str, **change: Any) -> Entry:
    """A group in Leeds."""
    venue = Venue("Hall", "1 High Street", "LS2 9JT", Point(53.8, -1.55), country="GB")
    facts: dict[str, Any] = {
        "key": key, "name": f"Group {key}", "programme": "aa", "zone": "Europe/London",
        "slots": (Slot(1, 1140, 60),), "venue": venue,
    }  # fmt: skip
    return Entry(**{**facts, **change})


def some(count: int, start: int = 0) -> list[Entry]:
    """So many groups."""
    return [entry(str(n)) for n in range(start, start + count)]


async def comes(store: Store, *entries: Entry, bad: int = 0, week: int = 0, **how: Any) -> Outcome:
    """A feed's import in some week, not the operator's own list unless said."""
    rejected = tuple(Rejected(n, "", "it has no name") for n in range(bad))
    asked = Asked("feed", "aa", "Europe/London", TUESDAY + timedelta(weeks=week), **{"own": False, **how})
    return await import_reading(store, Reading(entries, rejected), asked)


async def shown(store: Store) -> set[str]:
    """The keys that are seen now."""
    async with store.reading() as tx:
        known = await known_offerings.page(tx, (await feed(store)).id, 0, 10_000)
    return {key for key, one in zip(known.keys, known.editions, strict=True) if one}


async def feed(store: Store, name: str = "feed") -> Source:
    """The source."""
    async with store.transaction() as tx:
        found = await sources.named(tx, name)
    assert found is not None
    return found


async def _no_rest() -> None:
    """Where an import is to write a little at a time."""


def counts(outcome: Outcome | NoReading) -> Counts:
    """Of an import that was published."""
    assert isinstance(outcome, Imported), outcome
    return outcome.counts


async def test_an_import_lets_others_write_in_between(store: Store) -> None:
    """With a rest, it writes a little at a time: nobody waits for more than one of these."""
    rested: list[int] = []

    async def rest() -> None:
        async with store.transaction():
            rested.append(1)

    importing = Importing(store, Asked("feed", "aa", "Europe/London", TUESDAY, own=False), rest)
    await importing.begin()
    await importing.add([rows_of(one) for one in some(3 * GENTLY)])
    assert len(rested) == 3
    assert counts(await importing.finish(0)).added == 3 * GENTLY


@pytest.mark.parametrize("first_ends_first", [True, False])
async def test_of_two_imports_at_once_the_later_counts(store: Store, first_ends_first: bool) -> None:
    """It takes back what the earlier one has staged, and that one writes no more: no half list is seen."""
    await comes(store, *some(10))
    changed = [rows_of(one._replace(name="Changed")) for one in some(30)]
    asked = Asked("feed", "aa", "Europe/London", TUESDAY, own=False)
    first, second = Importing(store, asked, _no_rest), Importing(store, asked)
    await first.begin()
    await first.add(changed[:16])
    await second.begin()
    if first_ends_first:
        assert await first.finish(0) == Overtaken()
    await second.add(changed)
    if not first_ends_first:
        with pytest.raises(Superseded):
            await first.add(changed[16:])
        assert await first.overtaken() == Overtaken()
    assert counts(await second.finish(0)) == Counts(taken=30, added=20, changed=10)
    assert await shown(store) == {str(n) for n in range(30)}


async def test_a_list_with_rows_that_are_never_right_is_refreshed_all_the_same(store: Store) -> None:
    """Imported by hand with 3 of 23 rejected, it comes again each week, also when nothing has changed."""
    await comes(store, *some(20), bad=3)
    assert counts(await comes(store, *some(20), bad=3, week=1, scheduled=True)).rejected == 3
    importing = Importing(
        store, Asked("feed", "aa", "Europe/London", TUESDAY + timedelta(weeks=2), own=False)
    )
    await importing.begin()
    assert counts(await importing.unchanged()).rejected == 3
    assert counts(await comes(store, *some(20), bad=3, week=3, scheduled=True)).rejected == 3
    assert isinstance(await comes(store, *some(20), bad=5, week=4, scheduled=True), TooManyErrors)


async def test_an_id_is_never_given_twice(store: Store) -> None:
    """Not even of rows that are gone, and in an import too large for one statement."""
    many = 2 * TOGETHER + 1
    await comes(store, *some(many), own=True)
    async with store.transaction() as tx:
        given = await tx.new_ids("edition", 1)
    await comes(store, *(entry(str(n), name="Changed") for n in range(many)), own=True, week=1)
    async with store.reading() as tx:
        known = await known_offerings.page(tx, (await feed(store)).id, 0, 10_000)
    assert min(known.editions) >= given[0]
    assert len({*known.editions}) == len({*known.offerings}) == many


async def test_an_entry_is_hidden_at_the_third_fetch_without_it(store: Store) -> None:
    """Missing once or twice is suspect; back in between counts from the start; nothing is deleted."""
    ten = some(10)
    await comes(store, *ten)
    for week in (1, 2):
        assert counts(await comes(store, *ten[1:], week=week)).removed == 0
        assert "0" in await shown(store)
    assert counts(await comes(store, *ten, week=3)).added == 0
    for week in (4, 5):
        await comes(store, *ten[1:], week=week)
        assert "0" in await shown(store)
    assert counts(await comes(store, *ten[1:], week=6)).removed == 1
    assert await shown(store) == {one.key for one in ten[1:]}
    async with store.reading() as tx:
        known = await known_offerings.of_keys(tx, (await feed(store)).id, ["0"])
    assert known["0"].offering
    back = counts(await comes(store, *ten, week=7))
    assert (back.added, len(await shown(store))) == (1, 10)


async def test_not_modified_counts_as_a_fetch(store: Store) -> None:
    """A server that says "as it was" says that the missing one is still missing."""
    ten = some(10)
    await comes(store, *ten)
    await comes(store, *ten[1:], week=1)
    for week in (2, 3):
        assert "0" in await shown(store)
        importing = Importing(
            store, Asked("feed", "aa", "Europe/London", TUESDAY + timedelta(weeks=week), own=False)
        )
        await importing.begin()
        await importing.unchanged()
    assert len(await shown(store)) == 9
    assert (await feed(store)).last_success == TUESDAY + timedelta(weeks=3)


async def test_a_failed_fetch_does_not_count(store: Store) -> None:
    """Nor does it show anything, hide anything or move the last success."""
    twenty = some(20)
    await comes(store, *twenty)
    await comes(store, *twenty[1:], week=1)
    for week in (2, 3):
        outcome = await comes(store, *twenty[1:], bad=2, week=week, scheduled=True)
        assert isinstance(outcome, TooManyErrors)
    assert len(await shown(store)) == 20
    seen = await feed(store)
    assert seen.last_success == TUESDAY + timedelta(weeks=1)
    assert seen.last_attempt == TUESDAY + timedelta(weeks=3)
    assert (seen.failures, seen.last_problem) == (2, "2 of 21 rows could not be read")
    assert counts(await comes(store, *twenty[1:], week=4)).removed == 0
    assert (await feed(store)).failures == 0


@pytest.mark.parametrize(
    ("listed", "left", "held"), [(100, 80, False), (100, 79, True), (500, 450, False), (500, 449, True)]
)
async def test_the_gate_on_drops(store: Store, listed: int, left: int, held: bool) -> None:
    """Over a fifth, or over a tenth of 500 and more, is a failed fetch; a first import loses nothing."""
    await comes(store, *some(listed), scheduled=True)
    outcome = await comes(store, *some(left), scheduled=True, week=1)
    assert isinstance(outcome, TooManyGone) == held
    assert len(await shown(store)) == listed


async def test_by_hand_errors_are_listed_and_the_rest_is_published(store: Store) -> None:
    """The gate on errors is for what nobody looks at."""
    await comes(store, *some(10))
    assert counts(await comes(store, *some(10), bad=5, week=1)).rejected == 5


async def test_yes_lets_them_go_at_once(store: Store) -> None:
    """Somebody has looked: no suspicion is needed."""
    await comes(store, *some(10))
    assert counts(await comes(store, *some(5), week=1, yes=True)).removed == 5
    assert len(await shown(store)) == 5


async def test_the_operators_own_list_is_the_truth(store: Store) -> None:
    """What is not in it is not there."""
    await comes(store, *some(10), own=True)
    assert counts(await comes(store, *some(9), own=True, week=1)).removed == 1
    assert len(await shown(store)) == 9


async def test_new_services_of_a_scheduled_feed_wait_for_a_coordinator(store: Store) -> None:
    """By hand only those wait whose description alone speaks of recovery."""
    sure = entry("s", kind="service", needs=frozenset({"naloxone"}))
    unsure = entry("u", kind="service", origins=(("needs", "description"),))

    async def hidden() -> set[str]:
        async with store.reading() as tx:
            return {one.key for one in await reviewing.waiting(tx)}

    await comes(store, sure, unsure)
    assert await hidden() == {"u"}
    await comes(store, sure, unsure, entry("later", kind="service"), entry("g"), scheduled=True, week=1)
    assert await hidden() == {"u", "later"}


async def test_what_was_not_taken_is_kept_to_be_read(store: Store) -> None:
    """With the import, for the coordinator."""
    await comes(store, *some(10), bad=3)
    async with store.reading() as tx:
        assert await generations.problems(tx, (await feed(store)).id) == [
            Rejected(n, "", "it has no name") for n in range(3)
        ]


HALL = {"formatted_address": "1 High St, Leeds LS2 9JT, UK", "day": 1, "time": "19:00"}


def meetings(*slugs: str) -> list[dict[str, Any]]:
    """Rows of a feed."""
    return [{**HALL, "name": f"Group {n}", "slug": slug} for n, slug in enumerate(slugs)]


async def from_file(store: Store, path: Path, rows: Any, week: int = 0) -> bringing.Brought:
    """A file imported."""
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    asked = Asked("feed", "aa", "Europe/London", TUESDAY + timedelta(weeks=week), own=True)
    return await bring(store, PLACES, path, "auto", asked)


async def test_ids_that_several_rows_share(store: Store, tmp_path: Path) -> None:
    """Each row gets an id of its own, the same in any order; the same row twice is one."""
    rows = meetings("a", "b", "b", "c", "b")
    rows.append(rows[0])
    first = await from_file(store, tmp_path / "feed.json", rows)
    assert (counts(first.outcome).taken, first.report.left_out_count) == (5, 1)
    keys = await shown(store)
    assert {"a", "c"} < keys
    assert sorted(key[:2] for key in keys - {"a", "c"}) == ["b~"] * 3
    again = counts((await from_file(store, tmp_path / "feed.json", rows[::-1], 1)).outcome)
    assert (again.added, again.changed, again.removed, again.taken) == (0, 0, 0, 5)
    assert await shown(store) == keys


async def test_a_large_feed_is_read_in_a_process_and_means_the_same(store: Store, tmp_path: Path) -> None:
    """More than a megabyte: the same entries, the same problems; broken at its end, nothing of it is seen."""
    rows = [{**row, "ignored": "x" * 2000} for row in meetings(*(str(n) for n in range(600)))]
    rows[7]["name"] = ""
    path = tmp_path / "feed.json"
    brought = await from_file(store, path, rows)
    assert path.stat().st_size > bringing.SMALL
    assert counts(brought.outcome) == Counts(taken=599, rejected=1, added=599)
    assert [(one.row, one.why) for one in brought.report.rejected] == [(8, "it has no name")]
    small = [{key: value for key, value in row.items() if key != "ignored"} for row in rows]
    again = counts((await from_file(store, path, small, 1)).outcome)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    more = json.dumps([*rows, *({**row, "slug": f"{row['slug']}-new"} for row in rows)])
    broken = await from_file(store, path, more[:-1], 2)
    assert broken.outcome == NoReading("it is not whole JSON: it ends in the middle, after row 1200")
    assert len(await shown(store)) == 599
    async with store.reading() as tx:
        assert await generations.unfinished(tx, (await feed(store)).id) == []


_FORGET = prepared(
    update(edition)
    .where(edition.c.source_id == bindparam("source"))
    .values(mark=0)  # cleans everything again
)
_STATE = prepared(
    select(
        *(
            offering.c.key,
            offering.c.hidden_why,
            edition.c.name,
            edition.c.zone,
            edition.c.notes,
            place.c.lat,
        ),
        (func.coalesce(suspect.c.since_generation, 0) > 0).label("suspect"),
    )
    .select_from(
        offering.join(source, source.c.id == offering.c.source_id)
        .outerjoin(edition, and_(edition.c.offering_id == offering.c.id, seen))
        .outerjoin(place, place.c.id == edition.c.place_id)
        .outerjoin(suspect, suspect.c.offering_id == offering.c.id)
    )
    .where(offering.c.source_id == bindparam("source"))
    .order_by(offering.c.key)
)


def _as_said(row: Row) -> list[str]:
    """An entry without what its programme changes: the digest that tells shared ids apart."""
    facts = [row[name] for name in ("hidden_why", "name", "zone", "notes", "lat", "suspect")]
    return list(map(str, [row["key"].partition("~")[0], *facts]))


@pytest.mark.parametrize("chance", [1, 2])
async def test_rows_that_are_as_they_were_mean_the_same(store: Store, tmp_path: Path, chance: int) -> None:
    """Weeks of a feed with marks, and of another without: gone, back, changed, shared, hidden, moved."""
    dice = Random(chance)
    rows = [{**row, "notes": str(n)} for n, row in enumerate(meetings(*(str(n) for n in range(30))))]
    gone: list[dict[str, Any]] = []
    for week in range(7):
        for _ in range(dice.randrange(3)):
            gone.append(rows.pop(dice.randrange(len(rows))))
            rows[dice.randrange(len(rows))]["notes"] = f"changed in week {week}"
        listed = rows + (dice.sample(rows, 2) if week == 3 else [])
        listed += [{**rows[0], "notes": "another"}] if week in (2, 3) else []
        zone = "Europe/Dublin" if week in (4, 5) else "Europe/London"
        came = []
        for programme in ("aa", "na"):
            path = tmp_path / f"{programme}.json"
            path.write_text(json.dumps(dice.sample(listed, len(listed))))
            asked = Asked(programme, programme, zone, TUESDAY + timedelta(weeks=week), own=week == 6)
            came.append(await bring(store, PLACES, path, "auto", asked))
        assert came[0].outcome == came[1].outcome, week
        assert len(came[0].report.left_out) == len(came[1].report.left_out)
        one, other = await feed(store, "aa"), await feed(store, "na")
        async with store.transaction() as tx:
            states = [await tx.fetch(_STATE, source=which.id) for which in (one, other)]
            quick, thorough = (sorted(map(_as_said, state)) for state in states)
            assert quick == thorough, week
            tx.write(_FORGET, source=other.id)
        rows += [gone.pop() for _ in range(min(len(gone), dice.randrange(2)))]


@pytest.mark.parametrize("here", [False, True])
async def test_what_a_process_recognises(store: Store, tmp_path: Path, *, here: bool) -> None:
    """Only rows that changed come back as entries; those that share an id from now on are told apart.

    It is the same where the rows are read `here` and handed over.
    """
    rows = [{**row, "sub": "x" * 2000} for row in meetings(*(str(n) for n in range(600)))]
    path = tmp_path / "feed.json"
    await from_file(store, path, rows)
    rows[3]["time"], rows[6] = "20:00", {**rows[5], "time": "21:00"}
    path.write_text(json.dumps(rows))
    look = Importing(store, Asked("feed", "aa", "Europe/London", TUESDAY)).look
    defaults = Defaults("aa", "Europe/London")
    read = [one async for one in bringing.read_apart(path, "auto", defaults, PLACES, look, here=here)]
    batches = [one for one in read if isinstance(one, Batch)]
    assert [rows.key.partition("~")[0] for one in batches for rows in one.entries] == ["3", "5", "5"]
    assert sum(len(one.same) for one in batches) == 598
    brought = await from_file(store, path, rows, 1)
    assert counts(brought.outcome) == Counts(taken=600, added=2, changed=1, removed=1)
    assert brought.report.taken == 600


async def test_a_process_that_ends_before_it_is_told_all(tmp_path: Path) -> None:
    """What cannot be read is said at once, however much of what is listed was still on its way."""
    path = tmp_path / "feed.json"
    path.write_text("<html>" + "x" * 3_000_000)

    async def look() -> Marks:
        marks = Marks()
        marks.extend([2] * 100_000, ["key"] * 100_000, ["f" * 12] * 100_000)
        return marks

    read = [one async for one in bringing.read_apart(path, "auto", Defaults("aa", ""), PLACES, look)]
    assert [isinstance(one, NoReading) and "a web page" in one.why for one in read] == [True]


@pytest.mark.parametrize("here", [False, True])
async def test_a_process_that_is_killed_under_way(tmp_path: Path, *, here: bool) -> None:
    """What it had read is no whole list: that is said, and nobody waits for the rest."""
    path = tmp_path / "feed.json"
    path.write_text(json.dumps([{**row, "notes": "x" * 900} for row in meetings(*map(str, range(12_000)))]))

    async def look() -> Marks:
        return Marks()

    read: list[Batch | NoReading] = []
    async for one in bringing.read_apart(path, "auto", Defaults("aa", ""), PLACES, look, here=here):
        if not read:
            for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
        read.append(one)
    assert read[-1] == NoReading("it could not be read to its end")
    assert len(read) < 30


@pytest.mark.parametrize("here", [False, True])
async def test_a_list_that_breaks_off(store: Store, tmp_path: Path, *, here: bool) -> None:
    """Where it is broken is said by the row, and none of its rows is listed."""
    path = tmp_path / "feed.json"
    rows = json.dumps([{**row, "sub": "x" * 2000} for row in meetings(*map(str, range(900)))])
    path.write_text(rows[:-500])

    async def at_once() -> None:
        pass

    asked = Asked("feed", "aa", "Europe/London", TUESDAY)
    brought = await bring(store, PLACES, path, "auto", asked, None if here else at_once)
    assert brought.outcome == NoReading("it is not whole JSON: it ends in the middle, after row 899")
    assert not await shown(store)


async def test_a_file_of_fifty_megabytes(store: Store, tmp_path: Path) -> None:
    """It comes in whole, a row at a time; one with a row too large to be one is refused and harms nothing."""
    path = tmp_path / "feed.json"
    rows = [{**row, "ignored": "x" * 2_000_000} for row in meetings(*(str(n) for n in range(25)))]
    assert counts((await from_file(store, path, rows)).outcome) == Counts(taken=25, added=25)
    assert path.stat().st_size > 50_000_000
    broken = await from_file(store, path, json.dumps([*rows[:9], {"name": "x" * 5_000_000}]), 1)
    assert isinstance(broken.outcome, NoReading)
    assert len(await shown(store)) == 25


async def test_the_demo_comes_again_unchanged(store: Store) -> None:
    """Each start of the demo brings it."""
    await bring_demo(store, PLACES, DATA, TUESDAY)
    again = counts(await bring_demo(store, PLACES, DATA, TUESDAY + timedelta(days=1)))
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
