"""Ana is asked how she is the day after: once, by day, and one tap leads somewhere."""

from tests.world import Hand, World


async def agrees(ana: Hand, when: str) -> None:
    """Through the flow: which part of the day, and whether the clock is right."""
    await ana.says("/checkin")
    assert "Shall I ask how you're doing tomorrow?" in ana.heard_once()
    await ana.presses(when)
    assert "And after tomorrow?" in ana.heard_once()
    await ana.presses("Only tomorrow")
    assert "03:00 where you are?" in ana.heard_once()
    await ana.presses("Yes")
    assert len(ana.heard()) == 2


async def test_the_next_morning_and_never_at_night(world: World) -> None:
    """Agreed at three on Monday: Tuesday after half past nine, one message, discreet, with buttons."""
    ana = await world.person("Ana")
    await agrees(ana, "Tomorrow morning")
    await world.passes(hours=30)
    assert ana.heard() == []
    await world.passes(hours=2)
    assert ana.heard_once() == "Hi, it's Harbour. How are you doing today?"
    assert "Struggling" in ana.buttons
    await ana.presses("Up and down")
    assert "What would help" in ana.heard_once()
    await world.passes(days=7)


async def test_stop_means_stop(world: World) -> None:
    """ "Stop" in the evening, as the whole message: nothing comes in the morning."""
    ana = await world.person("Ana")
    await agrees(ana, "Tomorrow morning")
    await world.passes(hours=15)
    await ana.says("stop")
    assert "I've stopped." in ana.heard_once()
    await world.passes(days=3)


async def test_in_another_zone_by_the_clock_there(world: World) -> None:
    """She is in New York: three in London is evening there, and the next morning is New York's."""
    ana = await world.person("Ana")
    await ana.says("/checkin")
    ana.heard()
    await ana.presses("Tomorrow morning")
    ana.heard()
    await ana.presses("Only tomorrow")
    ana.heard()
    await ana.presses("No, another time")
    ana.heard()
    await ana.presses("US Eastern")
    ana.heard()
    await world.passes(hours=11)
    assert ana.heard() == []
    await world.passes(hours=2)
    assert "How are you doing today?" in ana.heard_once()
