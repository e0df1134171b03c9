"""Statements written once with SQLAlchemy Core and compiled once for each database."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Insert, Table, bindparam
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.sql.expression import ClauseElement

_SQLITE: Dialect = SQLiteDialect_pysqlite(paramstyle="named")
_POSTGRES: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Values for one statement, once for each row, in the order of the names."""

    names: tuple[str, ...]
    values: Sequence[tuple[Any, ...]]


class Compiled:
    """SQL text for one database, with the values that stand in the statement itself."""

    __slots__ = ("constants", "sql")

    def __init__(self, element: ClauseElement, dialect: Dialect, asked: frozenset[str]) -> None:
        compiled: Any = element.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        asked |= {name for name, part in compiled.binds.items() if part.required}
        self.sql = str(compiled)
        self.constants = {k: v for k, v in (compiled.params or {}).items() if k not in asked}

    def bind(self, params: Params) -> Params:
        """The statement's own constants and the caller's values."""
        return {**self.constants, **params} if self.constants else params


class Prepared:
    """One statement. `sqlite` and `postgres` are compiled at first use and kept.

    `any_values`: the best way to read it is the same for all, so PostgreSQL need not plan it each time.
    `tuples`: its rows are read as such, in the order of the columns, and not by name.
    """

    def __init__(self, element: ClauseElement, *, any_values: bool = False, tuples: bool = False) -> None:
        self._element = element
        self.any_values, self.tuples = any_values, tuples
        self._from_caller = _asked_for(element)
        table = getattr(element, "table", None)
        self.writes_to: str = table.name if isinstance(table, Table) else ""
        """The table that the statement changes; empty for a read."""
        self.adds = isinstance(element, Insert)
        self._placed: dict[tuple[tuple[str, ...], int], str] = {}
        self._from_columns: dict[tuple[str, ...], str] = {}
        self._copied: dict[tuple[str, ...], str] = {}

    @cached_property
    def sqlite(self) -> Compiled:
        return Compiled(self._element, _SQLITE, self._from_caller)

    def placed(self, names: tuple[str, ...], rows: int = 1) -> str:
        """SQLite's text for rows of values in the order of `names`: half the time of values by name.

        With several `rows` an INSERT that takes so many one after another.
        """
        if (names, rows) not in self._placed:
            assert not self.sqlite.constants, "values that stand in the statement have no place in a row"
            head, values, rest = self.sqlite.sql.partition(" VALUES ")
            row, conflict, tail = rest.partition(" ON CONFLICT")
            each = [_numbered(row, names, at * len(names)) for at in range(rows)]
            text = head + values + ", ".join(each) + conflict + tail if values else head
            self._placed[names, rows] = _numbered(text, names, 0)
        return self._placed[names, rows]

    def from_columns(self, names: tuple[str, ...]) -> str:
        """PostgreSQL's text for a JSON array for each of `names`: all rows in one statement."""
        if names not in self._from_columns:
            assert not self.postgres.constants, "values that stand in the statement have no column"
            kinds = cast(Any, self._element.compile(dialect=_POSTGRES)).binds
            arrays = ", ".join("json_array_elements_text(%s::json)" for _ in names)
            given = f"ROWS FROM ({arrays}) AS given ({', '.join(names)})"
            text = self.postgres.sql.partition(" RETURNING ")[0]
            head, values, rest = text.partition(" VALUES (")
            if values:
                row, conflict, tail = rest.partition(" ON CONFLICT")
                text = f"{head} SELECT {row.removesuffix(')')} FROM {given}{conflict}{tail}"  # noqa: S608 - ours
            else:
                text = text.replace(" WHERE ", f" {_BESIDE[text[:6]]} {given} WHERE ", 1)
            self._from_columns[names] = re.sub(
                r"%\((\w+)\)s",
                lambda found: f"given.{found[1]}::{kinds[found[1]].type.compile(_POSTGRES)}",
                text,
            )
        return self._from_columns[names]

    def copied(self, names: tuple[str, ...]) -> str:
        """PostgreSQL's text to copy rows of `names` in; empty for what does more than add them."""
        if names not in self._copied:
            head, _, rest = self.postgres.sql.partition(" RETURNING ")[0].partition(" VALUES (")
            table, _, columns = head.removeprefix("INSERT INTO ").removesuffix(")").partition(" (")
            given = [_GIVEN.fullmatch(value) for value in rest.removesuffix(")").split(", ")]
            column = {
                value[1]: name for value, name in zip(given, columns.split(", "), strict=False) if value
            }
            plain = self.adds and all(given)
            ordered = ", ".join(column[name] for name in names) if plain else ""
            self._copied[names] = f"COPY {table} ({ordered}) FROM STDIN" if plain else ""
        return self._copied[names]

    @cached_property
    def postgres(self) -> Compiled:
        return Compiled(self._element, _POSTGRES, self._from_caller)


_BESIDE = {"UPDATE": "FROM", "DELETE": "USING"}
_GIVEN = re.compile(r"%\((\w+)\)s(?:::[A-Z ]+)?")


def _numbered(text: str, names: tuple[str, ...], before: int) -> str:
    return re.sub(r":(\w+)", lambda found: f"?{before + names.index(found[1]) + 1}", text)


def _asked_for(element: ClauseElement) -> frozenset[str]:
    """The names the caller gives values for; they count as given, or IN lists are not written out."""
    asked = [p for p in visitors.iterate(element) if isinstance(p, BindParameter) and p.required]
    for part in asked:
        part.required = False
    return frozenset(part.key for part in asked)


def prepared(element: ClauseElement, *, any_values: bool = False, tuples: bool = False) -> Prepared:
    """Wrap a Core expression. Upserts use `sqlalchemy.dialects.postgresql.insert`: both compilers read it."""
    return Prepared(element, any_values=any_values, tuples=tuples)


SOME = 100
"""So many rows are read together where several are named (`among`), at most."""
_NAMES = tuple(f"some{n}" for n in range(SOME))


def among(column: ColumnElement[Any], most: int = SOME) -> ColumnElement[bool]:
    """Whether a column has one of the values of a batch, in a statement fetched for each of `batches`."""
    return column.in_([bindparam(name) for name in _NAMES[:most]])


def batches(values: Sequence[int] | Sequence[str], most: int = SOME) -> Iterator[Params]:
    """What a statement is fetched with that reads `among` values: `most` at a time, as there.

    The last batch is filled up with its first value.
    """
    for start in range(0, len(values), most):
        some = values[start : start + most]
        yield dict(zip(_NAMES[:most], [*some, *[some[0]] * (most - len(some))], strict=True))
