"""Backups of a database in use, and putting one back."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.library import files
from bot.domain.ids import ChatId, PersonId
from bot.store.conversing import answers, people
from bot.store.engine.single import AlreadyRunning, only_one
from bot.store.keeping import erasures
from bot.store.keeping.backup import Damaged, backup, complaints, newest_backup, prune_backups
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.restore import prune_replaced, restore
from bot.store.migrate import NewerSchema, upgrade
from bot.store.store import Store
from tests.ops.house import KEY, NIGHT, arrives, dies, new_database, opened, query, waits

DATA_MAP = files.data_map()
LATER = NIGHT + timedelta(hours=5)


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        return complaints(db, "integrity_check") == ()


def pad(path: Path, megabytes: int) -> None:
    """Make the database big enough to be copied in several goes."""
    with closing(sqlite3.connect(path)) as db, db:
        for n in range(megabytes):
            db.execute("INSERT INTO service_note VALUES (?, ?)", (f"pad{n}", "x" * 1_000_000))


def at_migration(file: Path, number: str) -> None:
    """Says that it is at another migration than it is."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = ?", (number,))


def make_newer(file: Path) -> None:
    at_migration(file, "9999")


async def erase(store: Store, who: int) -> None:
    async with store.transaction() as tx:
        await Erasing(DATA_MAP).erase(tx, PersonId(who), LATER)


async def reason_of(path: Path, chat: int) -> object:
    async with opened(path) as store, store.reading() as tx:
        person = await people.by_chat(tx, "telegram", ChatId(chat))
        return None if person is None else (await answers.all_of(tx, person.id)).get("reason")


async def test_a_backup_while_messages_arrive_is_one_moment_of_the_database(tmp_path: Path) -> None:
    """Writing goes on during the backup, and what is in it is whole: nobody without their key."""
    path = new_database(tmp_path)
    pad(path, 8)
    async with opened(path) as store:
        await arrives(store, 1)
        goes = 0

        def between() -> None:
            nonlocal goes
            goes += 1

        copying = asyncio.create_task(
            asyncio.to_thread(backup, path, tmp_path / "backups", NIGHT, between=between)
        )
        came = 1
        while not copying.done():
            came += 1
            await arrives(store, came)
        made = await copying
        after = came + 1
        await arrives(store, after)
    assert goes >= 5
    assert came > 2, "nobody was kept waiting by the backup"
    assert is_whole(made)
    ((persons, keys),) = query(
        made, "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM person_key WHERE wrapped NOT NULL)"
    )
    assert 1 <= persons == keys < after


async def test_a_backup_is_one_file_for_its_owner_without_the_key(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    async with opened(path) as store:
        await arrives(store, 1, reason="my daughter Anouk")
        made = backup(path, tmp_path / "backups", NIGHT)
    assert [file.name for file in made.parent.iterdir()] == ["foothold-20261122T030000Z.db"]
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.parent.stat().st_mode & 0o777 == 0o700
    content = made.read_bytes()
    assert KEY not in content
    assert KEY.hex().encode() not in content
    assert b"Anouk" not in content


@pytest.mark.parametrize("when", [1, 3, 5])
def test_a_killed_backup_leaves_nothing_that_looks_whole(tmp_path: Path, when: int) -> None:
    """After the kill the folder holds no backup; the next one works, and the remains go a day later."""
    path, folder = new_database(tmp_path), tmp_path / "backups"
    pad(path, 6)
    dies("backup", path, folder, when)
    assert newest_backup(folder, LATER) is None
    assert list(folder.glob("*.db")) == []
    assert list(folder.glob("*.partial"))
    made = backup(path, folder, NIGHT)
    assert is_whole(made)
    prune_backups(folder, NIGHT + timedelta(days=10_000), 30)
    assert list(folder.iterdir()) == [made]


def test_a_backup_that_is_told_to_stop_leaves_nothing(tmp_path: Path) -> None:
    path, folder = new_database(tmp_path), tmp_path / "backups"

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        backup(path, folder, NIGHT, between=stop)
    assert list(folder.iterdir()) == []


def test_a_backup_on_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    path, folder = new_database(tmp_path), tmp_path / "backups"
    pad(path, 3)
    dies("full", path, folder)
    assert list(folder.iterdir()) == []


def test_old_backups_go_and_the_newest_stays_whatever_its_age(tmp_path: Path) -> None:
    path, folder = new_database(tmp_path), tmp_path / "backups"
    for days in (0, 1, 29, 31):
        backup(path, folder, NIGHT + timedelta(days=days))
    assert prune_backups(folder, NIGHT + timedelta(days=31), 30) == 1
    assert newest_backup(folder, NIGHT + timedelta(days=31)) == NIGHT + timedelta(days=31)
    assert prune_backups(folder, NIGHT + timedelta(days=400), 30) == 2
    assert len(list(folder.iterdir())) == 1
    assert prune_backups(tmp_path / "nowhere", NIGHT, 30) == 0


async def test_a_restore_brings_back_what_was_and_keeps_what_is(tmp_path: Path) -> None:
    """The backup's people are back; the database that was replaced stays beside it, whole."""
    path = new_database(tmp_path)
    async with opened(path) as store:
        await arrives(store, 1)
    made = backup(path, tmp_path / "backups", NIGHT)
    async with opened(path) as store:
        await arrives(store, 2)
    done = await asyncio.to_thread(restore, made, path, DATA_MAP, LATER)
    assert await reason_of(path, 1) == "my daughter"
    assert await reason_of(path, 2) is None
    assert done.replaced is not None
    assert await reason_of(done.replaced, 2) == "my daughter"
    assert prune_replaced(path, LATER + timedelta(days=29), 30) == 0
    assert prune_replaced(path, LATER + timedelta(days=31), 30) >= 1
    assert not done.replaced.exists()


async def test_a_restore_keeps_the_erased_erased(tmp_path: Path) -> None:
    """Erased after the backup was made: not there after it is put back, and their key neither."""
    path = new_database(tmp_path)
    async with opened(path) as store:
        gone, stays = await arrives(store, 1), await arrives(store, 2)
        made = backup(path, tmp_path / "backups", NIGHT)
        await erase(store, gone)
    done = await asyncio.to_thread(restore, made, path, DATA_MAP, LATER)
    assert done.erased_again == 1
    assert await reason_of(path, 1) is None
    assert await reason_of(path, 2) == "my daughter"
    assert query(path, "SELECT person_id FROM person_key") == [(stays,)]
    assert query(path, "SELECT person_id FROM erasure") == [(gone,)]


async def test_the_erased_stay_erased_when_the_disk_with_the_database_is_lost(tmp_path: Path) -> None:
    """Only the copied backup folder is left: the list in it is enough."""
    path, folder = new_database(tmp_path), tmp_path / "backups"
    async with opened(path) as store:
        gone = await arrives(store, 1)
        await arrives(store, 2)
        made = backup(path, folder, NIGHT)
        await erase(store, gone)
        async with store.reading() as tx:
            erasures.append(folder, erasures.read(folder), await erasures.everything(tx))
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere / "backups")
    copy = elsewhere / "backups" / made.name
    done = await asyncio.to_thread(restore, copy, elsewhere / "foothold.db", DATA_MAP, LATER)
    assert (done.erased_again, done.replaced) == (1, None)
    assert await reason_of(elsewhere / "foothold.db", 1) is None
    assert await reason_of(elsewhere / "foothold.db", 2) == "my daughter"


def test_the_list_of_erasures_survives_a_line_cut_short(tmp_path: Path) -> None:
    one, two = PersonId(1), PersonId(2)
    erasures.append(tmp_path, {}, {one: NIGHT})
    with (tmp_path / erasures.FILE).open("a") as file:
        file.write("2 17")
    assert erasures.read(tmp_path) == {one: NIGHT}
    erasures.append(tmp_path, erasures.read(tmp_path), {one: NIGHT, two: LATER})
    assert erasures.read(tmp_path) == {one: NIGHT, two: LATER}


async def test_nobody_is_erased_for_a_number_that_was_somebody_elses(tmp_path: Path) -> None:
    """Numbers given out after the backup are not given out again, and an old erasure hits nobody new."""
    path, folder = new_database(tmp_path), tmp_path / "backups"
    empty = backup(path, folder, NIGHT)
    async with opened(path) as store:
        gone = await arrives(store, 1)
        await erase(store, gone)
    await asyncio.to_thread(restore, empty, path, DATA_MAP, LATER)
    async with opened(path) as store:
        new = await arrives(store, 2, LATER + timedelta(hours=1))
    assert new > gone
    path.unlink()
    await asyncio.to_thread(restore, empty, path, DATA_MAP, LATER)
    async with opened(path) as store:
        same = await arrives(store, 2, LATER + timedelta(hours=1))
    assert same == gone, "with list and database lost there is nothing to count on from"
    newer = backup(path, folder, LATER + timedelta(hours=2))
    erasures.append(folder, {}, {gone: LATER})
    await asyncio.to_thread(restore, newer, path, DATA_MAP, LATER + timedelta(hours=3))
    assert await reason_of(path, 2) == "my daughter"


async def test_what_waited_to_be_sent_in_the_backup_counts_as_perhaps_sent(tmp_path: Path) -> None:
    """A check-in that left after the backup must not leave a second time: its outcome is unknown."""
    path = new_database(tmp_path)
    async with opened(path) as store:
        await waits(store, await arrives(store, 1), 1, "slot:1")
    made = backup(path, tmp_path / "backups", NIGHT)
    await asyncio.to_thread(restore, made, path, DATA_MAP, LATER)
    assert query(path, "SELECT key, state FROM outbox") == [("slot:1", "sending")]


def test_no_restore_under_a_running_service(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    made = backup(path, tmp_path / "backups", NIGHT)
    with only_one(path), pytest.raises(AlreadyRunning):
        restore(made, path, DATA_MAP, LATER)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda file: file.write_bytes(b"not a database, and long enough to be looked at" * 100), Damaged),
        (lambda file: file.write_bytes(b""), Damaged),
        (lambda file: file.write_bytes(file.read_bytes()[: 4096 * 20]), Damaged),
        (make_newer, NewerSchema),
        (lambda file: at_migration(file, "0001"), Damaged),
        (lambda file: file.unlink(), FileNotFoundError),
    ],
    ids=["another file", "empty", "cut short", "newer", "tables of another migration", "not there"],
)
async def test_a_backup_that_cannot_be_used_changes_nothing(
    tmp_path: Path, spoil: Callable[[Path], object], error: type[Exception]
) -> None:
    path = new_database(tmp_path)
    async with opened(path) as store:
        await arrives(store, 1)
    made = backup(path, tmp_path / "backups", NIGHT)
    spoil(made)
    with pytest.raises(error):
        await asyncio.to_thread(restore, made, path, DATA_MAP, LATER)
    assert await reason_of(path, 1) == "my daughter"
    left = {file.name for file in tmp_path.iterdir()}
    assert left - {"foothold.db.lock"} == {"backups", "foothold.db"}


def test_a_full_disk_is_not_taken_for_a_broken_backup(tmp_path: Path) -> None:
    """Whoever believes that the backup is broken takes an older one, for nothing."""
    path = new_database(tmp_path)
    pad(path, 3)
    made = backup(path, tmp_path / "backups", NIGHT)
    assert "disk" in dies("restore_full", made, tmp_path / "put back.db")
    assert is_whole(made)
    assert [file.name for file in tmp_path.glob("put back.db*")] == ["put back.db.lock"]


def test_an_older_program_does_not_touch_a_newer_database(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    make_newer(path)
    before = query(path, "SELECT sql FROM sqlite_master ORDER BY name")
    with pytest.raises(NewerSchema, match="9999"):
        upgrade(f"sqlite:///{path}")
    assert query(path, "SELECT sql FROM sqlite_master ORDER BY name") == before


@pytest.mark.parametrize(
    ("point", "which"), [("copied", "old"), ("erased", "old"), ("aside", "old"), ("placed", "new")]
)
async def test_a_killed_restore_leaves_the_old_database_or_the_new(
    tmp_path: Path, point: str, which: str
) -> None:
    """Killed at each point: one of the two is there, whole, and restoring again works."""
    path = new_database(tmp_path)
    async with opened(path) as store:
        gone = await arrives(store, 1)
        made = backup(path, tmp_path / "backups", NIGHT)
        await erase(store, gone)
        await arrives(store, 2)
    await asyncio.to_thread(dies, "restore", made, path, point)
    assert is_whole(path)
    assert (await reason_of(path, 2) == "my daughter") is (which == "old")
    assert await reason_of(path, 1) is None
    await asyncio.to_thread(restore, made, path, DATA_MAP, LATER)
    assert await reason_of(path, 1) is None
    assert await reason_of(path, 2) is None
    assert not list(tmp_path.glob("*.restoring*"))


async def test_a_broken_database_is_replaced_and_kept_with_its_log(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    async with opened(path) as store:
        await arrives(store, 1)
    made = backup(path, tmp_path / "backups", NIGHT)
    path.write_bytes(b"the disk has eaten this" * 1000)
    done = await asyncio.to_thread(restore, made, path, DATA_MAP, LATER)
    assert await reason_of(path, 1) == "my daughter"
    assert done.replaced is not None
    assert done.replaced.read_bytes().startswith(b"the disk")
