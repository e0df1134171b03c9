"""Moments at which something is to happen: rows, never jobs in memory."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

timer = Table(
    "timer",
    metadata,
    own_id(),
    words("key", nullable=False),
    ref("person_id", "person.id", nullable=False),
    words("kind", nullable=False),
    Column("seq", Integer, nullable=False),
    whole("object_id"),
    instant("due_at", nullable=False),
    UniqueConstraint("key"),
    Index(None, "due_at", "id"),
    Index(None, "person_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Timer:
    """One row: `kind` says what is to happen, `object_id` to what, `seq` at which step it was set."""

    key: str
    person: PersonId
    kind: str
    seq: int
    object_id: int | None
    due: datetime


_SET = prepared(
    insert(timer)
    .values(
        key=bindparam("key"),
        person_id=bindparam("person"),
        kind=bindparam("kind"),
        seq=bindparam("seq"),
        object_id=bindparam("object_id"),
        due_at=bindparam("due"),
    )
    .on_conflict_do_update(index_elements=["key"], set_={"due_at": bindparam("due"), "seq": bindparam("seq")})
)
_DUE = prepared(
    select(timer)
    .where(timer.c.due_at <= bindparam("now"))
    .order_by(timer.c.due_at, timer.c.id)
    .limit(bindparam("most"))
)
_OF_KIND = prepared(select(timer).where(timer.c.kind == bindparam("kind")))
_DUE_AT = prepared(select(timer.c.due_at).where(timer.c.key == bindparam("key")))
_DROP = prepared(delete(timer).where(timer.c.key == bindparam("key")))
_DROP_OF = prepared(
    delete(timer).where(timer.c.person_id == bindparam("person"), timer.c.kind == bindparam("kind"))
)
_HOW_IT_WENT = prepared(
    select(timer.c.id)
    .where(
        timer.c.person_id == bindparam("person"),
        timer.c.kind.in_(["group_how_was_it", "appointment_after"]),
        timer.c.due_at >= bindparam("since"),
        timer.c.due_at < bindparam("until"),
    )
    .limit(1)
)
_NEXT = prepared(select(func.min(timer.c.due_at).label("due")))


def put(tx: Transaction, set_to: Timer) -> None:
    """Set a timer; the same key again moves it."""
    tx.write(
        _SET,
        key=set_to.key,
        person=set_to.person,
        kind=set_to.kind,
        seq=set_to.seq,
        object_id=set_to.object_id,
        due=to_ms(set_to.due),
    )


async def due(tx: Transaction, now: datetime, most: int) -> list[Timer]:
    """At most `most` timers whose time has come, the longest due first."""
    return [_timer(row) for row in await tx.fetch(_DUE, now=to_ms(now), most=most)]


async def of_kind(tx: Transaction, kind: str) -> list[Timer]:
    """All timers of one kind, whosever."""
    return [_timer(row) for row in await tx.fetch(_OF_KIND, kind=kind)]


async def due_at(tx: Transaction, key: str) -> datetime | None:
    """When a timer is due (UTC), or None."""
    row = await tx.first(_DUE_AT, key=key)
    return None if row is None else from_ms(row["due_at"])


async def drop(tx: Transaction, key: str) -> bool:
    """Take a timer away, fired or no longer wanted; False if it was gone."""
    return await tx.change(_DROP, key=key) == 1


def drop_of(tx: Transaction, who: PersonId, kind: str) -> None:
    """Take all of a person's timers of one kind away."""
    tx.write(_DROP_OF, person=who, kind=kind)


async def take_back(tx: Transaction, who: PersonId, kind: str) -> bool:
    """As `drop_of`; whether there was one."""
    return bool(await tx.change(_DROP_OF, person=who, kind=kind))


async def asks_how_it_went(tx: Transaction, who: PersonId, since: datetime, until: datetime) -> bool:
    """Whether a person is to be asked between the two how a group or an appointment went."""
    return bool(await tx.fetch(_HOW_IT_WENT, person=who, since=to_ms(since), until=to_ms(until)))


async def next_due(tx: Transaction) -> datetime | None:
    """When the next timer is due, or None."""
    row = await tx.first(_NEXT)
    return None if row is None or row["due"] is None else from_ms(row["due"])


def _timer(row: Row) -> Timer:
    who, due = PersonId(row["person_id"]), from_ms(row["due_at"])
    return Timer(row["key"], who, row["kind"], row["seq"], row["object_id"], due)
