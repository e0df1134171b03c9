"""Slots of check-in plans: one row for each local date on which there is or was something to say."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    ColumnClause,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.domain.checkins.cadence import Kind
from bot.domain.checkins.checkin import Answer, Slot, Why
from bot.domain.ids import PersonId, PlanId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

slot = Table(
    "slot",
    metadata,
    own_id(),
    ref("plan_id", "plan.id", nullable=False),
    ref("person_id", "person.id", nullable=False),
    words("on_date", nullable=False),
    instant("due_at", nullable=False),
    words("kind", nullable=False, server_default="question"),
    words("state", nullable=False),
    words("why"),
    words("said"),
    words("answer"),
    instant("done_at"),
    UniqueConstraint("plan_id", "on_date"),
    Index("ix_slot_due", "due_at", "id", sqlite_where=Column("state") == "waiting",
          postgresql_where=Column("state") == "waiting"),
    Index(None, "person_id", "on_date"),
    Index("ix_slot_done", "done_at", "person_id", sqlite_where=Column("done_at").is_not(None),
          postgresql_where=Column("done_at").is_not(None)),
)  # fmt: skip

waiting: ColumnClause[str] = literal_column("'waiting'")
sent_: ColumnClause[str] = literal_column("'sent'")
"""Written out and not bound: SQLite uses a partial index only where it can see the value."""


@dataclass(frozen=True, slots=True)
class SentSlot:
    """A check-in that was sent, and its answer if there is one."""

    plan: PlanId
    on: date
    answer: Answer | None
    kind: Kind


_ADD_SLOT = prepared(
    insert(slot)
    .values(
        plan_id=bindparam("plan"),
        person_id=bindparam("person"),
        on_date=bindparam("on_day"),
        due_at=bindparam("due"),
        kind=bindparam("of_kind"),
        state="waiting",
    )
    .on_conflict_do_update(
        index_elements=["plan_id", "on_date"],
        set_={"due_at": bindparam("due"), "kind": bindparam("of_kind"), "state": "waiting"},
        where=slot.c.state == "withdrawn",
    )
)
_DUE = prepared(
    select(slot.c.plan_id, slot.c.on_date, slot.c.due_at, slot.c.kind)
    .where(slot.c.state == waiting, slot.c.due_at <= bindparam("now"))
    .order_by(slot.c.due_at, slot.c.id)
    .limit(bindparam("most"))
)
_SETTLE = prepared(
    update(slot)
    .where(
        slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"), slot.c.state == waiting
    )
    .values(state=bindparam("new_state"), why=bindparam("reason"), done_at=bindparam("now"))
)
_UNSEND = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"), slot.c.state == sent_)
    .values(state="missed", why=bindparam("reason"))
    .returning(slot.c.kind)
)
_DUE_OF = prepared(
    select(slot.c.due_at).where(slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"))
)
_SAID = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"))
    .values(kind=bindparam("of_kind"), said=bindparam("words"))
)
_MOVE = prepared(
    update(slot)
    .where(
        slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"), slot.c.state == waiting
    )
    .values(due_at=bindparam("new_due"))
)
_SAID_TO = prepared(
    select(slot.c.said).where(slot.c.person_id == bindparam("person"), slot.c.said.is_not(None))
)
_STRAYED = prepared(
    select(slot.c.plan_id)
    .where(slot.c.state == waiting, slot.c.due_at > bindparam("far"))
    .order_by(slot.c.due_at)
    .limit(bindparam("most"))
)
_DROP_AFTER = prepared(
    delete(slot).where(slot.c.person_id == bindparam("person"), slot.c.on_date > bindparam("on_day"))
)
_WITHDRAW = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.state == waiting)
    .values(state="withdrawn", done_at=bindparam("now"))
)
_TAKE_BACK = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"), slot.c.state == sent_)
    .values(state="withdrawn", said=None, done_at=bindparam("now"))
)
_ANSWER = prepared(
    update(slot)
    .where(slot.c.plan_id == bindparam("plan"), slot.c.on_date == bindparam("on_day"))
    .values(answer=bindparam("said"), done_at=bindparam("now"))
)
_SENT = prepared(
    select(slot.c.plan_id, slot.c.on_date, slot.c.answer, slot.c.kind)
    .where(slot.c.person_id == bindparam("person"), slot.c.state == sent_)
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
        slot.c.person_id == bindparam("person"), slot.c.state == waiting
    )
)
_NEXT = prepared(select(func.min(slot.c.due_at).label("due")).where(slot.c.state == waiting))


def add_slot(tx: Transaction, who: PersonId, what: Slot) -> None:
    """The next thing to ask. A date that has one already keeps it, unless that one was withdrawn unsent."""
    tx.write(
        _ADD_SLOT,
        plan=what.plan,
        person=who,
        on_day=what.on.isoformat(),
        due=to_ms(what.due),
        of_kind=what.kind.value,
    )


async def due(tx: Transaction, now: datetime, most: int) -> list[Slot]:
    """At most `most` slots whose time has come, the longest due first."""
    return [
        Slot(
            PlanId(row["plan_id"]),
            date.fromisoformat(row["on_date"]),
            from_ms(row["due_at"]),
            Kind(row["kind"]),
        )
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


async def unsend(tx: Transaction, which: PlanId, on: date, why: Why) -> Kind | None:
    """A slot that counted as sent was missed after all; what it would have said, None if it was not sent."""
    row = await tx.first(_UNSEND, plan=which, on_day=on.isoformat(), reason=why)
    return None if row is None else Kind(row["kind"])


async def due_of(tx: Transaction, which: PlanId, on: date) -> datetime | None:
    """When a slot was due; None if there is none."""
    row = await tx.first(_DUE_OF, plan=which, on_day=on.isoformat())
    return None if row is None else from_ms(row["due_at"])


def note_said(tx: Transaction, what: Slot, kind: Kind, said: str | None) -> None:
    """What a slot really said; `said` names the caring message, so that nobody gets it twice."""
    tx.write(_SAID, plan=what.plan, on_day=what.on.isoformat(), of_kind=kind.value, words=said)


async def said_to(tx: Transaction, who: PersonId) -> frozenset[str]:
    """The caring messages a person has had, under every plan."""
    return frozenset(row["said"] for row in await tx.fetch(_SAID_TO, person=who))


def move(tx: Transaction, what: Slot, due: datetime) -> None:
    """A slot that waits is due at another moment: the clocks of its zone follow new rules."""
    tx.write(_MOVE, plan=what.plan, on_day=what.on.isoformat(), new_due=to_ms(due))


async def strayed(tx: Transaction, far: datetime, most: int) -> list[PlanId]:
    """Plans whose next slot lies beyond `far`, laid there while the clock was wrong."""
    return [PlanId(row["plan_id"]) for row in await tx.fetch(_STRAYED, far=to_ms(far), most=most)]


def drop_after(tx: Transaction, who: PersonId, on: date) -> None:
    """Forget a person's slots of later dates than `on`: they cannot have been."""
    tx.write(_DROP_AFTER, person=who, on_day=on.isoformat())


def withdraw(tx: Transaction, which: PlanId, now: datetime) -> None:
    """Take back what waits, because the plan ended or moves."""
    tx.write(_WITHDRAW, plan=which, now=to_ms(now))


def take_back(tx: Transaction, which: PlanId, on: date, now: datetime) -> None:
    """A slot that counted as sent was withdrawn: its message never left, and its date has had none."""
    tx.write(_TAKE_BACK, plan=which, on_day=on.isoformat(), now=to_ms(now))


def answer(tx: Transaction, which: PlanId, on: date, said: Answer, now: datetime) -> None:
    """Keep the answer to a check-in; a second answer replaces the first."""
    tx.write(_ANSWER, plan=which, on_day=on.isoformat(), said=said, now=to_ms(now))


async def sent(tx: Transaction, who: PersonId, most: int) -> list[SentSlot]:
    """The person's last check-ins that were sent, newest first."""
    return [
        SentSlot(PlanId(row["plan_id"]), date.fromisoformat(row["on_date"]), row["answer"], Kind(row["kind"]))
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
