"""Services without a place are found by their name, to be compared with those of other lists"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    only = sa.text("kind = 'service' AND place_id IS NULL")
    op.create_index("ix_edition_without_place", "edition", ["name"], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
