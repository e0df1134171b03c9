"""Which steps of the conversations each person came to lately, and whether they went on from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

step_seen = Table(
    "step_seen",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("flow", nullable=False),
    words("step", nullable=False),
    instant("at", nullable=False),
    Column("went_on", Boolean, nullable=False),
    UniqueConstraint("person_id", "flow", "step"),
    Index(None, "at"),
)

_SEEN = prepared(
    insert(step_seen)
    .values(
        person_id=bindparam("person"),
        flow=bindparam("in_flow"),
        step=bindparam("at_step"),
        at=bindparam("now"),
        went_on=bindparam("on"),
    )
    .on_conflict_do_update(
        index_elements=["person_id", "flow", "step"],
        set_={"at": bindparam("now"), "went_on": bindparam("on")},
    )
)
_people = func.count().label("people")
_left = func.sum(
    case((step_seen.c.went_on.is_(False) & (step_seen.c.at < bindparam("settled")), 1), else_=0)
).label("gone")
_OF_FLOW = prepared(
    select(step_seen.c.step, _people, _left)
    .where(step_seen.c.flow == bindparam("in_flow"), step_seen.c.at >= bindparam("since"))
    .group_by(step_seen.c.step)
)
_OF_PERSON = prepared(
    select(step_seen.c.flow, step_seen.c.step, step_seen.c.at, step_seen.c.went_on)
    .where(step_seen.c.person_id == bindparam("person"))
    .order_by(step_seen.c.id)
)
_BY_FLOW = prepared(
    select(step_seen.c.flow, func.count(step_seen.c.person_id.distinct()).label("people"))
    .where(step_seen.c.at >= bindparam("since"))
    .group_by(step_seen.c.flow)
)


@dataclass(frozen=True, slots=True)
class Came:
    """How many people came to a step, and how many of them left the conversation there."""

    people: int
    left: int


def seen(tx: Transaction, who: PersonId, steps: Mapping[tuple[str, str], bool], now: datetime) -> None:
    """Somebody came to these steps (flow and step); whether they went on from each."""
    for (flow, step), went_on in steps.items():
        tx.write(_SEEN, person=who, in_flow=flow, at_step=step, now=to_ms(now), on=went_on)


async def of_flow(tx: Transaction, flow: str, since: datetime, settled: datetime) -> dict[str, Came]:
    """By step: who came since then; whoever has not gone on from where they were at `settled` left there."""
    rows = await tx.fetch(_OF_FLOW, in_flow=flow, since=to_ms(since), settled=to_ms(settled))
    return {row["step"]: Came(row["people"], int(row["gone"])) for row in rows}


async def by_flow(tx: Transaction, since: datetime) -> dict[str, int]:
    """How many people came to each flow since then."""
    return {row["flow"]: row["people"] for row in await tx.fetch(_BY_FLOW, since=to_ms(since))}


async def of_person(tx: Transaction, who: PersonId) -> list[tuple[str, str, datetime, bool]]:
    """The steps one person came to: flow, step, when last, and whether they went on."""
    return [
        (row["flow"], row["step"], from_ms(row["at"]), bool(row["went_on"]))
        for row in await tx.fetch(_OF_PERSON, person=who)
    ]
