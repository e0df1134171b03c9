"""Which sent message belongs to what: a relayed line's two sides, the alerts of a handoff."""

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import ChatId, MessageId
from bot.store.columns import instant, own_id, to_ms, whole, words
from bot.store.metadata import metadata
from bot.store.statement import prepared
from bot.store.transaction import Transaction

message_map = Table(
    "message_map",
    metadata,
    own_id(),
    words("link", nullable=False),
    whole("chat_id", nullable=False),
    whole("message_id", nullable=False),
    instant("at", nullable=False),
    Index(None, "link"),
    Index(None, "chat_id", "message_id"),
)

_ADD = prepared(
    insert(message_map).values(
        link=bindparam("link"),
        chat_id=bindparam("chat"),
        message_id=bindparam("message"),
        at=bindparam("now"),
    )
)
_BY_LINK = prepared(
    select(message_map).where(message_map.c.link == bindparam("link")).order_by(message_map.c.id)
)
_DROP = prepared(delete(message_map).where(message_map.c.link == bindparam("link")))


def remember(tx: Transaction, link: str, chat: ChatId, message: int, now: datetime) -> None:
    """Note that a message in a chat belongs to `link` (`alert:7`, `talk:7`)."""
    tx.write(_ADD, link=link, chat=chat, message=message, now=to_ms(now))


async def of_link(tx: Transaction, link: str) -> list[tuple[ChatId, MessageId]]:
    """All messages of a link, oldest first."""
    return [(ChatId(r["chat_id"]), MessageId(r["message_id"])) for r in await tx.fetch(_BY_LINK, link=link)]


def forget(tx: Transaction, link: str) -> None:
    """Drop a link's messages from the map."""
    tx.write(_DROP, link=link)
