"""Sources that an operator takes away, pauses or resumes."""

from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, or_, select, update

from bot.store.directory.offering_tables import edition, offering, seen
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

_other, _other_edition = offering.alias("other"), edition.alias("their_edition")
_other_source = source.alias("their_source")
_linked = or_(_other.c.id == offering.c.same_as, _other.c.same_as == offering.c.id)
_also_there = exists(
    select(_other.c.id)
    .select_from(
        _other.join(_other_edition, _other_edition.c.offering_id == _other.c.id).join(
            _other_source, _other_source.c.id == _other.c.source_id
        )
    )
    .where(
        _linked,
        _other.c.source_id != offering.c.source_id,
        _other_edition.c.from_generation <= _other_source.c.generation,
        or_(
            _other_edition.c.to_generation.is_(None),
            _other_edition.c.to_generation > _other_source.c.generation,
        ),
    )
)
_mine = (
    select(func.count().label("count"))
    .select_from(
        edition.join(offering, offering.c.id == edition.c.offering_id).join(
            source, source.c.id == edition.c.source_id
        )
    )
    .where(and_(edition.c.source_id == bindparam("source"), seen))
)
_LISTED, _SHARED = prepared(_mine), prepared(_mine.where(_also_there))
_FORGET_FEED = prepared(
    update(source)
    .where(source.c.id == bindparam("source"))
    .values(url="", every_days=0, due_at=None, etag="", modified="")
)
_REMOVE = prepared(
    update(source)
    .where(source.c.id == bindparam("source"), source.c.generation == bindparam("was"))
    .values(generation=0, last_attempt=bindparam("now"), failures=0, last_problem="")
)


async def listed(tx: Transaction, which: int) -> tuple[int, int]:
    """How many entries a source has now, and how many of them another one is known to have too."""
    counts = [await tx.first(statement, source=which) for statement in (_LISTED, _SHARED)]
    has, shared = (int(row["count"]) if row else 0 for row in counts)
    return has, shared


def forget_feed(tx: Transaction, which: int) -> None:
    """A source has no address any more."""
    tx.write(_FORGET_FEED, source=which)


async def remove(tx: Transaction, which: int, was: int, now: datetime) -> bool:
    """A source whose last generation, `was`, holds nothing is one no more: `Source.removed` tells it.

    False where something came in since.
    """
    return await tx.change(_REMOVE, source=which, was=was, now=to_ms(now)) == 1
