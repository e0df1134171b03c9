"""Doctor, run beside a service on a real file: what it sees is what there is."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.app.keeping import health
from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.ids import ChatId, InboxId, OutboxId, PersonId
from bot.domain.keeping.doctor import Finding, State, exit_code
from bot.settings import Database, Settings
from bot.store.conversing import inbox, outbox, people
from bot.store.conversing.inbox import Raw
from bot.store.directory import generations, sources
from bot.store.directory.generations import Counts
from bot.store.keeping import heartbeat
from bot.store.keeping.backup import backup
from bot.store.keeping.heartbeat import Beat
from bot.store.keeping.vault import Vault
from bot.store.rota import rotas
from bot.store.staffing import audit
from bot.store.store import Store
from tests.ops.house import KEY, NIGHT, arrives, new_database, opened, query, waits
from tests.ops.test_backup import make_newer

LINES = load_helplines(files.DATA)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))


class House:
    """A service in good order at 3 a.m., until a test breaks something."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store, self.path, self.backups = store, path, path.parent / "backups"

    async def furnish(self) -> None:
        ben = await arrives(self.store, 3)
        async with self.store.transaction() as tx:
            people.give(tx, ben, "coach", NIGHT, None)
            people.seen(tx, ben, NIGHT + SECOND)
            await rotas.add_shift(tx, ben, 6, time(0), time(8))
            heartbeat.put(tx, Beat(NIGHT - 5 * SECOND), NIGHT)
            source = await sources.ensure(tx, "leeds", "aa", "Europe/London", fictional=False)
            begun = await generations.begin(tx, source.id, NIGHT - DAY)
            await generations.publish(tx, source, begun, Counts(taken=3), (), NIGHT - DAY)
        backup(self.path, self.backups, NIGHT - HOUR)

    async def look(
        self,
        now: datetime = NIGHT,
        key: bytes = KEY,
        telegram_date: health.TelegramDate = health.unknown_date,
    ) -> list[Finding]:
        url, folder = f"sqlite:///{self.path}", str(self.backups)
        settings = Settings(database=Database(url=url, backup_dir=folder))
        return await health.examine(settings, Vault(key), LINES, now, telegram_date)

    async def bad(self, now: datetime = NIGHT, **how: object) -> dict[str, str]:
        """What is bad, helplines left out: how old the file's are is another test's."""
        found = await self.look(now, **how)  # type: ignore[arg-type]
        return {f.what: str(f) for f in found if f.state is State.BAD and f.what != "helplines"}


@pytest.fixture(name="house")
async def a_house(tmp_path: Path) -> AsyncIterator[House]:
    path = new_database(tmp_path)
    async with opened(path) as store:
        house = House(store, path)
        await house.furnish()
        yield house


async def test_all_is_well_beside_a_running_service(house: House) -> None:
    """Nothing is bad, the exit code says so, and looking changed nothing."""
    before = query(house.path, "SELECT count(*), (SELECT count(*) FROM service_note) FROM person")
    found = await house.look()
    assert exit_code(found) == 0, [str(f) for f in found if not f.ok]
    assert query(house.path, "SELECT count(*), (SELECT count(*) FROM service_note) FROM person") == before


async def test_a_service_that_stopped_is_noticed(house: House) -> None:
    assert "receiving" in await house.bad(NIGHT + 4 * MINUTE)


async def test_a_refused_token_is_named(house: House) -> None:
    async with house.store.transaction() as tx:
        heartbeat.put(tx, Beat(NIGHT, sending="401"), NIGHT)
    assert "token" in (await house.bad())["sending"]


async def test_messages_that_hang_are_noticed_on_both_sides(house: House) -> None:
    who = await arrives(house.store, 9)
    async with house.store.transaction() as tx:
        await inbox.add(tx, "telegram", [Raw(1, 9, b"{}"), Raw(2, 9, b"[]")], NIGHT - 2 * MINUTE, InboxId(0))
        inbox.set_aside(tx, InboxId(2), NIGHT)
    await waits(house.store, who, 9, "slot:1")
    assert set(await house.bad()) == {"inbox", "quarantine"}
    later = await house.bad(NIGHT + 11 * MINUTE)
    assert "overdue for 11 min" in later["outbox"]
    assert "13 min" in later["inbox"]


async def test_what_was_set_aside_alarms_for_a_day(house: House) -> None:
    """Coordinators were told, and the log has it; an alarm that never ends is an alarm that nobody hears."""
    who = await arrives(house.store, 9)
    await waits(house.store, who, 9, "slot:1")
    async with house.store.transaction() as tx:
        outbox.set_aside(tx, OutboxId(1), NIGHT)
    assert "1 messages of the last day" in (await house.bad())["quarantine"]
    assert "quarantine" not in await house.bad(NIGHT + 2 * DAY)
    (quarantine,) = [f for f in await house.look(NIGHT + 2 * DAY) if f.what == "quarantine"]
    assert quarantine.why.endswith("1 before")


async def test_staff_whom_no_alert_reaches_are_named(house: House) -> None:
    """Cora never opened the chat; Dan did, and blocked the bot since. Ben is well, Ana does not work here."""
    cora, dan, _ = [await arrives(house.store, chat) for chat in (11, 12, 13)]
    async with house.store.transaction() as tx:
        for who, name in ((cora, "Cora"), (dan, "Dan")):
            people.give(tx, who, "coach", NIGHT, None)
            await people.set_name(tx, who, name)
        people.seen(tx, dan, NIGHT + MINUTE)
        people.set_reachable(tx, "telegram", ChatId(12), False)
        people.set_reachable(tx, "telegram", ChatId(13), False)
    said = {f.why: f.state for f in await house.look() if f.what == "staff"}
    assert said == {
        "Dan cannot be reached, and no alert gets to them": State.BAD,
        "Cora has never written to the bot: it may not write first": State.LOOK,
    }


async def test_a_changed_audit_log_is_noticed(house: House) -> None:
    async with house.store.transaction() as tx:
        for about in ("1", "2"):
            await audit.add(tx, PersonId(1), "summary_read", about, NIGHT)
    assert "audit" not in await house.bad()
    with closing(sqlite3.connect(house.path)) as db, db:
        db.execute("UPDATE audit SET object = '3' WHERE object = '1'")
    assert "entry 1 was changed" in (await house.bad())["audit"]


async def test_a_message_that_waits_for_its_time_is_not_stuck(house: House) -> None:
    who = await arrives(house.store, 9)
    async with house.store.transaction() as tx:
        await people.unlock(tx, who)
        outbox.add(tx, who, Post(ChatId(9), Text("Later"), "k", SendClass.REPLY), NIGHT + HOUR)
    assert await house.bad() == {}


async def test_unknown_sends_of_the_last_day_are_shown(house: House) -> None:
    who = await arrives(house.store, 9)
    await waits(house.store, who, 9, "slot:1")
    async with house.store.transaction() as tx:
        (item,) = await outbox.open_after(tx, OutboxId(0), 9)
        outbox.settle(tx, item, "unknown", NIGHT)
    assert "unknown sends" in [f.what for f in await house.look(NIGHT + HOUR)]
    assert "unknown sends" not in [f.what for f in await house.look(NIGHT + 2 * DAY)]


async def test_another_master_key_is_noticed(house: House) -> None:
    assert "keys" in await house.bad(key=bytes(range(2, 34)))


async def test_an_old_backup_and_an_old_directory_are_noticed(house: House) -> None:
    assert {"backup"} <= set(await house.bad(NIGHT + 37 * HOUR))
    assert "hidden" in (await house.bad(NIGHT + 100 * DAY))["directory"]


@pytest.mark.parametrize(("off", "bad"), [(0, False), (29, False), (40, True), (-40, True)])
async def test_the_clock_is_compared_with_telegrams(house: House, off: int, bad: bool) -> None:
    async def date() -> datetime:
        return NIGHT + off * SECOND

    assert ("clock" in await house.bad(telegram_date=date)) is bad


async def test_nobody_on_the_rota_for_a_day_is_noticed(house: House) -> None:
    """The only shift is Sunday night: it runs at 3, and on Monday noon none begins for a day."""
    (coaches,) = [f for f in await house.look() if f.what == "coaches"]
    assert "1 on shift" in coaches.why
    assert "coaches" in await house.bad(NIGHT + 33 * HOUR)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 30])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut_short, ""),
        (lambda path: path.write_bytes(b"something else" * 1000), "cannot be read"),
        (lambda path: path.write_bytes(b""), "not one of Foothold's"),
        (lambda path: path.unlink(), "there is no database"),
        (make_newer, "another version"),
    ],
    ids=["cut short", "another file", "empty", "gone", "newer"],
)
async def test_a_database_that_cannot_be_read_is_the_only_finding(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    """Nothing is guessed about the rest, and nothing raises."""
    path = new_database(tmp_path)
    spoil(path)
    (found,) = await House(None, path).look()  # type: ignore[arg-type]
    assert (found.what, exit_code([found])) == ("database", 1)
    assert said in found.why
