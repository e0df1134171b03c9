"""Appointments that people wait for: a date, perhaps a time, and how it went."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from sqlalchemy import Column, ColumnClause, Index, Integer, Table, bindparam, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

State = Literal["planned", "went", "missed", "moved", "cancelled"]

appointment = Table(
    "appointment",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("on_date", nullable=False),
    Column("at_min", Integer),
    words("state", nullable=False),
    instant("created_at", nullable=False),
    instant("done_at"),
    Index("ix_appointment_planned", "person_id", unique=True,
          sqlite_where=Column("state") == "planned", postgresql_where=Column("state") == "planned"),
    Index(None, "state", "done_at"),
    sqlite_autoincrement=True,
)  # fmt: skip

planned_: ColumnClause[str] = literal_column("'planned'")
"""Written out and not bound: SQLite uses a partial index only where it can see the value."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """The one a person waits for; `at` where they know the time."""

    id: int
    on: date
    at: time | None


_ADD = prepared(
    insert(appointment).values(
        person_id=bindparam("person"),
        on_date=bindparam("on_day"),
        at_min=bindparam("minutes"),
        state="planned",
        created_at=bindparam("now"),
    )
)
_PLANNED = prepared(
    select(appointment).where(appointment.c.person_id == bindparam("person"), appointment.c.state == planned_)
)
_END = prepared(
    update(appointment)
    .where(appointment.c.person_id == bindparam("person"), appointment.c.state == planned_)
    .values(state=bindparam("new_state"), done_at=bindparam("now"))
)


def add(tx: Transaction, who: PersonId, on: date, at: time | None, now: datetime) -> None:
    """A date the person gave; the one before must have been ended."""
    minutes = None if at is None else at.hour * 60 + at.minute
    tx.write(_ADD, person=who, on_day=on.isoformat(), minutes=minutes, now=to_ms(now))


async def planned(tx: Transaction, who: PersonId) -> Appointment | None:
    """The one they wait for, or None."""
    row = await tx.first(_PLANNED, person=who)
    if row is None:
        return None
    at = None if row["at_min"] is None else time(row["at_min"] // 60, row["at_min"] % 60)
    return Appointment(row["id"], date.fromisoformat(row["on_date"]), at)


def end(tx: Transaction, who: PersonId, how: State, now: datetime) -> None:
    """How it went, if there is one."""
    tx.write(_END, person=who, new_state=how, now=to_ms(now))
