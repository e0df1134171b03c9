"""whom somebody would like to talk with"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "coach_profile",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("traits", sa.LargeBinary(), nullable=False),
        sa.Column("said_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coach_profile_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_coach_profile")),
    )
    op.create_table(
        "handoff_wish",
        sa.Column("handoff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.id"], name=op.f("fk_handoff_wish_handoff_id_handoff")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handoff_wish_person_id_person")),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoff_wish")),
    )
    with op.batch_alter_table("handoff_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_wish_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
