"""Somebody writes at three in the morning."""

from tests.world import World


async def test_help_comes_at_once(world: World) -> None:
    """The first message, whatever it says, is answered with something usable, at any hour."""
    ana = await world.person("Ana")
    await ana.says("hello?")
    first = ana.heard_once()
    assert "any hour" in first
    assert "Talk to someone" in ana.buttons


async def test_danger_goes_before_everything(world: World) -> None:
    """Danger in the first words gets its card, with the number, and staff are paged."""
    ben = await world.staff("Ben", "coach", "danger_trained")
    await ben.says("/on")
    assert "You're on" in ben.heard_once()
    ana = await world.person("Ana")
    await ana.says("i cant wake him up and his lips are blue")
    card = ana.heard_once()
    assert "999" in card
    assert ben.heard()
