"""An import's own tables don't check what it hands out itself; only merged entries are in that index"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_KEYS = (
    ("offering", "source_id", "source"),
    ("edition", "offering_id", "offering"),
    ("edition", "source_id", "source"),
    ("edition", "place_id", "place"),
    ("schedule", "edition_id", "edition"),
    ("joining", "edition_id", "edition"),
)


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_offering_same_as", "offering")
    only = sa.text("same_as IS NOT NULL")
    op.create_index("ix_offering_same_as", "offering", ["same_as"], sqlite_where=only, postgresql_where=only)
    keys = [(table, f"fk_{table}_{column}_{parent}") for table, column, parent in _KEYS]
    if op.get_bind().dialect.name == "postgresql":
        for table, name in keys:
            op.drop_constraint(name, table, type_="foreignkey")
    else:
        _written_out(keys)


def _written_out(keys: list[tuple[str, str]]) -> None:
    """SQLite's own way for what changes no row (lang_altertable.html, 7): nothing is copied, no id is lost."""
    db = op.get_bind()
    db.exec_driver_sql("PRAGMA writable_schema = ON")
    for table, name in keys:
        (was,) = db.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).one()
        becomes, found = re.subn(
            rf",\s*CONSTRAINT {name} FOREIGN KEY\s*\(\w+\) REFERENCES \w+ \(id\)", "", was
        )
        assert found == 1, f"{name} is not where it was made"
        db.exec_driver_sql("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (becomes, table))
    db.exec_driver_sql("PRAGMA writable_schema = RESET")


def downgrade() -> None:
    """Not supported: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
