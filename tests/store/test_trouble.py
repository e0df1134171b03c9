"""What counts as a store in trouble, and what as a fault of ours."""

import sqlite3
from pathlib import Path

import pytest

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


def test_a_wrong_statement_is_our_fault() -> None:
    """A column that does not exist stays missing, however often it is asked for."""
    db = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        db.execute("SELECT nothing FROM nowhere")
    assert not in_trouble(wrong.value)
    db.close()
