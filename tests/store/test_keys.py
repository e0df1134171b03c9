"""Changing the master key, and serving alone, on both databases."""

import asyncio
from datetime import UTC, datetime

import pytest
from psycopg import AsyncConnection

from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.ids import ChatId, InboxId, OutboxId
from bot.store.conversing import inbox, outbox, people
from bot.store.conversing.inbox import Raw
from bot.store.engine.postgres import open_postgres, serving
from bot.store.engine.single import AlreadyRunning
from bot.store.keeping.keys import Fit, WrongKey, fit, rewrap
from bot.store.keeping.vault import SERVICE, Vault
from bot.store.store import Store
from tests.store.conftest import MASTER, Reopen, Server

NEW = bytes(range(32))
WAITS = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


async def test_a_changed_key_opens_all_that_was_sealed_before(store: Store, reopened: Reopen) -> None:
    """People's rows, updates that wait, and what the service says to nobody in particular."""
    async with store.transaction() as tx:
        ana = await people.arrive(
            tx, "telegram", ChatId(2**40), NOW, language="en", country="GB", zone="Europe/London"
        )
        await people.set_name(tx, ana.id, "Ana")
        outbox.add(tx, ana.id, Post(ana.chat, Text("hers"), "a", SendClass.REPLY), NOW)
        outbox.add(tx, SERVICE, Post(ChatId(5), Text("anybody's"), "b", SendClass.REPLY), NOW)
        await inbox.add(tx, "telegram", [Raw(7, 1, b"{}")], NOW, InboxId(0))
    assert (await rewrap(store, NEW)).people == 1
    with pytest.raises(WrongKey):
        await reopened(MASTER)
    again = await reopened(NEW)
    async with again.transaction() as tx:
        assert await fit(tx) is Fit.OPENS
        assert await people.name_of(tx, ana.id) == "Ana"
        assert [item.body for item in await outbox.open_after(tx, OutboxId(0), 9)] == [
            Text("hers"),
            Text("anybody's"),
        ]
        assert len(await inbox.add(tx, "telegram", [Raw(7, 1, b"{}")], NOW, InboxId(0))) == 1


@pytest.mark.postgres
async def test_one_service_at_a_time_and_the_next_waits_for_one_that_is_going(postgres: Server) -> None:
    """Two would send everything twice. PostgreSQL may be slow to notice that a connection has ended."""
    url = postgres.empty()
    with serving(url):
        with pytest.raises(AlreadyRunning), serving(url, wait_s=1):
            pass
        next_one = asyncio.create_task(asyncio.to_thread(_serve_once, url))
        async with asyncio.timeout(20), await AsyncConnection.connect(url, autocommit=True) as looks:
            while not await (await looks.execute(WAITS)).fetchone():
                assert not next_one.done()
    await next_one


def _serve_once(url: str) -> None:
    with serving(url):
        pass


@pytest.mark.postgres
async def test_of_two_that_open_a_new_database_at_once_both_have_its_key(postgres: Server) -> None:
    """The service's own key is made by whoever is faster."""
    url = postgres.empty()
    first, second = await open_postgres(url, Vault(NEW)), await open_postgres(url, Vault(NEW))
    assert first.vault.digest(b"x") == second.vault.digest(b"x"), "one key, whoever was faster"
    await first.close()
    await second.close()
