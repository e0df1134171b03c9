"""PostgreSQL by psycopg, running the same statements."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from json import dumps
from typing import Any, NoReturn

from psycopg import AsyncConnection, AsyncCursor, Connection, IsolationLevel, OperationalError, connect
from psycopg.errors import LockNotAvailable
from psycopg.rows import DictRow, dict_row, tuple_row

from bot.store.engine.ending import end_at_once
from bot.store.engine.single import AlreadyRunning
from bot.store.engine.statement import Compiled, Params, Prepared, Rows
from bot.store.engine.transaction import Row, Work
from bot.store.keeping.keys import ready
from bot.store.keeping.vault import Vault
from bot.store.store import Store

_SERVING = 0x466F6F74686F6C64
"""The number of PostgreSQL's advisory lock that stands for serving a database."""
_HOLDING = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
_NOTICE_SOON: Mapping[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # ms
}
"""Of libpq, for this side: a machine that has gone is noticed within 25 s, as the other side does."""
_NEW_IDS = """SELECT array_agg(nextval(ids.name)) AS ids
FROM CAST(pg_get_serial_sequence(%s, 'id') AS regclass) AS ids(name), generate_series(1, %s)"""
_WORTH_COPYING = 100
"""Rows from which on they are copied in: each COPY takes the time of two round trips more."""


class PostgresConnection:
    """One connection; psycopg begins a transaction at the first statement by itself."""

    def __init__(self, db: AsyncConnection[DictRow]) -> None:
        self._db = db
        self.short = False
        self.lasting = True
        self._plans_once = self._begun = False
        db.prepared_max = 500

    async def run(self, writes: Sequence[Work]) -> None:
        """Carry out writes in order, in one round trip but for what is copied in."""
        if writes:
            await self._begin()
        for copied, some in groupby(writes, key=_copied):
            if copied:
                await self._copy(copied, some)
            else:
                await self._together(some)

    async def _begin(self) -> None:
        """An import waits for no disk; and what was planned while a table was empty uses its indexes."""
        if not self.lasting and not self._begun:
            self._begun = True
            await self._db.execute("SET LOCAL synchronous_commit = off")
            await self._db.execute("SET LOCAL enable_seqscan = off")

    async def _copy(self, copied: str, writes: Iterable[Work]) -> None:
        """Rows by COPY: in half the time of an INSERT."""
        async with self._db.cursor() as cursor:
            for _, rows in writes:
                assert isinstance(rows, Rows)
                async with cursor.copy(copied.encode()) as copy:
                    for row in rows.values:
                        await copy.write_row(row)

    async def _together(self, writes: Iterable[Work]) -> None:
        async with self._db.pipeline(), self._db.cursor() as cursor:
            for statement, params in writes:
                compiled = statement.postgres
                if isinstance(params, Rows):
                    columns = [dumps(one, ensure_ascii=False) for one in zip(*params.values, strict=True)]
                    await cursor.execute(statement.from_columns(params.names).encode(), columns)
                elif isinstance(params, Sequence):
                    await cursor.executemany(_query(compiled), [compiled.bind(row) for row in params])
                else:
                    await cursor.execute(_query(compiled), compiled.bind(params))

    async def fetch(self, writes: Sequence[Work], *reads: tuple[Prepared, Params]) -> list[list[Row]]:
        """Carry out writes, then read all rows of each read."""
        await self._begin()
        await self.run(writes)
        plan_once = not self._plans_once and any(read.any_values for read, _ in reads)
        if len(reads) == 1 and not plan_once:
            return [list(await (await self._execute(*reads[0])).fetchall())]
        async with self._db.pipeline():
            if plan_once:
                await self._db.execute("SET LOCAL plan_cache_mode = force_generic_plan")
                self._plans_once = True
            cursors = [await self._execute(read, params) for read, params in reads]
        return [list(await cursor.fetchall()) for cursor in cursors]

    async def _execute(self, read: Prepared, params: Params) -> AsyncCursor[Any]:
        compiled = read.postgres
        cursor: AsyncCursor[Any] = self._db.cursor(row_factory=tuple_row if read.tuples else dict_row)
        return await cursor.execute(_query(compiled), compiled.bind(params), prepare=read.any_values or None)

    async def change(self, writes: Sequence[Work], last: Prepared, params: Params) -> int:
        """Carry out writes, then one more, and say how many rows that one changed."""
        await self.run(writes)
        compiled = last.postgres
        return (await self._db.execute(_query(compiled), compiled.bind(params))).rowcount

    async def new_ids(self, writes: Sequence[Work], table: str, count: int) -> Sequence[int]:
        """Carry out writes, then the next ids of a table; those that are not used are never given again."""
        await self.run(writes)
        cursor = await self._db.execute(_NEW_IDS, (table, count))
        row = await cursor.fetchone()
        return list(row["ids"] or ()) if row else []

    async def commit(self, writes: Sequence[Work] = ()) -> None:
        """Carry out writes and commit."""
        await self.run(writes)
        self._plans_once = self._begun = False
        await self._db.commit()

    async def rollback(self) -> None:
        """Undo, if anything was begun. Ends the process where PostgreSQL has hung up."""
        self._plans_once = self._begun = False
        if self._db.broken:
            _hung_up()
        await self._db.rollback()

    async def study(self, table: str) -> None:
        """Look at what the table holds, for the plans of what is read next."""
        await self._db.execute(f"ANALYZE {table}".encode())

    async def tidy(self) -> bool:
        """Nothing: PostgreSQL's own vacuum sees to erased rows."""
        return True

    async def close(self) -> None:
        """Close the connection."""
        await self._db.close()


def _copied(work: Work) -> str:
    """The text of the COPY that does it; empty where none does."""
    statement, params = work
    if not isinstance(params, Rows) or len(params.values) < _WORTH_COPYING:
        return ""
    return statement.copied(params.names)


def _query(compiled: Compiled) -> bytes:
    return compiled.sql.encode()  # bytes: the text comes from SQLAlchemy, never from outside


def _hung_up() -> NoReturn:
    """Nothing can be read or kept, and others may serve the database by now; begun anew, all is there."""
    end_at_once("postgres_hung_up", "PostgreSQL has closed the connection. This ends here; start it again.")


class Hold:
    """What says that this process alone serves a database, as long as its connection lasts."""

    def __init__(self, db: Connection[Any]) -> None:
        self._db = db

    def watch(self) -> None:
        """From now on, in the running loop: end the process as soon as the connection does."""
        asyncio.get_running_loop().add_reader(self._db.fileno(), self._look)

    def _look(self) -> None:
        try:
            self._db.pgconn.consume_input()
        except OperationalError:
            _hung_up()


@contextmanager
def serving(url: str, password: str | None = None, wait_s: int = 30) -> Iterator[Hold]:
    """Hold the database as the only one while the block runs.

    Waits `wait_s` for who is going, or has gone: PostgreSQL notices within 25 s that a machine is there no
    more. Raises AlreadyRunning, psycopg.OperationalError.
    """
    with connect(url, password=password, autocommit=True, **_NOTICE_SOON) as db:
        for setting in _HOLDING:
            db.execute(setting)
        db.execute("SELECT set_config('lock_timeout', %s, false)", (f"{wait_s}s",))
        try:
            db.execute("SELECT pg_advisory_lock(%s)", (_SERVING,))
        except LockNotAvailable:
            why = "Foothold is running on this database, or a command that works alone is at work."
            raise AlreadyRunning(f"{why} Stop it first, or wait for it.") from None
        yield Hold(db)


async def open_postgres(
    url: str, vault: Vault, password: str | None = None, *, locked: bool = False
) -> Store:
    """Open a database whose tables are there already, by its libpq URL.

    `locked`: any key will do, because nothing sealed is read or written. Raises WrongKey,
    psycopg.OperationalError.
    """
    writer = PostgresConnection(await _connected(url, password))
    reader_db = await _connected(url, password)
    await reader_db.set_read_only(True)
    await reader_db.set_isolation_level(IsolationLevel.REPEATABLE_READ)  # one moment, as on SQLite
    return await ready(Store(writer, PostgresConnection(reader_db), vault), locked=locked)


async def _connected(url: str, password: str | None) -> AsyncConnection[DictRow]:
    return await AsyncConnection.connect(url, password=password, row_factory=dict_row, **_NOTICE_SOON)
