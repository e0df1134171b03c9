"""Updates are committed to the inbox first; only then are they acknowledged and put to work."""

from collections.abc import Sequence

from bot.app.conversing.lanes import Lanes
from bot.app.conversing.lifeline import Lifeline
from bot.app.ports import Clock
from bot.domain.ids import InboxId
from bot.store.conversing import inbox
from bot.store.conversing.inbox import Raw, Waiting
from bot.store.store import Store

CHANNEL = "telegram"


class Receiver:
    """Where polling and the webhook hand over what came."""

    def __init__(self, store: Store, lanes: Lanes, clock: Clock, lifeline: Lifeline) -> None:
        self._store = store
        self._lifeline = lifeline
        self._lanes = lanes
        self._clock = clock
        self._seen = InboxId(0)

    async def keep(self, updates: Sequence[Raw]) -> None:
        """Commit raw updates and set their lanes moving.

        When this returns, they are on disk and may be acknowledged; when it raises, they may not.
        """
        try:
            async with self._store.transaction(short=True) as tx:
                waiting = await inbox.add(tx, CHANNEL, updates, self._clock.now(), self._seen)
                tx.after_commit.append(lambda: self._begin(waiting))
        except Exception:
            self._lifeline.not_kept(updates)
            raise
        self._lifeline.kept()

    async def resume(self) -> int:
        """Take up what an earlier process had kept and not finished; returns how many."""
        async with self._store.transaction(short=True) as tx:
            waiting = await inbox.waiting(tx, self._seen)
            tx.after_commit.append(lambda: self._begin(waiting))
        return len(waiting)

    def _begin(self, waiting: Sequence[Waiting]) -> None:
        if waiting:
            self._seen = waiting[-1].id
            self._lanes.take(waiting)
