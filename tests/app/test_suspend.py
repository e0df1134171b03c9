"""The machine sleeps: no tick comes, and when they go on the wall clock has jumped and no time has passed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import Ticker
from bot.domain.checkins.cadence import Cadence
from bot.domain.checkins.checkin import Slot
from bot.domain.zones import local
from bot.store.checkins import checkins
from tests.app.night import ZONE, Night, Phone, night
from tests.app.test_checkins import agrees, names

TICKS = 4
PATIENCE_S = 20.0


class Laptop:
    """The real ticker over a night, at its own pace; only the wall clock is moved."""

    def __init__(self, world: Night) -> None:
        self._world = world
        self._came = asyncio.Semaphore(0)

    async def tick(self) -> None:
        """What the service's tick does about check-ins."""
        await self._world.check_ins.sweep()
        self._came.release()

    async def wakes(self, slept: timedelta) -> None:
        """The wall clock jumps by the time it slept; then some ticks come one after another."""
        while not self._came.locked():
            await self._came.acquire()
        self._world.clock.move(slept)
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(TICKS):
                await self._came.acquire()
        await self._world.deliver()


@asynccontextmanager
async def laptop(world: Night) -> AsyncIterator[Laptop]:
    """Ticks until the end of the block."""
    made, ticker = Laptop(world), Ticker()
    ticker.every(0.02, "due", made.tick)
    running = asyncio.create_task(ticker.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def due(world: Night, phone: Phone) -> datetime:
    """When the next slot is due."""
    async with world.store.reading() as tx:
        waiting = await checkins.waiting_of(tx, phone.id)
    assert waiting is not None
    return waiting[1]


@pytest.mark.parametrize(("late", "sent"), [(119, 1), (121, 0)])
async def test_asleep_across_the_hour(night: Night, late: int, sent: int) -> None:
    """Up to two hours late it comes, once, however many ticks follow; later it is shown as missed."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    async with laptop(night) as machine:
        await machine.wakes(await due(night, ana) - night.now + timedelta(minutes=late))
        await machine.wakes(timedelta(seconds=1))
    assert len(ana.heard()) == sent
    happened = await names(night, ana)
    assert (happened.count("CheckInSent"), happened.count("CheckInMissed")) == (sent, 1 - sent)


async def test_asleep_for_days_nothing_piles_up(night: Night) -> None:
    """Daily, four days asleep, awake in the evening: nothing for the days that went by, one tomorrow."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    async with laptop(night) as machine:
        await machine.wakes(timedelta(days=4, hours=18))
        assert ana.heard() == []
        assert await due(night, ana) > night.now
        await machine.wakes(await due(night, ana) - night.now)
    assert len(ana.heard()) == 1
    assert "CheckInMissed" in await names(night, ana)


async def test_asleep_and_awake_again_and_again(night: Night) -> None:
    """Short sleeps all around the hour, and right after it was sent: it came once."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    at = await due(night, ana)
    async with laptop(night) as machine:
        await machine.wakes(at - night.now - timedelta(minutes=1))
        for _ in range(3):
            await machine.wakes(timedelta(minutes=1))
            await machine.wakes(timedelta(hours=1))
    assert len(ana.heard()) == 1


async def test_falls_asleep_in_the_middle_of_a_tick(tmp_path: Path) -> None:
    """Read as due, then the lid is shut: what counts is the hour at which it would be sent."""
    for slept, sent in ((timedelta(hours=1), 1), (timedelta(hours=3), 0)):
        async with night(tmp_path / str(sent)) as world:
            ana = await world.arrives("Ana")
            await agrees(world, ana)
            at = await due(world, ana)
            world.clock.move(at - world.now)
            async with world.store.reading() as tx:
                (read,) = await checkins.due(tx, world.now, 10)
            assert read == Slot(read.plan, local(at, ZONE).date(), at, read.kind)
            world.clock.move(slept)
            assert await world.check_ins.carry_out(read)
            await world.check_ins.carry_out(read)
            await world.check_ins.sweep()
            await world.deliver()
            assert len(ana.heard()) == sent
