"""What `foothold directory …` and `foothold helplines …` do: functions that print and return an exit code."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.app.directory_imports import Imported, Overtaken, TooManyGone, import_reading, note_failure
from bot.app.helplines import verify
from bot.domain.directory.helplines import Helplines
from bot.domain.directory.offering import NoReading, Reading, Rejected
from bot.domain.directory.places import Places
from bot.domain.directory.programmes import programme_code
from bot.domain.zones import zone_named
from bot.feeds.read import read_source
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
