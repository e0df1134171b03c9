"""Invitations to work here: single use, for a day, bound to the first account that opens them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

LASTS = timedelta(hours=24)

invite = Table(
    "invite",
    metadata,
    own_id(),
    words("digest", nullable=False, unique=True),
    words("role", nullable=False),
    instant("made_at", nullable=False),
    instant("expires_at", nullable=False),
    ref("person_id", "person.id"),
    instant("used_at"),
    instant("decided_at"),
    Index(None, "person_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation that was opened: to which role, and by whom."""

    id: int
    role: str
    person: PersonId


_ADD = prepared(
    insert(invite).values(
        digest=bindparam("digest"),
        role=bindparam("role"),
        made_at=bindparam("now"),
        expires_at=bindparam("until"),
    )
)
_USE = prepared(
    update(invite)
    .where(
        invite.c.digest == bindparam("hashed"),
        invite.c.used_at.is_(None),
        invite.c.expires_at > bindparam("now"),
    )
    .values(person_id=bindparam("person"), used_at=bindparam("now"))
)
_BY_DIGEST = prepared(select(invite).where(invite.c.digest == bindparam("hashed")))
_DECIDE = prepared(
    update(invite)
    .where(invite.c.id == bindparam("invite"), invite.c.decided_at.is_(None), invite.c.person_id.is_not(None))
    .values(decided_at=bindparam("now"))
)
_GET = prepared(select(invite).where(invite.c.id == bindparam("invite")))


def make(tx: Transaction, role: str, now: datetime) -> str:
    """A new invitation; returns its secret, of which only a digest is kept."""
    token = secrets.token_urlsafe(24)
    tx.write(_ADD, digest=_digest(token), role=role, now=to_ms(now), until=to_ms(now + LASTS))
    return token


async def use(tx: Transaction, token: str, who: PersonId, now: datetime) -> Invite | None:
    """Open an invitation; None when it is spent, too old or unknown."""
    if await tx.change(_USE, hashed=_digest(token), person=who, now=to_ms(now)) != 1:
        return None
    row = await tx.first(_BY_DIGEST, hashed=_digest(token))
    return None if row is None else Invite(row["id"], row["role"], who)


async def decide(tx: Transaction, which: int, now: datetime) -> Invite | None:
    """The first decision about an opened invitation; None for any later one."""
    if await tx.change(_DECIDE, invite=which, now=to_ms(now)) != 1:
        return None
    row = await tx.first(_GET, invite=which)
    return None if row is None else Invite(row["id"], row["role"], PersonId(row["person_id"]))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
