"""Ana and Ben would like to talk again."""

from datetime import timedelta

from bot.domain.alias import alias
from bot.domain.conversation.moves import Start
from bot.domain.person import Age
from bot.store.oncall import mentoring
from tests.app.night import Night, Phone


async def talked(world: Night, ana: Phone, ben: Phone) -> None:
    await world.comes_on(ben)
    await world.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    await ben.says("end")


async def paired(world: Night, ana: Phone, ben: Phone) -> None:
    await talked(world, ana, ben)
    await ben.presses("The same person again")
    await ana.presses("Yes, please")


async def test_from_a_talk_to_the_next_one(night: Night) -> None:
    """Ana asks, Ben says yes; Ana proposes a time that suits both, Ben agrees, and at the hour they talk."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    kim, cora = await night.arrives("Kim", "coordinator"), await night.arrives("Cora", "coach")
    await talked(night, ana, ben)
    await ana.presses("It helped")
    await ana.presses("The same person again")
    await ana.presses("Yes, ask them")
    assert "would be glad to talk with you again" in ben.newest()
    await ben.presses("Yes, gladly")
    assert "can talk again when it suits you both" in ana.newest()
    assert "are a pair now" in kim.newest()
    await night.event(ben, Start("mentor"))
    await ben.presses("When I'm free")
    await ben.presses("Evenings")
    await ben.presses("Done")
    await night.event(ana, Start("mentor"))
    assert "Their times: Evenings." in ana.newest()
    await ana.presses("Plan a talk")
    await ana.presses("Mon 23 Nov 19:00")
    await ben.presses("That suits me")
    assert "on Mon 23 Nov 19:00" in ana.newest()
    cora.heard()
    await night.passes(hours=16)
    assert "planned to talk now" in ana.newest()
    await ben.presses("I'm here")
    assert "Someone is here with you now." in ana.all_of_it()
    await ben.says("good to see you")
    assert "good to see you" in ana.newest()
    assert cora.heard() == []
    async with night.store.reading() as tx:
        (pair,) = await mentoring.of(tx, ana.id)
    assert (pair.state, pair.talk_at) == ("active", None)


async def test_either_may_say_no_or_end_it_and_the_other_hears_it_kindly(night: Night) -> None:
    """Ana's no says nothing of her to Ben; later Ben's end says that it is not about her."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    kim = await night.arrives("Kim", "coordinator")
    await talked(night, ana, ben)
    await ben.presses("The same person again")
    ben.heard()
    await ana.presses("No, thank you")
    assert ben.heard() == []
    assert kim.heard() == []
    await paired(night, ana, ben)
    await night.event(ana, Start("mentor"))
    await ana.presses("Pause it")
    assert "needs a pause" in ben.newest()
    await night.event(ben, Start("mentor"))
    await ben.presses("Go on")
    await night.event(ben, Start("mentor"))
    await ben.presses("End it")
    await ben.presses("Yes, end it")
    assert "It isn't about anything you did" in ana.newest()
    assert "have ended" in kim.newest()


async def test_only_adults_and_only_who_have_talked(night: Night) -> None:
    """Who is under 18 or would not say has no mentor, from either side; nobody picks a stranger."""
    young, ben = await night.arrives("Ana", age=Age.UNSAID), await night.arrives("Ben", "coach")
    dan = await night.arrives("Dan", "coach")
    await talked(night, young, ben)
    await ben.presses("The same person again")
    assert "18 or over" in ben.newest()
    await night.event(young, Start("mentor"))
    assert "18 or over" in young.newest()
    async with night.as_(dan) as turn:
        talk = await night.conversations.load(turn)
        await night.mentoring.presses()["again"](turn, talk, str(young.id))
    async with night.store.reading() as tx:
        assert await mentoring.of(tx, young.id) == []


async def test_a_mentor_who_leaves_is_told_of_kindly(night: Night) -> None:
    """Ben is suspended: Ana hears that it is not about her, Kim that the pair has ended."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    kim = await night.arrives("Kim", "coordinator")
    await paired(night, ana, ben)
    async with night.as_(kim) as turn:
        await night.team.suspend(turn, ben.id)
    assert "It isn't about you, and they were glad to know you" in ana.newest()
    async with night.store.reading() as tx:
        ((pair, _, ended, by),) = await mentoring.everybody(tx, night.now - timedelta(days=1))
    assert (pair.state, ended, by) == ("ended", night.now, "left")


async def test_a_planned_talk_that_does_not_suit(night: Night) -> None:
    """Ben can't: Ana hears it, nothing happens at the hour."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await paired(night, ana, ben)
    await night.event(ana, Start("mentor"))
    await ana.presses("Plan a talk")
    await ana.presses("Mon 23 Nov 10:00")
    await ben.presses("Another time")
    assert "can't on Mon 23 Nov 10:00" in ana.newest()
    ana.heard()
    ben.heard()
    await night.passes(hours=8)
    assert [line for line in ben.heard() if "planned" in line] == ana.heard() == []


async def wants_somebody(world: Night, ana: Phone, *answers: str) -> str:
    """Ana asks for a person and answers; gives what she has been told since."""
    ana.heard()
    await world.event(ana, Start("talk"))
    for label in answers:
        await ana.presses(label)
    return "\n".join(ana.heard())


async def test_her_own_coach_is_offered_first_and_nobody_waits_for_him(night: Night) -> None:
    """Ben is off shift: he is asked at the same moment as Cora, who is on. With "anyone" only Cora is."""
    ana, ben, cora = (
        await night.arrives("Ana"),
        await night.arrives("Ben", "coach"),
        await night.arrives("Cora", "coach"),
    )
    await paired(night, ana, ben)
    await night.passes(hours=30)  # the day in which he is asked anyway is over, and /on has lapsed
    await night.comes_on(cora)
    ben.heard()
    said = await wants_somebody(night, ana, "Ask them", "Nothing")
    assert f"{alias(ben.id)}, your own coach, can be asked now" in said
    assert f"I've asked {alias(ben.id)}" in said
    assert (len(ben.heard()), len(cora.heard())) == (1, 1)
    await ben.presses("I'll take it")
    await ben.says("end")
    ben.heard()
    await night.passes(hours=30)
    await night.comes_on(cora)
    ben.heard()
    assert "I've asked" not in await wants_somebody(night, ana, "Anyone", "Nothing")
    assert (ben.heard(), len(cora.heard())) == ([], 1)


async def test_her_own_coach_cannot_be_asked(night: Night) -> None:
    """Ben is off, or in a talk, and it is said; the next question comes at once. Paused: he isn't named."""
    ana, ben, dora = (
        await night.arrives("Ana"),
        await night.arrives("Ben", "coach"),
        await night.arrives("Dora"),
    )
    await paired(night, ana, ben)
    await night.asks(dora)
    await ben.presses("I'll take it")
    said = await wants_somebody(night, ana)
    assert f"{alias(ben.id)}, your own coach, can't be asked just now" in said
    assert "What may they read" in said
    await ben.says("end")
    async with night.as_(ben) as turn:
        await night.rotas.off(turn, await night.conversations.load(turn), "")
    assert "can't be asked just now" in await wants_somebody(night, ana)
    await night.event(ana, Start("mentor"))
    await ana.presses("Pause it")
    assert "your own coach" not in await wants_somebody(night, ana)


async def test_he_has_gone_off_before_she_has_answered(night: Night) -> None:
    """What was offered a minute ago no longer holds: she hears so, and the others are asked."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await paired(night, ana, ben)
    await wants_somebody(night, ana, "Ask them")
    async with night.as_(ben) as turn:
        await night.rotas.off(turn, await night.conversations.load(turn), "")
    ben.heard()
    await ana.presses("Nothing")
    assert f"{alias(ben.id)}, your own coach, can't be asked after all" in ana.all_of_it()
    assert ben.heard() == []
