"""Where a group meets: postcode, coordinates and address weighed against each other."""

import re
from functools import lru_cache
from typing import NamedTuple

from bot.domain.directory.countries import ABROAD, AMERICA, land_named
from bot.domain.directory.geo import Point, km_between, possible
from bot.domain.directory.nations import nation_of
from bot.domain.directory.place_names import find_place
from bot.domain.directory.places import Found, Place, PlaceAnswer, Places, Which
from bot.domain.directory.postcodes import eircode_key, postcode_keys
from bot.feeds.text import says_nothing

_DEGREES = re.compile(r"([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NSEW])?", re.ASCII | re.IGNORECASE)
_PAIR = re.compile(r"\s*\(?([+-]?\d+\.\d+)(?:\s*[,;]\s*|\s+)([+-]?\d+\.\d+)\)?\s*", re.ASCII)
TOO_FAR_KM = 5.0
"""A postcode and coordinates further apart than this contradict each other: the postcode wins."""
_WHOLE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d)[A-Z]{2}", re.ASCII)
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b")
_EIRCODE = re.compile(r"\b([AC-FHKNPRTV-Y]\d[\dW]\s?[0-9AC-FHKNPRTV-Y]{4})\b")
_ZIP = re.compile(r"\b[A-Z]{2}\s+(\d{5})(?:-\d{4})?\b")
_FIGURES = re.compile(r"\s*(\d{5})(?:-\d{4})?\s*")
_COUNTRIES = {
    "england": ("GB", "GB-ENG"), "scotland": ("GB", "GB-SCT"), "wales": ("GB", "GB-WLS"),
    "northern ireland": ("GB", "GB-NIR"), "uk": ("GB", ""), "gb": ("GB", ""), "united kingdom": ("GB", ""),
    "great britain": ("GB", ""), "ireland": ("IE", ""), "republic of ireland": ("IE", ""), "ie": ("IE", ""),
    "eire": ("IE", ""), "cymru": ("GB", "GB-WLS"), "n ireland": ("GB", "GB-NIR"), "ni": ("GB", "GB-NIR"),
    "gbr": ("GB", ""), "britain": ("GB", ""), "irl": ("IE", ""),
    "us": ("US", ""), "usa": ("US", ""), "united states": ("US", ""),
    "united states of america": ("US", ""),
}  # fmt: skip
_HOME = {"Europe/London": "GB", "Europe/Belfast": "GB", "Europe/Dublin": "IE"}
"""The country of a source whose rows name none. An American zone says too little: states have namesakes."""
_AMERICAN = ("America/", "US/", "Pacific/Honolulu")
_REACH = {"GB": (49.0, 61.5, -9.5, 2.5), "IE": (51.0, 55.7, -11.0, -5.0), "US": (-15.0, 72.0, -180.0, -64.0)}


_SWAPPED = "latitude and longitude were swapped"


class Settled(NamedTuple):
    """The point that was settled on, if any, and what was put right on the way."""

    point: Point | None
    postcode: str
    country: str
    nation: str
    approximate: bool
    put_right: str = ""
    origin: str = ""
    """What the point was taken from, where it is not the row's own: "postcode" or "town"."""


def settle(
    places: Places,
    *,
    lat: float | None,
    lon: float | None,
    postcode: str,
    address: str,
    city: str,
    region: str = "",
    country: str,
    zone: str,
) -> Settled:
    """Weigh what a row says about its place.

    A postcode beats coordinates more than 5 km off; 0,0, a latitude of 100 and coordinates outside the
    country count for nothing; then comes the town, as an approximate point. What says that it is in another
    country is never put into a town of the same name at home.
    """
    land, nation = country_of(country)
    if not land:
        land, nation = country_of(address.rsplit(",", maxsplit=1)[-1])
    says_more = not land and not country.strip() and zone in _HOME
    british = says_more and _POSTCODE.search(f"{postcode} {address}".upper())
    said = land_named(address, city, region) if says_more and not british else ""
    land = AMERICA if said == AMERICA else land
    code = postcode or _postcode_in(address, land)
    abroad = said == ABROAD or (bool(country.strip()) and not land)
    home = "" if abroad else _HOME.get(zone, "")
    american = land == "US" or (not land and not abroad and zone.startswith(_AMERICAN))
    by_code = _by_code(places, code, american=american, abroad=abroad)
    point, note = _point(lat, lon, land or (by_code.country if by_code else "") or home)
    if by_code:
        land, nation = by_code.country, by_code.nation or (nation if by_code.country == "GB" else "")
        if point and km_between(point, by_code.point) <= TOO_FAR_KM:
            return Settled(point, code, land, nation, approximate=False, put_right=note)
        if point:
            km = km_between(point, by_code.point)
            note = f"the map point is {km:.0f} km from {code}: the postcode was used"
        return Settled(by_code.point, code, land, nation, approximate=True, put_right=note, origin="postcode")
    land, nation = _hinted(code, land, nation)
    if point and land in _REACH and not _within(point, land):
        point, note = None, "the map point lies in another country and was dropped"
    if point:
        if abroad and zone in _HOME:
            note = "; ".join(
                filter(None, (note, f"it is in another country: its times are taken for {zone}"))
            )
        return Settled(point, code, land, nation, approximate=False, put_right=note)
    town = _town(places, city, address, land or home)
    if town:
        return Settled(
            town.point,
            code,
            town.country,
            nation or town.nation,
            approximate=True,
            put_right=note,
            origin="town",
        )
    return Settled(None, code, land, nation, approximate=False, put_right=note)


def home_of(zone: str) -> str:
    """The country that a source of this zone is likely for, where namesakes are looked for first; ""."""
    return _HOME.get(zone, "US" if zone.startswith(_AMERICAN) else "")


def forget_sectors() -> None:
    """Before each source: postcodes may have been learned."""
    _sector.cache_clear()


@lru_cache(maxsize=1024)
def country_of(text: str) -> tuple[str, str]:
    """Country and nation of a cell ("Republic of Ireland", "Scotland"), each "" where it does not say."""
    return _COUNTRIES.get(" ".join(text.lower().replace(".", "").split()), ("", ""))


def coordinates(latitude: object, longitude: object) -> tuple[float | None, float | None, bool]:
    """The two numbers of a map point, None where there is none; and whether anything was not understood.

    Both may stand in the first cell, as maps give them: "53.80, -1.55".
    """
    both = _PAIR.fullmatch(latitude) if isinstance(latitude, str) and not _says(longitude) else None
    cells = (both[1], both[2]) if both else (latitude, longitude)
    lat, lon = map(number, cells)
    return lat, lon, (lat is None or lon is None) and any(map(_says, cells))


def _says(cell: object) -> bool:
    return cell is not None and not says_nothing(str(cell))


def number(value: object) -> float | None:
    """A coordinate from a cell, None where there is none: 53.8, "53,8", "1.55° W"."""
    try:
        if isinstance(value, float | int) and not isinstance(value, bool):
            return float(value)
        return float(str(value).strip())
    except (ValueError, OverflowError):
        found = _DEGREES.fullmatch(str(value).strip()[:40])
    if found is None:
        return None
    degrees = float(found[1].replace(",", "."))
    return -degrees if (found[2] or "").upper() in ("S", "W") else degrees


def postcode_in(text: str) -> str:
    """The first British postcode in a longer text, ""."""
    found = _POSTCODE.search(text.upper())
    return found[1] if found else ""


def _point(lat: float | None, lon: float | None, land: str) -> tuple[Point | None, str]:
    """The point, turned round where only that puts it into the country; and what was put right."""
    if lat is None or lon is None:
        return None, ""
    if not possible(lat, lon):
        if possible(lon, lat) and land in _REACH and _within(Point(lon, lat), land):
            return Point(round(lon, 6), round(lat, 6)), _SWAPPED
        return None, "the map point was impossible and was dropped"
    point = Point(round(lat, 6), round(lon, 6))
    if land in _REACH and not _within(point, land) and possible(lon, lat):
        turned = Point(point.lon, point.lat)
        if _within(turned, land):
            return turned, _SWAPPED
    return point, ""


def _by_code(places: Places, code: str, *, american: bool, abroad: bool) -> Place | None:
    """What a postcode says; five figures are a ZIP only in America: Berlin has them, too."""
    if not code:
        return None
    whole = _WHOLE.fullmatch(code)
    if whole:
        return None if abroad else _sector(places, whole[1], whole[2])
    figures = _FIGURES.fullmatch(code)
    if figures:
        return places.zips(figures[1]) if american else None
    return None if abroad else places.postcode(code)


@lru_cache(maxsize=4096)
def _sector(places: Places, outward: str, figure: str) -> Place | None:
    """What any postcode of a sector says: its last two letters say nothing here."""
    return places.postcode(f"{outward} {figure}AA")


def _postcode_in(address: str, land: str) -> str:
    """The last postcode in an address: a street may look like one, the end rarely does."""
    patterns = {"US": (_ZIP,), "IE": (_EIRCODE,), "GB": (_POSTCODE,)}.get(land, (_POSTCODE, _ZIP))
    for pattern in patterns:
        found = pattern.findall(address.upper())
        if found:
            return str(found[-1])
    return ""


def _hinted(code: str, land: str, nation: str) -> tuple[str, str]:
    """What a postcode that is on no map of ours says all the same."""
    districts = list(postcode_keys(code))
    if any(key.startswith("BT") for key in districts):
        return "GB", nation_of("BT1")
    if not land and eircode_key(code):
        return "IE", ""
    return land, nation


def _within(point: Point, land: str) -> bool:
    south, north, west, east = _REACH[land]
    return south <= point.lat <= north and west <= point.lon <= east


def _meant(answer: PlaceAnswer | None) -> tuple[Place, ...]:
    if isinstance(answer, Found):
        return (answer.place,)
    return answer.options if isinstance(answer, Which) and not answer.guessed else ()


def _town(places: Places, city: str, address: str, land: str) -> Place | None:
    """The town by name, where the country is known: Edmonton in Alberta is not Edmonton in London."""
    parts = [city, *reversed([part.strip() for part in address.split(",")])] if land else []
    for part in parts[:5]:
        named = 2 < len(part) < 40 and not any(map(str.isdigit, part))
        answer = find_place(part, places, land) if named else None
        there = [one for one in _meant(answer) if one.country == land]
        if len(there) == 1:
            return there[0]
    return None
