"""Processes that do one thing on a real database and are killed at a named point of it.

python -m tests.ops.deaths backup DATABASE FOLDER COUNT     at the COUNTth look in between
python -m tests.ops.deaths restore BACKUP DATABASE POINT    when POINT is reached
python -m tests.ops.deaths migrate DATABASE COUNT           at the COUNTth statement
python -m tests.ops.deaths erase DATABASE PERSON COUNT      at the COUNTth statement
python -m tests.ops.deaths rekey DATABASE COUNT             at the COUNTth statement
python -m tests.ops.deaths hold DATABASE                    after taking the lock, when stdin ends
"""

import asyncio
import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.app.library import files
from bot.domain.ids import PersonId
from bot.store.engine.single import only_one
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.backup import Damaged, backup
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.keys import rewrap
from bot.store.keeping.restore import restore
from bot.store.keeping.vault import Vault
from bot.store.migrate import upgrade
from tests.ops.house import KEY, NEW_KEY, NIGHT


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_at(which: str) -> Callable[..., None]:
    """Dies when it is called for the `which`th time, counted from 1, or with just that word."""
    numbers = count(1)

    def called(*said: object) -> None:
        if which in (str(next(numbers)), *said):
            die()

    return called


def dying_backup(database: str, folder: str, which: str) -> None:
    backup(Path(database), Path(folder), NIGHT, between=dies_at(which))


def backup_on_a_full_disk(database: str, folder: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        backup(Path(database), Path(folder), NIGHT)
    except (sqlite3.OperationalError, OSError):
        die()


def restore_on_a_full_disk(taken: str, database: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        restore(Path(taken), Path(database), files.data_map(), NIGHT)
    except Damaged:
        sys.stdout.write("damaged\n")
    except (sqlite3.OperationalError, OSError) as wrong:
        sys.stdout.write(f"{wrong}\n")
    sys.stdout.flush()
    die()


def dying_restore(taken: str, database: str, point: str) -> None:
    def reached(name: str) -> None:
        if name == point:
            die()

    restore(Path(taken), Path(database), files.data_map(), NIGHT, reached=reached)


def dying_migration(database: str, which: str) -> None:
    event.listen(Engine, "before_cursor_execute", dies_at(which))
    upgrade(f"sqlite:///{database}")


def dying_erasure(database: str, person: str, which: str) -> None:
    async def erase() -> None:
        store = await open_sqlite(Path(database), Vault(KEY))
        writer: sqlite3.Connection = store._writer._conn  # type: ignore[attr-defined]
        writer.set_trace_callback(dies_at(which))
        async with store.transaction() as tx:
            await Erasing(files.data_map()).erase(tx, PersonId(int(person)), NIGHT)
        die()

    asyncio.run(erase())


def dying_rekey(database: str, which: str) -> None:
    async def rekey() -> None:
        store = await open_sqlite(Path(database), Vault(KEY))
        writer: sqlite3.Connection = store._writer._conn  # type: ignore[attr-defined]
        writer.set_trace_callback(dies_at(which))
        await rewrap(store, NEW_KEY)
        die()

    asyncio.run(rekey())


def hold(database: str) -> None:
    with only_one(Path(database)):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        sys.stdin.read()
        die()


if __name__ == "__main__":
    part, *arguments = sys.argv[1:]
    parts: dict[str, Callable[..., None]] = {
        "backup": dying_backup,
        "full": backup_on_a_full_disk,
        "restore_full": restore_on_a_full_disk,
        "restore": dying_restore,
        "migrate": dying_migration,
        "erase": dying_erasure,
        "rekey": dying_rekey,
        "hold": hold,
    }
    parts[part](*arguments)
