"""What conveners say after scanning a poster, and coordinators' checks: still right, or what has changed."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    ScalarSelect,
    Table,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import OfferingId, PersonId
from bot.store.directory.offering_tables import edition, offering
from bot.store.directory.reports import report
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

FOUND_RIGHT = ("right", "checked", "written")
"""`right` comes from somebody who scanned the poster; a coordinator checked it, or wrote it."""
RETIRED = ("retired_ended", "retired_closed", "retired_unfit")
DEEDS = ("shown", "gone_back", *RETIRED)
"""What a coordinator did with it, which nobody has to look at: shown again, taken off (and why) …"""

NOT_THERE = "reported"
WAS_SHOWN, WAS_HIDDEN, WAS_REVIEW, WAS_RETIRED = "was_shown", "was_hidden", "was_review", "was_retired"
UNREAD = (NOT_THERE, WAS_SHOWN, WAS_HIDDEN, WAS_REVIEW, WAS_RETIRED)
"""What stands there so that a deed can be undone (`deeds`), and is no word of anybody's to read."""

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
_OPEN = prepared(
    select(confirmation.c.id)
    .where(
        confirmation.c.offering_id == bindparam("offering"),
        confirmation.c.person_id == bindparam("person"),
        confirmation.c.said == bindparam("said"),
        confirmation.c.settled_at.is_(None),
    )
    .limit(1)
)
_RIGHT = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(checked_at=bindparam("now"))
)
_OF = prepared(
    select(confirmation)
    .where(confirmation.c.offering_id == bindparam("offering"), confirmation.c.said.not_in(UNREAD))
    .order_by(confirmation.c.id.desc())
    .limit(20)
)
_SETTLE = prepared(
    update(confirmation)
    .where(confirmation.c.offering_id == bindparam("offering"), confirmation.c.settled_at.is_(None))
    .values(settled_at=bindparam("now"))
)
_TAKE_BACK = prepared(delete(confirmation).where(confirmation.c.id == bindparam("which")))
_LAST_RIGHT = (
    select(func.max(confirmation.c.at))
    .where(confirmation.c.offering_id == bindparam("of"), confirmation.c.said.in_(FOUND_RIGHT))
    .scalar_subquery()
)
_AS_BEFORE = prepared(
    update(offering).where(offering.c.id == bindparam("offering")).values(checked_at=_LAST_RIGHT)
)


def _newest_name_of(which: ColumnElement[int]) -> ScalarSelect[str]:
    return select(func.max(edition.c.name)).where(edition.c.offering_id == which).scalar_subquery()


_CHANGED = prepared(
    select(
        confirmation.c.offering_id,
        confirmation.c.person_id,
        confirmation.c.said,
        confirmation.c.at,
        _newest_name_of(confirmation.c.offering_id).label("name"),
    )
    .where(confirmation.c.settled_at.is_(None))
    .order_by(confirmation.c.at)
    .limit(bindparam("most", type_=BigInteger))
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
    .limit(bindparam("most", type_=BigInteger))
)
_TO_REVIEW = prepared(
    select(func.count().label("entries")).select_from(
        select(report.c.offering_id)
        .union(select(confirmation.c.offering_id).where(confirmation.c.settled_at.is_(None)))
        .subquery()
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """One word of somebody's. `person` is who said it; the time is aware UTC."""

    id: int
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
    who: PersonId | None = None
    """Who said it, where it is one convener's word."""


def add(tx: Transaction, which: OfferingId, who: PersonId, said: str, now: datetime) -> None:
    """Note a word. What is found right, or done by a coordinator, needs nobody to look; found right, the
    entry is fresh again."""
    settled = to_ms(now) if said in (*FOUND_RIGHT, *DEEDS, *UNREAD) else None
    tx.write(_ADD, offering=which, person=who, said=said, now=to_ms(now), settled=settled)
    if said in FOUND_RIGHT:
        tx.write(_RIGHT, offering=which, now=to_ms(now))


async def is_open(tx: Transaction, which: OfferingId, who: PersonId, said: str) -> bool:
    """Whether somebody has said just this already, and no coordinator has looked yet."""
    return await tx.first(_OPEN, offering=which, person=who, said=said) is not None


def take_back(tx: Transaction, which: OfferingId, one: Said) -> None:
    """It was not said: the entry is as fresh as it was before."""
    tx.write(_TAKE_BACK, which=one.id)
    tx.write(_AS_BEFORE, offering=which, of=which)


def settle(tx: Transaction, which: OfferingId, now: datetime) -> None:
    """A coordinator has looked at what was said of it."""
    tx.write(_SETTLE, offering=which, now=to_ms(now))


async def of(tx: Transaction, which: OfferingId) -> list[Said]:
    """The last words about an offering, newest first."""
    return [
        Said(int(r["id"]), PersonId(r["person_id"]), r["said"], from_ms(r["at"]), r["settled_at"] is not None)
        for r in await tx.fetch(_OF, offering=which)
    ]


async def to_review(tx: Transaction, most: int) -> list[ToReview]:
    """What waits for a coordinator, at most so much of it; what has waited longest first."""
    reported = [
        _to_review(row, "reported", int(row["people"])) for row in await tx.fetch(_REPORTED, most=most)
    ]
    changed = [
        replace(_to_review(row, row["said"], 1), who=PersonId(row["person_id"]))
        for row in await tx.fetch(_CHANGED, most=most)
    ]
    return sorted([*reported, *changed], key=lambda one: one.since)[:most]


async def waiting(tx: Transaction) -> int:
    """How many entries wait for a coordinator because of what somebody said of them."""
    row = await tx.first(_TO_REVIEW)
    return int(row["entries"]) if row else 0


def _to_review(row: Row, why: str, people: int) -> ToReview:
    return ToReview(OfferingId(row["offering_id"]), row["name"] or "", why, people, from_ms(row["at"]))
