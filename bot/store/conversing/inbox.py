"""Every update Telegram gave us, committed before it is acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import ChatId, InboxId
from bot.store.engine.columns import from_ms, instant, own_id, sealed, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction
from bot.store.keeping.vault import CannotOpen

log = structlog.get_logger()

POISON_AFTER = 3
"""Tries before an update is set aside (architecture, decision 2)."""

inbox = Table(
    "inbox",
    metadata,
    own_id(),
    words("channel", nullable=False),
    whole("lane", nullable=False),
    whole("update_id", nullable=False),
    words("digest", nullable=False),
    instant("received_at", nullable=False),
    words("state", nullable=False),
    Column("attempts", Integer, nullable=False),
    sealed("payload"),
    whole("message_id"),
    instant("done_at"),
    UniqueConstraint("update_id", "digest"),
    Index(None, "state", "id"),
    Index(None, "lane", "done_at"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Raw:
    """One update as it came: its number, whose lane it belongs to (0 when it names no chat), its JSON."""

    update_id: int
    lane: int
    payload: bytes


@dataclass(slots=True)
class Waiting:
    """An update that waits for its turn."""

    id: InboxId
    lane: int
    received_ms: int
    attempts: int
    payload: bytes
    tried: bool = False
    """A turn for it failed, perhaps after its commit: whether it is still new must be asked."""


_ADD = prepared(
    insert(inbox)
    .values(
        channel=bindparam("channel"),
        lane=bindparam("lane"),
        update_id=bindparam("update_id"),
        digest=bindparam("digest"),
        received_at=bindparam("now"),
        state="new",
        attempts=0,
        payload=bindparam("payload"),
    )
    .on_conflict_do_nothing()
)
_OPEN_AFTER = prepared(
    select(inbox.c.id, inbox.c.lane, inbox.c.digest, inbox.c.received_at, inbox.c.attempts, inbox.c.payload)
    .where(inbox.c.state == "new", inbox.c.id > bindparam("after"))
    .order_by(inbox.c.id)
)
_DONE = prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.state == "new")
    .values(state="done", payload=None, done_at=bindparam("now"), message_id=bindparam("message"))
)
_NEW = prepared(select(inbox.c.id).where(inbox.c.id == bindparam("row"), inbox.c.state == "new"))
_FAILED = prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.state == "new")
    .values(attempts=inbox.c.attempts + 1)
)
_MESSAGES = prepared(
    select(inbox.c.message_id).where(
        inbox.c.lane == bindparam("chat"),
        inbox.c.done_at >= bindparam("since"),
        inbox.c.message_id.is_not(None),
    )
)
_SET_ASIDE = prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.state == "new")
    .values(state="poison", done_at=bindparam("now"))
)
_OLDEST = prepared(select(func.min(inbox.c.received_at).label("oldest")).where(inbox.c.state == "new"))
_SET_ASIDES = prepared(
    select(
        func.count().label("n"), func.count().filter(inbox.c.done_at >= bindparam("since")).label("lately")
    ).where(inbox.c.state == "poison")
)


async def add(
    tx: Transaction, channel: str, updates: Sequence[Raw], now: datetime, after: InboxId
) -> list[Waiting]:
    """Keep updates not seen before, and return all that wait with an id above `after`, oldest first."""
    rows = []
    for raw in updates:
        digest = tx.vault.digest(raw.payload)
        payload = tx.vault.seal_inbox(digest, raw.payload)
        rows.append(
            {"channel": channel, "lane": raw.lane, "update_id": raw.update_id, "digest": digest,
             "now": to_ms(now), "payload": payload}
        )  # fmt: skip
    tx.write_many(_ADD, rows)
    return await waiting(tx, after)


async def waiting(tx: Transaction, after: InboxId) -> list[Waiting]:
    """Updates that wait for their turn with an id above `after`, oldest first.

    A damaged one has an empty payload: nobody can read it, so its turn sets it aside like any such update.
    """
    return [
        Waiting(InboxId(row["id"]), row["lane"], row["received_at"], row["attempts"], _payload(tx, row))
        for row in await tx.fetch(_OPEN_AFTER, after=after)
    ]


def _payload(tx: Transaction, row: Row) -> bytes:
    try:
        return tx.vault.open_inbox(row["digest"], row["payload"] or b"")
    except CannotOpen:
        log.error("inbox_row_damaged", inbox=row["id"])  # noqa: TRY400 - no trace helps
        return b""


def done(tx: Transaction, which: InboxId, message: int | None, now: datetime) -> None:
    """Mark handled and empty the payload. Only the lane that holds the row may call this."""
    tx.write(_DONE, row=which, now=to_ms(now), message=message)


async def is_new(tx: Transaction, which: InboxId) -> bool:
    """Whether it still waits for its turn."""
    return await tx.first(_NEW, row=which) is not None


def failed(tx: Transaction, which: InboxId) -> None:
    """Count a failed try."""
    tx.write(_FAILED, row=which)


def set_aside(tx: Transaction, which: InboxId, now: datetime) -> None:
    """Put an update where it is in nobody's way; its payload stays as long as its row."""
    tx.write(_SET_ASIDE, row=which, now=to_ms(now))


def lane_chat(row: Waiting) -> ChatId:
    """The chat that a lane belongs to."""
    return ChatId(row.lane)


async def messages_of(tx: Transaction, chat: ChatId, since: datetime) -> list[int]:
    """The ids of a person's own messages handled since then."""
    return [row["message_id"] for row in await tx.fetch(_MESSAGES, chat=chat, since=to_ms(since))]


async def oldest_waiting(tx: Transaction) -> datetime | None:
    """When the oldest update that waits for its turn came in; None when none waits."""
    row = await tx.first(_OLDEST)
    return None if row is None or row["oldest"] is None else from_ms(row["oldest"])


async def set_aside_since(tx: Transaction, since: datetime) -> tuple[int, int]:
    """How many updates are set aside: since then, and before."""
    row = await tx.first(_SET_ASIDES, since=to_ms(since))
    return (0, 0) if row is None else (row["lately"], row["n"] - row["lately"])
