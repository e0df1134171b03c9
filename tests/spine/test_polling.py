"""Nothing that Telegram answers to a poll ends polling, and no update, however broken, stops the others."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, update

from bot.sandbox.around import inject
from bot.sandbox.faults import Fault
from bot.store.conversing.people import person
from bot.store.engine.statement import prepared
from tests.waiting import a_moment
from tests.world import Hand, World, a_world

WRONG = {
    "404": Fault("status", "getUpdates", status=404, description="Not Found", times=1),
    "401": Fault("status", "getUpdates", status=401, description="Unauthorized", times=1),
    "409": Fault("status", "getUpdates", status=409, description="Conflict: terminated by other getUpdates"),
    "429": Fault("status", "getUpdates", status=429, retry_after=5, times=1),
    "502": Fault("status", "getUpdates", status=502, times=3),
    "garbage": Fault("garbage", "getUpdates", times=2),
    "reset": Fault("reset", "getUpdates", times=2),
    "reset after": Fault("reset", "getUpdates", when="after", times=2),
    "null": Fault("null", "getUpdates", times=1),
}
"""What befalls polls; 409 until the story ends it."""

_DAMAGE = prepared(update(person).where(person.c.id == bindparam("who")).values(age="no such word"))


async def until_confirmed(world: World) -> None:
    """Let time pass, a second at a time, until Telegram has nothing left for the bot."""
    async with asyncio.timeout(15):
        while world.sandbox.world.updates.waiting:
            world.clock.move(timedelta(seconds=1))
            await a_moment()
        await world.service.quiet()


async def test_polling_goes_on(tmp_path: Path) -> None:
    """Whatever a poll comes to, the next one is made, and each message is answered once."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        for how, fault in WRONG.items():
            world.sandbox.faults.set([fault])
            ana.phone.says("/privacy")
            await world.service.quiet()
            ana.phone.says("/help")
            for _ in range(3):
                world.clock.move(timedelta(seconds=40))
                await a_moment()
            world.sandbox.faults.clear()
            await until_confirmed(world)
            heard = ana.heard()
            assert len(heard) == len(set(heard)) == 3, how
            assert "You can write in your own words" in heard[-1], how


@pytest.mark.parametrize("how", ["duplicate", "again", "shuffle"])
async def test_updates_twice_or_out_of_order(tmp_path: Path, how: str) -> None:
    """Each message has one effect, in the order in which it was written."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        said = ["/privacy", "/help", "/intake", "tea", "/help", "/intake"]
        ana.phone.says("hello")
        world.sandbox.faults.set([Fault(how, "getUpdates")])  # type: ignore[arg-type]
        for words in said:
            ana.phone.says(words)
        await until_confirmed(world)
        heard = ana.heard()
        assert len(heard) == 8
        ben = await world.person("Ben")
        world.sandbox.faults.clear()
        for words in ["hello", *said]:
            await ben.says(words)
        assert ben.heard() == heard


async def test_ids_begin_anew(tmp_path: Path) -> None:
    """After a quiet week Telegram counts from anywhere, lower too: nothing is taken for old."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        for _ in range(4):
            await ana.says("/help")
            assert "You can write in your own words" in ana.heard_once()
            world.sandbox.world.updates.restart_ids()


async def both(world: World) -> tuple[Hand, Hand, Hand]:
    """Ana, Ben, and Kim who coordinates; Ana and Ben have a conversation."""
    kim = await world.staff("Kim", "coordinator")
    ana, ben = await world.person("Ana"), await world.person("Ben")
    for hand in (ana, ben):
        await hand.says("/intake")
        hand.heard()
    return ana, ben, kim


async def test_a_poison_update(tmp_path: Path) -> None:
    """After three tries it is set aside, a human is told, the person gets a safe answer; others go on."""
    async with a_world(tmp_path) as world:
        ana, ben, kim = await both(world)
        async with world.service.store.transaction() as tx:
            tx.write(_DAMAGE, who=2)
        ana.phone.says("purple")
        ben.phone.says("purple")
        await world.sandbox.world.updates.empty()
        async with asyncio.timeout(15):
            while world.service.lanes.waiting:
                world.clock.move(timedelta(seconds=0.5))
                await a_moment()
        await world.service.quiet()
        assert len(ben.heard()) == 1
        assert "999" in ana.heard_once()
        assert "set aside" in kim.heard_once()


async def test_an_unreadable_update(tmp_path: Path) -> None:
    """What breaks Telegram's own format is set aside at once; the person's next message is answered."""
    async with a_world(tmp_path) as world:
        ana, _, kim = await both(world)
        chat = ana.phone.chat.json()
        broken = {
            "message_id": 900,
            "chat": chat,
            "from": {"id": ana.id},
            "date": "yesterday",
            "text": "help",
        }
        inject(world.sandbox.world, "message", broken, chat=ana.id)
        await world.settles()
        assert "999" in ana.heard_once()
        assert "set aside" in kim.heard_once()
        await ana.says("/help")
        assert "You can write in your own words" in ana.heard_once()


async def test_updates_of_no_known_shape(tmp_path: Path) -> None:
    """New kinds and new fields come without warning; they are kept, passed over, and delay nobody."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        shapes: tuple[object, ...] = ({}, {"chat": {}}, {"deep": [[[[]]]]}, [])
        for body in shapes:
            inject(world.sandbox.world, "message", body)
        await ana.says("/help")
        assert "You can write in your own words" in ana.heard_once()


async def test_a_turn_that_fails_after_its_commit(tmp_path: Path) -> None:
    """It is tried again, found done, and has one effect."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        refuse = "CREATE TRIGGER no BEFORE UPDATE ON service_note BEGIN SELECT RAISE(ABORT, 'no'); END"
        await asyncio.to_thread(change_tables, tmp_path / "foothold.db", refuse)
        ana.phone.says("hello")
        await world.sandbox.world.updates.empty()
        async with asyncio.timeout(15):
            while not ana.phone.messages[1:]:
                await a_moment()
        await asyncio.to_thread(change_tables, tmp_path / "foothold.db", "DROP TRIGGER no")
        async with asyncio.timeout(15):
            while world.service.lanes.waiting:
                world.clock.move(timedelta(seconds=0.5))
                await a_moment()
        ben = await world.person("Ben")
        await ben.says("hello")
        for hand in (ana, ben):
            await hand.says("tea")
            await hand.says("tea")
        assert ana.heard() == ben.heard()


@asynccontextmanager
async def full(path: Path) -> AsyncIterator[None]:
    """Nothing that comes can be kept, as on a full disk; what is there can be read."""
    refuse = "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'full'); END"
    await asyncio.to_thread(change_tables, path, refuse)
    yield
    await asyncio.to_thread(change_tables, path, "DROP TRIGGER full")


async def test_nobody_meets_silence_while_the_disk_is_full(tmp_path: Path) -> None:
    """The numbers to ring come after ten seconds, once; with room again, every message is answered."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        async with full(tmp_path / "foothold.db"):
            ana.phone.says("im going to kill myself")
            before = world.service.listener.last_ok
            for _ in range(3):
                world.clock.move(timedelta(seconds=3))
                await a_moment()
            assert ana.heard() == []
            async with asyncio.timeout(15):
                while not (said := ana.heard()):
                    world.clock.move(timedelta(seconds=1))
                    await a_moment()
            assert "999" in said[0]
            ana.phone.says("please")
            for _ in range(3):
                world.clock.move(timedelta(seconds=20))
                await a_moment()
            assert ana.heard() == []
            assert world.service.listener.last_ok == before, "no sign of life for this"
        await until_confirmed(world)
        heard = ana.heard()
        assert any("stay with you" in text or "999" in text for text in heard)


def change_tables(path: Path, sql: str) -> None:
    """Carry out one statement beside the service."""
    with closing(sqlite3.connect(path, timeout=10)) as db:
        db.execute(sql)
