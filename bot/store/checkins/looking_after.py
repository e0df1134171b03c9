"""What coordinators look at of check-ins: who is due, missed, quiet, struggling; answers by plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, literal_column, select

from bot.domain.checkins.checkin import Answer
from bot.domain.ids import PersonId
from bot.store.checkins.appointments import appointment
from bot.store.checkins.checkins import slot, waiting
from bot.store.checkins.plans import plan
from bot.store.conversing.events import event
from bot.store.conversing.people import address, person
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import Prepared, among, batches, prepared
from bot.store.engine.transaction import Transaction


@dataclass(frozen=True, slots=True)
class About:
    """Something about one person at a moment; `word` is the answer, the reason or the cadence."""

    person: PersonId
    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Response:
    """How one kind of plan was answered: questions sent, answered, and answered with a hard day."""

    cadence: str
    people: int
    sent: int
    answered: int
    hard: int


@dataclass(frozen=True, slots=True)
class Reached:
    """When somebody last wrote, how many check-ins they have let go by, whether they can be written to."""

    seen: datetime
    unanswered: int
    reachable: bool


_LAST = 4
"""So many answers of each person are looked at."""
_DUE = prepared(
    select(slot.c.person_id, slot.c.due_at.label("at"), plan.c.cadence.label("word"))
    .select_from(slot.join(plan, plan.c.id == slot.c.plan_id))
    .where(slot.c.state == waiting, slot.c.due_at < bindparam("until"))
    .order_by(slot.c.due_at)
    .limit(bindparam("most"))
)
_DUE_COUNT = prepared(
    select(func.count().label("n")).where(slot.c.state == waiting, slot.c.due_at < bindparam("until"))
)
_MISSED = prepared(
    select(slot.c.person_id, slot.c.done_at.label("at"), slot.c.why.label("word"))
    .where(
        slot.c.state == "missed",
        slot.c.done_at >= bindparam("since"),
        slot.c.why.in_(["late", "quiet", "unsafe", "blocked"]),
    )
    .order_by(slot.c.done_at.desc())
    .limit(bindparam("most"))
)
_QUIET = prepared(
    select(plan.c.person_id, person.c.seen_at.label("at"), plan.c.cadence.label("word"), plan.c.unanswered)
    .select_from(plan.join(person, person.c.id == plan.c.person_id))
    .where(plan.c.ended_at.is_(None), plan.c.unanswered >= literal_column("2"))
    .order_by(person.c.seen_at.desc())
    .limit(bindparam("most"))
)
_HARD = prepared(
    select(slot.c.person_id, slot.c.done_at.label("at"), slot.c.answer.label("word"))
    .where(
        slot.c.state == "sent",
        slot.c.done_at >= bindparam("since"),
        slot.c.answer.in_(["struggling", "used"]),
    )
    .order_by(slot.c.done_at.desc())
    .limit(bindparam("most"))
)
_IN_VAIN = prepared(
    select(event.c.person_id, func.max(event.c.at).label("at"), event.c.kind.label("word"))
    .where(
        event.c.kind == "handoff_unanswered",
        event.c.at >= bindparam("since"),
        event.c.person_id.is_not(None),
    )
    .group_by(event.c.person_id, event.c.kind)
    .order_by(func.max(event.c.at).desc())
    .limit(bindparam("most"))
)
_MISSED_DAY = prepared(
    select(appointment.c.person_id, appointment.c.done_at.label("at"), appointment.c.state.label("word"))
    .where(appointment.c.state == "missed", appointment.c.done_at >= bindparam("since"))
    .order_by(appointment.c.done_at.desc())
    .limit(bindparam("most"))
)
_earlier = slot.alias("earlier")
_fourth = (
    select(_earlier.c.on_date)
    .where(
        _earlier.c.person_id == person.c.id,
        _earlier.c.state == "sent",
        _earlier.c.answer.is_not(None),
    )
    .order_by(_earlier.c.on_date.desc())
    .limit(1)
    .offset(_LAST - 1)
    .scalar_subquery()
)
_ANSWERS = prepared(
    select(slot.c.person_id, slot.c.answer, slot.c.done_at)
    .select_from(person.join(slot, slot.c.person_id == person.c.id))
    .where(
        among(person.c.id),
        slot.c.state == "sent",
        slot.c.answer.is_not(None),
        slot.c.on_date >= func.coalesce(_fourth, literal_column("''")),
    )
    .order_by(slot.c.person_id, slot.c.on_date.desc(), slot.c.id.desc())
)
_STANDING = prepared(
    select(person.c.id, person.c.seen_at, person.c.pushes, address.c.reachable, plan.c.unanswered)
    .select_from(
        person.join(address).outerjoin(plan, (plan.c.person_id == person.c.id) & plan.c.ended_at.is_(None))
    )
    .where(among(person.c.id))
)
_TALKED = prepared(
    select(event.c.person_id, func.max(event.c.at).label("at"))
    .where(
        event.c.kind == "handoff_accepted",
        event.c.at >= bindparam("since"),
        event.c.person_id.is_not(None),
    )
    .group_by(event.c.person_id)
)
_RESPONSE = prepared(
    select(
        plan.c.cadence,
        func.count(slot.c.person_id.distinct()).label("people"),
        func.count().label("sent"),
        func.count(slot.c.answer).label("answered"),
        func.sum(case((slot.c.answer.in_(["struggling", "used"]), 1), else_=0)).label("hard"),
    )
    .select_from(slot.join(plan, plan.c.id == slot.c.plan_id))
    .where(
        slot.c.state == "sent",
        slot.c.kind.in_(["question", "step"]),
        slot.c.done_at >= bindparam("since"),
    )
    .group_by(plan.c.cadence)
    .order_by(plan.c.cadence)
)


async def due(tx: Transaction, until: datetime, most: int) -> tuple[list[About], int]:
    """Who is asked before `until`, the soonest first and at most so many; and how many there are."""
    row = await tx.first(_DUE_COUNT, until=to_ms(until))
    return await _about(tx, _DUE, until=to_ms(until), most=most), 0 if row is None else row["n"]


async def missed(tx: Transaction, since: datetime, most: int) -> list[About]:
    """Check-ins that could not be sent since then, and why."""
    return await _about(tx, _MISSED, since=to_ms(since), most=most)


async def quiet(tx: Transaction, most: int) -> list[About]:
    """Who has let two check-ins or more go by, with when they last wrote."""
    return await _about(tx, _QUIET, most=most)


async def hard(tx: Transaction, since: datetime, most: int) -> list[About]:
    """Who answered with a hard day since then, each with the last of them."""
    found = await _about(tx, _HARD, since=to_ms(since), most=most)
    return list({one.person: one for one in reversed(found)}.values())[::-1]


async def in_vain(tx: Transaction, since: datetime, most: int) -> list[About]:
    """Who was told since then that nobody answers their request."""
    return await _about(tx, _IN_VAIN, since=to_ms(since), most=most)


async def missed_a_day(tx: Transaction, since: datetime, most: int) -> list[About]:
    """Who has said since then that they missed an appointment."""
    return await _about(tx, _MISSED_DAY, since=to_ms(since), most=most)


async def answers_of(
    tx: Transaction, whose: Sequence[PersonId]
) -> dict[PersonId, list[tuple[Answer, datetime]]]:
    """The last answers of each of these people who gave any, newest first."""
    found: dict[PersonId, list[tuple[Answer, datetime]]] = {}
    for some in batches(whose):
        for row in await tx.fetch(_ANSWERS, **some):
            found.setdefault(PersonId(row["person_id"]), []).append((row["answer"], from_ms(row["done_at"])))
    return {who: answers[:_LAST] for who, answers in found.items()}


async def of_people(tx: Transaction, whose: Sequence[PersonId]) -> dict[PersonId, Reached]:
    """How each of these people can be reached; without those who are erased."""
    return {
        PersonId(row["id"]): Reached(
            from_ms(row["seen_at"]), row["unanswered"] or 0, bool(row["reachable"] and row["pushes"])
        )
        for some in batches(whose)
        for row in await tx.fetch(_STANDING, **some)
    }


async def talked(tx: Transaction, since: datetime) -> dict[PersonId, datetime]:
    """Whose request a coach has taken since then, and when the last of them."""
    return {
        PersonId(row["person_id"]): from_ms(row["at"]) for row in await tx.fetch(_TALKED, since=to_ms(since))
    }


async def responses(tx: Transaction, since: datetime) -> list[Response]:
    """How each kind of plan was answered since then."""
    return [
        Response(row["cadence"], row["people"], row["sent"], row["answered"], row["hard"])
        for row in await tx.fetch(_RESPONSE, since=to_ms(since))
    ]


async def _about(tx: Transaction, statement: Prepared, **values: int) -> list[About]:
    return [
        About(PersonId(row["person_id"]), from_ms(row["at"]), row["word"])
        for row in await tx.fetch(statement, **values)
    ]
