"""The small picture: a PNG file that any phone opens, the same for the same numbers."""

import struct
import zlib
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checkins.curve import HEIGHT, WIDTH, curve_png

FIRST = date(2026, 11, 30)


def dots(png: bytes) -> bytes:
    """The dots of a PNG file, every part's checksum held against what it says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, parts = 8, {}
    while at < len(png):
        (size,), kind = struct.unpack_from(">I", png, at), png[at + 4 : at + 8]
        data = png[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", png, at + 8 + size)[0] == zlib.crc32(kind + data)
        parts[kind] = data
        at += size + 12
    assert struct.unpack(">IIBBBBB", parts[b"IHDR"]) == (WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    rows = zlib.decompress(parts[b"IDAT"])
    assert len(rows) == (WIDTH + 1) * HEIGHT
    assert max(rows) < len(parts[b"PLTE"]) // 3
    return rows


@settings(max_examples=8)
@given(st.lists(st.integers(10, 60), min_size=1, max_size=8))
def test_any_line_can_be_drawn(sums: list[int]) -> None:
    """One point or many, up or down, it is a whole picture; the same again is the same."""
    points = [(FIRST + timedelta(days=80 * n), one) for n, one in enumerate(sums)]
    png = curve_png(points)
    dots(png)
    assert png == curve_png(points)


def test_higher_is_higher_up() -> None:
    """Ten lies at the foot of the picture, sixty at its head."""
    low, high = (dots(curve_png([(FIRST, one)])) for one in (10, 60))
    assert first_line_row(high) < 60
    assert first_line_row(low) > 260


def first_line_row(rows: bytes) -> int:
    green = range(65, 96)
    return next(y for y in range(HEIGHT) if any(dot in green for dot in rows[y * (WIDTH + 1) :][: WIDTH + 1]))
