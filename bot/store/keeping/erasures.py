"""Who was erased, kept beside the backups too: a restored backup is older than the last erasures.

A line is a person's number and the time, nothing else, and nothing else knows the number. The file travels
with the backups when they are copied to another machine, so that a lost disk does not bring anybody back.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.domain.ids import PersonId
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.files import flush_folder
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.keeping.erasing import erasure

Erasures = Mapping[PersonId, datetime]
"""Who was erased, and when last."""

FILE = "erasures"

_STANDING = prepared(select(func.count().label("n"), func.max(erasure.c.at).label("last")))
_ALL = prepared(select(erasure.c.person_id, erasure.c.at).order_by(erasure.c.at, erasure.c.person_id))


async def standing(tx: Transaction) -> tuple[int, int]:
    """How many people were erased, and when the last one was (ms): while both stay, nobody was."""
    row = await tx.first(_STANDING)
    return (0, 0) if row is None else (int(row["n"]), int(row["last"] or 0))


async def everything(tx: Transaction) -> dict[PersonId, datetime]:
    """All erasures the database knows of."""
    return {PersonId(row["person_id"]): from_ms(row["at"]) for row in await tx.fetch(_ALL)}


def read(folder: Path) -> dict[PersonId, datetime]:
    """The erasures noted beside the backups; a line cut short by a power cut is left out."""
    try:
        lines = (folder / FILE).read_text("ascii", errors="replace").split("\n")
    except FileNotFoundError:
        return {}
    found: dict[PersonId, datetime] = {}
    for line in lines[:-1]:  # what follows the last line end is empty, or half a line
        who, _, at = line.partition(" ")
        if who.isdecimal() and at.isdecimal():
            found = together(found, {PersonId(int(who)): from_ms(int(at))})
    return found


def append(folder: Path, known: Erasures, erased: Erasures) -> None:
    """Write down what is in `erased` and not in `known`; on disk when this returns. Raises OSError."""
    lines = [f"{who} {to_ms(at)}\n" for who, at in erased.items() if known.get(who) != at]
    if not lines:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        # the line end first: the line before may have been cut short
        os.write(handle, ("\n" + "".join(lines)).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    flush_folder(folder)


def of_database(database: Path) -> dict[PersonId, datetime]:
    """The erasures in a SQLite file, whatever its version; none from one that cannot be read."""
    if not database.exists():
        return {}
    try:
        with closing(sqlite3.connect(database)) as db:
            rows = db.execute("SELECT person_id, at FROM erasure").fetchall()
    except sqlite3.DatabaseError:
        return {}
    return {PersonId(who): from_ms(at) for who, at in rows}


def together(*many: Erasures) -> dict[PersonId, datetime]:
    """All of them, each person's last erasure."""
    found: dict[PersonId, datetime] = {}
    for erasures in many:
        for who, at in erasures.items():
            found[who] = max(at, found.get(who, at))
    return found
