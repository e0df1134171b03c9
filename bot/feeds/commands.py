"""What `foothold directory …` and `foothold helplines …` do: functions that print and return an exit code."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.app.directory import Directory, Suggestion, Suggestions
from bot.app.directory_imports import Imported, Overtaken, TooManyGone, import_reading, note_failure
from bot.app.helplines import verify
from bot.domain.directory.helplines import Helplines
from bot.domain.directory.offering import NoReading, Reading, Rejected
from bot.domain.directory.places import Found, NotFound, Place, Places, Which
from bot.domain.directory.programmes import programme_code
from bot.domain.directory.ranking import Needs
from bot.domain.directory.wording import distance_text, kind_text, when_text, where_text
from bot.domain.zones import local, zone_named
from bot.feeds.read import read_source
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
        reading = await asyncio.to_thread(
            read_source, file, form, programme=code, zone=timezone, places=places
        )
    except OSError as error:
        write(f"{file}: {error.strerror or error}")
        return WRONG_USE
    if isinstance(reading, NoReading):
        await note_failure(store, source=source, now=now, why=reading.why)
        write(f"{file.name}: {reading.why}. Nothing was changed.")
        return FAILED
    _write_problems(reading, write)
    if not reading.entries:
        await note_failure(store, source=source, now=now, why="no row could be taken")
        write(f"{file.name}: no row could be taken. Nothing was changed.")
        return FAILED
    outcome = await import_reading(
        store, reading, source=source, programme=code, zone=timezone, now=now, fictional=fictional, yes=yes
    )
    match outcome:
        case Imported(counts):
            write(
                f"{source}: {counts.taken} taken ({counts.added} new, {counts.changed} changed, "
                f"{counts.removed} gone), {len(reading.left_out)} left out, {counts.rejected} rejected."
            )
            return FAILED if reading.rejected else OK
        case TooManyGone(removed, listed):
            write(f"{source}: {removed} of the {listed} groups listed now are not in this file.")
            write("Nothing was changed. If that is right, run it again with --yes.")
            return FAILED
        case Overtaken():
            write(f"{source}: another import was published meanwhile. Nothing was changed.")
            return FAILED


def _write_problems(reading: Reading, write: Write) -> None:
    for rejected in reading.rejected:
        write(f"rejected  {_row(rejected)}")
    for left_out in reading.left_out:
        write(f"left out  {_row(left_out)}")
    for changed in reading.changed_on_the_way:
        write(f"put right {_row(changed)}")


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
            needs = Needs(day=days[0] if days else None)
            async with store.reading() as tx:
                found = await directory.search(tx, place.point, now, needs, limit)
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
        far = distance_text(one.ranked.km or 0, place.country, approximate=vague)
        what = f"{entry.name}, {kind_text(entry)}"
        write(f"{number}. {what}: {_when(one, place, now)} · {where_text(entry)} · {far}")
    for one in found.online:
        write(f"Online: {one.listed.entry.name}, {kind_text(one.listed.entry)}: {_when(one, place, now)}")


def _when(one: Suggestion, place: Place, now: datetime) -> str:
    entry = one.listed.entry
    zone = zone_named(place.zone or entry.zone) or zone_named("UTC")
    assert zone is not None
    said = when_text(one.ranked.starts, zone, now)
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
    entry, ranked = one.listed.entry, one.ranked
    zone = zone_named(entry.zone)
    venue = entry.venue
    return {
        "id": one.listed.id,
        "name": entry.name,
        "programme": entry.programme,
        "bucket": ranked.bucket.name.lower(),
        "starts": ranked.starts.isoformat() if ranked.starts else None,
        "starts_local": local(ranked.starts, zone).isoformat() if ranked.starts and zone else None,
        "in_minutes": round((ranked.starts - now).total_seconds() / 60) if ranked.starts else None,
        "km": None if ranked.km is None else round(ranked.km, 2),
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
