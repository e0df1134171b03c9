"""One listener for all tests: the shipped lexicon."""

from pathlib import Path

import pytest

from bot.domain.danger import Listener, load_listener

DATA = Path(__file__).parents[3] / "data" / "danger"


@pytest.fixture(scope="session")
def listener() -> Listener:
    return load_listener({path.name: path.read_text("utf-8") for path in DATA.glob("*.yaml")})
