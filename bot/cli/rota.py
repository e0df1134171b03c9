"""The weekly rota: who is on when."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.app.rota import loads, rota_by_hand, rota_file, rota_table
from bot.app.rota.rota_by_hand import Refused, day_named, time_named
from bot.app.rota.rota_calendars import take_leave
from bot.cli.base import LARGEST, app, content_of, now, stop, with_store
from bot.domain.ids import ChatId
from bot.domain.oncall import load
from bot.domain.rota.calendar import NoCalendar
from bot.settings import Settings
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

rota_app = typer.Typer(no_args_is_help=True, help="Who is on shift when: times of the service's zone.")
app.add_typer(rota_app, name="rota")


@rota_app.command()
def add(
    day: Annotated[str, typer.Argument(help="Monday, tue …")],
    start: Annotated[str, typer.Argument(help="From, such as 20:00.")],
    end: Annotated[str, typer.Argument(help="Until, such as 02:00; not after the start: the next day.")],
    telegram_id: Annotated[int, typer.Option(help="The coach's Telegram user id, a number.", max=LARGEST)],
) -> None:
    """Put a coach on every week."""

    async def put(tx: Transaction, zone: ZoneInfo) -> int:
        which = day_named(day), time_named(start), time_named(end)
        typer.echo(f"{await rota_by_hand.add(tx, ChatId(telegram_id), *which)}  ({zone.key})")
        return 0

    _with_rota(put)


@rota_app.command()
def remove(shift: Annotated[int, typer.Argument(help="Its number in the list.", max=LARGEST)]) -> None:
    """Take a weekly shift off."""

    async def take(tx: Transaction, _: ZoneInfo) -> int:
        await rota_by_hand.remove(tx, shift)
        typer.echo(f"Shift {shift} is off the rota.")
        return 0

    _with_rota(take)


@rota_app.command("list")
def show() -> None:
    """Every weekly shift with its number."""

    async def read(tx: Transaction, zone: ZoneInfo) -> int:
        found = await rota_by_hand.lines(tx, zone, now())
        for line in found:
            typer.echo(line)
        typer.echo(f"Times are those of {zone.key}." if found else _EMPTY)
        return 0

    _with_rota(read)


@rota_app.command()
def gaps(days: Annotated[int, typer.Option(help="How far ahead.", min=1, max=90)] = 14) -> None:
    """When nobody is on shift; exit 1 if there is such a time."""

    async def look(tx: Transaction, zone: ZoneInfo) -> int:
        found = await rota_by_hand.gaps(tx, zone, now(), days)
        for line in found:
            typer.echo(line)
        if not found:
            typer.echo(f"Somebody is on at every hour of the next {days} days.")
        elif not await rota_by_hand.lines(tx, zone, now()):
            typer.echo(_EMPTY)
        return int(bool(found))

    _with_rota(look)


@rota_app.command("load")
def load_file(
    file: Annotated[
        Path, typer.Argument(help="A .toml of [[shift]] and [[rotation]], or a .csv: coach,day,from,to.")
    ],
) -> None:
    """Put a whole rota from a file in place of the one there is; changes and leave stay."""

    async def put(store: Store, _: Settings) -> int:
        try:
            read = content_of(file, "Nothing was changed.").decode("utf-8-sig")
            text = read.replace("\r\n", "\n").replace("\r", "\n")
            form = rota_table if file.suffix.lower() == ".csv" else rota_file
            async with store.transaction() as tx:
                loaded = await form.load(tx, text)
        except UnicodeDecodeError:
            stop(f"{file}: is not UTF-8 text; save it as UTF-8. Nothing was changed.", 2)
        except rota_file.Mistakes as mistakes:
            stop("\n".join(f"{file}: {line}" for line in mistakes.lines), 2)
        shifts, rotations = _of(loaded.shifts, "weekly shift"), _of(loaded.rotations, "rotation")
        typer.echo(f"On the rota now: {shifts}, {rotations}.")
        return 0

    with_store(put)


@rota_app.command()
def leave(
    file: Annotated[Path, typer.Argument(help="A calendar file (.ics), such as a phone exports.")],
    telegram_id: Annotated[int, typer.Option(help="The coach's Telegram user id, a number.", max=LARGEST)],
) -> None:
    """Take a coach off the rota for every time in a calendar file; exit 1 if one was left out."""

    async def take(store: Store, settings: Settings) -> int:
        zone = ZoneInfo(settings.service.zone)
        try:
            content = content_of(file, "Nothing was changed.")
            async with store.transaction() as tx:
                lines = await take_leave(tx, ChatId(telegram_id), content, zone, now())
        except (LookupError, NoCalendar) as wrong:
            stop(f"{file}: {wrong}", 2)
        typer.echo("\n".join(lines) or "There is no time in it that is still to come.")
        return int(any(line.startswith("left out") for line in lines))

    with_store(take)


@rota_app.command()
def hours(
    month: Annotated[str, typer.Argument(help="Such as 2026-11.")],
    each: Annotated[bool, typer.Option("--each", help="A line for each time on shift.")] = False,
) -> None:
    """What each coach was there for, as CSV to be paid from: hours, nights, alerts, talks."""
    found = re.fullmatch(r"(20\d{2})-(0[1-9]|1[0-2])", month)
    if found is None:
        stop("Give the month as 2026-11.", 2)

    async def write(store: Store, settings: Settings) -> int:
        stretch = load.month(int(found[1]), int(found[2]), ZoneInfo(settings.service.zone))
        async with store.reading() as tx:
            typer.echo(await loads.hours_csv(tx, stretch, now(), each=each), nl=False)
        return 0

    with_store(write)


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


_EMPTY = "The rota is empty: foothold rota add fri 20:00 02:00 --telegram-id N. Coaches may also write /on."


def _with_rota(work: Callable[[Transaction, ZoneInfo], Awaitable[int]]) -> None:
    async def opened(store: Store, settings: Settings) -> int:
        try:
            async with store.transaction() as tx:
                return await work(tx, ZoneInfo(settings.service.zone))
        except Refused as refused:
            stop(str(refused), 2)

    with_store(opened)
