"""A night on call for every test that wants one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.app.night import Night, night


@pytest.fixture(name="night")
async def a_night(tmp_path: Path) -> AsyncIterator[Night]:
    async with night(tmp_path) as made:
        yield made
