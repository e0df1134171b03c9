"""Ben hears that Ana has gone quiet, because both said so; nobody else hears anything."""

from datetime import timedelta

import pytest

from bot.domain.alias import alias
from bot.domain.checkins.cadence import Cadence
from bot.domain.checkins.checkin import Window
from tests.app.night import Night, Phone

HERS, HIS = "Yes, they may", "Tell me if they go quiet"


async def talked(night: Night) -> tuple[Phone, Phone]:
    """Ana and Ben have talked, and Ana wants to be asked every day."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await night.comes_on(ben)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("end")
    ana.heard()
    ben.heard()
    return ana, ben


async def days_go_by(night: Night, days: int) -> None:
    for _ in range(days):
        await night.passes(hours=24)
        await night.lookouts.tick()
        await night.deliver()


@pytest.mark.parametrize(("he", "she"), [(True, True), (True, False), (False, True)])
async def test_only_when_both_have_agreed(night: Night, he: bool, she: bool) -> None:
    """After seven days of silence, once, by day; without either's word never."""
    ana, ben = await talked(night)
    async with night.as_(ana) as turn:
        await night.check_ins.plans.agree(turn, Window.MORNING, cadence=Cadence.DAILY)
        if she:
            await night.lookouts.dos()["allow_lookout"](turn, None, {})  # type: ignore[arg-type]
    if he:
        await ben.presses(HIS)
        assert f"I'll tell you if {alias(ana.id)}" in ben.heard()[0]
    night.clock.move(timedelta(hours=9))
    await days_go_by(night, 6)
    assert not any("quiet" in line for line in ben.heard())
    await days_go_by(night, 9)
    told = [line for line in ben.heard() if "has been quiet for seven days" in line]
    assert len(told) == (he and she)


async def test_stop_ends_that_as_well(night: Night) -> None:
    """She stops her check-ins: nobody is told anything about her."""
    ana, ben = await talked(night)
    await ben.presses(HIS)
    async with night.as_(ana) as turn:
        await night.check_ins.plans.agree(turn, Window.MORNING, cadence=Cadence.DAILY)
        await night.lookouts.dos()["allow_lookout"](turn, None, {})  # type: ignore[arg-type]
        await night.check_ins.plans.stop(turn)
    ben.heard()
    await days_go_by(night, 12)
    assert not any("quiet" in line for line in ben.heard())
