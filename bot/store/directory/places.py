"""Venues: where offerings take place, each once however many groups meet there."""

from collections.abc import Mapping

from sqlalchemy import Boolean, Column, Double, Index, Table, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert

from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Venue
from bot.store.directory.entry_rows import PLACE, Values
from bot.store.engine.columns import own_id, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import among, batches, prepared
from bot.store.engine.transaction import Transaction

place = Table(
    "place",
    metadata,
    own_id(),
    words("digest", nullable=False, unique=True),
    words("name", nullable=False),
    words("address", nullable=False),
    words("postcode", nullable=False),
    words("learned_key", nullable=False),
    Column("lat", Double),
    Column("lon", Double),
    Column("approximate", Boolean, nullable=False),
    words("country", nullable=False),
    words("nation", nullable=False),
    Index(
        "ix_place_learned_key",
        "learned_key",
        sqlite_where=text("learned_key <> ''"),
        postgresql_where=text("learned_key <> ''"),
    ),
    sqlite_autoincrement=True,
)

WIDEST = 0.6
"""Degrees of latitude from end to end, 67 km: more than any town or district, less than two of one name."""
_ADD = prepared(
    insert(place)
    .values({name: bindparam(name) for name in place.c.keys() if name != "id"})  # noqa: SIM118 -- not a dict
    .on_conflict_do_nothing()
)
SOME = 30
_IDS = prepared(select(place.c.id, place.c.digest).where(among(place.c.digest, SOME)))
_LEARNED = prepared(
    select(place.c.learned_key, func.avg(place.c.lat).label("lat"), func.avg(place.c.lon).label("lon"))
    .where(place.c.learned_key != "", place.c.lat.is_not(None), place.c.approximate.is_(False))
    .group_by(place.c.learned_key)
    .having(
        func.max(place.c.lat) - func.min(place.c.lat) < WIDEST,
        func.max(place.c.lon) - func.min(place.c.lon) < 2 * WIDEST,
    )
)


async def ids_of(tx: Transaction, venues: Mapping[str, Values]) -> dict[str, int]:
    """The ids of places by their digests, made now where they are new. Run it in a write transaction."""
    tx.write_rows(_ADD, PLACE, list(venues.values()))
    asked = list(batches(list(venues), SOME))
    for some in asked[1:]:
        tx.foresee(_IDS, **some)
    return {row["digest"]: row["id"] for some in asked for row in await tx.fetch(_IDS, **some)}


async def learned_places(tx: Transaction) -> dict[str, Point]:
    """Northern Irish districts, Irish routing keys and towns abroad (see `TOWN_AND_ZONE`), each at the middle
    of the venues seen there, where they are not strewn over half a country.

    The positions of such postcodes are not open data; imported venues give them.
    """
    return {
        row["learned_key"]: Point(round(row["lat"], 6), round(row["lon"], 6))
        for row in await tx.fetch(_LEARNED)
    }


def venue_of(
    name: str,
    address: str,
    postcode: str,
    lat: float | None,
    lon: float | None,
    approximate: bool,
    country: str,
    nation: str,
) -> Venue:
    """The venue of a row of `place`."""
    point = None if lat is None or lon is None else Point(lat, lon)
    return Venue(name, address, postcode, point, bool(approximate), country, nation)
