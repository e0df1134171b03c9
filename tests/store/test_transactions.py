"""All or nothing: whatever happens inside a transaction or at its end, and whoever is cancelled."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.ids import PersonId
from bot.store.engine.postgres import open_postgres
from bot.store.engine.sqlite import SqliteConnection, open_sqlite
from bot.store.engine.statement import Params, Prepared, prepared
from bot.store.engine.transaction import Connection, Row, Work
from bot.store.keeping import notes
from bot.store.keeping.vault import CannotOpen, KeyMissing, Vault
from bot.store.migrate import upgrade
from bot.store.store import Store
from tests.store.conftest import Server

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Gate:
    """A connection whose commits can be held or refused, as a slow or full disk does."""

    def __init__(self, inner: Connection) -> None:
        self._inner = inner
        self.short, self.lasting = False, True
        self.committing = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.refuses = False

    async def run(self, writes: Sequence[Work]) -> None:
        await self._inner.run(writes)

    async def fetch(self, writes: Sequence[Work], *reads: tuple[Prepared, Params]) -> list[list[Row]]:
        return await self._inner.fetch(writes, *reads)

    async def change(self, writes: Sequence[Work], last: Prepared, params: Params) -> int:
        return await self._inner.change(writes, last, params)

    async def new_ids(self, writes: Sequence[Work], table: str, count: int) -> Sequence[int]:
        return await self._inner.new_ids(writes, table, count)

    async def study(self, table: str) -> None:
        await self._inner.study(table)

    async def commit(self, writes: Sequence[Work]) -> None:
        self.committing.set()
        await self.open.wait()
        if self.refuses:
            await self._inner.run(writes)
            raise OSError("no space left on device")
        await self._inner.commit(writes)

    async def rollback(self) -> None:
        await self._inner.rollback()

    async def tidy(self) -> bool:
        return await self._inner.tidy()

    async def close(self) -> None:
        await self._inner.close()


async def noted(store: Store, name: str) -> str | None:
    """What is kept under a name."""
    async with store.reading() as tx:
        return await notes.get(tx, name)


async def test_cancelled_inside(store: Store) -> None:
    """Nothing of it is there, written or queued, and the next writer is not in its way."""
    inside, never = asyncio.Event(), asyncio.Event()

    async def writes() -> None:
        async with store.transaction() as tx:
            notes.put(tx, "a", "written")
            assert await notes.get(tx, "a") == "written"
            notes.put(tx, "b", "queued")
            inside.set()
            await never.wait()

    task = asyncio.create_task(writes())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await noted(store, "a"), await noted(store, "b")) == (None, None)
    async with store.transaction() as tx:
        notes.put(tx, "a", "next")
    assert await noted(store, "a") == "next"


async def test_raising_inside(store: Store) -> None:
    """The same for an exception."""
    with pytest.raises(ZeroDivisionError):
        await _divides(store)
    assert await noted(store, "a") is None


async def _divides(store: Store) -> None:
    async with store.transaction() as tx:
        notes.put(tx, "a", "written")
        assert await notes.get(tx, "a") == "written"
        _ = 1 / 0


async def test_writers_take_turns_in_the_order_of_asking(store: Store) -> None:
    """Nobody starves: twenty who ask one after the other are served one after the other."""
    served: list[int] = []

    async def writes(n: int) -> None:
        async with store.transaction() as tx:
            assert await notes.get(tx, "at") == (str(n - 1) if n else None)
            notes.put(tx, "at", str(n))
            served.append(n)

    await asyncio.gather(*(writes(n) for n in range(20)))
    assert served == list(range(20))


async def test_a_reader_sees_one_moment(store: Store) -> None:
    """A long look is not disturbed by a writer, nor a writer by it; and it changes nothing."""
    async with store.transaction() as tx:
        notes.put(tx, "a", "old")
    async with store.reading() as reader:
        assert await notes.get(reader, "a") == "old"
        async with store.transaction() as tx:
            notes.put(tx, "a", "new")
        assert await notes.get(reader, "a") == "old"
    assert await noted(store, "a") == "new"


async def gated(folder: Path) -> tuple[Store, Gate]:
    """A store on a gate."""
    path = folder / "gated.db"
    upgrade(f"sqlite:///{path}")
    writer: Any = await SqliteConnection(path, writing=True)
    reader: Any = await SqliteConnection(path, writing=False)
    gate = Gate(writer)
    return Store(gate, reader, Vault(bytes(32))), gate


async def test_cancelled_at_the_commit(tmp_path: Path) -> None:
    """What was to be committed is, and whoever waits for it is told; then the task ends as cancelled."""
    store, gate = await gated(tmp_path)
    told: list[str] = []
    store.tell("outbox", lambda: told.append("listener"))
    gate.open.clear()

    async def writes() -> None:
        async with store.transaction() as tx:
            notes.put(tx, "a", "there")
            tx.news.add("outbox")
            tx.after_commit.append(lambda: told.append("after"))

    task = asyncio.create_task(writes())
    await gate.committing.wait()
    task.cancel()
    gate.open.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await noted(store, "a") == "there"
    assert told == ["after", "listener"]
    await store.close()


async def test_a_commit_that_fails(tmp_path: Path) -> None:
    """Nothing is there, nobody is told, the next one works."""
    store, gate = await gated(tmp_path)
    told: list[str] = []
    store.tell("outbox", lambda: told.append("listener"))
    gate.refuses = True
    with pytest.raises(OSError, match="no space"):
        await _one_note(store)
    assert (await noted(store, "a"), told) == (None, [])
    gate.refuses = False
    await _one_note(store)
    assert (await noted(store, "a"), told) == ("there", ["listener"])
    await store.close()


async def _one_note(store: Store) -> None:
    async with store.transaction() as tx:
        notes.put(tx, "a", "there")
        tx.news.add("outbox")


def test_what_is_sealed_opens_only_where_it_was_sealed() -> None:
    """Moved to another row, column or person, or under another master key, it stays shut."""
    vault, ana, ben = Vault(bytes(32)), PersonId(1), PersonId(2)
    wrapped = vault.wrap_new(ana)
    vault.wrap_new(ben)
    text = "\x00 \ud83d 👋 four o'clock"
    sealed = vault.seal(ana, "answer.value", "why", text)
    assert vault.open(ana, "answer.value", "why", sealed) == text
    for who, column, row in (
        (ben, "answer.value", "why"),
        (ana, "answer.name", "why"),
        (ana, "answer.value", "who"),
    ):
        with pytest.raises(CannotOpen):
            vault.open(who, column, row, sealed)
    for n in range(len(sealed)):
        flipped = sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :]
        with pytest.raises(CannotOpen):
            vault.open(ana, "answer.value", "why", flipped)
    with pytest.raises(CannotOpen):
        Vault(bytes([1] * 32)).unlock(ana, wrapped)
    vault.forget(ana)
    with pytest.raises(KeyMissing):
        vault.open(ana, "answer.value", "why", sealed)


async def test_what_is_done_again_waits_for_no_disk(tmp_path: Path) -> None:
    """Only the transaction that says so: the next one is on the disk when committed, with all before it."""
    path = tmp_path / "loose.sqlite"
    upgrade(f"sqlite:///{path}")
    store = await open_sqlite(path, Vault(bytes(range(32))))
    how = prepared(text("SELECT synchronous AS how FROM pragma_synchronous"))
    seen = []
    for lasting in (True, False, True):
        async with store.transaction(lasting=lasting) as tx:
            row = await tx.first(how)
            assert row is not None
            seen.append(row["how"])
    assert seen == [2, 1, 2], "FULL, NORMAL, FULL"
    await store.close()


@pytest.mark.postgres
async def test_an_import_keeps_to_the_indexes_of_tables_that_were_empty(postgres: Server) -> None:
    """PostgreSQL keeps a plan that it made for an empty table: of 140,000 rows each look-up read all."""
    store = await open_postgres(postgres.empty(), Vault(bytes(range(32))))
    how = prepared(text("SELECT current_setting('enable_seqscan') AS how"))
    seen = []
    for lasting in (True, False, True):
        async with store.transaction(lasting=lasting) as tx:
            row = await tx.first(how)
            assert row is not None
            seen.append(row["how"])
    assert seen == ["on", "off", "on"]
    await store.close()
