"""Each time danger was heard: the words where they may be kept, what was shown, what a review says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Index, Integer, Table, bindparam, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.danger.hearing import Hearing, Level
from bot.domain.ids import DangerId, PersonId
from bot.store.conversing import people
from bot.store.conversing.people import person
from bot.store.danger.dangers import danger
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

danger_heard = Table(
    "danger_heard",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    ref("danger_id", "danger.id"),
    instant("at", nullable=False),
    words("kind", nullable=False),
    words("level", nullable=False),
    words("tier", nullable=False),
    words("who", nullable=False),
    words("rule", nullable=False),
    words("shown", nullable=False),
    sealed("said"),
    words("verdict"),
    words("should_be"),
    instant("reviewed_at"),
    whole("reviewed_by"),
    Index("ix_danger_heard_at", "at"),
    sqlite_autoincrement=True,
)

_ADD = prepared(
    insert(danger_heard)
    .values(
        person_id=bindparam("person"),
        danger_id=bindparam("danger"),
        at=bindparam("now"),
        kind=bindparam("kind"),
        level=bindparam("level"),
        tier=bindparam("tier"),
        who=bindparam("about"),
        rule=bindparam("rule"),
        shown=bindparam("shown"),
    )
    .returning(danger_heard.c.id)
)
_SAID = prepared(
    update(danger_heard).where(danger_heard.c.id == bindparam("which")).values(said=bindparam("words"))
)
_REVIEW = prepared(
    update(danger_heard)
    .where(danger_heard.c.id == bindparam("which"))
    .values(
        verdict=bindparam("mark"),
        should_be=bindparam("better"),
        reviewed_at=bindparam("now"),
        reviewed_by=bindparam("staff"),
    )
)
_ROWS = (
    select(
        danger_heard,
        danger.c.paged_at,
        danger.c.acknowledged_at,
        danger.c.acknowledged_by,
        danger.c.closed_at,
        danger.c.closed_how,
        danger.c.closed_by,
        person.c.remembers,
    )
    .join(person, person.c.id == danger_heard.c.person_id)
    .outerjoin(danger, danger.c.id == danger_heard.c.danger_id)
)
_NAME = prepared(
    update(danger_heard).where(danger_heard.c.id == bindparam("which")).values(level=bindparam("better"))
)
_NEWEST = prepared(
    _ROWS.where(
        or_(bindparam("of_any_kind", type_=Integer) == 1, danger_heard.c.kind == bindparam("only_kind")),
        or_(bindparam("reviewed_too", type_=Integer) == 1, danger_heard.c.verdict.is_(None)),
    )
    .order_by(danger_heard.c.id.desc())
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("after", type_=Integer))
)
_MANY = prepared(
    select(danger_heard.c.kind, danger_heard.c.verdict, func.count().label("n")).group_by(
        danger_heard.c.kind, danger_heard.c.verdict
    )
)
_ONE = prepared(_ROWS.where(danger_heard.c.id == bindparam("which")))
_OF = prepared(_ROWS.where(danger_heard.c.person_id == bindparam("person")).order_by(danger_heard.c.id))
_REVIEWED = prepared(
    _ROWS.where(danger_heard.c.verdict.is_not(None), danger_heard.c.said.is_not(None))
    .where(person.c.remembers.is_(true()))
    .order_by(danger_heard.c.id)
)


Verdict = Literal["right", "other_kind", "no_danger"]
MISSED = "missed"
"""The tier of a row of words in which nothing was heard; its kind is "none", its level too until a review."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One time that danger was heard. `said` is "" where the words were not kept; `shown` names the card."""

    id: int
    person: PersonId
    danger: DangerId | None
    at: datetime
    kind: str
    level: str
    tier: str
    who: str
    rule: str
    shown: str
    said: str
    remembers: bool
    verdict: Verdict | None
    should_be: str
    reviewed_by: PersonId | None
    paged_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: PersonId | None
    closed_at: datetime | None
    closed_how: str
    closed_by: PersonId | None


async def add(
    tx: Transaction,
    who: PersonId,
    heard: Hearing,
    *,
    danger: DangerId | None,
    shown: str,
    said: str,
    now: datetime,
) -> None:
    """Note that danger was heard. `said` are the words where they may be kept, else ""."""
    row = await tx.first(
        _ADD, person=who, danger=danger, now=to_ms(now), kind=heard.kind, level=heard.level, tier=heard.tier,
        about=heard.who, rule=heard.rule, shown=shown,
    )  # fmt: skip
    assert row is not None
    _keep(tx, who, row["id"], said)


async def missed(tx: Transaction, who: PersonId, *, by: str, said: str, now: datetime) -> None:
    """Note that nothing was heard where staff (`by`: coach or coordinator) say that it should have been."""
    row = await tx.first(
        _ADD, person=who, danger=None, now=to_ms(now), kind="none", level="none", tier=MISSED, about="self",
        rule=f"{MISSED}.{by}", shown="",
    )  # fmt: skip
    assert row is not None
    _keep(tx, who, row["id"], said)


def _keep(tx: Transaction, who: PersonId, which: int, said: str) -> None:
    if said:
        tx.write(_SAID, which=which, words=tx.vault.seal(who, "danger_heard.said", which, said))


async def newest(tx: Transaction, *, kind: str, reviewed: bool, after: int, most: int) -> list[Heard]:
    """A page of the log, newest first: of one kind or of all (""), with or without what was reviewed."""
    rows = await tx.fetch(
        _NEWEST, of_any_kind=int(not kind), only_kind=kind, reviewed_too=int(reviewed), after=after, most=most
    )
    return [await _heard(tx, row) for row in rows]


async def get(tx: Transaction, which: int) -> Heard | None:
    """One row of the log."""
    row = await tx.first(_ONE, which=which)
    return None if row is None else await _heard(tx, row)


async def of_person(tx: Transaction, who: PersonId) -> list[Heard]:
    """Everything the log has of a person, oldest first."""
    return [await _heard(tx, row) for row in await tx.fetch(_OF, person=who)]


async def counts(tx: Transaction) -> dict[tuple[str, bool], int]:
    """How many rows of each kind there are, reviewed (True) or not."""
    found: dict[tuple[str, bool], int] = {}
    for row in await tx.fetch(_MANY):
        key = (row["kind"], row["verdict"] is not None)
        found[key] = found.get(key, 0) + int(row["n"])
    return found


async def reviewed(tx: Transaction) -> list[Heard]:
    """Reviewed rows with words, of people who today agree to be remembered; oldest first."""
    return [await _heard(tx, row) for row in await tx.fetch(_REVIEWED)]


def review(
    tx: Transaction, which: int, verdict: Verdict, should_be: str, staff: PersonId, now: datetime
) -> None:
    """What a coordinator makes of it; a later mark replaces an earlier one."""
    tx.write(_REVIEW, which=which, mark=verdict, better=should_be, staff=staff, now=to_ms(now))


def name_level(tx: Transaction, which: int, level: Level) -> None:
    """How urgent words were in which nothing was heard."""
    tx.write(_NAME, which=which, better=level)


async def _heard(tx: Transaction, row: Row) -> Heard:
    who = PersonId(row["person_id"])
    said = ""
    if row["said"] and await people.unlock(tx, who):
        said = tx.vault.open(who, "danger_heard.said", row["id"], row["said"])
    return Heard(
        id=row["id"],
        person=who,
        danger=None if row["danger_id"] is None else DangerId(row["danger_id"]),
        at=from_ms(row["at"]),
        kind=row["kind"],
        level=row["level"],
        tier=row["tier"],
        who=row["who"],
        rule=row["rule"],
        shown=row["shown"],
        said=said,
        remembers=bool(row["remembers"]),
        verdict=row["verdict"],
        should_be=row["should_be"] or "",
        reviewed_by=_staff(row["reviewed_by"]),
        paged_at=_moment(row["paged_at"]),
        acknowledged_at=_moment(row["acknowledged_at"]),
        acknowledged_by=_staff(row["acknowledged_by"]),
        closed_at=_moment(row["closed_at"]),
        closed_how=row["closed_how"] or "",
        closed_by=_staff(row["closed_by"]),
    )


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _staff(who: int | None) -> PersonId | None:
    return None if who is None else PersonId(who)
