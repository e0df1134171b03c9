"""What `foothold directory …` and `foothold helplines …` do: functions that print and return an exit code."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.app.directory import Directory, Suggestion, Suggestions
from bot.app.directory_imports import (
    Asked,
    Imported,
    Overtaken,
    TooManyErrors,
    TooManyGone,
    note_failure,
)
from bot.app.helplines import verify
from bot.domain.directory.helplines import Helplines
from bot.domain.directory.offering import NoReading, Rejected
from bot.domain.directory.places import Found, NotFound, Place, Places, Which
from bot.domain.directory.programmes import programme_code
from bot.domain.directory.wanted import Needs
from bot.domain.directory.wording import distance_text, kind_text, when_text, where_text
from bot.domain.zones import local, zone_named
from bot.feeds.bringing import Brought, bring
from bot.feeds.read import is_sheet
from bot.feeds.times import Unclear, days_of
from bot.store.store import Store

Write = Callable[[str], object]
OK, FAILED, WRONG_USE = 0, 1, 2
MOST_SHOWN = 10


async def import_file(
    store: Store,
    places: Places,
    file: Path,
    *,
    source: str,
    programme: str,
    timezone: str,
    form: str = "auto",
    yes: bool = False,
    fictional: bool = False,
    now: datetime,
    write: Write,
) -> int:
    """`directory import`: 0 if every row was taken, 1 if any was rejected or nothing published, 2: misuse.

    Good rows are published even when others are rejected; each rejected one is a line.
    """
    if zone_named(timezone) is None:
        write(f"--timezone {timezone}: no such time zone. Use a name such as Europe/London.")
        return WRONG_USE
    code = programme_code(programme)
    if not code or not source.strip():
        write("--source and --programme may not be empty.")
        return WRONG_USE
    try:
        own = await asyncio.to_thread(is_sheet, file, form)
        asked = Asked(source, code, timezone, now, own=own, fictional=fictional, yes=yes)
        brought = await bring(store, places, file, form, asked)
    except OSError as error:
        write(f"{file}: {error.strerror or error}")
        return WRONG_USE
    write_report(brought, write)
    if isinstance(brought.outcome, NoReading):
        await note_failure(store, source=source, now=now, why=brought.outcome.why)
    return write_outcome(source, brought, write, name=file.name)


def write_report(brought: Brought, write: Write) -> None:
    """A line for each row that was not taken, or was put right on the way."""
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


def write_outcome(source: str, brought: Brought, write: Write, *, name: str) -> int:
    """The last line of a report, and the exit code."""
    outcome, report = brought.outcome, brought.report
    match outcome:
        case NoReading(why):
            write(f"{name}: {why}. Nothing was changed.")
        case Imported(counts):
            write(
                f"{source}: {counts.taken} taken ({counts.added} new, {counts.changed} changed, "
                f"{counts.removed} gone), {report.left_out_count} left out, {counts.rejected} rejected."
            )
            return FAILED if counts.rejected else OK
        case TooManyGone(gone, listed):
            write(f"{source}: {gone} of the {listed} entries listed now are not in it.")
            write("Nothing was changed. If that is right, run it again with --yes.")
        case TooManyErrors():
            write(f"{source}: {outcome}. Nothing was changed.")
        case Overtaken():
            write(f"{source}: another import was published meanwhile. Nothing was changed.")
    return FAILED


def _row(rejected: Rejected) -> str:
    return f"row {rejected.row}{f' ({rejected.name})' if rejected.name else ''}: {rejected.why}"


async def search(
    store: Store,
    directory: Directory,
    text: str,
    *,
    country: str = "",
    day: str = "",
    as_json: bool = False,
    limit: int = MOST_SHOWN,
    now: datetime,
    write: Write,
) -> int:
    """`directory search PLACE`: 0 if anything was found, 1 if nothing or the place is unclear, 2: misuse.

    `country` is the service's: where namesakes are looked for first.
    """
    try:
        days = days_of(day, sunday_is_zero=False)
    except Unclear as unclear:
        write(f"--day: {unclear}")
        return WRONG_USE
    async with store.reading() as tx:
        await directory.learn(tx)
    match await directory.find(text, country):
        case NotFound():
            write(f"{text}: no such place is known. Half a postcode, a town or a US ZIP code will do.")
            return FAILED
        case Which(options):
            write(f"{text}: which one? " + " · ".join(option.label for option in options))
            return FAILED
        case Found(place):
            needs = Needs(days=frozenset(days))
            async with store.reading() as tx:
                found = await directory.search(tx, place.point, now, needs, limit, zone=place.zone)
            if as_json:
                write(json.dumps(_as_json(place, found, now), ensure_ascii=False, indent=1))
            else:
                _write_found(place, found, now, write)
            return OK if found.groups or found.online else FAILED


def _write_found(place: Place, found: Suggestions, now: datetime, write: Write) -> None:
    if found.fictional:
        write("These groups are fictional: they belong to the demo.")
    if not found.groups:
        write(f"No group within {found.within_km:.0f} km of {place.label}.")
    for number, one in enumerate(found.groups, start=1):
        entry = one.listed.entry
        vague = entry.venue is not None and entry.venue.approximate
        far = distance_text(one.km or 0, place.country, approximate=vague)
        what = f"{entry.name}, {kind_text(entry)}"
        write(f"{number}. {what}: {_when(one, place, now)} · {where_text(entry)} · {far}")
    for one in found.online:
        write(f"Online: {one.listed.entry.name}, {kind_text(one.listed.entry)}: {_when(one, place, now)}")


def _when(one: Suggestion, place: Place, now: datetime) -> str:
    entry = one.listed.entry
    zone = zone_named(place.zone or entry.zone) or zone_named("UTC")
    assert zone is not None
    said = when_text(one.starts, zone, now)
    return f"{said} (check first: {entry.check_first})" if entry.check_first else said


def _as_json(place: Place, found: Suggestions, now: datetime) -> dict[str, object]:
    return {
        "place": {"label": place.label, "country": place.country, "nation": place.nation, "zone": place.zone},
        "within_km": found.within_km,
        "fictional": found.fictional,
        "groups": [_one_as_json(one, now) for one in found.groups],
        "online": [_one_as_json(one, now) for one in found.online],
    }


def _one_as_json(one: Suggestion, now: datetime) -> dict[str, object]:
    entry = one.listed.entry
    zone = zone_named(entry.zone)
    venue = entry.venue
    return {
        "id": one.listed.id,
        "name": entry.name,
        "programme": entry.programme,
        "bucket": one.bucket.name.lower(),
        "starts": one.starts.isoformat() if one.starts else None,
        "starts_local": local(one.starts, zone).isoformat() if one.starts and zone else None,
        "in_minutes": round((one.starts - now).total_seconds() / 60) if one.starts else None,
        "km": None if one.km is None else round(one.km, 2),
        "venue": venue.name if venue else None,
        "address": venue.address if venue else None,
        "postcode": venue.postcode if venue else None,
        "approximate": venue.approximate if venue else None,
        "online": entry.online is not None,
        "tags": sorted(entry.tags),
        "check_first": entry.check_first,
        "source": one.listed.source,
        "as_of": one.listed.as_of.isoformat() if one.listed.as_of else None,
    }


async def verify_helpline(
    store: Store, helplines: Helplines, line_id: str, *, now: datetime, write: Write
) -> int:
    """`helplines verify ID`: note that a coordinator has checked the line today. 2 for an unknown id."""
    line = helplines.by_id.get(line_id)
    if line is None:
        write(f"{line_id}: no such line. The ids are in data/helplines.yaml.")
        return WRONG_USE
    async with store.transaction() as tx:
        verify(tx, line, now.date())
    numbers = " · ".join(channel.value for channel in line.channels)
    write(f"{line.name} ({numbers}): checked on {now.date()}.")
    return OK
