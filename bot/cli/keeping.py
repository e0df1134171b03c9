"""The database and its key: copied, put back, made."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from bot.app import files
from bot.cli.base import app, now, settings_for, sqlite_of, stop
from bot.settings.kinds import encode_key
from bot.store.backup import Damaged
from bot.store.backup import backup as make_backup
from bot.store.migrate import NewerSchema
from bot.store.restore import restore as put_back
from bot.store.single import AlreadyRunning
from bot.store.vault import new_key


@app.command()
def keygen() -> None:
    """Make a master key. Keep it in a file of its own, and never beside a backup."""
    typer.echo(encode_key(new_key()))


@app.command()
def backup() -> None:
    """Copy the database into the backup folder while the service runs. The master key is never in it."""
    settings = settings_for(())
    path = sqlite_of(settings)
    try:
        made = make_backup(path, Path(settings.database.backup_dir), now())
    except (Damaged, OSError, sqlite3.DatabaseError) as wrong:
        stop(f"No backup was made: {wrong}", 1)
    typer.echo(f"{made}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Put a backup in the database's place, with the service stopped; the erased stay erased."""
    settings = settings_for(())
    path = sqlite_of(settings)
    try:
        done = put_back(file, path, files.data_map(), now())
    except (AlreadyRunning, NewerSchema, Damaged, OSError, sqlite3.DatabaseError) as wrong:
        stop(f"Nothing was changed: {wrong}", 1)
    if done.replaced is not None:
        typer.echo(f"The database before is kept as {done.replaced}; delete it when all is well.")
    typer.echo(f"Restored. Erased again: {done.erased_again}.")
