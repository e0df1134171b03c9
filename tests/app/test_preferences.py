"""Ana would like to talk with a woman; Ben is a man on shift, Cora a woman at home."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.conversation.moves import Start
from bot.domain.events import UnmetNeed
from bot.domain.ids import HandoffId
from bot.domain.oncall.fit import Agreed, Traits, Wanted, Wish
from bot.store.conversing import events, people
from bot.store.oncall import fits
from tests.app.night import Night, Phone, night

WOMAN, MAN = {"gender": frozenset({"woman"})}, {"gender": frozenset({"man"})}
A_WOMAN = Wish("woman", "gender", frozenset({"woman"}))
A_PARENT = Wish("parent", "family", frozenset({"parent"}))
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")


async def is_(world: Night, phone: Phone, traits: Traits) -> None:
    async with world.store.transaction() as tx:
        await people.unlock(tx, phone.id)
        fits.put_profile(tx, phone.id, traits, world.now)


async def asks(
    world: Night, phone: Phone, *wishes: Wish, agreed: Agreed = Agreed.FIT, urgent: bool = False
) -> HandoffId:
    async with world.as_(phone) as turn:
        which = await world.on_call.request(
            turn, share="today", topic="urge", wanted=Wanted(wishes, agreed), urgent=urgent
        )
    assert which is not None
    return which


def alerted(phone: Phone) -> bool:
    return any("wait" in line.lower() or "request" in line.lower() for line in phone.heard())


async def a_team(world: Night) -> tuple[Phone, Phone, Phone]:
    ana = await world.arrives("Ana")
    ben, cora = await world.arrives("Ben", "coach"), await world.arrives("Cora", "coach")
    await is_(world, ben, MAN)
    await is_(world, cora, WOMAN)
    await world.comes_on(ben)
    return ana, ben, cora


async def test_a_woman_is_asked_for_and_a_man_on_shift_is_left_alone(night: Night) -> None:
    """Cora is asked although only Ben is on shift; nobody is told what Ana would like."""
    ana, ben, cora = await a_team(night)
    await asks(night, ana, A_WOMAN)
    assert ben.heard() == []
    assert alerted(cora)
    assert ana.heard() == []


async def test_nobody_fits_and_the_person_chooses(night: Night) -> None:
    """Said truthfully each time; Ben hears nothing until Ana presses "Ask anyone"."""
    ana, ben, cora = await a_team(night)
    async with night.as_(cora) as turn:
        await night.rotas.off(turn, await night.conversations.load(turn), "")
    cora.heard()
    await asks(night, ana, A_WOMAN)
    await night.passes(minutes=2)
    assert "able to ask anyone who fits what you ticked" in ana.newest()
    await night.passes(minutes=14)
    assert "No one who fits what you ticked has answered" in ana.newest()
    assert ben.heard() == []
    await ana.presses("Ask anyone")
    assert "everyone who can come" in ana.newest()
    assert alerted(ben)
    assert cora.heard() == []


async def test_asked_and_silent_the_others_are_offered(night: Night) -> None:
    """Cora does not answer: Ana hears that others could be asked, half an hour later too, and may say so."""
    ana, ben, cora = await a_team(night)
    await night.comes_on(cora)
    await asks(night, ana, A_WOMAN)
    assert alerted(cora)
    await night.passes(minutes=9)
    assert "everyone who fits what you ticked" in ana.newest()
    await night.passes(minutes=22)
    assert "everyone who fits what you ticked" in ana.newest()
    assert ben.heard() == []
    await ana.presses("Ask anyone")
    assert alerted(ben)


async def test_who_comes_on_is_asked_only_if_they_fit(night: Night) -> None:
    """Coming on shift makes no difference to whom Ana would like."""
    ana, ben, _ = await a_team(night)
    await asks(night, ana, A_WOMAN)
    dan = await night.arrives("Dan", "coach")
    await night.comes_on(dan)
    assert ben.heard() == []
    eve = await night.arrives("Eve", "coach")
    await is_(night, eve, WOMAN)
    async with night.as_(eve) as turn:
        await night.rotas.on(turn, await night.conversations.load(turn), "")
    assert any("request" in line.lower() or "wait" in line.lower() for line in eve.heard())


async def test_who_comes_closest_first_then_the_others(night: Night) -> None:
    """With "who comes closest" a parent on shift comes first; the must holds for everybody."""
    ana, ben, cora = await a_team(night)
    await is_(night, cora, WOMAN | {"family": frozenset({"parent"})})
    dee = await night.arrives("Dee", "coach")
    await is_(night, dee, WOMAN)
    await night.comes_on(cora)
    await night.comes_on(dee)
    await asks(night, ana, A_WOMAN, A_PARENT, agreed=Agreed.NEAR)
    assert alerted(cora)
    assert dee.heard() == []
    await night.passes(minutes=6)
    assert alerted(dee)
    assert ben.heard() == []


async def test_in_danger_whoever_can_come_first(night: Night) -> None:
    """An urgent request asks everybody on shift; no wish stands between somebody and help."""
    ana, ben, _ = await a_team(night)
    await asks(night, ana, A_WOMAN, urgent=True)
    assert alerted(ben)


async def test_the_whole_conversation(night: Night) -> None:
    """Asked in the chat: nobody fits now, it is said and counted, Ana waits, and types "anyone" later."""
    ana, ben, cora = await a_team(night)
    await is_(night, cora, MAN)
    await night.event(ana, Start("talk"))
    await ana.presses("Someone in particular first")
    await ana.presses("A woman")
    await ana.presses("Done")
    assert "Nobody who can be asked now fits this: A woman." in ana.all_of_it()
    await ana.presses("Wait for someone who fits")
    await ana.presses("Nothing")
    assert ben.heard() == cora.heard() == []
    assert "Nobody who fits what you ticked is on shift" in ana.all_of_it()
    async with night.store.reading() as tx:
        needs = [what for _, what in await events.of_person(tx, ana.id) if isinstance(what, UnmetNeed)]
    assert [(one.need, one.barriers) for one in needs] == [("coach_who_fits", ("woman",))]
    await ana.types("anyone")
    assert alerted(ben)


async def test_a_coach_says_of_themselves_what_they_like(night: Night) -> None:
    """Each question can be skipped; what was said can be seen, changed and deleted."""
    ben = await night.arrives("Ben", "coach")
    await night.event(ben, Start("about_me"))
    await ben.presses("Yes")
    await ben.presses("A man")
    await ben.presses("Alcohol")
    await ben.presses("Done")
    for _ in range(7):
        await ben.presses("Skip")
    async with night.store.reading() as tx:
        assert await fits.profile(tx, ben.id) == MAN | {"use": frozenset({"alcohol"})}
    await night.event(ben, Start("about_me"))
    assert "A man\nAlcohol" in ben.newest()
    await ben.presses("Change it")
    await ben.presses("Rather not say")
    for _ in range(8):
        await ben.presses("Skip")
    async with night.store.reading() as tx:
        assert await fits.profile(tx, ben.id) == {"use": frozenset({"alcohol"})}
    await night.event(ben, Start("about_me"))
    await ben.presses("Delete it")
    async with night.store.reading() as tx:
        assert await fits.profile(tx, ben.id) == {}


async def test_women_only_ticked_before_is_asked_about(night: Night) -> None:
    """What the questions have heard is not asked again from nothing, and never taken for granted."""
    ana, _, cora = await a_team(night)
    async with night.as_(ana) as turn:
        talk = await night.conversations.load(turn)
        talk.unkept["needs"] = ["women"]
        await night.conversations.event(turn, talk, Start("talk"))
        night.conversations.save(turn, talk)
    assert "Earlier you ticked" in ana.newest()
    await ana.presses("A woman")
    await ana.presses("Nothing")
    assert alerted(cora)


GENDERS = st.sampled_from(["woman", "man", ""])


@given(
    ben=GENDERS,
    cora=GENDERS,
    on=st.sets(st.sampled_from(["ben", "cora"])),
    minutes=st.lists(st.integers(1, 40), max_size=3),
    wish=st.sampled_from(["woman", "man"]),
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.asyncio
async def test_whatever_happens_nobody_unfit_is_alerted_before_anyone(
    tmp_path_factory: pytest.TempPathFactory,
    ben: str,
    cora: str,
    on: set[str],
    minutes: list[int],
    wish: str,
) -> None:
    """Steps, repeats and shifts in any order: an alert to somebody who does not fit comes after "anyone"."""
    async with night(tmp_path_factory.mktemp("fit") / "n") as world:
        ana = await world.arrives("Ana")
        said: Mapping[str, str] = {"ben": ben, "cora": cora}
        phones = {name: await world.arrives(name, "coach") for name in said}
        for name, gender in said.items():
            if gender:
                await is_(world, phones[name], {"gender": frozenset({gender})})
            if name in on:
                await world.comes_on(phones[name])
        await asks(world, ana, Wish(wish, "gender", frozenset({wish})))
        for span in minutes:
            await world.passes(minutes=span)
        for name, gender in said.items():
            heard = any("request" in line.lower() or "wait" in line.lower() for line in phones[name].heard())
            assert gender == wish or not heard
