"""One transaction: writes are queued and carried out in order, reads see them, the commit ends it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.events import Event
from bot.store.engine.statement import Params, Prepared, Rows
from bot.store.keeping.vault import Vault


class Row(Protocol):
    """One row, read by column name."""

    def __getitem__(self, name: str, /) -> Any: ...


Work = tuple[Prepared, Params | Sequence[Params] | Rows]
"""A statement with its values; with a sequence of values, or rows, it is carried out once for each."""


class Connection(Protocol):
    """What a database connection does for a transaction, each call in one go."""

    short: bool
    """Whether the statements to come are quick enough to be carried out without a thread."""
    lasting: bool
    """Whether the transaction to come has to be on the disk when it is committed."""

    async def run(self, writes: Sequence[Work]) -> None: ...
    async def fetch(self, writes: Sequence[Work], *reads: tuple[Prepared, Params]) -> list[list[Row]]: ...
    async def change(self, writes: Sequence[Work], last: Prepared, params: Params) -> int: ...
    async def new_ids(self, writes: Sequence[Work], table: str, count: int) -> Sequence[int]: ...
    async def study(self, table: str) -> None: ...
    async def commit(self, writes: Sequence[Work]) -> None: ...
    async def rollback(self) -> None: ...
    async def tidy(self) -> bool: ...
    async def close(self) -> None: ...


class Transaction:
    """Handed to every repository function as its first argument; made by `Store.transaction()`."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.vault = vault
        self._connection = connection
        self._queued: list[Work] = []
        self._wished: list[tuple[Prepared, Params]] = []
        self._foreseen: list[tuple[Prepared, Params, list[Row]]] = []
        self.after_commit: list[Callable[[], object]] = []
        """Called in order once the commit has succeeded."""
        self.touched: set[str] = set()
        """Tables changed; a transaction's own changes are not in what is remembered between transactions."""
        self.happened: dict[int, list[tuple[datetime, Event]]] = {}
        """Events of each person kept in this transaction and not yet in their outlines."""
        self.news: set[str] = set()
        """Tables that others wait for (`outbox`); the store tells them after the commit."""

    def write(self, statement: Prepared, **params: Any) -> None:
        """Queue a statement whose result nobody needs."""
        self.touched.add(statement.writes_to)
        self._queued.append((statement, params))

    def write_many(self, statement: Prepared, rows: Sequence[Params]) -> None:
        """Queue one statement for many rows."""
        if rows:
            self.touched.add(statement.writes_to)
            self._queued.append((statement, rows))

    def write_rows(
        self, statement: Prepared, names: tuple[str, ...], values: Sequence[tuple[Any, ...]]
    ) -> None:
        """As `write_many`, for thousands of rows."""
        if values:
            self.touched.add(statement.writes_to)
            self._queued.append((statement, Rows(names, values)))

    async def fetch(self, statement: Prepared, **params: Any) -> list[Row]:
        """All rows of a read, after everything queued so far."""
        if statement.writes_to:
            self.touched.add(statement.writes_to)
        for at, (wished, values, rows) in enumerate(self._foreseen):
            if wished is statement and values == params:
                del self._foreseen[at]
                return rows
        wishes, self._wished = self._wished, []
        found, *foreseen = await self._connection.fetch(self.take_queued(), (statement, params), *wishes)
        self._foreseen = [(*wish, rows) for wish, rows in zip(wishes, foreseen, strict=True)]
        return found

    def foresee(self, statement: Prepared, **params: Any) -> None:
        """Have a read done in the same hop as the next one, for the `fetch` or `first` of it that comes soon.

        For rows that do not change between the two.
        """
        self._wished.append((statement, params))

    async def new_ids(self, table: str, count: int) -> Sequence[int]:
        """Ids for rows to be added to a table, in order; they are taken once rows with them are written."""
        return await self._connection.new_ids(self.take_queued(), table, count)

    async def study(self, table: str) -> None:
        """After many rows of a table were changed and committed: what is read next is planned anew."""
        await self._connection.study(table)

    async def first(self, statement: Prepared, **params: Any) -> Row | None:
        """The first row of a read, or None."""
        rows = await self.fetch(statement, **params)
        return rows[0] if rows else None

    async def change(self, statement: Prepared, **params: Any) -> int:
        """Carry out a statement and say how many rows it changed: compare-and-set."""
        self.touched.add(statement.writes_to)
        return await self._connection.change(self.take_queued(), statement, params)

    def take_queued(self) -> list[Work]:
        """Everything queued and not yet carried out; the store asks for it at the commit."""
        queued, self._queued = self._queued, []
        return queued
