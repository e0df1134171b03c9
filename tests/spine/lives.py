"""One service's many lives: real processes on one database, killed and begun again."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bot.sandbox import Sandbox
from tests.waiting import until
from tests.world import KEY, free_port

ROOT = Path(__file__).parents[2]


class Lives:
    """Begins and ends processes of the service; reads the database beside them."""

    def __init__(self, folder: Path, url: str, midwife: asyncio.subprocess.Process) -> None:
        self.database = folder / "foothold.db"
        self._url = url
        self.log = folder / "service.log"
        self.born = 0
        self._midwife = midwife
        self._pid: int | None = None
        self._log_from = 0

    async def begin(self) -> None:
        """A new process; returns at once, long before it works."""
        self._log_from = self.log.stat().st_size if self.log.exists() else 0
        self._pid = await self._ask(f"begin {self.log}")
        self.born += 1

    async def started(self) -> None:
        """Return when it polls."""
        await until(lambda: b"service_started" in self._said())

    def signal(self, number: int) -> None:
        """Send a signal, if there is a process."""
        if self._pid is not None:
            os.kill(self._pid, number)

    async def ended(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        pid, self._pid = self._pid, None
        assert pid is not None
        return await self._ask(f"wait {pid}")

    async def killed(self) -> None:
        """kill -9."""
        self.signal(signal.SIGKILL)
        assert await self.ended() == -signal.SIGKILL

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database as it is on disk; nothing while there is none. Placeholders are `?`."""
        if self._url:
            with psycopg.connect(self._url) as postgres:
                return postgres.execute(sql.replace("?", "%s").encode(), values).fetchall()
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(self.database, timeout=10)) as db:
            return db.execute(sql, values).fetchall()

    @contextmanager
    def nobody_writes(self) -> Iterator[sqlite3.Connection]:
        """Hold the database: no commit of the service's can happen meanwhile."""
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("ROLLBACK")

    @contextmanager
    def refuses_changes(self, table: str) -> Iterator[None]:
        """Rows of `table` can be added, and stay as they are: what would change one fails and is undone."""
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as db:
            refuse = "BEGIN SELECT RAISE(ABORT, 'not now'); END"
            db.execute(f"CREATE TRIGGER not_now BEFORE UPDATE ON {table} {refuse}")
            yield
            db.execute("DROP TRIGGER not_now")

    def at_rest(self) -> bool:
        """Whether nothing waits in the inbox or the outbox."""
        waits = "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
        leaves = "(SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
        return self.rows(f"{waits} + {leaves} AS open") == [(0,)]

    def _said(self) -> bytes:
        with self.log.open("rb") if self.log.exists() else open(os.devnull, "rb") as log:  # noqa: PTH123
            log.seek(self._log_from)
            return log.read()

    async def _ask(self, line: str) -> int:
        assert self._midwife.stdin is not None
        assert self._midwife.stdout is not None
        self._midwife.stdin.write(f"{line}\n".encode())
        return int(await self._midwife.stdout.readline())


def environment(folder: Path, sandbox: Sandbox, url: str) -> dict[str, str]:
    """The settings of a service on this stand-in, on SQLite or on the PostgreSQL of `url`."""
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "FOOTHOLD_MASTER_KEY": KEY,
        "FOOTHOLD_TELEGRAM__TOKEN": sandbox.token,
        "FOOTHOLD_TELEGRAM__BASE_URL": f"{sandbox.base_url}/bot",
        "FOOTHOLD_DATABASE__URL": url or f"sqlite:///{folder / 'foothold.db'}",
        "FOOTHOLD_DATABASE__BACKUP_DIR": str(folder / "backups"),
        "FOOTHOLD_SERVICE__NAME": "Harbour",
        "FOOTHOLD_DASHBOARD__PORT": str(free_port()),
        "FOOTHOLD_SENDER__PER_SECOND": "0",
        "FOOTHOLD_SENDER__PER_CHAT_PER_SECOND": "0",
    }


@asynccontextmanager
async def a_sandbox() -> AsyncIterator[Sandbox]:
    """A stand-in on the real clock, in this process."""
    sandbox = Sandbox(lean=True)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


@asynccontextmanager
async def lives_of(folder: Path, sandbox: Sandbox, url: str = "") -> AsyncIterator[Lives]:
    """Everything ready for a first life; at the end nothing of it is left running."""
    midwife = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.spine.midwife",
        cwd=ROOT, env=environment(folder, sandbox, url),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    lives = Lives(folder, url, midwife)
    try:
        yield lives
    finally:
        lives.signal(signal.SIGKILL)
        midwife.kill()
        await midwife.wait()
