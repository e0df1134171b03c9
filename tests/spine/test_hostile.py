"""What no database likes: NUL, half a surrogate pair, numbers beyond 32 bits. On both, all are answered."""

from pathlib import Path

from bot.sandbox.around import inject
from bot.store.conversing import inbox
from tests.world import Hand, World, a_world

FAR = 2**51 + 7
"""Telegram's ids have up to 52 significant bits (Bot API, Chat)."""
ODD = "\x00a\ud83d \udc4b\ud83d \u202e'; DROP TABLE person; --\x00"
PLACES = (
    ODD,
    f"/start {ODD}",
    f"/start join_{ODD}",
    "/intake",
    ODD,
    f"/{ODD}",
    "groups",
    ODD,
    f"LS2 {ODD}",
    "/forget",
    ODD,
)
"""Where a person may put it: in the open, in a command, in its payload, in answers, in a place."""


async def presses_nonsense(world: World, hand: Hand) -> None:
    """A button that was never sent, with data that no column holds."""
    message = {"message_id": 1, "date": 1, "chat": hand.phone.chat.json()}
    who = {"id": hand.id, "is_bot": False, "first_name": ODD, "username": ODD}
    body = {"id": "9", "from": who, "chat_instance": "1", "message": message, "data": ODD}
    inject(world.sandbox.world, "callback_query", body, chat=hand.id)
    await world.settles()


async def nothing_set_aside(world: World) -> bool:
    async with world.service.store.reading() as tx:
        return await inbox.set_aside_since(tx, world.clock.now()) == (0, 0)


async def test_odd_words_everywhere(tmp_path: Path, database: str) -> None:
    """Each has an answer, none is set aside, and what was sealed comes back to the coach as it was."""
    async with a_world(tmp_path, url=database) as world:
        ben = await world.staff(ODD, "coach", "coordinator")
        ana = await world.person(ODD, FAR)
        for words in PLACES:
            await ana.says(words)
            assert ana.heard(), words
        await presses_nonsense(world, ana)
        assert "earlier" in ana.heard_once()
        await ben.says("/on")
        await ana.says("talk to someone")
        for label in ("Yes", "Everything I've told you"):
            await ana.presses(label)
        await ben.says("take")
        ana.heard(), ben.heard()
        await ana.says(ODD)
        assert "DROP TABLE person" in ben.heard_all()
        await ben.says(ODD)
        assert "DROP TABLE person" in ana.heard_all()
        await world.restarts()
        await ana.says("end talk")
        ana.heard(), ben.heard()
        assert await nothing_set_aside(world)
