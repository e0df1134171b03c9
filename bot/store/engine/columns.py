"""Column kinds that mean the same on SQLite and on PostgreSQL, and need no conversion when read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_Big = BigInteger().with_variant(Integer, "sqlite")


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 in UTC. Raises TypeError for a time without a zone."""
    return (at - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The aware UTC time of `to_ms`."""
    return EPOCH + ms * _MS


def own_id() -> Column[int]:
    """A primary key that the database counts up and never gives out twice."""
    return Column("id", _Big, primary_key=True, autoincrement=True)


def ref(name: str, target: str, **options: Any) -> Column[int]:
    """A reference to `target` ("person.id")."""
    return Column(name, _Big, ForeignKey(target), **options)


def whole(name: str, **options: Any) -> Column[int]:
    """A whole number of up to 63 bits: chat ids do not fit 32."""
    return Column(name, _Big, **options)


def instant(name: str, **options: Any) -> Column[int]:
    """A moment, as milliseconds since 1970 in UTC (see `to_ms`)."""
    return Column(name, _Big, **options)


def words(name: str, **options: Any) -> Column[str]:
    """Plain text that is no secret: a state, a code, a zone name, JSON of ids."""
    return Column(name, Text, **options)


def sealed(name: str, **options: Any) -> Column[bytes]:
    """Text encrypted by the vault: anything a person said, is called, or was noted about them."""
    return Column(name, LargeBinary, **options)
