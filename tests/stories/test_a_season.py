"""The demo is given a past: made-up people write to the service itself, and what they do is counted."""

import json
import sqlite3
from pathlib import Path

from bot.app.conversing.receiving import CHANNEL
from bot.demo import DATABASE, MORE_STAFF, STAFF, STATE, furnish, live_through
from bot.domain.ids import ChatId
from bot.store.conversing import people
from tests import shipped
from tests.world import World


async def test_two_days_are_lived_through(tmp_path: Path) -> None:
    """People arrive and are helped, it is counted, and the demo goes on from there with empty phones."""
    said: list[str] = []
    await live_through(2, 3, tmp_path, said.append)
    assert said[-3].startswith("  2 of 2 days")
    with sqlite3.connect(tmp_path / DATABASE) as db:
        kinds = {kind for (kind,) in db.execute("SELECT DISTINCT kind FROM event")}
        people = db.execute("SELECT count(*) FROM person").fetchone()[0]
        waiting = db.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()[0]
        counted = db.execute("SELECT sum(times) FROM counted WHERE measure = 'reach'").fetchone()[0]
    assert {"arrived", "flow_started", "flow_ended"} <= kinds
    assert people > len(STAFF) + len(MORE_STAFF)
    assert waiting == 0
    assert counted
    left = json.loads((tmp_path / STATE).read_text())
    assert left["offset"] == 0
    assert {message["chat_id"] for bot in left["bots"].values() for message in bot["messages"]} < set(
        range(2000)
    )


async def test_a_demo_begun_again_gives_nobody_back_what_was_taken(world: World) -> None:
    """Ben was suspended in the evening; in the morning he is no coach still."""
    places = shipped.places(demo=True)
    for begun in range(2):
        await furnish(world.service, places)
        async with world.service.store.transaction() as tx:
            ben = await people.by_chat(tx, CHANNEL, ChatId(STAFF[0][0]))
            assert ben is not None
            assert bool(ben.roles) == (begun == 0)
            for role in ben.roles:
                assert await people.take_away(tx, ben.id, role, world.clock.now())
