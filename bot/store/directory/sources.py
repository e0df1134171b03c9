"""Sources of the directory and their generations: a source is published by moving its generation."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Table, bindparam, false, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.directory.offering import Rejected
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

source = Table(
    "source",
    metadata,
    own_id(),
    words("name", nullable=False, unique=True),
    words("programme", nullable=False),
    words("zone", nullable=False),
    Column("fictional", Boolean, nullable=False),
    whole("generation", nullable=False),
    instant("last_attempt"),
    instant("last_success"),
    words("last_problem", nullable=False),
    words("url", nullable=False, server_default=""),
    words("format", nullable=False, server_default="auto"),
    Column("own", Boolean, nullable=False, server_default=false()),
    whole("every_days", nullable=False, server_default="0"),
    instant("due_at"),
    whole("failures", nullable=False, server_default="0"),
    words("etag", nullable=False, server_default=""),
    words("modified", nullable=False, server_default=""),
    words("area", nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
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

BY_HAND, BY_HAND_IN_DEMO = "Written by hand", "Written by hand in the demo"
"""The sources of what coordinators add. They never come in: each entry is as fresh as its last check."""
MOST_PROBLEMS = 200
"""Rows that were not taken, kept with an import for the coordinator to read."""

_ADD = prepared(
    insert(source)
    .values(
        name=bindparam("name"),
        programme=bindparam("programme"),
        zone=bindparam("zone"),
        fictional=bindparam("fictional"),
        generation=0,
        last_problem="",
    )
    .on_conflict_do_nothing()
)
_BY_NAME = prepared(select(source).where(source.c.name == bindparam("name")))
_ALL = prepared(select(source).order_by(source.c.name))
_TRIED = prepared(
    update(source)
    .where(source.c.id == bindparam("source"))
    .values(last_attempt=bindparam("now"), last_problem=bindparam("problem"), failures=source.c.failures + 1)
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
_FEED = prepared(
    update(source)
    .where(source.c.id == bindparam("source"))
    .values(
        url=bindparam("new_url"),
        format=bindparam("new_format"),
        every_days=bindparam("new_every"),
        due_at=bindparam("new_due"),
    )
)
_FETCHED = prepared(
    update(source)
    .where(source.c.id == bindparam("source"))
    .values(etag=bindparam("new_etag"), modified=bindparam("new_modified"))
)
_DUE_AGAIN = prepared(
    update(source).where(source.c.id == bindparam("source")).values(due_at=bindparam("new_due"))
)
_LAST = prepared(
    select(generation)
    .where(generation.c.id == source.c.generation, source.c.id == bindparam("source"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `generation` is the published one, 0 before the first. Times are aware UTC."""

    id: int
    name: str
    programme: str
    zone: str
    fictional: bool
    generation: int
    last_attempt: datetime | None
    last_success: datetime | None
    last_problem: str
    own: bool = True
    url: str = ""
    format: str = "auto"
    every_days: int = 0
    """How often it is fetched; 0: only by hand."""
    due_at: datetime | None = None
    failures: int = 0
    etag: str = ""
    modified: str = ""
    area: str = ""
    """A town that stands for where its services are whose rows don't say."""

    @property
    def by_hand(self) -> bool:
        """Whether coordinators write its entries one by one: then `last_success` is None for ever."""
        return self.name in (BY_HAND, BY_HAND_IN_DEMO)


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


async def ensure(tx: Transaction, name: str, programme: str, zone: str, *, fictional: bool) -> Source:
    """The source of that name, made now if it is new."""
    tx.write(_ADD, name=name, programme=programme, zone=zone, fictional=fictional)
    row = await tx.first(_BY_NAME, name=name)
    assert row is not None
    return _source(row)


async def named(tx: Transaction, name: str) -> Source | None:
    """The source of that name."""
    row = await tx.first(_BY_NAME, name=name)
    return None if row is None else _source(row)


async def everything(tx: Transaction) -> list[Source]:
    """All sources by name."""
    return [_source(row) for row in await tx.fetch(_ALL)]


def tried(tx: Transaction, which: int, now: datetime, problem: str) -> None:
    """Note an attempt that published nothing, and why."""
    tx.write(_TRIED, source=which, now=to_ms(now), problem=problem[:200])


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


def feed(tx: Transaction, which: int, url: str, form: str, every_days: int, due: datetime | None) -> None:
    """Where a source is fetched from, in which format, how often, and when next."""
    due_at = None if due is None else to_ms(due)
    tx.write(_FEED, source=which, new_url=url, new_format=form, new_every=every_days, new_due=due_at)


def due_again(tx: Transaction, which: int, due: datetime) -> None:
    """When a source is fetched next."""
    tx.write(_DUE_AGAIN, source=which, new_due=to_ms(due))


def fetched(tx: Transaction, which: int, etag: str, modified: str) -> None:
    """What the server said to tell by whether it has changed; only for what was published."""
    tx.write(_FETCHED, source=which, new_etag=etag, new_modified=modified)


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


def _source(row: Row) -> Source:
    return Source(
        id=int(row["id"]),
        name=row["name"],
        programme=row["programme"],
        zone=row["zone"],
        fictional=bool(row["fictional"]),
        generation=int(row["generation"]),
        last_attempt=None if row["last_attempt"] is None else from_ms(row["last_attempt"]),
        last_success=None if row["last_success"] is None else from_ms(row["last_success"]),
        last_problem=row["last_problem"],
        own=bool(row["own"]),
        url=row["url"],
        format=row["format"],
        every_days=int(row["every_days"]),
        due_at=None if row["due_at"] is None else from_ms(row["due_at"]),
        failures=int(row["failures"]),
        etag=row["etag"],
        modified=row["modified"],
        area=row["area"],
    )
