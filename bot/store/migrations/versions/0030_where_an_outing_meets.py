"""What the two of an outing wrote about where they meet"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("outing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meet", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("meet_no", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("meet_agreed", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
