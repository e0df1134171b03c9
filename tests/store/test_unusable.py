"""A database that cannot be used: what is said is about what is wrong."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.app.keeping.health import examine
from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.settings import Database, Settings
from bot.store.engine.unusable import Unusable, said_plainly
from bot.store.keeping.vault import Vault
from tests.ops.house import NIGHT
from tests.store.conftest import MASTER, Server


def test_a_full_disk_is_no_damaged_file(tmp_path: Path) -> None:
    """Nobody is sent to a backup when room is what is missing."""
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as db:
        db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(Unusable, match="Fix: make room") as said, said_plainly("db"):
            db.execute("CREATE TABLE t (a)")
    assert "restore" not in str(said.value)


@pytest.mark.postgres
def test_a_statement_that_took_too_long_is_not_a_password(postgres: Server) -> None:
    """A time-out set for the role or in the address: that is what has to change."""
    with (
        pytest.raises(Unusable, match="statement_timeout") as said,
        psycopg.connect(postgres.url("postgres"), options="-c statement_timeout=5") as db,
        said_plainly("PostgreSQL"),
    ):
        db.execute("SELECT pg_sleep(10)")
    assert "password" not in str(said.value)


@pytest.mark.postgres
async def test_doctor_says_that_there_are_no_tables_yet(postgres: Server) -> None:
    """Asked before the first start, or about a database that is another's."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as db:
        db.execute("CREATE DATABASE bare")
    settings = Settings(database=Database(url=postgres.url("bare")))
    with pytest.raises(Unusable, match="no tables of Foothold"):
        await examine(settings, Vault(MASTER), load_helplines(files.DATA), NIGHT)
