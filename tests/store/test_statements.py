"""Every statement that the store prepares is understood by both databases."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Boolean, Double, Float, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

import bot.store
from bot.store.engine.statement import Prepared
from bot.store.migrate import upgrade
from bot.store.store import Store

BIG = 2**40
"""Chat ids and milliseconds do not fit 32 bits."""


def statements() -> Iterator[tuple[str, Prepared]]:
    """Everything prepared at the top of a module of the store."""
    for found in pkgutil.walk_packages(bot.store.__path__, "bot.store."):
        if found.name.startswith("bot.store.migrations"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, Prepared):
                yield f"{found.name.removeprefix('bot.store.')}.{name}", value


def example(kind: object) -> Any:
    """A value of a column's kind."""
    match kind:
        case Boolean():
            return True
        case BigInteger():
            return BIG
        case Integer():
            return 7
        case LargeBinary():
            return b"\x00\xff"
        case Double() | Float():
            return 1.5
        case Text():
            return "x"
        case _:
            return None


def values(statement: Prepared) -> dict[str, Any]:
    """An example for each value that the caller is to give."""
    element: Any = statement._element
    binds = element.compile(dialect=PGDialect_psycopg()).binds  # type: ignore[no-untyped-call]
    given = statement._from_caller
    return {
        name: 1 if name == "most" else example(part.type) for name, part in binds.items() if name in given
    }


class TakenBack(Exception):
    """Ends a transaction without a trace."""


async def run_once(store: Store, statement: Prepared) -> None:
    """Carry it out and take it back. It may refuse a reference to nobody."""
    async with store.transaction() as tx:
        with suppress(sqlite3.IntegrityError, psycopg.errors.IntegrityError):
            await tx.change(statement, **values(statement))
        raise TakenBack


async def test_every_statement_runs(store: Store) -> None:
    """It may find nothing; it is never wrong in itself."""
    wrong = {}
    for name, statement in statements():
        try:
            await run_once(store, statement)
        except TakenBack:
            continue
        except (sqlite3.Error, psycopg.Error, KeyError) as error:
            wrong[name] = str(error)
    assert wrong == {}


def test_what_a_tick_reads_is_found_by_its_index(tmp_path: Path) -> None:
    """Plans that are not due cost nothing: a partial index is used only where its value is written out."""
    upgrade(f"sqlite:///{tmp_path / 'empty.db'}")
    values = {"now": 1, "far": 1, "most": 1, "until": 1, "person": 1}
    wanted = {
        "checkins.checkins._DUE": "ix_slot_due",
        "checkins.checkins._NEXT": "ix_slot_due",
        "checkins.checkins._STRAYED": "ix_slot_due",
        "checkins.looking_after._DUE": "ix_slot_due",
        "checkins.looking_after._QUIET": "ix_plan_quiet",
        "checkins.appointments._PLANNED": "ix_appointment_planned",
    }
    found = dict(statements())
    with closing(sqlite3.connect(tmp_path / "empty.db")) as db:
        for name, index in wanted.items():
            one = found[name].sqlite
            how = db.execute(f"EXPLAIN QUERY PLAN {one.sql}", one.bind(values)).fetchall()
            assert index in str(how[0]), (name, how)
