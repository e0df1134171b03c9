"""Check-in plans, and their slots: one row for each local date there is or was something to ask."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.checkin import Answer, Cadence, Ending, Plan, Slot, Why, Window
from bot.domain.ids import PersonId, PlanId
from bot.store.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.metadata import metadata
from bot.store.statement import prepared
from bot.store.transaction import Row, Transaction

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
    Column("unanswered", Integer, nullable=False),
    instant("created_at", nullable=False),
    instant("ended_at"),
    words("ended_why"),
    Index("ix_plan_open", "person_id", unique=True, sqlite_where=Column("ended_at").is_(None),
          postgresql_where=Column("ended_at").is_(None)),
    sqlite_autoincrement=True,
)  # fmt: skip
slot = Table(
    "slot",
    metadata,
    own_id(),
    ref("plan_id", "plan.id", nullable=False),
    ref("person_id", "person.id", nullable=False),
    words("on_date", nullable=False),
    instant("due_at", nullable=False),
    words("state", nullable=False),
    words("why"),
    words("answer"),
    instant("done_at"),
    UniqueConstraint("plan_id", "on_date"),
    Index("ix_slot_due", "due_at", "id", sqlite_where=Column("state") == "waiting",
          postgresql_where=Column("state") == "waiting"),
    Index(None, "person_id", "on_date"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan in force, whose it is, and how many check-ins in a row went unanswered."""

    plan: Plan
    person: PersonId
    window: Window
    unanswered: int


@dataclass(frozen=True, slots=True)
class SentSlot:
    """A check-in that was sent, and its answer if there is one."""

    plan: PlanId
    on: date
    answer: Answer | None


_ADD_PLAN = prepared(
    insert(plan)
    .values(
        person_id=bindparam("person"),
        cadence=bindparam("cadence"),
        part_of_day=bindparam("window"),
        at_min=0,
        zone=bindparam("zone"),
        began_on=bindparam("began"),
        unanswered=0,
        created_at=bindparam("now"),
    )
    .returning(plan.c.id)
)
_SET_TIME = prepared(update(plan).where(plan.c.id == bindparam("plan")).values(at_min=bindparam("minutes")))
_OPEN_OF = prepared(select(plan).where(plan.c.person_id == bindparam("person"), plan.c.ended_at.is_(None)))
_BY_ID = prepared(select(plan).where(plan.c.id == bindparam("plan"), plan.c.ended_at.is_(None)))
_END = prepared(
    update(plan)
    .where(plan.c.id == bindparam("plan"), plan.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_why=bindparam("why"))
)
_SET_ZONE = prepared(update(plan).where(plan.c.id == bindparam("plan")).values(zone=bindparam("new_zone")))
_UNANSWERED = prepared(
    update(plan).where(plan.c.id == bindparam("plan")).values(unanswered=bindparam("how_many"))
)
_ADD_SLOT = prepared(
    insert(slot)
    .values(
        plan_id=bindparam("plan"),
        person_id=bindparam("person"),
        on_date=bindparam("on_day"),
        due_at=bindparam("due"),
        state="waiting",
    )
    .on_conflict_do_update(
        index_elements=["plan_id", "on_date"],
        set_={"due_at": bindparam("due"), "state": "waiting"},
        where=slot.c.state == "withdrawn",
    )
)
_DUE = prepared(
    select(slot.c.plan_id, slot.c.on_date, slot.c.due_at)
    .where(slot.c.state == "waiting", slot.c.due_at <= bindparam("now"))
    .order_by(slot.c.due_at, slot.c.id)
    .limit(bindparam("most"))
)
_SETTLE = prepared(
    update(slot)
    .where(
        slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"), slot.c.state == "waiting"
    )
    .values(state=bindparam("new_state"), why=bindparam("reason"), done_at=bindparam("now"))
)
_WITHDRAW = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.state == "waiting")
    .values(state="withdrawn", done_at=bindparam("now"))
)
_ANSWER = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"))
    .values(answer=bindparam("said"), done_at=bindparam("now"))
)
_SENT = prepared(
    select(slot.c.plan_id, slot.c.on_date, slot.c.answer)
    .where(slot.c.person_id == bindparam("person"), slot.c.state == "sent")
    .order_by(slot.c.on_date.desc(), slot.c.id.desc())
    .limit(bindparam("most"))
)
_LAST_HAD = prepared(
    select(func.max(slot.c.on_date).label("on_day")).where(
        slot.c.person_id == bindparam("person"), slot.c.state.in_(["sent", "missed"])
    )
)
_WAITING_OF = prepared(
    select(slot.c.on_date, slot.c.due_at).where(
        slot.c.person_id == bindparam("person"), slot.c.state == "waiting"
    )
)
_NEXT = prepared(select(func.min(slot.c.due_at).label("due")).where(slot.c.state == "waiting"))


async def add_plan(
    tx: Transaction,
    who: PersonId,
    *,
    cadence: Cadence,
    window: Window,
    zone: ZoneInfo,
    began: date,
    now: datetime,
) -> PlanId:
    """A new plan; the one before must have been ended. Its time of day is set by `set_time`."""
    row = await tx.first(
        _ADD_PLAN,
        person=who,
        cadence=cadence.value,
        window=window.value,
        zone=zone.key,
        began=began.isoformat(),
        now=to_ms(now),
    )
    assert row is not None
    return PlanId(row["id"])


def set_time(tx: Transaction, which: PlanId, at: time) -> None:
    """The plan's wall time."""
    tx.write(_SET_TIME, plan=which, minutes=at.hour * 60 + at.minute)


def set_zone(tx: Transaction, which: PlanId, zone: ZoneInfo) -> None:
    """The zone whose clocks count from now on."""
    tx.write(_SET_ZONE, plan=which, new_zone=zone.key)


async def open_of(tx: Transaction, who: PersonId) -> OpenPlan | None:
    """The person's plan in force, or None."""
    row = await tx.first(_OPEN_OF, person=who)
    return None if row is None else _open(row)


async def get(tx: Transaction, which: PlanId) -> OpenPlan | None:
    """A plan in force, or None once it has ended."""
    row = await tx.first(_BY_ID, plan=which)
    return None if row is None else _open(row)


async def end(tx: Transaction, which: PlanId, why: Ending, now: datetime) -> bool:
    """End a plan and take back what it had waiting; False if it had ended."""
    if await tx.change(_END, plan=which, now=to_ms(now), why=why) == 0:
        return False
    withdraw(tx, which, now)
    return True


def set_unanswered(tx: Transaction, which: PlanId, how_many: int) -> None:
    """How many in a row went unanswered."""
    tx.write(_UNANSWERED, plan=which, how_many=how_many)


def add_slot(tx: Transaction, who: PersonId, what: Slot) -> None:
    """The next thing to ask. A date that has one already keeps it, unless that one was withdrawn unsent."""
    tx.write(_ADD_SLOT, plan=what.plan, person=who, on_day=what.on.isoformat(), due=to_ms(what.due))


async def due(tx: Transaction, now: datetime, most: int) -> list[Slot]:
    """At most `most` slots whose time has come, the longest due first."""
    return [
        Slot(PlanId(row["plan_id"]), date.fromisoformat(row["on_date"]), from_ms(row["due_at"]))
        for row in await tx.fetch(_DUE, now=to_ms(now), most=most)
    ]


async def settle(tx: Transaction, what: Slot, now: datetime, missed: Why | None = None) -> bool:
    """Mark a slot sent, or missed and why; False when another did, or it was withdrawn."""
    state = "missed" if missed else "sent"
    day = what.on.isoformat()
    changed = await tx.change(
        _SETTLE, plan=what.plan, on_day=day, new_state=state, reason=missed, now=to_ms(now)
    )
    return changed == 1


def withdraw(tx: Transaction, which: PlanId, now: datetime) -> None:
    """Take back what waits, because the plan ended or moves."""
    tx.write(_WITHDRAW, plan=which, now=to_ms(now))


def answer(tx: Transaction, which: PlanId, on: date, said: Answer, now: datetime) -> None:
    """Keep the answer to a check-in; a second answer replaces the first."""
    tx.write(_ANSWER, plan=which, on_day=on.isoformat(), said=said, now=to_ms(now))


async def sent(tx: Transaction, who: PersonId, most: int) -> list[SentSlot]:
    """The person's last check-ins that were sent, newest first."""
    return [
        SentSlot(PlanId(row["plan_id"]), date.fromisoformat(row["on_date"]), row["answer"])
        for row in await tx.fetch(_SENT, person=who, most=most)
    ]


async def last_had(tx: Transaction, who: PersonId) -> date | None:
    """The latest local date that has had its check-in, sent or missed, whatever the plan."""
    row = await tx.first(_LAST_HAD, person=who)
    return None if row is None or row["on_day"] is None else date.fromisoformat(row["on_day"])


async def waiting_of(tx: Transaction, who: PersonId) -> tuple[date, datetime] | None:
    """The next check-in of a person: its local date, and when it is due; None when none waits."""
    row = await tx.first(_WAITING_OF, person=who)
    return None if row is None else (date.fromisoformat(row["on_date"]), from_ms(row["due_at"]))


async def next_due(tx: Transaction) -> datetime | None:
    """When the next slot is due, or None."""
    row = await tx.first(_NEXT)
    return None if row is None or row["due"] is None else from_ms(row["due"])


def _open(row: Row) -> OpenPlan:
    minutes = row["at_min"]
    return OpenPlan(
        Plan(
            PlanId(row["id"]),
            Cadence(row["cadence"]),
            time(minutes // 60, minutes % 60),
            ZoneInfo(row["zone"]),
            date.fromisoformat(row["began_on"]),
        ),
        PersonId(row["person_id"]),
        Window(row["part_of_day"]),
        row["unanswered"],
    )
