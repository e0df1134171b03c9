"""What the directory lists and nobody was ever sent to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Text, bindparam, cast, func, or_, select

from bot.domain.ids import OfferingId
from bot.store.desk.counted import counted
from bot.store.directory.offering_tables import edition, offering, seen
from bot.store.directory.sources import source
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

_sent_to = select(counted.c.in_row).where(
    counted.c.measure == "sent_to",
    counted.c.day >= bindparam("first"),
    counted.c.day < bindparam("after"),
)
_listed = (
    select(edition.c.programme, func.count().label("listed"))
    .select_from(
        edition.join(offering, offering.c.id == edition.c.offering_id).join(
            source, source.c.id == edition.c.source_id
        )
    )
    .where(
        seen,
        offering.c.hidden_at.is_(None),
        offering.c.same_as.is_(None),
        or_(source.c.fictional.is_(False), bindparam("made_up")),
    )
)
_LISTED = prepared(_listed.group_by(edition.c.programme))
_SENT = prepared(
    _listed.where(offering.c.id.in_(select(cast(_sent_to.subquery().c.in_row, BigInteger)))).group_by(
        edition.c.programme
    )
)
"""From the few that somebody was sent to: most of a directory is not."""
_NAMES = prepared(
    _listed.where(cast(offering.c.id, Text).not_in(_sent_to))
    .with_only_columns(offering.c.id, edition.c.name, edition.c.programme)
    .order_by(offering.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """Of one programme: how many entries are listed, and how many of them nobody was shown."""

    programme: str
    listed: int
    unsent: int


async def listed(tx: Transaction, *, made_up: bool) -> dict[str, int]:
    """How many entries are listed, by programme.

    `made_up`: whether entries of made-up sources count too, as in the demo.
    """
    return {row["programme"]: int(row["listed"]) for row in await tx.fetch(_LISTED, made_up=made_up)}


async def by_programme(
    tx: Transaction, of: Mapping[str, int], first: date, after: date, *, made_up: bool
) -> list[Unsent]:
    """By programme, the most unsent first, from `first` up to `after`, of what is `listed`."""
    days = {"first": first.isoformat(), "after": after.isoformat(), "made_up": made_up}
    sent = {row["programme"]: int(row["listed"]) for row in await tx.fetch(_SENT, **days)}
    found = [Unsent(programme, n, n - sent.get(programme, 0)) for programme, n in of.items()]
    return sorted(found, key=lambda one: (-one.unsent, one.programme))


async def newest(
    tx: Transaction, first: date, after: date, most: int, *, made_up: bool
) -> list[tuple[OfferingId, str, str]]:
    """Id, name and programme of entries that nobody was shown, the newest in the directory first."""
    rows = await tx.fetch(
        _NAMES, most=most, first=first.isoformat(), after=after.isoformat(), made_up=made_up
    )
    return [(OfferingId(r["id"]), r["name"], r["programme"]) for r in rows]
