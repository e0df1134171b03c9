"""What happened, append-only: ids and numbers, read by summaries and measures."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, Table, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.events import (
    Event,
    HandoffAccepted,
    HandoffAsked,
    Planned,
    StepChosen,
    from_json,
    name_of,
    to_json,
)
from bot.domain.ids import HandoffId, OfferingId, PersonId
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

event = Table(
    "event",
    metadata,
    own_id(),
    ref("person_id", "person.id"),
    words("kind", nullable=False),
    instant("at", nullable=False),
    words("data", nullable=False),
    Index(None, "person_id", "id"),
    Index(None, "kind", "at"),
)

_ADD = prepared(
    insert(event).values(
        person_id=bindparam("person"), kind=bindparam("kind"), at=bindparam("now"), data=bindparam("data")
    )
)
_OF = prepared(
    select(event.c.at, event.c.data).where(event.c.person_id == bindparam("person")).order_by(event.c.id)
)
_STEPS_SINCE = prepared(
    select(event.c.at, event.c.data)
    .where(
        event.c.person_id == bindparam("person"),
        event.c.kind.in_(["step_chosen", "planned"]),
        event.c.at >= bindparam("since"),
    )
    .order_by(event.c.id)
)
_LAST_OF_KIND = prepared(
    select(event.c.at)
    .where(event.c.person_id == bindparam("person"), event.c.kind == bindparam("of_kind"))
    .order_by(event.c.id.desc())
    .limit(1)
)

_OF_GROUPS = prepared(
    select(event.c.at, event.c.data)
    .where(
        event.c.person_id == bindparam("person"), event.c.kind.in_(["went", "was_not_there", "did_not_go"])
    )
    .order_by(event.c.id)
)
_OF_KIND = prepared(
    select(event.c.data, event.c.at, event.c.person_id)
    .where(event.c.kind == bindparam("of_kind"), event.c.at >= bindparam("since"))
    .order_by(event.c.id)
)

_OF_OFFERING = prepared(
    select(event.c.data)
    .where(
        event.c.kind == bindparam("of_kind"),
        event.c.at >= bindparam("since"),
        or_(event.c.data.like(bindparam("within")), event.c.data.like(bindparam("at_end"))),
    )
    .order_by(event.c.id)
)


def record(tx: Transaction, who: PersonId | None, what: Event, now: datetime) -> None:
    """Note that something happened to a person (None: to the service)."""
    tx.write(_ADD, person=who, kind=name_of(what), now=to_ms(now), data=json.dumps(to_json(what)))
    if who is not None:
        tx.happened.setdefault(who, []).append((now, what))


async def of_person(tx: Transaction, who: PersonId) -> Sequence[tuple[datetime, Event]]:
    """Everything that happened to one person, oldest first."""
    return [
        (from_ms(row["at"]), from_json(json.loads(row["data"]))) for row in await tx.fetch(_OF, person=who)
    ]


async def of_groups(tx: Transaction, who: PersonId) -> Sequence[tuple[datetime, Event]]:
    """What a person said of going to groups (`Went`, `WasNotThere`, `DidNotGo`), oldest first."""
    return [
        (from_ms(row["at"]), from_json(json.loads(row["data"])))
        for row in await tx.fetch(_OF_GROUPS, person=who)
    ]


async def of_kind(tx: Transaction, kind: str, since: datetime) -> list[Event]:
    """Everything of one kind (`unmet_need`) since then, of anybody, oldest first."""
    rows = await tx.fetch(_OF_KIND, of_kind=kind, since=to_ms(since))
    return [from_json(json.loads(row["data"])) for row in rows]


async def by_person(tx: Transaction, kind: str, since: datetime) -> list[tuple[int | None, Event]]:
    """As `of_kind`, with the id of whom it happened to; None for the service."""
    rows = await tx.fetch(_OF_KIND, of_kind=kind, since=to_ms(since))
    return [(row["person_id"], from_json(json.loads(row["data"]))) for row in rows]


async def of_offering(tx: Transaction, kind: str, which: OfferingId, since: datetime) -> list[Event]:
    """Everything of one kind (`went`) since then that was about one offering, of anybody, oldest first."""
    holds = f'%"offering": {which}'
    rows = await tx.fetch(
        _OF_OFFERING, of_kind=kind, since=to_ms(since), within=f"{holds},%", at_end=f"{holds}}}"
    )
    return [from_json(json.loads(row["data"])) for row in rows]


async def waits_since(tx: Transaction, since: datetime) -> list[tuple[datetime, timedelta | None]]:
    """When each request since then was made, and how long until a coach first took it, if ever."""
    accepted: dict[HandoffId, timedelta] = {}
    for what in await of_kind(tx, "handoff_accepted", since):
        if isinstance(what, HandoffAccepted):
            accepted.setdefault(what.handoff, timedelta(seconds=what.after_s))
    rows = await tx.fetch(_OF_KIND, of_kind="handoff_asked", since=to_ms(since))
    asked = [(from_ms(row["at"]), from_json(json.loads(row["data"]))) for row in rows]
    return [(at, accepted.get(what.handoff)) for at, what in asked if isinstance(what, HandoffAsked)]


async def steps_since(
    tx: Transaction, who: PersonId, since: datetime
) -> list[tuple[datetime, StepChosen | Planned]]:
    """What a person has planned since then, and when: a step of their own, or a group."""
    found = [
        (from_ms(row["at"]), from_json(json.loads(row["data"])))
        for row in await tx.fetch(_STEPS_SINCE, person=who, since=to_ms(since))
    ]
    return [(at, what) for at, what in found if isinstance(what, StepChosen | Planned)]


async def last_of_kind(tx: Transaction, who: PersonId, kind: str) -> datetime | None:
    """When something of that kind (`measure_offered`) last happened to a person, or None."""
    row = await tx.first(_LAST_OF_KIND, person=who, of_kind=kind)
    return None if row is None else from_ms(row["at"])
