"""Check-ins while nights pass and the service starts anew; and ten minutes with an urge."""

from datetime import timedelta

from tests.world import Hand, World

FIRST = "Hi, it's Harbour. How are you doing today?"


async def wants(ana: Hand, when: str, how: str = "Only tomorrow") -> None:
    """Ana wants to be asked; whether her clock is right is asked the first time only."""
    await ana.says("check in")
    await ana.presses(when)
    await ana.presses(how)
    if "Yes" in ana.buttons:
        await ana.presses("Yes")
    ana.heard()


async def test_two_hard_days_offer_a_coach(world: World) -> None:
    """Struggling once asks what is closest; struggling again on the next check-in offers a person."""
    ana = await world.person("Ana")
    await wants(ana, "Tomorrow morning")
    await world.passes(hours=33)
    assert ana.heard_once() == FIRST
    await ana.presses("Struggling")
    assert "What's closest?" in ana.heard_once()
    await wants(ana, "Tomorrow morning")
    await world.passes(hours=24)
    assert ana.heard_once() == FIRST
    await ana.presses("Struggling")
    assert "That's two hard days" in ana.heard_once()
    await ana.presses("Yes, ask")
    assert "18 or over" in ana.heard_once()


async def test_every_answer_leads_somewhere(world: World) -> None:
    """Each of the five answers has words and a way on; a sentence instead of a tap is read, too."""
    for name in "ABCD":
        hand = await world.person(name)
        await wants(hand, "Tomorrow morning")
    talks = await world.person("E")
    await wants(talks, "Tomorrow morning")
    await world.passes(hours=33)
    answers = ("Good", "Up and down", "I used/drank", "Talk to someone")
    for hand, answer in zip(world.hands, answers, strict=False):
        assert hand.heard_once() == FIRST
        await hand.presses(answer)
        assert hand.heard()
        assert hand.buttons
    talks.heard()
    await talks.says("well, it is what it is really")
    assert "Which is closest today?" in talks.heard_once()


async def test_a_restart_in_between_changes_nothing(world: World) -> None:
    """Agreed before a restart, sent after it, once."""
    ana = await world.person("Ana")
    await wants(ana, "Tomorrow morning")
    await world.passes(hours=10)
    await world.restarts(hours=1)
    await world.passes(hours=22)
    assert ana.heard_once() == FIRST
    await world.restarts()
    await world.passes(hours=20)
    assert ana.heard() == []


async def test_changing_the_mind(world: World) -> None:
    """Afternoon instead of morning: one message, in the afternoon; "Stop asking me": none."""
    ana, bea = await world.person("Ana"), await world.person("Bea")
    for hand in (ana, bea):
        await wants(hand, "Tomorrow morning")
    await ana.says("check in")
    assert "once, in the morning; next on Tuesday 24 November" in ana.heard_once()
    await ana.presses("Another time of day")
    await ana.presses("Afternoon")
    assert "Now it's: once, in the afternoon; next on Tuesday 24 November" in ana.heard_all()
    await bea.says("check in")
    await bea.presses("Stop asking me")
    bea.heard()
    await world.passes(hours=33)
    assert ana.heard() == []
    await world.passes(hours=8)
    assert ana.heard_once() == FIRST
    assert bea.heard() == []


async def test_blocked_is_stopped(world: World) -> None:
    """Who blocks the bot is not asked again, not even after coming back."""
    ana = await world.person("Ana")
    await wants(ana, "Tomorrow morning")
    await ana.blocks()
    await world.passes(hours=12)
    await ana.unblocks()
    await world.passes(hours=60)
    assert ana.heard() == []


async def test_ten_minutes_survive_a_restart(world: World) -> None:
    """An urge begun before the service stopped goes on after it, at its own pace, up to the number at ten."""
    ana = await world.person("Ana")
    await ana.says("/urge")
    assert "Ten of those" in ana.heard()[-1]
    await world.passes(minutes=1)
    assert ana.heard() == []
    await world.restarts(seconds=30)
    await world.passes(seconds=30)
    assert "Where in your body" in ana.heard_once()
    began = world.clock.now()
    while "from 0 to 10" not in ana.heard_all():
        await world.passes(minutes=1)
    assert world.clock.now() - began <= timedelta(minutes=9)
    await ana.says("about a 3 i think")
    assert "lower, the same, or higher" in ana.heard_once()
    await ana.presses("Lower")
    assert "You did that" in ana.heard_once()
    await world.passes(hours=24)
    assert ana.heard() == []
