"""Coaches' own stories, sealed for their author; only what a coordinator has read is offered to anybody."""

from datetime import datetime

from sqlalchemy import Index, Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.everyday.story import Story
from bot.domain.ids import PersonId
from bot.store.engine.columns import instant, own_id, ref, sealed, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

story = Table(
    "story",
    metadata,
    own_id(),
    ref("author_id", "person.id", nullable=False),
    sealed("text", nullable=False),
    words("tags", nullable=False),
    words("state", nullable=False),
    instant("written_at", nullable=False),
    ref("read_by", "person.id"),
    Index(None, "author_id"),
    sqlite_autoincrement=True,
)

_ADD = prepared(
    insert(story)
    .values(
        author_id=bindparam("author"),
        text=bindparam("sealed_text"),
        tags=bindparam("about"),
        state="waiting",
        written_at=bindparam("now"),
    )
    .returning(story.c.id)
)
_OF = prepared(select(story).where(story.c.author_id == bindparam("author")))
_BY_ID = prepared(select(story).where(story.c.id == bindparam("which")))
_OFFERED = prepared(
    select(story.c.id, story.c.author_id, story.c.tags)
    .where(story.c.state == "offered")
    .order_by(story.c.id)
    .limit(500)
)
_WAITING = prepared(select(story.c.id).where(story.c.state == "waiting").order_by(story.c.id).limit(20))
_JUDGE = prepared(
    update(story)
    .where(story.c.id == bindparam("which"), story.c.state == "waiting")
    .values(state=bindparam("new_state"), read_by=bindparam("reader"))
)
_DROP = prepared(delete(story).where(story.c.author_id == bindparam("author")))


async def add(tx: Transaction, author: PersonId, said: str, tags: tuple[str, ...], now: datetime) -> int:
    """A new one, which waits for a coordinator, in place of the one before. Their key must be unlocked."""
    drop(tx, author)
    text = tx.vault.seal(author, "story.text", to_ms(now), said)
    row = await tx.first(_ADD, author=author, sealed_text=text, about=" ".join(tags), now=to_ms(now))
    assert row is not None
    return int(row["id"])


async def of_author(tx: Transaction, author: PersonId) -> tuple[str, str] | None:
    """A coach's own story and its state (waiting, offered, back), or None. Their key must be unlocked."""
    row = await tx.first(_OF, author=author)
    return None if row is None else (_opened(tx, row), row["state"])


async def words_of(tx: Transaction, which: int) -> tuple[PersonId, str] | None:
    """The author and the words of one; None when it is gone. The author's key must be unlocked."""
    row = await tx.first(_BY_ID, which=which)
    return None if row is None else (PersonId(row["author_id"]), _opened(tx, row))


async def author_of(tx: Transaction, which: int) -> PersonId | None:
    """Whose it is; None when it is gone."""
    row = await tx.first(_BY_ID, which=which)
    return None if row is None else PersonId(row["author_id"])


async def waiting(tx: Transaction) -> list[int]:
    """Those that no coordinator has read, the longest waiting first."""
    return [int(row["id"]) for row in await tx.fetch(_WAITING)]


async def offered(tx: Transaction) -> list[Story]:
    """Those that a coordinator has read and let through."""
    return [
        Story(row["id"], PersonId(row["author_id"]), frozenset(row["tags"].split()))
        for row in await tx.fetch(_OFFERED)
    ]


async def judge(tx: Transaction, which: int, state: str, reader: PersonId) -> bool:
    """A coordinator has read it; False when somebody else has, or it is gone."""
    return await tx.change(_JUDGE, which=which, new_state=state, reader=reader) == 1


def drop(tx: Transaction, author: PersonId) -> None:
    """The author takes it back."""
    tx.write(_DROP, author=author)


def _opened(tx: Transaction, row: Row) -> str:
    """ "" for one that is damaged."""
    return tx.vault.read(PersonId(row["author_id"]), "story.text", row["written_at"], row["text"]) or ""
