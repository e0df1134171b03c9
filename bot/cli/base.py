"""What every command stands on: the settings, the store, a clear end."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import logs
from bot.cli.private import keep_private
from bot.clock import SystemClock
from bot.settings import ConfigProblems, Settings, check_lines, load
from bot.settings.kinds import secret_text
from bot.store.engine.single import AlreadyRunning, only_one
from bot.store.engine.unusable import Unusable, said_plainly
from bot.store.keeping.keys import WrongKey
from bot.store.migrate import NewerSchema
from bot.store.store import Store
from bot.wiring import open_store

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

LARGEST = 2**52 - 1
"""The largest id: Telegram promises 52 bits (https://core.telegram.org/bots/api#user)."""
DEFAULT_CONFIG = Path("config.toml")
REFUSED = (AlreadyRunning, NewerSchema, WrongKey)
"""Why a database is not served, said in one line; it is as it was."""
_LARGEST_FILE = 20_000_000
"""Bytes of a rota, a calendar or a key at most: a device or a film is none."""
NOT_OPEN = 1
"""The exit code where the database cannot be opened: a supervisor tries again, unlike after 2."""
_config: dict[str, Path | None] = {"path": None}


@app.callback()
def main_options(
    config: Annotated[
        Path | None, typer.Option(help="The settings; config.toml here if there is one.")
    ] = None,
) -> None:
    """Foothold: help in a moment of readiness, at any hour."""
    _config["path"] = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)


def chosen_config() -> Path | None:
    """The file of settings that was asked for, or config.toml here, or None."""
    return _config["path"]


def settings_for(needs: tuple[str, ...]) -> Settings:
    """The settings, with the keys in `needs`; ends the program with a line per problem.

    Whatever the command writes from here on is for this user's eyes only.
    """
    keep_private()
    try:
        settings = load(chosen_config(), os.environ, needs=needs)
    except ConfigProblems as wrong:
        stop("\n".join(check_lines(wrong.problems)), 2)
    logs.set_up(settings.log, logs.secrets_of(settings))
    return settings


def now() -> datetime:
    """This moment, aware, in UTC."""
    return SystemClock().now()


def content_of(file: Path, then: str = "") -> bytes:
    """A file that an operator names, whole; ends the program where it can't be, `then` saying what to do."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_FILE + 1)
    except OSError as wrong:
        stop(f"{file}: {wrong.strerror}. {then}".strip(), 2)
    if len(content) > _LARGEST_FILE:
        stop(f"{file}: is larger than {_LARGEST_FILE // 10**6} MB and can't be meant. {then}".strip(), 2)
    return content


def stop(why: str, code: int) -> NoReturn:
    """End the program: `why` on standard error, `code` as its exit code."""
    typer.echo(why, err=True)
    raise typer.Exit(code)


@contextmanager
def held(settings: Settings) -> Iterator[Callable[[], None]]:
    """Hold the database as the only one who serves it; what it gives watches the hold in a running loop.

    Raises AlreadyRunning, Unusable.
    """
    watch: Callable[[], None] = _nothing  # a lock on a file does not go by itself
    with ExitStack() as hold:
        if settings.database.sqlite_path is not None:
            try:
                hold.enter_context(only_one(settings.database.sqlite_path))
            except OSError as wrong:
                raise Unusable(
                    f"{wrong.filename} cannot be made: {wrong.strerror}. Fix: look at database.url, and who"
                    " may write in its folder."
                ) from wrong
        else:
            from bot.store.engine.postgres import serving  # noqa: PLC0415 - psycopg is an optional extra

            password = secret_text(settings.database.password)
            with said_plainly("PostgreSQL"):
                watch = hold.enter_context(serving(settings.database.url, password)).watch
        yield watch


def _nothing() -> None:
    return


def with_store(
    work: Callable[[Store, Settings], Awaitable[int]],
    needs: tuple[str, ...] = ("master_key",),
    *,
    alone: bool = False,
) -> NoReturn:
    """Open the database of the settings, do the work, exit with what it says. `alone`: no service runs."""
    settings = settings_for(needs)

    async def opened() -> int:
        store = await open_store(settings)
        try:
            return await work(store, settings)
        finally:
            await store.close()

    try:
        with held(settings) if alone else nullcontext():
            code = asyncio.run(opened())
    except REFUSED as refused:
        stop(str(refused), 2)
    except Unusable as closed:
        stop(str(closed), NOT_OPEN)
    raise typer.Exit(code)


def sqlite_of(settings: Settings) -> Path:
    """The SQLite database of the settings; ends the program where it is PostgreSQL."""
    if settings.database.sqlite_path is None:
        stop("This database is PostgreSQL: use pg_dump and pg_restore (docs/server.md).", 2)
    return settings.database.sqlite_path
