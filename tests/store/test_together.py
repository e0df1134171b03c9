"""Several people's turns share one commit, and none of them pays for another's failure."""

import asyncio

import pytest

from bot.store.engine.together import MOST, Together, Work
from bot.store.engine.transaction import Transaction
from bot.store.keeping import notes
from bot.store.store import Store


def noting(name: str, seen: list[tuple[str, Transaction]]) -> Work:
    """Work that notes its name once, asks for it, and tells when it is committed."""

    async def work(tx: Transaction) -> None:
        notes.put(tx, name, "there")
        assert await notes.get(tx, name) == "there"
        tx.after_commit.append(lambda: seen.append((name, tx)))

    return work


async def kept(store: Store) -> set[str]:
    """Which of the names below are in the store."""
    async with store.reading() as tx:
        return {name for name in map(str, range(40)) if await notes.get(tx, name) is not None}


async def test_those_who_wait_share_a_commit(store: Store) -> None:
    """Forty at once: all are kept, in a few transactions, and each is told of its commit once."""
    together, seen = Together(store), list[tuple[str, Transaction]]()
    await asyncio.gather(*(together.run(noting(str(n), seen)) for n in range(40)))
    assert await kept(store) == set(map(str, range(40)))
    assert [name for name, _ in seen] == [str(n) for n in range(40)]
    assert len({id(tx) for _, tx in seen}) == -(-40 // MOST)


async def test_who_fails_fails_alone(store: Store) -> None:
    """One of ten raises: it alone is told so, nothing of it stays, and the nine are kept once."""
    together, seen = Together(store), list[tuple[str, Transaction]]()

    async def poison(tx: Transaction) -> None:
        notes.put(tx, "4", "half")
        raise ValueError("poison")

    works = [poison if n == 4 else noting(str(n), seen) for n in range(10)]
    results = await asyncio.gather(*map(together.run, works), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [ValueError]
    assert isinstance(results[4], ValueError)
    assert await kept(store) == set("012356789")
    assert sorted(name for name, _ in seen) == list("012356789")


async def test_nobody_is_told_before_the_commit(store: Store) -> None:
    """The first of two returns only when the transaction of both is on disk: the second is there too."""
    together, seen = Together(store), list[tuple[str, Transaction]]()
    first = asyncio.create_task(together.run(noting("1", seen)))
    second = asyncio.create_task(together.run(noting("2", seen)))
    await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
    assert await kept(store) == {"1", "2"}
    await second


async def test_a_caller_who_is_cancelled_leaves_nothing_half_done(store: Store) -> None:
    """What was under way is undone, and the next work finds the store free."""
    together, begun = Together(store), asyncio.Event()

    async def stuck(tx: Transaction) -> None:
        notes.put(tx, "1", "half")
        await notes.get(tx, "1")
        begun.set()
        await asyncio.Event().wait()

    waiting = asyncio.create_task(together.run(stuck))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await together.run(noting("2", []))
    assert await kept(store) == {"2"}
