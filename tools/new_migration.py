"""Writes a migration from what the tables say now: `python tools/new_migration.py "what for"`.

It gets the next free number; give one before the words to choose it. Read what was written, and tidy it.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # this clone's tables, and no other's

from alembic import command
from alembic.config import Config

from bot.store.migrate import MIGRATIONS, engine_for, upgrade


def next_number() -> str:
    """The number after the newest migration's."""
    known = [int(file.name[:4]) for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    return f"{max(known, default=0) + 1:04}"


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
    *given, words = sys.argv[1:] or sys.exit("what is the migration for?")
    write(given[0] if given else next_number(), words)
