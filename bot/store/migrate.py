"""Brings a database to today's tables with Alembic, all or nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


class NewerSchema(RuntimeError):
    """The database was made by a newer Foothold than this one."""


def upgrade(
    url: str, password: str | None = None, *, first: Callable[[Connection], None] | None = None
) -> None:
    """Run the migrations that are missing. `url` is `sqlite:///PATH` or `postgresql://…`, without a password.

    `first` may look at the database and raise before anything is changed. Raises NewerSchema when the
    database knows a migration that this program does not.
    """
    if url.startswith("sqlite:///") and _newest_already(Path(url.removeprefix("sqlite:///"))):
        return
    from alembic import command  # noqa: PLC0415 - 0.2 s and 7 MB that most starts do without
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_for(url, password)
    try:
        with engine.begin() as connection:
            _refuse_newer(connection, config)
            if first is not None:
                first(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def _newest_already(path: Path) -> bool:
    """Whether a SQLite database is at the newest migration: their files are named by number."""
    numbers = [file.name.split("_", 1)[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    newest = max(numbers, default="")
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as db:
        try:
            return db.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest,)]
        except sqlite3.OperationalError:  # no such table, or somebody holds it: for Alembic to say
            return False


def _refuse_newer(connection: Connection, config: "Config") -> None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = set(MigrationContext.configure(connection).get_current_heads())
    if current - known:
        raise NewerSchema(
            f"The database is at migration {', '.join(sorted(current))}, which this Foothold does not know. "
            "Start the newer version that made it, or restore a backup from before."
        )


def engine_for(url: str, password: str | None = None) -> Engine:
    """A synchronous engine whose DDL is inside the transaction, on both databases."""
    if url.startswith("postgresql://"):
        secret = {} if password is None else {"password": password}
        by_psycopg = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(by_psycopg, connect_args=secret, poolclass=NullPool)
    # in one text, SQLAlchemy would read %20, ? and # in a path as something else
    file = URL.create("sqlite", database=url.removeprefix("sqlite:///"))
    engine = create_engine(file, poolclass=NullPool)
    # sqlite3 commits before each CREATE by itself unless it is told to leave transactions to us
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _leave_transactions_to_us(db: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    db.isolation_level = None
    cursor = db.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
