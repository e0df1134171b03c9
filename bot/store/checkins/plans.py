"""Check-in plans: what people asked for, one in force at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Index, Integer, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.checkins.cadence import EVERY_DAY, Cadence, Days
from bot.domain.checkins.checkin import Ending, Plan, Window
from bot.domain.ids import PersonId, PlanId
from bot.store.engine.columns import instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

plan = Table(
    "plan",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("cadence", nullable=False),
    words("part_of_day", nullable=False),
    Column("at_min", Integer, nullable=False),
    words("zone", nullable=False),
    words("began_on", nullable=False),
    Column("days", Integer, nullable=False, server_default="127"),
    Column("unanswered", Integer, nullable=False),
    words("paused_on"),
    words("paused_until"),
    words("ends_on"),
    instant("created_at", nullable=False),
    instant("ended_at"),
    words("ended_why"),
    Index(None, "person_id", "id"),
    Index("ix_plan_open", "person_id", unique=True, sqlite_where=Column("ended_at").is_(None),
          postgresql_where=Column("ended_at").is_(None)),
    Index("ix_plan_quiet", "unanswered", sqlite_where=(Column("unanswered", Integer) >= 2),
          postgresql_where=(Column("unanswered", Integer) >= 2)),
    sqlite_autoincrement=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan, whose it is, and in which part of the day; `ended` once it is no longer in force, and why."""

    plan: Plan
    person: PersonId
    window: Window
    ended: Ending | None = None


_ADD_PLAN = prepared(
    insert(plan)
    .values(
        person_id=bindparam("person"),
        cadence=bindparam("cadence"),
        part_of_day=bindparam("window"),
        at_min=0,
        zone=bindparam("zone"),
        began_on=bindparam("began"),
        days=bindparam("weekdays"),
        unanswered=0,
        ends_on=bindparam("ends"),
        created_at=bindparam("now"),
    )
    .returning(plan.c.id)
)
_SET = prepared(
    update(plan)
    .where(plan.c.id == bindparam("plan"))
    .values(
        cadence=bindparam("new_cadence"),
        part_of_day=bindparam("new_window"),
        at_min=bindparam("minutes"),
        zone=bindparam("new_zone"),
        began_on=bindparam("new_began"),
        days=bindparam("weekdays"),
        unanswered=bindparam("how_many"),
        paused_on=bindparam("new_paused"),
        paused_until=bindparam("new_until"),
        ends_on=bindparam("new_ends"),
    )
)
_LAST_OF = prepared(
    select(plan).where(plan.c.person_id == bindparam("person")).order_by(plan.c.id.desc()).limit(1)
)
_OPEN_OF = prepared(select(plan).where(plan.c.person_id == bindparam("person"), plan.c.ended_at.is_(None)))
_BY_ID = prepared(select(plan).where(plan.c.id == bindparam("plan"), plan.c.ended_at.is_(None)))
_END = prepared(
    update(plan)
    .where(plan.c.id == bindparam("plan"), plan.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_why=bindparam("why"))
)


async def add(
    tx: Transaction,
    who: PersonId,
    *,
    cadence: Cadence,
    window: Window,
    zone: ZoneInfo,
    began: date,
    now: datetime,
    days: Days = EVERY_DAY,
    ends: date | None = None,
) -> PlanId:
    """A new plan; the one before must have been ended. Its time of day is set by `save`."""
    row = await tx.first(
        _ADD_PLAN,
        person=who,
        cadence=cadence.value,
        window=window.value,
        zone=zone.key,
        began=began.isoformat(),
        weekdays=_bits(days),
        ends=_iso(ends),
        now=to_ms(now),
    )
    assert row is not None
    return PlanId(row["id"])


def save(tx: Transaction, what: Plan, window: Window) -> None:
    """Everything about a plan that can change."""
    tx.write(
        _SET,
        plan=what.id,
        new_cadence=what.cadence.value,
        new_window=window.value,
        minutes=what.at.hour * 60 + what.at.minute,
        new_zone=what.zone.key,
        new_began=what.began_on.isoformat(),
        weekdays=_bits(what.days),
        how_many=what.unanswered,
        new_paused=_iso(what.paused_on),
        new_until=_iso(what.paused_until),
        new_ends=_iso(what.ends_on),
    )


async def open_of(tx: Transaction, who: PersonId) -> OpenPlan | None:
    """The person's plan in force, or None."""
    row = await tx.first(_OPEN_OF, person=who)
    return None if row is None else _open(row)


async def last_of(tx: Transaction, who: PersonId) -> OpenPlan | None:
    """The person's newest plan, in force or ended, or None."""
    row = await tx.first(_LAST_OF, person=who)
    return None if row is None else _open(row)


async def get(tx: Transaction, which: PlanId) -> OpenPlan | None:
    """A plan in force, or None once it has ended."""
    row = await tx.first(_BY_ID, plan=which)
    return None if row is None else _open(row)


async def end(tx: Transaction, which: PlanId, why: Ending, now: datetime) -> bool:
    """End a plan; False if it had ended. What it had waiting is taken back by `checkins.withdraw`."""
    return await tx.change(_END, plan=which, now=to_ms(now), why=why) == 1


def _open(row: Row) -> OpenPlan:
    minutes = row["at_min"]
    plan_now = Plan(
        PlanId(row["id"]),
        Cadence(row["cadence"]),
        time(minutes // 60, minutes % 60),
        ZoneInfo(row["zone"]),
        date.fromisoformat(row["began_on"]),
        frozenset(day for day in range(7) if row["days"] >> day & 1),
        row["unanswered"],
        _date(row["paused_on"]),
        _date(row["paused_until"]),
        _date(row["ends_on"]),
    )
    return OpenPlan(
        plan_now,
        PersonId(row["person_id"]),
        Window(row["part_of_day"]),
        row["ended_why"] if row["ended_at"] is not None else None,
    )


def _bits(days: Days) -> int:
    return sum(1 << day for day in days)


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
