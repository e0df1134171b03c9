"""The steps copied from an escalation policy onto a handoff or a danger, and what a danger's page says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import DangerId, HandoffId, PersonId
from bot.domain.oncall.escalation import Action, Policy, Step, policy_of
from bot.store.danger.dangers import danger
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

escalation_step = Table(
    "escalation_step",
    metadata,
    own_id(),
    words("subject", nullable=False),
    whole("subject_id", nullable=False),
    Column("no", Integer, nullable=False),
    words("action", nullable=False),
    instant("due_at", nullable=False),
    instant("done_at"),
    Column("reached", Integer),
    whole("after_ms"),
    UniqueConstraint("subject", "subject_id", "no"),
    Index("ix_escalation_step_due", "due_at", "id", sqlite_where=Column("done_at").is_(None),
          postgresql_where=Column("done_at").is_(None)),
)  # fmt: skip
danger_page = Table(
    "danger_page",
    metadata,
    ref("danger_id", "danger.id", primary_key=True),
    ref("person_id", "person.id", nullable=False),
    words("level", nullable=False),
    instant("began_at", nullable=False),
    sealed("last_words"),
    sealed("place"),
)
page_alert = Table(
    "page_alert",
    metadata,
    own_id(),
    ref("danger_id", "danger.id", nullable=False),
    ref("staff_id", "person.id", nullable=False),
    words("state", nullable=False),
    instant("at", nullable=False),
    UniqueConstraint("danger_id", "staff_id"),
)

Subject = Literal["handoff", "danger"]
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step whose time has come, of a handoff or of a danger."""

    subject: Subject
    id: int
    step: Step


@dataclass(frozen=True, slots=True)
class Page:
    """What a danger's page says. `last_words` only where they may be shared; `place` once it was sent on."""

    danger: DangerId
    person: PersonId
    level: str
    began: datetime
    last_words: str
    place: str = ""


_ADD_STEP = prepared(
    insert(escalation_step)
    .values(
        subject=bindparam("subject"),
        subject_id=bindparam("id"),
        no=bindparam("no"),
        action=bindparam("action"),
        due_at=bindparam("due"),
        after_ms=bindparam("after"),
    )
    .on_conflict_do_nothing()
)
_STEPS = prepared(
    select(escalation_step)
    .where(escalation_step.c.subject == bindparam("subject"), escalation_step.c.subject_id == bindparam("id"))
    .order_by(escalation_step.c.no)
)
_DUE = prepared(
    select(escalation_step)
    .where(escalation_step.c.done_at.is_(None), escalation_step.c.due_at <= bindparam("now"))
    .order_by(escalation_step.c.due_at, escalation_step.c.id)
    .limit(bindparam("most"))
)
_NEXT_STEP = prepared(
    select(func.min(escalation_step.c.due_at).label("due")).where(escalation_step.c.done_at.is_(None))
)
_DONE = prepared(
    update(escalation_step)
    .where(
        escalation_step.c.subject == bindparam("of"),
        escalation_step.c.subject_id == bindparam("id"),
        escalation_step.c.no == bindparam("step_no"),
        escalation_step.c.done_at.is_(None),
    )
    .values(done_at=bindparam("now"), reached=bindparam("count"))
)
_MOVE_STEP = prepared(
    update(escalation_step)
    .where(
        escalation_step.c.subject == bindparam("of"),
        escalation_step.c.subject_id == bindparam("id"),
        escalation_step.c.no == bindparam("step_no"),
        escalation_step.c.done_at.is_(None),
    )
    .values(due_at=bindparam("due"))
)
_STOP = prepared(
    update(escalation_step)
    .where(
        escalation_step.c.subject == bindparam("of"),
        escalation_step.c.subject_id == bindparam("id"),
        escalation_step.c.done_at.is_(None),
    )
    .values(done_at=bindparam("now"))
)
_PUT_PAGE = prepared(
    insert(danger_page)
    .values(
        danger_id=bindparam("danger"),
        person_id=bindparam("person"),
        level=bindparam("level"),
        began_at=bindparam("now"),
        last_words=bindparam("last_words"),
    )
    .on_conflict_do_update(
        index_elements=["danger_id"],
        set_={
            "level": bindparam("level"),
            "last_words": bindparam("last_words"),
            "began_at": bindparam("now"),
        },
    )
)
_PLACE = prepared(
    update(danger_page)
    .where(danger_page.c.danger_id == bindparam("danger"))
    .values(place=bindparam("sent_on"))
)
_PAGE = prepared(select(danger_page).where(danger_page.c.danger_id == bindparam("danger")))
_PAGED = prepared(
    insert(page_alert)
    .values(danger_id=bindparam("danger"), staff_id=bindparam("staff"), state="paged", at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["danger_id", "staff_id"], set_={"state": "paged", "at": bindparam("now")}
    )
)
_DECLINE = prepared(
    update(page_alert)
    .where(page_alert.c.danger_id == bindparam("danger"), page_alert.c.staff_id == bindparam("staff"))
    .values(state="declined")
)
_PAGED_TO = prepared(
    select(page_alert.c.danger_id)
    .join(danger, danger.c.id == page_alert.c.danger_id)
    .where(
        page_alert.c.staff_id == bindparam("staff"),
        page_alert.c.state == "paged",
        danger.c.closed_at.is_(None),
        danger.c.acknowledged_at.is_(None),
    )
    .order_by(page_alert.c.id)
)
_PAGED_STAFF = prepared(
    select(page_alert.c.staff_id, page_alert.c.state)
    .where(page_alert.c.danger_id == bindparam("danger"))
    .order_by(page_alert.c.id)
)
_TOLD_SINCE = prepared(
    select(page_alert.c.staff_id).where(
        page_alert.c.danger_id == bindparam("danger"),
        page_alert.c.state == "paged",
        page_alert.c.at > bindparam("since"),
    )
)
_REACHED = prepared(
    select(escalation_step.c.action, escalation_step.c.reached)
    .where(
        escalation_step.c.subject == bindparam("subject"),
        escalation_step.c.subject_id == bindparam("id"),
        escalation_step.c.reached.is_not(None),
    )
    .order_by(escalation_step.c.no)
)


def add(tx: Transaction, subject: Subject, of: int, steps: tuple[Step, ...]) -> None:
    """Copy steps onto a handoff or a danger; a number that is there already stays as it is."""
    rows = [
        {
            "subject": subject,
            "id": of,
            "no": s.no,
            "action": s.action.value,
            "due": to_ms(s.due),
            "after": None if s.after is None else s.after // _MS,
        }
        for s in steps
    ]
    tx.write_many(_ADD_STEP, rows)


async def left(tx: Transaction, subject: Subject, of: int) -> tuple[list[Step], int]:
    """The steps not yet done, in order, and the highest number given so far (-1 for none)."""
    rows = await tx.fetch(_STEPS, subject=subject, id=of)
    open_ones = [_step(row) for row in rows if row["done_at"] is None]
    return open_ones, max((row["no"] for row in rows), default=-1)


async def policy(tx: Transaction, of: HandoffId) -> Policy:
    """The policy that a handoff began with, as it was then; empty before it has one."""
    return policy_of(_step(row) for row in await tx.fetch(_STEPS, subject="handoff", id=of))


async def due(tx: Transaction, now: datetime, most: int) -> list[DueStep]:
    """Steps whose time has come, the longest due first."""
    rows = await tx.fetch(_DUE, now=to_ms(now), most=most)
    return [DueStep(row["subject"], row["subject_id"], _step(row)) for row in rows]


async def done(tx: Transaction, subject: Subject, of: int, no: int, now: datetime, reached: int) -> bool:
    """Mark a step carried out; False when it was already, or has been stopped."""
    return await tx.change(_DONE, of=subject, id=of, step_no=no, now=to_ms(now), count=reached) == 1


def move(tx: Transaction, subject: Subject, of: int, step: Step) -> None:
    """Bring a step forward."""
    tx.write(_MOVE_STEP, of=subject, id=of, step_no=step.no, due=to_ms(step.due))


def stop(tx: Transaction, subject: Subject, of: int, now: datetime) -> None:
    """No further step runs."""
    tx.write(_STOP, of=subject, id=of, now=to_ms(now))


async def next_due(tx: Transaction) -> datetime | None:
    """When the next step is due, or None."""
    row = await tx.first(_NEXT_STEP)
    return None if row is None or row["due"] is None else from_ms(row["due"])


async def reached(tx: Transaction, subject: Subject, of: int) -> int:
    """How many people the steps so far have reached, everyone counted each time."""
    return sum(row["reached"] for row in await tx.fetch(_REACHED, subject=subject, id=of))


async def reached_by(tx: Transaction, of: HandoffId) -> dict[Action, int]:
    """How many people each alert of a handoff reached that has been carried out, the newest of each kind."""
    rows = await tx.fetch(_REACHED, subject="handoff", id=of)
    return {Action(row["action"]): row["reached"] for row in rows}


def put_page(
    tx: Transaction, danger: DangerId, who: PersonId, *, level: str, last_words: str, began: datetime
) -> None:
    """What a danger's page says, and since when; `who`'s key must be unlocked. Empty words keep none."""
    kept = tx.vault.seal(who, "danger_page.last_words", danger, last_words) if last_words else None
    tx.write(_PUT_PAGE, danger=danger, person=who, level=level, last_words=kept, now=to_ms(began))


def put_place(tx: Transaction, danger: DangerId, who: PersonId, place: str) -> None:
    """The number or address that the person has sent on; their key must be unlocked."""
    tx.write(_PLACE, danger=danger, sent_on=tx.vault.seal(who, "danger_page.place", danger, place))


async def page(tx: Transaction, danger: DangerId) -> Page | None:
    """What a danger's page says, or None; the person's key must be unlocked."""
    row = await tx.first(_PAGE, danger=danger)
    if row is None:
        return None
    who = PersonId(row["person_id"])
    opened = {
        name: (tx.vault.read(who, f"danger_page.{name}", danger, row[name]) or "") if row[name] else ""
        for name in ("last_words", "place")
    }
    return Page(danger, who, row["level"], from_ms(row["began_at"]), **opened)


def note_paged(tx: Transaction, danger: DangerId, staff: PersonId, now: datetime) -> None:
    """A member of staff has been paged."""
    tx.write(_PAGED, danger=danger, staff=staff, now=to_ms(now))


async def told_since(tx: Transaction, danger: DangerId, since: datetime) -> frozenset[PersonId]:
    """Staff whose last page for this danger came after `since`, without those who said that they can't."""
    rows = await tx.fetch(_TOLD_SINCE, danger=danger, since=to_ms(since))
    return frozenset(PersonId(row["staff_id"]) for row in rows)


def decline(tx: Transaction, danger: DangerId, staff: PersonId) -> None:
    """A member of staff who was paged cannot come."""
    tx.write(_DECLINE, danger=danger, staff=staff)


async def paged_to(tx: Transaction, staff: PersonId) -> list[DangerId]:
    """The dangers that wait for this one's answer, among others', the oldest first."""
    return [DangerId(row["danger_id"]) for row in await tx.fetch(_PAGED_TO, staff=staff)]


async def paged_staff(tx: Transaction, danger: DangerId) -> list[PersonId]:
    """Everyone who was ever paged for a danger."""
    return [PersonId(row["staff_id"]) for row in await tx.fetch(_PAGED_STAFF, danger=danger)]


async def undecided(tx: Transaction, danger: DangerId) -> int:
    """How many of those paged have not said that they cannot."""
    return sum(row["state"] == "paged" for row in await tx.fetch(_PAGED_STAFF, danger=danger))


def _step(row: Row) -> Step:
    after = row["after_ms"]
    return Step(
        row["no"], Action(row["action"]), from_ms(row["due_at"]), None if after is None else after * _MS
    )
