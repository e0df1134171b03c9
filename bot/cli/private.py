"""What people told the service is for its own user's eyes: what we write, and what was written before."""

import os
import stat
from pathlib import Path

from bot.settings import Settings


def keep_private() -> None:
    """Files that this process makes from here on are 0600, folders 0700; nothing where there are no modes."""
    os.umask(stat.S_IRWXG | stat.S_IRWXO)


def open_files(settings: Settings) -> list[Path]:
    """The database, what SQLite keeps beside it, and backups: what everybody here may read."""
    backups = Path(settings.database.backup_dir)
    files = sorted(backups.glob("foothold-*.db")) if backups.is_dir() else []
    database = settings.database.sqlite_path
    if database is not None:
        files = [database.with_name(database.name + end) for end in ("", "-wal", "-shm")] + files
    return [file for file in files if file.is_file() and file.stat().st_mode & stat.S_IROTH]
