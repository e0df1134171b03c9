"""Rows of a source that are as they were, known by a number each: they need not be cleaned again.

A mark stands for a row as its source wrote it and for the rules it was cleaned by. Its last bit says that
something was put right on the way. Beside 300,000 listed entries one in 10^13 changed rows has the mark of
one of them by chance, and would be taken for unchanged.
"""

from array import array
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b

NO_MARK = 0


def number_of(text: str) -> int:
    """64 bits as a database holds them, never 0: equal for equal texts."""
    return _number(text.encode("utf-8", "surrogatepass"), b"") or 1


def mark_of(written: bytes, rules: bytes) -> int:
    """The mark of a row written down, with nothing put right, under rules named in at most 64 bytes."""
    return _number(written, rules) & ~1 or 2


def _number(raw: bytes, key: bytes) -> int:
    return int.from_bytes(blake2b(raw, digest_size=8, key=key).digest(), "little", signed=True)


def put_right(mark: int) -> int:
    """The same with something put right; `NO_MARK` stays."""
    return mark and mark | 1


class Marks:
    """What is listed of a source, in the order in which it was added: 24 bytes each."""

    def __init__(self, packed: bytes = b"") -> None:
        count = len(packed) // 24
        self.marks, self.keys, self.digests = (
            array("q", packed[8 * count * part : 8 * count * (part + 1)]) for part in range(3)
        )

    def add(self, mark: int, key: str, digest: str) -> None:
        """An entry by its mark (`NO_MARK` for none), its source's own name for it, and its digest."""
        self.marks.append(mark)
        self.keys.append(number_of(key) if mark else 0)
        self.digests.append(short(digest) if mark else 0)

    def extend(self, marks: Sequence[int], keys: Sequence[str], digests: Sequence[str]) -> None:
        """As `add`, for many entries."""
        self.marks.extend(marks)
        self.keys.extend(number_of(key) if mark else 0 for mark, key in zip(marks, keys, strict=True))
        self.digests.extend(short(one) if mark else 0 for mark, one in zip(marks, digests, strict=True))

    def packed(self) -> bytes:
        """All of it for another process on this machine."""
        return b"".join((self.marks, self.keys, self.digests))


def short(digest: str) -> int:
    """The first 48 bits of a digest."""
    return int(digest[:12], 16)


class Recognised:
    """Which rows of a source under way are as they are listed."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks.marks
        self._keys = marks.keys
        self._digests = marks.digests
        self._by_mark = {mark >> 1: at for at, mark in enumerate(marks.marks) if mark}
        self._rows = array("q", bytes(8 * len(marks.marks)))

    def find(self, mark: int) -> int:
        """Where in the marks this one stands; -1 for nowhere, and where a row was recognised by it before."""
        at = self._by_mark.get(mark >> 1, -1)
        return -1 if at >= 0 and self._rows[at] else at

    def was_put_right(self, at: int) -> bool:
        """Whether there is something to report of that row."""
        return bool(self._marks[at] & 1)

    def key(self, at: int) -> int:
        """The number of the source's own name for it."""
        return self._keys[at]

    def take(self, at: int, row: int) -> None:
        """Note by which row (from 1) an entry was recognised."""
        self._rows[at] = row

    def first(self, key: int) -> tuple[int, int]:
        """The row that was recognised under a key, and the short digest; zeros where none was."""
        at = self._by_key.get(key, -1)
        return (self._rows[at], self._digests[at]) if at >= 0 and self._rows[at] else (0, 0)

    @cached_property
    def _by_key(self) -> dict[int, int]:
        """Made when the first row is met that is not recognised: most lists are as they were."""
        return {key: at for at, key in enumerate(self._keys) if key}
