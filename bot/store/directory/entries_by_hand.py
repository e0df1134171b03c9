"""One entry that a coordinator writes: added to a source of their own, or put in the place of another."""

from datetime import datetime

from sqlalchemy import bindparam, null, select, update

from bot.domain.directory.offering import Entry
from bot.domain.ids import OfferingId
from bot.store.directory import sources, staging
from bot.store.directory.entry_rows import rows_of
from bot.store.directory.offerings import offering
from bot.store.directory.sources import Counts, source
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

BY_HAND = "Written by hand"
"""The source of what coordinators add themselves."""

_REPLACED = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(same_as=bindparam("by"))
)
_KEY = prepared(
    select(offering.c.key)
    .select_from(offering.join(source, source.c.id == offering.c.source_id))
    .where(offering.c.id == bindparam("offering"), source.c.name == bindparam("by_hand"))
)
_PUBLISHED = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(hidden_at=null(), hidden_why="")
)


async def put(tx: Transaction, entry: Entry, now: datetime) -> OfferingId:
    """Publish one entry at once, in place of what was written under the same key before."""
    ours = await sources.ensure(tx, BY_HAND, entry.programme, entry.zone, fictional=False)
    known = await _known(tx, ours.id, entry.key)
    generation = await sources.begin(tx, ours.id, now)
    which = (
        known[0] if known else (await staging.add_offerings(tx, ours.id, [(entry.key, "")], now))[entry.key]
    )
    await staging.stage(tx, ours.id, generation, [(which, rows_of(entry))])
    if known and known[1]:
        staging.end(tx, generation, [known[1]])
    await sources.publish(
        tx, ours, generation, Counts(taken=1, added=not known, changed=bool(known)), (), now
    )
    return OfferingId(which)


async def key_of(tx: Transaction, which: OfferingId | None) -> str:
    """The key of an entry that was written by hand; "" for one from elsewhere, or none."""
    row = None if which is None else await tx.first(_KEY, offering=which, by_hand=BY_HAND)
    return row["key"] if row else ""


def replace(tx: Transaction, which: OfferingId, by: OfferingId) -> None:
    """Show `by` where `which` was shown; the source of `which` goes on as it is."""
    tx.write(_REPLACED, offering=which, by=by)


def publish(tx: Transaction, which: OfferingId) -> None:
    """Show something that waited for a coordinator, or was hidden."""
    tx.write(_PUBLISHED, offering=which)


async def _known(tx: Transaction, source_id: int, key: str) -> tuple[int, int] | None:
    """The offering of a key and the edition that is seen of it (0 for none)."""
    after = 0
    while page := await staging.known(tx, source_id, after, 1000):
        if key in page:
            return page[key].offering, page[key].edition or 0
        after = max(one.offering for one in page.values())
    return None
