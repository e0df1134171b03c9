"""By which rules a row is cleaned: what else its entry follows from, besides the row."""

import hashlib
import marshal
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.domain.directory import marks
from bot.domain.directory.marks import NO_MARK
from bot.domain.directory.places import Places
from bot.feeds.row import Defaults, Row

_BOT = Path(__file__).parents[1]
_CODE = ("feeds/*.py", "domain/*.py", "domain/directory/*.py", "store/directory/entry_rows.py")
"""All that has a part in cleaning, and more: too much costs one slow import, too little a stale entry."""


def rules(defaults: Defaults, places: Places) -> bytes:
    """Equal where the same row makes the same entry; b"" where nobody knows what the places are made of."""
    if not places.made_of:
        return b""
    said = repr((_code(), places.made_of, defaults))
    return hashlib.sha256(said.encode()).digest()


def written(row: Row) -> bytes:
    """A row for its mark, equal for equal rows: b"" where that cannot be."""
    return marshalled(row) or _by_name(row)


def marshalled(row: Row) -> bytes:
    """A row by the second format of marshal, the last without references; b"" for one with values of our own,
    and for one that is far too deep."""
    values: Any = row
    try:
        return marshal.dumps(values, 2)
    except ValueError:
        return b""


def mark_of(raw: bytes, by: bytes) -> int:
    """The mark of a row as it was written, under such rules, `NO_MARK` where there is none."""
    return marks.mark_of(raw, by) if raw and by else NO_MARK


def _by_name(row: Row) -> bytes:
    try:
        return repr(row).encode("utf-8", "surrogatepass")
    except RecursionError:
        return b""


@lru_cache(maxsize=1)
def _code() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _CODE for path in _BOT.glob(pattern)):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
