"""Ana is in danger and writes where she is. Cora and Ben work here: who learns of it, and when."""

from bot.domain.alias import alias
from bot.domain.conversation.matching import plain
from bot.domain.ids import DangerId
from bot.store.oncall import escalations
from tests.app.night import Night, Phone

HERE = "im at 14 mill road"


async def in_danger(night: Night) -> tuple[Phone, Phone, Phone, DangerId]:
    """Ana, whom Cora has been paged for; Ben is next in two minutes."""
    ana = await night.arrives("Ana")
    cora = await night.arrives("Cora", "coach", "danger_trained")
    ben = await night.arrives("Ben", "coach")
    await night.comes_on(cora)
    await night.comes_on(ben)
    which = await night.danger(ana, "suicide", "emergency", "words")
    cora.heard()
    return ana, cora, ben, which


async def test_an_address_reaches_staff_after_one_tap_and_not_before(night: Night) -> None:
    """Cora, who was paged, has it at the tap; Ben, paged later, has it with the page."""
    ana, cora, ben, _ = await in_danger(night)
    await ana.says(HERE)
    assert "Shall I send that on" in ana.heard()[0]
    assert cora.heard() == []
    await ana.presses("Send it on")
    assert ana.heard() == ["I've sent it on."]
    assert cora.heard() == [f"{alias(ana.id)} sends this on, in case you have to ring for them: {HERE}"]
    await night.passes(minutes=2)
    assert HERE in ben.newest()


async def test_without_the_tap_it_stays_with_her(night: Night) -> None:
    """ "Don't send", and two minutes later Ben's page holds nothing of it either."""
    ana, cora, ben, _ = await in_danger(night)
    await ana.says(HERE)
    ana.heard()
    await ana.presses("Don't send")
    assert "haven't sent it" in ana.heard()[0]
    await night.passes(minutes=2)
    assert HERE not in cora.all_of_it() + ben.all_of_it()


async def test_whoever_joins_has_it_in_the_talk(night: Night) -> None:
    """Nobody could be told: it is said so, and Cora, who joins at last, gets it at once."""
    ana = await night.arrives("Ana")
    which = await night.danger(ana, "overdose_now", "emergency", "words")
    await ana.says(HERE)
    ana.heard()
    await ana.presses("Send it on")
    assert "Nobody from the service has joined yet" in ana.heard()[0]
    cora = await night.arrives("Cora", "coach")
    async with night.as_(cora) as turn:
        await night.paging.acknowledge(turn, which)
    assert HERE in cora.all_of_it()


async def test_in_a_talk_the_words_go_at_once_and_the_number_waits(night: Night) -> None:
    """Ben has Ana already: he reads the rest of her words in the same second, the number after the tap."""
    ana, cora, _, _ = await in_danger(night)
    await cora.presses("I'm with them")
    cora.heard(), ana.heard()
    await ana.says("ring my sister 07700 900123 she has keys")
    held_back = night.messages.text("held_back")
    assert cora.heard() == [f"{alias(ana.id)}: ring my sister {held_back} she has keys"]
    assert "Shall I send that on" in ana.heard()[0]
    await ana.presses("Send it on")
    assert "07700 900123" in cora.heard()[0]


async def test_typed_instead_of_tapped(night: Night) -> None:
    """Buttons are words too, once, and only while an offer stands."""
    ana, cora, _, which = await in_danger(night)
    await ana.says(HERE)
    for handled in (True, False):
        async with night.as_(ana) as turn:
            talk = await night.conversations.load(turn)
            assert await night.sending_on.typed(turn, talk, plain("Send it on!")) is handled
            night.conversations.save(turn, talk)
    assert HERE in cora.all_of_it()
    async with night.as_(ana) as turn:
        page = await escalations.page(turn.tx, which)
    assert page is not None
    assert page.place == HERE


async def test_with_no_danger_open_nothing_is_offered(night: Night) -> None:
    """In an ordinary talk, or none, a number is just a number."""
    ana = await night.arrives("Ana")
    await ana.says(HERE)
    assert ana.heard() == []
    async with night.store.reading() as tx:
        assert await escalations.page(tx, DangerId(1)) is None
