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


async def test_first_words_that_are_understood_are_answered(world: World) -> None:
    """Who begins with what it is about is sent through no menu: a line says who is writing, then help."""
    ana = await world.person("Ana")
    await ana.says("i dont know what to do any more, drank again tonight")
    hello, answer = ana.heard()
    assert hello.startswith("Hi. This is")
    assert "automated helper" in hello
    assert "Thank you for telling me" in answer


async def test_words_after_ones_not_understood_count_as_well(world: World) -> None:
    """Asked what is closest, Ana says it in her own words."""
    ana = await world.person("Ana")
    for words in ("hi", "hmm well", "it's complicated"):
        await ana.says(words)
    ana.heard()
    await ana.says("my brother keeps drinking")
    assert "Hi." not in ana.heard_once()
    assert "Talk to someone" in ana.buttons
