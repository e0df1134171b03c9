"""A talk when things go wrong: coaches who go quiet, two at once, blocks, twenty requests."""

import asyncio
from datetime import timedelta

from bot.app.library import files
from bot.store.keeping.backup import backup
from bot.store.keeping.restore import restore
from tests.world import DATABASE, Hand, World


async def asks(world: World, name: str, share: str = "Nothing") -> Hand:
    """Somebody asks for a person, and has read what they are told."""
    hand = await world.person(name)
    await hand.says("talk to someone")
    await hand.presses("Yes")
    await hand.presses(share)
    hand.heard()
    return hand


async def test_twenty_requests_are_one(world: World) -> None:
    """However often somebody asks, one alert stands on each phone, and each asking has an answer."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    for _ in range(20):
        await ana.says("talk to someone")
        assert ana.heard()
    assert len(ben.heard()) == 1


async def test_two_coaches_at_the_same_moment(world: World) -> None:
    """Both press: one has the talk and the summary, the other reads "taken", and nothing of the person."""
    ben, cora = await world.coach("Ben"), await world.coach("Cora")
    ana = await asks(world, "Ana", "Everything I've told you")
    ben.heard(), cora.heard()
    ben.phone.presses("I'll take it")
    cora.phone.presses("I'll take it")
    await world.settles()
    said = [hand.heard_all() for hand in (ben, cora)]
    assert sum("You have" in one for one in said) == 1
    assert sum("Taken" in hand.phone.messages[-1].text for hand in (ben, cora)) == 1
    assert "has just taken your request" in ana.heard_once()


async def test_accepted_and_silent(world: World) -> None:
    """Nudged at 3 minutes, released at 6, said as it is; who writes meanwhile is not greeted anew."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    await ben.presses("I'll take it")
    ana.heard(), ben.heard()
    await world.passes(minutes=3)
    assert "Are you still there?" in ben.heard_once()
    await world.passes(minutes=3)
    assert "has gone to the others" in ben.heard_once()
    assert "has gone quiet" in ana.heard_once()
    await ana.says("is anybody there?")
    assert "While I look" in ana.heard_once()
    await world.passes(minutes=9)
    ana.heard()
    cora = await world.coach("Cora")
    await cora.presses("I'll take it")
    assert "has just taken your request" in ana.heard_all()
    await cora.says("hello")
    assert "hello" in ana.heard_once()
    cora.heard()
    ben.heard()


async def test_the_coach_blocks_the_bot(world: World) -> None:
    """A coach who cannot be reached any more loses the talk to the others, and the person is told."""
    ben, cora = await world.coach("Ben"), await world.coach("Cora")
    ana = await asks(world, "Ana")
    await ben.says("take")
    await ben.says("hi")
    ana.heard(), ben.heard(), cora.heard()
    await ben.blocks()
    assert "had to go" in ana.heard_all()
    assert "waiting" in cora.heard_once().lower()
    await cora.says("accept")
    assert "has just taken" in ana.heard_once()
    cora.heard()


async def test_the_person_blocks_the_bot(world: World) -> None:
    """The talk ends for the coach, their lines go, and later words start anew."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    await ben.says("take")
    await ana.says("my secret words")
    ben.heard()
    await ana.blocks()
    assert "has ended the talk" in ben.heard()[0]
    await world.passes(minutes=3)
    assert not [one for one in ben.phone.messages if "my secret words" in one.text]
    await ana.unblocks()
    await ana.says("hello")
    assert "any hour" in ana.heard()[-1]


async def test_leaving_the_queue(world: World) -> None:
    """ "Stop looking", sure, takes the alert off every phone, and asking again makes a new one."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    assert "waiting under a minute" in ben.heard_once()
    await ana.presses("Stop looking")
    await ana.presses("Yes, stop")
    assert "I've stopped looking" in ana.heard_all()
    assert "No longer needed" in ben.phone.last.text
    assert ben.buttons == ["I'm off"]
    await ana.says("talk")
    await ana.presses("Everything I've told you")
    assert "waiting under a minute" in ben.heard_once()
    ana.heard()
    await ana.says("stop")
    assert "I've stopped" in ana.heard_once()
    await world.passes(hours=25)
    assert ana.heard() == []
    ben.heard()


async def test_nobody_at_all(world: World) -> None:
    """Nobody on shift: said at once, at 15 and 30 minutes; a newcomer is alerted; 24 hours end it."""
    lea = await world.staff("Lea", "coordinator")
    ana = await asks(world, "Ana")
    assert "has waited under a minute and nobody has answered" in lea.heard_once()
    await world.passes(minutes=15)
    told = ana.heard()
    assert ["able to reach anyone" in one for one in told] == [True, True, True, False]
    assert "Nobody is on shift" in told[-1]
    assert all("116 123" in one for one in told)
    await world.passes(minutes=15)
    assert "I can't reach anyone yet" in ana.heard_once()
    await world.restarts(hours=2)
    ben = await world.coach("Ben")
    assert "Nobody has come to" in ben.phone.last.text
    await world.passes(hours=22)
    assert "for 24 hours" in ana.heard()[-1]
    assert "nobody came" in lea.heard()[-1]
    ben.heard()
    assert any("No longer needed" in message.text for message in ben.phone.messages)


async def test_old_buttons_stay_old(world: World) -> None:
    """A button from before a talk answers nothing that is asked after it, however alike they are."""
    ben = await world.coach("Ben")
    ana = await world.person("Ana")
    await ana.says("talk")
    (ask,) = [one for one in ana.phone.messages if "18 or over" in one.text]
    old = next(str(b["callback_data"]) for row in ask.rows for b in row if b["text"] == "No")
    await ana.presses("Yes")
    await ana.presses("Nothing")
    await ben.says("take")
    await ben.says("end")
    ana.heard(), ben.heard()
    for words in ("check in", "/hide", "/mydata", "/forget"):
        await ana.says(words)
        ana.heard()
        ana.phone.presses_data(ask, old)
        await world.settles()
        assert "That button was from earlier" in ana.heard_once()


async def test_a_coach_writes_on_after_the_end(world: World) -> None:
    """Nobody gets it, even where it sounds like danger; one tap says that it is about themselves."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    await ben.presses("I'll take it")
    await ben.says("hi")
    await ben.says("end")
    ana.heard(), ben.heard()
    await ben.says("one more thing, ring me on sunday")
    assert "You aren't in a talk with" in ben.heard_once()
    await ben.says("are you going to kill yourself tonight? i want to die sometimes too")
    assert "999" in ben.heard_once()
    assert ana.heard() == []
    await ben.presses("It's about me")
    assert "I'm staying here with you" in ben.heard_all()
    await ben.says("no")
    ana.heard(), ben.heard()


async def test_a_tired_coach_answers_an_alert_by_writing(world: World) -> None:
    """Nobody has been sent it, and one tap takes the talk; the bot does not take him for somebody in need."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    ben.heard()
    await ben.says("hi whats going on, are you safe tonight")
    assert "is still waiting, and nobody has been sent that" in ben.heard_once()
    await ben.says("do you want to die tonight?")
    assert "999" in ben.heard_once()
    ana.heard()
    await ben.presses("I'll take it")
    await ben.says("hi, im here")
    assert "hi, im here" in ana.heard_all()
    assert "You have " in ben.heard()[-1]


async def test_a_coach_with_an_alert_may_need_somebody_too(world: World) -> None:
    """ "It's about me", and from then on what they write is theirs."""
    ben = await world.coach("Ben")
    await asks(world, "Ana")
    ben.heard()
    await ben.says("im struggling tonight")
    ben.heard()
    await ben.presses("It's about me")
    assert "What's closest?" in ben.heard_all()


async def test_what_waited_while_the_service_was_down(world: World) -> None:
    """Every line of a talk still arrives, both ways; to ask for a person holds, whatever came after it."""
    ben = await world.coach("Ben")
    ana, cy = await asks(world, "Ana"), await world.person("Cy")
    await ben.presses("I'll take it")
    ana.heard(), ben.heard()
    await world.ends()
    for words in ("first", "second"):
        ana.phone.says(words)
        ben.phone.says(f"my {words}")
    for words in ("can i talk to someone", "hello?", "stop", "are you there"):
        cy.phone.says(words)
    world.clock.move(timedelta(minutes=15))
    await world.begins()
    await world.settles()
    lines = [one.partition(": ")[2] for hand in (ana, ben) for one in hand.heard() if ": " in one]
    assert lines == ["my first", "my second", "first", "second"]
    sorry, asked, stopped = cy.heard()
    assert "until now" in sorry
    assert "are you 18 or over?" in asked
    assert "I've stopped" in stopped


async def test_a_talk_that_a_backup_brings_back_is_over(world: World) -> None:
    """Ana ended it after the backup: what she tells the bot meanwhile is not Ben's to read, nor his hers."""
    ben = await world.coach("Ben")
    ana = await asks(world, "Ana")
    await ben.presses("I'll take it")
    await ben.says("hi")
    database = world.folder / DATABASE
    made = await asyncio.to_thread(backup, database, world.folder / "backups", world.clock.now())
    await ana.says("end")
    ana.heard(), ben.heard()
    await world.ends()
    ana.phone.says("i slipped, and only you may know")
    ben.phone.says("bye now")
    await asyncio.to_thread(restore, made, database, files.data_map(), world.clock.now())
    await world.begins()
    await world.settles()
    closed, *answer = ana.heard()
    assert "closed this for now" in closed
    assert "Thank you for telling me" in answer[-1]
    told = ben.heard_all()
    assert "the talk is closed" in told
    assert "nobody has been sent that" in told
    assert "slipped" not in told
