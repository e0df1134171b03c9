"""Sources of the directory: the lists that it is made of, and how each is doing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Table, bindparam, false, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.engine.columns import from_ms, instant, own_id, to_ms, whole, words
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
BY_HAND, BY_HAND_IN_DEMO = "Written by hand", "Written by hand in the demo"
"""The sources of what coordinators add. They never come in: each entry is as fresh as its last check."""
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

    @property
    def removed(self) -> bool:
        """Whether an operator took it away, at `last_attempt`, and has not brought it in again since.

        It shows nothing though it came in once, and the last thing tried with it did not fail.
        """
        return not self.generation and self.last_success is not None and not self.last_problem


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
    """All sources by name, without those that were taken away."""
    return [one for one in await ever(tx) if not one.removed]


async def ever(tx: Transaction) -> list[Source]:
    """All sources by name, with those that were taken away."""
    return [_source(row) for row in await tx.fetch(_ALL)]


def tried(tx: Transaction, which: int, now: datetime, problem: str) -> None:
    """Note an attempt that published nothing, and why."""
    tx.write(_TRIED, source=which, now=to_ms(now), problem=problem[:200])


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
