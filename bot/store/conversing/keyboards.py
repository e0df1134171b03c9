"""Buttons: what each opaque press means, for whom, and until when."""

import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column, Index, Integer, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import instant, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

LASTS = timedelta(days=30)

keyboard = Table(
    "keyboard",
    metadata,
    words("token", primary_key=True),
    ref("person_id", "person.id", nullable=False),
    Column("seq", Integer, nullable=False),
    words("actions", nullable=False),
    instant("expires_at", nullable=False),
    Index(None, "expires_at"),
    Index(None, "person_id"),
)

_ADD = prepared(
    insert(keyboard).values(
        token=bindparam("token"),
        person_id=bindparam("person"),
        seq=bindparam("seq"),
        actions=bindparam("actions"),
        expires_at=bindparam("expires"),
    )
)
_GET = prepared(
    select(keyboard.c.seq, keyboard.c.actions, keyboard.c.person_id, keyboard.c.expires_at).where(
        keyboard.c.token == bindparam("token")
    )
)
_NEWEST = prepared(
    select(keyboard.c.actions)
    .where(keyboard.c.person_id == bindparam("person"), keyboard.c.expires_at > bindparam("until"))
    .order_by(keyboard.c.expires_at.desc())
    .limit(1)
)
_EXPIRE = prepared(delete(keyboard).where(keyboard.c.expires_at <= bindparam("now")))


def add(tx: Transaction, who: PersonId, seq: int, actions: list[str], now: datetime) -> list[str]:
    """Register the actions of one message's buttons and return the opaque data for each, in order."""
    token = secrets.token_urlsafe(12)
    tx.write(
        _ADD,
        token=token,
        person=who,
        seq=seq,
        actions=json.dumps(actions),
        expires=to_ms(now + LASTS),
    )
    return [f"{token}:{n}" for n in range(len(actions))]


def foresee(tx: Transaction, data: str) -> None:
    """Have what `meaning` will need read along with the next read."""
    tx.foresee(_GET, token=data.partition(":")[0])


async def meaning(tx: Transaction, who: PersonId, data: str, now: datetime) -> tuple[str, int] | None:
    """The action and the step's number behind a press; None when unknown, expired or somebody else's."""
    token, _, number = data.partition(":")
    if not number.isdecimal() or len(number) > 3:
        return None
    row = await tx.first(_GET, token=token)
    if row is None or row["person_id"] != who or row["expires_at"] <= to_ms(now):
        return None
    actions: list[str] = json.loads(row["actions"])
    return (actions[int(number)], row["seq"]) if int(number) < len(actions) else None


async def newest(tx: Transaction, who: PersonId, since: datetime) -> list[str]:
    """The actions of the buttons somebody was given last, if that was after `since`."""
    row = await tx.first(_NEWEST, person=who, until=to_ms(since + LASTS))
    actions: list[str] = [] if row is None else json.loads(row["actions"])
    return actions


def expire(tx: Transaction, now: datetime) -> None:
    """Forget keyboards past their time."""
    tx.write(_EXPIRE, now=to_ms(now))
