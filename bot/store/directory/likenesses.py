"""What a coordinator is asked, and has said, of entries that may be the same thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, UniqueConstraint, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.directory.likeness import Alike
from bot.domain.directory.merging import Pair, both
from bot.domain.ids import OfferingId
from bot.store.directory.offering_tables import edition, offering
from bot.store.directory.sources import source
from bot.store.engine.columns import instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import among, batches, prepared
from bot.store.engine.transaction import Row, Transaction

likeness = Table(
    "likeness",
    metadata,
    own_id(),
    ref("one_id", "offering.id", nullable=False),
    ref("other_id", "offering.id", nullable=False, index=True),
    whole("percent", nullable=False),
    words("why", nullable=False),
    words("decision", nullable=False),
    instant("found_at", nullable=False),
    instant("decided_at"),
    UniqueConstraint("one_id", "other_id"),
    sqlite_autoincrement=True,
)
_ADD = prepared(
    insert(likeness)
    .values(
        one_id=bindparam("one"),
        other_id=bindparam("other"),
        percent=bindparam("percent"),
        why=bindparam("why"),
        decision="",
        found_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_SAID = prepared(
    select(likeness.c.one_id, likeness.c.other_id, likeness.c.decision).where(
        among(likeness.c.one_id), likeness.c.decision != ""
    )
)
_DECIDE = prepared(
    update(likeness)
    .where(likeness.c.id == bindparam("which"))
    .values(decision=bindparam("said"), decided_at=bindparam("now"))
)
_PAIR = prepared(select(likeness).where(likeness.c.id == bindparam("which")))
_PAIR_OF = prepared(
    select(likeness.c.id).where(
        likeness.c.one_id == bindparam("one"), likeness.c.other_id == bindparam("other")
    )
)
_first, _second = edition.alias("first"), edition.alias("second")
_its, _theirs = source.alias("its"), source.alias("theirs")
_one, _two = offering.alias("one"), offering.alias("two")
_pairs = (
    select(
        likeness.c.id,
        likeness.c.decision,
        likeness.c.percent,
        likeness.c.why,
        likeness.c.one_id,
        likeness.c.other_id,
        _first.c.name.label("one"),
        _second.c.name.label("other"),
        _its.c.name.label("its"),
        _theirs.c.name.label("theirs"),
    )
    .select_from(
        likeness.join(_first, _first.c.offering_id == likeness.c.one_id)
        .join(_second, _second.c.offering_id == likeness.c.other_id)
        .join(_its, _its.c.id == _first.c.source_id)
        .join(_theirs, _theirs.c.id == _second.c.source_id)
        .join(_one, _one.c.id == likeness.c.one_id)
        .join(_two, _two.c.id == likeness.c.other_id)
    )
    .where(_first.c.to_generation.is_(None), _second.c.to_generation.is_(None))
    .order_by(likeness.c.id)
)
_DECIDED = prepared(_pairs.where(likeness.c.id == bindparam("which"), likeness.c.decision != ""))
_DOUBTFUL = prepared(
    _pairs.where(
        likeness.c.decision == "",
        _one.c.hidden_why != "retired",
        _two.c.hidden_why != "retired",
        func.coalesce(_one.c.same_as, _one.c.id) != func.coalesce(_two.c.same_as, _two.c.id),
    )
)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Two entries for a coordinator to look at, each with its source and id; what one `said` of them."""

    id: int
    one: str
    other: str
    percent: int
    why: str
    first: OfferingId
    second: OfferingId
    said: str = ""


async def said(tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, str]:
    """What a coordinator said of some pairs, and perhaps of others: "same" or "different"."""
    found: dict[Pair, str] = {}
    for some in batches(sorted({one for one, _ in pairs})):
        rows = await tx.fetch(_SAID, **some)
        found.update(((row["one_id"], row["other_id"]), row["decision"]) for row in rows)
    return found


def note(tx: Transaction, doubtful: Iterable[tuple[Pair, Alike]], now: datetime) -> None:
    """Put pairs on the list for a coordinator, each once."""
    tx.write_many(
        _ADD,
        [
            {"one": one, "other": other, "percent": alike.percent, "why": alike.why, "now": to_ms(now)}
            for (one, other), alike in doubtful
        ],
    )


async def pair_of(tx: Transaction, one_id: int, other_id: int, now: datetime) -> int:
    """The number under which a coordinator's word on two entries is kept."""
    one, other = both(one_id, other_id)
    note(tx, [((one, other), Alike(100, sure=True, why=""))], now)
    row = await tx.first(_PAIR_OF, one=one, other=other)
    assert row is not None
    return int(row["id"])


async def pair(tx: Transaction, which: int) -> tuple[int, int] | None:
    """The two entries of a line of the list."""
    row = await tx.first(_PAIR, which=which)
    return None if row is None else (int(row["one_id"]), int(row["other_id"]))


def decide(tx: Transaction, which: int, said: str, now: datetime) -> None:
    """Note what a coordinator said."""
    tx.write(_DECIDE, which=which, said=said, now=to_ms(now))


async def doubtful(tx: Transaction) -> list[Doubtful]:
    """What a coordinator has not decided yet, oldest first; pairs that are still there."""
    return [_doubtful(row) for row in await tx.fetch(_DOUBTFUL)]


async def decided(tx: Transaction, which: int) -> Doubtful | None:
    """A pair that a coordinator has decided; None for any other."""
    row = await tx.first(_DECIDED, which=which)
    return None if row is None else _doubtful(row)


def _doubtful(row: Row) -> Doubtful:
    return Doubtful(
        int(row["id"]),
        f"{row['one']} ({row['its']})",
        f"{row['other']} ({row['theirs']})",
        int(row["percent"]),
        row["why"],
        OfferingId(row["one_id"]),
        OfferingId(row["other_id"]),
        row["decision"],
    )
