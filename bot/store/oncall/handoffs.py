"""Handoffs, and what became of each coach's alert."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall.handoff import (
    Active,
    Alerting,
    Ask,
    Claimed,
    Closed,
    Handoff,
    Requested,
)
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

handoff = Table(
    "handoff",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("state", nullable=False),
    Column("version", Integer, nullable=False),
    words("topic", nullable=False),
    words("scope", nullable=False),
    Column("urgent", Boolean, nullable=False),
    instant("asked_at", nullable=False),
    whole("coach_id"),
    instant("claimed_at"),
    instant("last_at"),
    instant("waiting_since"),
    Column("nudged", Boolean, nullable=False),
    instant("look_at"),
    Column("waits_for_person", Boolean, nullable=False),
    words("closed_by"),
    words("outcome"),
    instant("closed_at"),
    Index("ix_handoff_open", "person_id", unique=True, sqlite_where=Column("closed_at").is_(None),
          postgresql_where=Column("closed_at").is_(None)),
    Index("ix_handoff_held", "coach_id", sqlite_where=Column("closed_at").is_(None),
          postgresql_where=Column("closed_at").is_(None)),
    Index("ix_handoff_look_at", "look_at", sqlite_where=Column("look_at").is_not(None),
          postgresql_where=Column("look_at").is_not(None)),
    Index(None, "asked_at"),
    sqlite_autoincrement=True,
)  # fmt: skip
alert = Table(
    "alert",
    metadata,
    own_id(),
    ref("handoff_id", "handoff.id", nullable=False),
    ref("coach_id", "person.id", nullable=False),
    words("state", nullable=False),
    instant("at", nullable=False),
    UniqueConstraint("handoff_id", "coach_id"),
    Index(None, "coach_id", "at"),
)
AlertState = Literal["alerted", "declined", "passed"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A handoff as it was read. `waits_for_person`: no word of the coach's leaves until the person writes."""

    handoff: Handoff
    version: int
    waits_for_person: bool = False
    look_at: datetime | None = None
    """When its silence is next looked at (UTC)."""


_ADD = prepared(
    insert(handoff)
    .values(
        person_id=bindparam("person"),
        state="requested",
        version=0,
        topic=bindparam("topic"),
        scope=bindparam("scope"),
        urgent=bindparam("is_urgent"),
        asked_at=bindparam("now"),
        nudged=False,
        waits_for_person=False,
    )
    .on_conflict_do_nothing()
    .returning(handoff.c.id)
)
_BY_ID = prepared(select(handoff).where(handoff.c.id == bindparam("handoff")))
_OPEN_OF = prepared(
    select(handoff).where(handoff.c.person_id == bindparam("person"), handoff.c.closed_at.is_(None))
)
_ASKING = prepared(select(handoff.c.person_id).where(handoff.c.closed_at.is_(None)))
_HELD_BY = prepared(
    select(handoff)
    .where(handoff.c.coach_id == bindparam("coach"), handoff.c.closed_at.is_(None))
    .order_by(handoff.c.id)
)
_WAITING = prepared(
    select(handoff)
    .where(handoff.c.closed_at.is_(None), handoff.c.coach_id.is_(None))
    .order_by(handoff.c.asked_at, handoff.c.id)
)
_ALERTS = prepared(select(alert).where(alert.c.handoff_id == bindparam("handoff")).order_by(alert.c.id))
_ALERTED_TO = prepared(
    select(handoff)
    .select_from(handoff.join(alert))
    .where(
        alert.c.coach_id == bindparam("coach"),
        alert.c.state == "alerted",
        handoff.c.closed_at.is_(None),
        handoff.c.coach_id.is_(None),
    )
    .order_by(handoff.c.asked_at, handoff.c.id)
)
_LAST_ALERT = prepared(
    select(alert.c.handoff_id)
    .where(alert.c.coach_id == bindparam("coach"), alert.c.at >= bindparam("since"))
    .order_by(alert.c.at.desc(), alert.c.id.desc())
    .limit(1)
)
_SAVE = prepared(
    update(handoff)
    .where(handoff.c.id == bindparam("handoff"), handoff.c.version == bindparam("old_version"))
    .values(
        version=handoff.c.version + 1,
        state=bindparam("new_state"),
        coach_id=bindparam("coach"),
        claimed_at=bindparam("claimed"),
        last_at=bindparam("last"),
        waiting_since=bindparam("waiting"),
        nudged=bindparam("is_nudged"),
        look_at=bindparam("look"),
        waits_for_person=bindparam("waits"),
        closed_by=bindparam("by"),
        outcome=bindparam("new_outcome"),
        closed_at=bindparam("closed"),
    )
)
_WAITS = prepared(
    update(handoff)
    .where(handoff.c.id == bindparam("handoff"))
    .values(waits_for_person=bindparam("must_wait"), look_at=bindparam("look"))
)
_ALERT = prepared(
    insert(alert)
    .values(
        handoff_id=bindparam("handoff"),
        coach_id=bindparam("coach"),
        state=bindparam("state"),
        at=bindparam("now"),
    )
    .on_conflict_do_update(
        index_elements=["handoff_id", "coach_id"], set_={"state": bindparam("state"), "at": bindparam("now")}
    )
)
_SILENT = prepared(
    select(handoff.c.id)
    .where(handoff.c.look_at <= bindparam("now"))
    .order_by(handoff.c.look_at, handoff.c.id)
    .limit(bindparam("most"))
)
_NEXT_LOOK = prepared(select(func.min(handoff.c.look_at).label("due")).where(handoff.c.look_at.is_not(None)))
_STILL_OPEN = prepared(
    select(handoff)
    .where(handoff.c.closed_at.is_(None))
    .order_by((handoff.c.asked_at + literal_column("0")).desc(), handoff.c.id.desc())  # few: not by its index
    .limit(bindparam("most"))
)
_passed_on = (alert.c.coach_id == bindparam("coach")) & (alert.c.state == "passed")
_LAST_TALK = prepared(
    select(handoff)
    .where(
        handoff.c.person_id == bindparam("person"),
        handoff.c.closed_at >= bindparam("since"),
        handoff.c.coach_id.is_not(None),
    )
    .order_by(handoff.c.closed_at.desc(), handoff.c.id.desc())
    .limit(1)
)
_LAST_LEFT = prepared(
    select(handoff)
    .select_from(handoff.outerjoin(alert, (alert.c.handoff_id == handoff.c.id) & _passed_on))
    .where(
        handoff.c.asked_at >= bindparam("asked_since"),
        or_(
            (handoff.c.coach_id == bindparam("coach")) & (handoff.c.closed_at >= bindparam("since")),
            alert.c.at >= bindparam("since"),
        ),
    )
    .order_by(func.coalesce(alert.c.at, handoff.c.closed_at).desc(), handoff.c.id.desc())
    .limit(1)
)
_LONGEST = timedelta(days=2)
"""No talk is asked for longer before its end: so that one is found by when it was asked for."""


async def add(
    tx: Transaction, who: PersonId, *, topic: str, scope: str, urgent: bool, now: datetime
) -> HandoffId | None:
    """A new handoff; None when the person has one open already."""
    row = await tx.first(_ADD, person=who, topic=topic, scope=scope, is_urgent=urgent, now=to_ms(now))
    return None if row is None else HandoffId(row["id"])


async def get(tx: Transaction, which: HandoffId) -> Stored | None:
    """One handoff, or None."""
    row = await tx.first(_BY_ID, handoff=which)
    return None if row is None else await _stored(tx, row)


async def open_of(tx: Transaction, who: PersonId) -> Stored | None:
    """The person's open handoff, or None."""
    row = await tx.first(_OPEN_OF, person=who)
    return None if row is None else await _stored(tx, row)


async def held_by(tx: Transaction, coach: PersonId) -> list[Stored]:
    """The talks a coach has, oldest first."""
    return [await _stored(tx, row) for row in await tx.fetch(_HELD_BY, coach=coach)]


async def asking(tx: Transaction) -> frozenset[PersonId]:
    """Everybody whose handoff is open: they wait for a coach, or have one."""
    return frozenset(PersonId(row["person_id"]) for row in await tx.fetch(_ASKING))


async def waiting(tx: Transaction) -> list[Stored]:
    """Every handoff that nobody has, the longest waiting first."""
    return [await _stored(tx, row) for row in await tx.fetch(_WAITING)]


async def alerted_to(tx: Transaction, coach: PersonId) -> list[Stored]:
    """Handoffs this coach has been alerted to and nobody has yet, the longest waiting first."""
    return [await _stored(tx, row) for row in await tx.fetch(_ALERTED_TO, coach=coach)]


async def last_alerted_to(tx: Transaction, coach: PersonId, since: datetime) -> HandoffId | None:
    """What this coach was last alerted to since then, whatever became of it."""
    row = await tx.first(_LAST_ALERT, coach=coach, since=to_ms(since))
    return None if row is None else HandoffId(row["handoff_id"])


async def alerted_coaches(tx: Transaction, which: HandoffId) -> list[PersonId]:
    """Every coach who was ever alerted to it, whatever became of that."""
    return [PersonId(row["coach_id"]) for row in await tx.fetch(_ALERTS, handoff=which)]


async def still_open(tx: Transaction, most: int) -> list[Stored]:
    """At most `most` that are not over, newest first."""
    return [await _stored(tx, row) for row in await tx.fetch(_STILL_OPEN, most=most)]


async def last_talk(tx: Transaction, who: PersonId, since: datetime) -> Closed | None:
    """The person's last talk that ended since then, or None."""
    row = await tx.first(_LAST_TALK, person=who, since=to_ms(since))
    stored = None if row is None else (await _stored(tx, row)).handoff
    return stored if isinstance(stored, Closed) else None


async def last_left(tx: Transaction, coach: PersonId, since: datetime) -> Ask | None:
    """The talk that a coach last had and has no more since then, as it ended or went to others; or None."""
    row = await tx.first(_LAST_LEFT, coach=coach, since=to_ms(since), asked_since=to_ms(since - _LONGEST))
    return None if row is None else (await _stored(tx, row)).handoff.ask


async def save(
    tx: Transaction,
    was: Stored,
    now: Handoff,
    *,
    look_at: datetime | None = None,
    waits_for_person: bool | None = None,
) -> bool:
    """Write the next state, if nobody was faster: False then, and nothing has changed.

    `look_at` is when its silence is next looked at.
    """
    waits = was.waits_for_person if waits_for_person is None else waits_for_person
    look = None if look_at is None else to_ms(look_at)
    changed = await tx.change(
        _SAVE, handoff=now.ask.id, old_version=was.version, waits=waits, look=look, **_columns(now)
    )
    return changed == 1


def wait_for_person(
    tx: Transaction, which: HandoffId, *, waits: bool, look_at: datetime | None = None
) -> None:
    """Whether nothing may leave for the person before they write; `look_at` as in `save`."""
    tx.write(_WAITS, handoff=which, must_wait=waits, look=None if look_at is None else to_ms(look_at))


def note_alert(tx: Transaction, which: HandoffId, coach: PersonId, state: AlertState, now: datetime) -> None:
    """What became of a coach's alert."""
    tx.write(_ALERT, handoff=which, coach=coach, state=state, now=to_ms(now))


async def silent(tx: Transaction, now: datetime, most: int) -> list[HandoffId]:
    """Handoffs at whose silence it is time to look."""
    return [HandoffId(row["id"]) for row in await tx.fetch(_SILENT, now=to_ms(now), most=most)]


async def next_look(tx: Transaction) -> datetime | None:
    """When it is next time to look at a silence, or None."""
    row = await tx.first(_NEXT_LOOK)
    return None if row is None or row["due"] is None else from_ms(row["due"])


async def _stored(tx: Transaction, row: Row) -> Stored:
    alerts: dict[str, set[PersonId]] = {"alerted": set(), "declined": set(), "passed": set()}
    for one in await tx.fetch(_ALERTS, handoff=row["id"]):
        alerts[one["state"]].add(PersonId(one["coach_id"]))
    ask = Ask(
        HandoffId(row["id"]),
        PersonId(row["person_id"]),
        from_ms(row["asked_at"]),
        row["topic"],
        row["scope"],
        bool(row["urgent"]),
        frozenset(alerts["passed"]),
    )
    look_at = None if row["look_at"] is None else from_ms(row["look_at"])
    return Stored(_state(row, ask, alerts), row["version"], bool(row["waits_for_person"]), look_at)


def _state(row: Row, ask: Ask, alerts: dict[str, set[PersonId]]) -> Handoff:
    coach = None if row["coach_id"] is None else PersonId(row["coach_id"])
    if row["closed_at"] is not None:
        return Closed(ask, coach, row["closed_by"], row["outcome"], from_ms(row["closed_at"]))
    if coach is None:
        if row["state"] == "requested":
            return Requested(ask)
        declined = frozenset(alerts["declined"])
        return Alerting(ask, frozenset(alerts["alerted"]) | declined, declined)
    claimed, nudged = from_ms(row["claimed_at"]), bool(row["nudged"])
    if row["state"] == "claimed":
        return Claimed(ask, coach, claimed, nudged)
    since = row["waiting_since"]
    return Active(
        ask, coach, claimed, from_ms(row["last_at"]), None if since is None else from_ms(since), nudged
    )


def _columns(state: Handoff) -> dict[str, Any]:
    columns: dict[str, Any] = dict.fromkeys(
        ("coach", "claimed", "last", "waiting", "by", "new_outcome", "closed")
    )
    columns["is_nudged"] = False
    match state:
        case Requested():
            return columns | {"new_state": "requested"}
        case Alerting():
            return columns | {"new_state": "alerting"}
        case Claimed(_, coach, claimed_at, nudged):
            held = {"coach": coach, "claimed": to_ms(claimed_at), "is_nudged": nudged}
            return columns | held | {"new_state": "claimed"}
        case Active(_, coach, claimed_at, last_at, waiting_since, nudged):
            held = {"coach": coach, "claimed": to_ms(claimed_at), "is_nudged": nudged, "last": to_ms(last_at)}
            since = None if waiting_since is None else to_ms(waiting_since)
            return columns | held | {"new_state": "active", "waiting": since}
        case Closed(_, coach_or_none, by, outcome, closed_at):
            over = {"by": by, "new_outcome": outcome, "closed": to_ms(closed_at)}
            return columns | over | {"new_state": "closed", "coach": coach_or_none}
        case _:
            assert_never(state)
