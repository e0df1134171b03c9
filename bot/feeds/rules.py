"""By which rules a row is cleaned: what else its entry follows from, besides the row."""

import hashlib
from functools import lru_cache
from pathlib import Path

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


def mark_of(row: Row, by: bytes) -> int:
    """The mark of a row under such rules, `NO_MARK` where there is none."""
    if not by:
        return NO_MARK
    try:
        return marks.mark_of(repr(row), by)
    except RecursionError:
        return NO_MARK


@lru_cache(maxsize=1)
def _code() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _CODE for path in _BOT.glob(pattern)):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
