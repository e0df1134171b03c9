"""Where a row says that people meet. Groups share their halls: each is worked out once."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from bot.domain.directory.offering import Venue
from bot.domain.directory.places import Places
from bot.domain.directory.postcodes import learnable
from bot.feeds.text import plain, several
from bot.feeds.venues import Settled, coordinates, forget_sectors, postcode_in, settle

_CELLS = (
    "latitude", "longitude", "postcode", "postcode_in", "address", "city", "region", "country", "venue",
    "approximate",
)  # fmt: skip
_YES = frozenset({"true", "yes", "y", "1", "x", "✓", "✔"})
MOST_CODE = 12
_UNREAD = "the map point could not be read and was dropped"
_NEVER_PLACES = re.compile(r"\b(online|zoom|virtual|internet|skype|teams|telephone|phone)\b", re.IGNORECASE)


class Hall(NamedTuple):
    """What was settled on, and the venue as it is listed.

    `street` when there is more than the name of a town; `vague` when somebody who can join online would take
    it for no place: the middle of a town, or "Zoom" where the venue should be. `learned` when what other
    venues teach of postcodes plays a part, which is different at the next import.
    """

    settled: Settled
    venue: Venue
    street: bool
    vague: bool
    learned: bool


def hall_of(row: Mapping[str, object], places: Places, zone: str) -> Hall:
    """What a row's cells say of a place. `zone` is that of the source."""
    cells = map(row.get, _CELLS)
    try:
        return _hall(places, zone, *cells)
    except TypeError:  # a cell that is a list
        return _hall.__wrapped__(places, zone, *map(row.get, _CELLS))


def forget_halls() -> None:
    """Before each source: what is known of places may have grown."""
    _hall.cache_clear()
    forget_sectors()


def is_yes(value: object) -> bool:
    """Whether a cell says yes, in any of the ways in which sheets do."""
    return value is True or (isinstance(value, str | int) and str(value).strip().lower() in _YES)


@lru_cache(maxsize=4096, typed=True)
def _hall(
    places: Places,
    zone: str,
    latitude: object,
    longitude: object,
    postcode: object,
    postcode_within: object,
    address: object,
    city: object,
    region: object,
    country: object,
    venue: object,
    approximate: object,
) -> Hall:
    code = _code(plain(postcode, 60))
    if not code and postcode_within:
        code = postcode_in(several(postcode_within, 4000))
    street, town, around, name = plain(address, 300), plain(city, 60), plain(region, 60), plain(venue, 100)
    lat, lon, unread = coordinates(latitude, longitude)
    settled = settle(
        places,
        lat=lat,
        lon=lon,
        postcode=code,
        address=street,
        city=town or around,
        region=around,
        country=plain(country, 40),
        zone=zone,
    )
    if unread:
        settled = settled._replace(put_right="; ".join(filter(None, (settled.put_right, _UNREAD))))
    said_vague = plain(approximate).lower() in _YES
    in_street = bool(re.search(r"\d", street) or plain(postcode))
    full = ", ".join(filter(None, (plain(address, 200), town)))
    return Hall(
        settled,
        Venue(
            name,
            full[:220],
            settled.postcode,
            settled.point,
            settled.approximate or said_vague,
            settled.country,
            settled.nation,
            _town_abroad(settled, town, around, street),
        ),
        in_street,
        said_vague or bool(_NEVER_PLACES.search(name)) or (settled.approximate and not in_street),
        learnable(settled.postcode),
    )


def _code(said: str) -> str:
    """A postcode as its cell has it, also with words behind it; "" for "N/A", "online", a link."""
    if len(said) > MOST_CODE and (found := postcode_in(said)):
        return found
    return said[:MOST_CODE].strip() if "/" not in said and any(map(str.isdigit, said)) else ""


def _town_abroad(settled: Settled, city: str, region: str, address: str) -> str:
    """Its town, in none of the countries whose towns are known: of an address, what follows the street."""
    if settled.point is None or settled.country:
        return ""
    parts = [part.strip() for part in address.split(",")]
    after = [part for part in parts[1:-1] if len(part) > 2 and not any(map(str.isdigit, part))]
    return city or (region if region in parts else next(iter(after), ""))
