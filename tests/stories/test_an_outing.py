"""Somebody to walk in with: asked through the bot, arranged by a coordinator, closed by "back safe"."""

import re
from collections.abc import Callable

from bot.app.directory.imports import Asked, import_reading
from bot.app.library import files
from bot.domain.directory.offering import Entry, Reading
from bot.domain.ids import ChatId
from bot.domain.oncall.mentoring import agree
from bot.feeds.demo import SOURCE, ZONE
from bot.feeds.read import read_source
from bot.store.conversing import people
from bot.store.oncall import mentoring
from tests import shipped
from tests.stories.test_the_questions import furnish
from tests.world import Hand, World


async def asks(world: World, ana: Hand, *answers: str, which: int = 0) -> None:
    """Ana looks for a group tomorrow, and asks for company to the first one, or another."""
    await furnish(world)
    await ana.says("groups near LS2 tomorrow")
    await ana.presses(ana.buttons[which])
    for label in ("Someone to go with", "Meet me at the door", *answers):
        await ana.presses(label)


def on_phone(hand: Hand) -> str:
    """Everything that stands in the chat there now."""
    return "\n".join(message.text or "" for message in hand.phone.messages)


async def arranged(world: World) -> tuple[Hand, Hand, Hand]:
    """Ana asks for company, the coordinator Kim asks Dan, and he says yes: Ana, Dan, Kim."""
    ana = await world.person("Ana")
    dan, kim = await world.staff("Dan", "coach", "may_meet"), await world.staff("Kim", "coordinator")
    await asks(world, ana, "Yes")
    await kim.presses("Dan")
    await dan.presses("Yes, I'll be there")
    return ana, dan, kim


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
    assert "A reminder of what we arranged" in ana.heard_all()
    await dan.presses("Yes, all well")
    assert "Good. Thank you" in dan.heard_all()
    await world.passes(hours=6)
    assert "How did it go at " in ana.heard_once(), "the evening after it"
    await ana.says("i went, it was nice")
    assert "Would you go again?" in ana.heard_once()
    await ana.says("yes i would")
    assert "good to know about this group" in ana.heard_once()


async def test_somebody_who_may_not_meet_people_is_never_asked(world: World) -> None:
    """A coach without the grant is not on the coordinator's list; when nobody can, Ana hears it honestly."""
    ana = await world.person("Ana")
    await world.staff("Ben", "coach")
    kim = await world.staff("Kim", "coordinator")
    await asks(world, ana, "Yes")
    asked = kim.heard_all()
    assert "Nobody may meet people yet" in asked
    (which,) = re.findall(r"meet them at (.+? on \w+|.+? tomorrow|.+?, [\d:]+),", asked)
    ana.heard()
    await kim.presses("Nobody can")
    assert f"Nobody is free to come along to {which}. " in ana.heard_all(), "she may have asked for two"
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
    ana, dan, kim = await arranged(world)
    assert "Dan will be at the public door of" in ana.heard_all()
    kim.heard()
    await dan.presses("I can't after all")
    assert "Dan can't come after all to " in ana.heard_all()
    assert "Whom else shall I ask?" in kim.heard_all()
    await world.passes(hours=40)
    assert "Nobody is free to come along" in ana.heard_all()
    assert "Nobody was found in time" in kim.heard_all()
    assert "Are you both back safe?" not in dan.heard_all()


async def test_where_a_lift_begins_is_settled_between_the_two(world: World) -> None:
    """Dan says where, without his number; Ana would rather another place, which suits; both are reminded."""
    ana = await world.person("Ana")
    dan, kim = await world.staff("Dan", "coach", "may_meet"), await world.staff("Kim", "coordinator")
    await furnish(world)
    await ana.says("groups near LS2 tomorrow")
    await ana.presses(ana.buttons[1])
    for label in ("Someone to go with", "I need a lift", "Yes"):
        await ana.presses(label)
    await kim.presses("Dan")
    await dan.presses("Yes, I can")
    assert "What shall I pass on?" in dan.heard_all()
    await dan.says("On Market Street by the bus stop, ring 07700 900123")
    assert "without the number" in dan.heard_all()
    said = ana.heard_all()
    assert "Dan writes: On Market Street by the bus stop" in said
    assert "900123" not in said
    await ana.presses("Write to them")
    await ana.says("the library steps would be better")
    assert "I've passed it on" in ana.heard_all()
    await ana.presses("That suits me")
    assert "something newer" in ana.heard_all(), "what was written before no longer counts"
    assert "the library steps would be better" in dan.heard_all()
    await dan.presses("That suits me")
    assert "says that suits: the library steps" in ana.heard_all()
    dan.heard()
    await world.passes(hours=40)
    assert "Settled between you: the library steps" in ana.heard_all()
    said = dan.heard_all()
    assert said.index("A reminder: ") < said.index("Are you both back safe?")
    await dan.presses("Write to them")
    assert "settled, or over" in dan.heard_all(), "nothing is written once it is over"
    assert "library steps" in on_phone(dan)
    await dan.presses("Yes, all well")
    dan.heard()
    assert "library steps" not in on_phone(dan), "what Ana wrote leaves his chat once they are back"
    assert "Dan will meet" in kim.heard_all()


async def test_a_coordinator_whose_colleague_is_silent_asks_another(world: World) -> None:
    """Under the confirmation there is the next one to ask; and silence is told of, with the same buttons."""
    ana = await world.person("Ana")
    dan = await world.staff("Dan", "coach", "may_meet")
    ben, kim = await world.staff("Ben", "coach", "may_meet"), await world.staff("Kim", "coordinator")
    await asks(world, ana, "Yes", which=1)
    await kim.presses("Dan")
    assert "ask somebody else as well" in kim.heard_all()
    assert "Ben" in kim.buttons
    assert "Dan" not in kim.buttons
    await world.passes(hours=3)
    assert "Dan hasn't answered about going along" in kim.heard_all()
    assert "Could you meet" in dan.heard_all()
    await kim.presses("Ben")
    await ben.presses("Yes, I'll be there")
    assert "Ben will be at the public door of" in ana.heard_all()
    assert "Ben will meet" in kim.heard_all()
    assert "Thank you" in ben.heard_all()


async def test_nobody_waits_for_somebody_who_has_everything_erased(world: World) -> None:
    """Ana is forgotten with all she wrote; Dan hears that nobody needs to come."""
    ana, dan, kim = await arranged(world)
    dan.heard(), kim.heard()
    await ana.says("forget me")
    await ana.presses("Yes, erase it all")
    assert "Nobody needs to come" in dan.heard_all()
    assert "Nobody needs to come" in kim.heard_all()
    ana.heard()


async def test_nobody_waits_at_a_door_for_somebody_who_would_rather_not(world: World) -> None:
    """One tap of Ana's, and both Dan and Kim know."""
    ana, dan, kim = await arranged(world)
    dan.heard(), kim.heard()
    await ana.presses("I've changed my mind")
    assert "You can ask again any time" in ana.heard_all()
    assert "Nobody needs to come" in dan.heard_all()
    assert "Nobody needs to come" in kim.heard_all()
    await world.passes(hours=40)
    assert dan.heard() == [], "nobody is asked whether they are back"


async def imported(world: World, change: Callable[[Entry], Entry | None]) -> None:
    """The list comes in again, and has changed."""
    places, raw = shipped.places(demo=True), (files.DATA / "demo" / "groups.csv").read_bytes()
    reading = read_source(raw, "csv", programme="peer", zone=ZONE, places=places)
    assert isinstance(reading, Reading)
    entries = tuple(filter(None, map(change, reading.entries)))
    asked = Asked(SOURCE, "peer", ZONE, world.clock.now(), fictional=True, yes=True)
    await import_reading(world.service.store, Reading(entries), asked)


def an_hour_later(entry: Entry) -> Entry:
    """The same list with other times."""
    return entry._replace(slots=tuple(one._replace(start=one.start + 60) for one in entry.slots))


async def test_who_goes_together_hears_that_the_time_has_changed(world: World) -> None:
    """All three do, in the morning; Dan is asked afterwards by the new time, and Ana may still say no."""
    ana, dan, kim = await arranged(world)
    ana.heard(), dan.heard(), kim.heard()
    await imported(world, an_hour_later)
    await world.passes(minutes=30)
    assert [ana.heard(), dan.heard(), kim.heard()] == [[], [], []], "it is half past three"
    await world.passes(hours=6)
    assert "What we arranged has another time now.\nEarly Cup (made up), 07:45 tomorrow." in ana.heard_all()
    assert "has another time now: 07:45 tomorrow" in dan.heard_all()
    assert "has another time now: 07:45 tomorrow" in kim.heard_all()
    await world.passes(hours=12)
    assert "07:35 tomorrow" in ana.heard_all()
    assert "07:45 tomorrow" in dan.heard_all(), "both are reminded the evening before"
    await world.passes(hours=11.5)
    assert dan.heard() == []
    await world.passes(hours=1)
    assert "Are you both back safe?" in dan.heard_all()


async def test_nobody_goes_together_to_what_is_gone(world: World) -> None:
    """It is no longer in the list: Ana and Dan hear that it may not be there, and nobody stands alone."""
    ana, dan, kim = await arranged(world)
    ana.heard(), dan.heard(), kim.heard()
    await imported(world, lambda entry: None if entry.name.startswith("Early Cup") else entry)
    await world.passes(hours=6)
    assert "it may not be there. So nobody will come for you" in ana.heard_all()
    assert "Nobody needs to go along with" in dan.heard_all()
    assert "Nobody needs to go along with" in kim.heard_all()
    await world.passes(hours=40)
