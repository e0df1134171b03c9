"""A person's own line over time as a small picture: numbers and dates, nothing that says what they are."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import ceil, floor, hypot

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 604, 40, 300
_LOWEST, _HIGHEST = 10, 60
_PAPER, _INK = (252, 250, 245), ((186, 182, 172), (70, 70, 66), (46, 122, 98))
_GRID, _WORDS, _LINE = range(3)
_LEVELS = 31
_FONT_ROWS = {
    "0": "0E11131519110E",
    "1": "040C040404040E",
    "2": "0E11010204081F",
    "3": "1F02040201110E",
    "4": "02060A121F0202",
    "5": "1F101E0101110E",
    "6": "0608101E11110E",
    "7": "1F010204080808",
    "8": "0E11110E11110E",
    "9": "0E11110F01020C",
    "A": "0E11111F111111",
    "B": "1E11111E11111E",
    "C": "0E11101010110E",
    "D": "1C12111111121C",
    "E": "1F10101E10101F",
    "F": "1F10101E101010",
    "G": "0E11101711110F",
    "J": "0702020202120C",
    "L": "1010101010101F",
    "M": "111B1515111111",
    "N": "11111915131111",
    "O": "0E11111111110E",
    "P": "1E11111E101010",
    "R": "1E11111E141211",
    "S": "0F10100E01011E",
    "T": "1F040404040404",
    "U": "1111111111110E",
    "V": "11111111110A04",
    "Y": "1111110A040404",
}
"""Letters five dots wide and seven high, a row in two figures: digits, and what the names of months need."""
_FONT = {
    letter: tuple(int(rows[at : at + 2], 16) for at in range(0, 14, 2)) for letter, rows in _FONT_ROWS.items()
}


@dataclass(slots=True)
class _Sheet:
    """Which ink lies on each dot and how much of it, 0 to `_LEVELS`; the last ink put down stays."""

    dots: bytearray = field(default_factory=lambda: bytearray(WIDTH * HEIGHT))

    def put(self, x: int, y: int, ink: int, much: float) -> None:
        """Colour a dot, unless more of that ink is there already."""
        if not (0 <= x < WIDTH and 0 <= y < HEIGHT) or much <= 0:
            return
        at, level = y * WIDTH + x, round(min(much, 1) * _LEVELS)
        wanted = ink * (_LEVELS + 1) + level
        if level and not (self.dots[at] // (_LEVELS + 1) == ink and self.dots[at] >= wanted):
            self.dots[at] = wanted

    def stroke(self, start: tuple[float, float], end: tuple[float, float], wide: float, ink: int) -> None:
        """A straight line with round ends and soft edges."""
        (x1, y1), (x2, y2) = start, end
        along = (x2 - x1) ** 2 + (y2 - y1) ** 2
        for x, y in _near(start, end, 2 * wide + 2):
            part = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / along if along else 0
            part = min(max(part, 0), 1)
            away = hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1))
            self.put(x, y, ink, wide + 0.5 - away)

    def write(self, text: str, x: int, y: int, ink: int, size: int = 2) -> None:
        """Words with their upper left corner there; a letter that is not in the font is a gap."""
        for letter in text.upper():
            for row, bits in enumerate(_FONT.get(letter, ())):
                for column in range(5):
                    if bits >> (4 - column) & 1:
                        for dot in range(size * size):
                            self.put(x + column * size + dot % size, y + row * size + dot // size, ink, 1)
            x += 6 * size

    def png(self) -> bytes:
        """The sheet as a PNG file: one byte a dot and a palette."""
        rows = b"".join(b"\0" + self.dots[y * WIDTH : (y + 1) * WIDTH] for y in range(HEIGHT))
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        parts = ((b"IHDR", head), (b"PLTE", _palette()), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def curve_png(points: Sequence[tuple[date, int]]) -> bytes:
    """The line through sums of 10 to 60 on their dates, oldest first and at least one, as a PNG file.

    The same points always make the same bytes.
    """
    sheet = _Sheet()
    for sum_ in range(_LOWEST, _HIGHEST + 1, 10):
        y = round(_y(sum_))
        for x in range(_LEFT, _RIGHT):
            sheet.put(x, y, _GRID, 1)
        sheet.write(str(sum_), 18, y - 7, _WORDS)
    places = list(_places(points))
    for start, end in pairwise(places):
        sheet.stroke(start, end, 2, _LINE)
    for place in places:
        sheet.stroke(place, place, 5, _LINE)
    at, newest = places[-1], str(points[-1][1])
    sheet.write(newest, round(at[0]) - 17, round(at[1]) - 34, _LINE, size=3)
    _date(sheet, points[0][0], places[0][0])
    if places[-1][0] - places[0][0] > 120:
        _date(sheet, points[-1][0], places[-1][0])
    return sheet.png()


def _near(start: tuple[float, float], end: tuple[float, float], around: float) -> Iterator[tuple[int, int]]:
    """The dots about a straight line, column by column, or row by row where it is steep."""
    steep = abs(end[1] - start[1]) > abs(end[0] - start[0])
    (a1, b1), (a2, b2) = sorted((p[::-1] if steep else p) for p in (start, end))
    for a in range(floor(a1 - around), ceil(a2 + around) + 1):
        part = (min(max(a, a1), a2) - a1) / (a2 - a1) if a2 > a1 else 0
        middle = b1 + part * (b2 - b1)
        for b in range(floor(middle - around), ceil(middle + around) + 1):
            yield (b, a) if steep else (a, b)


def _places(points: Sequence[tuple[date, int]]) -> Iterator[tuple[float, float]]:
    first, last = points[0][0], points[-1][0]
    days = (last - first).days
    for on, sum_ in points:
        part = (on - first).days / days if days else 0.5
        yield _LEFT + 24 + part * (_RIGHT - _LEFT - 48), _y(sum_)


def _y(sum_: int) -> float:
    return _BOTTOM - (sum_ - _LOWEST) / (_HIGHEST - _LOWEST) * (_BOTTOM - _TOP)


def _date(sheet: _Sheet, on: date, x: float) -> None:
    text = f"{on.day} {on:%b}"
    width = 12 * len(text)
    sheet.write(text, round(min(max(x - width / 2, 8), WIDTH - width - 8)), _BOTTOM + 22, _WORDS)


def _palette() -> bytes:
    """Each ink in its levels, thin to full, on the paper."""
    return bytes(
        round(under + (over - under) * level / _LEVELS)
        for ink in _INK
        for level in range(_LEVELS + 1)
        for under, over in zip(_PAPER, ink, strict=True)
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
