"""What was not found is counted, never so finely that it points at somebody."""

from datetime import timedelta

from bot.app.directory.gaps import counted
from bot.domain.events import Code, Shown, UnmetNeed
from bot.domain.ids import OfferingId
from bot.feeds.gaps_command import gaps
from bot.store.conversing import events
from bot.store.store import Store
from tests.store.test_directory import TUESDAY, arrives, bring, group, ids

NEED = UnmetNeed(
    Code("no_group_near"), Code("ls2"), (Code("no_transport"),), Code("tue_evening"), Code("smart")
)


def test_equal_needs_are_counted_together() -> None:
    """The order in which barriers were ticked does not matter; the most frequent comes first."""
    other = UnmetNeed(Code("none_fit"), Code("ls6"))
    found = counted([other, NEED, NEED])
    assert [(one.need, one.times, one.said) for one in found] == [
        ("no_group_near", 2, "under 5"),
        ("none_fit", 1, "under 5"),
    ]


async def test_the_command_lists_needs_and_whom_nobody_is_sent_to(store: Store) -> None:
    """Five of a kind may be said; what was shown once is not on the second list; old needs count no more."""
    await bring(store, group("a"), group("b"))
    which = await ids(store)
    ana = await arrives(store, 1)
    async with store.transaction() as tx:
        for _ in range(5):
            events.record(tx, ana, NEED, TUESDAY)
        events.record(tx, ana, UnmetNeed(Code("none_fit")), TUESDAY - timedelta(days=200))
        events.record(tx, ana, Shown(OfferingId(which["Group a"]), 1), TUESDAY)
    said: list[str] = []
    assert await gaps(store, days=90, as_json=False, now=TUESDAY, write=said.append) == 0
    assert said == [
        "Looked for and not found, last 90 days:",
        "        5 × no group near · in LS2 · tue evening · smart · with: no transport",
        "Listed, and shown to nobody: 1",
        "  Group b (pb), from own",
    ]
    as_json: list[str] = []
    assert await gaps(store, days=90, as_json=True, now=TUESDAY, write=as_json.append) == 0
    assert '"unsent_in_all": 1' in as_json[0]
