"""When coaches were on shift, as it was; their hard talks; and what is counted of each."""

import json
from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.domain.oncall.limits import Span
from bot.domain.oncall.load import Counted
from bot.store.conversing.events import event
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.oncall.handoffs import alert

stint = Table(
    "stint",
    metadata,
    own_id(),
    ref("coach_id", "person.id", nullable=False),
    instant("starts_at", nullable=False),
    instant("ends_at"),
    UniqueConstraint("coach_id", "starts_at"),
    Index(None, "ends_at"),
)
hard_talk = Table(
    "hard_talk",
    metadata,
    own_id(),
    ref("coach_id", "person.id", nullable=False, index=True),
    instant("at", nullable=False),
    instant("pause_until", nullable=False),
    Index(None, "at"),
)

_BEGIN = prepared(
    insert(stint)
    .values(coach_id=bindparam("coach"), starts_at=bindparam("starts"), ends_at=bindparam("ends"))
    .on_conflict_do_nothing()
)
_END = prepared(
    update(stint)
    .where(stint.c.coach_id == bindparam("coach"), stint.c.ends_at.is_(None))
    .values(ends_at=bindparam("ends"))
)
_OPEN = prepared(select(stint).where(stint.c.ends_at.is_(None)).order_by(stint.c.coach_id))
_SINCE = prepared(
    select(stint)
    .where(
        or_(stint.c.ends_at.is_(None), stint.c.ends_at > bindparam("since")),
        stint.c.starts_at < bindparam("until"),
    )
    .order_by(stint.c.starts_at, stint.c.id)
)
_HARD = prepared(
    insert(hard_talk).values(coach_id=bindparam("coach"), at=bindparam("now"), pause_until=bindparam("until"))
)
_GO_ON = prepared(
    update(hard_talk)
    .where(hard_talk.c.coach_id == bindparam("coach"), hard_talk.c.pause_until > bindparam("now"))
    .values(pause_until=bindparam("now"))
)
_PAUSED = prepared(select(hard_talk.c.coach_id).where(hard_talk.c.pause_until > bindparam("now")))
_COUNT_HARD = prepared(
    select(hard_talk.c.coach_id, func.count().label("n"))
    .where(hard_talk.c.at >= bindparam("since"), hard_talk.c.at < bindparam("until"))
    .group_by(hard_talk.c.coach_id)
)
_COUNT_ALERTS = prepared(
    select(alert.c.coach_id, func.count().label("n"))
    .where(alert.c.at >= bindparam("since"), alert.c.at < bindparam("until"))
    .group_by(alert.c.coach_id)
)
_TAKEN = prepared(
    select(event.c.data).where(
        event.c.kind.in_(["handoff_accepted", "handoff_released"]),
        event.c.at >= bindparam("since"),
        event.c.at < bindparam("until"),
    )
)


def begin(tx: Transaction, coach: PersonId, start: datetime, end: datetime | None = None) -> None:
    """A coach is on shift from `start`; known already, nothing changes."""
    tx.write(_BEGIN, coach=coach, starts=to_ms(start), ends=None if end is None else to_ms(end))


def end(tx: Transaction, coach: PersonId, at: datetime) -> None:
    """They are not any more."""
    tx.write(_END, coach=coach, ends=to_ms(at))


async def running(tx: Transaction) -> dict[PersonId, datetime]:
    """Who is noted as on shift, and since when."""
    return {PersonId(row["coach_id"]): from_ms(row["starts_at"]) for row in await tx.fetch(_OPEN)}


async def between(tx: Transaction, since: datetime, until: datetime) -> dict[PersonId, list[Span]]:
    """Everybody's times on shift that touch this stretch; one that still runs ends at `until`."""
    found: dict[PersonId, list[Span]] = defaultdict(list)
    for row in await tx.fetch(_SINCE, since=to_ms(since), until=to_ms(until)):
        over = until if row["ends_at"] is None else from_ms(row["ends_at"])
        found[PersonId(row["coach_id"])].append(Span(from_ms(row["starts_at"]), over))
    return dict(found)


def was_hard(tx: Transaction, coach: PersonId, pause_until: datetime, now: datetime) -> None:
    """A coach says that a talk was hard."""
    tx.write(_HARD, coach=coach, until=to_ms(pause_until), now=to_ms(now))


async def go_on(tx: Transaction, coach: PersonId, now: datetime) -> bool:
    """They end the pause themselves; False when there was none."""
    return await tx.change(_GO_ON, coach=coach, now=to_ms(now)) > 0


async def paused(tx: Transaction, now: datetime) -> set[PersonId]:
    """Who has a pause after a hard talk at this moment."""
    return {PersonId(row["coach_id"]) for row in await tx.fetch(_PAUSED, now=to_ms(now))}


async def counted(tx: Transaction, since: datetime, until: datetime) -> dict[PersonId, Counted]:
    """What each coach was alerted to, took, gave back and found hard, from `since` up to `until`."""
    stretch = {"since": to_ms(since), "until": to_ms(until)}
    alerts = {row["coach_id"]: row["n"] for row in await tx.fetch(_COUNT_ALERTS, **stretch)}
    hard = {row["coach_id"]: row["n"] for row in await tx.fetch(_COUNT_HARD, **stretch)}
    accepted: Counter[int] = Counter()
    passed: Counter[int] = Counter()
    for row in await tx.fetch(_TAKEN, **stretch):
        what = json.loads(row["data"])  # thousands in a month: only what is counted is read of each
        (accepted if what["event"] == "handoff_accepted" else passed)[what["coach"]] += 1
    return {
        PersonId(who): Counted(alerts.get(who, 0), accepted[who], passed[who], hard.get(who, 0))
        for who in {*alerts, *hard, *accepted, *passed}
    }
