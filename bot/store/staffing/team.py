"""What new staff have done before their first talk, and who is suspended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

training = Table(
    "training",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("item", nullable=False),
    instant("at", nullable=False),
    whole("ticked_by", nullable=False),
    UniqueConstraint("person_id", "item"),
)
suspension = Table(
    "suspension",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("roles", nullable=False),
    instant("at", nullable=False),
    instant("ended_at"),
    Index(None, "person_id"),
)

_TICK = prepared(
    insert(training)
    .values(
        person_id=bindparam("person"), item=bindparam("what"), at=bindparam("now"), ticked_by=bindparam("by")
    )
    .on_conflict_do_nothing()
)
_TICKED = prepared(select(training.c.item).where(training.c.person_id == bindparam("person")))
_SUSPEND = prepared(
    insert(suspension).values(person_id=bindparam("person"), roles=bindparam("held"), at=bindparam("now"))
)
_SUSPENDED = prepared(
    select(suspension).where(suspension.c.ended_at.is_(None)).order_by(suspension.c.person_id)
)
_LIFT = prepared(
    update(suspension)
    .where(suspension.c.person_id == bindparam("person"), suspension.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Suspended:
    """Who does not work here for now, since when, and the roles they come back to."""

    person: PersonId
    roles: tuple[str, ...]
    since: datetime


async def tick(tx: Transaction, who: PersonId, item: str, by: PersonId, now: datetime) -> bool:
    """Somebody has done one thing of the list; False when it was ticked before."""
    return await tx.change(_TICK, person=who, what=item, by=by, now=to_ms(now)) == 1


async def ticked(tx: Transaction, who: PersonId) -> frozenset[str]:
    """What somebody has done of the list."""
    return frozenset(row["item"] for row in await tx.fetch(_TICKED, person=who))


def suspend(tx: Transaction, who: PersonId, roles: tuple[str, ...], now: datetime) -> None:
    """Note that somebody does not work here for now; ending the grants is the caller's."""
    tx.write(_SUSPEND, person=who, held=" ".join(roles), now=to_ms(now))


async def suspended(tx: Transaction) -> list[Suspended]:
    """Everybody who is suspended, by id."""
    return [
        Suspended(PersonId(row["person_id"]), tuple(row["roles"].split()), from_ms(row["at"]))
        for row in await tx.fetch(_SUSPENDED)
    ]


async def lift(tx: Transaction, who: PersonId, now: datetime) -> bool:
    """They work here again; False when they were not suspended."""
    return await tx.change(_LIFT, person=who, now=to_ms(now)) > 0
