"""One service on one SQLite file: a lock beside the database, let go by the kernel when its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Final

_TRIES: Final = 100
_PAUSE_S: Final = 0.02


class AlreadyRunning(RuntimeError):
    """Another process serves this database."""


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the database at this path while the block runs; its folder is made if it is not there.

    Raises AlreadyRunning at once when another process holds it. Backup, doctor and the directory's commands
    do not ask: they may run beside the service. The lock file stays: what counts is the lock on it.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock_file(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _taken(handle):
            raise AlreadyRunning(
                f"Foothold is already running on {database} (process {_holder(handle) or 'unknown'}). "
                "Stop it first, or give this one another database."
            )
        os.ftruncate(handle, 0)
        with suppress(OSError):  # a full disk; the lock holds without the number, too
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    """Take the lock; False when another process has it.

    Where its holder was killed a moment ago, a process that it had just begun may have the lock until it gets
    to letting go of it: that moment is waited for.
    """
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if _lives(_holder(handle)):
            break
        Event().wait(_PAUSE_S)
    return False


def _holder(handle: int) -> str:
    return os.pread(handle, 20, 0).decode("ascii", "replace").strip()


def _lives(holder: str) -> bool:
    """Whether a process of this number runs here; True where it is no number."""
    try:
        os.kill(int(holder), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OverflowError, PermissionError):
        return True
    return True


def is_served(database: Path) -> bool:
    """Whether another process serves the database at this path now."""
    try:
        handle = os.open(lock_file(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def lock_file(database: Path) -> Path:
    """Where the lock of a database is."""
    return database.with_name(f"{database.name}.lock")
