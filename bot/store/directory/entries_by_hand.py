"""One entry that a coordinator writes: added to a source of their own, or put in the place of another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, func, select

from bot.domain.directory.offering import Entry
from bot.domain.ids import OfferingId
from bot.store.directory import generations, known_offerings, sources, staging
from bot.store.directory.entry_rows import rows_of
from bot.store.directory.generations import Counts
from bot.store.directory.offering_tables import edition, offering, seen
from bot.store.directory.sources import BY_HAND, BY_HAND_IN_DEMO, source
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

_ALL = 1_000_000
_KEY = prepared(
    select(offering.c.key)
    .select_from(offering.join(source, source.c.id == offering.c.source_id))
    .where(offering.c.id == bindparam("offering"), source.c.name.in_([BY_HAND, BY_HAND_IN_DEMO]))
)
_CHECKS = prepared(
    select(offering.c.id, edition.c.name, func.coalesce(offering.c.checked_at, 0).label("at"))
    .select_from(
        edition.join(offering, offering.c.id == edition.c.offering_id).join(
            source, source.c.id == edition.c.source_id
        )
    )
    .where(
        seen,
        offering.c.hidden_at.is_(None),
        offering.c.same_as.is_(None),
        source.c.name == BY_HAND,
        func.coalesce(offering.c.checked_at, 0) <= bindparam("before", type_=BigInteger),
    )
    .order_by(func.coalesce(offering.c.checked_at, 0), offering.c.id)
    .limit(bindparam("most", type_=BigInteger))
)


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry written by hand, and when somebody last found it right (aware UTC): writing it counts."""

    offering: OfferingId
    name: str
    at: datetime


async def put(tx: Transaction, entry: Entry, now: datetime, *, fictional: bool = False) -> OfferingId:
    """Publish one entry at once, in place of what was written under the same key before.

    `fictional`: it is written in the demo, and belongs to what is made up there.
    """
    name = BY_HAND_IN_DEMO if fictional else BY_HAND
    ours = await sources.ensure(tx, name, entry.programme, entry.zone, fictional=fictional)
    known = await _known(tx, ours.id, entry.key)
    generation = await generations.begin(tx, ours.id, now)
    which = (
        known[0] if known else (await staging.add_offerings(tx, ours.id, [(entry.key, "")], now))[entry.key]
    )
    await staging.stage(tx, ours.id, generation, [(which, rows_of(entry))])
    if known and known[1]:
        staging.end(tx, generation, [known[1]])
    await generations.publish(
        tx, ours, generation, Counts(taken=1, added=int(not known), changed=int(bool(known))), (), now
    )
    await staging.purge(tx, ours.id, 10)
    return OfferingId(which)


async def last_checks(tx: Transaction, before: datetime, most: int = _ALL) -> list[Checked]:
    """What is written by hand and not hidden, checked last before then (aware); at most so many.

    What was checked longest ago first; not what is made up.
    """
    rows = await tx.fetch(_CHECKS, before=to_ms(before), most=most)
    return [Checked(OfferingId(row["id"]), row["name"], from_ms(row["at"])) for row in rows]


async def key_of(tx: Transaction, which: OfferingId | None) -> str:
    """The key of an entry that was written by hand; "" for one from elsewhere, or none."""
    row = None if which is None else await tx.first(_KEY, offering=which)
    return row["key"] if row else ""


async def _known(tx: Transaction, source_id: int, key: str) -> tuple[int, int] | None:
    """The offering of a key and the edition that is seen of it (0 for none)."""
    one = (await known_offerings.of_keys(tx, source_id, [key])).get(key)
    return None if one is None else (one.offering, one.edition)
