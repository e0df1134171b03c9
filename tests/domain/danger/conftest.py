"""One listener for all tests: the shipped lexicon."""

import pytest

from bot.domain.danger import Listener
from tests import shipped


@pytest.fixture(scope="session")
def listener() -> Listener:
    return shipped.listener()
