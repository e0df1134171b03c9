"""Writes a migration from what the tables say now: `python tools/new_migration.py 0002 "what for"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.store.migrate import MIGRATIONS, engine_for, upgrade


def write(number: str, message: str) -> None:
    """Compare the tables with a fresh database at the last migration, and write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        upgrade(url)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        engine = engine_for(url)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2])
