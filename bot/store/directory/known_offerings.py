"""What is known of a source when an import of it begins: its offerings, and what is seen of each now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, and_, bindparam, func, select

from bot.domain.directory.marks import NO_MARK
from bot.store.directory.generations import generation
from bot.store.directory.offering_tables import edition, offering, seen, suspect
from bot.store.directory.sources import source
from bot.store.engine.statement import among, batches, prepared
from bot.store.engine.transaction import Row, Transaction

_seen = and_(edition.c.offering_id == offering.c.id, seen)
_known = select(
    offering.c.id,
    offering.c.key,
    edition.c.id.label("edition_id"),
    edition.c.digest,
    edition.c.mark,
    suspect.c.since_generation,
).select_from(
    offering.join(source, source.c.id == offering.c.source_id)
    .outerjoin(edition, _seen)
    .outerjoin(
        suspect,
        and_(
            suspect.c.offering_id == offering.c.id,
            suspect.c.since_generation <= source.c.generation,
        ),
    )
)
_SPAN = prepared(
    select(func.min(offering.c.id).label("first"), func.max(offering.c.id).label("last")).where(
        offering.c.source_id == bindparam("source")
    )
)
_KNOWN = prepared(
    _known.where(
        offering.c.source_id + 0 == bindparam("source"),  # a sum is in no index: found by id, in that order
        offering.c.id.between(bindparam("first"), bindparam("last")),
    ).order_by(offering.c.id)
)
SOME_KEYS = 50
_KNOWN_OF = prepared(
    _known.where(
        offering.c.source_id == bindparam("source"),
        among(offering.c.key, SOME_KEYS),
    )
)
_PUBLISHED = prepared(
    select(generation.c.id)
    .where(generation.c.source_id == bindparam("source"), generation.c.published_at.is_not(None))
    .order_by(generation.c.id.desc())
    .limit(bindparam("most", type_=BigInteger))
)


@dataclass(slots=True)
class Known:
    """An offering of a source. `edition`, `digest`, `mark` are of what is seen of it now, empty for nothing.

    `since` is the generation in which it was missing first, 0 when it is not suspect.
    """

    offering: int
    edition: int = 0
    digest: str = ""
    since: int = 0
    mark: int = NO_MARK


@dataclass(frozen=True, slots=True)
class Columns:
    """As `Known`, a list for each: of hundreds of thousands."""

    offerings: list[int]
    keys: list[str]
    editions: list[int]
    digests: list[str]
    since: list[int]
    marks: list[int]


async def span(tx: Transaction, source_id: int) -> tuple[int, int]:
    """The lowest and the highest id of a source's offerings; 0 and -1 when it has none."""
    row = await tx.first(_SPAN, source=source_id)
    return (0, -1) if row is None or row["first"] is None else (int(row["first"]), int(row["last"]))


async def page(tx: Transaction, source_id: int, first: int, last: int) -> Columns:
    """The offerings of a source with ids from `first` to `last`, in order of id."""
    rows = await tx.fetch(_KNOWN, source=source_id, first=first, last=last)
    return Columns(
        [row["id"] for row in rows],
        [row["key"] for row in rows],
        [row["edition_id"] or 0 for row in rows],
        [row["digest"] or "" for row in rows],
        [row["since_generation"] or 0 for row in rows],
        [row["mark"] or NO_MARK for row in rows],
    )


async def of_keys(tx: Transaction, source_id: int, keys: Sequence[str]) -> dict[str, Known]:
    """Those offerings of a source that have one of these keys."""
    asked = [{"source": source_id, **some} for some in batches(keys, SOME_KEYS)]
    for values in asked[1:]:
        tx.foresee(_KNOWN_OF, **values)
    return {row["key"]: _known_as(row) for values in asked for row in await tx.fetch(_KNOWN_OF, **values)}


def _known_as(row: Row) -> Known:
    return Known(
        int(row["id"]),
        int(row["edition_id"] or 0),
        row["digest"] or "",
        int(row["since_generation"] or 0),
        int(row["mark"] or NO_MARK),
    )


async def published(tx: Transaction, source_id: int, most: int) -> list[int]:
    """The last published generations of a source, newest first."""
    return [int(row["id"]) for row in await tx.fetch(_PUBLISHED, source=source_id, most=most)]
