"""Numbers that people gave to be rung: apart from everything else, sealed, and gone with the request."""

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import HandoffId, PersonId
from bot.store.engine.columns import instant, ref, sealed, to_ms
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

call_back = Table(
    "call_back",
    metadata,
    ref("handoff_id", "handoff.id", primary_key=True),
    ref("person_id", "person.id", nullable=False),
    sealed("number", nullable=False),
    instant("at", nullable=False),
    Index(None, "at"),
)

_PUT = prepared(
    insert(call_back)
    .values(
        handoff_id=bindparam("handoff"),
        person_id=bindparam("person"),
        number=bindparam("sealed_number"),
        at=bindparam("now"),
    )
    .on_conflict_do_update(
        index_elements=["handoff_id"], set_={"number": bindparam("sealed_number"), "at": bindparam("now")}
    )
)
_GET = prepared(select(call_back).where(call_back.c.handoff_id == bindparam("handoff")))
_DROP = prepared(delete(call_back).where(call_back.c.handoff_id == bindparam("handoff")))


def put(tx: Transaction, which: HandoffId, who: PersonId, number: str, now: datetime) -> None:
    """Keep the number for whoever accepts; `who`'s key must be unlocked. The one before is replaced."""
    kept = tx.vault.seal(who, "call_back.number", which, number)
    tx.write(_PUT, handoff=which, person=who, sealed_number=kept, now=to_ms(now))


async def get(tx: Transaction, which: HandoffId, who: PersonId) -> str | None:
    """The number, or None; the person's key must be unlocked."""
    row = await tx.first(_GET, handoff=which)
    return None if row is None else tx.vault.read(who, "call_back.number", which, row["number"])


def drop(tx: Transaction, which: HandoffId) -> None:
    """Delete it."""
    tx.write(_DROP, handoff=which)
