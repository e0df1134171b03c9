"""Updates are committed to the inbox first; only then are they acknowledged and put to work."""

from collections.abc import Sequence

import structlog

from bot.app.lanes import Lanes
from bot.app.ports import Clock, Unreadable, UpdateReader
from bot.domain.ids import InboxId
from bot.store import inbox
from bot.store.inbox import Raw, Waiting
from bot.store.store import Store

log = structlog.get_logger()

CHANNEL = "telegram"


class Receiver:
    """Where polling and the webhook hand over what came."""

    def __init__(self, store: Store, lanes: Lanes, clock: Clock, reader: UpdateReader) -> None:
        self._store = store
        self._lanes = lanes
        self._clock = clock
        self._reader = reader
        self._seen = InboxId(0)

    async def keep(self, payloads: Sequence[bytes]) -> int | None:
        """Commit raw updates, set their lanes moving, and return the highest update number (None for none).

        When this returns, the updates are on disk and may be acknowledged; when it raises, they may not.
        """
        raws = [self._raw(payload) for payload in payloads]
        async with self._store.transaction() as tx:
            waiting = await inbox.add(tx, CHANNEL, raws, self._clock.now(), self._seen)
            tx.after_commit.append(lambda: self._begin(waiting))
        return max((raw.update_id for raw in raws), default=None)

    async def resume(self) -> int:
        """Take up what an earlier process had kept and not finished; returns how many."""
        async with self._store.transaction() as tx:
            waiting = await inbox.waiting(tx, self._seen)
            tx.after_commit.append(lambda: self._begin(waiting))
        return len(waiting)

    def _begin(self, waiting: Sequence[Waiting]) -> None:
        if waiting:
            self._seen = waiting[-1].id
            self._lanes.take(waiting)

    def _raw(self, payload: bytes) -> Raw:
        try:
            number, lane = self._reader.number_and_lane(payload)
        except Unreadable:
            log.warning("update_unreadable", size=len(payload))
            number, lane = 0, 0
        return Raw(number, lane, payload)
