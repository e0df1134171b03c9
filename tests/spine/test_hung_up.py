"""PostgreSQL starts again, or a connection is cut, below the service: it ends in a line and begins anew."""

from pathlib import Path

import psycopg
import pytest

from tests.spine.lives import a_sandbox, lives_of
from tests.store.conftest import Server
from tests.waiting import until

ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
THE_HOLD = ALL + " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"
THE_OTHERS = ALL + " AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"
LINE = "PostgreSQL has closed the connection. This ends here; start it again.\n"


@pytest.mark.parametrize("cut", [ALL, THE_HOLD, THE_OTHERS], ids=["all", "the hold", "the others"])
async def test_a_service_that_is_hung_up_on_ends_and_nothing_is_lost(
    tmp_path: Path, postgres: Server, cut: str
) -> None:
    """Before, it polled on for ever and answered nobody; or it served on while another might begin."""
    url = postgres.empty()
    async with a_sandbox() as sandbox, lives_of(tmp_path, sandbox, url) as lives:
        ana = sandbox.phone(101, "Ana")
        await lives.begin()
        await lives.started()
        ana.says("hello")
        await until(lambda: lives.rows("SELECT count(*) FROM inbox") == [(1,)] and lives.at_rest())
        ana.heard()
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
            server.execute(cut.encode(), [url.partition("@/")[2].partition("?")[0]])
        ana.says("/help")
        assert await lives.ended() == 1
        assert lives.log.read_text().count(LINE) == 1
        await lives.begin()
        await until(lambda: bool(ana.heard()))
        assert lives.rows("SELECT count(*) FROM inbox") == [(2,)]
