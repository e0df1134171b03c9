"""What the directory needs: feeds fetched on their own, suspects, likenesses, services, rules of recurrence"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "likeness",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("one_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("percent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["one_id"], ["offering.id"], name=op.f("fk_likeness_one_id_offering")),
        sa.ForeignKeyConstraint(["other_id"], ["offering.id"], name=op.f("fk_likeness_other_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_likeness_one_id_other_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("likeness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_likeness_other_id"), ["other_id"], unique=False)

    op.create_table(
        "suspect",
        sa.Column(
            "offering_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since_generation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_suspect_offering_id_offering")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_suspect_source_id_source")),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_suspect")),
    )
    with op.batch_alter_table("suspect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspect_source_id"), ["source_id"], unique=False)

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("needs", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("phone", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("origins", sa.Text(), server_default="{}", nullable=False))

    with op.batch_alter_table("generation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("problems", sa.Text(), server_default="[]", nullable=False))

    with op.batch_alter_table("joining", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room", sa.Text(), server_default="", nullable=False))
        batch_op.create_index(
            "ix_joining_room",
            ["room"],
            unique=False,
            sqlite_where=sa.text("room <> ''"),
            postgresql_where=sa.text("room <> ''"),
        )

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden_why", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("same_as", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_offering_same_as"), ["same_as"], unique=False)

    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("url", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("format", sa.Text(), server_default="auto", nullable=False))
        batch_op.add_column(sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column(
                "every_days",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column("due_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "failures",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("etag", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("modified", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
