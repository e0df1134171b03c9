"""What a person agreed to have kept: their answers and own words, sealed, one row a name."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Table, UniqueConstraint, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import instant, own_id, ref, sealed, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

answer = Table(
    "answer",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("name", nullable=False),
    sealed("value", nullable=False),
    instant("kept_at", nullable=False),
    UniqueConstraint("person_id", "name"),
)

_PUT = prepared(
    insert(answer)
    .values(
        person_id=bindparam("person"),
        name=bindparam("name"),
        value=bindparam("value"),
        kept_at=bindparam("now"),
    )
    .on_conflict_do_update(
        index_elements=["person_id", "name"], set_={"value": bindparam("value"), "kept_at": bindparam("now")}
    )
)
_ALL = prepared(
    select(answer.c.name, answer.c.value)
    .where(answer.c.person_id == bindparam("person"))
    .order_by(answer.c.id)
)
_DROP_ONE = prepared(
    delete(answer).where(answer.c.person_id == bindparam("person"), answer.c.name == bindparam("name"))
)
_DROP = prepared(delete(answer).where(answer.c.person_id == bindparam("person")))


def put(tx: Transaction, who: PersonId, name: str, value: Any, now: datetime) -> None:
    """Keep an answer; the one before under this name is replaced."""
    text = json.dumps(value, ensure_ascii=False)
    tx.write(
        _PUT, person=who, name=name, value=tx.vault.seal(who, "answer.value", name, text), now=to_ms(now)
    )


async def all_of(tx: Transaction, who: PersonId) -> dict[str, Any]:
    """Everything kept of a person that is not damaged. Their key must be unlocked."""
    opened = {
        row["name"]: tx.vault.read(who, "answer.value", row["name"], row["value"])
        for row in await tx.fetch(_ALL, person=who)
    }
    return {name: json.loads(value) for name, value in opened.items() if value is not None}


def drop(tx: Transaction, who: PersonId, name: str) -> None:
    """Delete one answer."""
    tx.write(_DROP_ONE, person=who, name=name)


def drop_all(tx: Transaction, who: PersonId) -> None:
    """Delete everything kept of a person."""
    tx.write(_DROP, person=who)
