"""Weekly shifts, and what coaches last said about being there."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Index, Integer, Table, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId, ShiftId
from bot.domain.oncall.duty import Duty, Member
from bot.domain.rota.shifts import Rota, Shift
from bot.store.conversing.people import address, grant
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction
from bot.store.oncall.handoffs import handoff
from bot.store.rota import rota_changes

_TWO_DAYS = timedelta(days=2)
"""What ended before cannot be under way any more."""

shift = Table(
    "shift",
    metadata,
    own_id(),
    ref("coach_id", "person.id", nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("starts_min", Integer, nullable=False),
    Column("ends_min", Integer, nullable=False),
    Index(None, "coach_id"),
)
duty = Table(
    "duty",
    metadata,
    ref("coach_id", "person.id", primary_key=True),
    words("said", nullable=False),
    instant("at", nullable=False),
)

_SHIFTS = prepared(select(shift).order_by(shift.c.weekday, shift.c.starts_min, shift.c.id))
_ADD = prepared(
    insert(shift)
    .values(
        coach_id=bindparam("coach"),
        weekday=bindparam("on_weekday"),
        starts_min=bindparam("starts"),
        ends_min=bindparam("ends"),
    )
    .returning(shift.c.id)
)
_REMOVE = prepared(delete(shift).where(shift.c.id == bindparam("shift")))
_CLEAR = prepared(delete(shift))
_SAY = prepared(
    insert(duty)
    .values(coach_id=bindparam("coach"), said=bindparam("word"), at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["coach_id"], set_={"said": bindparam("word"), "at": bindparam("now")}
    )
)
_DUTY = prepared(select(duty).where(duty.c.coach_id == bindparam("coach")))
_talks = (
    select(func.count())
    .where(handoff.c.coach_id == grant.c.person_id, handoff.c.closed_at.is_(None))
    .scalar_subquery()
)
_STAFF = prepared(
    select(grant.c.person_id, grant.c.role, duty.c.said, duty.c.at, _talks.label("talks"))
    .select_from(
        grant.join(address, address.c.person_id == grant.c.person_id).outerjoin(
            duty, duty.c.coach_id == grant.c.person_id
        )
    )
    .where(grant.c.ended_at.is_(None), address.c.reachable)
    .order_by(grant.c.person_id, grant.c.role)
)


async def weekly(tx: Transaction) -> list[Shift]:
    """The shifts of every week, by day and time."""
    return [_shift(row) for row in await tx.fetch(_SHIFTS)]


async def rota(tx: Transaction, zone: ZoneInfo, now: datetime) -> Rota:
    """The rota as it holds from two days before `now` on; its wall times are those of `zone`."""
    repeated = await weekly(tx)
    turned = await rota_changes.rotations(tx)
    return Rota(zone, (*repeated, *turned), await rota_changes.changes(tx, now - _TWO_DAYS))


async def add_shift(tx: Transaction, coach: PersonId, weekday: int, start: time, end: time) -> ShiftId:
    """A weekly shift; Monday is 0, seconds are dropped, an end not after the start is on the next day."""
    row = await tx.first(_ADD, coach=coach, on_weekday=weekday, starts=_minutes(start), ends=_minutes(end))
    assert row is not None
    return ShiftId(row["id"])


async def remove_shift(tx: Transaction, which: ShiftId) -> bool:
    """Take a shift off the rota; False if there was none."""
    return await tx.change(_REMOVE, shift=which) == 1


def clear(tx: Transaction) -> None:
    """Take every shift off the rota, before a new one is written."""
    tx.write(_CLEAR)


def say(tx: Transaction, what: Duty) -> None:
    """Keep what a coach said about being there; the word before is replaced."""
    tx.write(_SAY, coach=what.coach, word=what.said, now=to_ms(what.at))


async def duty_of(tx: Transaction, coach: PersonId) -> Duty | None:
    """What the coach last said, or None."""
    row = await tx.first(_DUTY, coach=coach)
    return None if row is None else Duty(coach, row["said"], from_ms(row["at"]))


async def members(tx: Transaction) -> list[Member]:
    """Everyone reachable who works for the service, with their grants, talks and last word, by id."""
    found: dict[PersonId, Member] = {}
    for row in await tx.fetch(_STAFF):
        who = PersonId(row["person_id"])
        roles = found[who].roles if who in found else frozenset()
        said = None if row["said"] is None else Duty(who, row["said"], from_ms(row["at"]))
        found[who] = Member(who, roles | {row["role"]}, row["talks"], said)
    return list(found.values())


def _shift(row: Row) -> Shift:
    return Shift(
        ShiftId(row["id"]),
        PersonId(row["coach_id"]),
        row["weekday"],
        _time(row["starts_min"]),
        _time(row["ends_min"]),
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
