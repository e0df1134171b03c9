"""Duplicates across sources: what is certain is merged, what is doubtful waits for a coordinator."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Literal

from bot.domain.directory.geo import box_around
from bot.domain.directory.likeness import likeness
from bot.domain.ids import OfferingId
from bot.store.directory import likenesses
from bot.store.directory.likenesses import Compared, Doubtful
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

Decision = Literal["same", "different", ""]

AT_A_TIME = 10
LOOKED_THROUGH = 500
"""Entries that one statement looks through for those that another source may have too."""
LOOK_KM = 0.5
"""Around an entry; a postcode's houses lie closer together than that."""


async def compare(
    store: Store, source_id: int, generation: int, now: datetime, pause: Callable[[], Awaitable[object]]
) -> None:
    """After a source was published: merge its new and changed groups with those of other sources.

    The fresher entry is shown; the other keeps its id and its source, and is shown again when the first goes.
    """
    async with store.reading() as tx:
        alone = not await likenesses.any_others(tx, source_id)
    if alone:
        return
    last = -1
    while last:
        async with store.reading() as tx:
            last, which = await likenesses.to_compare(tx, source_id, generation, max(0, last), LOOKED_THROUGH)
        for start in range(0, len(which), AT_A_TIME):
            async with store.transaction() as tx:
                for one in which[start : start + AT_A_TIME]:
                    await _again(tx, one, now)
            await pause()
        await pause()
    await _free_orphans(store, now)


async def _free_orphans(store: Store, now: datetime) -> None:
    while True:
        async with store.transaction() as tx:
            orphans = await likenesses.orphans(tx, AT_A_TIME)
            for which in orphans:
                await likenesses.apart(tx, which, even_written=True)
            await _compare_all(tx, orphans, now)
        if not orphans:
            return


async def _again(tx: Transaction, which: int, now: datetime) -> None:
    """Compare an entry anew, and those that were merged with it."""
    concerned = await likenesses.apart(tx, which)
    await _compare_all(tx, [which, *concerned], now)


async def _compare_all(tx: Transaction, which: Iterable[int], now: datetime) -> None:
    for one in which:
        this = await likenesses.one(tx, one)
        if this is not None:
            await _compare(tx, this, now)


async def _compare(tx: Transaction, this: Compared, now: datetime) -> None:
    point = this.facts.point
    for other in await likenesses.beside(tx, this, box_around(point, LOOK_KM) if point else None):
        alike = likeness(this.facts, other.facts)
        if alike is None:
            continue
        said = await likenesses.decision(tx, this.offering, other.offering)
        if said == "same" or (alike.sure and said != "different"):
            await _merge(tx, this.offering, other.offering)
        elif not said:
            likenesses.note(tx, this.offering, other.offering, alike.percent, alike.why, now)


async def _merge(tx: Transaction, one: int, other: int) -> None:
    """Merge what stands for each of two entries into the fresher."""
    roots = [await _root(tx, which) for which in (one, other)]
    first, second = roots
    if first is None or second is None or first.offering == second.offering:
        return
    keep, drop = (first, second) if first.freshness >= second.freshness else (second, first)
    likenesses.merge(tx, drop.offering, keep.offering)


async def _root(tx: Transaction, which: int) -> Compared | None:
    this = await likenesses.one(tx, which)
    return await likenesses.one(tx, this.same_as) if this is not None and this.same_as else this


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
        await _merge(tx, *known)
    else:
        likenesses.part(tx, *known)
        await _again(tx, known[0], now)
        await _again(tx, known[1], now)
    return True


def replace(tx: Transaction, which: OfferingId, by: OfferingId) -> None:
    """Show what a coordinator wrote where `which`, and all that it stood for, was shown."""
    likenesses.merge(tx, which, by)


async def not_the_same(tx: Transaction, which: OfferingId, other: OfferingId, now: datetime) -> None:
    """A coordinator says that `which` does not stand for `other`: each is shown by itself."""
    await decide(tx, await likenesses.pair_of(tx, which, other, now), "different", now)
