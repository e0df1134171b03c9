"""Who said of which offering that it was not there; settled once a coordinator has looked."""

from datetime import datetime

from sqlalchemy import Table, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import OfferingId, PersonId
from bot.store.engine.columns import instant, own_id, ref, to_ms
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

report = Table(
    "report",
    metadata,
    own_id(),
    ref("offering_id", "offering.id", nullable=False),
    ref("person_id", "person.id", nullable=False, index=True),
    instant("at", nullable=False),
    UniqueConstraint("offering_id", "person_id"),
)

_ADD = prepared(
    insert(report)
    .values(offering_id=bindparam("offering"), person_id=bindparam("person"), at=bindparam("now"))
    .on_conflict_do_nothing()
)
_COUNT = prepared(
    select(func.count().label("people"))
    .select_from(report)
    .where(report.c.offering_id == bindparam("offering"))
)
_CLEAR = prepared(delete(report).where(report.c.offering_id == bindparam("offering")))


async def report_missing(tx: Transaction, which: OfferingId, who: PersonId, now: datetime) -> int:
    """Note that `who` found nothing there; the number of different people who have said so."""
    tx.write(_ADD, offering=which, person=who, now=to_ms(now))
    return await count(tx, which)


async def count(tx: Transaction, which: OfferingId) -> int:
    """How many different people have said that it was not there."""
    row = await tx.first(_COUNT, offering=which)
    return int(row["people"]) if row else 0


def settle(tx: Transaction, which: OfferingId) -> None:
    """A coordinator has looked: what was said counts no more."""
    tx.write(_CLEAR, offering=which)
