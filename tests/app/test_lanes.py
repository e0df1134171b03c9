"""Lanes: in order for each person, people side by side, and never a crowd of tasks."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.app.conversing.lanes import SIDE_BY_SIDE, Lanes
from bot.clock import MovableClock
from bot.domain.ids import InboxId
from bot.store.conversing.inbox import Waiting

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


async def test_a_backlog_moves_a_few_lanes_at_a_time_in_the_order_it_came() -> None:
    """Thousands wrote while the service was down: all are answered, each in order, with few tasks at once."""
    done: dict[int, list[int]] = {}
    first: list[int] = []
    working = most = 0

    async def handle(updates: Sequence[Waiting]) -> int:
        nonlocal working, most
        working += 1
        most = max(most, working)
        if updates[0].lane not in done:
            first.append(updates[0].lane)
        await asyncio.sleep(0)
        done.setdefault(updates[0].lane, []).append(updates[0].id)
        working -= 1
        return 1

    async def failed(_: Waiting, wrong: Exception) -> bool:
        raise wrong

    lanes = Lanes(handle, failed, MovableClock(NIGHT))
    people = 10 * SIDE_BY_SIDE
    lanes.take([Waiting(InboxId(n), n % people, 0, 0, b"") for n in range(3 * people)])
    assert lanes.waiting == 3 * people
    await lanes.idle()
    assert most == SIDE_BY_SIDE
    assert first == list(range(people))
    assert all(done[lane] == [lane, lane + people, lane + 2 * people] for lane in range(people))
    lanes.take([Waiting(InboxId(9999), 7, 0, 0, b"")])
    await lanes.idle()
    assert done[7][-1] == 9999


async def test_what_has_not_begun_stays_in_the_inbox_at_the_end() -> None:
    """A stop finishes what is under way and begins nothing."""
    begun: list[int] = []

    async def handle(updates: Sequence[Waiting]) -> int:
        begun.append(updates[0].lane)
        await asyncio.sleep(0)
        return 1

    async def failed(_: Waiting, wrong: Exception) -> bool:
        raise wrong

    lanes = Lanes(handle, failed, MovableClock(NIGHT))
    lanes.take([Waiting(InboxId(n), n, 0, 0, b"") for n in range(2 * SIDE_BY_SIDE)])
    await asyncio.sleep(0)
    await lanes.stop()
    assert begun == list(range(SIDE_BY_SIDE))
    assert lanes.waiting == SIDE_BY_SIDE
