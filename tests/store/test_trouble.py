"""What counts as a store in trouble, and what as a fault of ours."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from bot.store.store import in_trouble


def test_a_locked_database_is_trouble(tmp_path: Path) -> None:
    """Somebody else holds the lock: what was asked can be asked again."""
    holder = sqlite3.connect(tmp_path / "db", isolation_level=None)
    holder.execute("CREATE TABLE t (a)")
    holder.execute("BEGIN EXCLUSIVE")
    other = sqlite3.connect(tmp_path / "db", timeout=0)
    with pytest.raises(sqlite3.OperationalError) as locked:
        other.execute("INSERT INTO t VALUES (1)")
    assert in_trouble(locked.value)
    other.close()
    holder.close()


@pytest.mark.parametrize(
    "wrong",
    [errors.DiskFull, errors.AdminShutdown, errors.TooManyConnections, errors.ReadOnlySqlTransaction],
)
def test_a_full_or_closing_postgresql_is_trouble(wrong: type[psycopg.Error]) -> None:
    """Nobody's message is set aside for it after three tries."""
    assert in_trouble(wrong())
    assert not in_trouble(errors.UndefinedColumn())


def test_a_wrong_statement_is_our_fault() -> None:
    """A column that does not exist stays missing, however often it is asked for."""
    db = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        db.execute("SELECT nothing FROM nowhere")
    assert not in_trouble(wrong.value)
    db.close()
