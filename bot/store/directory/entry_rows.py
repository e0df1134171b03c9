"""An entry as the values of its rows: plain tuples that a process of its own can make and hand over.

Imports no SQLAlchemy, so that such a process stays small.
"""

import json
import marshal
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from bot.domain.directory.flags import entry_flags, slot_flags
from bot.domain.directory.geo import band
from bot.domain.directory.marks import NO_MARK
from bot.domain.directory.offering import Entry, Slot, Venue
from bot.domain.directory.places import TOWN_AND_ZONE
from bot.domain.directory.postcodes import eircode_key, postcode_keys
from bot.domain.directory.ranking import BY_APPOINTMENT
from bot.domain.directory.walltime import winter_minute

EDITION = (
    "digest", "kind", "name", "programme", "zone", "tags", "notes", "check_first", "page", "updated_on",
    "needs", "phone", "origins", "online", "place",
)  # fmt: skip
"""The columns of an edition, with the digest of its place."""
PLACE = (
    "digest", "name", "address", "postcode", "learned_key", "lat", "lon", "approximate", "country", "nation",
)  # fmt: skip
TIME = (
    "day", "start", "minutes", "rule", "lat", "lon", "zone", "online", "programme", "flags", "band",
    "winter_minute",
)  # fmt: skip
JOINING = ("url", "phone", "passcode", "room")

Values = tuple[str | int | float | bool | None, ...]


class EntryRows(NamedTuple):
    """Values in the order of the names above; `place` and `joining` are empty where there is none.

    `unsure` when only a description says that a service belongs here.
    """

    key: str
    digest: str
    edition: Values
    place: Values
    times: tuple[Values, ...]
    joining: Values
    kind: str
    unsure: bool
    mark: int = NO_MARK


def rows_of(entry: Entry, mark: int = NO_MARK) -> EntryRows:
    """What is written for an entry. `mark`: of its row, see `bot.domain.directory.marks`.

    Its digest is equal for equal facts, and an import changes only what has another. Written down as the
    second format of marshal does it, the last in which equal values look alike.
    """
    place = place_values(entry.venue, entry.zone) if entry.venue else ()
    unsure = ("needs", "description") in entry.origins
    facts, times, join = _facts(entry, place), _times(entry), _joining(entry)
    written = marshal.dumps((facts, times, join), 2)
    digest = blake2b(written, digest_size=16).hexdigest()
    return EntryRows(entry.key, digest, (digest, *facts), place, times, join, entry.kind, unsure, mark)


@lru_cache(maxsize=4096)
def place_values(venue: Venue, zone: str) -> Values:
    """The values of a place, its digest first: equal for equal venues. Groups share their halls."""
    lat, lon = (venue.point.lat, venue.point.lon) if venue.point else (None, None)
    named = (venue.name, venue.address, venue.postcode)
    settled = (lat, lon, venue.approximate, venue.country, venue.nation)
    digest = blake2b(marshal.dumps((*named, *settled), 2), digest_size=16).hexdigest()
    return (digest, *named, _learned_key(venue, zone), *settled)


def _learned_key(venue: Venue, zone: str) -> str:
    """What a map point teaches: a district of Northern Ireland, an Irish routing key, a town abroad."""
    if venue.town:
        return f"{venue.town}{TOWN_AND_ZONE}{zone}"
    if venue.nation == "GB-NIR":
        districts = (key for key in postcode_keys(venue.postcode) if key.startswith("BT") and " " not in key)
        return next(districts, "")
    return eircode_key(venue.postcode) if venue.country == "IE" else ""


def _facts(entry: Entry, place: Values) -> Values:
    """The columns of an edition after its digest."""
    return (
        entry.kind,
        entry.name,
        entry.programme,
        entry.zone,
        _listed(entry.tags),
        entry.notes,
        entry.check_first,
        entry.page,
        entry.updated.isoformat() if entry.updated else "",
        _listed(entry.needs),
        entry.phone,
        _named(entry.origins),
        entry.online is not None,
        place[0] if place else "",
    )


@lru_cache(maxsize=4096)
def _listed(words: frozenset[str]) -> str:
    """A JSON list of codes of ours: groups have the same ones."""
    return json.dumps(sorted(words))


@lru_cache(maxsize=1024)
def _named(origins: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(origins))


def _times(entry: Entry) -> tuple[Values, ...]:
    """Its weekly times; without any, one row that says "by appointment"."""
    point = entry.venue.point if entry.venue else None
    lat, lon = (point.lat, point.lon) if point else (None, None)
    online, flags = entry.online is not None, entry_flags(entry)
    common = (lat, lon, entry.zone, online, entry.programme)
    where = band(point.lat) if point else None
    return tuple(
        [
            (
                *slot,
                *common,
                flags | slot_flags(slot),
                where,
                _winter_minute(slot, entry.zone) if online else None,
            )
            for slot in entry.slots or (Slot(BY_APPOINTMENT, 0),)
        ]
    )


@lru_cache(maxsize=4096)
def _winter_minute(slot: Slot, zone: str) -> int | None:
    return None if slot.day == BY_APPOINTMENT else winter_minute(slot.day, slot.start, zone)


def _joining(entry: Entry) -> Values:
    online = entry.online
    return (online.url, online.phone, online.passcode, online.room()) if online else ()
