"""Helplines on request: who is answered at this moment, where somebody is, and in the way they can use."""

from tests.world import World


async def test_who_can_be_rung_at_night(world: World) -> None:
    """At three at night the lines that are open are given, and only those; a nation has its own."""
    ana = await world.person("Ana")
    await ana.says("whats a number i can ring now")
    told = ana.heard_all()
    assert "Samaritans 116 123" in told
    assert "111" not in told, "a line of one nation only, while theirs is not known"
    await ana.says("scotland")
    told = ana.heard_all()
    assert "Open now in Scotland" in told
    assert "NHS 24" in told
    assert "option 2" not in told, "that is England's"


async def test_who_cannot_speak_or_hear(world: World) -> None:
    """By text and chat only; a line that has no person at that hour is not told."""
    ana = await world.person("Ana")
    await ana.says("im deaf is there a helpline")
    told = ana.heard_all()
    assert "nobody has to speak or hear" in told
    assert "text SHOUT to 85258" in told
    assert "116 123" not in told
    assert "talktofrank" not in told, "its chat is closed at night"


async def test_another_country_and_a_kind_of_line(world: World) -> None:
    """A state alone brings its country's numbers; a kind without a line of its own says so."""
    ana = await world.person("Ana")
    await ana.says("any helpline for lgbt people")
    assert "no line just for that" in ana.heard_all()
    await ana.says("ohio")
    assert "The Trevor Project 1-866-488-7386" in ana.heard_all()
    await ana.presses("I'm somewhere else")
    await ana.says("galway")
    ana.heard()
    await ana.presses("For families")
    assert "Open now in Ireland" in ana.heard_all()


async def test_a_line_is_asked_for_in_the_middle_of_questions(world: World) -> None:
    """The question waits, and the lines are given."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    ana.heard()
    await ana.says("is there a helpline i can ring")
    assert "Open now in the UK" in ana.heard_all()


async def test_a_place_alone_after_a_greeting(world: World) -> None:
    """It is no answer to the menu, and is kept; the clock follows it, and so does what is promised."""
    ana = await world.person("Ana")
    await ana.says("hi")
    ana.heard()
    await ana.says("ohio")
    assert "those there now" in ana.heard_once()
    await ana.says("text me tomorrow at 8")
    ana.heard()
    await world.passes(hours=9)
    assert ana.heard() == [], "it was ten in the evening there: their tomorrow is today here"
    await world.passes(hours=2)
    assert "How are you doing today?" in ana.heard_once()


async def test_check_ins_follow_the_country_that_is_named(world: World) -> None:
    """Who mentions in passing that they are in Texas is asked by the clock there."""
    ana = await world.person("Ana")
    await ana.says("text me every morning")
    await ana.presses("Yes")
    ana.heard()
    await ana.says("im in texas and its too loud to sleep")
    ana.heard()
    await world.passes(hours=33)
    assert ana.heard() == [], "the morning here"
    await world.passes(hours=5)
    assert "How are you doing today?" in ana.heard_once()


async def test_a_land_that_is_named_with_the_question(world: World) -> None:
    """The numbers are that land's, wherever one asks from; the next kind too, until one says where one is."""
    ana = await world.person("Ana")
    await ana.says("number for alcohol in scotland")
    told = ana.heard_all()
    assert "Open now in Scotland" in told
    assert told.count("checked") == 1, "that hours are doubted is said once"
    await ana.presses("For families")
    assert "Open now in Scotland" in ana.heard_all()
    await ana.presses("I'm somewhere else")
    await ana.says("wales")
    assert "Open now in Wales" in ana.heard_all()
    for words, land in (
        ("numbers for ireland", "Ireland"),
        ("irish helpline please", "Ireland"),
        ("number to call for my son in dublin", "Ireland"),
        ("number in the us for drugs", "the US"),
        ("helpline for northern ireland", "Northern Ireland"),
        ("who do i call in wales", "Wales"),
    ):
        ben = await world.person(f"Ben {words}")
        await ben.says(words)
        told = ben.heard_all()
        assert f"Open now in {land}:" in told, told
    cat = await world.person("Cat")
    await cat.says("who do i call in wales")
    cat.heard()
    await cat.says("whats a number i can ring")
    assert "Open now in the UK" in cat.heard_all(), "who asked for Wales is not there for that"
