"""Outlines of what happened before there were any, or anew for everybody: a few people at a time."""

from bot.domain.ids import PersonId
from bot.store.desk import outlines
from bot.store.store import Store

AT_ONCE = 20
"""People at a tick, each in a transaction of their own, so that nobody who writes waits for more."""


async def rebuild_all(store: Store) -> int:
    """Make everybody's outlines anew; says for how many people."""
    done, after = 0, 0
    while True:
        async with store.reading() as tx:
            some = await outlines.everybody(tx, after, AT_ONCE)
        for who in some:
            async with store.transaction() as tx:
                await outlines.rebuild(tx, who)
        if not some:
            return done
        done, after = done + len(some), some[-1]


class CatchingUp:
    """Fills in, beside the service, whoever has no outline yet, until nobody is left."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._after: PersonId | None = PersonId(0)

    async def tick(self) -> int:
        """The next few; says how many."""
        if self._after is None:
            return 0
        async with self._store.reading() as tx:
            some = await outlines.without(tx, self._after, AT_ONCE)
        for who in some:
            async with self._store.transaction() as tx:
                await outlines.rebuild(tx, who)
        self._after = some[-1] if some else None
        return len(some)
