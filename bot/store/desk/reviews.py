"""What staff say of conversations: reviewed by whom and when, and notes that only staff read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.desk.outline import FAR
from bot.domain.ids import PersonId
from bot.store.conversing import people
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, whole
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

review = Table(
    "review",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    instant("about_at", nullable=False),
    instant("at", nullable=False),
    whole("by_id"),
    UniqueConstraint("person_id", "about_at"),
)
review_note = Table(
    "review_note",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    instant("about_at", nullable=False),
    instant("at", nullable=False),
    whole("by_id"),
    sealed("note"),
    Index(None, "person_id", "about_at"),
    sqlite_autoincrement=True,
)
_PUT = prepared(
    insert(review)
    .values(
        person_id=bindparam("person"), about_at=bindparam("about"), at=bindparam("now"), by_id=bindparam("by")
    )
    .on_conflict_do_update(
        index_elements=["person_id", "about_at"], set_={"at": bindparam("now"), "by_id": bindparam("by")}
    )
)
_LAST = prepared(
    select(review)
    .where(
        review.c.person_id == bindparam("person"),
        review.c.about_at >= bindparam("began"),
        review.c.about_at <= bindparam("last"),
    )
    .order_by(review.c.at.desc())
    .limit(1)
)
_ADD = prepared(
    insert(review_note).values(
        person_id=bindparam("person"),
        about_at=bindparam("about"),
        at=bindparam("now"),
        by_id=bindparam("by"),
        note=bindparam("note"),
    )
)
_NOTES = prepared(
    select(review_note)
    .where(
        review_note.c.person_id == bindparam("person"),
        review_note.c.about_at >= bindparam("began"),
        review_note.c.about_at <= bindparam("last"),
    )
    .order_by(review_note.c.id)
)


@dataclass(frozen=True, slots=True)
class Said:
    """A review (`note` is ""), or a note: by whom (None once they were erased), and when."""

    by: PersonId | None
    at: datetime
    note: str = ""


def reviewed(tx: Transaction, who: PersonId, about: datetime, by: PersonId, now: datetime) -> None:
    """The conversation of `who` that was going on at `about` has been reviewed."""
    tx.write(_PUT, person=who, about=to_ms(about), now=to_ms(now), by=by)


async def last_review(tx: Transaction, who: PersonId, began: datetime, last: datetime) -> Said | None:
    """The last review of the conversation between these times, or None."""
    row = await tx.first(_LAST, person=who, began=to_ms(began), last=to_ms(last))
    return None if row is None else Said(_by(row["by_id"]), from_ms(row["at"]))


async def add_note(
    tx: Transaction, who: PersonId, about: datetime, by: PersonId, note: str, now: datetime
) -> bool:
    """Keep a note about a conversation, sealed with the person's key; False when they are gone."""
    if not await people.unlock(tx, who):
        return False
    kept = tx.vault.seal(who, "review_note.note", to_ms(about), note)
    tx.write(_ADD, person=who, about=to_ms(about), now=to_ms(now), by=by, note=kept)
    return True


async def notes(tx: Transaction, who: PersonId, began: datetime, last: datetime) -> list[Said]:
    """The notes about the conversation between these times, oldest first."""
    rows = await tx.fetch(_NOTES, person=who, began=to_ms(began), last=to_ms(last))
    if not rows or not await people.unlock(tx, who):
        return []
    return [
        Said(
            _by(row["by_id"]),
            from_ms(row["at"]),
            tx.vault.read(who, "review_note.note", row["about_at"], row["note"]) or "",
        )
        for row in rows
    ]


async def of_person(tx: Transaction, who: PersonId) -> list[Said]:
    """Every note about a person, for themselves to read. Their key must be unlocked."""
    return await notes(tx, who, from_ms(0), FAR)


def _by(found: int | None) -> PersonId | None:
    return None if found is None else PersonId(found)
