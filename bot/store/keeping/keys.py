"""The master key's mark in the database: the service's own key, wrapped by it, tells it from any other key.

Under a master key that is not this database's nothing is changed, not even by a migration.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import URL, Connection, NullPool, bindparam, create_engine, inspect, select, update

from bot.domain.ids import PersonId
from bot.store.conversing.people import person_key
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.keeping import notes
from bot.store.keeping.notes import service_note
from bot.store.keeping.vault import SERVICE, CannotOpen, Vault
from bot.store.store import Store

log = structlog.get_logger()

MARK = "service_key"
_TRIED = 5

_NEWEST = (
    select(person_key.c.person_id, person_key.c.wrapped)
    .where(person_key.c.wrapped.is_not(None))
    .order_by(person_key.c.person_id.desc())
    .limit(_TRIED)
)
_NEWEST_KEYS = prepared(_NEWEST)
_ALL_KEYS = prepared(
    select(person_key.c.person_id, person_key.c.wrapped).where(person_key.c.wrapped.is_not(None))
)
_WRAP_ANEW = prepared(
    update(person_key)
    .where(person_key.c.person_id == bindparam("person"))
    .values(wrapped=bindparam("new_wrapped"))
)


class WrongKey(RuntimeError):
    """The master key is not the one this database was made with. Says so in one line, with what to do."""

    def __init__(self) -> None:
        super().__init__(
            "environment: master_key does not open this database; nothing was changed. Fix: set "
            "FOOTHOLD_MASTER_KEY_FILE to the key it was made with, or since then changed to by foothold rekey"
        )


class Fit(Enum):
    """How a master key and a database go together."""

    OPENS = auto()
    NEW = auto()
    """There is no mark yet, and no person's key that says otherwise."""
    MARK_DAMAGED = auto()
    """People's keys open, and the mark does not."""
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What `rewrap` did. `damaged` keys did not open before and do not now."""

    people: int
    damaged: int


async def fit(tx: Transaction) -> Fit:
    """How the vault's master key goes with the database."""
    mark = await notes.get(tx, MARK)
    keys = [(PersonId(row["person_id"]), row["wrapped"]) for row in await tx.fetch(_NEWEST_KEYS)]
    return _fit(tx.vault, mark, keys)


async def unlock(tx: Transaction) -> Fit:
    """`fit`, and the service's own key unlocked where it opens."""
    found, mark = await fit(tx), await notes.get(tx, MARK)
    if found is Fit.OPENS and mark is not None:
        tx.vault.unlock(SERVICE, bytes.fromhex(mark))
    return found


def refuse_wrong(connection: Connection, vault: Vault) -> None:
    """`fit` on a plain connection, before a migration. Raises WrongKey."""
    there = set(inspect(connection).get_table_names())
    if not {service_note.name, person_key.name} <= there:
        return
    mark = connection.execute(select(service_note.c.value).where(service_note.c.name == MARK)).scalar()
    keys: list[tuple[PersonId, Any]] = [(PersonId(who), key) for who, key in connection.execute(_NEWEST)]
    if _fit(vault, mark, keys) is Fit.WRONG:
        raise WrongKey


def opens_file(database: Path, vault: Vault) -> bool:
    """Whether the vault's master key is that of a SQLite database, whose tables are today's."""
    engine = create_engine(URL.create("sqlite", database=str(database)), poolclass=NullPool)
    with engine.connect() as connection:
        try:
            refuse_wrong(connection, vault)
        except WrongKey:
            return False
    return True


async def ready(store: Store, *, locked: bool) -> Store:
    """A store just opened, with the service's own key unlocked unless `locked`; closed when it raises."""
    if locked:
        return store
    try:
        await _take_up(store)
    except BaseException:
        await store.close()
        raise
    return store


async def _take_up(store: Store) -> None:
    """Unlock the service's own key, made at the first start. Raises WrongKey."""
    async with store.reading() as tx:
        found = await unlock(tx)
    if found is Fit.WRONG:
        raise WrongKey
    if found is Fit.OPENS:
        return
    async with store.transaction() as tx:
        new = store.vault.wrap_new(SERVICE).hex()
        if found is Fit.MARK_DAMAGED:
            log.error("service_key_damaged")  # what it had sealed is set aside row by row
            notes.put(tx, MARK, new)
            return
        notes.put_once(tx, MARK, new)
        kept = await notes.get(tx, MARK)
        if kept is not None and kept != new:  # another process was faster
            store.vault.forget(SERVICE)
            store.vault.unlock(SERVICE, bytes.fromhex(kept))


async def rewrap(store: Store, master: bytes) -> Rewrapped:
    """Wrap every key by `master`, 32 bytes, instead: all in one transaction, so a kill leaves old or new.

    What the keys have sealed stays as it is. The store is then to be closed: its vault has the old one.
    """
    async with store.transaction() as tx:
        vault, rows, damaged = tx.vault, [], 0
        for row in await tx.fetch(_ALL_KEYS):
            who = PersonId(row["person_id"])
            try:
                rows.append({"person": who, "new_wrapped": vault.wrap_for(who, row["wrapped"], master)})
            except CannotOpen:
                damaged += 1
        tx.write_many(_WRAP_ANEW, rows)
        mark = await notes.get(tx, MARK)
        assert mark is not None
        notes.put(tx, MARK, vault.wrap_for(SERVICE, bytes.fromhex(mark), master).hex())
    await store.tidy()
    return Rewrapped(len(rows), damaged)


def _fit(vault: Vault, mark: str | None, keys: Iterable[tuple[PersonId, bytes]]) -> Fit:
    if mark is not None and _opens(vault, SERVICE, mark):
        return Fit.OPENS
    opened = [vault.opens_key(who, wrapped) for who, wrapped in keys]
    if mark is None:
        return Fit.NEW if any(opened) or not opened else Fit.WRONG
    return Fit.MARK_DAMAGED if any(opened) else Fit.WRONG


def _opens(vault: Vault, who: PersonId, hexed: str) -> bool:
    try:
        return vault.opens_key(who, bytes.fromhex(hexed))
    except ValueError:
        return False
