"""An entry is as fresh as its list or its last check; what is written by hand only as its check"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_BY_HAND = "Written by hand"


def upgrade() -> None:
    """Forward. An entry written by hand that has no check kept was right when it was written."""
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("checked_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(
            "ix_offering_checked_at",
            ["checked_at"],
            unique=False,
            sqlite_where=sa.text("checked_at IS NOT NULL"),
            postgresql_where=sa.text("checked_at IS NOT NULL"),
        )
    op.execute(
        "UPDATE offering SET checked_at = (SELECT max(c.at) FROM confirmation c "
        "WHERE c.offering_id = offering.id AND c.said IN ('right', 'checked'))"
    )
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE offering SET checked_at = (SELECT max(g.made_at) FROM edition e "
            "JOIN generation g ON g.id = e.from_generation WHERE e.offering_id = offering.id) "
            "WHERE checked_at IS NULL AND source_id IN (SELECT id FROM source WHERE name = :name)"
        ),
        {"name": _BY_HAND},
    )
    connection.execute(
        sa.text("UPDATE source SET last_success = NULL WHERE name = :name"), {"name": _BY_HAND}
    )


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
