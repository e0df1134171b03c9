"""An empty database with today's tables, on SQLite and on PostgreSQL.

PostgreSQL is started from the system's own binaries, once a session, on a socket in a temporary folder; each
test gets a database of its own, copied from one that has the tables already.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bot.store.engine.postgres import open_postgres
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault
from bot.store.migrate import upgrade
from bot.store.store import Store
from tests import shipped

MASTER = bytes(32)
OWNER = "foothold"
GUARDED = "guarded"
"""A role that is asked for a password."""


@dataclass
class Server:
    """A PostgreSQL of the tests' own."""

    folder: Path
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str, user: str = OWNER) -> str:
        """A libpq URL; its owner needs no password on a socket that only this user reaches."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def empty(self) -> str:
        """The URL of a new database with today's tables."""
        name = f"t{next(self._names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name} TEMPLATE tables")
        return self.url(name)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for the session; it refuses to run as root, so then it runs as nobody."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's own programs (initdb, postgres) are not on this machine.")
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run(str(binaries / "initdb"), "-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
    access = data / "pg_hba.conf"
    access.write_text(f"local all {GUARDED} scram-sha-256\n" + access.read_text())
    faster = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options = f"-c listen_addresses= -k {folder} {faster}"
    control = str(binaries / "pg_ctl")
    run(control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    server = Server(folder)
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as db:
            db.execute("CREATE DATABASE tables")
        upgrade(server.url("tables"))
        yield server
    finally:
        run(control, "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with today's tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "foothold.db"
    path.write_bytes(shipped.database())
    return path


Reopen = Callable[[bytes], Awaitable[Store]]
"""Opens the database of `store` once more, under a master key."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Reopen]:
    """The same story must hold on both databases."""
    opened: list[Store] = []
    url, path = "", tmp_path / "foothold.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").empty()
    else:
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)

    async def reopen(key: bytes) -> Store:
        store = await (open_postgres(url, Vault(key)) if url else open_sqlite(path, Vault(key)))
        opened.append(store)
        return store

    yield reopen
    for store in opened:
        await store.close()


@pytest.fixture
async def store(reopened: Reopen) -> Store:
    """An empty database with today's tables."""
    return await reopened(MASTER)
