"""Ana asks for a person at three in the morning; Ben is on shift, Cora is next, Kim coordinates."""

from datetime import time

from bot.app.conversing.receiving import CHANNEL
from bot.domain.alias import alias
from bot.domain.ids import ChatId
from bot.store.conversing import people
from bot.store.rota import rotas
from tests.world import Hand, World


async def code_name(world: World, hand: Hand) -> str:
    """What others call this person."""
    async with world.service.store.reading() as tx:
        found = await people.by_chat(tx, "telegram", ChatId(hand.id))
    assert found is not None
    return alias(found.id)


async def waits_for_calls(world: World, name: str, *roles: str) -> Hand:
    """Somebody who works here and has opened the chat once: before that nothing can reach them."""
    hand = await world.staff(name, *roles)
    await hand.says("/start")
    hand.heard()
    return hand


async def asks(ana: Hand, share: str = "Only what I said today") -> None:
    """Through the flow: 18 or over, what may be shared."""
    await ana.says("talk")
    assert "are you 18 or over?" in ana.heard_once()
    await ana.presses("Yes")
    assert "What may they read" in ana.heard_once()
    await ana.presses(share)


async def test_from_asking_to_how_was_it(world: World) -> None:
    """Alert, accept, words and a photo both ways, the end, and the question afterwards."""
    ben, cora, ana = await world.coach("Ben"), await world.coach("Cora"), await world.person("Ana")
    await asks(ana)
    asked, waiting = ana.heard()
    assert asked.startswith("I'm asking the people on shift right now.")
    assert "What would help?" in waiting
    who = await code_name(world, ana)
    assert ben.heard() == cora.heard() == [f"{who} · ordinary · to talk · waiting under a minute"]

    await ben.presses("I'll take it")
    assert ben.heard_once().startswith(f"You have {who}.")
    assert "is a coach" in ana.heard_once()
    await cora.says("I'll take it")
    assert cora.heard() == [f"Taken: {who}. Thank you for being there."]

    coach = await code_name(world, ben)
    assert coach != "Ben"
    await ana.says("i dont know where to start")
    assert ben.heard() == [f"{who}: i dont know where to start"]
    await ben.says("anywhere is fine")
    assert ana.heard() == [f"{coach}: anywhere is fine"]
    await ana.sends("photo")
    assert len(ben.heard()) == 1

    await ben.says("end")
    over, how = ana.heard()
    assert f"{coach} has ended the talk" in over
    assert "How was that for you?" in how
    ended, three_taps = ben.heard()
    assert "is ended" in ended
    assert "three taps" in three_taps
    await world.passes(minutes=3)
    left = "\n".join(message.text or "" for message in ben.phone.messages)
    assert "where to start" not in left
    await ana.presses("It helped")
    assert len(ana.heard()) == 2


async def test_nobody_answers(world: World) -> None:
    """Ben's phone is off: Cora helps out at three minutes, everyone hears at five; the truth each time."""
    ben, cora, ana = (
        await world.coach("Ben"),
        await waits_for_calls(world, "Cora", "coach", "backup"),
        await world.person("Ana"),
    )
    await asks(ana, "Nothing")
    assert len(ana.heard()) == 2
    assert len(ben.heard()) == 1
    await world.passes(minutes=2)
    assert "I've asked the people who are there now." in ana.heard_once()
    assert cora.heard() == []
    await world.passes(minutes=1)
    assert len(cora.heard()) == 1
    assert "those who said they'd help out" in ana.heard_once()
    await world.passes(minutes=5)
    assert "I've now asked everyone who could help" in ana.heard_once()
    assert "116 123" in ana.phone.last.text
    assert len(ben.heard()) == len(cora.heard()) == 1
    await world.passes(minutes=7)
    assert "That's on us, not you." in ana.heard_once()
    await world.passes(minutes=15)
    assert "I'm asking everyone again now." in ana.heard_once()
    assert len(ben.heard()) == len(cora.heard()) == 1
    await ana.presses("Stop looking")
    assert "stopped looking" in ana.heard_once()


async def test_under_18(world: World) -> None:
    """Only Cora may; the safeguarding lead is told; Ben never hears of it."""
    ben, cora = await world.coach("Ben"), await world.coach("Cora", "young_people")
    lead, ana = await waits_for_calls(world, "Lee", "safety_lead"), await world.person("Ana")
    await ana.says("talk to someone")
    ana.heard()
    await ana.presses("No")
    ana.heard()
    await ana.presses("Nothing")
    ana.heard()
    assert len(cora.heard()) == 1
    assert ben.heard() == []
    assert "under 18" in lead.heard_once()
    await cora.says("I'll take it")
    assert "Words only" in cora.heard_once()
    assert "is a coach" in ana.heard_once()
    await ana.sends("photo")
    assert "are off in this talk" in ana.heard_once()


async def test_stop_in_a_talk_asks_first(world: World) -> None:
    """Typed or as a command: Ana is asked, and the talk goes on until she says so."""
    ben, ana = await world.coach("Ben"), await world.person("Ana")
    await asks(ana)
    await ben.says("accept")
    ana.heard(), ben.heard()
    await ana.says("stop")
    assert "Shall I end the talk" in ana.heard_once()
    await ana.presses("No, go on")
    assert "it goes to them" in ana.heard_once()
    await ana.says("still here")
    assert "still here" in ben.heard_once()
    await ana.says("/stop")
    assert "Shall I end the talk" in ana.heard_once()
    await ana.presses("Yes, end and stop")
    ana.heard()
    assert "has ended the talk" in ben.heard()[0]


async def test_staff_have_a_help_of_their_own(world: World) -> None:
    """A tired coach finds how a talk works, a coordinator the list; both can ask for help for themselves."""
    ben, lea = await world.staff("Ben", "coach"), await world.staff("Lea", "coordinator")
    await ben.says("/help")
    assert "the first to take it has it" in ben.heard_once()
    await ben.says("Is anyone waiting?")
    assert ben.heard_once().startswith("Nobody is waiting for you now.")
    for words in ("end", "pass", "note: sounded better"):
        await ben.says(words)
        assert "You're not in a talk right now" in ben.heard_once()
    await ben.says("what now")
    ben.heard()
    await ben.presses("I need help myself")
    assert "What's closest" in ben.heard_once()
    await lea.says("help")
    assert "/dashboard sends you a sign-in link" in lea.heard_once()
    ana = await world.person("Ana")
    await ana.says("/help")
    assert "I'm an automated helper" in ana.heard_once()


async def test_a_talk_that_upset_somebody_reaches_the_coordinators(world: World) -> None:
    """Only when they want it to, under their alias, and without a word of what was said."""
    ben, lea = await world.staff("Ben", "coach"), await world.staff("Lea", "coordinator")
    await ben.says("/on")
    ana = await world.person("Ana")
    await ana.says("talk")
    await ana.presses("Yes")
    await ana.presses("Nothing")
    await ben.presses("I'll take it")
    await ana.says("hello")
    await ben.says("end")
    for hand in (ana, ben, lea):
        hand.heard()
    await ana.presses("It upset me")
    await ana.presses("Yes, tell them")
    assert "a talk upset them" in lea.heard_once()
    ana.heard()


async def test_a_tired_coach_types_everything(world: World) -> None:
    """On, a bare yes to an alert, "I need help with this one" that Ana never reads, off."""
    ben = await world.staff("Ben", "coach")
    await ben.says("hi im on now")
    assert ben.heard_once().startswith("You're on until")
    await world.passes(seconds=20)
    ana, dan = await world.person("Ana"), await world.person("Dan")
    await asks(ana, "Nothing")
    ben.heard()
    await ben.says("yes")
    assert ben.heard_once().startswith(f"You have {await code_name(world, ana)}.")
    ana.heard()
    await ben.says("I need help with this one")
    assert "You don't have to do this alone." in ben.heard_once()
    assert ana.heard() == []
    await ben.says("end")
    for hand in (ana, ben):
        hand.heard()
    await world.passes(minutes=30)
    await asks(dan, "Nothing")
    assert await code_name(world, dan) in ben.heard_all()
    await ben.says("sorry cant tonight")
    assert "That's fine." in ben.heard_once(), "under what he wrote, and not only in the alert"
    dan.heard()
    await ben.says("ok im off")
    assert ben.heard()[0].startswith("You're off.")


async def test_still_there_is_answered_in_a_word(world: World) -> None:
    """ "Yes" after "still there?" is four more hours; before the question it is no word about the shift."""
    ben = await world.coach("Ben")
    await ben.says("yes")
    assert not any("You're on until" in heard for heard in ben.heard())
    await world.passes(hours=3, minutes=50)
    assert "Still there?" in ben.heard_all()
    await ben.says("yes")
    assert ben.heard_once().startswith("Thank you. You're on until")


async def test_yes_is_no_answer_to_an_alert_once_something_else_was_said(world: World) -> None:
    """Ben answers a question of his own after the alert came: nobody is taken by it."""
    ben = await world.coach("Ben")
    ana = await world.person("Ana")
    await asks(ana, "Nothing")
    ben.heard()
    await world.passes(seconds=5)
    await ben.says("how are you")
    await world.passes(seconds=5)
    await ben.says("ok")
    assert not any("You have" in heard for heard in ben.heard())
    assert not any("is a coach" in heard for heard in ana.heard())


async def test_a_page_for_danger_is_answered_in_words(world: World) -> None:
    """ "Im on it" is the button; the second learns whose it is, and nobody gets a menu for people."""
    ben, cora = await world.coach("Ben", "danger_trained"), await world.coach("Cora", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i want to die")
    ana.heard()
    who = await code_name(world, ana)
    assert all(who in hand.heard_once() for hand in (ben, cora))
    await ben.says("im on it")
    assert any(heard.startswith(f"You have {who}.") for heard in ben.heard())
    await cora.says("ill take it")
    assert f"Taken by {await code_name(world, ben)}: {who}." in cora.heard_all()
    assert ana.heard()


async def test_a_page_for_danger_is_left_to_others_in_words(world: World) -> None:
    """Ben can't: it is as after the button, and he gets no menu for people."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i want to die")
    ben.heard(), ana.heard()
    await ben.says("sorry cant right now")
    assert "Someone else is asked" in ben.heard_once(), "under what he wrote, and not only in the page"


async def test_a_page_is_answered_from_the_middle_of_another_talk(world: World) -> None:
    """What Ben types at Dora's page is no line to Ana; a word to Ana is, as soon as he has answered her."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await asks(ana, "Nothing")
    await ben.says("mine")
    await ben.says("hello")
    answers = {"Dora": ("im on it", "You're in a talk already"), "Eve": ("not me", "Someone else is asked")}
    for name, (words, answer) in answers.items():
        await world.passes(seconds=5)
        ana.heard(), ben.heard()
        dora = await world.person(name)
        await dora.says("i took 40 paracetamol")
        await world.passes(seconds=5)
        assert ben.heard(), "he is paged"
        await ben.says(words)
        assert answer in ben.heard_once()
        assert not ana.heard()
        assert dora.heard()
    await ben.says("on it, give me a moment")
    assert "on it, give me a moment" in ana.heard_once()
    await ben.says("im on it")
    assert "im on it" in ana.heard_once(), "nothing else was asked since"


async def test_who_is_on_is_read_from_the_rota(world: World) -> None:
    """By name, for coaches and coordinators, of any day; of today also who is there at the moment."""
    ben, cora = await world.coach("Ben"), await world.staff("Cora", "coach")
    kim = await world.staff("Kim", "coordinator")
    async with world.service.store.transaction() as tx:
        who = await people.by_chat(tx, CHANNEL, ChatId(cora.id))
        assert who is not None
        await rotas.add_shift(tx, who.id, 1, time(20), time(23))
    await ben.says("who is on tomorrow?")
    assert ben.heard_once() == "On the rota Tue 24 Nov:\nTue 24 Nov 20:00–23:00 Cora"
    await kim.says("whos on tonight")
    assert kim.heard_once() == "Nobody is on the rota Mon 23 Nov.\nThere now: Ben"


async def test_staff_who_ask_for_nothing_in_particular_get_their_own_screen(world: World) -> None:
    """Not the menu for people; from there they may be people, too."""
    ben, kim = await world.coach("Ben"), await world.staff("Kim", "coordinator")
    for words in ("what do i do", "how are you?", "hi"):
        await ben.says(words)
        assert "Write /on when you can be there" in ben.heard_all()
        await kim.says(words)
        assert "/dashboard sends you a sign-in link" in kim.heard_all()
    await ben.says("Is anyone waiting?")
    assert ben.heard_once().startswith("Nobody is waiting for you now.")
    for words in ("end", "pass", "note: sounded better"):
        await ben.says(words)
        assert "You're not in a talk right now" in ben.heard_once()
    await ben.says("what now")
    ben.heard()
    await ben.presses("I need help myself")
    assert "What's closest" in ben.heard_all()


async def test_a_yes_to_what_a_coach_may_read_is_one_to_the_least(world: World) -> None:
    """Nobody who wants a person is asked twice for a word that is missing; they read what is shown."""
    ben = await world.coach("Ben")
    for name, words, told, shown in (
        ("Ana", "yes please", True, "only today"),
        ("Dan", "i dont mind", True, "only today"),
        ("Eve", "just today please", False, "only today"),
        ("Gil", "no thanks", False, "nothing"),
    ):
        person = await world.person(name)
        await person.says("talk to someone")
        await person.says("im 30")
        person.heard()
        await person.says(words)
        heard = person.heard_all()
        assert "I'm asking the people on shift right now" in heard
        assert ("what you said today, and nothing else" in heard) == told
        ben.heard()
        await ben.says("mine")
        assert f"Agreed to share: {shown}" in ben.heard_all()
        await ben.says("end")
        person.heard(), ben.heard()
