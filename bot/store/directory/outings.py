"""Requests to be met at a group's door, or for a lift: asked, taken by one of the staff, closed when back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import OfferingId, PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

outing = Table(
    "outing",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False, index=True),
    ref("offering_id", "offering.id", nullable=False),
    words("kind", nullable=False),
    instant("starts_at", nullable=False),
    words("state", nullable=False),
    ref("taken_by", "person.id"),
    instant("asked_at", nullable=False),
    instant("closed_at"),
    Index(None, "state", "starts_at"),
    sqlite_autoincrement=True,
)

_ASK = prepared(
    insert(outing)
    .values(
        person_id=bindparam("person"),
        offering_id=bindparam("offering"),
        kind=bindparam("outing_kind"),
        starts_at=bindparam("starts"),
        state="asked",
        asked_at=bindparam("now"),
    )
    .returning(outing.c.id)
)
_GET = prepared(select(outing).where(outing.c.id == bindparam("outing")))
_OPEN_OF = prepared(
    select(outing).where(
        outing.c.person_id == bindparam("person"),
        outing.c.starts_at >= bindparam("now"),
        outing.c.state.in_(["asked", "taken"]),
    )
)
_OPEN = prepared(
    select(outing).where(outing.c.state.in_(["asked", "taken"])).order_by(outing.c.starts_at, outing.c.id)
)
_TAKE = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"), outing.c.state == "asked")
    .values(state="taken", taken_by=bindparam("who"))
)
_GIVE_BACK = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"), outing.c.taken_by == bindparam("who"))
    .where(outing.c.state == "taken")
    .values(state="asked", taken_by=None)
)
_CLOSE = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"), outing.c.closed_at.is_(None))
    .values(state=bindparam("becomes"), closed_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Outing:
    """One request. `kind`: company or lift; `state`: asked, taken, back, not_safe or off. Times are UTC."""

    id: int
    person: PersonId
    offering: OfferingId
    kind: str
    starts: datetime
    state: str
    taken_by: PersonId | None


async def ask(
    tx: Transaction, who: PersonId, which: OfferingId, kind: str, starts: datetime, now: datetime
) -> int:
    """Note a request; its number."""
    row = await tx.first(
        _ASK, person=who, offering=which, outing_kind=kind, starts=to_ms(starts), now=to_ms(now)
    )
    assert row is not None
    return int(row["id"])


async def get(tx: Transaction, which: int) -> Outing | None:
    """A request as it is now."""
    row = await tx.first(_GET, outing=which)
    return None if row is None else _outing(row)


async def ahead_of(tx: Transaction, who: PersonId, now: datetime) -> list[Outing]:
    """What a person has asked for and is still ahead."""
    return [_outing(row) for row in await tx.fetch(_OPEN_OF, person=who, now=to_ms(now))]


async def open_now(tx: Transaction) -> list[Outing]:
    """Everything that is asked or agreed and not closed, the soonest first."""
    return [_outing(row) for row in await tx.fetch(_OPEN)]


async def take(tx: Transaction, which: int, who: PersonId) -> bool:
    """Let one of the staff have it; False when somebody was first, or it is over."""
    return await tx.change(_TAKE, outing=which, who=who) == 1


async def give_back(tx: Transaction, which: int, who: PersonId) -> bool:
    """Who had it cannot come; False when it is not theirs, or over."""
    return await tx.change(_GIVE_BACK, outing=which, who=who) == 1


async def close(tx: Transaction, which: int, becomes: str, now: datetime) -> bool:
    """End it: back, not_safe or off; False when it was ended already."""
    return await tx.change(_CLOSE, outing=which, becomes=becomes, now=to_ms(now)) == 1


def _outing(row: Row) -> Outing:
    taken = row["taken_by"]
    return Outing(
        int(row["id"]),
        PersonId(row["person_id"]),
        OfferingId(row["offering_id"]),
        row["kind"],
        from_ms(row["starts_at"]),
        row["state"],
        None if taken is None else PersonId(taken),
    )
