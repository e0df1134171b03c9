"""what coaches have worked"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "hard_talk",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pause_until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_hard_talk_coach_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hard_talk")),
    )
    with op.batch_alter_table("hard_talk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hard_talk_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hard_talk_coach_id"), ["coach_id"], unique=False)

    op.create_table(
        "stint",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_stint_coach_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stint")),
        sa.UniqueConstraint("coach_id", "starts_at", name=op.f("uq_stint_coach_id_starts_at")),
    )
    with op.batch_alter_table("stint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stint_ends_at"), ["ends_at"], unique=False)


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
