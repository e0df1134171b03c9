"""The seven questions: whole, skipped, stopped, with risks ticked, and what becomes of the answers."""

from bot.app.library import files
from bot.feeds.demo import bring_demo
from tests import shipped
from tests.world import World


async def furnish(world: World) -> None:
    """The made-up town near LS2."""
    places = shipped.places(demo=True)
    await bring_demo(world.service.store, places, files.DATA, world.clock.now())


async def test_whole_and_a_group_at_the_end(world: World) -> None:
    """Seven answers lead to groups near the place, with details, map, calendar, and a reminder that comes."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("/intake")
    for label in ("I want to start now", "Alcohol", "Done", "None of these", "Done", "7"):
        await ana.presses(label)
    await ana.says("my {service} kids, {reason} & <b>me</b>")
    for label in ("A group", "Done"):
        await ana.presses(label)
    await ana.says("LS2")
    for label in ("Evenings", "Done", "Remember"):
        await ana.presses(label)
    found = ana.heard()[-1]
    assert "made up" in found
    assert "Tap one" in found
    await ana.presses(ana.buttons[0])
    details = ana.heard_once()
    assert "You can come in, sit down and say nothing" in details
    await ana.presses("Map")
    await ana.presses("Calendar")
    kinds = {kind for message in ana.phone.messages for kind in message.body}
    assert {"venue", "document"} <= kinds
    ana.heard()
    await ana.presses("Remind me")
    assert "I'll remind you at" in ana.heard()[0]
    await ana.presses("That's enough")
    await ana.presses("That's all for now")
    ana.heard()
    await world.passes(hours=24)
    reminder, asked = ana.heard()
    assert reminder.startswith("Hi, it's me. You asked me to remind you about")
    assert "How did it go at " in asked, "the evening after it"
    await ana.presses("Show me")
    assert "made up" in ana.heard()[0]
    await ana.presses("It wasn't there")
    assert "sorry" in ana.heard_all()


async def test_skipped_whole(world: World) -> None:
    """Every question can be skipped, and the end still offers something; nothing is kept."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("/intake")
    for _ in range(5):
        await ana.presses("Skip")
    ana.heard()
    ana.phone.uses_key("Skip")
    await world.settles()
    assert "groups online" in ana.heard_all()
    for label in ("Yes, online", "Skip", "Don't keep it"):
        await ana.presses(label)
    assert ana.heard()
    await ana.says("my details")
    assert "I keep no answers" in ana.heard_once()


async def test_stopped_and_resumed(world: World) -> None:
    """Somebody who walks away in the middle is not chased, and the next day starts afresh."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    await ana.presses("I want to start now")
    ana.heard()
    await world.passes(hours=25)
    assert ana.heard() == []
    await ana.says("hi")
    assert "any hour" in ana.heard_once()


async def test_risks_have_their_cards_at_once(world: World) -> None:
    """Each risky tick is answered before the next question, most urgent first, and the questions go on."""
    ben = await world.coach("Ben")
    ana = await world.person("Ana")
    await ana.says("/intake")
    for label in ("Skip", "Skip", "I drink heavily every day", "I'm pregnant", "Thoughts of ending my life"):
        await ana.presses(label)
    ana.heard()
    await ana.presses("Done")
    assert "Are you thinking of ending your life today?" in ana.heard_once()
    await ana.presses("Not today")
    assert "right now" in ana.heard_once()
    assert "To check" in ben.heard_once()
    await ana.presses("No, not now")
    assert "Don't stop all at once" in ana.heard_once()
    await ana.presses("No")
    assert "midwife" in ana.heard_once()
    await ana.presses("No")
    assert "4 of 7" in ana.heard_once()


async def test_a_yes_leaves_for_the_card_and_comes_back(world: World) -> None:
    """ "Yes" goes through the card with a person told, and afterwards the questions are where they were."""
    ben = await world.coach("Ben")
    ana = await world.person("Ana")
    await ana.says("/intake")
    for label in ("Skip", "Skip", "Thoughts of ending my life", "Done"):
        await ana.presses(label)
    ana.heard()
    await ana.presses("Yes")
    assert "116 123" in ana.heard_all()
    assert "Urgent" in ben.heard_once()
    for word in ("no", "my dog", "something to do", "done", "A bit easier"):
        await ana.says(word)
    ana.heard()
    await ana.says("no")
    closed, waiting = ana.heard()
    assert "I'm glad you're here" in closed
    assert "they can wait" in waiting
    await ana.presses("Go on")
    assert "4 of 7" in ana.heard_once()
    await ana.presses("Enough for now")
    assert "That's plenty" in ana.heard()[0]
    ben.heard()


async def test_nobody_near_is_said_and_counted(world: World) -> None:
    """With no group near, it is said honestly, a line is given, and it is counted as an unmet need."""
    ana = await world.person("Ana")
    await ana.says("groups")
    ana.heard()
    await ana.says("LS2")
    thanks, *said = ana.heard()
    assert thanks == "Thank you.", "it takes the keyboard away"
    assert "nothing near you" in said[0]
    assert "116 123" in said[0]
    await ana.says("nowhere-at-all-xyz")
    assert ana.heard()


async def test_kept_words_come_back_in_an_urge(world: World) -> None:
    """The reason given in the questions is given back, whole, when it is needed."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    for label in ("Skip", "Skip", "Skip", "9"):
        await ana.presses(label)
    await ana.says("so Mia can trust me {again}")
    for label in ("Skip", "Skip"):
        await ana.presses(label)
    ana.phone.uses_key("Skip")
    await world.settles()
    for label in ("No groups for now", "Skip", "Remember"):
        await ana.presses(label)
    await world.passes(hours=72)
    ana.heard()
    await ana.says("/urge")
    assert "so Mia can trust me {again}" in ana.heard_all()


async def test_a_number_that_is_taken_back(world: World) -> None:
    """At the question why, at a later one, and at the number itself; why is asked again."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    for _ in range(3):
        await ana.presses("Skip")
    await ana.says("8")
    ana.heard()
    await ana.says("Actually 7 not 8")
    told = ana.heard_once()
    assert told.startswith("I've put that right.")
    assert "Why that number" in told
    await ana.says("no sorry 2")
    assert "for it to be a bit higher?" in ana.heard_once()
    await ana.says("my girls")
    ana.heard()
    await ana.says("make it 3 actually")
    told = ana.heard_once()
    assert told.startswith("I've put that right.")
    assert "5 of 7" in told
    await ana.says("enough")
    for label in ("Remember",):
        await ana.presses(label)
    await ana.says("my details")
    told = ana.heard_all()
    assert "3" in told
    assert "my girls" in told
    ben = await world.person("Ben")
    await ben.says("/intake")
    for _ in range(3):
        await ben.presses("Skip")
    ben.heard()
    await ben.says("actually 7 not 8")
    assert "Why that number" in ben.heard_once()


async def test_answers_out_of_their_order(world: World) -> None:
    """What it is about, said at the first question, is not asked again; two answers in one count as two."""
    for words in ("coke and booze", "start now, its booze and coke", "thinking about it. coke, alcohol"):
        ana = await world.person(f"Ana {words}")
        await ana.says("/intake")
        ana.heard()
        await ana.says(words)
        assert "3 of 7" in ana.heard_once()
        for label in ("None of these", "Done", "Skip", "Skip"):
            await ana.presses(label)
        ana.heard()
        ana.phone.uses_key("Skip")
        await world.settles()
        assert "groups online" in ana.heard_all()
        await ana.says("skip")
        assert "7 of 7" in ana.heard_once()
        for label in ("Skip", "Remember"):
            await ana.presses(label)
        ana.heard()
        await ana.says("my details")
        told = ana.heard_all()
        assert "Alcohol" in told
        assert "ocaine" in told


async def test_no_answer_is_taken_for_one(world: World) -> None:
    """A face alone and "why do you ask" leave the question; "about my brother" goes to theirs."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    ana.heard()
    await ana.says("🤷")
    assert "1 of 7" in ana.heard_once()
    await ana.says("why do you ask")
    assert "without your word" in ana.heard_all()
    ben = await world.person("Ben")
    await ben.says("/intake")
    ben.heard()
    await ben.says("its about my brother")
    assert "1 of 3" in ben.heard_once()
