"""Statements written once with SQLAlchemy Core and compiled once for each database."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Table, bindparam
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
    """

    def __init__(self, element: ClauseElement, *, any_values: bool = False) -> None:
        self._element = element
        self.any_values = any_values
        self._from_caller = _asked_for(element)
        table = getattr(element, "table", None)
        self.writes_to: str = table.name if isinstance(table, Table) else ""
        """The table that the statement changes; empty for a read."""
        self._placed: dict[tuple[str, ...], str] = {}

    @cached_property
    def sqlite(self) -> Compiled:
        return Compiled(self._element, _SQLITE, self._from_caller)

    def placed(self, names: tuple[str, ...]) -> str:
        """SQLite's text for rows of values in the order of `names`: half the time of values by name."""
        if names not in self._placed:
            assert not self.sqlite.constants, "values that stand in the statement have no place in a row"
            text = re.sub(r":(\w+)", lambda found: f"?{names.index(found[1]) + 1}", self.sqlite.sql)
            self._placed[names] = text
        return self._placed[names]

    @cached_property
    def postgres(self) -> Compiled:
        return Compiled(self._element, _POSTGRES, self._from_caller)


def _asked_for(element: ClauseElement) -> frozenset[str]:
    """The names the caller gives values for; they count as given, or IN lists are not written out."""
    asked = [p for p in visitors.iterate(element) if isinstance(p, BindParameter) and p.required]
    for part in asked:
        part.required = False
    return frozenset(part.key for part in asked)


def prepared(element: ClauseElement, *, any_values: bool = False) -> Prepared:
    """Wrap a Core expression. Upserts use `sqlalchemy.dialects.postgresql.insert`: both compilers read it."""
    return Prepared(element, any_values=any_values)


SOME = 100
"""So many rows are read together where several are named (`among`)."""
_NAMES = tuple(f"some{n}" for n in range(SOME))


def among(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a column has one of the ids of a batch, in a statement fetched for each of `batches`."""
    return column.in_([bindparam(name) for name in _NAMES])


def batches(ids: Sequence[int]) -> Iterator[Params]:
    """Values for a statement that reads `among` ids: `SOME` at a time, the last filled up with its first."""
    for start in range(0, len(ids), SOME):
        some = ids[start : start + SOME]
        yield dict(zip(_NAMES, [*some, *[some[0]] * (SOME - len(some))], strict=True))
