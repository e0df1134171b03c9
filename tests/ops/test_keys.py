"""The master key: another one is refused before anything is touched, and it can be changed."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from bot.domain.ids import ChatId, InboxId, PersonId
from bot.settings.kinds import encode_key
from bot.store.conversing import answers, inbox, people
from bot.store.conversing.inbox import Raw
from bot.store.engine.single import only_one
from bot.store.keeping.backup import backup
from bot.store.keeping.keys import MARK, WrongKey, refuse_wrong
from bot.store.keeping.vault import Vault
from bot.store.migrate import MIGRATIONS, engine_for, upgrade
from tests.ops.command_line import foothold
from tests.ops.house import (
    KEY,
    NEW_KEY,
    NIGHT,
    arrives,
    dies,
    new_database,
    opened,
    query,
)

WRONG = bytes(32)
TOKEN = "100001:" + "A" * 35
UPDATE = Raw(7, 1, b'{"update_id": 7}')


def content(path: Path) -> list[str]:
    """Everything in a database."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


async def lived_in(folder: Path) -> tuple[Path, PersonId]:
    """A database with somebody in it, and a message of theirs not yet handled."""
    path = new_database(folder)
    async with opened(path) as store:
        who = await arrives(store, 1)
        async with store.transaction() as tx:
            await inbox.add(tx, "telegram", [UPDATE], NIGHT, InboxId(0))
    return path, who


def settings(path: Path, key: bytes) -> dict[str, str]:
    return {
        "FOOTHOLD_DATABASE__URL": f"sqlite:///{path}",
        "FOOTHOLD_DATABASE__BACKUP_DIR": str(path.parent / "backups"),
        "FOOTHOLD_MASTER_KEY": encode_key(key),
        "FOOTHOLD_TELEGRAM__TOKEN": TOKEN,
    }


async def test_a_wrong_key_ends_every_command_with_one_line_and_changes_nothing(tmp_path: Path) -> None:
    """What is wrong, which key, what to do; exit 2; doctor says it too, and a missing key is named."""
    path, _ = await lived_in(tmp_path)
    before = content(path)
    for words in (
        ("run",),
        ("export", "1"),
        ("staff", "add", "coach", "--telegram-id", "5", "--name", "Ben"),
    ):
        ended = await asyncio.to_thread(foothold, *words, **settings(path, WRONG))
        assert ended.code == 2
        assert ended.err.count("\n") == 1
        assert ended.err.startswith("environment: master_key does not open this database;")
        assert "Fix: set FOOTHOLD_MASTER_KEY_FILE" in ended.err
    assert content(path) == before
    looked = await asyncio.to_thread(foothold, "doctor", **settings(path, WRONG))
    assert looked.code == 1
    assert "bad   keys: the master key does not open what is stored" in looked.out
    unset = settings(path, WRONG)
    del unset["FOOTHOLD_MASTER_KEY"]
    missing = await asyncio.to_thread(foothold, "run", **unset)
    assert (missing.code, missing.err.count("\n")) == (2, 1)
    assert "FOOTHOLD_MASTER_KEY_FILE" in missing.err
    assert content(path) == before


async def test_a_wrong_key_is_refused_before_the_tables_are_brought_up_to_date(tmp_path: Path) -> None:
    """A migration under it would be the first thing it touched."""
    path = tmp_path / "foothold.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_for(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO person (language, country, nation, zone, zone_confirmed, age, pushes, created_at,"
            " seen_at) VALUES ('en', 'GB', '', 'Europe/London', 0, 'unknown', 1, 0, 0)"
        )
        wrapped = Vault(KEY).wrap_new(PersonId(1))
        connection.exec_driver_sql("INSERT INTO person_key (person_id, wrapped) VALUES (1, ?)", (wrapped,))
    engine.dispose()
    with pytest.raises(WrongKey):
        upgrade(f"sqlite:///{path}", first=lambda connection: refuse_wrong(connection, Vault(WRONG)))
    assert query(path, "SELECT version_num FROM alembic_version") == [("0001",)]
    upgrade(f"sqlite:///{path}", first=lambda connection: refuse_wrong(connection, Vault(KEY)))
    with pytest.raises(WrongKey):
        async with opened(path, WRONG):
            raise AssertionError("opened")
    async with opened(path) as store, store.reading() as tx:
        assert await people.unlock(tx, PersonId(1))


async def everything_opens(path: Path, key: bytes, who: PersonId) -> None:
    """The person's words, what waits in the inbox; and what came before is known when it comes again."""
    async with opened(path, key) as store, store.transaction() as tx:
        assert await people.unlock(tx, who)
        assert await answers.all_of(tx, who) == {"reason": "my daughter"}
        waiting = await inbox.add(tx, "telegram", [UPDATE], NIGHT, InboxId(0))
        assert [row.payload for row in waiting] == [UPDATE.payload], "the same update is not kept twice"


async def test_the_key_is_changed_with_the_service_stopped(tmp_path: Path) -> None:
    """After `foothold rekey` the new key opens everything and the old one nothing; a backup keeps the old."""
    path, who = await lived_in(tmp_path)
    made = backup(path, tmp_path / "backups", NIGHT)
    new = tmp_path / "new.key"
    new.write_text(encode_key(NEW_KEY) + "\n")

    def rekey(key: bytes, file: Path = new) -> tuple[int | None, str]:
        ended = foothold("rekey", "--new-key-file", file, **settings(path, key))
        return ended.code, ended.out + ended.err

    code, said = await asyncio.to_thread(rekey, KEY)
    assert (code, said.split("\n")[0]) == (0, "1 people's keys are wrapped by the new key.")
    await everything_opens(path, NEW_KEY, who)
    with pytest.raises(WrongKey):
        await everything_opens(path, KEY, who)
    code, said = await asyncio.to_thread(rekey, KEY)
    assert (code, said.count("\n")) == (2, 1), "done already: the old key is a wrong one now"
    code, said = await asyncio.to_thread(rekey, NEW_KEY)
    assert code == 2
    assert "holds the key that is in use" in said
    (tmp_path / "bad.key").write_text("not a key")
    code, said = await asyncio.to_thread(rekey, NEW_KEY, tmp_path / "bad.key")
    assert (code, said.count("\n")) == (2, 1)
    back = await asyncio.to_thread(foothold, "restore", made, **settings(path, NEW_KEY))
    assert back.code == 0
    assert "The master key that is set does not open it" in back.out
    await everything_opens(path, KEY, who)


@pytest.mark.parametrize("statement", [1, 4, "COMMIT"])
async def test_a_change_of_the_key_that_is_killed_leaves_the_old_key(
    tmp_path: Path, statement: object
) -> None:
    """All keys or none, at whatever statement the process dies; then it is done again."""
    path, who = await lived_in(tmp_path)
    await asyncio.to_thread(dies, "rekey", path, statement)
    await everything_opens(path, KEY, who)
    await asyncio.to_thread(dies, "rekey", path, "nothing")  # after the commit
    await everything_opens(path, NEW_KEY, who)


async def test_the_key_is_not_changed_under_a_running_service(tmp_path: Path) -> None:
    """It would go on with the old one."""
    path, who = await lived_in(tmp_path)
    (tmp_path / "new.key").write_text(encode_key(NEW_KEY))
    with only_one(path):
        ended = await asyncio.to_thread(
            foothold, "rekey", "--new-key-file", tmp_path / "new.key", **settings(path, KEY)
        )
    assert ended.code == 2
    assert "already running" in ended.err
    await everything_opens(path, KEY, who)


async def test_a_damaged_mark_is_made_anew_when_peoples_keys_open(tmp_path: Path) -> None:
    """One flipped byte of the service's own key must not lock everybody out."""
    path, who = await lived_in(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE service_note SET value = 'ff' || substr(value, 3) WHERE name = ?", (MARK,))
    async with opened(path) as store, store.reading() as tx:
        assert await people.by_chat(tx, "telegram", ChatId(1)) is not None
        assert await people.unlock(tx, who)
    with pytest.raises(WrongKey):
        async with opened(path, WRONG):
            raise AssertionError("opened")
