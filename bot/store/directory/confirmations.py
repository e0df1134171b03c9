"""What conveners say after scanning a poster, and coordinators' checks: still right, or what has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Index, ScalarSelect, Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import OfferingId, PersonId
from bot.store.directory.offerings import edition, offering
from bot.store.directory.reports import report
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

Word = Literal["right", "time", "place", "ended", "other", "checked"]
"""`checked` is a coordinator's; the others come from people who scanned the poster."""

confirmation = Table(
    "confirmation",
    metadata,
    own_id(),
    ref("offering_id", "offering.id", nullable=False, index=True),
    ref("person_id", "person.id", nullable=False, index=True),
    words("said", nullable=False),
    instant("at", nullable=False),
    instant("settled_at"),
    Index(None, "settled_at", "at"),
    sqlite_autoincrement=True,
)

_ADD = prepared(
    insert(confirmation).values(
        offering_id=bindparam("offering"),
        person_id=bindparam("person"),
        said=bindparam("said"),
        at=bindparam("now"),
        settled_at=bindparam("settled"),
    )
)
_RIGHT = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(checked_at=bindparam("now"))
)
_OF = prepared(
    select(confirmation)
    .where(confirmation.c.offering_id == bindparam("offering"))
    .order_by(confirmation.c.id.desc())
    .limit(20)
)
_SETTLE = prepared(
    update(confirmation)
    .where(confirmation.c.offering_id == bindparam("offering"), confirmation.c.settled_at.is_(None))
    .values(settled_at=bindparam("now"))
)


def _newest_name_of(which: ColumnElement[int]) -> ScalarSelect[str]:
    return select(func.max(edition.c.name)).where(edition.c.offering_id == which).scalar_subquery()


_CHANGED = prepared(
    select(
        confirmation.c.offering_id,
        confirmation.c.said,
        confirmation.c.at,
        _newest_name_of(confirmation.c.offering_id).label("name"),
    )
    .where(confirmation.c.settled_at.is_(None))
    .order_by(confirmation.c.at)
)
_REPORTED = prepared(
    select(
        report.c.offering_id,
        func.count().label("people"),
        func.min(report.c.at).label("at"),
        _newest_name_of(report.c.offering_id).label("name"),
    )
    .group_by(report.c.offering_id)
    .order_by(func.min(report.c.at))
)


@dataclass(frozen=True, slots=True)
class Said:
    """One word of somebody's. `person` is who said it; the time is aware UTC."""

    person: PersonId
    said: str
    at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class ToReview:
    """Something for a coordinator to look at: why ("reported" or a convener's word) and since when."""

    offering: OfferingId
    name: str
    why: str
    people: int
    since: datetime


def add(tx: Transaction, which: OfferingId, who: PersonId, said: str, now: datetime) -> None:
    """Note a word; "right" and "checked" need nobody to look, and the entry is fresh again."""
    right = said in ("right", "checked")
    tx.write(
        _ADD, offering=which, person=who, said=said, now=to_ms(now), settled=to_ms(now) if right else None
    )
    if right:
        tx.write(_RIGHT, offering=which, now=to_ms(now))


def settle(tx: Transaction, which: OfferingId, now: datetime) -> None:
    """A coordinator has looked at what was said of it."""
    tx.write(_SETTLE, offering=which, now=to_ms(now))


async def of(tx: Transaction, which: OfferingId) -> list[Said]:
    """The last words about an offering, newest first."""
    return [
        Said(PersonId(r["person_id"]), r["said"], from_ms(r["at"]), r["settled_at"] is not None)
        for r in await tx.fetch(_OF, offering=which)
    ]


async def to_review(tx: Transaction) -> list[ToReview]:
    """All that waits for a coordinator, what has waited longest first."""
    reported = [_to_review(row, "reported", int(row["people"])) for row in await tx.fetch(_REPORTED)]
    changed = [_to_review(row, row["said"], 1) for row in await tx.fetch(_CHANGED)]
    return sorted([*reported, *changed], key=lambda one: one.since)


def _to_review(row: Row, why: str, people: int) -> ToReview:
    return ToReview(OfferingId(row["offering_id"]), row["name"] or "", why, people, from_ms(row["at"]))
