"""Puts a backup of a SQLite database back, with those who asked to be forgotten still forgotten.

Everything is done to a copy beside the database; the copy takes the database's name in one step at the end.
A kill leaves the old database or the new one, and the next restore clears up.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError

from bot.domain.keeping.data_map import DataMap
from bot.store.conversing.outbox import outbox
from bot.store.conversing.people import person
from bot.store.engine.columns import to_ms
from bot.store.engine.files import flush_folder, put_in_place
from bot.store.engine.single import only_one
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.statement import prepared
from bot.store.keeping import erasures
from bot.store.keeping.backup import Damaged, complaints, copy_database
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.erasures import Erasures
from bot.store.keeping.vault import Vault, new_key
from bot.store.migrate import upgrade
from bot.store.oncall.handoffs import handoff
from bot.store.store import Store

_STAMP = "%Y%m%dT%H%M%SZ"
_BESIDE = ("-wal", "-shm", "-journal")

_CREATED = prepared(select(person.c.created_at).where(person.c.id == bindparam("person")))
_DOUBTFUL = prepared(update(outbox).where(outbox.c.state == "pending").values(state="sending"))
_LONG_SILENT = prepared(
    update(handoff)
    .where(handoff.c.state.in_(("claimed", "active")))
    .values(state="active", last_at=0, waiting_since=None, nudged=False, look_at=0)
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `replaced` is where the database before it is kept, None if there was none."""

    replaced: Path | None
    erased_again: int


def _nothing(_: str) -> None:
    return


def restore(
    backup: Path,
    database: Path,
    data_map: DataMap,
    now: datetime,
    *,
    reached: Callable[[str], object] = _nothing,
) -> Restored:
    """Put `backup` in the place of `database`. No service may run on it.

    Who was erased is taken from the list beside the backup, from the backup, and from the database that is
    replaced, so that losing one of them brings nobody back. A message that the backup holds as not yet sent
    may have been sent since: it counts as one whose outcome nobody knows. A talk may have ended since: it
    counts as silent for long, so that nobody's next words reach a coach of then. Numbers given out since the
    backup are not given out again. `reached` is told each point passed: copied, erased, aside, placed.

    Raises AlreadyRunning, FileNotFoundError, Damaged, NewerSchema, OSError; then nothing was changed.
    """
    if not backup.is_file():
        raise FileNotFoundError(f"there is no backup at {backup}")
    with only_one(database):
        fresh = database.with_name(f"{database.name}.restoring")
        _remove(fresh)
        try:
            _copy(backup, fresh)
            reached("copied")
            _upgrade(fresh, backup)
            erased = erasures.together(
                erasures.read(backup.parent), erasures.of_database(database), erasures.of_database(fresh)
            )
            again = asyncio.run(_bring_up_to_date(fresh, Erasing(data_map), erased))
            _count_on_from(fresh, _counted(database))
            _close(fresh)
            reached("erased")
            replaced = _set_aside(database, now)
            reached("aside")
            put_in_place(fresh, database)
            reached("placed")
        finally:
            _remove(fresh)
    return Restored(replaced, again)


def prune_replaced(database: Path, now: datetime, days: int) -> int:
    """Delete databases that restores replaced more than so many days ago; says how many files went."""
    before = (now - timedelta(days=days)).astimezone(UTC).strftime(_STAMP)
    start = f"{database.name}.replaced-"
    old = [path for path in database.parent.glob(f"{start}*") if path.name.removeprefix(start) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _copy(backup: Path, fresh: Path) -> None:
    try:
        copy_database(backup, fresh)
    except sqlite3.OperationalError:  # the disk is full, or does not let us: the backup is not to blame
        raise
    except sqlite3.DatabaseError as broken:
        raise Damaged(f"{backup} is not a database that can be read: {broken}") from broken
    with closing(sqlite3.connect(fresh)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            raise Damaged(f"{backup} is a database, and not one of Foothold's")


def _upgrade(fresh: Path, backup: Path) -> None:
    try:
        upgrade(f"sqlite:///{fresh}")
    except DBAPIError as failed:
        raise Damaged(f"{backup} cannot be brought to today's tables: {failed.orig}") from failed


async def erase_again(store: Store, erasing: Erasing, erased: Erasures) -> int:
    """Erase everybody in `erased` whom the store does not know as erased; says how many were still there.

    For a service's start too: a database may have been put back by other means than `restore`.
    """
    async with store.reading() as tx:
        known = await erasures.everything(tx)
    again = 0
    for who, at in sorted(erased.items()):
        if who in known and known[who] >= at:
            continue
        async with store.transaction() as tx:
            row = await tx.first(_CREATED, person=who)
            if row is None or row["created_at"] <= to_ms(at):  # else the number was given out again since
                again += row is not None
                await erasing.erase(tx, who, at)
    if again:
        await store.tidy()
    return again


async def _bring_up_to_date(fresh: Path, erasing: Erasing, erased: Erasures) -> int:
    """Erase again; doubt what was waiting to be sent, and talks. No key is needed for that: none is read."""
    store = await open_sqlite(fresh, Vault(new_key()), locked=True)
    try:
        again = await erase_again(store, erasing, erased)
        async with store.transaction() as tx:
            tx.write(_DOUBTFUL)
            tx.write(_LONG_SILENT)
        return again
    finally:
        await store.close()


def _counted(database: Path) -> Mapping[str, int]:
    """The highest number given out in each table, as far as the database can be read."""
    if not database.exists():
        return {}
    try:
        with closing(sqlite3.connect(database)) as db:
            return dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except sqlite3.DatabaseError:
        return {}


def _count_on_from(fresh: Path, counted: Mapping[str, int]) -> None:
    with closing(sqlite3.connect(fresh)) as db, db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        known = dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        for name in counted.keys() & tables:
            if name not in known:
                db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, counted[name]))
            elif counted[name] > known[name]:
                db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (counted[name], name))


def _close(fresh: Path) -> None:
    """Make it one file again, and look it over a last time."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        if found := complaints(db, "integrity_check"):
            raise Damaged(f"what came of the backup is not whole: {found[0]}")


def _set_aside(database: Path, now: datetime) -> Path | None:
    """Keep the database under another name too, and leave no log beside it that the new one would read."""
    if not database.exists():
        _remove(database)
        return None
    _empty_log(database)
    aside = database.with_name(f"{database.name}.replaced-{now.astimezone(UTC).strftime(_STAMP)}")
    aside.unlink(missing_ok=True)
    try:
        os.link(database, aside)
    except OSError:  # a file system without links
        shutil.copy2(database, aside)
    for ending in _BESIDE:
        log = database.with_name(database.name + ending)
        if log.exists():  # it could not be emptied: keep it with the database it belongs to
            log.replace(aside.with_name(aside.name + ending))
    flush_folder(database.parent)
    return aside


def _empty_log(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        return  # broken: it is kept as it is, log and all


def _remove(path: Path) -> None:
    for ending in ("", *_BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)
