"""What `foothold directory import, sources, refresh, review, stale, export` do: print, return a code."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.directory import likenesses
from bot.app.directory.imports import Asked, Imported, Overtaken, Rest, TooManyErrors, TooManyGone
from bot.domain.directory.offering import NoReading, Rejected
from bot.domain.directory.places import Places
from bot.domain.directory.programmes import programme_code
from bot.domain.directory.refreshing import WEEKLY, age_of, next_fetch
from bot.domain.ids import OfferingId
from bot.domain.zones import zone_named
from bot.feeds.bringing import Brought, bring
from bot.feeds.download import Fetch
from bot.feeds.export import exported
from bot.feeds.fetch import fetch, refused
from bot.feeds.read import is_sheet
from bot.feeds.refreshing import Refreshed, is_due, refresh
from bot.store.directory import offerings, sources, staging
from bot.store.directory.sources import Counts, Source
from bot.store.store import Store

Write = Callable[[str], object]
OK, FAILED, WRONG_USE = 0, 1, 2
_AGES = {
    "never": "never came in whole",
    "old": "not renewed for over 30 days",
    "hidden": "not renewed for over 90 days: its entries are hidden",
}


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
    yes: bool = False,
    fictional: bool = False,
    now: datetime,
    write: Write,
    get: Fetch = fetch,
    rest: Rest | None = None,
) -> int:
    """`directory import`: 0 if every row was taken, 1 if any was rejected or nothing published, 2: misuse.

    `what` is a file, a folder or an address; an address is fetched again every so many days. Good rows are
    published even when others are rejected; each rejected one is a line. `rest`: as for `Importing`.
    """
    if zone_named(timezone) is None:
        write(f"--timezone {timezone}: no such time zone. Use a name such as Europe/London.")
        return WRONG_USE
    code = programme_code(programme)
    if not code or not source.strip() or every_days < 0:
        write("--source and --programme may not be empty, and --every is a number of days.")
        return WRONG_USE
    if what.startswith(("http://", "https://")):
        return await _import_address(
            store, places, what, source, code, timezone, form, every_days, now, write, get, rest, yes=yes
        )
    file = Path(what)
    try:
        own = await asyncio.to_thread(is_sheet, file, form)
        asked = Asked(source, code, timezone, now, own=own, fictional=fictional, yes=yes)
        brought = await bring(store, places, file, form, asked, rest)
    except OSError as error:
        write(f"{file}: {error.strerror or error}")
        return WRONG_USE
    return _write_brought(source, brought, write, name=file.name)


async def _import_address(
    store: Store,
    places: Places,
    url: str,
    source: str,
    code: str,
    timezone: str,
    form: str,
    every_days: int,
    now: datetime,
    write: Write,
    get: Fetch,
    rest: Rest | None,
    *,
    yes: bool,
) -> int:
    if why := refused(url):
        write(f"{url}: {why}.")
        return WRONG_USE
    async with store.transaction() as tx:
        seen = await sources.ensure(tx, source, code, timezone, fictional=False)
        due = next_fetch(seen.id, every_days, now) if every_days else None
        sources.feed(tx, seen.id, url, form, every_days, due)
        if seen.url != url:
            sources.fetched(tx, seen.id, "", "")
        known = await sources.named(tx, source)
    assert known is not None
    refreshed = await refresh(store, places, known, now, get=get, scheduled=False, yes=yes, rest=rest)
    return _write_refreshed(refreshed, write)


def _write_brought(source: str, brought: Brought, write: Write, *, name: str) -> int:
    """A line for each row that was not taken or was put right, the outcome, and the exit code."""
    report = brought.report
    for what, problems, count in (
        ("rejected ", report.rejected, report.rejected_count),
        ("left out ", report.left_out, report.left_out_count),
        ("put right", report.put_right, report.put_right_count),
    ):
        for one in problems:
            write(f"{what} {_row(one)}")
        if count > len(problems):
            write(f"{what} and {count - len(problems)} more")
    outcome = brought.outcome
    match outcome:
        case NoReading(why):
            write(f"{name}: {why}. Nothing was changed.")
        case Imported(counts):
            write(_counted(source, counts, report.left_out_count))
            return FAILED if counts.rejected else OK
        case TooManyGone(gone, listed):
            write(f"{source}: {gone} of the {listed} entries listed now are not in it.")
            write("Nothing was changed. If that is right, run it again with --yes.")
        case TooManyErrors():
            write(f"{source}: {outcome}. Nothing was changed.")
        case Overtaken():
            write(f"{source}: another import was published meanwhile. Nothing was changed.")
    return FAILED


def _counted(source: str, counts: Counts, left_out: int) -> str:
    return (
        f"{source}: {counts.taken} taken ({counts.added} new, {counts.changed} changed, "
        f"{counts.removed} gone), {left_out} left out, {counts.rejected} rejected."
    )


def _row(rejected: Rejected) -> str:
    return f"row {rejected.row}{f' ({rejected.name})' if rejected.name else ''}: {rejected.why}"


def _write_refreshed(refreshed: Refreshed, write: Write) -> int:
    name = refreshed.source.name
    if refreshed.brought is None:
        write(f"{name}: {refreshed.why}. Nothing was changed.")
        return FAILED
    return _write_brought(name, refreshed.brought, write, name=name)


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
        codes.append(_write_refreshed(refreshed, write))
    if not codes:
        write("There is nothing to fetch.")
    return max(codes, default=OK)


async def list_sources(store: Store, *, as_json: bool = False, now: datetime, write: Write) -> int:
    """`directory sources`: each source, how it stands and when it is fetched next. Always 0."""
    async with store.reading() as tx:
        known = await sources.everything(tx)
        counts = {one.id: await sources.last_import(tx, one.id) for one in known}
    if as_json:
        write(json.dumps([_as_json(one, counts[one.id], now) for one in known], ensure_ascii=False, indent=1))
        return OK
    if not known:
        write("There are no sources yet. Bring one in with: foothold directory import")
    for one in known:
        taken = counts[one.id]
        where = one.url or ("the operator's own list" if one.own else "a file")
        write(f"{one.name}: {taken.taken if taken else 0} entries, {one.programme}, {where}")
        write(f"  last success {_day(one.last_success)}, last attempt {_day(one.last_attempt)}")
        if one.every_days and one.url:
            write(f"  every {one.every_days} days, next {_day(one.due_at)}")
        if one.last_problem:
            write(f"  last problem: {one.last_problem}")
        if age := age_of(one.last_success, now):
            write(f"  {_AGES[age]}")
        if one.fictional:
            write("  fictional: shown in the demo only")
    return OK


def _as_json(one: Source, counts: Counts | None, now: datetime) -> dict[str, object]:
    return {
        "name": one.name,
        "programme": one.programme,
        "timezone": one.zone,
        "url": one.url,
        "format": one.format,
        "own": one.own,
        "fictional": one.fictional,
        "entries": counts.taken if counts else 0,
        "rejected": counts.rejected if counts else 0,
        "last_success": one.last_success.isoformat() if one.last_success else None,
        "last_attempt": one.last_attempt.isoformat() if one.last_attempt else None,
        "last_problem": one.last_problem,
        "failures": one.failures,
        "every_days": one.every_days,
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "age": age_of(one.last_success, now),
    }


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


async def list_stale(store: Store, *, as_json: bool = False, now: datetime, write: Write) -> int:
    """`directory stale`: sources over 30 days old, those over 90 hidden, and entries missing from their feed.

    0 if there are none, 1 if there are any.
    """
    async with store.reading() as tx:
        known = [one for one in await sources.everything(tx) if not one.fictional]
        missing = await staging.suspects(tx)
    old = [(one, age) for one in known if (age := age_of(one.last_success, now))]
    if as_json:
        found = {
            "sources": [
                {"name": one.name, "age": age, "days": _days(one.last_success, now)} for one, age in old
            ],
            "missing": [{"id": one.offering, "name": one.name, "source": one.source} for one in missing],
        }
        write(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for source, age in old:
            write(f"{source.name}: {_AGES[age]}; last success {_day(source.last_success)}")
        for one in missing:
            write(f"{one.name} (id {one.offering}, {one.source}): its source no longer has it")
        if not old and not missing:
            write("Nothing is stale.")
    return FAILED if old or missing else OK


def _days(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else (now - at) // timedelta(days=1)


async def review(
    store: Store,
    *,
    approve: list[int],
    retire: list[int],
    same: list[int],
    different: list[int],
    as_json: bool = False,
    now: datetime,
    write: Write,
) -> int:
    """`directory review`: what waits for a coordinator, or what one decides. 2 for an unknown number."""
    async with store.transaction() as tx:
        waiting = {one.offering for one in await staging.waiting(tx)}
        pairs = {one.id for one in await likenesses.doubtful(tx)}
        unknown = [n for n in (*approve, *retire) if n not in waiting]
        unknown += [n for n in (*same, *different) if n not in pairs]
        if unknown:
            write(f"{', '.join(map(str, unknown))}: nothing with this number waits.")
            return WRONG_USE
        for number in approve:
            offerings.show_again(tx, OfferingId(number))
        for number in retire:
            staging.refuse(tx, number)
        for number in same:
            await likenesses.decide(tx, number, same=True, now=now)
        for number in different:
            await likenesses.decide(tx, number, same=False, now=now)
        left = await staging.waiting(tx)
        doubtful = await likenesses.doubtful(tx)
    if as_json:
        found = {
            "services": [
                {"id": one.offering, "name": one.name, "source": one.source, "page": one.page} for one in left
            ],
            "pairs": [
                {"id": one.id, "one": one.one, "other": one.other, "percent": one.percent, "why": one.why}
                for one in doubtful
            ],
        }
        write(json.dumps(found, ensure_ascii=False, indent=1))
        return OK
    for service in left:
        write(f"service {service.offering}: {service.name} ({service.source}) {service.page}".rstrip())
    for pair in doubtful:
        write(f"pair {pair.id}: {pair.one} / {pair.other}: {pair.why}, names {pair.percent}% alike")
    if left:
        write("Show one with --approve NUMBER, leave it out with --retire NUMBER.")
    if doubtful:
        write("Say --same NUMBER or --different NUMBER.")
    if not left and not doubtful:
        write("Nothing waits.")
    return OK


async def export(store: Store, *, form: str, source: str = "", out: Path | None, write: Write) -> int:
    """`directory export`: what is shown, as Meeting Guide JSON or HSDS, without any way to join online."""
    text = await exported(store, form, source)
    if text is None:
        write("--format is meeting-guide or hsds.")
        return WRONG_USE
    if out is None:
        write(text)
        return OK
    try:
        await asyncio.to_thread(out.write_text, text, "utf-8")
    except OSError as error:
        write(f"{out}: {error.strerror or error}")
        return WRONG_USE
    return OK
