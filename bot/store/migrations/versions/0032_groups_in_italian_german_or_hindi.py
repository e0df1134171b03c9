"""Groups in Italian, German or Hindi are told apart, like those in other languages"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_BITS = {"language_it": 1 << 56, "language_de": 1 << 57, "language_hi": 1 << 58}


def upgrade() -> None:
    """Forward. The bits are those of `bot/domain/directory/flags.py`."""
    write = sa.text(
        "UPDATE schedule SET flags = flags | :bit"
        " WHERE edition_id IN (SELECT id FROM edition WHERE tags LIKE :tagged)"
    ).bindparams(sa.bindparam("bit", type_=sa.BigInteger()))
    for tag, bit in _BITS.items():
        op.get_bind().execute(write, {"bit": bit, "tagged": f'%"{tag}"%'})


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
