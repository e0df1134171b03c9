"""What a search reads of a weekly time stands in the index"""

import json
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from bot.domain.directory.flags import entry_flags, slot_flags
from bot.domain.directory.geo import band
from bot.domain.directory.offering import Entry, Online, Slot
from bot.domain.directory.walltime import winter_minute

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SEARCHED = (
    "start", "flags", "programme", "source_id", "from_generation", "edition_id", "minutes", "rule",
)  # fmt: skip
_AT_A_TIME = 2000
_BY_APPOINTMENT = 7


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_id", _BIG, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("from_generation", _BIG, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("programme", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("flags", _BIG, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("band", _BIG, nullable=True))
        batch_op.add_column(sa.Column("winter_minute", _BIG, nullable=True))
        batch_op.drop_index("ix_schedule_day_lat_lon")
        batch_op.drop_index("ix_schedule_online")
    _fill(op.get_bind())
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(
            "ix_schedule_near",
            ["band", "day", "lon", *_SEARCHED, "lat", "zone"],
            unique=False,
            sqlite_where=sa.text("band IS NOT NULL"),
            postgresql_where=sa.text("band IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedule_online",
            ["winter_minute", *_SEARCHED, "lat", "lon", "zone", "day"],
            unique=False,
            sqlite_where=sa.text("winter_minute IS NOT NULL"),
            postgresql_where=sa.text("winter_minute IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedule_online_zone",
            ["zone"],
            unique=False,
            sqlite_where=sa.text("winter_minute IS NOT NULL"),
            postgresql_where=sa.text("winter_minute IS NOT NULL"),
        )


def _fill(connection: sa.Connection) -> None:
    """The new columns of times that are there already."""
    write = sa.text(
        "UPDATE schedule SET source_id = :source, from_generation = :generation, programme = :programme, "
        "flags = :flags, band = :band, winter_minute = :winter_minute WHERE id = :id"
    )
    for rows in _pages(connection):
        connection.execute(write, [_values(row) for row in rows])


def _pages(connection: sa.Connection) -> Iterator[Sequence[sa.RowMapping]]:
    read = sa.text(
        "SELECT s.id, s.day, s.start, s.lat, s.rule, s.zone, e.source_id, e.from_generation, e.programme, e.kind, "
        "e.tags, e.needs, e.online, e.check_first FROM schedule s JOIN edition e ON e.id = s.edition_id "
        "WHERE s.id > :after ORDER BY s.id LIMIT :most"
    )
    after = 0
    while rows := connection.execute(read, {"after": after, "most": _AT_A_TIME}).mappings().all():
        yield rows
        after = rows[-1]["id"]


def _values(row: sa.RowMapping) -> dict[str, object]:
    entry = Entry(
        key="",
        name="",
        programme=row["programme"],
        zone="",
        kind=row["kind"],
        online=Online() if row["online"] else None,
        tags=frozenset(json.loads(row["tags"])),
        needs=frozenset(json.loads(row["needs"])),
        check_first=row["check_first"],
    )
    return {
        "id": row["id"],
        "source": row["source_id"],
        "generation": row["from_generation"],
        "programme": row["programme"],
        "flags": entry_flags(entry) | slot_flags(Slot(row["day"], row["start"], rule=row["rule"])),
        "band": None if row["lat"] is None else band(row["lat"]),
        "winter_minute": winter_minute(row["day"], row["start"], row["zone"])
        if row["online"] and row["day"] < _BY_APPOINTMENT
        else None,
    }


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
