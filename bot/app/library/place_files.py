"""Reads data/places/ once, at start-up; US ZIP codes are looked up in a package only when one is typed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from bot.domain.directory.codes import Codes
from bot.domain.directory.geo import Point
from bot.domain.directory.places import Place, Places
from bot.domain.directory.towns import Towns, plain


def load_places(data: Path, extra: Mapping[str, Point] | None = None, *, demo: bool = False) -> Places:
    """Places from the folder `data`. `extra` are postcode keys learned from imported venues.

    `demo` adds the fictional town of the demo.

    Raises OSError for a missing file and ValueError for a broken row.
    """
    folder = data / "places"
    aliases = {plain(name): target for name, target in (r.split(",") for r in _rows(folder / "aliases.csv"))}
    codes = Codes(_rows(folder / "postcodes.csv"))
    towns = [folder / "towns.csv", data / "demo" / "towns.csv"] if demo else [folder / "towns.csv"]
    rows = chain.from_iterable(map(_rows, towns))
    made_of = _made_of([folder / "aliases.csv", folder / "postcodes.csv", *towns])
    elsewhere = dict(row.split("|") for row in _rows(folder / "abroad.csv"))
    lands = {plain(city): f"{city}, {land}" for city, land in elsewhere.items()}
    return Places(codes, Towns(rows, aliases), aliases, us_zip, extra, made_of, lands)


def us_zip(code: str) -> Place | None:
    """The place of a five-figure ZIP code. The first call loads the package's table: 0.5 s and 55 MB."""
    import zipcodes  # noqa: PLC0415 -- a service in Leeds never pays for it

    for row in zipcodes.matching(code):  # type: ignore[no-untyped-call]
        if row["lat"] and row["timezone"]:
            where = Point(round(float(row["lat"]), 2), round(float(row["long"]), 2))
            return Place(f"{row['city']}, {row['state']}", where, "US", "", row["timezone"])
    return None


def _made_of(paths: Sequence[Path]) -> str:
    """A hash of these files and of the packages that know places, too."""
    digest = hashlib.sha256(" ".join(map(version, ("zipcodes", "rapidfuzz"))).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _rows(file: Path) -> Iterator[str]:
    rows = file.read_text(encoding="utf-8").split("\n")
    return (row for row in rows if row and not row.isspace() and row[0] != "#")
