"""SQLite by aiosqlite: WAL, synchronous FULL, and one hop to its thread for a whole batch.

A hop costs about 0.1 ms, ten statements a turn would cost a whole one: so a transaction's queued writes,
and the read or the commit behind them, run in one (docs/decisions, one hop a batch). In the thread each
statement also waits for the interpreter, up to half a millisecond: so the statements of a short transaction,
some 20 µs each, run where they are asked for; what may wait, its begin and its commit, in the thread.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.store.engine.ending import end_at_once
from bot.store.engine.log_file import LogFile
from bot.store.engine.statement import Params, Prepared, Rows
from bot.store.engine.transaction import Row, Work
from bot.store.keeping.keys import ready
from bot.store.keeping.vault import Vault
from bot.store.store import Store

BUSY_MS = 10_000
TOGETHER = 50
T = TypeVar("T")


class SqliteConnection(aiosqlite.Connection):
    """An aiosqlite connection that carries out a batch in one hop, inside a transaction it begins itself."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        self._begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
        super().__init__(partial(_connect, path, writing=writing), iter_chunk_size=64)
        self.short = False
        self.lasting, self._lasts = True, True
        self._log = LogFile(path) if writing else None
        self._thread.daemon = True  # a start that fails half way must end the process, not hang it

    async def run(self, writes: Sequence[Work]) -> None:
        """Carry out writes."""
        await self._do(lambda db: self._write(db, writes))

    async def fetch(self, writes: Sequence[Work], *reads: tuple[Prepared, Params]) -> list[list[Row]]:
        """Carry out writes, then read all rows of each read."""

        def both(db: sqlite3.Connection) -> list[list[Row]]:
            self._write(db, writes)
            return [_rows(db, read, params) for read, params in reads]

        return await self._do(both)

    async def change(self, writes: Sequence[Work], last: Prepared, params: Params) -> int:
        """Carry out writes, then one more, and say how many rows that one changed."""

        def both(db: sqlite3.Connection) -> int:
            self._write(db, writes)
            compiled = last.sqlite
            return db.execute(compiled.sql, compiled.bind(params)).rowcount

        return await self._do(both)

    async def new_ids(self, writes: Sequence[Work], table: str, count: int) -> Sequence[int]:
        """Carry out writes, then the next ids of a table: nobody else writes before this transaction ends."""

        def both(db: sqlite3.Connection) -> Sequence[int]:
            self._write(db, writes)
            last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            first = last[0] + 1 if last else 1
            return range(first, first + count)

        return await self._do(both)

    async def commit(self, writes: Sequence[Work] = ()) -> None:
        """Carry out writes and commit; a failed commit is rolled back by the caller."""
        if self.short and writes:
            await self.run(writes)
            writes = ()

        def both(db: sqlite3.Connection) -> None:
            if writes:
                self._write(db, writes)
            if db.in_transaction:
                db.execute("COMMIT")

        await self._hop(both)

    async def rollback(self) -> None:
        """Undo, if anything was begun."""

        def undo(db: sqlite3.Connection) -> None:
            if db.in_transaction:
                db.execute("ROLLBACK")

        await self._hop(undo)

    async def study(self, table: str) -> None:
        """Nothing: its plans hang on no counts."""

    async def tidy(self) -> bool:
        """Empty the write-ahead log, where erased rows still stand; False while somebody reads from it.

        It does not wait for them: a backup reads for minutes, and every turn would wait too.
        """

        def empty(db: sqlite3.Connection) -> bool:
            self._look_at_log(db)
            db.execute("PRAGMA busy_timeout=0")
            try:
                return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
            finally:
                db.execute(f"PRAGMA busy_timeout={BUSY_MS}")

        return await self._hop(empty)

    async def close(self) -> None:
        """Close it; not where that would harm the database."""
        if self._running and self._connection is not None:
            await self._hop(self._look_at_log)
        await super().close()
        if self._log is not None:
            self._log.close()

    def _look_at_log(self, db: sqlite3.Connection) -> None:
        """Ends the process, as a kill would, where the log was taken away beneath it: no turn has begun."""
        state = "whole" if self._log is None else self._log.state()
        if state == "whole":
            return
        if state == "deleted":
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            kept = "What stood in it is saved in the database."
        else:
            kept = "What was kept in the last minutes may be lost."
        line = f"{self._log} was {state}. {kept} This ends here; start it again. Never do that."
        end_at_once("log_taken_away", line, how=state)

    def _write(self, db: sqlite3.Connection, writes: Sequence[Work]) -> None:
        if not db.in_transaction:
            self._look_at_log(db)
            if self._lasts is not self.lasting:
                db.execute(f"PRAGMA synchronous={'FULL' if self.lasting else 'NORMAL'}")
                self._lasts = self.lasting
            db.execute(self._begin)
        for statement, params in writes:
            compiled = statement.sqlite
            if isinstance(params, Rows):
                _write_rows(db, statement, params)
            elif isinstance(params, Sequence):
                db.executemany(compiled.sql, [compiled.bind(row) for row in params])
            else:
                db.execute(compiled.sql, compiled.bind(params))

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """In the thread; what is short here, once the transaction has begun, which may wait for the lock."""
        if not self.short:
            return await self._hop(work)
        if not self._conn.in_transaction:
            await self._hop(lambda db: self._write(db, ()))
        return work(self._conn)

    async def _hop(self, work: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]
        return result


def _rows(db: sqlite3.Connection, read: Prepared, params: Params) -> list[Row]:
    cursor = db.cursor()
    if read.tuples:
        cursor.row_factory = None
    return cursor.execute(read.sqlite.sql, read.sqlite.bind(params)).fetchall()


def _write_rows(db: sqlite3.Connection, statement: Prepared, rows: Rows) -> None:
    """Rows are added `TOGETHER` in a statement: each by itself takes half as long again."""
    values, many = rows.values, 0
    if statement.adds:
        many = len(values) - len(values) % TOGETHER
        flat = (tuple(chain.from_iterable(values[at : at + TOGETHER])) for at in range(0, many, TOGETHER))
        db.executemany(statement.placed(rows.names, TOGETHER), flat)
    db.executemany(statement.placed(rows.names), values[many:])


def _connect(path: Path, *, writing: bool) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    db.row_factory = sqlite3.Row
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-4000",
    ):
        db.execute(f"PRAGMA {pragma}")
    if not writing:
        db.execute("PRAGMA query_only=ON")
    return db


async def open_sqlite(path: Path, vault: Vault, *, locked: bool = False) -> Store:
    """Open a database whose tables are there already (see `migrate`). Raises WrongKey, sqlite3.DatabaseError.

    `locked`: any key will do, because nothing sealed is read or written.
    """
    writer: Any = await SqliteConnection(path, writing=True)
    reader: Any = await SqliteConnection(path, writing=False)
    return await ready(Store(writer, reader, vault), locked=locked)
