"""Pairs of a person and the coach they would like again; both have a say in everything."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Table, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.domain.oncall.mentoring import Pair
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

mentorship = Table(
    "mentorship",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    ref("coach_id", "person.id", nullable=False),
    words("state", nullable=False),
    words("agreed", nullable=False),
    words("person_windows", nullable=False),
    words("coach_windows", nullable=False),
    instant("talk_at"),
    words("talk_by"),
    Column("talk_agreed", Boolean, nullable=False),
    instant("began_at", nullable=False),
    instant("changed_at", nullable=False),
    instant("ended_at"),
    words("ended_by"),
    Index(
        "ix_mentorship_open",
        "person_id",
        "coach_id",
        unique=True,
        sqlite_where=Column("ended_at").is_(None),
        postgresql_where=Column("ended_at").is_(None),
    ),
    Index(None, "coach_id"),
    sqlite_autoincrement=True,
)

_ADD = prepared(
    insert(mentorship)
    .values(
        person_id=bindparam("person"),
        coach_id=bindparam("coach"),
        state="offered",
        agreed="",
        person_windows="",
        coach_windows="",
        talk_agreed=False,
        began_at=bindparam("now"),
        changed_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_GET = prepared(select(mentorship).where(mentorship.c.id == bindparam("pair")))
_BETWEEN = prepared(
    select(mentorship).where(
        mentorship.c.person_id == bindparam("person"),
        mentorship.c.coach_id == bindparam("coach"),
        mentorship.c.ended_at.is_(None),
    )
)
_OF = prepared(
    select(mentorship)
    .where(
        or_(mentorship.c.person_id == bindparam("who"), mentorship.c.coach_id == bindparam("who")),
        mentorship.c.ended_at.is_(None),
    )
    .order_by(mentorship.c.id)
)
_ALL = prepared(
    select(mentorship)
    .where(or_(mentorship.c.ended_at.is_(None), mentorship.c.ended_at >= bindparam("since")))
    .order_by(mentorship.c.id)
)
_SAVE = prepared(
    update(mentorship)
    .where(mentorship.c.id == bindparam("pair"), mentorship.c.ended_at.is_(None))
    .values(
        state=bindparam("new_state"),
        agreed=bindparam("who_agreed"),
        person_windows=bindparam("theirs"),
        coach_windows=bindparam("coachs"),
        talk_at=bindparam("at"),
        talk_by=bindparam("by"),
        talk_agreed=bindparam("is_agreed"),
        changed_at=bindparam("now"),
        ended_at=bindparam("over"),
        ended_by=bindparam("over_by"),
    )
)


async def between(tx: Transaction, person: PersonId, coach: PersonId, now: datetime) -> Pair:
    """The open pair of these two, made now if there is none."""
    tx.write(_ADD, person=person, coach=coach, now=to_ms(now))
    row = await tx.first(_BETWEEN, person=person, coach=coach)
    assert row is not None
    return _pair(row)


async def get(tx: Transaction, which: int) -> Pair | None:
    """One pair, or None."""
    row = await tx.first(_GET, pair=which)
    return None if row is None else _pair(row)


async def of(tx: Transaction, who: PersonId) -> list[Pair]:
    """The open pairs that somebody is one of, oldest first."""
    return [_pair(row) for row in await tx.fetch(_OF, who=who)]


async def everybody(tx: Transaction, since: datetime) -> list[tuple[Pair, datetime, datetime | None, str]]:
    """All open pairs, and those ended since then: with when they began, ended, and by whom."""
    return [
        (
            _pair(row),
            from_ms(row["began_at"]),
            None if row["ended_at"] is None else from_ms(row["ended_at"]),
            row["ended_by"] or "",
        )
        for row in await tx.fetch(_ALL, since=to_ms(since))
    ]


async def save(tx: Transaction, pair: Pair, now: datetime, *, ended_by: str = "") -> bool:
    """Write a pair's next state; False when it had ended before."""
    over = pair.state == "ended"
    return (
        await tx.change(
            _SAVE,
            pair=pair.id,
            new_state=pair.state,
            who_agreed=" ".join(sorted(pair.agreed)),
            theirs=" ".join(sorted(pair.person_windows)),
            coachs=" ".join(sorted(pair.coach_windows)),
            at=None if pair.talk_at is None else to_ms(pair.talk_at),
            by=pair.talk_by,
            is_agreed=pair.talk_agreed,
            now=to_ms(now),
            over=to_ms(now) if over else None,
            over_by=ended_by if over else None,
        )
        == 1
    )


def _pair(row: Row) -> Pair:
    return Pair(
        int(row["id"]),
        PersonId(row["person_id"]),
        PersonId(row["coach_id"]),
        row["state"],
        frozenset(row["agreed"].split()),
        frozenset(row["person_windows"].split()),
        frozenset(row["coach_windows"].split()),
        None if row["talk_at"] is None else from_ms(row["talk_at"]),
        row["talk_by"],
        bool(row["talk_agreed"]),
    )
