"""The list of towns, kept small in memory: rows stay one text until one is wanted."""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from bot.domain.directory.geo import Point, km_between
from bot.domain.directory.index import Index

_DROPPED, _NO_LETTER = re.compile(r"['’`.]"), re.compile(r"[^\w]+")
_SHORTENED = re.compile(r"^(.+?) (?:upon|on|under|le|by|in|sub) .+$")


@dataclass(frozen=True, slots=True)
class Town:
    """A row of data/places/towns.csv. `told_apart_by` is a district, a state or a town nearby."""

    name: str
    point: Point
    country: str
    region: str
    told_apart_by: str
    zone: str
    people: int


class Towns:
    """Towns by name and by nearness."""

    def __init__(self, rows: Iterable[str], aliases: Mapping[str, str]) -> None:
        """`rows` as in the file, `aliases` from a plain name to another name of this list.

        Raises ValueError for a broken row.
        """
        kept, lats, lons = list[bytes](), list[float](), list[float]()
        names, other_names = list[tuple[str, int]](), list[tuple[str, int]]()
        aliased: dict[str, list[str]] = {}
        for alias, name in aliases.items():
            aliased.setdefault(plain(name), []).append(alias)
        for number, row in enumerate(rows):
            name, lat, lon, *_, others = row.split("|")
            kept.append(row.encode())
            lats.append(float(lat))
            lons.append(float(lon))
            for one in _first_names(plain(name), aliased):
                names.append((one, number))
            if others:
                other_names += ((plain(other), number) for other in others.split(";"))
        self._rows, self._starts = b"".join(kept), array("I", accumulate(map(len, kept), initial=0))
        self._lats, self._lons = array("f", lats), array("f", lons)
        self._names, self._other_names = Index(names), Index(other_names)

    def named(self, name: str) -> list[Town]:
        """Every town of this plain name (see `plain`), else those that have it as a second name."""
        return [self._town(n) for n in self._names.numbers(name) or self._other_names.numbers(name)]

    def names(self, begin: str = "") -> Iterable[str]:
        """All first names that begin so, in plain form."""
        return self._names.names(begin)

    def nearest(self, point: Point, within_km: float) -> Town | None:
        """The town closest to `point`, if there is one within that distance."""
        close = min(self._around(point, within_km), key=lambda n: self._km(n, point), default=None)
        if close is None or self._km(close, point) > within_km:
            return None
        return self._town(close)

    def _around(self, point: Point, km: float) -> Iterator[int]:
        degrees = km / 111
        return (n for n, lat in enumerate(self._lats) if abs(lat - point.lat) <= degrees)

    def _km(self, number: int, point: Point) -> float:
        return km_between(Point(self._lats[number], self._lons[number]), point)

    def _town(self, number: int) -> Town:
        row = self._rows[self._starts[number] : self._starts[number + 1]].decode()
        name, lat, lon, country, region, told_apart_by, zone, people, _ = row.split("|")
        return Town(name, Point(float(lat), float(lon)), country, region, told_apart_by, zone, int(people))


def _first_names(name: str, aliased: Mapping[str, list[str]]) -> list[str]:
    """A plain name, what it is shortened to, and what else each of these is called."""
    names = [name]
    if " " in name and (shortened := _SHORTENED.match(name)):
        names.append(shortened[1])
    return names + [alias for one in names if one in aliased for alias in aliased[one]]


def plain(name: str) -> str:
    """A name as it is compared: lower case, no accents or punctuation, "st" for "saint"."""
    letters = name.casefold().replace("&", " and ")
    if not letters.isascii():
        folded = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
        letters = "".join(c for c in folded if not unicodedata.combining(c))
    if not letters.isalpha():
        letters = _NO_LETTER.sub(" ", _DROPPED.sub("", letters))
    words = letters.split()
    return " ".join("st" if word == "saint" else word for word in words)
