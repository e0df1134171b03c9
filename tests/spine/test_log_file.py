"""The disk is full, and somebody makes room by deleting or emptying SQLite's log, beneath the service."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.engine.log_file import LogFile
from tests.spine.lives import Lives, a_sandbox, lives_of
from tests.waiting import until

INBOX = "SELECT count(*) FROM inbox"


def whole(lives: Lives) -> bool:
    """Whether SQLite finds nothing wrong with the database."""
    return lives.rows("PRAGMA integrity_check") == [("ok",)]


async def test_a_deleted_log_loses_nothing(tmp_path: Path) -> None:
    """What stood in it is saved, the service says so in a line and ends, and the next one goes on."""
    async with a_sandbox() as sandbox, lives_of(tmp_path, sandbox) as lives:
        ana = sandbox.phone(101, "Ana")
        await lives.begin()
        await lives.started()
        ana.says("hello")
        await until(lambda: lives.rows(INBOX) == [(1,)] and lives.at_rest())
        Path(f"{lives.database}-wal").unlink()
        ana.says("/help")
        assert await lives.ended() == 1
        assert "foothold.db-wal was deleted. What stood in it is saved" in lives.log.read_text()
        assert lives.rows(INBOX) == [(1,)]
        assert whole(lives)
        await lives.begin()
        await until(lambda: lives.rows(INBOX) == [(2,)] and lives.at_rest())
        assert sum("hello" not in text for text in ana.heard()) >= 2


@pytest.mark.parametrize("stopped", [False, True])
async def test_an_emptied_log_does_not_take_the_database_with_it(tmp_path: Path, stopped: bool) -> None:
    """Neither the next message nor the end of the service carries zeros over it."""
    async with a_sandbox() as sandbox, lives_of(tmp_path, sandbox) as lives:
        ana = sandbox.phone(101, "Ana")
        await lives.begin()
        await lives.started()
        ana.says("hello")
        await until(lambda: lives.rows(INBOX) == [(1,)] and lives.at_rest())
        os.truncate(f"{lives.database}-wal", 0)
        if stopped:
            lives.signal(signal.SIGTERM)
        else:
            ana.says("/help")
        assert await lives.ended() == 1
        assert "foothold.db-wal was emptied." in lives.log.read_text()
        assert whole(lives)
        ana.heard()
        await lives.begin()
        ana.says("/help")
        await until(lambda: bool(ana.heard()))
        assert whole(lives)


def test_a_log_that_another_process_has_carried_over_is_whole(tmp_path: Path) -> None:
    """A command beside the service empties it in the right way: nobody takes fright."""
    path = tmp_path / "db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db, closing(sqlite3.connect(path)) as other:
        db.execute("PRAGMA journal_mode=WAL")
        log = LogFile(path)
        assert log.state() == "whole"
        db.execute("CREATE TABLE t (a)")
        for n in range(50):
            db.execute("INSERT INTO t VALUES (?)", ("x" * n,))
            assert log.state() == "whole"
            if n % 7 == 0:
                assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
                assert log.state() == "whole"
        db.execute("INSERT INTO t VALUES (1)")
        os.truncate(f"{path}-wal", 32)
        assert log.state() == "emptied"
        Path(f"{path}-wal").unlink()
        assert log.state() == "deleted"
    log.close()
