"""The database and its key: copied, put back, made."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from bot.app.desk.outlining import rebuild_all
from bot.app.library import files
from bot.cli.base import app, content_of, now, settings_for, sqlite_of, stop, with_store
from bot.settings import Settings
from bot.settings.kinds import decode_key, encode_key
from bot.store.engine.single import AlreadyRunning
from bot.store.keeping import keys
from bot.store.keeping.backup import Damaged
from bot.store.keeping.backup import backup as make_backup
from bot.store.keeping.restore import restore as put_back
from bot.store.keeping.vault import Vault, new_key
from bot.store.migrate import NewerSchema
from bot.store.store import Store


@app.command()
def keygen() -> None:
    """Make a master key. Keep it in a file of its own, and never beside a backup."""
    typer.echo(encode_key(new_key()))


@app.command()
def rekey(
    new_key_file: Annotated[
        Path,
        typer.Option(help="A file with the new key, as keygen makes it.", envvar="NEW_MASTER_KEY_FILE"),
    ],
) -> None:
    """Change the master key, with the service stopped: everybody's key is wrapped by the new one."""
    fix = f"Fix: foothold keygen > {new_key_file}"
    try:
        new = decode_key(content_of(new_key_file, fix).decode("ascii"))
    except ValueError:
        stop(f"{new_key_file}: is not a key as foothold keygen makes it. {fix}", 2)

    async def wrap(store: Store, settings: Settings) -> int:
        if new == settings.master_key_bytes():
            stop(f"{new_key_file} holds the key that is in use; nothing was changed.", 2)
        done = await keys.rewrap(store, new)
        typer.echo(f"{done.people} people's keys are wrapped by the new key.")
        if done.damaged:
            typer.echo(f"{done.damaged} keys are damaged and stay as they were: they open under neither.")
        days = settings.privacy.backups_days
        typer.echo(f"Before the next start, set FOOTHOLD_MASTER_KEY_FILE to {new_key_file}.")
        typer.echo(f"Keep the old key for {days} days: backups made until now open with it alone.")
        return 0

    with_store(wrap, alone=True)


@app.command()
def outlines() -> None:
    """Make the outlines that the list of conversations shows anew, from events."""

    async def make(store: Store, _: Settings) -> int:
        typer.echo(f"Made for {await rebuild_all(store)} people.")
        return 0

    with_store(make)


@app.command()
def backup() -> None:
    """Copy the database into the backup folder while the service runs. The master key is never in it."""
    settings = settings_for(())
    path = sqlite_of(settings)
    try:
        made = make_backup(path, Path(settings.database.backup_dir), now())
    except (Damaged, OSError, sqlite3.DatabaseError) as wrong:
        stop(f"No backup was made: {_plain(wrong)}. Fix: look at database.backup_dir and database.url.", 1)
    typer.echo(f"{made}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Put a backup in the database's place, with the service stopped; the erased stay erased."""
    settings = settings_for(())
    path = sqlite_of(settings)
    try:
        done = put_back(file, path, files.data_map(), now())
    except (AlreadyRunning, NewerSchema, Damaged, OSError, sqlite3.DatabaseError) as wrong:
        stop(f"Nothing was changed: {_plain(wrong)}", 1)
    if done.replaced is not None:
        typer.echo(f"The database before is kept as {done.replaced}; delete it when all is well.")
    typer.echo(f"Restored. Erased again: {done.erased_again}.")
    if settings.master_key is not None and not keys.opens_file(path, Vault(settings.master_key_bytes())):
        typer.echo("The master key that is set does not open it: set the one of when the backup was made.")


def _plain(wrong: Exception) -> str:
    """What went wrong, without Python's "[Errno 17]"."""
    if isinstance(wrong, OSError) and wrong.strerror:
        return f"{wrong.filename}: {wrong.strerror}" if wrong.filename else wrong.strerror
    return str(wrong)
