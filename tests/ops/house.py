"""A small service's database on a real file, and processes that die on it."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.ids import ChatId, PersonId
from bot.store.conversing import answers, outbox, people
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault
from bot.store.store import Store
from tests import shipped

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KEY = bytes(range(1, 33))
NEW_KEY = bytes(range(33, 65))
ROOT = Path(__file__).resolve().parent.parent.parent


def new_database(folder: Path) -> Path:
    """A database with today's tables and nobody in it."""
    folder.mkdir(exist_ok=True)
    path = folder / "foothold.db"
    path.write_bytes(shipped.database())
    return path


@asynccontextmanager
async def opened(path: Path, key: bytes = KEY) -> AsyncIterator[Store]:
    """The store on a file."""
    store = await open_sqlite(path, Vault(key))
    try:
        yield store
    finally:
        await store.close()


async def arrives(store: Store, chat: int, now: datetime = NIGHT, reason: str = "my daughter") -> PersonId:
    """Somebody writes, and has a reason kept."""
    async with store.transaction() as tx:
        person = await people.arrive(
            tx, "telegram", ChatId(chat), now, language="en", country="GB", zone="Europe/London"
        )
        answers.put(tx, person.id, "reason", reason, now)
    return person.id


async def waits(store: Store, who: PersonId, chat: int, key: str) -> None:
    """A message for them waits to be sent."""
    async with store.transaction() as tx:
        await people.unlock(tx, who)
        outbox.add(tx, who, Post(ChatId(chat), Text("How is tonight?"), key, SendClass.NUDGE), NIGHT)


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a file, as any other program sees them."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def dies(*arguments: object) -> str:
    """Run a part of `tests.ops.deaths` in a process of its own, which kills itself; what it had said."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ops.deaths", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    return ended.stdout.decode()
