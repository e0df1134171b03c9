"""On Monday at nine Kim hears how last week was: in fives, once, and not of a week in which nobody came."""

from datetime import timedelta

from bot.app.desk.digest import Digest
from bot.app.desk.measures import Measures
from bot.domain.events import Arrived, Code
from bot.store.conversing import events
from tests.app.night import ZONE, Night


def digest(night: Night) -> Digest:
    """Of a service that has just started."""
    measures = Measures(night.store, night.clock, ZONE)
    return Digest(night.store, night.clock, night.messages, measures, ZONE)


async def arrive(night: Night, people: int) -> None:
    """So many people write."""
    for n in range(people):
        who = await night.arrives(f"Somebody {n}")
        async with night.store.transaction() as tx:
            events.record(tx, who.id, Arrived(Code("words")), night.now)


async def test_last_week_is_told_once_on_monday_at_nine(night: Night) -> None:
    """It is Monday, three at night; seventeen people write until the next one."""
    kim, sweeps = await night.arrives("Kim", "coordinator"), digest(night)
    await arrive(night, 17)
    night.clock.move(timedelta(days=7, hours=5, minutes=59))
    assert await sweeps.sweep() == 0
    async with night.store.reading() as tx:
        assert await sweeps.next_due(tx) == night.now + timedelta(minutes=1)
    night.clock.move(timedelta(minutes=1))
    assert await sweeps.sweep() == 1
    assert await sweeps.sweep() == await digest(night).sweep() == 0
    await night.deliver()
    said = kim.all_of_it()
    assert "Last week, 23 November to 29 November 2026:" in said
    assert "Conversations: 15+ (the week before: 0)" in said
    assert "Asked for a person: 0. Reached one: 0" in said
    async with night.store.reading() as tx:
        assert await sweeps.next_due(tx) == night.now + timedelta(days=7)


async def test_a_week_of_nobody_is_not_told_and_old_news_neither(night: Night) -> None:
    """Nobody wrote; and a service that was down until Thursday keeps last week to itself."""
    kim = await night.arrives("Kim", "coordinator")
    night.clock.move(timedelta(hours=6))
    assert await digest(night).sweep() == 1
    await arrive(night, 7)
    night.clock.move(timedelta(days=10))
    assert await digest(night).sweep() == 0
    await night.deliver()
    assert kim.all_of_it() == ""
