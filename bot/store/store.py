"""The database behind one interface: a writer, a reader, and transactions on them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.store.desk.outlines import settle
from bot.store.engine.transaction import Connection, Transaction
from bot.store.keeping.vault import Vault


class Store:
    """Gives out transactions: one writer at a time in order of asking, and reads beside it."""

    def __init__(self, writer: Connection, reader: Connection, vault: Vault) -> None:
        self.vault = vault
        self._writer = writer
        self._reader = reader
        self._writing = asyncio.Lock()
        self._reading = asyncio.Lock()
        self.changes: dict[str, int] = {}
        """How often each table was changed by this process since the start."""
        self._listeners: dict[str, Callable[[], object]] = {}

    def tell(self, table: str, listener: Callable[[], object]) -> None:
        """Call `listener` after each commit that added to `table`."""
        self._listeners[table] = listener

    @asynccontextmanager
    async def transaction(self, *, short: bool = False, lasting: bool = True) -> AsyncIterator[Transaction]:
        """A write transaction: committed when the block ends, rolled back when it raises.

        `short`: each of its statements touches few rows, by an index; SQLite then needs no thread for them.
        Not `lasting`: whole or not at all, but when the power fails it may be lost unless a lasting one came
        after it, and the commit waits for no disk. For what is done again, and seen by nobody until then.

        A cancelled task never leaves a half: what was asked of the database is waited for, then undone. A
        commit that was asked for is carried through and told of; only then is the task cancelled.
        """
        async with self._writing:
            tx = Transaction(self._writer, self.vault)
            self._writer.short, self._writer.lasting = short, lasting
            try:
                yield tx
                if tx.happened:
                    await settle(tx)
                committing = asyncio.ensure_future(self._writer.commit(tx.take_queued()))
                cancelled = await _to_the_end(committing)
                committing.result()
            except BaseException:
                undoing = asyncio.ensure_future(self._writer.rollback())
                await _to_the_end(undoing)
                undoing.result()
                raise
        self._committed(tx)
        if cancelled is not None:
            raise cancelled

    def _committed(self, tx: Transaction) -> None:
        """Tell everybody: also when the task was cancelled meanwhile, for the rows are there."""
        for table in tx.touched:
            self.changes[table] = self.changes.get(table, 0) + 1
        for callback in tx.after_commit:
            callback()
        for table in tx.news:
            if table in self._listeners:
                self._listeners[table]()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A snapshot to read from, beside the writer. Writes in it are refused by the database."""
        async with self._reading:
            tx = Transaction(self._reader, self.vault)
            try:
                yield tx
            finally:
                await asyncio.shield(asyncio.ensure_future(self._reader.rollback()))

    async def tidy(self) -> bool:
        """Take what was erased out of SQLite's write-ahead log too; False if it must be tried again."""
        async with self._writing, self._reading:
            return await self._writer.tidy()

    async def close(self) -> None:
        """Close both connections; nothing may be under way."""
        await self._writer.close()
        await self._reader.close()


async def _to_the_end(work: asyncio.Future[None]) -> asyncio.CancelledError | None:
    """Wait until `work` is over, come what may; the cancellation that came meanwhile, if one did."""
    cancelled = None
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


_READ_ONLY = "25006"
"""PostgreSQL's read_only_sql_transaction: of a standby, or one that was told to take nothing."""


def in_trouble(wrong: BaseException) -> bool:
    """Whether the disk or the database failed, and not what was asked of it: to be tried again, uncounted."""
    if isinstance(wrong, sqlite3.Error):
        return getattr(wrong, "sqlite_errorcode", 0) & 0xFF in _TROUBLE
    if getattr(wrong, "sqlstate", None) == _READ_ONLY:
        return True
    kinds = {kind.__name__ for kind in type(wrong).__mro__}  # psycopg's, an optional extra: DiskFull is one
    return isinstance(wrong, OSError | MemoryError) or "OperationalError" in kinds
