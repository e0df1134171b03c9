"""Requests to be met at a group's door, or for a lift: asked, taken by one of the staff, closed when back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import OfferingId, PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, words
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
    sealed("meet"),
    Column("meet_no", Integer, nullable=False, server_default="0"),
    Column("meet_agreed", Integer, nullable=False, server_default="0"),
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
_OF_PERSON = prepared(select(outing).where(outing.c.person_id == bindparam("person")))
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
    .values(state="asked", taken_by=None, meet=None, meet_agreed=0)
)
_WRITE = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"))
    .values(meet=bindparam("meet"), meet_no=bindparam("number"), meet_agreed=0)
)
_AGREE = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"), outing.c.meet_no == bindparam("number"))
    .where(outing.c.meet_agreed == 0)
    .values(meet_agreed=1)
)
_MOVE = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"))
    .values(starts_at=bindparam("starts"), meet_agreed=0)
)
_CLOSE = prepared(
    update(outing)
    .where(outing.c.id == bindparam("outing"), outing.c.closed_at.is_(None))
    .values(state=bindparam("becomes"), closed_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Outing:
    """One request. `kind`: company or lift; `state`: asked, taken, back, not_safe or off. Times are UTC.

    `meet_no` counts what the two have written to one another; `agreed`: the last of it suits both.
    """

    id: int
    person: PersonId
    offering: OfferingId
    kind: str
    starts: datetime
    state: str
    taken_by: PersonId | None
    meet_no: int = 0
    agreed: bool = False


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


async def of_person(tx: Transaction, who: PersonId) -> list[Outing]:
    """Everything a person has asked for, whatever became of it."""
    return [_outing(row) for row in await tx.fetch(_OF_PERSON, person=who)]


async def open_now(tx: Transaction) -> list[Outing]:
    """Everything that is asked or agreed and not closed, the soonest first."""
    return [_outing(row) for row in await tx.fetch(_OPEN)]


async def take(tx: Transaction, which: int, who: PersonId) -> bool:
    """Let one of the staff have it; False when somebody was first, or it is over."""
    return await tx.change(_TAKE, outing=which, who=who) == 1


async def give_back(tx: Transaction, which: int, who: PersonId) -> bool:
    """Who had it cannot come; False when it is not theirs, or over."""
    return await tx.change(_GIVE_BACK, outing=which, who=who) == 1


async def write(tx: Transaction, request: Outing, said: str) -> int:
    """Keep what one of the two has just written; its number. The person's key must be unlocked."""
    number = request.meet_no + 1
    meet = tx.vault.seal(request.person, "outing.meet", request.id, said)
    await tx.change(_WRITE, outing=request.id, meet=meet, number=number)
    return number


async def agree(tx: Transaction, request: Outing, number: int) -> bool:
    """What was written as `number` suits; False when something newer was, or it was agreed already."""
    return await tx.change(_AGREE, outing=request.id, number=number) == 1


async def last_written(tx: Transaction, request: Outing) -> str:
    """What was written last; "" for nothing. The person's key must be unlocked."""
    row = await tx.first(_GET, outing=request.id)
    meet = None if row is None else row["meet"]
    return "" if meet is None else tx.vault.read(request.person, "outing.meet", request.id, meet) or ""


async def move(tx: Transaction, request: Outing) -> None:
    """It begins at another time; where and when the two meet is open again."""
    await tx.change(_MOVE, outing=request.id, starts=to_ms(request.starts))


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
        row["meet_no"],
        bool(row["meet_agreed"]),
    )
