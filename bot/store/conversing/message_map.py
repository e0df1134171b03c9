"""Which sent message belongs to what: a relayed line's two sides, the alerts of a handoff."""

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import ChatId, MessageId
from bot.store.engine.columns import instant, own_id, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

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
_mine, _other = message_map.alias("mine"), message_map.alias("other")
_COUNTERPART = prepared(
    select(_other.c.message_id)
    .select_from(_mine.join(_other, _other.c.link == _mine.c.link))
    .where(
        _mine.c.chat_id == bindparam("chat"),
        _mine.c.message_id == bindparam("message"),
        _mine.c.link.like("line:%"),
        _other.c.chat_id == bindparam("there"),
    )
    .order_by(_other.c.id.desc())
    .limit(1)
)
_LINKS_OF = prepared(
    select(message_map.c.link)
    .where(message_map.c.chat_id == bindparam("chat"), message_map.c.message_id == bindparam("message"))
    .order_by(message_map.c.id)
)
_LAST_LINK = prepared(
    select(message_map.c.link)
    .where(
        message_map.c.chat_id == bindparam("chat"),
        message_map.c.link.like(bindparam("begins")),
        message_map.c.at >= bindparam("since"),
    )
    .order_by(message_map.c.id.desc())
    .limit(1)
)
_DROP = prepared(delete(message_map).where(message_map.c.link == bindparam("link")))


def remember(tx: Transaction, link: str, chat: ChatId, message: int, now: datetime) -> None:
    """Note that a message in a chat belongs to `link` (`alert:7`, `talk:7`)."""
    tx.write(_ADD, link=link, chat=chat, message=message, now=to_ms(now))


async def of_link(tx: Transaction, link: str) -> list[tuple[ChatId, MessageId]]:
    """All messages of a link, oldest first."""
    return [(ChatId(r["chat_id"]), MessageId(r["message_id"])) for r in await tx.fetch(_BY_LINK, link=link)]


async def counterpart(tx: Transaction, chat: ChatId, message: MessageId, there: ChatId) -> MessageId | None:
    """The message in the chat `there` that is the same relayed line (links `line:…`), or None."""
    row = await tx.first(_COUNTERPART, chat=chat, message=message, there=there)
    return None if row is None else MessageId(row["message_id"])


async def links_of(tx: Transaction, chat: ChatId, message: MessageId) -> list[str]:
    """What a message of a chat belongs to."""
    return [row["link"] for row in await tx.fetch(_LINKS_OF, chat=chat, message=message)]


async def last_link(tx: Transaction, chat: ChatId, begins: str, since: datetime) -> str | None:
    """What the newest message of this chat belongs to, of those whose link begins so, or None."""
    row = await tx.first(_LAST_LINK, chat=chat, begins=f"{begins}%", since=to_ms(since))
    return None if row is None else str(row["link"])


def forget(tx: Transaction, link: str) -> None:
    """Drop a link's messages from the map."""
    tx.write(_DROP, link=link)
