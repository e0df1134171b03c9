"""What `foothold directory …` and `foothold helplines …` do: functions that print and return an exit code."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

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
from bot.domain.directory.places import Places
from bot.domain.directory.programmes import programme_code
from bot.domain.zones import zone_named
from bot.feeds.bringing import Brought, bring
from bot.feeds.read import is_sheet
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
