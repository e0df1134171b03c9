"""What was heard of danger"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "danger_heard",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("danger_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("should_be", sa.Text(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["danger_id"], ["danger.id"], name=op.f("fk_danger_heard_danger_id_danger")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_danger_heard_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_heard")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("danger_heard", schema=None) as batch_op:
        batch_op.create_index("ix_danger_heard_at", ["at"], unique=False)

    with op.batch_alter_table("danger", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("quiet", sa.Boolean(), nullable=True))
    op.execute("UPDATE danger SET quiet = (rule NOT LIKE 'abuse.threat%') WHERE kind = 'abuse_danger'")

    with op.batch_alter_table("danger_page", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
