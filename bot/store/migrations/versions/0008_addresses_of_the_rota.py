"""addresses of the rota"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "calendar_link",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_link_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_link_digest")),
    )


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
