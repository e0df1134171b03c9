"""Files that are there whole or not at all."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Return when a file's content is on disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Return when the names in a folder are on disk."""
    flush(folder)


def put_in_place(finished: Path, place: Path) -> None:
    """Give a finished file its name, replacing what has it, so that a power cut leaves either of the two."""
    flush(finished)
    finished.replace(place)
    flush_folder(place.parent)
