"""Families and friends: a path to come back to, check-ins of their own, a card that leads to nobody."""

from pathlib import Path

from bot.domain.channel.outgoing import Text
from bot.domain.checkins.checkin import Window
from bot.domain.conversation.moves import Start
from bot.domain.ids import OutboxId
from bot.store.conversing import answers, outbox, people
from tests.app.night import Night, night
from tests.app.test_explaining import NOON


async def test_she_goes_on_where_she_was(night: Night) -> None:
    """What she read last is given back, once she has let it be kept; to somebody new, nothing."""
    ana = await night.arrives("Ana")
    await night.event(ana, Start("family"))
    await ana.presses("No, not right now")
    assert ana.newest().startswith("What would help you most tonight?")
    await ana.presses("Money")
    assert "Money is the hardest" in ana.all_of_it()
    await ana.presses("Keep my place")
    await night.event(ana, Start("family"))
    await ana.presses("No, not right now")
    assert "Last time we looked at this: money." in ana.newest()
    await ana.presses("Worse")
    assert "You don't have to work out alone" in ana.newest()


async def test_danger_is_asked_for_first_each_time(night: Night) -> None:
    """Before anything else, on every return."""
    ana = await night.arrives("Ana")
    for _ in range(2):
        await night.event(ana, Start("family"))
        assert "are they hard to wake, breathing oddly, or in danger right now?" in ana.newest()
        await ana.presses("No, not right now")


async def test_her_check_ins_ask_after_herself(tmp_path: Path) -> None:
    """Never whether she drank; what is hard leads to a person, to the parts about them, to a group."""
    async with night(tmp_path, NOON) as world:
        ana = await world.arrives("Ana")
        async with world.as_(ana) as turn:
            people.set_remembers(turn.tx, ana.id, True)
            answers.put(turn.tx, ana.id, "checkin_for", "family", turn.now)
        async with world.as_(ana) as turn:
            await world.check_ins.plans.agree(turn, Window.EVENING)
        await world.passes(hours=36)
        assert ana.newest() == "Hi, it's Harbour. How are you yourself today?"
        keys = next(keys for keys in reversed(ana.buttons.values()) if keys)
        assert not [label for label in keys if "used" in label.lower() or "drank" in label.lower()]
        await ana.presses("Hard")
        await ana.presses("About them")
        assert "in danger right now?" in ana.newest()


async def test_the_card_says_nothing_of_either(night: Night) -> None:
    """Two people who worry are given the same words, which may be sent on; theirs are not among them."""
    cards = []
    for name, theirs in (("Ana", "my brother Liam and his pills"), ("Ben", "my wife")):
        phone = await night.arrives(name)
        await night.event(phone, Start("family", {"own_words": theirs}))
        await phone.presses("No, not right now")
        await phone.presses("Something to send")
        async with night.store.reading() as tx:
            await people.unlock(tx, phone.id)
            waiting = await outbox.open_after(tx, OutboxId(0), 1000)
        sent = [one.body for one in waiting if one.chat == phone.chat]
        assert not [body for body in sent if isinstance(body, Text) and body.protect]
        cards.append(next(text for text in phone.shown.values() if text.startswith("Somebody thought")))
        assert theirs not in cards[-1]
    assert cards[0] == cards[1]
