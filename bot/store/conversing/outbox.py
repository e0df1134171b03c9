"""Every message to be sent, committed with what caused it; the sender works through it."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.domain.channel.delivery import MOST_CHARACTERS, split, units
from bot.domain.channel.envelope import from_json, to_json
from bot.domain.channel.outgoing import Body, Post, SendClass, Text
from bot.domain.ids import ChatId, OutboxId, PersonId
from bot.store.conversing.message_map import remember
from bot.store.conversing.people import person_key
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction
from bot.store.keeping.vault import SERVICE

log = structlog.get_logger()

outbox = Table(
    "outbox",
    metadata,
    own_id(),
    words("key", nullable=False),
    ref("person_id", "person.id"),
    whole("chat_id", nullable=False),
    words("send_class", nullable=False),
    sealed("body"),
    words("links", nullable=False),
    words("state", nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),
    Column("marked", Boolean, nullable=False),
    instant("created_at", nullable=False),
    instant("not_before", nullable=False),
    instant("done_at"),
    whole("message_id"),
    words("reason"),
    UniqueConstraint("key"),
    Index(None, "state", "id"),
    Index(None, "person_id", "done_at"),
    sqlite_autoincrement=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that is still to be sent. `died_sending` says that a process stopped while sending it."""

    id: OutboxId
    key: str
    person: PersonId
    chat: ChatId
    send_class: SendClass
    body: Body
    links: tuple[str, ...]
    attempt: int
    doubts: int
    marked: bool
    not_before: datetime
    created_at: datetime
    died_sending: bool


@dataclass(frozen=True, slots=True)
class Damaged:
    """A message that was to be sent and does not open: for which chat it was, and of which class."""

    id: OutboxId
    chat: ChatId
    send_class: str


_ADD = prepared(
    insert(outbox)
    .values(
        key=bindparam("key"),
        person_id=bindparam("person"),
        chat_id=bindparam("chat"),
        send_class=bindparam("send_class"),
        body=bindparam("body"),
        links=bindparam("links"),
        state="pending",
        attempt=0,
        doubts=0,
        marked=False,
        created_at=bindparam("now"),
        not_before=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_OPEN_AFTER = prepared(
    select(outbox, person_key.c.wrapped)
    .select_from(outbox.outerjoin(person_key, person_key.c.person_id == outbox.c.person_id))
    .where(outbox.c.state.in_(["pending", "sending"]), outbox.c.id > bindparam("after"))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_OPEN_UNTIL = prepared(
    select(outbox.c.id).where(outbox.c.state.in_(["pending", "sending"]), outbox.c.id <= bindparam("last"))
)
_CLAIM = prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state.in_(["pending", "sending"]))
    .values(state="sending", attempt=bindparam("new_attempt"))
)
_RETRY = prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == "sending")
    .values(
        state="pending",
        not_before=bindparam("at"),
        marked=bindparam("new_marked"),
        doubts=bindparam("new_doubts"),
        chat_id=bindparam("new_chat"),
    )
)
_SETTLE = prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("new_state"),
        chat_id=case((outbox.c.person_id.is_(None), 0), else_=outbox.c.chat_id),
        body=None,
        done_at=bindparam("now"),
        message_id=bindparam("message"),
        reason=bindparam("why"),
    )
)
_SET_ASIDE = prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state.in_(["pending", "sending"]))
    .values(state="damaged", done_at=bindparam("now"))
)
_MOVE = prepared(
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), outbox.c.state.in_(["pending", "sending"]))
    .values(chat_id=bindparam("to_chat"))
)
_WITHDRAW = prepared(
    update(outbox)
    .where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.send_class == bindparam("in_class"),
        outbox.c.state == "pending",
    )
    .values(state="withdrawn", body=None, done_at=bindparam("now"))
)
_WITHDRAW_CAUSED = prepared(
    update(outbox)
    .where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.state == "pending",
        outbox.c.key.like(bindparam("keys")),
    )
    .values(state="withdrawn", body=None, done_at=bindparam("now"))
)
_LEFT = prepared(
    select(outbox.c.id)
    .where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.state.not_in(["pending", "withdrawn"]),
        outbox.c.key.like(bindparam("keys")),
    )
    .limit(1)
)
_UNQUEUE = prepared(
    delete(outbox).where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.state == "pending",
        outbox.c.key.like(bindparam("keys")),
    )
)
_WITHDRAW_LINKED = prepared(
    update(outbox)
    .where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.state == "pending",
        (literal(" ") + outbox.c.links + literal(" ")).contains(bindparam("linked"), autoescape=False),
    )
    .values(state="withdrawn", body=None, done_at=bindparam("now"))
)
_MESSAGES = prepared(
    select(outbox.c.message_id).where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.done_at >= bindparam("since"),
        outbox.c.message_id.is_not(None),
    )
)
_DROP_WAITING = prepared(
    update(outbox)
    .where(outbox.c.person_id == bindparam("person"), outbox.c.state == "pending")
    .values(state="withdrawn", body=None, done_at=bindparam("now"))
)
_SET_ASIDES = prepared(
    select(
        func.count().label("n"), func.count().filter(outbox.c.done_at >= bindparam("since")).label("lately")
    ).where(outbox.c.state == "damaged")
)


def add(tx: Transaction, who: PersonId, post: Post, now: datetime) -> None:
    """Queue a message for `who`, whose key must be unlocked (SERVICE: for a chat that is nobody's).

    The same key again changes nothing. Words too long for one message are queued as several, because parts
    made only when Telegram refuses them would come after what was queued meanwhile.
    """
    if isinstance(post.body, Text) and units(post.body.text) > MOST_CHARACTERS:
        for n, piece in enumerate(split(post.body)):
            _add(tx, who, replace(post, body=piece, key=f"{post.key}:part{n}"), now)
    else:
        _add(tx, who, post, now)
    tx.news.add("outbox")


def _add(tx: Transaction, who: PersonId, post: Post, now: datetime) -> None:
    tx.write(
        _ADD,
        key=post.key,
        person=who if who != SERVICE else None,
        chat=post.chat,
        send_class=post.send_class.value,
        body=tx.vault.seal(who, "outbox.body", post.key, to_json(post.body)),
        links=" ".join(post.links),
        now=to_ms(now),
    )


async def open_after(
    tx: Transaction, after: OutboxId, most: int, damaged: list[Damaged] | None = None
) -> list[Queued]:
    """Messages still to be sent with an id above `after`, in order; those that do not open go to `damaged`.

    Both together are at most `most`: fewer means that there are no others.
    """
    found = [_opened(tx, row) for row in await tx.fetch(_OPEN_AFTER, after=after, most=most)]
    if damaged is not None:
        damaged += [item for item in found if isinstance(item, Damaged)]
    return [item for item in found if isinstance(item, Queued)]


async def open_until(tx: Transaction, last: OutboxId) -> list[OutboxId]:
    """The ids of messages still to be sent, up to this one."""
    return [OutboxId(row["id"]) for row in await tx.fetch(_OPEN_UNTIL, last=last)]


def _opened(tx: Transaction, row: Row) -> Queued | Damaged:
    who = SERVICE if row["person_id"] is None else PersonId(row["person_id"])
    try:
        if who != SERVICE:
            tx.vault.unlock(who, row["wrapped"] or b"")
        body = from_json(tx.vault.open(who, "outbox.body", row["key"], row["body"] or b""))
        send_class = SendClass(row["send_class"])
    except (ValueError, KeyError, TypeError):  # CannotOpen, or flipped bytes outside the seal
        log.error("outbox_row_damaged", outbox=row["id"])  # noqa: TRY400 - no trace helps
        return Damaged(OutboxId(row["id"]), ChatId(row["chat_id"]), str(row["send_class"]))
    return Queued(
        id=OutboxId(row["id"]),
        key=row["key"],
        person=who,
        chat=ChatId(row["chat_id"]),
        send_class=send_class,
        body=body,
        links=tuple(row["links"].split()),
        attempt=row["attempt"],
        doubts=row["doubts"],
        marked=bool(row["marked"]),
        not_before=from_ms(row["not_before"]),
        created_at=from_ms(row["created_at"]),
        died_sending=row["state"] == "sending",
    )


def set_aside(tx: Transaction, which: OutboxId, now: datetime) -> None:
    """Put a damaged message where it is in nobody's way; what is left of it stays as long as its row."""
    tx.write(_SET_ASIDE, row=which, now=to_ms(now))


def claim(tx: Transaction, item: Queued) -> None:
    """Say, before the first byte goes out, that this is being sent once more."""
    tx.write(_CLAIM, row=item.id, new_attempt=item.attempt + 1)


async def claim_unless_withdrawn(tx: Transaction, item: Queued) -> bool:
    """`claim`, for what may have been taken back meanwhile: False then."""
    return await tx.change(_CLAIM, row=item.id, new_attempt=item.attempt + 1) == 1


def retry(tx: Transaction, item: Queued) -> None:
    """Put back to be sent again as `item` now says (`not_before`, `marked`, `doubts`, `chat`)."""
    tx.write(
        _RETRY,
        row=item.id,
        at=to_ms(item.not_before),
        new_marked=item.marked,
        new_doubts=item.doubts,
        new_chat=item.chat,
    )


def settle(
    tx: Transaction, item: Queued, state: str, now: datetime, *, message: int | None = None, reason: str = ""
) -> None:
    """The final outcome: the body is emptied, and what the message is linked to learns its id.

    What the service said for nobody, such as "It's gone" to who was erased, keeps no chat either.
    """
    tx.write(_SETTLE, row=item.id, new_state=state, now=to_ms(now), message=message, why=reason)
    if message is not None:
        for link in item.links:
            remember(tx, link, item.chat, message, now)


def move(tx: Transaction, chat: ChatId, to: ChatId) -> None:
    """The chat has a new id: what is still to be sent goes there."""
    tx.write(_MOVE, chat=chat, to_chat=to)


def withdraw(tx: Transaction, who: PersonId, send_class: SendClass, now: datetime) -> None:
    """Take back what has not been sent, such as a check-in that the person has just stopped."""
    tx.write(_WITHDRAW, person=who, in_class=send_class.value, now=to_ms(now))


def withdraw_caused(tx: Transaction, who: PersonId, cause: str, now: datetime) -> None:
    """Take back what has not been sent of one cause, given as the beginning of its keys (`slot:5:`)."""
    tx.write(_WITHDRAW_CAUSED, person=who, keys=f"{cause}%", now=to_ms(now))


async def unqueue(tx: Transaction, who: PersonId, cause: str) -> bool:
    """Forget what waits of one cause, as `withdraw_caused`, so that it may be queued anew under its keys.

    True when something waited and nothing of it had left: then it never was.
    """
    waited = await tx.change(_UNQUEUE, person=who, keys=f"{cause}%")
    return bool(waited) and await tx.first(_LEFT, person=who, keys=f"{cause}%") is None


def withdraw_linked(tx: Transaction, who: PersonId, link: str, now: datetime) -> None:
    """Take back what has not been sent of a link."""
    tx.write(_WITHDRAW_LINKED, person=who, linked=f" {link} ", now=to_ms(now))


async def messages_of(tx: Transaction, who: PersonId, since: datetime) -> list[int]:
    """The ids of messages that reached a person since then."""
    return [row["message_id"] for row in await tx.fetch(_MESSAGES, person=who, since=to_ms(since))]


def drop_waiting(tx: Transaction, who: PersonId, now: datetime) -> None:
    """Take back everything that has not been sent to a person."""
    tx.write(_DROP_WAITING, person=who, now=to_ms(now))


async def set_aside_since(tx: Transaction, since: datetime) -> tuple[int, int]:
    """How many damaged messages are set aside: since then, and before."""
    row = await tx.first(_SET_ASIDES, since=to_ms(since))
    return (0, 0) if row is None else (row["lately"], row["n"] - row["lately"])
