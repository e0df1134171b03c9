"""Dangers heard: open until a clear "no" or a person closes them."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.danger.hearing import needs_silence
from bot.domain.ids import DangerId, PersonId
from bot.store.engine.columns import instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

danger = Table(
    "danger",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("kind", nullable=False),
    words("level", nullable=False),
    words("tier", nullable=False),
    words("who", nullable=False),
    words("rule", nullable=False),
    instant("opened_at", nullable=False),
    instant("paged_at"),
    instant("acknowledged_at"),
    whole("acknowledged_by"),
    instant("closed_at"),
    words("closed_how"),
    whole("closed_by"),
    Column("quiet", Boolean),
    Index(
        "ix_danger_open",
        "person_id",
        sqlite_where=Column("closed_at").is_(None),
        postgresql_where=Column("closed_at").is_(None),
    ),
    sqlite_autoincrement=True,
)

_ADD = prepared(
    insert(danger)
    .values(
        person_id=bindparam("person"),
        kind=bindparam("kind"),
        level=bindparam("level"),
        tier=bindparam("tier"),
        who=bindparam("who"),
        rule=bindparam("rule"),
        opened_at=bindparam("now"),
        quiet=bindparam("is_quiet"),
    )
    .returning(danger.c.id)
)
_GET = prepared(select(danger).where(danger.c.id == bindparam("danger")))
_LEVEL = prepared(
    update(danger)
    .where(danger.c.id == bindparam("danger"))
    .values(
        kind=bindparam("new_kind"),
        level=bindparam("new_level"),
        tier="alarm",
        who=bindparam("new_who"),
        rule=bindparam("new_rule"),
    )
)
_QUIET = prepared(update(danger).where(danger.c.id == bindparam("danger")).values(quiet=True))
_PAGED = prepared(update(danger).where(danger.c.id == bindparam("danger")).values(paged_at=bindparam("now")))
_ACKNOWLEDGE = prepared(
    update(danger)
    .where(danger.c.id == bindparam("danger"), danger.c.acknowledged_at.is_(None))
    .values(acknowledged_at=bindparam("now"), acknowledged_by=bindparam("staff"))
)
_UNANSWER = prepared(
    update(danger)
    .where(danger.c.id == bindparam("danger"))
    .values(acknowledged_at=None, acknowledged_by=None)
)
_CLOSE = prepared(
    update(danger)
    .where(danger.c.id == bindparam("danger"), danger.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"), closed_how=bindparam("how"), closed_by=bindparam("staff"))
)


async def add(
    tx: Transaction, who: PersonId, *, kind: str, level: str, tier: str, about: str, rule: str, now: datetime
) -> DangerId:
    """Open a danger. `about` is self or other."""
    row = await tx.first(
        _ADD, person=who, kind=kind, level=level, tier=tier, who=about, rule=rule, now=to_ms(now),
        is_quiet=needs_silence(kind, rule),
    )  # fmt: skip
    assert row is not None
    return DangerId(row["id"])


async def get(tx: Transaction, which: DangerId) -> Row | None:
    """One danger's row."""
    return await tx.first(_GET, danger=which)


def raise_to(tx: Transaction, which: DangerId, *, kind: str, level: str, about: str, rule: str) -> None:
    """A second hit, or a yes: the danger is now this. One that needs silence keeps it, whatever follows."""
    tx.write(_LEVEL, danger=which, new_kind=kind, new_level=level, new_who=about, new_rule=rule)
    if needs_silence(kind, rule):
        silence(tx, which)


def silence(tx: Transaction, which: DangerId) -> None:
    """Violence by another was heard: from now on nothing leaves by itself."""
    tx.write(_QUIET, danger=which)


def paged(tx: Transaction, which: DangerId, now: datetime) -> None:
    """Staff were paged."""
    tx.write(_PAGED, danger=which, now=to_ms(now))


async def acknowledge(tx: Transaction, which: DangerId, staff: PersonId, now: datetime) -> bool:
    """The first member of staff to answer the page; False for those after."""
    return await tx.change(_ACKNOWLEDGE, danger=which, staff=staff, now=to_ms(now)) == 1


def unanswer(tx: Transaction, which: DangerId) -> None:
    """The answer counts no longer: it is worse now, or whoever gave it is gone."""
    tx.write(_UNANSWER, danger=which)


async def close(
    tx: Transaction, which: DangerId, how: str, now: datetime, by: PersonId | None = None
) -> bool:
    """Close by a clear "no" or by staff (`by`); `how` says which. False if it was closed already."""
    return await tx.change(_CLOSE, danger=which, how=how, now=to_ms(now), staff=by) == 1
