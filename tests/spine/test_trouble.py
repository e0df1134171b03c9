"""The store is in trouble for a while: what came due meanwhile is done as soon as it can be."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

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
