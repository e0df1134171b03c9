"""Changing the master key, and serving alone, on both databases."""

import asyncio
from datetime import UTC, datetime

import pytest

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

LEAVES = b"X\0\0\0\4"
"""PostgreSQL's message Terminate."""
NEW = bytes(range(32))
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
async def test_who_works_alone_waits_for_nobody_and_is_waited_for_by_nobody(postgres: Server) -> None:
    """Several services share a database; a change of the key, or an erasure by hand, has it alone."""
    url = postgres.empty()
    with serving(url), serving(url), pytest.raises(AlreadyRunning), serving(url, alone=True):
        pass
    with serving(url, alone=True), pytest.raises(AlreadyRunning), serving(url):
        pass
    first, second = await open_postgres(url, Vault(NEW)), await open_postgres(url, Vault(NEW))
    assert first.vault.digest(b"x") == second.vault.digest(b"x"), "one key, whoever was faster"
    await first.close()
    await second.close()


@pytest.mark.postgres
async def test_who_comes_the_moment_another_has_left_finds_the_way_free(postgres: Server) -> None:
    """The locks of a connection live until the server has noticed its end, which may take it a while."""
    ends = list[asyncio.StreamWriter]()

    async def slow_to_say_that_it_is_over(ours: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        theirs, forth = await asyncio.open_unix_connection(postgres.folder / ".s.PGSQL.5432")
        ends.extend((back, forth))
        answering = asyncio.create_task(_passed_on(theirs, back))
        await _passed_on(ours, forth)
        await answering

    wire = await asyncio.start_server(slow_to_say_that_it_is_over, "127.0.0.1", 0)
    port = wire.sockets[0].getsockname()[1]
    url = postgres.empty().replace("@/", f"@127.0.0.1:{port}/").partition("?")[0]
    for _ in range(2):
        await asyncio.to_thread(_serve_once, url)
    for end in ends:
        end.close()
    wire.close()
    await wire.wait_closed()


async def _passed_on(what: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    while (some := await what.read(1 << 16)) not in (b"", LEAVES):
        to.write(some)


def _serve_once(url: str) -> None:
    with serving(url, alone=True):
        pass
