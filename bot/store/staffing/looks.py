"""Which staff looked at what about whom: kept so that each person can be told. The proof is in `audit`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

What = Literal["list", "summary", "danger_log", "check_ins", "today", "export"]
_HOUR_MS = 3_600_000

look = Table(
    "look",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    whole("staff_id", nullable=False),
    words("what", nullable=False),
    whole("hour", nullable=False),
    instant("at", nullable=False),
    UniqueConstraint("person_id", "staff_id", "what", "hour"),
    Index(None, "hour", "staff_id"),
)
_ADD = prepared(
    insert(look)
    .values(
        person_id=bindparam("person"),
        staff_id=bindparam("staff"),
        what=bindparam("seen"),
        hour=bindparam("in_hour"),
        at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_IN_HOUR = prepared(
    select(look.c.person_id).where(
        look.c.hour == bindparam("in_hour"),
        look.c.staff_id == bindparam("staff"),
        look.c.what == bindparam("seen"),
    )
)
_OF = prepared(select(look).where(look.c.person_id == bindparam("person")).order_by(look.c.id))


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of staff looked, at this moment first within its hour."""

    staff: PersonId
    what: str
    at: datetime


def add(tx: Transaction, whose: Iterable[PersonId], staff: PersonId, what: What, now: datetime) -> None:
    """Note that `staff` looked at what is known of these people; once an hour is enough."""
    at = to_ms(now)
    rows = [
        {"person": who, "staff": staff, "seen": what, "in_hour": at // _HOUR_MS, "now": at}
        for who in dict.fromkeys(whose)
        if who != staff
    ]
    tx.write_many(_ADD, rows)


async def new_among(
    tx: Transaction, whose: Iterable[PersonId], staff: PersonId, what: What, now: datetime
) -> list[PersonId]:
    """Those of these people of whom nothing is noted yet in this hour."""
    rows = await tx.fetch(_IN_HOUR, staff=staff, seen=what, in_hour=to_ms(now) // _HOUR_MS)
    known = {row["person_id"] for row in rows}
    return [who for who in whose if who not in known]


async def of_person(tx: Transaction, who: PersonId) -> list[Look]:
    """Who looked at what about a person, oldest first."""
    return [
        Look(PersonId(row["staff_id"]), row["what"], from_ms(row["at"]))
        for row in await tx.fetch(_OF, person=who)
    ]
