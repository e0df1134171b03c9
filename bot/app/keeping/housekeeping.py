"""Slow work beside the conversations: heartbeat, erasures written down, keeping times, a backup a day."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.app.ports import Clock
from bot.store.conversing import keyboards
from bot.store.keeping import erasures, heartbeat
from bot.store.keeping.backup import backup, newest_backup, prune_backups
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.heartbeat import Beat
from bot.store.keeping.restore import erase_again, prune_replaced
from bot.store.store import Store

log = structlog.get_logger()

BEAT_S = 15
ERASED_S = 15
"""What was erased is out of the log, and on the list beside the backups, well within 60 s."""
RETENTION_S = 3600
BACKUP_LOOK_S = 600
BACKUP_EVERY = timedelta(hours=24)

Tick = Callable[[], Awaitable[object]]


class Housekeeping:
    """The ticks. Each finds in rows and files what there is to do, so that a missed one loses nothing.

    `length` gives the value of a setting of [privacy]; `beat` says how the service stands right now.
    `database` is the SQLite file, None with PostgreSQL, whose backups are made by pg_dump.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        erasing: Erasing,
        length: Callable[[str], int],
        beat: Callable[[], Beat],
        database: Path | None,
        backups: Path,
    ) -> None:
        self._store = store
        self._clock = clock
        self._erasing = erasing
        self._length = length
        self._beat = beat
        self._database = database
        self._backups = backups
        self._written: tuple[int, int] | None = None
        self._untidy = True

    def ticks(self) -> list[tuple[float, str, Tick]]:
        """Seconds, name and function of each, for the ticker."""
        found: list[tuple[float, str, Tick]] = [
            (BEAT_S, "heartbeat", self.note_beat),
            (ERASED_S, "erasures", self.note_erasures),
            (RETENTION_S, "retention", self.prune),
        ]
        if self._database is not None:
            found.append((BACKUP_LOOK_S, "backup", self.back_up))
        return found

    async def catch_up(self) -> int:
        """Before the service starts: erase again whom only the list beside the backups knows as erased.

        Says how many had come back: with a database that was put back by hand, or by pg_restore.
        """
        listed = await asyncio.to_thread(erasures.read, self._backups)
        again = await erase_again(self._store, self._erasing, listed)
        if again:
            log.warning("erased_again", people=again)
        return again

    async def note_beat(self) -> None:
        """Say for doctor, which runs in another process, how the service stands."""
        async with self._store.transaction() as tx:
            heartbeat.put(tx, self._beat(), self._clock.now())

    async def note_erasures(self) -> None:
        """Write new erasures down beside the backups, and take what was erased out of SQLite's log."""
        async with self._store.reading() as tx:
            standing = await erasures.standing(tx)
        if standing != self._written:
            await write_down_erasures(self._store, self._backups)
            self._untidy = True
            self._written = standing
        if self._untidy:
            self._untidy = not await self._store.tidy()

    async def prune(self) -> int:
        """Delete what is over its time, a little at a time; says how many rows."""
        now, deleted = self._clock.now(), 0
        async with self._store.transaction() as tx:
            keyboards.expire(tx, now)
        while True:
            async with self._store.transaction() as tx:
                some = await self._erasing.prune(tx, now, self._length)
            if not some:
                break
            deleted += some
        self._untidy = self._untidy or bool(deleted)
        return deleted

    async def back_up(self) -> Path | None:
        """Make a backup when the newest is a day old, and delete those over their time. None: none was due.

        When the service stops meanwhile, the backup is given up, and made after the next start.
        """
        stopped = threading.Event()
        try:
            return await asyncio.to_thread(self._make_backup, self._clock.now(), stopped)
        finally:
            stopped.set()

    def _make_backup(self, now: datetime, stopped: threading.Event) -> Path | None:
        def between() -> None:
            if stopped.is_set():
                raise InterruptedError("the service stops")

        if self._database is None:
            return None
        made = None
        newest = newest_backup(self._backups, now)
        if newest is None or now - newest >= BACKUP_EVERY:
            made = backup(self._database, self._backups, now, between=between)
            log.info("backup_made", name=made.name, size=made.stat().st_size)
        days = self._length("backups_days")
        prune_backups(self._backups, now, days)
        prune_replaced(self._database, now, days)
        return made


async def write_down_erasures(store: Store, backups: Path) -> None:
    """Note beside the backups whom the store knows as erased, and the notes do not. Raises OSError."""
    async with store.reading() as tx:
        erased = await erasures.everything(tx)
    await asyncio.to_thread(lambda: erasures.append(backups, erasures.read(backups), erased))
