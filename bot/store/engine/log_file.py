"""SQLite's write-ahead log as a file: somebody may delete or empty it beneath a service, to make room.

What was committed since the last checkpoint stands in it alone. Deleted, it lives on for whoever has it open,
and is gone with them. Emptied, it reads as zeros, and the next checkpoint would copy those over the database.
"""

import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Literal

State = Literal["whole", "deleted", "emptied"]

_HEADER, _FRAME_HEADER = 32, 24
"""Bytes before the first frame and before each page (https://www.sqlite.org/fileformat.html#the_write_ahead_log)."""
_INDEX = struct.Struct("=14xHI")
"""In the log's index: the page size, 1 for 65,536, and how many frames count
(https://www.sqlite.org/walformat.html#the_wal_index_header)."""


class LogFile:
    """The log of a database that this process has open."""

    def __init__(self, database: Path) -> None:
        self._path = Path(f"{database}-wal")
        self._index_path = Path(f"{database}-shm")
        self._known: tuple[int, int] | None = None
        self._index: int | None = None

    def __str__(self) -> str:
        return str(self._path)

    def state(self) -> State:
        """How the file stands now; what the first look finds is taken for whole."""
        if self._known is None:
            with suppress(FileNotFoundError):  # before the first transaction there is none
                found = self._path.stat()
                self._index = os.open(self._index_path, os.O_RDONLY | os.O_CLOEXEC)
                self._known = found.st_dev, found.st_ino
            return "whole"
        while True:
            frames, page = self._counted()
            try:
                found = self._path.stat()
            except FileNotFoundError:
                return "deleted"
            if (found.st_dev, found.st_ino) != self._known:
                return "deleted"
            if not frames or found.st_size >= _HEADER + frames * (_FRAME_HEADER + page):
                return "whole"
            if (frames, page) == self._counted():  # else another process has carried the log over meanwhile
                return "emptied"

    def close(self) -> None:
        """Once the database is closed: to close the index gives up the locks that this process has on it."""
        if self._index is not None:
            os.close(self._index)
            self._index = None

    def _counted(self) -> tuple[int, int]:
        head = b"" if self._index is None else os.pread(self._index, _INDEX.size, 0)
        if len(head) < _INDEX.size:
            return 0, 0
        page, frames = _INDEX.unpack(head)
        return frames, 65536 if page == 1 else page
