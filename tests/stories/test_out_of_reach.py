"""Somebody is gone without a word: what was meant for them stops, and who counted on them hears of it."""

import sqlite3
from contextlib import closing

from tests.stories.test_talk_troubles import asks
from tests.world import DATABASE, World


def rows(world: World, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(world.folder / DATABASE)) as db:
        return db.execute(sql).fetchall()


async def test_a_check_in_that_is_refused_ends_the_plan(world: World) -> None:
    """403 on the first of many: no second one is tried, Kim hears of it; writing again opens the door."""
    kim = await world.staff("Kim", "coordinator")
    ana = await world.person("Ana")
    await ana.says("/checkin")
    for label in ("Tomorrow morning", "Every day", "Yes"):
        await ana.presses(label)
    ana.heard()
    ana.phone.deactivates()
    await world.passes(days=4)
    assert "can't be reached any more" in kim.heard_once()
    assert len(world.sandbox.ledger.of("refused", "sendMessage", ana.id)) == 1
    assert rows(world, "SELECT ended_why FROM plan") == [("blocked",)]
    assert rows(world, "SELECT count(*) FROM slot WHERE state = 'due'") == [(0,)]
    ana.phone.user.deactivated = False
    await ana.says("hello")
    assert ana.heard_all()
    assert rows(world, f"SELECT reachable FROM address WHERE chat_id = {ana.id}") == [(1,)]


async def test_a_coach_who_is_gone_gives_the_talk_to_the_others(world: World) -> None:
    """The line that does not arrive is the first that anybody hears of it; Kim is told who."""
    kim = await world.staff("Kim", "coordinator")
    ben, cora = await world.coach("Ben"), await world.coach("Cora")
    ana = await asks(world, "Ana")
    await ben.presses("I'll take it")
    ana.heard(), ben.heard(), cora.heard()
    ben.phone.deactivates()
    await ana.says("are you there?")
    assert "Ben can't be reached any more" in kim.heard_all()
    assert "had to go" in ana.heard_all()
    await cora.presses("I'll take it")
    assert cora.heard_all()
    assert ana.heard_all()


async def test_a_block_with_nothing_open_is_nobodys_business(world: World) -> None:
    """No word to staff: whoever blocks a bot they tried once has lost nothing."""
    await world.staff("Kim", "coordinator")
    ana = await world.person("Ana")
    await ana.says("/help")
    ana.heard()
    await ana.blocks()


async def test_who_is_asked_in_vain_holds_up_nobody(world: World) -> None:
    """Ben's account is gone, then Cora's: whoever comes next is asked at once, and not minutes later."""
    kim, ben = await world.staff("Kim", "coordinator"), await world.staff("Ben", "coach", "danger_trained")
    cora, dan = await world.staff("Cora", "coach"), await world.staff("Dan", "coach", "backup")
    for hand in (ben, cora):
        await hand.says("/on")
        hand.heard()
    ben.phone.deactivates()
    ana = await world.person("Ana")
    await ana.says("i took too many pills")
    assert "Emergency" in cora.heard_once()
    assert "Ben can't be reached any more" in kim.heard_once()
    cora.phone.deactivates()
    await asks(world, "Bea")
    told = dan.heard_all()
    assert "Emergency" in told
    assert "to talk · under a minute" in told
    kim.heard(), ana.heard()
