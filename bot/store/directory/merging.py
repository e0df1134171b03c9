"""Which entry is shown in the place of which: `offering.same_as`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, exists, false, func, null, or_, select, update

from bot.store.directory.offering_tables import edition, fresh, fresh_of, offering, seen
from bot.store.directory.sources import BY_HAND, BY_HAND_IN_DEMO, source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import among, batches, prepared
from bot.store.engine.transaction import Transaction

_written = offering.alias("written")
_for_good = exists(
    select(_written.c.id)
    .select_from(_written.join(source, source.c.id == _written.c.source_id))
    .where(_written.c.id == offering.c.same_as, source.c.name.in_([BY_HAND, BY_HAND_IN_DEMO]))
)
_free = or_(bindparam("even_written"), ~_for_good)
_APART = prepared(
    update(offering)
    .where(or_(offering.c.id == bindparam("which"), offering.c.same_as == bindparam("which")), _free)
    .values(same_as=null())
)
_PART = prepared(
    update(offering)
    .where(offering.c.id == bindparam("one"), offering.c.same_as == bindparam("other"))
    .values(same_as=null())
)
_SHOWN_FOR = prepared(
    select(offering.c.same_as).where(among(offering.c.id), offering.c.same_as.is_not(None), _free)
)
_POINTING = prepared(select(offering.c.id).where(among(offering.c.same_as), _free))
_edition_of_source = edition.join(source, source.c.id == edition.c.source_id)
_ORPHANS = prepared(
    select(offering.c.id)
    .where(
        offering.c.same_as.is_not(None),
        ~exists(
            select(edition.c.id)
            .select_from(_edition_of_source)
            .where(edition.c.offering_id == offering.c.same_as, seen)
        ),
    )
    .limit(bindparam("most", type_=BigInteger))
)
_GONE = prepared(
    select(offering.c.id)
    .where(
        offering.c.same_as.is_not(None),
        ~_for_good,
        ~exists(
            select(edition.c.id)
            .select_from(_edition_of_source)
            .where(edition.c.offering_id == offering.c.id, seen)
        ),
    )
    .limit(bindparam("most", type_=BigInteger))
)
_shown_source = source.alias("shown_source")
_LEFT_BEHIND = prepared(
    select(offering.c.id)
    .select_from(
        offering.join(_written, _written.c.id == offering.c.same_as)
        .join(source, source.c.id == offering.c.source_id)
        .join(_shown_source, _shown_source.c.id == _written.c.source_id)
    )
    .where(
        offering.c.same_as.is_not(None),
        _shown_source.c.name.not_in([BY_HAND, BY_HAND_IN_DEMO]),
        _written.c.hidden_why != "retired",
        ~func.coalesce(fresh_of(_written, _shown_source), false()),
        fresh,
        offering.c.hidden_why != "review",
    )
    .limit(bindparam("most", type_=BigInteger))
)
_MERGE = prepared(
    update(offering)
    .where(or_(offering.c.id == bindparam("which"), offering.c.same_as == bindparam("which")))
    .values(same_as=bindparam("into"))
)


async def apart(tx: Transaction, which: Sequence[int], *, even_written: bool = False) -> list[int]:
    """Undo what some entries were merged with; the others that this concerned.

    Those that are shown as the same third one are, too: it may have been only for one of these. What a
    coordinator wrote in the place of one stays there, unless `even_written`.
    """
    shown: set[int] = set(which)
    for some in batches(which):
        rows = await tx.fetch(_SHOWN_FOR, **some, even_written=even_written)
        shown.update(int(row["same_as"]) for row in rows)
    concerned = set(shown)
    for some in batches(sorted(shown)):
        rows = await tx.fetch(_POINTING, **some, even_written=even_written)
        concerned.update(int(row["id"]) for row in rows)
    tx.write_many(_APART, [{"which": one, "even_written": even_written} for one in sorted(shown)])
    return sorted(concerned.difference(which))


def part(tx: Transaction, one_id: int, other_id: int) -> None:
    """Neither of two entries stands for the other any more, even if a coordinator wrote one of them."""
    tx.write(_PART, one=one_id, other=other_id)
    tx.write(_PART, one=other_id, other=one_id)


async def orphans(tx: Transaction, most: int) -> list[int]:
    """Entries merged into one that is no longer seen."""
    return [int(row["id"]) for row in await tx.fetch(_ORPHANS, most=most)]


async def gone(tx: Transaction, most: int) -> list[int]:
    """Entries that are no longer seen and merged into one still: others may be only because of them."""
    return [int(row["id"]) for row in await tx.fetch(_GONE, most=most)]


async def left_behind(tx: Transaction, since: datetime, most: int) -> list[int]:
    """Entries whose list came in since then, merged into one whose list did not; but what a coordinator wrote
    or took off stays."""
    return [int(row["id"]) for row in await tx.fetch(_LEFT_BEHIND, since=to_ms(since), most=most)]


def merge(tx: Transaction, merged: Iterable[tuple[int, int]]) -> None:
    """Show the second of each two instead of the first, and of all that was merged into that; in order."""
    tx.write_many(_MERGE, [{"which": which, "into": into} for which, into in merged])
