"""A file from outside as text: unpacked, decoded and measured, a little at a time and never trusted."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from bot.feeds.parts import Broken

MOST_BYTES = 512 << 20
"""Unpacked. The largest real feed seen is under a tenth of it."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20


class SourceFile:
    """Bytes or a file, read as often as need be. Each reading raises Broken for damage and for too much."""

    def __init__(self, what: Path | bytes) -> None:
        self._what = what
        self.path = what if isinstance(what, Path) else None
        self._encoding: tuple[str, int] | None = None

    @contextmanager
    def binary(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked where it is packed with gzip."""
        with self._raw() as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            with gzip.open(raw) if packed else _same(raw) as plain:
                yield io.BufferedReader(_Measured(plain), _CHUNK)

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Its text without the byte order mark; what cannot be decoded is replaced."""
        encoding, mark = self._encoding or self._find_encoding()
        with self.binary() as raw:
            raw.read(mark)
            yield io.TextIOWrapper(raw, encoding, errors="replace", newline="")

    def head(self, length: int = 4096) -> str:
        """Its first characters."""
        with self.text() as text:
            return text.read(length)

    def starts(self, length: int = 8) -> bytes:
        """Its first bytes, as they are on the disk."""
        with self._raw() as raw:
            return raw.read(length)

    @contextmanager
    def _raw(self) -> Iterator[IO[bytes]]:
        with io.BytesIO(self._what) if isinstance(self._what, bytes) else self._what.open("rb") as raw:
            yield raw

    def _find_encoding(self) -> tuple[str, int]:
        """By its mark or its empty bytes, else UTF-8 where it is that, else Windows-1252; the mark's size."""
        with self.binary() as raw:
            first = raw.read(_CHUNK)
            found = next(((name, len(mark)) for mark, name in _BOMS if first.startswith(mark)), None)
            if found is None and (wide := _wide(first)):
                found = (wide, 0)
            if found is None:
                found = ("utf-8" if _is_utf8(first, raw) or _mostly_utf8(first) else "cp1252", 0)
        self._encoding = found
        return found


class _Measured(io.RawIOBase):
    """Passes bytes on, up to `MOST_BYTES` of them; damage becomes Broken."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile) -> None:
        self._inner = inner
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._inner.read(len(into))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Broken("it is packed and cannot be unpacked whole") from None
        self._read += len(chunk)
        if self._read > MOST_BYTES:
            raise Broken(f"it is larger than {MOST_BYTES >> 20} MB")
        into[: len(chunk)] = chunk
        return len(chunk)


@contextmanager
def _same(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    yield raw


def _is_utf8(first: bytes, rest: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        chunk = first
        while chunk:
            decoder.decode(chunk)
            chunk = rest.read(_CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(raw: bytes) -> str:
    """UTF-16 without its mark, by the empty halves of its letters; "" for anything else."""
    half = len(raw[:4096]) // 2
    for name, empty in (("utf-16-le", raw[1:4096:2]), ("utf-16-be", raw[0:4096:2])):
        if half and empty.count(0) > half * 2 // 3:
            return name
    return ""


def _mostly_utf8(raw: bytes) -> bool:
    """Whether a text is UTF-8 with a few bytes of something else in it, pasted from an old program."""
    text = raw.decode("utf-8", "surrogateescape")
    strange = sum("\udc80" <= sign <= "\udcff" for sign in text)
    return sum(sign > "\x7f" for sign in text) > 2 * strange
