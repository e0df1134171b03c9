"""Who looked at what: append-only, each entry holding a keyed fingerprint of the one before it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Table, UniqueConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, instant, own_id, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

Action = Literal[
    "invite_decided",
    "invited",
    "role_given",
    "role_taken",
    "rota_changed",
    "suspended",
    "suspension_lifted",
    "training_ticked",
    "signed_in",
    "signed_out",
    "did_today",
    "today_read",
    "list_read",
    "checkins_read",
    "summary_read",
    "export_taken",
    "reviewed",
    "noted",
    "task_made",
    "task_done",
    "session_ended",
    "danger_log_read",
    "danger_log_marked",
    "danger_log_exported",
    "danger_log_missed",
    "entry_checked",
    "entries_compared",
    "entry_retired",
    "entry_shown",
    "check_taken_back",
    "entry_written",
]

audit = Table(
    "audit",
    metadata,
    own_id(),
    instant("at", nullable=False),
    whole("actor", nullable=False),
    words("action", nullable=False),
    words("object", nullable=False),
    words("previous", nullable=False),
    words("hash", nullable=False),
    UniqueConstraint("previous"),
    sqlite_autoincrement=True,
)

_LAST = prepared(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
_ADD = prepared(
    insert(audit).values(
        at=bindparam("now"),
        actor=bindparam("actor"),
        action=bindparam("action"),
        object=bindparam("object"),
        previous=bindparam("previous"),
        hash=bindparam("hash"),
    )
)
_AFTER = prepared(
    select(audit).where(audit.c.id > bindparam("after")).order_by(audit.c.id).limit(bindparam("most"))
)
_BEFORE = prepared(
    select(audit).where(audit.c.id < bindparam("before")).order_by(audit.c.id.desc()).limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `object` says what it was about (`person:12 conversation:3`), or nothing."""

    at: datetime
    actor: PersonId
    action: str
    object: str


async def add(tx: Transaction, actor: PersonId, action: Action, about: str, now: datetime) -> None:
    """Write one entry behind the last; two at once cannot both follow the same one."""
    last = await tx.first(_LAST)
    previous = "" if last is None else str(last["hash"])
    at = to_ms(now)
    link = _hash(tx, previous, at, actor, action, about)
    tx.write(_ADD, now=at, actor=actor, action=action, object=about, previous=previous, hash=link)


async def entries(tx: Transaction) -> list[Entry]:
    """The whole log, oldest first."""
    return [
        Entry(from_ms(row["at"]), PersonId(row["actor"]), row["action"], row["object"])
        for row in await _rows(tx)
    ]


async def newest(tx: Transaction, before: int | None, most: int) -> list[tuple[int, Entry]]:
    """Some of the log with their numbers, newest first: those before a number, or the very newest."""
    rows = await tx.fetch(_BEFORE, before=2**62 if before is None else before, most=most)
    return [
        (int(row["id"]), Entry(from_ms(row["at"]), PersonId(row["actor"]), row["action"], row["object"]))
        for row in rows
    ]


async def first_broken(tx: Transaction) -> int | None:
    """The id of the first entry that was changed, or follows one that was taken out; None when all is well.

    Entries cut off at the end leave no gap: compare with an earlier copy for those.
    """
    previous = ""
    for row in await _rows(tx):
        expected = _hash(tx, previous, row["at"], row["actor"], row["action"], row["object"])
        if row["previous"] != previous or row["hash"] != expected:
            return int(row["id"])
        previous = row["hash"]
    return None


async def _rows(tx: Transaction) -> list[Row]:
    found: list[Row] = []
    while more := await tx.fetch(_AFTER, after=found[-1]["id"] if found else 0, most=1000):
        found += more
    return found


def _hash(tx: Transaction, previous: str, at: int, actor: int, action: str, about: str) -> str:
    """Keyed, so that whoever can write to the database alone cannot make a chain that holds."""
    return tx.vault.digest(json.dumps(["audit", previous, at, actor, action, about]).encode())
