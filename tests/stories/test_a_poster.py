"""A poster's code, and what people say of a group: the coordinator hears it, and hears it again."""

from tests.stories.test_the_questions import furnish
from tests.world import World


async def test_who_scans_a_poster_is_at_the_group_at_once(world: World) -> None:
    """The group is chosen; its convener says that the time has changed, and Kim hears who and what."""
    await furnish(world)
    kim = await world.staff("Kim", "coordinator")
    ana = await world.person("Ana")
    await ana.says("/start g1")
    first, group = ana.heard()
    assert "is what I have still right?" in first
    assert "made up" in group
    await ana.presses("Something has changed")
    await ana.presses("Day or time")
    assert "I've told the coordinators" in ana.heard_all()
    assert "the day or the time has changed" in kim.heard_all()
    await ana.presses("The others")
    assert "1. " in ana.heard_once(), "those near the poster's group, without a question"


async def test_whoever_runs_it_may_type_what_they_would_tap(world: World) -> None:
    """In their own words or a button's; where no poster was scanned, the same words say nothing."""
    await furnish(world)
    kim = await world.staff("Kim", "coordinator")
    ana = await world.person("Ana")
    await ana.says("/start g1")
    ana.heard_all()
    await ana.says("Yes, still right")
    assert ana.heard_once() == "Thank you. That keeps people from a locked door."
    for words, told in (
        ("We've moved", "the place has changed"),
        ("the time has changed", "the day or the time has changed"),
        ("it has ended.", "it has ended"),
    ):
        await ana.says(words)
        assert ana.heard_once() == "Thank you. I've told the coordinators."
        assert told in kim.heard_once()
    await ana.says("something has changed")
    assert ana.heard_once() == "What has changed?"
    ben = await world.person("Ben")
    await ben.says("still right")
    assert "locked door" not in ben.heard_all()


async def test_who_scans_a_services_poster_is_at_the_service(world: World) -> None:
    """It is called a service; "The others" are services that help with the same, near it."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("/start g24")
    first, service = ana.heard()
    assert "If you run this service:" in first
    assert "Kirkmere Food Cupboard" in service
    assert "Remind me" not in ana.buttons, "a service is no meeting"
    await ana.presses("The others")
    assert "1. Kirkmere Food Cupboard" in ana.heard_once()
    await ana.presses(ana.buttons[0])
    await ana.presses("It wasn't there")
    assert ana.heard_all().count("sorry") == 1


async def test_two_people_found_nobody_and_the_coordinator_is_told_twice(world: World) -> None:
    """At once, and on the third working day, because nobody has looked."""
    await furnish(world)
    kim = await world.staff("Kim", "coordinator")
    for name in ("Ana", "Ben"):
        hand = await world.person(name)
        await hand.says("/start g1")
        await hand.presses("It wasn't there")
        assert hand.heard_all().count("sorry") == 1
    assert "Nobody is sent there now" in kim.heard_all()
    cem = await world.person("Cem")
    await cem.says("/start g1")
    assert "no longer in the list" in cem.heard_all()
    await cem.presses("Still right")
    assert "keeps people from a locked door" in cem.heard_all()
    assert "it is right as it stands" in kim.heard_all()
    await world.passes(days=4)
    assert "nobody has looked yet" in kim.heard_all()
