"""Erasing: of one person nothing is left in any table, and nothing of anybody else is touched."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Double, LargeBinary, Table, Text, bindparam, insert, select

from bot.domain.events import Code, DangerHeard, HelplineShown
from bot.domain.ids import ChatId, DangerId, PersonId
from bot.domain.keeping.data_map import Column, DataMap, complaints, read_data_map
from bot.domain.person import Person
from bot.settings import Privacy
from bot.store import tables
from bot.store.conversing import events, people
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.keeping import erasures
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.vault import CannotOpen, KeyMissing, Vault
from bot.store.migrate import engine_for
from bot.store.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
NIGHT = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
TABLES = tables.metadata.tables
MADE_BY_ARRIVING = {"person", "address", "person_key"}
LENGTHS = Privacy().model_dump()


@pytest.fixture(scope="module")
def data_map() -> DataMap:
    return read_data_map((ROOT / "data" / "data-map.yaml").read_text())


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    """An empty database with today's tables."""
    path = folder / "foothold.db"
    engine = engine_for(f"sqlite:///{path}")
    tables.metadata.create_all(engine)
    engine.dispose()
    store = await open_sqlite(path, Vault(bytes(32)))
    try:
        yield store
    finally:
        await store.close()


def columns() -> list[Column]:
    return [
        Column(table.name, column.name, bool(column.nullable), isinstance(column.type, LargeBinary))
        for table in TABLES.values()
        for column in table.columns
    ]


def test_every_column_is_in_the_data_map(data_map: DataMap) -> None:
    """A column nobody has thought about can't be added: what is it for, how long, erased how?"""
    assert complaints(data_map, columns(), set(Privacy.model_fields)) == []


def is_about_people(data_map: DataMap, table: str) -> bool:
    """Whether a column of the table leads to somebody."""
    return bool([*data_map.tables[table].owners(), *data_map.tables[table].blanks()])


class Filler:
    """Puts one row about a person into every table, each value marked as theirs."""

    def __init__(self, data_map: DataMap, person: Person, other: PersonId) -> None:
        self._map = data_map
        self._person = person
        self._other = other
        self.mark = 7_000_000 + person.id * 1000

    def rows(self) -> Iterator[tuple[Table, dict[str, Any]]]:
        """A row for each table, parents first. Its id is the mark, so that children can refer to it."""
        for table in tables.metadata.sorted_tables:
            if table.name not in MADE_BY_ARRIVING | {"erasure"}:
                yield table, {column.name: self._value(table, column.name) for column in table.columns}

    def _value(self, table: Table, name: str) -> Any:
        column, mapped = table.c[name], self._map.tables[table.name].columns[name]
        if name == "subject":
            return "handoff"
        match mapped.leads_to:
            case "person":
                return self._person.id if mapped.erased == "row" else self._other
            case "chat":
                return self._person.chat
            case None | "pair" if isinstance(column.type, LargeBinary):
                return f"trace {self.mark}".encode()
            case None | "pair" if isinstance(column.type, Boolean):
                return True
            case None | "pair" if isinstance(column.type, Double):
                return float(self.mark)
            case None | "pair" if isinstance(column.type, Text):
                about = mapped.erased if is_about_people(self._map, table.name) else "nobody"
                return f"{about}-{self.mark}"
            case None | "pair":
                return self.mark
            case _:
                return self.mark


async def arrive(tx: Transaction, chat: int) -> Person:
    return await people.arrive(
        tx, "telegram", ChatId(chat), NIGHT, language="en", country="GB", zone="Europe/London"
    )


async def put(tx: Transaction, table: Table, row: dict[str, Any]) -> None:
    """Insert one row."""
    await tx.change(prepared(insert(table).values({name: bindparam(name) for name in row})), **row)


async def everything(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {
        name: [
            {column.name: row[column.name] for column in table.columns}
            for row in await tx.fetch(prepared(select(table)))
        ]
        for name, table in TABLES.items()
    }


async def two_people(store: Store, data_map: DataMap) -> tuple[Person, Person]:
    """Ana and Ben, with a row about each in every table, and each named in the other's rows as staff is."""
    async with store.transaction() as tx:
        ana, ben = await arrive(tx, 555_000_001), await arrive(tx, 555_000_002)
        for person, other in ((ana, ben), (ben, ana)):
            for table, row in Filler(data_map, person, other.id).rows():
                await put(tx, table, row)
    return ana, ben


async def test_of_one_person_no_trace_is_left(tmp_path: Path, data_map: DataMap) -> None:
    """Neither Ana's number, nor her chat, nor any value of her rows is anywhere; Ben's are all there."""
    async with opened(tmp_path) as store:
        ana, ben = await two_people(store, data_map)
        async with store.reading() as tx:
            before = await everything(tx)
        async with store.transaction() as tx:
            await Erasing(data_map).erase(tx, ana.id, NIGHT)
        async with store.reading() as tx:
            after = await everything(tx)

    mark = str(Filler(data_map, ana, ben.id).mark)
    for table, rows in after.items():
        for row in rows if is_about_people(data_map, table) else ():
            for name, value in row.items():
                column = data_map.tables[table].columns[name]
                if column.erased != "stays":
                    assert mark not in str(value), f"{table}.{name} still holds a value of hers"
                    assert value != ana.chat, f"{table}.{name} still holds her chat"
                    assert column.leads_to != "person" or value != ana.id, f"{table}.{name} still names her"
    for table, rows in before.items():
        stayed = {str(row[next(iter(row))]) for row in after[table]}
        of_ben = [
            row
            for row in rows
            if str(Filler(data_map, ben, ana.id).mark) in str(row) or ben.chat in row.values()
        ]
        assert all(str(row[next(iter(row))]) in stayed for row in of_ben), f"{table} has lost a row of Ben's"
    assert [row["person_id"] for row in after["erasure"]] == [ana.id]


async def test_the_files_forget_her_too(tmp_path: Path, data_map: DataMap) -> None:
    """Overwritten pages are overwritten, and the write-ahead log is emptied: the disk holds nothing."""

    def on_disk(text: str) -> bool:
        return any(text.encode() in path.read_bytes() for path in tmp_path.iterdir())

    async with opened(tmp_path) as store:
        ana, ben = await two_people(store, data_map)
        hers, his = (f"row-{Filler(data_map, who, who.id).mark}" for who in (ana, ben))
        assert on_disk(hers)
        async with store.transaction() as tx:
            await Erasing(data_map).erase(tx, ana.id, NIGHT)
        assert await store.tidy()
        assert not on_disk(hers)
        assert on_disk(his)


async def test_her_words_open_no_more(tmp_path: Path, data_map: DataMap) -> None:
    """What was sealed for her stays shut, in a backup too: the key is gone from the table and from memory."""
    async with opened(tmp_path) as store:
        ana, _ = await two_people(store, data_map)
        sealed = store.vault.seal(ana.id, "answer.value", "why", "for my kids")
        async with store.transaction() as tx:
            await Erasing(data_map).erase(tx, ana.id, NIGHT)
        with pytest.raises(KeyMissing):
            store.vault.open(ana.id, "answer.value", "why", sealed)
        async with store.transaction() as tx:
            again = await arrive(tx, ana.chat)
        assert again.id != ana.id
        with pytest.raises(CannotOpen):
            store.vault.open(again.id, "answer.value", "why", sealed)


async def test_of_danger_kind_level_and_day_stay(tmp_path: Path, data_map: DataMap) -> None:
    """A service must know how often danger was heard, and may not know any more whose."""
    async with opened(tmp_path) as store:
        async with store.transaction() as tx:
            ana = await arrive(tx, 1)
            heard = DangerHeard(DangerId(9), Code("suicide"), Code("urgent"), Code("self"))
            events.record(tx, ana.id, heard, NIGHT)
            events.record(tx, ana.id, HelplineShown(Code("gb_samaritans")), NIGHT)
            await Erasing(data_map).erase(tx, ana.id, NIGHT + timedelta(days=1))
        async with store.reading() as tx:
            [row] = (await everything(tx))["event"]
    assert (row["person_id"], row["kind"]) == (None, "danger_heard")
    assert datetime.fromtimestamp(row["at"] / 1000, UTC) == NIGHT.replace(hour=0, minute=0, second=0)
    assert '"suicide"' in row["data"]
    assert "9" not in row["data"]


async def test_erasing_twice_is_erasing_once(tmp_path: Path, data_map: DataMap) -> None:
    """A replay after a crash, or of a restored backup, finds nothing more to do."""
    async with opened(tmp_path) as store:
        ana, ben = await two_people(store, data_map)
        for _ in range(2):
            async with store.transaction() as tx:
                await Erasing(data_map).erase(tx, ana.id, NIGHT)
        async with store.reading() as tx:
            assert await erasures.everything(tx) == {ana.id: NIGHT}
            assert await people.by_id(tx, ben.id) is not None


async def test_what_is_over_its_time_goes_and_the_rest_stays(tmp_path: Path, data_map: DataMap) -> None:
    """Each table by its own keeping time, in small goes until nothing is left to do."""
    async with opened(tmp_path) as store:
        async with store.transaction() as tx:
            ana, ben = await arrive(tx, 1), await arrive(tx, 2)
            people.seen(tx, ana.id, NIGHT - timedelta(days=91))
            people.seen(tx, ben.id, NIGHT - timedelta(days=89))
            for who in (ana, ben):
                await put(
                    tx, TABLES["answer"], {"person_id": who.id, "name": "why", "value": b"x", "kept_at": 0}
                )
            for months_ago, many in ((25, 1203), (23, 2)):
                at = NIGHT - timedelta(days=months_ago * 31)
                for _ in range(many):
                    events.record(tx, ana.id, HelplineShown(Code("x")), at)
        erasing, goes = Erasing(data_map), 0
        while True:
            async with store.transaction() as tx:
                gone = await erasing.prune(tx, NIGHT, LENGTHS.__getitem__)
            goes += 1
            if not gone:
                break
        async with store.reading() as tx:
            left = await everything(tx)
    assert [row["person_id"] for row in left["answer"]] == [ben.id]
    assert len(left["event"]) == 2
    assert goes == 4
