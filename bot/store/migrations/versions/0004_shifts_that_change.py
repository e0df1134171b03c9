"""shifts that change"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "rotation",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("starts_min", sa.Integer(), nullable=False),
        sa.Column("ends_min", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation")),
    )
    op.create_table(
        "cover",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("back_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("back_starts_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("back_ends_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["back_id"], ["person.id"], name=op.f("fk_cover_back_id_person")),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_cover_coach_id_person")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_cover_taken_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cover_back_id"), ["back_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cover_coach_id"), ["coach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cover_taken_by"), ["taken_by"], unique=False)

    op.create_table(
        "rota_change",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_rota_change_by_id_person")),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_rota_change_coach_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_change")),
    )
    with op.batch_alter_table("rota_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_change_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rota_change_coach_id"), ["coach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rota_change_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "rotation_coach",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("rotation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("coach_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_rotation_coach_coach_id_person")),
        sa.ForeignKeyConstraint(
            ["rotation_id"], ["rotation.id"], name=op.f("fk_rotation_coach_rotation_id_rotation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation_coach")),
    )
    with op.batch_alter_table("rotation_coach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rotation_coach_coach_id"), ["coach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rotation_coach_rotation_id"), ["rotation_id"], unique=False)


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
