"""Reads for the page of today: what is open now, each by an index or from a table that stays small."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, func, select

from bot.domain.ids import PersonId
from bot.store.danger.dangers import danger
from bot.store.desk.outlines import outline
from bot.store.desk.reviews import review
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import among, batches, prepared
from bot.store.engine.transaction import Row, Transaction

_DANGERS = prepared(
    select(danger).where(danger.c.closed_at.is_(None)).order_by(danger.c.opened_at, danger.c.id)
)
_reviewed = (
    select(review.c.id)
    .where(
        review.c.person_id == outline.c.person_id,
        review.c.about_at >= outline.c.began_at,
        review.c.at >= outline.c.last_at,
    )
    .correlate(outline)
    .exists()
)
_UNANSWERED = prepared(
    select(outline.c.person_id, outline.c.number, outline.c.last_at)
    .where(
        outline.c.last_at >= bindparam("since", type_=BigInteger),
        outline.c.unanswered.is_(True),
        outline.c.outcome != "talked",
        outline.c.outcome != "",
        ~_reviewed,
    )
    .order_by(outline.c.last_at)
)
_NEWEST = prepared(
    select(outline.c.person_id, func.max(outline.c.number).label("number"))
    .where(among(outline.c.person_id))
    .group_by(outline.c.person_id)
)


async def open_dangers(tx: Transaction) -> list[Row]:
    """Every danger that nobody has closed, the oldest first."""
    return await tx.fetch(_DANGERS)


async def in_vain(tx: Transaction, since: datetime) -> list[tuple[PersonId, int, datetime]]:
    """To whom nobody came since then, and nobody has reviewed it: who, which conversation, when it ended."""
    return [
        (PersonId(row["person_id"]), int(row["number"]), from_ms(row["last_at"]))
        for row in await tx.fetch(_UNANSWERED, since=to_ms(since))
    ]


async def newest_numbers(tx: Transaction, whose: Sequence[PersonId]) -> dict[PersonId, int]:
    """The number of the newest conversation of each of these people who has one."""
    return {
        PersonId(row["person_id"]): int(row["number"])
        for some in batches(whose)
        for row in await tx.fetch(_NEWEST, **some)
    }
