"""Crash loops: three starts in a row that fail by themselves end in safe mode; kills and good ends do not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.conversing.lanes import Lanes
from bot.app.conversing.lifeline import Lifeline
from bot.app.conversing.receiving import Receiver
from bot.app.keeping.boots import Boots, SafeTurns, error_type
from bot.app.library import files
from bot.clock import MovableClock
from bot.domain.channel.delivery import Outcome
from bot.domain.channel.outgoing import Body, Text
from bot.domain.ids import ChatId, InboxId, OutboxId
from bot.store.conversing import inbox, outbox, people
from bot.store.conversing.inbox import Raw
from bot.store.keeping import notes
from bot.store.store import Store
from tests.ops.house import NIGHT, arrives, new_database, opened

NUMBERS = {"emergency": "999 or 112", "crisis_line": "Samaritans 116 123"}


@pytest.fixture(name="store")
async def a_store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(new_database(tmp_path)) as store:
        yield store


async def starts(store: Store, *ends: str) -> bool:
    """Start once for each end, then once more: is that one in safe mode?"""
    for end in ends:
        boots = Boots(store)
        await boots.begin(NIGHT)
        match end:
            case "fails":
                await boots.failed(NIGHT + timedelta(seconds=2), "KeyError")
            case "fails late":
                await boots.first_turn()
                await boots.failed(NIGHT + timedelta(seconds=2), "KeyError")
            case "fails after an hour":
                await boots.failed(NIGHT + timedelta(hours=1), "KeyError")
            case "stopped":
                await boots.ended()
            case "killed":
                pass
    return await Boots(store).begin(NIGHT)


@pytest.mark.parametrize(
    ("ends", "safe"),
    [
        ((), False),
        (("fails", "fails"), False),
        (("fails", "fails", "fails"), True),
        (("fails", "fails", "fails", "fails"), True),
        (("killed", "killed", "killed", "killed"), False),
        (("fails", "killed", "fails", "killed", "fails"), True),
        (("fails", "fails", "fails late"), False),
        (("fails", "fails", "fails after an hour", "fails"), False),
        (("fails", "fails", "stopped", "fails"), False),
        (("fails", "fails", "fails", "stopped"), False),
        (("fails", "fails", "fails", "killed"), True),
    ],
)
async def test_only_failures_of_its_own_count(store: Store, ends: tuple[str, ...], safe: bool) -> None:
    """A kill counts as nothing; a turn, ten minutes of life or an orderly stop clears the count."""
    assert await starts(store, *ends) is safe


async def test_a_note_that_cannot_be_read_is_no_reason_not_to_start(store: Store) -> None:
    async with store.transaction() as tx:
        notes.put(tx, "boots", "{broken")
    assert not await Boots(store).begin(NIGHT)


async def test_the_first_turn_is_noted_by_the_lane_that_does_it(store: Store) -> None:
    """A turn that raises is not a turn."""
    boots = Boots(store)
    await boots.begin(NIGHT)
    fails = True

    async def handle(rows: object) -> int:
        if fails:
            raise ValueError("once")
        return 1

    noted = boots.noting(handle)
    with pytest.raises(ValueError, match="once"):
        await noted([])
    assert '"begun"' in str(await note(store))
    fails = False
    assert await noted([]) == 1
    assert '"worked"' in str(await note(store))


def test_the_error_of_a_task_group_is_the_one_inside() -> None:
    inner = ExceptionGroup("tasks", [KeyError("x")])
    assert error_type(ExceptionGroup("service", [inner, OSError()])) == "KeyError"
    assert error_type(OSError()) == "OSError"


async def note(store: Store) -> str | None:
    async with store.reading() as tx:
        return await notes.get(tx, "boots")


async def said(store: Store) -> list[tuple[int, str]]:
    """Every message that waits to be sent: to which chat, and its words."""
    async with store.transaction() as tx:
        waiting = await outbox.open_after(tx, OutboxId(0), 100)
    return [(item.chat, item.body.text) for item in waiting if isinstance(item.body, Text)]


async def nobody_is_told(body: Body, chat: ChatId) -> Outcome:
    """The store takes everything."""
    raise AssertionError(body, chat)


async def test_in_safe_mode_everybody_gets_the_lines_and_every_message_is_kept(store: Store) -> None:
    """Each update is answered once, also over two safe starts, and waits for the next good one."""
    clock = MovableClock(NIGHT)
    raws = [Raw(1, 11, b'{"a": 1}'), Raw(2, 12, b'{"a": 2}'), Raw(3, 11, b'{"a": 3}'), Raw(4, -5, b"{}")]
    for first in (True, False):
        safe = SafeTurns(store, clock, files.messages(), NUMBERS)
        lanes = Lanes(safe.handle, safe.failed, clock)
        receiver = Receiver(store, lanes, clock, Lifeline(nobody_is_told, clock, str))
        await (receiver.keep(raws) if first else receiver.resume())
        await lanes.idle()
        heard = await said(store)
        assert sorted(chat for chat, _ in heard) == [11, 11, 12]
        assert all("Samaritans 116 123" in words and "999" in words for _, words in heard)
    async with store.transaction() as tx:
        assert [row.payload for row in await inbox.waiting(tx, InboxId(0))] == [raw.payload for raw in raws]


async def test_coordinators_hear_of_safe_mode_and_why(store: Store) -> None:
    kim, _ = await arrives(store, 5), await arrives(store, 6)
    async with store.transaction() as tx:
        people.give(tx, kim, "coordinator", NIGHT, None)
    assert await starts(store, "fails", "fails", "fails")
    boots = Boots(store)
    await boots.begin(NIGHT)
    await SafeTurns(store, MovableClock(NIGHT), files.messages(), NUMBERS).alarm(boots.error)
    ((chat, words),) = await said(store)
    assert chat == 5
    assert "safe mode" in words
    assert "KeyError" in words
