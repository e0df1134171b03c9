"""Danger that was not heard: Ben, who is with Ana, says so with one tap."""

from bot.domain.alias import alias
from bot.store.conversing import people
from bot.store.danger import danger_log
from bot.store.danger.danger_log import Heard
from tests.app.night import Night, Phone


async def talking(night: Night, *, remembers: bool) -> tuple[Phone, Phone]:
    """Ana has just written to Ben, who has her, words in which nothing was heard."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await night.comes_on(ben)
    await night.asks(ana)
    await ben.presses("I'll take it")
    async with night.as_(ana) as turn:
        people.set_remembers(turn.tx, ana.id, remembers)
        talk = await night.conversations.load(turn)
        talk.heard("the dog has a new home. ring me on 07700 900123", night.now)
        night.conversations.save(turn, talk)
    ben.heard()
    return ana, ben


async def missed_of(night: Night, who: Phone) -> list[Heard]:
    async with night.store.reading() as tx:
        return await danger_log.of_person(tx, who.id)


async def test_one_tap_keeps_the_last_words(night: Night) -> None:
    """Ana agreed: her words are in the log without her number, and Ben is reminded to ask."""
    ana, ben = await talking(night, remembers=True)
    await ben.presses("That was danger, missed")
    assert f"Ask {alias(ana.id)} about it now" in ben.heard()[0]
    (row,) = await missed_of(night, ana)
    assert (row.kind, row.tier, row.rule) == ("none", "missed", "missed.coach")
    assert row.said.startswith("the dog has a new home.")
    assert "900123" not in row.said


async def test_without_consent_only_that_it_happened(night: Night) -> None:
    """Typed as well as tapped; and none of it is passed to Ana."""
    ana, ben = await talking(night, remembers=False)
    await ben.says("missed")
    assert "only that I missed something" in ben.heard()[0]
    assert [row.said for row in await missed_of(night, ana)] == [""]
    assert "missed" not in ana.all_of_it()


async def test_after_the_talk_there_is_nobody_to_tell_it_of(night: Night) -> None:
    """The button of a talk that is over says so."""
    ana, ben = await talking(night, remembers=True)
    data = next(d["That was danger, missed"] for d in ben.buttons.values() if "That was danger, missed" in d)
    await ben.says("end")
    ben.heard()
    await night.press(ben, data)
    assert "not in a talk" in ben.heard()[0]
    assert await missed_of(night, ana) == []
