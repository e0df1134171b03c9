"""In what condition the database is, for doctor: read only, and from beside a running service."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, column, func, select, table

from bot.store.conversing.outbox import outbox
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.keeping.backup import complaints
from bot.store.migrate import MIGRATIONS

_A_DAY = timedelta(days=1)

_VERSION = prepared(select(column("version_num")).select_from(table("alembic_version")))
_OVERDUE = prepared(select(func.min(outbox.c.not_before).label("since")).where(
    outbox.c.state.in_(["pending", "sending"])
))  # fmt: skip
_UNKNOWN = prepared(
    select(func.count().label("n")).where(outbox.c.state == "unknown", outbox.c.done_at >= bindparam("since"))
)


def check_file(path: Path) -> tuple[str, ...]:
    """What is wrong with a SQLite file: not there, not a database, or what its own check complains of."""
    if not path.is_file():
        return (f"there is no database at {path}",)
    try:
        with closing(sqlite3.connect(path)) as db:
            if found := complaints(db):
                return found
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                return (f"{path} is a database, and not one of Foothold's",)
    except sqlite3.DatabaseError as broken:
        return (f"{path} cannot be read: {broken}",)
    return ()


async def is_current(tx: Transaction) -> bool:
    """Whether the tables are those of this version."""
    from alembic.config import Config  # noqa: PLC0415 - see migrate.upgrade
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    return {row["version_num"] for row in await tx.fetch(_VERSION)} == wanted


def size(path: Path) -> int:
    """Bytes of a SQLite database with its log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


async def overdue_since(tx: Transaction) -> datetime | None:
    """Since when the message that is longest overdue could have been sent; None when none waits."""
    row = await tx.first(_OVERDUE)
    return None if row is None or row["since"] is None else from_ms(row["since"])


async def unknown_sends(tx: Transaction, now: datetime) -> int:
    """Messages of the last day of which nobody knows whether they arrived."""
    row = await tx.first(_UNKNOWN, since=to_ms(now - _A_DAY))
    return 0 if row is None else int(row["n"])
