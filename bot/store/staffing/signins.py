"""Sign-in links and the sessions they open: only fingerprints of the secrets are here."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, instant, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

sign_in_link = Table(
    "sign_in_link",
    metadata,
    words("digest", primary_key=True),
    ref("person_id", "person.id", nullable=False),
    instant("expires_at", nullable=False),
    instant("spent_at"),
    Index(None, "person_id"),
)
web_session = Table(
    "web_session",
    metadata,
    words("digest", primary_key=True),
    ref("person_id", "person.id", nullable=False),
    instant("began_at", nullable=False),
    instant("seen_at", nullable=False),
    Index(None, "person_id"),
)


@dataclass(frozen=True, slots=True)
class WebSession:
    """Who is signed in, since when, and when they last opened a page."""

    person: PersonId
    began: datetime
    seen: datetime
    digest: str

    def is_of(self, token: str) -> bool:
        """Whether this is the session of that secret."""
        return self.digest == fingerprint(token)


_ADD_LINK = prepared(
    insert(sign_in_link).values(
        digest=bindparam("digest"), person_id=bindparam("person"), expires_at=bindparam("expires")
    )
)
_DROP_LINKS = prepared(delete(sign_in_link).where(sign_in_link.c.person_id == bindparam("person")))
_OPEN_LINK = prepared(
    select(sign_in_link.c.person_id).where(
        sign_in_link.c.digest == bindparam("digest"),
        sign_in_link.c.spent_at.is_(None),
        sign_in_link.c.expires_at > bindparam("now"),
    )
)
_SPEND = prepared(
    update(sign_in_link)
    .where(
        sign_in_link.c.digest == bindparam("digest"),
        sign_in_link.c.spent_at.is_(None),
        sign_in_link.c.expires_at > bindparam("now"),
    )
    .values(spent_at=bindparam("now"))
)
_ADD_SESSION = prepared(
    insert(web_session).values(
        digest=bindparam("digest"),
        person_id=bindparam("person"),
        began_at=bindparam("now"),
        seen_at=bindparam("now"),
    )
)
_SESSION = prepared(select(web_session).where(web_session.c.digest == bindparam("digest")))
_ALL = prepared(select(web_session).order_by(web_session.c.seen_at.desc(), web_session.c.digest))
_SEEN = prepared(
    update(web_session).where(web_session.c.digest == bindparam("digest")).values(seen_at=bindparam("now"))
)
_END = prepared(delete(web_session).where(web_session.c.digest == bindparam("digest")))


def fingerprint(secret: str) -> str:
    """What is kept of a secret of 128 random bits or more: nobody gets from here back to it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def add_link(tx: Transaction, token: str, who: PersonId, expires: datetime) -> None:
    """A new link for `who`; their older ones end with it."""
    tx.write(_DROP_LINKS, person=who)
    tx.write(_ADD_LINK, digest=fingerprint(token), person=who, expires=to_ms(expires))


async def link_for(tx: Transaction, token: str, now: datetime) -> PersonId | None:
    """Whose link this is, while it can still be used. Changes nothing."""
    row = await tx.first(_OPEN_LINK, digest=fingerprint(token), now=to_ms(now))
    return None if row is None else PersonId(row["person_id"])


async def spend_link(tx: Transaction, token: str, now: datetime) -> bool:
    """Use a link up; False when it was used before, is too old, or never was."""
    return await tx.change(_SPEND, digest=fingerprint(token), now=to_ms(now)) > 0


def add_session(tx: Transaction, token: str, who: PersonId, now: datetime) -> None:
    """`who` is signed in from now on with this token."""
    tx.write(_ADD_SESSION, digest=fingerprint(token), person=who, now=to_ms(now))


async def session(tx: Transaction, token: str) -> WebSession | None:
    """The session of a token, however old."""
    return await session_by(tx, fingerprint(token))


async def session_by(tx: Transaction, digest: str) -> WebSession | None:
    """The session whose fingerprint this is."""
    row = await tx.first(_SESSION, digest=digest)
    return None if row is None else _read(row)


async def sessions(tx: Transaction) -> list[WebSession]:
    """Every session that was not ended, the last used first."""
    return [_read(row) for row in await tx.fetch(_ALL)]


def seen(tx: Transaction, token: str, now: datetime) -> None:
    """A page was opened in this session."""
    tx.write(_SEEN, digest=fingerprint(token), now=to_ms(now))


def end_session(tx: Transaction, token: str) -> None:
    """Nobody is signed in with this token any more."""
    end_session_by(tx, fingerprint(token))


def end_session_by(tx: Transaction, digest: str) -> None:
    """Nobody is signed in with the token of this fingerprint any more."""
    tx.write(_END, digest=digest)


def _read(row: Row) -> WebSession:
    return WebSession(
        PersonId(row["person_id"]), from_ms(row["began_at"]), from_ms(row["seen_at"]), row["digest"]
    )
