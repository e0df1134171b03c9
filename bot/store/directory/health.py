"""How the directory stands at one moment, in entries and lists."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, false, func, or_, select

from bot.store.directory.offering_tables import edition, fresh, offering, seen, suspect
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction


def _count(which: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0).label(name)


_since = bindparam("since", type_=BigInteger)
_open = offering.c.hidden_at.is_(None)
_fresh = func.coalesce(fresh, false())
_checked = func.coalesce(offering.c.checked_at >= _since, false())
_ENTRIES = prepared(
    select(
        _count(and_(_open, _fresh), "shown"),
        _count(and_(_open, _fresh, _checked), "checked"),
        _count(and_(_open, ~_fresh), "old"),
        _count(and_(~_open, offering.c.hidden_why.not_in(["review", "retired"])), "hidden"),
        _count(and_(~_open, offering.c.hidden_why == "review"), "new"),
    )
    .select_from(
        edition.join(offering, offering.c.id == edition.c.offering_id).join(
            source, source.c.id == edition.c.source_id
        )
    )
    .where(seen, offering.c.same_as.is_(None), or_(source.c.fictional.is_(False), bindparam("made_up")))
)


_MISSING = prepared(
    select(source.c.name, func.count().label("missing"))
    .select_from(
        suspect.join(source, source.c.id == suspect.c.source_id).join(
            offering, offering.c.id == suspect.c.offering_id
        )
    )
    .where(suspect.c.since_generation <= source.c.generation, offering.c.hidden_at.is_(None))
    .group_by(source.c.name)
)


async def entries(tx: Transaction, since: datetime, *, made_up: bool) -> Mapping[str, int]:
    """How many entries are `shown`, of them `checked` by somebody since then (aware), not shown because they
    are `old` (their list has not come in since, and nobody has checked them), `hidden` until somebody has
    looked, and `new`: shown to nobody before somebody has looked.

    `made_up`: whether entries of made-up sources count too, as in the demo.
    """
    row = await tx.first(_ENTRIES, since=to_ms(since), made_up=made_up)
    assert row is not None
    return {name: int(row[name]) for name in ("shown", "checked", "old", "hidden", "new")}


async def missing(tx: Transaction) -> Mapping[str, int]:
    """How many entries each source, by name, no longer has, though they are still shown."""
    return {row["name"]: int(row["missing"]) for row in await tx.fetch(_MISSING)}
