"""The list of towns, kept small in memory: rows stay text until one is wanted."""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.directory.geo import Point, km_between

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
        """`rows` as in the file, `aliases` from a plain name to another name of this list."""
        self._rows: list[str] = []
        self._lats, self._lons = array("f"), array("f")
        self._names: dict[str, tuple[int, ...]] = {}
        self._other_names: dict[str, tuple[int, ...]] = {}
        for number, row in enumerate(rows):
            name, lat, lon, *_, others = row.split("|")
            self._rows.append(row)
            self._lats.append(float(lat))
            self._lons.append(float(lon))
            key = plain(name)
            self._add(self._names, key, number)
            shortened = _SHORTENED.match(key)
            if shortened:
                self._add(self._names, shortened[1], number)
            for other in filter(None, others.split(";")):
                self._add(self._other_names, plain(other), number)
        for alias, name in aliases.items():
            for number in self._names.get(plain(name), ()):
                self._add(self._names, alias, number)

    def named(self, name: str) -> list[Town]:
        """Every town of this plain name (see `plain`), else those that have it as a second name."""
        return [self._town(n) for n in self._names.get(name) or self._other_names.get(name, ())]

    def names(self) -> Iterable[str]:
        """All first names, in plain form."""
        return self._names.keys()

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
        name, lat, lon, country, region, told_apart_by, zone, people, _ = self._rows[number].split("|")
        return Town(name, Point(float(lat), float(lon)), country, region, told_apart_by, zone, int(people))

    @staticmethod
    def _add(index: dict[str, tuple[int, ...]], key: str, number: int) -> None:
        if number not in index.get(key, ()):
            index[key] = (*index.get(key, ()), number)


def plain(name: str) -> str:
    """A name as it is compared: lower case, no accents or punctuation, "st" for "saint"."""
    letters = name.casefold().replace("&", " and ")
    if not letters.isascii():
        folded = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
        letters = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.sub(r"['’`.]", "", letters)
    words = re.sub(r"[^\w]+", " ", words).split()  # type: ignore[assignment]
    return " ".join("st" if word == "saint" else word for word in words)
