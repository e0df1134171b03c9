"""Ana waits and cannot stay in the chat: she is rung, or comes back at a time; and no word comes too late."""

from datetime import time, timedelta

import pytest

from bot.app.oncall import expected_wait
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.person import Age
from bot.store.conversing import outbox
from bot.store.oncall import call_backs, handoffs
from bot.store.rota import rotas
from tests.app.night import Night, Phone
from tests.app.test_handoffs import crew

NUMBER = "07700 900123, after six"


async def asks_to_be_rung(night: Night, ana: Phone) -> None:
    """She taps "Call me back" and gives her number."""
    await ana.presses("Call me back")
    await ana.types(NUMBER)


async def waits(night: Night, ana: Phone) -> None:
    """She has asked, and reads the words of the first minute."""
    await night.asks(ana)
    await night.passes(minutes=1)


async def test_her_number_reaches_the_coach_who_accepts_and_nobody_else(night: Night) -> None:
    """Not in the alert, not on Cora's phone, not in what is kept of the conversation; gone at the end."""
    ana, ben, cora = await crew(night)
    await night.comes_on(cora)
    await waits(night, ana)
    await asks_to_be_rung(night, ana)
    assert "locked it away" in ana.newest()
    assert "900123" not in ben.all_of_it() + cora.all_of_it()
    await ben.presses("I'll take it")
    assert f"{alias(ana.id)} would like to be rung: {NUMBER}" in ben.all_of_it()
    assert "900123" not in cora.all_of_it()
    await ben.says("end")
    assert "900123" not in ben.all_of_it()
    async with night.store.reading() as tx:
        talk = await handoffs.last_talk(tx, ana.id, night.now - timedelta(days=1))
        assert talk is not None
        assert await call_backs.get(tx, talk.ask.id, ana.id) is None


async def test_once_rung_the_number_is_deleted(night: Night) -> None:
    """From the store and from Ben's chat, while the talk goes on; Cora, who gets it next, never sees it."""
    ana, ben, cora = await crew(night)
    await waits(night, ana)
    await asks_to_be_rung(night, ana)
    await ben.presses("I'll take it")
    await ben.presses("I've rung: delete it")
    assert "900123" not in ben.all_of_it()
    await ben.says("pass")
    await cora.presses("I'll take it")
    assert "900123" not in cora.all_of_it()


async def test_given_back_the_number_goes_on_to_the_next_coach(night: Night) -> None:
    """Ben has not rung and passes: it leaves his chat, and Cora has it."""
    ana, ben, cora = await crew(night)
    await waits(night, ana)
    await asks_to_be_rung(night, ana)
    await ben.presses("I'll take it")
    await ben.says("pass")
    assert "900123" not in ben.all_of_it()
    await cora.presses("I'll take it")
    assert "900123" in cora.all_of_it()


async def test_she_takes_it_back(night: Night) -> None:
    """Before anybody has seen it."""
    ana, ben, _ = await crew(night)
    await waits(night, ana)
    await asks_to_be_rung(night, ana)
    await ana.presses("Delete my number")
    assert "no number is kept" in ana.all_of_it()
    await ben.presses("I'll take it")
    assert "900123" not in ben.all_of_it()


async def test_words_without_a_number_are_asked_about_once(night: Night) -> None:
    """ "After six" is no number: she is told how one looks, and then it stays in writing."""
    ana, _, _ = await crew(night)
    await waits(night, ana)
    await ana.presses("Call me back")
    await ana.types("after six please")
    assert "couldn't find a number" in ana.newest()
    await ana.types("later")
    assert "It stays in writing" in ana.all_of_it()


@pytest.mark.parametrize("age", [Age.MINOR, Age.UNSAID])
async def test_ringing_is_for_adults(night: Night, age: Age) -> None:
    """As voice messages are."""
    ana = await night.arrives("Ana", age=age)
    await waits(night, ana)
    await ana.presses("Call me back")
    assert "Ringing is off" in ana.all_of_it()


async def test_a_time_that_she_chose(night: Night) -> None:
    """Cora is on at eight tonight: until then nobody is asked, then she is, and Ana hears of it."""
    ana, ben, cora = await crew(night)
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(20), time(23))
    await waits(night, ana)
    for phone in (ana, ben, cora):
        phone.heard()
    await ana.presses("Book a time")
    assert "Mon 20:00" in ana.buttons[max(ana.buttons)]
    await ana.presses("Mon 20:00")
    assert ana.newest().startswith("Mon 20:00 it is.")
    assert ben.newest().startswith("No longer needed")
    ana.heard()
    await night.passes(hours=16, minutes=58)
    assert [one for one in ana.heard() if "chose" in one] == []
    await night.passes(minutes=2)
    assert ana.heard()[0] == "Hi, it's me, at the time you chose."
    assert any(line.startswith(alias(ana.id)) for line in cora.heard())
    await cora.presses("I'll take it")
    assert ana.heard()[-1] == "Someone is here with you now."


async def test_who_got_somebody_before_their_time_is_not_asked_for_again(night: Night) -> None:
    """She could not wait until eight, and is with Ben when it comes."""
    ana, ben, cora = await crew(night)
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(4), time(5))
    await waits(night, ana)
    await ana.presses("Book a time")
    await ana.presses("Mon 04:00")
    await night.passes(minutes=57)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    ana.heard(), cora.heard()
    await night.passes(minutes=3)
    assert ana.heard() == []
    assert [line for line in cora.heard() if alias(ana.id) in line] == []


async def test_an_empty_rota_offers_no_time(night: Night) -> None:
    """Said as it is, with a line that is open, and she is looked for as before."""
    ana, _, _ = await crew(night)
    await waits(night, ana)
    await ana.presses("Book a time")
    assert "I have no time to offer" in ana.all_of_it()
    async with night.store.reading() as tx:
        assert await handoffs.open_of(tx, ana.id) is not None


async def test_the_wait_is_said_only_when_it_is_known(night: Night) -> None:
    """Without a history nothing; after eight nights of answers how long; off shift the next shift."""
    ana, ben, cora = await crew(night)

    async def said(*, there: bool = True) -> str:
        async with night.as_(ana) as turn:
            return await expected_wait.said(turn, night.place, there=there)

    assert await said() == "I can't know how long it takes."
    for _ in range(8):
        await night.asks(ana)
        await night.passes(minutes=7)
        await ben.presses("I'll take it")
        await ben.says("end")
        await night.passes(hours=23, minutes=53)
        await night.comes_on(ben)
    assert await said() == "Lately at this time most people had an answer within 10 min. I can't promise it."
    assert await said(there=False) == "I can't know how long it takes."
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 1, time(6), time(12))
    assert await said(there=False) == "The next shift starts Tue 06:00."


async def test_what_was_held_up_is_not_said_over_a_person(night: Night) -> None:
    """A waiting word and a reply of the bot's are still unsent when Ben accepts: they never leave."""
    ana, ben, _ = await crew(night)
    await night.asks(ana)
    async with night.store.transaction() as tx:
        turn = await night._turn(tx, ana)
        turn.say("person_still_trying")
        outbox.add(tx, ana.id, Post(ana.chat, Text("3, 2, 1"), "late", SendClass.NUDGE), night.now)
    async with night.store.transaction() as tx:
        ours = await night._turn(tx, ben)
        (stored,) = await handoffs.waiting(tx)
        await night.on_call.accept(ours, stored.handoff.ask.id)
    await night.deliver()
    assert ana.heard() == ["Someone is here with you now."]
    night.clock.move(timedelta(seconds=1))


async def test_down_while_she_waits_she_hears_once_how_it_stands(night: Night) -> None:
    """Down from the second minute to the twentieth: the last word says it all, the three before are over."""
    ana, *_ = await crew(night)
    await night.asks(ana)
    night.clock.move(timedelta(minutes=20))
    await night.passes(minutes=0)
    assert "That's on us, not you" in ana.newest()
    assert len(ana.heard()) == 1
