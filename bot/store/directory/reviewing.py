"""What a coordinator is to look at, and what becomes of it: hidden, left out for good, shown again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, null, select, update

from bot.domain.ids import OfferingId
from bot.store.directory.offering_tables import edition, offering, seen, suspect
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

_seen_now = and_(edition.c.offering_id == offering.c.id, seen)
_entries = select(
    offering.c.id, offering.c.key, edition.c.name, source.c.name.label("source_name"), edition.c.page
)
_WAITING = prepared(
    _entries.select_from(offering.join(source, source.c.id == offering.c.source_id).join(edition, _seen_now))
    .where(offering.c.hidden_why == "review", offering.c.hidden_at.is_not(None))
    .order_by(offering.c.id)
)
_SUSPECTS = prepared(
    _entries.select_from(
        offering.join(suspect, suspect.c.offering_id == offering.c.id)
        .join(source, source.c.id == offering.c.source_id)
        .join(edition, _seen_now)
    )
    .where(
        offering.c.id.in_(select(suspect.c.offering_id)),  # few: so they are looked at first
        suspect.c.since_generation <= source.c.generation,
    )
    .order_by(suspect.c.since_generation, offering.c.id)
)
_HIDE = prepared(
    update(offering)
    .where(offering.c.id == bindparam("offering"), offering.c.hidden_at.is_(None))
    .values(hidden_at=bindparam("now"))
)
_RETIRE = prepared(
    update(offering)
    .where(offering.c.id == bindparam("offering"), offering.c.hidden_at.is_not(None))
    .values(hidden_why="retired")
)
_SHOW_AGAIN = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(hidden_at=null(), hidden_why="")
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry for a coordinator to look at."""

    offering: OfferingId
    key: str
    name: str
    source: str
    page: str


async def waiting(tx: Transaction) -> list[Waiting]:
    """New services that wait for a coordinator, oldest first."""
    return [_waiting(row) for row in await tx.fetch(_WAITING)]


async def suspects(tx: Transaction) -> list[Waiting]:
    """Entries that are shown and that their source no longer had, oldest first."""
    return [_waiting(row) for row in await tx.fetch(_SUSPECTS)]


def _waiting(row: Row) -> Waiting:
    return Waiting(OfferingId(row["id"]), row["key"], row["name"], row["source_name"], row["page"])


def hide(tx: Transaction, which: OfferingId, now: datetime) -> None:
    """Show it to nobody until a coordinator has looked."""
    tx.write(_HIDE, offering=which, now=to_ms(now))


def retire(tx: Transaction, which: OfferingId) -> None:
    """What is hidden is to stay so: it waits for nobody any more, and stays hidden when it is merged."""
    tx.write(_RETIRE, offering=which)


def show_again(tx: Transaction, which: OfferingId) -> None:
    """A coordinator has looked: it may be shown."""
    tx.write(_SHOW_AGAIN, offering=which)
