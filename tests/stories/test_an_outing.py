"""Somebody to walk in with: asked through the bot, arranged by a coordinator, closed by "back safe"."""

from bot.domain.ids import ChatId
from bot.domain.oncall.mentoring import agree
from bot.store.conversing import people
from bot.store.oncall import mentoring
from tests.stories.test_the_questions import furnish
from tests.world import Hand, World


async def asks(world: World, ana: Hand, *answers: str) -> None:
    """Ana looks for a group tomorrow, and asks for company to the first one."""
    await furnish(world)
    await ana.says("groups near LS2 tomorrow")
    await ana.presses(ana.buttons[0])
    for label in ("Someone to go with", "Meet me at the door", *answers):
        await ana.presses(label)


async def paired(world: World, ana: Hand, dan: Hand) -> None:
    """They have agreed to talk again, as the flow `mentor` leaves it."""
    await ana.says("hello")
    async with world.service.store.transaction() as tx:
        person = await people.by_chat(tx, "telegram", ChatId(ana.id))
        coach = await people.by_chat(tx, "telegram", ChatId(dan.id))
        assert person is not None
        assert coach is not None
        pair = await mentoring.between(tx, person.id, coach.id, world.clock.now())
        both = agree(agree(pair, "person"), "coach")
        await mentoring.save(tx, both, world.clock.now())


async def test_a_coordinator_finds_somebody_who_may_meet_people(world: World) -> None:
    """Kim reads that Dan is Ana's own coach and asks him; Ana hears where and when; both are back safe."""
    ana = await world.person("Ana")
    dan, kim = await world.staff("Dan", "coach", "may_meet"), await world.staff("Kim", "coordinator")
    await paired(world, ana, dan)
    await asks(world, ana, "Yes")
    assert "I've asked the coordinator" in ana.heard_all()
    asked = kim.heard_all()
    assert "would like someone to meet them" in asked
    assert "Their own coach here is Dan." in asked
    assert "Ana" not in asked
    await kim.presses("Dan")
    assert "at the public door of" in dan.heard_all()
    await dan.presses("Yes, I'll be there")
    assert "Dan will be at the public door of" in ana.heard_all()
    assert "Dan will meet" in kim.heard_all()
    dan.heard()
    await world.passes(hours=40)
    assert "Are you both back safe?" in dan.heard_all()
    assert "has not said whether they" in kim.heard_all()
    await dan.presses("Yes, all well")
    assert "Good. Thank you" in dan.heard_all()


async def test_somebody_who_may_not_meet_people_is_never_asked(world: World) -> None:
    """A coach without the grant is not on the coordinator's list; when nobody can, Ana hears it honestly."""
    ana = await world.person("Ana")
    await world.staff("Ben", "coach")
    kim = await world.staff("Kim", "coordinator")
    await asks(world, ana, "Yes")
    assert "Nobody may meet people yet" in kim.heard_all()
    ana.heard()
    await kim.presses("Nobody can")
    assert "Nobody is free to come along" in ana.heard_all()
    assert "Noted" in kim.heard_all()


async def test_nobody_under_eighteen_is_met(world: World) -> None:
    """Asked once; with "No" or without an answer it is a coach in writing, and nobody is told to come."""
    ana = await world.person("Ana")
    kim = await world.staff("Kim", "coordinator")
    await asks(world, ana, "No")
    assert "can't arrange meeting up" in ana.heard_all()
    assert "meet them" not in kim.heard_all()


async def test_minds_may_change_and_whoever_asked_hears_either_way(world: World) -> None:
    """Dan cannot after all: Ana hears it, Kim may ask another; nobody is found in time, which is said."""
    ana = await world.person("Ana")
    dan, kim = await world.staff("Dan", "coach", "may_meet"), await world.staff("Kim", "coordinator")
    await asks(world, ana, "Yes")
    await kim.presses("Dan")
    await dan.presses("Yes, I'll be there")
    assert "Dan will be at the public door of" in ana.heard_all()
    kim.heard()
    await dan.presses("I can't after all")
    assert "Dan can't come after all" in ana.heard_all()
    assert "Whom else shall I ask?" in kim.heard_all()
    await world.passes(hours=40)
    assert "Nobody is free to come along" in ana.heard_all()
    assert "Nobody was found in time" in kim.heard_all()
    assert "Are you both back safe?" not in dan.heard_all()


async def test_nobody_waits_at_a_door_for_somebody_who_would_rather_not(world: World) -> None:
    """One tap of Ana's, and both Dan and Kim know."""
    ana = await world.person("Ana")
    dan, kim = await world.staff("Dan", "coach", "may_meet"), await world.staff("Kim", "coordinator")
    await asks(world, ana, "Yes")
    await kim.presses("Dan")
    await dan.presses("Yes, I'll be there")
    dan.heard(), kim.heard()
    await ana.presses("I've changed my mind")
    assert "You can ask again any time" in ana.heard_all()
    assert "Nobody needs to come" in dan.heard_all()
    assert "Nobody needs to come" in kim.heard_all()
    await world.passes(hours=40)
    assert dan.heard() == [], "nobody is asked whether they are back"
