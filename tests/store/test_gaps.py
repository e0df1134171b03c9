"""What was not found is counted, never so finely that it points at somebody."""

from dataclasses import replace
from datetime import timedelta

from bot.app.directory.gaps import counted
from bot.domain.events import Code, Shown, UnmetNeed
from bot.domain.ids import OfferingId
from bot.feeds.gaps_command import gaps
from bot.store.conversing import events
from bot.store.store import Store
from tests.store.test_directory import TUESDAY, arrives, bring, group, ids

NEED = UnmetNeed(
    Code("no_group_near"),
    Code("ls2"),
    (Code("no_transport"), Code("evenings")),
    Code("tue_evening"),
    Code("smart"),
)


def test_equal_needs_are_counted_together() -> None:
    """The order in which barriers were ticked does not matter, nor how often one person looked."""
    other = UnmetNeed(Code("none_fit"), Code("ls6"))
    turned = replace(NEED, barriers=NEED.barriers[::-1])
    needs = [(1, other), (1, other), (1, NEED), (2, turned)]
    assert [(one.need, one.people) for one in counted(needs)] == [("no_group_near", 2), ("none_fit", 1)]


async def test_the_command_lists_needs_and_whom_nobody_is_sent_to(store: Store) -> None:
    """What five people missed is said, what one missed five times without where and when; what was shown
    once is not on the second list; old needs count no more."""
    await bring(store, group("a"), group("b"))
    which = await ids(store)
    ana, *others = [await arrives(store, chat) for chat in range(1, 6)]
    async with store.transaction() as tx:
        for who in (ana, *others):
            events.record(tx, who, NEED, TUESDAY)
            events.record(tx, ana, UnmetNeed(Code("lift_to_group"), Code("ls6")), TUESDAY)
        events.record(tx, ana, UnmetNeed(Code("none_fit")), TUESDAY - timedelta(days=200))
        events.record(tx, ana, Shown(OfferingId(which["Group a"]), 1), TUESDAY)
    said: list[str] = []
    assert await gaps(store, days=90, as_json=False, now=TUESDAY, write=said.append) == 0
    assert said == [
        "Looked for and not found, last 90 days:",
        "     5 people: no group near · in LS2 · tue evening · smart · with: evenings, no transport",
        "  looked for by under 5 people in one place and time: a lift",
        "Listed, and shown to nobody: 1",
        "  Group b (pb), from own",
    ]
    as_json: list[str] = []
    assert await gaps(store, days=90, as_json=True, now=TUESDAY, write=as_json.append) == 0
    assert '"unsent_in_all": 1' in as_json[0]
    assert "ls6" not in as_json[0]
