"""What `foothold directory import` and `refresh` do: bring in, say what came of each row, return a code."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.app.directory.imports import Asked, Imported, Overtaken, Rest, TooManyErrors, TooManyGone
from bot.domain.directory.listing import one_line
from bot.domain.directory.offering import NoReading, Rejected
from bot.domain.directory.place_names import find_place
from bot.domain.directory.places import Found, Places, Which
from bot.domain.directory.programmes import programme_code
from bot.domain.directory.refreshing import WEEKLY, next_fetch
from bot.domain.zones import zone_named
from bot.feeds.bringing import Brought, bring
from bot.feeds.download import Fetch
from bot.feeds.exit_codes import FAILED, OK, WRONG_USE, Write
from bot.feeds.fetch import fetch, refused
from bot.feeds.read import is_sheet
from bot.feeds.refreshing import Refreshed, is_due, refresh
from bot.feeds.row import NO_PLACE
from bot.feeds.venues import home_of
from bot.store.directory import reviewing, sources
from bot.store.directory.generations import Counts
from bot.store.directory.sources import BY_HAND, BY_HAND_IN_DEMO
from bot.store.store import Store

_PLACE = (
    "A place is known by a postcode or town of Britain, Ireland or the United States,"
    " or by latitude and longitude; anywhere else by latitude and longitude alone."
)


async def import_source(
    store: Store,
    places: Places,
    what: str,
    *,
    source: str,
    programme: str,
    timezone: str,
    form: str = "auto",
    every_days: int = WEEKLY,
    area: str = "",
    yes: bool = False,
    fictional: bool = False,
    now: datetime,
    write: Write,
    get: Fetch = fetch,
    rest: Rest | None = None,
) -> int:
    """`directory import`: 0 if every row was taken, 1 if any was rejected or nothing published, 2: misuse.

    `what` is a file, a folder or an address; an address is fetched again every so many days. Good rows are
    published even when others are rejected; each rejected one is a line. `area` is a town that stands for
    where services are whose rows don't say; it is kept for the next time. `rest`: as for `Importing`.
    """
    if zone_named(timezone) is None:
        write(f"--timezone {timezone}: no such time zone. Use a name such as Europe/London.")
        return WRONG_USE
    code, source = programme_code(programme), one_line(source, 1000)
    if not code or not source or every_days < 0:
        write("--source and --programme may not be empty, and --every is a number of days.")
        return WRONG_USE
    if source in (BY_HAND, BY_HAND_IN_DEMO):
        write(f"--source {source}: this is what coordinators write on the dashboard. Use another name.")
        return WRONG_USE
    if area and not isinstance(answer := find_place(area, places, home_of(timezone)), Found):
        labels = [one.label for one in answer.options] if isinstance(answer, Which) else []
        unknown = "no such place is known. A town or half a postcode will do."
        write(f"--area {area}: {'which one? ' + ' · '.join(labels) if labels else unknown}")
        return WRONG_USE
    if not area:
        async with store.reading() as tx:
            known = await sources.named(tx, source)
        area = known.area if known else ""
    asked = Asked(source, code, timezone, now, fictional=fictional, yes=yes, area=area)
    if "://" in what:
        return await _import_address(store, places, what, asked, form, every_days, write, get, rest)
    file = Path(what)
    try:
        asked = replace(asked, own=await asyncio.to_thread(is_sheet, file, form))
        brought = await bring(store, places, file, form, asked, rest)
    except OSError as error:
        write(f"{file}: {error.strerror or error}")
        return WRONG_USE
    return await _write_brought(store, source, brought, write, name=file.name)


async def _import_address(
    store: Store,
    places: Places,
    url: str,
    asked: Asked,
    form: str,
    every_days: int,
    write: Write,
    get: Fetch,
    rest: Rest | None,
) -> int:
    if why := refused(url):
        write(f"{url}: {why}.")
        return WRONG_USE
    async with store.transaction() as tx:
        seen = await sources.ensure(tx, asked.source, asked.programme, asked.zone, fictional=False)
        due = next_fetch(seen.id, every_days, asked.now) if every_days else None
        sources.feed(tx, seen.id, url, form, every_days, due)
        if (seen.url, seen.programme, seen.zone, seen.area) != (url, asked.programme, asked.zone, asked.area):
            sources.fetched(tx, seen.id, "", "")  # what did not change there is read anew all the same
        known = await sources.named(tx, asked.source)
    assert known is not None
    becomes = replace(known, programme=asked.programme, zone=asked.zone, area=asked.area)
    refreshed = await refresh(
        store, places, becomes, asked.now, get=get, scheduled=False, yes=asked.yes, rest=rest
    )
    return await _write_refreshed(store, refreshed, write)


async def _write_brought(store: Store, source: str, brought: Brought, write: Write, *, name: str) -> int:
    """A line for each row that was not taken or was put right, the outcome, and the exit code."""
    report = brought.report
    for what, problems, count in (
        ("rejected ", report.rejected, report.rejected_count),
        ("left out ", report.left_out, report.left_out_count),
        ("put right", report.put_right, report.put_right_count),
    ):
        for one in problems:
            write(f"{what} {_row(one)}")
        if (more := count - sum(one.row > 0 for one in problems)) > 0:
            write(f"{what} and {more} more")
    if any(one.why.startswith(NO_PLACE) for one in report.rejected):
        write(_PLACE)
    outcome = brought.outcome
    match outcome:
        case NoReading(why):
            write(f"{name}: {why}. Nothing was changed.")
        case Imported(counts):
            write(_counted(source, counts, None if brought.as_it_was else report.left_out_count))
            async with store.reading() as tx:
                waiting = [one for one in await reviewing.waiting(tx) if one.source == source]
            if waiting:
                write(f"Not shown until you have looked: {len(waiting)} (directory review).")
            return FAILED if counts.rejected else OK
        case TooManyGone(gone, listed):
            write(f"{source}: {gone} of the {listed} entries listed now are not in it.")
            write("Nothing was changed. If that is right, run it again with --yes.")
        case TooManyErrors():
            write(f"{source}: {outcome}. Nothing was changed.")
            write("If the rest is to be listed all the same, run it again with --yes.")
        case Overtaken():
            write(f"{source}: {outcome}.")
    return FAILED


def _counted(source: str, counts: Counts, left_out: int | None) -> str:
    """`left_out` is None where the source said that nothing has changed: then no row was read."""
    if left_out is None:
        return (
            f"{source}: not changed since it last came in: {counts.taken} taken ({counts.removed} gone), "
            f"{counts.rejected} rejected."
        )
    return (
        f"{source}: {counts.taken} taken ({counts.added} new, {counts.changed} changed, "
        f"{counts.removed} gone), {left_out} left out, {counts.rejected} rejected."
    )


def _row(rejected: Rejected) -> str:
    return f"{rejected.where}{f' ({rejected.name})' if rejected.name else ''}: {rejected.why}"


async def _write_refreshed(store: Store, refreshed: Refreshed, write: Write) -> int:
    name = refreshed.source.name
    if refreshed.brought is None:
        write(f"{name}: {refreshed.why}. Nothing was changed.")
        return FAILED
    return await _write_brought(store, name, refreshed.brought, write, name=name)


async def refresh_sources(
    store: Store,
    places: Places,
    *,
    name: str = "",
    due: bool = False,
    yes: bool = False,
    now: datetime,
    write: Write,
    get: Fetch = fetch,
    rest: Rest | None = None,
) -> int:
    """`directory refresh`: fetch one source, or all that have an address, or only those that are due.

    0 if all went well, 1 if any failed or rejected a row, 2 for an unknown source. One never blocks another.
    """
    async with store.reading() as tx:
        known = await sources.everything(tx)
    wanted = [one for one in known if one.url and (not name or one.name == name)]
    if name and not wanted:
        there = any(one.name == name for one in known)
        why = "has no address to fetch it from; import its file again" if there else "no such source"
        write(f"{name}: {why}.")
        return WRONG_USE
    codes = []
    for source in wanted:
        if due and not is_due(source, now):
            continue
        refreshed = await refresh(store, places, source, now, get=get, scheduled=not yes, yes=yes, rest=rest)
        codes.append(await _write_refreshed(store, refreshed, write))
    if not codes:
        write("There is nothing to fetch.")
    return max(codes, default=OK)
