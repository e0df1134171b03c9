"""A database that cannot be opened, said in a sentence that helps."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Unusable(RuntimeError):
    """The database is not there, not one, or damaged; it is as it was."""


@contextmanager
def said_plainly(where: str) -> Iterator[None]:
    """While the block opens the database called `where`: what its driver raises becomes Unusable."""
    try:
        yield
    except Exception as wrong:
        why = " ".join(str(getattr(wrong, "orig", wrong)).split())
        match _kind(wrong):
            case "full":
                raise Unusable(
                    f"{where} cannot be used: {why}. It was left as it is. Fix: make room on its disk; if "
                    "there is room, the disk itself fails."
                ) from wrong
            case "sqlite":
                raise Unusable(
                    f"{where} cannot be opened: {why}. It was left as it is. Fix: look at database.url; "
                    "if the file is damaged, `foothold restore` puts a backup in its place."
                ) from wrong
            case "timeout":
                raise Unusable(
                    f"PostgreSQL broke off a statement: {why}. Fix: take statement_timeout out of "
                    "database.url, or for our role: ALTER ROLE … SET statement_timeout = 0."
                ) from wrong
            case "empty":
                raise Unusable(
                    f"There are no tables of Foothold in {where}'s database yet. Fix: look at database.url; "
                    "`foothold run` makes them."
                ) from wrong
            case "address":
                raise Unusable(
                    "database.url is no address that PostgreSQL's driver understands. "
                    "Fix: write it as postgresql://user@host/name."
                ) from wrong
            case "postgres":
                raise Unusable(
                    f"PostgreSQL does not let us in: {why}. Fix: see that it runs, and look at database.url "
                    "and the password."
                ) from wrong
            case _:
                raise


def _kind(wrong: Exception) -> str:
    """What kind of error this is, "" for none of a database; SQLAlchemy wraps what the driver said."""
    said = getattr(wrong, "orig", wrong)
    if isinstance(said, sqlite3.DatabaseError):
        code = getattr(said, "sqlite_errorcode", 0) & 0xFF  # the rest says where it was met
        return "full" if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) else "sqlite"
    psycopg = sys.modules.get("psycopg")  # an optional extra
    if psycopg is None:
        return ""
    if isinstance(said, psycopg.errors.UndefinedTable) and "alembic_version" in str(said):
        return "empty"
    if isinstance(said, psycopg.errors.QueryCanceled):
        return "timeout"
    if type(said) is psycopg.ProgrammingError:  # a fault in SQL is one of its kinds; this is the address
        return "address"
    return "postgres" if isinstance(said, psycopg.OperationalError) else ""
