"""Flipped bytes in the database: what does not open is set aside, and everybody else is served."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.channel.outgoing import SendClass
from bot.domain.ids import InboxId
from bot.settings.kinds import decode_key
from bot.store.conversing import inbox
from bot.store.conversing.inbox import Raw
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault
from bot.telegram.sender import MOST_NEW
from tests.spine.office import an_office
from tests.world import DATABASE, KEY, Hand, World, a_world

REPLY, NUDGE = SendClass.REPLY, SendClass.NUDGE


def flip(path: Path, table: str, column: str, where: str) -> None:
    """Damage one value as a bad disk does."""
    with closing(sqlite3.connect(path)) as db, db:
        for row, sealed in db.execute(f"SELECT rowid, {column} FROM {table} WHERE {where}").fetchall():
            broken = sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:]
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (broken, row))


async def wait_in_the_inbox(world: World, *hands: Hand) -> None:
    """Messages that a service had kept when it was killed."""
    store = await open_sqlite(world.folder / DATABASE, Vault(decode_key(KEY)))
    async with store.transaction() as tx:
        raws = [Raw(1000 + hand.id, hand.id, update_of(world, hand)) for hand in hands]
        await inbox.add(tx, "telegram", raws, world.clock.now(), InboxId(0))
    await store.close()


def update_of(world: World, hand: Hand) -> bytes:
    who = {"id": hand.id, "first_name": hand.name, "is_bot": False}
    message = {
        "message_id": 5, "date": int(world.clock.now().timestamp()), "text": "/help",
        "chat": {"id": hand.id, "type": "private"}, "from": who,
    }  # fmt: skip
    return json.dumps({"update_id": 1000 + hand.id, "message": message}).encode()


async def test_a_damaged_message_in_the_inbox_stops_nobody(tmp_path: Path) -> None:
    """The start goes on, the next person is served; whose it was is asked to say it again, staff are told."""
    async with a_world(tmp_path) as world:
        kim = await world.staff("Kim", "coordinator")
        ana, dan = await world.person("Ana"), await world.person("Dan")
        for hand in (ana, dan):
            await hand.says("/privacy")
            hand.heard()
        await world.ends()
        await wait_in_the_inbox(world, ana, dan)
        flip(tmp_path / DATABASE, "inbox", "payload", f"lane = {ana.id} AND state = 'new'")
        await world.begins()
        await world.settles()
        assert "couldn't read your last message" in ana.heard_once()
        assert "set aside" in kim.heard_once()
        assert dan.heard_all()
        with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
            kept = db.execute("SELECT state, payload IS NOT NULL FROM inbox WHERE state <> 'done'").fetchall()
        assert kept == [("poison", 1)]
        await ana.says("/privacy")
        assert "poison" not in ana.heard_all()


async def test_a_damaged_session_or_key_is_not_everybodys(tmp_path: Path) -> None:
    """A damaged place in a conversation begins it anew; a coach's damaged key leaves the others on shift."""
    async with a_world(tmp_path) as world:
        ben, cora = await world.staff("Ben", "coach"), await world.staff("Cora", "coach")
        ana = await world.person("Ana")
        for hand, words in ((ben, "/on"), (cora, "/on"), (ana, "/intake")):
            await hand.says(words)
            hand.heard()
        await world.ends()
        flip(tmp_path / DATABASE, "session", "state", "person_id > 0")
        flip(tmp_path / DATABASE, "person_key", "wrapped", "person_id = 1")
        await world.begins()
        await ana.says("talk to someone")
        ana.heard()
        await ana.presses("Yes")
        await ana.presses("Nothing")
        assert ana.heard_all()
        assert ben.heard() == []
        assert len(cora.heard()) == 1


async def test_damaged_messages_to_be_sent_hold_up_no_others(tmp_path: Path) -> None:
    """Who waited for one hears that it was lost; a batch full of them is not taken for the last one."""
    async with an_office(tmp_path) as office:
        ana, ben = office.phone(101), office.phone(102)
        await office.queue((ana, "lost", REPLY))
        await office.queue(*[(ana, "too late by now", NUDGE)] * (MOST_NEW - 1))
        flip(tmp_path / "office.db", "outbox", "body", "1")
        await office.queue((ben, "hello", REPLY))
        async with office:
            await office.settles()
            assert ben.heard() == ["hello"]
            assert [text.split(",")[0] for text in ana.heard()] == ["I had a message for you"]
        states = await office.states()
        assert states[:MOST_NEW] == ["damaged"] * MOST_NEW
        assert states[MOST_NEW:] == ["delivered"] * 2
