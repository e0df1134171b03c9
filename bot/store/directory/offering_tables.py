"""Groups and services, each edition of what is known of them, and their weekly times.

An offering keeps its id for ever; what a source says of it is an edition, seen from one generation of the
source until another. Staging writes editions that nobody sees yet; publishing moves one number.

They have no foreign keys, whose checking took half of an import on PostgreSQL: their ids are handed out here,
sources, offerings and places stay for ever, and an edition goes with all that hangs on it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    literal_column,
    or_,
    text,
    true,
)
from sqlalchemy.sql import ColumnElement, FromClause

from bot.domain.directory.flags import SELDOM
from bot.store.directory.sources import source
from bot.store.engine.columns import instant, own_id, ref, whole, words
from bot.store.engine.metadata import metadata

offering = Table(
    "offering",
    metadata,
    own_id(),
    whole("source_id", nullable=False),
    words("key", nullable=False),
    instant("first_seen_at", nullable=False),
    instant("hidden_at"),
    words("hidden_why", nullable=False, server_default=""),
    whole("same_as"),
    instant("checked_at"),
    UniqueConstraint("source_id", "key"),
    Index(
        "ix_offering_same_as",
        "same_as",
        sqlite_where=text("same_as IS NOT NULL"),
        postgresql_where=text("same_as IS NOT NULL"),
    ),
    Index(
        "ix_offering_checked_at",
        "checked_at",
        sqlite_where=text("checked_at IS NOT NULL"),
        postgresql_where=text("checked_at IS NOT NULL"),
    ),
    Index(
        "ix_offering_hidden",
        "hidden_why",
        "id",
        sqlite_where=text("hidden_at IS NOT NULL"),
        postgresql_where=text("hidden_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
edition = Table(
    "edition",
    metadata,
    own_id(),
    whole("offering_id", nullable=False, index=True),
    whole("source_id", nullable=False),
    whole("from_generation", nullable=False),
    whole("to_generation"),
    words("digest", nullable=False),
    words("kind", nullable=False),
    words("name", nullable=False),
    words("programme", nullable=False),
    words("zone", nullable=False),
    words("tags", nullable=False),
    words("notes", nullable=False),
    words("check_first", nullable=False),
    words("page", nullable=False),
    words("updated_on", nullable=False),
    whole("place_id"),
    Column("online", Boolean, nullable=False),
    words("needs", nullable=False, server_default="[]"),
    words("phone", nullable=False, server_default=""),
    words("origins", nullable=False, server_default="{}"),
    whole("mark", nullable=False, server_default="0"),
    Index(None, "source_id", "from_generation", "id"),
    Index(
        "ix_edition_ended",
        "source_id",
        "to_generation",
        sqlite_where=text("to_generation IS NOT NULL"),
        postgresql_where=text("to_generation IS NOT NULL"),
    ),
    Index(
        "ix_edition_without_place",
        "name",
        sqlite_where=text("kind = 'service' AND place_id IS NULL"),
        postgresql_where=text("kind = 'service' AND place_id IS NULL"),
    ),
    sqlite_autoincrement=True,
)
joining = Table(
    "joining",
    metadata,
    whole("edition_id", primary_key=True, autoincrement=False),
    words("url", nullable=False),
    words("phone", nullable=False),
    words("passcode", nullable=False),
    words("room", nullable=False, server_default=""),
    Index("ix_joining_room", "room", sqlite_where=text("room <> ''"), postgresql_where=text("room <> ''")),
)
_SEARCHED = (
    "start", "flags", "programme", "source_id", "from_generation", "edition_id", "minutes", "rule",
)  # fmt: skip
"""What a search reads of a weekly time: all of it stands in the index, the table is not touched."""
_FEW = f"flags & {SELDOM} > 0"
seldom: ColumnElement[bool] = literal_column(f"schedule.flags & {SELDOM}") > literal_column("0")
"""Whether a time is in the index of what few groups have, by the very words of that index.

It must resemble no condition that holds a value, else SQLite plans each search anew.
"""
schedule = Table(
    "schedule",
    metadata,
    own_id(),
    whole("edition_id", nullable=False, index=True),
    whole("day", nullable=False),
    whole("start", nullable=False),
    whole("minutes"),
    Column("lat", Double),
    Column("lon", Double),
    words("zone", nullable=False),
    Column("online", Boolean, nullable=False),
    words("rule", nullable=False, server_default=""),
    whole("source_id", nullable=False, server_default="0"),
    whole("from_generation", nullable=False, server_default="0"),
    words("programme", nullable=False, server_default=""),
    whole("flags", nullable=False, server_default="0"),
    whole("band"),
    whole("winter_minute"),
    Index(
        "ix_schedule_near",
        "band",
        "day",
        "lon",
        *_SEARCHED,
        "lat",
        "zone",
        sqlite_where=text("band IS NOT NULL"),
        postgresql_where=text("band IS NOT NULL"),
    ),
    Index(
        "ix_schedule_online",
        "winter_minute",
        *_SEARCHED,
        "lat",
        "lon",
        "zone",
        "day",
        sqlite_where=text("winter_minute IS NOT NULL"),
        postgresql_where=text("winter_minute IS NOT NULL"),
    ),
    Index(
        "ix_schedule_seldom",
        "lat",
        "lon",
        "day",
        *_SEARCHED,
        "zone",
        "winter_minute",
        sqlite_where=text(_FEW),
        postgresql_where=text(_FEW),
    ),
    Index(
        "ix_schedule_online_zone",
        "zone",
        sqlite_where=text("winter_minute IS NOT NULL"),
        postgresql_where=text("winter_minute IS NOT NULL"),
    ),
)
suspect = Table(
    "suspect",
    metadata,
    ref("offering_id", "offering.id", primary_key=True, autoincrement=False),
    ref("source_id", "source.id", nullable=False, index=True),
    whole("since_generation", nullable=False),
)
seen: ColumnElement[bool] = and_(
    edition.c.from_generation <= source.c.generation,
    or_(edition.c.to_generation.is_(None), edition.c.to_generation > source.c.generation),
)
"""Whether an edition is what its source says now."""


def fresh_of(which: FromClause, its: FromClause) -> ColumnElement[bool]:
    """Whether an offering's source came in, or somebody found it right, since `since`; what is made up is
    always fresh. Null where neither ever happened."""
    return or_(
        its.c.fictional.is_(true()),
        its.c.last_success >= bindparam("since", type_=BigInteger),
        which.c.checked_at >= bindparam("since", type_=BigInteger),
    )


fresh = fresh_of(offering, source)
