"""Generations of sources: each import is one, and a source shows the one that it was moved to last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.directory.offering import Rejected
from bot.store.directory.sources import Source, source
from bot.store.engine.columns import instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

MOST_PROBLEMS = 200
"""Rows that were not taken, kept with an import for the coordinator to read."""
generation = Table(
    "generation",
    metadata,
    own_id(),
    ref("source_id", "source.id", nullable=False, index=True),
    instant("made_at", nullable=False),
    instant("published_at"),
    whole("taken", nullable=False),
    whole("rejected", nullable=False),
    whole("added", nullable=False),
    whole("changed", nullable=False),
    whole("removed", nullable=False),
    words("problems", nullable=False, server_default="[]"),
    sqlite_autoincrement=True,
)
_BEGIN = prepared(
    insert(generation)
    .values(
        source_id=bindparam("source"),
        made_at=bindparam("now"),
        taken=0,
        rejected=0,
        added=0,
        changed=0,
        removed=0,
    )
    .returning(generation.c.id)
)
_UNFINISHED = prepared(
    select(generation.c.id).where(
        generation.c.source_id == bindparam("source"), generation.c.published_at.is_(None)
    )
)
_HELD = prepared(select(source.c.id).where(source.c.id == bindparam("source")).with_for_update())
_NEWEST = prepared(
    select(func.max(generation.c.id).label("newest")).where(generation.c.source_id == bindparam("source"))
)
_DROP = prepared(generation.delete().where(generation.c.id == bindparam("generation")))
_PUBLISH = prepared(
    update(source)
    .where(source.c.id == bindparam("source"), source.c.generation == bindparam("was"))
    .values(
        generation=bindparam("becomes"),
        programme=bindparam("new_programme"),
        zone=bindparam("new_zone"),
        own=bindparam("new_own"),
        area=bindparam("new_area"),
        failures=0,
        last_attempt=bindparam("now"),
        last_success=bindparam("came_in"),
        last_problem="",
    )
)
_PUBLISHED = prepared(
    update(generation)
    .where(generation.c.id == bindparam("generation"))
    .values(
        published_at=bindparam("now"),
        taken=bindparam("new_taken"),
        rejected=bindparam("new_rejected"),
        added=bindparam("new_added"),
        changed=bindparam("new_changed"),
        removed=bindparam("new_removed"),
        problems=bindparam("new_problems"),
    )
)
_LAST = prepared(
    select(generation)
    .where(generation.c.id == source.c.generation, source.c.id == bindparam("source"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import did, in rows."""

    taken: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def share_rejected(self) -> float:
        """Of all rows, from 0 to 1."""
        return self.rejected / max(1, self.taken + self.rejected)


async def begin(tx: Transaction, which: int, now: datetime) -> int:
    """A new generation that nobody sees yet. Whoever writes an older one can do so no more: `is_newest`."""
    await tx.first(_HELD, source=which)
    row = await tx.first(_BEGIN, source=which, now=to_ms(now))
    assert row is not None
    return int(row["id"])


async def is_newest(tx: Transaction, which: int, generation_id: int) -> bool:
    """Whether no other import of a source has begun since this one; none does before the transaction ends."""
    await tx.first(_HELD, source=which)
    row = await tx.first(_NEWEST, source=which)
    return row is not None and row["newest"] == generation_id


async def unfinished(tx: Transaction, which: int) -> list[int]:
    """Generations that were begun and not published: of an import that died, or that is overtaken now."""
    return [int(row["id"]) for row in await tx.fetch(_UNFINISHED, source=which)]


def drop(tx: Transaction, which: int) -> None:
    """Forget an unfinished generation; what was staged for it goes first (`offerings.unstage`)."""
    tx.write(_DROP, generation=which)


async def publish(
    tx: Transaction,
    seen: Source,
    becomes: int,
    counts: Counts,
    problems: Sequence[Rejected],
    now: datetime,
) -> bool:
    """Move the source to a generation, all of it at once. False when another import got there first.

    The first of the problems are kept with it.
    """
    moved = await tx.change(
        _PUBLISH,
        source=seen.id,
        was=seen.generation,
        becomes=becomes,
        new_programme=seen.programme,
        new_zone=seen.zone,
        new_own=seen.own,
        new_area=seen.area,
        now=to_ms(now),
        came_in=None if seen.by_hand else to_ms(now),
    )
    tx.write(
        _PUBLISHED,
        generation=becomes,
        now=to_ms(now),
        new_taken=counts.taken,
        new_rejected=counts.rejected,
        new_added=counts.added,
        new_changed=counts.changed,
        new_removed=counts.removed,
        new_problems=json.dumps([[one.row, one.name, one.why] for one in problems[:MOST_PROBLEMS]]),
    )
    return moved == 1


async def last_import(tx: Transaction, which: int) -> Counts | None:
    """What the published import of a source brought; None before the first."""
    row = await tx.first(_LAST, source=which)
    if row is None:
        return None
    return Counts(row["taken"], row["rejected"], row["added"], row["changed"], row["removed"])


async def problems(tx: Transaction, which: int) -> list[Rejected]:
    """Rows that the published import of a source did not take, the first of them."""
    row = await tx.first(_LAST, source=which)
    return [] if row is None else [Rejected(*one) for one in json.loads(row["problems"])]
