"""Points on the earth, in degrees, and how far apart they are."""

from math import asin, cos, floor, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0088
KM_PER_DEGREE = 111.195
KM_PER_MILE = 1.609344
BANDS = 8
"""Strips to a degree of latitude."""


class Point(NamedTuple):
    """Degrees north and east (WGS 84)."""

    lat: float
    lon: float


class Box(NamedTuple):
    """Everything between two latitudes and two longitudes."""

    south: float
    north: float
    west: float
    east: float


def possible(lat: float, lon: float) -> bool:
    """Whether these can be the coordinates of a venue: on the globe, and not the 0,0 of an empty form."""
    return -90 <= lat <= 90 and -180 <= lon <= 180 and (abs(lat) > 0.01 or abs(lon) > 0.01)


def km_between(one: Point, two: Point) -> float:
    """Kilometres as the crow flies (haversine)."""
    north, east = radians(two.lat - one.lat), radians(two.lon - one.lon)
    half = sin(north / 2) ** 2 + cos(radians(one.lat)) * cos(radians(two.lat)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def box_around(point: Point, km: float) -> Box:
    """The smallest box that holds every point within `km`; it stops at the poles and at the date line."""
    north = km / KM_PER_DEGREE
    east = north / max(0.01, cos(radians(min(89.0, abs(point.lat) + north))))
    return Box(
        south=max(-90.0, point.lat - north),
        north=min(90.0, point.lat + north),
        west=max(-180.0, point.lon - east),
        east=min(180.0, point.lon + east),
    )


def band(lat: float) -> int:
    """The strip of the globe, an eighth of a degree (14 km) high, in which a latitude lies."""
    return floor(lat * BANDS)


def rounded(point: Point) -> Point:
    """The point to two decimals, about a kilometre: all that is kept of a shared location."""
    return Point(round(point.lat, 2), round(point.lon, 2))
