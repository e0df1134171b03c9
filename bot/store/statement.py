"""Statements written once with SQLAlchemy Core and compiled once for each database."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.expression import ClauseElement

_SQLITE: Dialect = SQLiteDialect_pysqlite(paramstyle="named")
_POSTGRES: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]

Params = Mapping[str, Any]


class Compiled:
    """SQL text for one database, with the values that stand in the statement itself."""

    __slots__ = ("constants", "sql")

    def __init__(self, element: ClauseElement, dialect: Dialect) -> None:
        compiled = element.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self.constants = {k: v for k, v in (compiled.params or {}).items() if v is not None}

    def bind(self, params: Params) -> Params:
        """The statement's own constants and the caller's values."""
        return {**self.constants, **params} if self.constants else params


class Prepared:
    """One statement. `sqlite` and `postgres` are compiled at first use and kept."""

    def __init__(self, element: ClauseElement) -> None:
        self._element = element

    @cached_property
    def sqlite(self) -> Compiled:
        return Compiled(self._element, _SQLITE)

    @cached_property
    def postgres(self) -> Compiled:
        return Compiled(self._element, _POSTGRES)


def prepared(element: ClauseElement) -> Prepared:
    """Wrap a Core expression. Upserts use `sqlalchemy.dialects.postgresql.insert`: both compilers read it."""
    return Prepared(element)
