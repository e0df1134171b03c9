"""What few groups have, such as sign language, is found by an index of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_NEEDED = ("start", "flags", "programme", "source_id", "from_generation", "edition_id", "minutes", "rule")


def upgrade() -> None:
    """Forward. 7168 are the bits of `bsl`, `asl` and `hearing_loop`."""
    few = sa.text("flags & 7168 > 0")
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(
            "ix_schedule_seldom",
            ["lat", "lon", "day", *_NEEDED, "zone", "winter_minute"],
            sqlite_where=few,
            postgresql_where=few,
        )


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
