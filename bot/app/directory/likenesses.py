"""Duplicates across sources: what is certain is merged, what is doubtful waits for a coordinator."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal

from bot.domain.directory.merging import Merging, sort_out
from bot.domain.directory.ranking import HIDDEN
from bot.domain.ids import OfferingId
from bot.store.directory import compared, comparing, likenesses, merging
from bot.store.directory.likenesses import Doubtful
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

Decision = Literal["same", "different", ""]

AT_A_TIME = 25
"""Entries that one transaction compares: a few milliseconds, whether two lists have them or twelve."""
LOOKED_THROUGH = 500
"""Entries that one statement looks through for those that another source may have too."""


async def compare(
    store: Store, source_id: int, generation: int, now: datetime, pause: Callable[[], Awaitable[object]]
) -> None:
    """After a source was published: merge its new and changed groups with those of other sources.

    The fresher entry is shown; the other keeps its id and its source, and is shown again when the first goes.
    """
    async with store.reading() as tx:
        alone = not await comparing.any_others(tx, source_id)
    if alone:
        return
    for some in (comparing.to_compare, comparing.to_compare_unlinked):
        last = -1
        while last:
            async with store.reading() as tx:
                last, which = await some(tx, source_id, generation, max(0, last), LOOKED_THROUGH)
            for start in range(0, len(which), AT_A_TIME):
                async with store.transaction() as tx:
                    await _again(tx, which[start : start + AT_A_TIME], now)
                await pause()
            await pause()
    await _settle(store, now, pause)


async def _settle(store: Store, now: datetime, pause: Callable[[], Awaitable[object]]) -> None:
    """What is merged with something that has gone, or gone stale, is compared anew."""
    more = True
    while more:
        async with store.reading() as tx:
            orphans = await merging.orphans(tx, AT_A_TIME)
            others = await merging.gone(tx, AT_A_TIME)
            others += await merging.left_behind(tx, now - HIDDEN, AT_A_TIME)
        for which, even_written in ((orphans, True), (others, False)):
            if which:
                async with store.transaction() as tx:
                    await _again(tx, which, now, even_written=even_written)
            await pause()
        more = bool(orphans or others)


async def _again(tx: Transaction, which: Sequence[int], now: datetime, *, even_written: bool = False) -> None:
    """Compare entries anew, and those that were merged with them."""
    concerned = await merging.apart(tx, which, even_written=even_written)
    pairs = sorted(await comparing.beside(tx, [*which, *concerned]))
    if not pairs:
        return
    entries = await compared.compared(tx, sorted({one for pair in pairs for one in pair}), now - HIDDEN)
    merged, doubtful = sort_out(pairs, entries, await likenesses.said(tx, pairs))
    merging.merge(tx, merged)
    likenesses.note(tx, doubtful, now)


async def doubtful(tx: Transaction) -> list[Doubtful]:
    """Pairs that wait for a coordinator."""
    return await likenesses.doubtful(tx)


async def decide(tx: Transaction, pair: int, said: Decision, now: datetime) -> bool:
    """A coordinator has looked at a pair: it holds for every import to come. "" takes back what was said.

    False for an unknown pair.
    """
    known = await likenesses.pair(tx, pair)
    if known is None:
        return False
    likenesses.decide(tx, pair, said, now)
    if said == "same":
        of_both = Merging(await compared.compared(tx, known, now - HIDDEN))
        of_both.merge(*known)
        merging.merge(tx, of_both.merged)
    else:
        merging.part(tx, *known)
        await _again(tx, known, now)
    return True


def replace(tx: Transaction, which: OfferingId, by: OfferingId) -> None:
    """Show what a coordinator wrote where `which`, and all that it stood for, was shown."""
    merging.merge(tx, [(which, by)])


async def not_the_same(tx: Transaction, which: OfferingId, other: OfferingId, now: datetime) -> None:
    """A coordinator says that `which` does not stand for `other`: each is shown by itself."""
    await decide(tx, await likenesses.pair_of(tx, which, other, now), "different", now)
