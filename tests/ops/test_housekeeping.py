"""The slow ticks on a real database, on a clock that the test moves."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.keeping.housekeeping import Housekeeping
from bot.app.library import files
from bot.clock import MovableClock
from bot.domain.ids import ChatId, PersonId
from bot.settings import Privacy
from bot.store.conversing import keyboards, people
from bot.store.keeping import erasures, heartbeat
from bot.store.keeping.backup import newest_backup
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.heartbeat import Beat
from bot.store.store import Store
from tests.ops.house import NIGHT, arrives, new_database, opened, query

ERASING = Erasing(files.data_map())
DAY = timedelta(days=1)


class House:
    """One service's housekeeping."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store, self.path, self.backups = store, path, path.parent / "backups"
        self.clock = MovableClock(NIGHT)
        self.beat = Beat(NIGHT)
        self.keeping = self.again()

    def again(self) -> Housekeeping:
        """As after a restart."""
        lengths = Privacy().model_dump()
        return Housekeeping(
            self.store, self.clock, ERASING, lengths.__getitem__, lambda: self.beat, self.path, self.backups
        )

    async def erase(self, who: PersonId) -> None:
        async with self.store.transaction() as tx:
            await ERASING.erase(tx, who, self.clock.now())


@pytest.fixture(name="house")
async def a_house(tmp_path: Path) -> AsyncIterator[House]:
    path = new_database(tmp_path)
    async with opened(path) as store:
        yield House(store, path)


async def test_there_is_a_backup_a_day_whatever_the_restarts(house: House) -> None:
    assert await house.keeping.back_up() is not None
    house.clock.move(timedelta(hours=23))
    assert await house.again().back_up() is None
    house.clock.move(timedelta(hours=1))
    assert await house.again().back_up() is not None
    for _ in range(40):
        house.clock.move(DAY)
        await house.keeping.back_up()
    assert newest_backup(house.backups, house.clock.now()) == house.clock.now()
    assert len(list(house.backups.iterdir())) == 31, "thirty days, and today"


async def test_a_clock_that_was_ahead_does_not_stop_the_backups(house: House) -> None:
    """A backup from the year 2100 would else be the newest for a long time."""
    house.clock.move(40_000 * DAY)
    assert await house.keeping.back_up() is not None
    house.clock = MovableClock(NIGHT)
    assert await house.again().back_up() is not None


async def test_an_erasure_is_written_down_beside_the_backups_and_leaves_the_log(house: House) -> None:
    """At the next tick the list has it, and no byte of it is left in the write-ahead log."""
    who = await arrives(house.store, 987654321)
    await house.keeping.note_erasures()
    assert erasures.read(house.backups) == {}
    await house.erase(who)
    await house.keeping.note_erasures()
    assert erasures.read(house.backups) == {who: NIGHT}
    assert (house.path.parent / "foothold.db-wal").stat().st_size == 0
    size = (house.backups / erasures.FILE).stat().st_size
    await house.keeping.note_erasures()
    await house.again().note_erasures()
    assert (house.backups / erasures.FILE).stat().st_size == size, "written down once"


async def test_nobody_waits_while_the_log_cannot_be_emptied(house: House) -> None:
    """A backup reads an older moment: the log stays, turns go on at once, and a later tick empties it."""
    who = await arrives(house.store, 1)
    await house.keeping.note_erasures()
    with closing(sqlite3.connect(house.path)) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM person").fetchall()
        await house.erase(who)
        async with asyncio.timeout(3):
            await house.keeping.note_erasures()
            await arrives(house.store, 2)
        assert (house.path.parent / "foothold.db-wal").stat().st_size > 0
    await house.keeping.note_erasures()
    assert (house.path.parent / "foothold.db-wal").stat().st_size == 0


async def test_a_database_put_back_by_hand_erases_again_before_it_serves(house: House) -> None:
    """Somebody copied an old file into place, or used pg_restore: the list is carried out at the start."""
    who, other = await arrives(house.store, 1), await arrives(house.store, 2)
    erasures.append(house.backups, {}, {who: NIGHT})
    assert await house.keeping.catch_up() == 1
    assert await house.keeping.catch_up() == 0
    assert query(house.path, "SELECT person_id FROM person_key") == [(other,)]


async def test_what_is_over_its_time_goes_and_buttons_expire(house: House) -> None:
    who = await arrives(house.store, 1)
    async with house.store.transaction() as tx:
        keyboards.add(tx, who, 1, ["choose:yes"], NIGHT)
    house.clock.move(29 * DAY)
    await house.keeping.prune()
    assert query(house.path, "SELECT count(*) FROM keyboard") == [(1,)]
    assert query(house.path, "SELECT count(*) FROM answer") == [(1,)]
    house.clock.move(62 * DAY)
    assert await house.keeping.prune() == 1
    assert query(house.path, "SELECT count(*) FROM keyboard") == [(0,)]
    assert query(house.path, "SELECT count(*) FROM answer") == [(0,)], "90 days after the last contact"
    async with house.store.reading() as tx:
        assert await people.by_chat(tx, "telegram", ChatId(1)) is not None


async def test_the_heartbeat_can_be_read_by_somebody_else(house: House) -> None:
    async with house.store.reading() as tx:
        assert await heartbeat.last(tx) == (Beat(None), None)
    house.beat = Beat(NIGHT, "SecondPoller", "the token was refused")
    await house.keeping.note_beat()
    async with opened(house.path) as other, other.reading() as tx:
        assert await heartbeat.last(tx) == (house.beat, NIGHT)
    house.beat = Beat(None)
    await house.keeping.note_beat()
    async with opened(house.path) as other, other.reading() as tx:
        assert await heartbeat.last(tx) == (Beat(NIGHT), NIGHT), "the last poll is known after a restart"


async def test_the_ticks_have_names_and_seconds(house: House) -> None:
    assert {name for _, name, _ in house.keeping.ticks()} == {"heartbeat", "erasures", "retention", "backup"}
    assert all(0 < seconds <= 3600 for seconds, _, _ in house.keeping.ticks())
