"""The store is in trouble for a while: what came due meanwhile is done as soon as it can be."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.wiring import rooms_beside
from tests.world import World, a_world


@contextmanager
def read_only(world: World) -> Iterator[None]:
    """Nothing can be written, as on a full disk, or on one that was mounted anew after a fault."""
    writer: sqlite3.Connection = world.service.store._writer._conn  # type: ignore[attr-defined]
    writer.execute("PRAGMA query_only = 1")
    yield
    writer.execute("PRAGMA query_only = 0")


async def test_a_timer_does_not_rest_for_the_store_s_trouble(tmp_path: Path) -> None:
    """Ten minutes without writing, tried every second: the next words come with the first tick after it."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        await ana.says("im fighting an urge")
        ana.heard()
        assert world.service.due is not None
        with read_only(world):
            world.clock.move(timedelta(minutes=5))
            for _ in range(5):
                with pytest.raises(sqlite3.OperationalError, match="readonly"):
                    await world.service.due.tick()
                world.clock.move(timedelta(minutes=1))
        await world.passes(seconds=1)
        assert "Where in your body" in ana.heard()[0]


async def test_one_kind_that_fails_holds_up_no_other(tmp_path: Path) -> None:
    """A fault of ours in one of the sweeps: the others and the timers go on, and the fault is heard of."""
    swept: list[str] = []

    async def fails() -> int:
        raise ZeroDivisionError

    async def counts() -> int:
        swept.append("all of it")
        return 1

    async with a_world(tmp_path) as world:
        rooms = await rooms_beside(world.settings, world.service.store, world.clock)
        with pytest.raises(ZeroDivisionError):
            await rooms.due(fails, counts).tick()
        assert swept == ["all of it"]
        with pytest.raises(ExceptionGroup, match="2 kinds"):
            await rooms.due(fails, fails, counts).tick()
        assert len(swept) == 2
