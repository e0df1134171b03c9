"""Killed in the middle of a migration or an erasure: all of it or nothing of it, at every statement."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.ids import ChatId
from bot.store.conversing import people
from bot.store.migrate import upgrade
from tests.ops.house import arrives, dies, new_database, opened, query


def tables(path: Path) -> set[str]:
    return {row[0] for row in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.mark.parametrize("statement", [1, 12, 75])
def test_a_migration_killed_at_any_statement_is_done_again_whole(tmp_path: Path, statement: int) -> None:
    path = tmp_path / "foothold.db"
    dies("migrate", path, statement)
    assert tables(path) == set(), "nothing of a migration that did not finish"
    upgrade(f"sqlite:///{path}")
    assert tables(path) == tables(new_database(tmp_path / "beside"))


@pytest.mark.parametrize("statement", [1, 10, "COMMIT"])
async def test_an_erasure_killed_at_any_statement_is_all_or_nothing(
    tmp_path: Path, statement: object
) -> None:
    """Killed before the commit, the person is there with their key; the second try takes all of it."""
    path = new_database(tmp_path)
    async with opened(path) as store:
        who = await arrives(store, 1)
    await asyncio.to_thread(dies, "erase", path, who, statement)
    async with opened(path) as store, store.transaction() as tx:
        assert await people.by_chat(tx, "telegram", ChatId(1)) is not None
        assert await people.unlock(tx, who)
    await asyncio.to_thread(dies, "erase", path, who, "nothing")  # after the commit
    async with opened(path) as store, store.transaction() as tx:
        assert await people.by_chat(tx, "telegram", ChatId(1)) is None
        assert not await people.unlock(tx, who)
    assert query(path, "SELECT person_id FROM erasure") == [(who,)]
