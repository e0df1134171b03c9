"""Where each person is in a conversation: one row a person, what they answered sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import instant, ref, sealed, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

session = Table(
    "session",
    metadata,
    ref("person_id", "person.id", primary_key=True),
    words("flow", nullable=False),
    Column("version", Integer, nullable=False),
    words("step", nullable=False),
    Column("seq", Integer, nullable=False),
    instant("updated_at", nullable=False),
    sealed("state", nullable=False),
)


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A session as it is kept: its JSON, and when the person last moved in it (ms)."""

    state: str
    updated_ms: int


_GET = prepared(
    select(session.c.state, session.c.updated_at).where(session.c.person_id == bindparam("person"))
)
_VALUES: dict[str, Any] = {
    "flow": bindparam("flow"),
    "version": bindparam("version"),
    "step": bindparam("step"),
    "seq": bindparam("seq"),
    "updated_at": bindparam("now"),
    "state": bindparam("state"),
}
_PUT = prepared(
    insert(session)
    .values(person_id=bindparam("person"), **_VALUES)
    .on_conflict_do_update(index_elements=["person_id"], set_=_VALUES)
)
_MOVED = prepared(
    select(session.c.seq).where(
        session.c.person_id == bindparam("person"),
        session.c.step != "",
        session.c.updated_at > bindparam("since"),
    )
)


async def get(tx: Transaction, who: PersonId) -> SavedSession | None:
    """The person's session; None if there is none, or it is damaged. Their key must be unlocked."""
    row = await tx.first(_GET, person=who)
    return None if row is None else read(tx, who, row["state"], row["updated_at"])


def read(tx: Transaction, who: PersonId, state: bytes, updated_at: int) -> SavedSession | None:
    """A session's row opened; None for one that is damaged: the person then begins anew."""
    opened = tx.vault.read(who, "session.state", who, state)
    return None if opened is None else SavedSession(opened, updated_at)


def put(
    tx: Transaction, who: PersonId, *, flow: str, version: int, step: str, seq: int, state: str, now: datetime
) -> None:
    """Keep where the person is."""
    tx.write(
        _PUT,
        person=who,
        flow=flow,
        version=version,
        step=step,
        seq=seq,
        now=to_ms(now),
        state=tx.vault.seal(who, "session.state", who, state),
    )


async def moved_since(tx: Transaction, who: PersonId, since: datetime) -> bool:
    """Whether the person is in the middle of a conversation that has gone on since then."""
    return await tx.first(_MOVED, person=who, since=to_ms(since)) is not None
