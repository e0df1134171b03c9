"""Looks by the hour, and the list of conversations from one index"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_hour_staff_id"), ["hour", "staff_id"], unique=False)

    with op.batch_alter_table("outline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outline_last_at"))
        batch_op.create_index(
            "ix_outline_list",
            [
                "last_at",
                "person_id",
                "number",
                "began_at",
                "alias",
                "spoke",
                "handoff",
                "kinds",
                "needs",
                "open_dangers",
                "outcome",
                "unanswered",
                "coaches",
                "age",
            ],
            unique=False,
        )


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
