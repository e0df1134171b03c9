"""Indexes that an import writes hold only what is looked for; those of a generation are found by it"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_edition_source_id_to_generation_from_generation", "edition")
    op.drop_index("ix_place_learned_key", "place")
    op.create_index(
        "ix_edition_source_id_from_generation_id", "edition", ["source_id", "from_generation", "id"]
    )
    for name, table, columns, only in (
        ("ix_edition_ended", "edition", ["source_id", "to_generation"], "to_generation IS NOT NULL"),
        ("ix_offering_hidden", "offering", ["hidden_why", "id"], "hidden_at IS NOT NULL"),
        ("ix_place_learned_key", "place", ["learned_key"], "learned_key <> ''"),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(only), postgresql_where=sa.text(only))


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
