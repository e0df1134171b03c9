"""Backups of a SQLite database, taken while it is written to. PostgreSQL has its own: pg_dump."""

import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store.engine.files import put_in_place

PAGES = 256
"""Copied in one go, 1 MiB: between two goes the copying can be told to stop."""
CHECK_STEPS = 1_000_000
"""Steps of SQLite's machine, some tens of milliseconds, between two looks while a copy is checked."""
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"foothold-(\d{8}T\d{6}Z)\.(?:db|dump)", re.ASCII)
_PARTIAL = ".partial"
_LEFT_OVER = timedelta(days=1)


class Damaged(RuntimeError):
    """A database or a backup is not whole."""


def _nothing() -> None:
    return


def backup(database: Path, folder: Path, now: datetime, *, between: Callable[[], object] = _nothing) -> Path:
    """Copy the database as it stands into `folder`, check the copy, and return where it is.

    Writers are not kept waiting: the copy is one snapshot. It has its name only once it is whole and on disk,
    so what a kill leaves never looks like a backup. The master key is not in the database, so not in here.
    `between` is called every now and then and may raise to give up. Raises FileNotFoundError, Damaged,
    sqlite3.DatabaseError, OSError.
    """
    if not database.exists():
        raise FileNotFoundError(f"there is no database at {database}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder / f"foothold-{now.astimezone(UTC).strftime(_STAMP)}.db"
    partial = folder / f"{made.stem}-{secrets.token_hex(4)}{_PARTIAL}"
    try:
        copy_database(database, partial, between)
        put_in_place(partial, made)
    except BaseException:
        _forget(partial)
        raise
    return made


def copy_database(source: Path, copy: Path, between: Callable[[], object] = _nothing) -> None:
    """A checked copy that is one file, for its owner's eyes only. Raises Damaged, sqlite3.DatabaseError."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(copy, isolation_level=None)) as write:
        with closing(sqlite3.connect(source, isolation_level=None)) as read:
            read.execute("BEGIN")
            read.execute("SELECT count(*) FROM sqlite_master")  # from here on, this one snapshot
            read.backup(write, pages=PAGES, progress=lambda *_: between())
        write.execute("PRAGMA journal_mode=DELETE")
        write.set_progress_handler(lambda: _go_on(between), CHECK_STEPS)
        found = complaints(write, "integrity_check")
        between()
    if found:
        raise Damaged(f"the copy of {source.name} is not whole: {found[0]}")


def _go_on(between: Callable[[], object]) -> int:
    between()
    return 0


def complaints(db: sqlite3.Connection, check: str = "quick_check") -> tuple[str, ...]:
    """What SQLite's own check (`quick_check`, `integrity_check`) has to say against a database."""
    said = [str(row[0]) for row in db.execute(f"PRAGMA {check}(10)")]
    return () if said == ["ok"] else tuple(said)


def newest_backup(folder: Path, now: datetime) -> datetime | None:
    """When the newest backup in `folder` was made, by its name; a PostgreSQL dump named so counts too.

    One from the future was made under a wrong clock and does not count.
    """
    return max((at for _, at in _backups(folder) if at <= now), default=None)


def prune_backups(folder: Path, now: datetime, days: int) -> int:
    """Delete backups older than so many days, except the newest one, and what killed backups left over.

    Says how many backups were deleted.
    """
    if not folder.is_dir():
        return 0
    kept_since = now - timedelta(days=days)
    newest = newest_backup(folder, now)
    old = [path for path, at in _backups(folder) if at < kept_since and at != newest]
    for path in old:
        path.unlink(missing_ok=True)
    for partial in folder.glob(f"*{_PARTIAL}"):
        if partial.stat().st_mtime < (now - _LEFT_OVER).timestamp():
            _forget(partial)
    return len(old)


def _backups(folder: Path) -> Iterator[tuple[Path, datetime]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if match := _NAME.fullmatch(path.name):
            yield path, datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)


def _forget(partial: Path) -> None:
    for ending in ("", "-journal", "-wal", "-shm"):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)
