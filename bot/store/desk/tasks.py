"""Things for staff to do for somebody: look for what could not be found, ring back, ask around."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.conversing import people
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

task = Table(
    "task",
    metadata,
    own_id(),
    words("kind", nullable=False),
    ref("person_id", "person.id", nullable=False),
    sealed("note"),
    ref("owner_id", "person.id"),
    instant("created_at", nullable=False),
    instant("due_at", nullable=False),
    instant("done_at"),
    Index(None, "done_at", "due_at"),
    Index(None, "person_id", "kind"),
    sqlite_autoincrement=True,
)

_OF_KIND = prepared(
    select(task.c.id).where(
        task.c.person_id == bindparam("person"), task.c.kind == bindparam("what"), task.c.done_at.is_(None)
    )
)
_ADD = prepared(
    insert(task)
    .values(
        kind=bindparam("what"),
        person_id=bindparam("person"),
        note=bindparam("note"),
        owner_id=bindparam("owner"),
        created_at=bindparam("now"),
        due_at=bindparam("due"),
    )
    .returning(task.c.id)
)
_GET = prepared(select(task).where(task.c.id == bindparam("task")))
_OPEN = prepared(select(task).where(task.c.done_at.is_(None)).order_by(task.c.due_at, task.c.id))
_OPEN_OF = prepared(
    select(task)
    .where(task.c.person_id == bindparam("person"), task.c.done_at.is_(None))
    .order_by(task.c.due_at, task.c.id)
)
_GIVE = prepared(
    update(task)
    .where(task.c.id == bindparam("task"), task.c.done_at.is_(None))
    .values(owner_id=bindparam("owner"), due_at=bindparam("due"))
)
_DONE = prepared(
    update(task)
    .where(task.c.id == bindparam("task"), task.c.done_at.is_(None))
    .values(done_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `kind` is a code ("daily_work"), `note` what to know, "" without one. Times are UTC."""

    id: int
    kind: str
    person: PersonId
    note: str
    owner: PersonId | None
    due: datetime
    done: datetime | None


async def add(
    tx: Transaction,
    who: PersonId,
    kind: str,
    due: datetime,
    now: datetime,
    *,
    note: str = "",
    again: bool = False,
) -> int | None:
    """Note something to be done for a person; its number, or None when the same is still to be done.

    `again`: there may be several of that kind. The person's key must be unlocked for a note.
    """
    if not again and await tx.first(_OF_KIND, person=who, what=kind) is not None:
        return None
    kept = tx.vault.seal(who, "task.note", kind, note) if note else None
    row = await tx.first(_ADD, what=kind, person=who, note=kept, owner=None, now=to_ms(now), due=to_ms(due))
    assert row is not None
    return int(row["id"])


async def get(tx: Transaction, which: int) -> Task | None:
    """A task as it is."""
    row = await tx.first(_GET, task=which)
    return None if row is None else await _task(tx, row)


async def still_open(tx: Transaction) -> list[Task]:
    """Everything not done, what is due first before the rest."""
    return [await _task(tx, row) for row in await tx.fetch(_OPEN)]


async def open_of(tx: Transaction, who: PersonId) -> list[Task]:
    """What is still to be done for a person, what is due first before the rest."""
    return [await _task(tx, row) for row in await tx.fetch(_OPEN_OF, person=who)]


async def give(tx: Transaction, which: int, owner: PersonId | None, due: datetime) -> bool:
    """Say who does it (None for nobody yet) and by when; False when it is done already."""
    return await tx.change(_GIVE, task=which, owner=owner, due=to_ms(due)) == 1


async def done(tx: Transaction, which: int, now: datetime) -> bool:
    """It is done; False when it was done already."""
    return await tx.change(_DONE, task=which, now=to_ms(now)) == 1


async def _task(tx: Transaction, row: Row) -> Task:
    who, kept, owner = PersonId(row["person_id"]), row["note"], row["owner_id"]
    opens = kept is not None and await people.unlock(tx, who)
    note = tx.vault.read(who, "task.note", row["kind"], kept) if opens else None
    return Task(
        int(row["id"]),
        row["kind"],
        who,
        note or "",
        None if owner is None else PersonId(owner),
        from_ms(row["due_at"]),
        None if row["done_at"] is None else from_ms(row["done_at"]),
    )
