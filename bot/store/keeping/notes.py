"""Single facts the service keeps about itself: the last poll, boots, heartbeats."""

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.store.engine.columns import words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

service_note = Table(
    "service_note", metadata, words("name", primary_key=True), words("value", nullable=False)
)

_PUT = prepared(
    insert(service_note)
    .values(name=bindparam("name"), value=bindparam("value"))
    .on_conflict_do_update(index_elements=["name"], set_={"value": bindparam("value")})
)
_PUT_ONCE = prepared(
    insert(service_note).values(name=bindparam("name"), value=bindparam("value")).on_conflict_do_nothing()
)
_GET = prepared(select(service_note.c.value).where(service_note.c.name == bindparam("name")))


def put(tx: Transaction, name: str, value: str) -> None:
    """Keep a fact; the one before is replaced."""
    tx.write(_PUT, name=name, value=value)


def put_once(tx: Transaction, name: str, value: str) -> None:
    """Keep a fact unless there is one of that name already, by another process perhaps."""
    tx.write(_PUT_ONCE, name=name, value=value)


async def get(tx: Transaction, name: str) -> str | None:
    """A fact, or None."""
    row = await tx.first(_GET, name=name)
    return None if row is None else str(row["value"])
