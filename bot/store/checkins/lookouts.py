"""Coaches who agreed to hear when somebody they talked with goes quiet; the person agreed too."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.checkins.plans import plan
from bot.store.conversing.people import person
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

lookout = Table(
    "lookout",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    ref("coach_id", "person.id", nullable=False),
    instant("coach_agreed_at"),
    instant("person_agreed_at"),
    instant("told_at"),
    instant("ended_at"),
    UniqueConstraint("person_id", "coach_id"),
    Index(None, "coach_id"),
)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Somebody who has been quiet, whom a coach said they would like to hear about, and since when."""

    id: int
    person: PersonId
    coach: PersonId
    since: datetime


_COACH = prepared(
    insert(lookout)
    .values(person_id=bindparam("person"), coach_id=bindparam("coach"), coach_agreed_at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["person_id", "coach_id"], set_={"coach_agreed_at": bindparam("now"), "ended_at": None}
    )
)
_PERSON = prepared(
    insert(lookout)
    .values(person_id=bindparam("person"), coach_id=bindparam("coach"), person_agreed_at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["person_id", "coach_id"],
        set_={"person_agreed_at": bindparam("now"), "ended_at": None},
    )
)
_END_OF = prepared(
    update(lookout)
    .where(lookout.c.person_id == bindparam("person"), lookout.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_QUIET = prepared(
    select(lookout.c.id, lookout.c.person_id, lookout.c.coach_id, person.c.seen_at)
    .select_from(
        lookout.join(person, person.c.id == lookout.c.person_id).join(
            plan, (plan.c.person_id == lookout.c.person_id) & plan.c.ended_at.is_(None)
        )
    )
    .where(
        plan.c.unanswered >= 1,
        lookout.c.coach_agreed_at.is_not(None),
        lookout.c.person_agreed_at.is_not(None),
        lookout.c.ended_at.is_(None),
        person.c.seen_at <= bindparam("before"),
        (lookout.c.told_at.is_(None)) | (lookout.c.told_at < person.c.seen_at),
    )
    .order_by(lookout.c.id)
    .limit(bindparam("most"))
)
_END = prepared(update(lookout).where(lookout.c.id == bindparam("row")).values(ended_at=bindparam("now")))
_TOLD = prepared(update(lookout).where(lookout.c.id == bindparam("row")).values(told_at=bindparam("now")))


def coach_agrees(tx: Transaction, who: PersonId, coach: PersonId, now: datetime) -> None:
    """The coach would like to hear if that person goes quiet."""
    tx.write(_COACH, person=who, coach=coach, now=to_ms(now))


def person_agrees(tx: Transaction, who: PersonId, coach: PersonId, now: datetime) -> None:
    """The person does not mind that this coach hears it."""
    tx.write(_PERSON, person=who, coach=coach, now=to_ms(now))


def end_of(tx: Transaction, who: PersonId, now: datetime) -> None:
    """Nobody is told about this person any more."""
    tx.write(_END_OF, person=who, now=to_ms(now))


async def quiet_since(tx: Transaction, before: datetime, most: int) -> list[Quiet]:
    """Those silent since `before` who let a check-in go by, both having agreed; once for each silence."""
    return [
        Quiet(row["id"], PersonId(row["person_id"]), PersonId(row["coach_id"]), from_ms(row["seen_at"]))
        for row in await tx.fetch(_QUIET, before=to_ms(before), most=most)
    ]


def end(tx: Transaction, which: Quiet, now: datetime) -> None:
    """The coach is none any more."""
    tx.write(_END, row=which.id, now=to_ms(now))


def told(tx: Transaction, which: Quiet, now: datetime) -> None:
    """The coach has been told of this silence."""
    tx.write(_TOLD, row=which.id, now=to_ms(now))
