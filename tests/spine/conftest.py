"""Services on either database."""

import pytest

from tests.store.conftest import postgres

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty PostgreSQL database, or "" for SQLite."""
    url: str = "" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    return url
