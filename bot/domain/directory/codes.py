"""Where postcode districts and sectors are, kept small in memory."""

from array import array
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.directory.geo import Point
from bot.domain.directory.index import Index


class Codes(Mapping[str, Point]):
    """Points by code. `rows` as in data/places/postcodes.csv; raises ValueError for a broken one."""

    def __init__(self, rows: Iterable[str]) -> None:
        columns = [row.split(",") for row in rows]
        self._index = Index((code, number) for number, (code, _, _) in enumerate(columns))
        self._lats = array("d", (float(lat) for _, lat, _ in columns))
        self._lons = array("d", (float(lon) for _, _, lon in columns))

    def __getitem__(self, code: str) -> Point:
        """Raises KeyError for a code that is not known."""
        numbers = self._index.numbers(code)
        if not numbers:
            raise KeyError(code)
        return Point(self._lats[numbers[-1]], self._lons[numbers[-1]])

    def __iter__(self) -> Iterator[str]:
        """Every code."""
        return self._index.names()

    def __len__(self) -> int:
        """How many codes."""
        return len(self._lats)
