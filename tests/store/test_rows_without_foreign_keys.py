"""What an import writes has no foreign keys: what it hangs on stays, and an old database loses nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, create_engine, func, select
from sqlalchemy.pool import NullPool

from bot.app.directory.imports import Asked, Importing, import_reading
from bot.domain.directory.flags import LANGUAGES, tag_bits
from bot.domain.directory.offering import Online, Reading
from bot.store.directory.entry_rows import rows_of
from bot.store.directory.offering_tables import edition, joining, offering, schedule
from bot.store.directory.places import place
from bot.store.directory.sources import source
from bot.store.engine.statement import prepared
from bot.store.migrate import MIGRATIONS, upgrade
from bot.store.store import Store
from tests.store.conftest import Server
from tests.store.test_imports import TUESDAY, comes, entry, some
from tests.store.test_statements import statements

HANGS_ON = (
    (offering.c.source_id, source.c.id),
    (edition.c.offering_id, offering.c.id),
    (edition.c.source_id, source.c.id),
    (edition.c.place_id, place.c.id),
    (schedule.c.edition_id, edition.c.id),
    (joining.c.edition_id, edition.c.id),
)
OLD = (
    "INSERT INTO source (id, name, programme, zone, fictional, generation, last_problem)"
    " VALUES (1, 'feed', 'aa', 'Europe/London', false, 1, '')",
    "INSERT INTO offering (id, source_id, key, first_seen_at, same_as)"
    " VALUES (1, 1, 'a', 0, NULL), (2, 1, 'b', 0, 1)",
    "INSERT INTO edition (id, offering_id, source_id, from_generation, digest, kind, name, programme, zone,"
    " tags, notes, check_first, page, updated_on, online)"
    " VALUES (8, 1, 1, 1, '', 'group', 'Hope', 'aa', 'Europe/London',"
    " '[\"language_it\"]', '', '', '', '', true)",
    "INSERT INTO joining (edition_id, url, phone, passcode) VALUES (8, '', '', '')",
    "INSERT INTO schedule (edition_id, day, start, zone, online) VALUES (8, 1, 1140, 'Europe/London', true)",
)
FLAGS = f"SELECT flags & {LANGUAGES} FROM schedule"
ITALIAN = [(tag_bits(["language_it"]),)]
KEPT = "SELECT id, key, same_as FROM offering ORDER BY id"
NOBODYS = "INSERT INTO suspect (offering_id, source_id, since_generation) VALUES (99, 1, 1)"


async def orphans(store: Store, child: Column[int], parent: Column[int]) -> int:
    """How many rows hang on nothing."""
    missing = child.is_not(None) & child.not_in(select(parent))
    async with store.reading() as tx:
        row = await tx.first(prepared(select(func.count().label("n")).where(missing)))
    assert row is not None
    return int(row["n"])


async def test_nothing_hangs_in_the_air(store: Store) -> None:
    """After entries came, changed, were taken back and went, and an import that died was tidied away."""
    await comes(store, *some(150), *(entry(f"on{n}", venue=None, online=Online()) for n in range(120)))
    await comes(store, *(entry(str(n), name="Changed") for n in range(20)), yes=True, week=1)
    asked = Asked("feed", "aa", "Europe/London", TUESDAY, own=False)
    dying = Importing(store, asked)
    await dying.begin()
    await dying.add([rows_of(entry(str(n), name="Again")) for n in range(10)])
    await dying.withdraw(["3"])
    await dying.give_up("it was cut off")
    await import_reading(store, Reading(tuple(some(5)), ()), asked)
    for child, parent in HANGS_ON:
        assert await orphans(store, child, parent) == 0, (child, parent)


def test_what_others_hang_on_is_never_deleted() -> None:
    """Sources, offerings and places stay; an edition goes by one statement, after what hangs on it."""
    deletes = [(name, one.writes_to) for name, one in statements() if one.sqlite.sql.startswith("DELETE")]
    of_editions = [name for name, table in deletes if table == "edition"]
    assert not [name for name, table in deletes if table in ("source", "offering", "place")]
    assert of_editions == ["directory.staging._DELETE_EDITION"]


async def test_awkward_words_come_back_as_they_were(store: Store) -> None:
    """In imports large enough to be copied in, and in small ones."""
    awkward = "\t\\N \\. \\\\ \"'None'\r\n, {curly} \u2028 ż 🌱"
    for many in (1, 300):
        await comes(store, *(entry(str(n), name=awkward, notes="None") for n in range(many)), week=many)
        async with store.reading() as tx:
            rows = await tx.fetch(prepared(select(edition.c.name, edition.c.notes, edition.c.place_id)))
        assert len(rows) == many
        assert {(row["name"], row["notes"]) for row in rows} == {(awkward, "None")}
        assert len({row["place_id"] for row in rows}) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database from before, with an entry."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgres":
        server: Server = request.getfixturevalue("postgres")
        with psycopg.connect(server.url("postgres"), autocommit=True) as db:
            db.execute("CREATE DATABASE old")
        url = server.url("old")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0030")
        for statement in OLD:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return url


def test_an_old_database_keeps_its_rows_and_its_other_keys(old: str) -> None:
    """What is gone is the checking of six columns; others still refuse what hangs on nothing. A group held in
    Italian is known by it from now on."""
    upgrade(old)
    if old.startswith("sqlite"):
        with closing(sqlite3.connect(old.removeprefix("sqlite:///"))) as db:
            db.execute("PRAGMA foreign_keys = ON")
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            for table in ("offering", "edition", "schedule", "joining"):
                assert db.execute(f"PRAGMA foreign_key_list({table})").fetchall() == []
            assert db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'edition'").fetchone() == (8,)
            assert db.execute(KEPT).fetchall() == [
                (1, "a", None),
                (2, "b", 1),
            ]
            assert db.execute(FLAGS).fetchall() == ITALIAN
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(NOBODYS)
    else:
        with psycopg.connect(old) as pg:
            left = "SELECT 1 FROM pg_constraint WHERE contype = 'f' AND conrelid = 'edition'::regclass"
            assert pg.execute(left).fetchall() == []
            assert pg.execute(KEPT).fetchall() == [
                (1, "a", None),
                (2, "b", 1),
            ]
            assert pg.execute(FLAGS).fetchall() == ITALIAN
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                pg.execute(NOBODYS)
