"""What staff write down for staff about a person: a table of its own, which nothing that is sent reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall.note import Note
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

coach_note = Table(
    "coach_note",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    ref("handoff_id", "handoff.id"),
    ref("author_id", "person.id"),
    sealed("body", nullable=False),
    instant("at", nullable=False),
    Index(None, "person_id", "id"),
    Index(None, "at"),
)

_ADD = prepared(
    insert(coach_note).values(
        person_id=bindparam("person"),
        handoff_id=bindparam("handoff"),
        author_id=bindparam("author"),
        body=bindparam("body"),
        at=bindparam("now"),
    )
)
_OF_PERSON = prepared(
    select(coach_note).where(coach_note.c.person_id == bindparam("person")).order_by(coach_note.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A note about a person, by whom (None once they were erased) and when (UTC)."""

    author: PersonId | None
    note: Note
    at: datetime


def add(
    tx: Transaction, who: PersonId, which: HandoffId | None, author: PersonId, note: Note, now: datetime
) -> None:
    """Keep a note about `who`, whose key must be unlocked."""
    body = tx.vault.seal(who, "coach_note.body", to_ms(now), note.for_staff())
    tx.write(_ADD, person=who, handoff=which, author=author, body=body, now=to_ms(now))


async def of_person(tx: Transaction, who: PersonId) -> list[Kept]:
    """Every note about a person, newest first; their key must be unlocked."""
    found = []
    for row in await tx.fetch(_OF_PERSON, person=who):
        words = tx.vault.read(who, "coach_note.body", row["at"], row["body"])
        author = None if row["author_id"] is None else PersonId(row["author_id"])
        if words:
            found.append(Kept(author, Note(words), from_ms(row["at"])))
    return found
