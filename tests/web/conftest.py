"""A desk for every test that wants one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.person import Person
from tests.web.desk import Desk, desk


@pytest.fixture(name="desk")
async def a_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


@pytest.fixture
async def cora(desk: Desk) -> Person:
    """The coordinator."""
    return await desk.arrives("coordinator", name="Cora")
