"""PostgreSQL asks for a password: it comes from its own setting, never from the address."""

import psycopg
import pytest

from bot.store.engine.postgres import open_postgres
from bot.store.keeping.vault import Vault
from bot.store.migrate import upgrade
from tests.store.conftest import GUARDED, MASTER, Server


@pytest.mark.postgres
async def test_the_password_opens_the_database(postgres: Server) -> None:
    """With it the tables are made and read; without it nobody gets in."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as db:
        db.execute("CREATE ROLE guarded LOGIN PASSWORD 'made-up'")
        db.execute("CREATE DATABASE guarded OWNER guarded")
    url = postgres.url("guarded", GUARDED)
    upgrade(url, "made-up")
    store = await open_postgres(url, Vault(MASTER), "made-up")
    await store.close()
    with pytest.raises(psycopg.OperationalError):
        await open_postgres(url, Vault(MASTER))
