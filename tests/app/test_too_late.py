"""What the clock began waits while the machine sleeps or Telegram is away; past its hour it is not said."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, update

from bot.app.conversing.carrying import STEP_TIMER
from bot.app.conversing.due import Due
from bot.app.conversing.talk import Talk
from bot.app.turn import Turn
from bot.domain.checkins.cadence import Cadence
from bot.domain.conversation.moves import Start
from bot.domain.conversation.session import Session
from bot.store.checkins import checkins, plans
from bot.store.conversing import timers
from bot.store.conversing.timers import Timer
from bot.store.engine.statement import prepared
from tests.app.night import Night, Phone
from tests.app.test_checkins import HELLO, agrees, names, waiting_for

_BREAK = prepared(update(plans.plan).where(plans.plan.c.person_id == bindparam("who")).values(zone="Nowhere"))
"""A zone that no machine knows: whatever reads such a plan fails."""


async def queued_then(world: Night, phone: Phone, late: timedelta) -> None:
    """The check-in is put in the outbox at its time, and could not leave until so much later."""
    world.clock.move(await waiting_for(world, phone) - world.now)
    assert await world.check_ins.sweep() == 1
    world.clock.move(late)
    await world.deliver()


def due_of(world: Night, *kinds: str) -> tuple[Due, list[str]]:
    """The tick over timers, the first of `kinds` failing each time; and which were carried out."""
    done: list[str] = []

    async def fails(_: Turn, timer: Timer) -> None:
        raise ValueError(timer.kind)

    async def goes_well(_: Turn, timer: Timer) -> None:
        done.append(timer.kind)

    handlers = {kind: goes_well if n else fails for n, kind in enumerate(kinds)}
    return Due(world.store, world.clock, world.conversations, world.messages, handlers), done


@pytest.mark.parametrize(("late", "sent"), [(119, 1), (121, 0)])
async def test_queued_and_asleep(night: Night, late: int, sent: int) -> None:
    """Two hours late it is still said. Later it was missed after all, and nobody is taken for silent."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    await queued_then(night, ana, timedelta(minutes=late))
    assert ana.heard() == [HELLO] * sent
    assert (await names(night, ana)).count("CheckInMissed") == 1 - sent
    async with night.store.reading() as tx:
        opened = await plans.open_of(tx, ana.id)
        assert len(await checkins.sent(tx, ana.id, 5)) == sent
    assert opened is not None
    assert opened.plan.unanswered == sent
    await night.passes(hours=24)
    assert ana.heard() == [HELLO]


async def test_what_never_arrived_is_not_what_they_answer(night: Night) -> None:
    """She was at another step when it should have come: her next words bring that step back."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    night.clock.move(await waiting_for(night, ana) - night.now - timedelta(hours=1))
    await night.event(ana, Start("change"))
    asked = ana.newest().split("\n")[-1]
    await queued_then(night, ana, timedelta(minutes=61) + timedelta(hours=1))
    ana.heard()
    await ana.types("hello")
    assert asked in ana.newest()


async def test_nothing_at_a_wrong_hour(night: Night) -> None:
    """Asked for at half past nine in the evening, Telegram away until after ten: it is quiet then."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        assert await night.promises.ask_me(turn, "at 21:30")
    ana.heard()
    night.clock.move(timedelta(hours=18, minutes=30))
    await night._timers()
    night.clock.move(timedelta(minutes=45))
    await night.deliver()
    assert ana.heard() == []


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize(
    ("flow", "step", "asked"), [("urge", "wave", False), ("overdose_self", "through", True)]
)
async def test_a_step_that_ran_out_hours_ago(
    night: Night, flow: str, step: str, asked: bool, down: bool
) -> None:
    """Whether the service was down or Telegram: an urge's next step is not said, danger is asked after."""
    ana = await night.arrives("Ana")
    due, _ = due_of(night)
    async with night.as_(ana) as turn:
        night.conversations.save(turn, Talk(Session(flow, 1, step, seq=1)))
        timers.put(turn.tx, Timer(STEP_TIMER, ana.id, STEP_TIMER, 1, None, night.now + timedelta(minutes=3)))
    night.clock.move(timedelta(hours=3) if down else timedelta(minutes=3))
    assert await due.tick() == 1
    night.clock.move(timedelta(0) if down else timedelta(hours=3))
    await night.deliver()
    assert (ana.heard() != []) is asked


async def test_a_check_in_that_fails_each_time_holds_up_nobody(night: Night) -> None:
    """Its zone is unknown here: tried again after 1, 2, 4 minutes; the one behind it left at once."""
    ana, bea = await night.arrives("Ana"), await night.arrives("Bea")
    for phone in (ana, bea):
        await agrees(night, phone)
    async with night.store.transaction() as tx:
        await tx.change(_BREAK, who=ana.id)
    night.clock.move(timedelta(hours=32) - timedelta(seconds=1))
    tried, until = [], night.now + timedelta(minutes=8)
    began = night.now
    while night.now < until:
        before = await waiting_for(night, ana)
        await night.check_ins.sweep(most=1)
        if await waiting_for(night, ana) != before:
            tried.append((night.now - began) / timedelta(minutes=1))
        night.clock.move(timedelta(seconds=30))
    await night.deliver()
    assert bea.heard() == [HELLO]
    assert tried == [0, 1, 3, 7]


async def test_any_row_that_fails_each_time_holds_up_nobody(night: Night) -> None:
    """A timer too: it is tried less and less often, and keeps its own time for when it is mended."""
    ana = await night.arrives("Ana")
    due, done = due_of(night, "broken", "whole")
    async with night.store.transaction() as tx:
        for kind in ("broken", "whole"):
            timers.put(tx, Timer(kind, ana.id, kind, 0, None, night.now))
    counts = []
    for _ in range(5):
        counts.append(await due.tick())
        night.clock.move(timedelta(seconds=30))
    assert counts == [1, 0, 0, 0, 0]
    assert done == ["whole"]
    async with night.store.reading() as tx:
        (left,) = await timers.due(tx, night.now, 10)
    assert left.due < night.now - timedelta(minutes=2)
