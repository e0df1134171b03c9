"""Ben writes how it was for him; Kim reads it; Ana, who said something alike, is offered it."""

import pytest

from bot.app.library.files import data_map
from bot.domain.conversation.moves import Start
from bot.domain.everyday.story import Story, check, fitting, told
from bot.domain.ids import PersonId
from bot.store.conversing import answers, people
from bot.store.keeping.erasing import Erasing
from bot.store.staffing import stories
from tests.app.night import Night, Phone

WORDS = "I sat in the car outside the hall for a month. One night a man waved. I went in and said nothing."


async def written(night: Night, *, offered: bool = True, read_by: str | None = "Kim") -> Phone:
    """Ben's story about drink and a group, read by Kim unless it still waits for her, or she is not there."""
    ben = await night.arrives("Ben", "coach")
    kim = await night.arrives(read_by, "coordinator") if read_by else None
    await night.event(ben, Start("story_writing"))
    await ben.types(WORDS)
    for press in ("Alcohol", "A group", "Done", "Yes, it's right"):
        await ben.presses(press)
    if offered and kim:
        await kim.presses("Offer it")
    return ben


async def offered_to(night: Night, phone: Phone, **said: object) -> bool:
    """Whether somebody who said this is offered a story."""
    async with night.as_(phone) as turn:
        people.set_remembers(turn.tx, phone.id, True)
        for name, value in said.items():
            answers.put(turn.tx, phone.id, name, value, turn.now)
    phone.heard()
    await night.event(phone, Start("story"))
    return any("Would you like to read it?" in line for line in phone.heard())


async def test_from_the_coach_to_somebody_who_said_something_alike(night: Night) -> None:
    """Offered and not pushed; in the coach's words, without a name; once."""
    ben, ana = await written(night), await night.arrives("Ana")
    assert any("offered now" in line for line in ben.heard())
    assert await offered_to(night, ana, about=["alcohol"])
    assert WORDS not in ana.all_of_it()
    await ana.presses("Yes, show me")
    assert WORDS in ana.all_of_it()
    assert "Ben" not in ana.all_of_it()
    assert not await offered_to(night, ana)


async def test_not_before_it_was_read_nor_to_others_nor_in_danger(night: Night) -> None:
    """Waiting for Kim: nobody. About something else: nobody. While danger is open: nobody."""
    ana, bea = await night.arrives("Ana"), await night.arrives("Bea")
    ben = await written(night, offered=False)
    assert not await offered_to(night, ana, about=["alcohol"])
    kim = next(phone for phone in night.phones.values() if phone.name == "Kim")
    await kim.presses("Offer it")
    assert not await offered_to(night, bea, about=["cannabis"])
    await night.danger(ana, "suicide", "urgent")
    assert not await offered_to(night, ana)
    async with night.store.transaction() as tx:
        await people.take_away(tx, ben.id, "coach", night.now)
    assert not await offered_to(night, bea, about=["alcohol"])


async def test_a_coordinator_who_was_not_there_finds_it_later(night: Night) -> None:
    """Ben wrote before Kim came; under /help she reads what waits, and decides as if she had been there."""
    ben, kim = await written(night, offered=False, read_by=None), await night.arrives("Kim", "coordinator")
    await night.event(kim, Start("coordinator_home"))
    await kim.presses("Stories to read")
    assert WORDS in kim.all_of_it()
    await kim.presses("Offer it")
    assert any("offered now" in line for line in ben.heard())
    await night.event(kim, Start("coordinator_home"))
    await kim.presses("Stories to read")
    assert "No coach's story is waiting to be read." in kim.heard()


async def test_a_coach_takes_it_back_and_erasure_takes_it_along(night: Night) -> None:
    """Taken back it is offered to nobody; erased with its author nothing of it is left."""
    ben = await written(night)
    await night.event(ben, Start("story_writing"))
    await ben.presses("Take it back")
    async with night.store.transaction() as tx:
        assert await stories.offered(tx) == []
        await people.unlock(tx, ben.id)
        await stories.add(tx, ben.id, WORDS, ("alcohol",), night.now)
        await Erasing(data_map()).erase(tx, ben.id, night.now)
        assert await stories.author_of(tx, 2) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (WORDS, "ok"),
        ("word " * 61, "long"),
        ("I drank 2 bottles of vodka a day", "detail"),
        ("We smoked it off foil", "detail"),
        ("I was high all summer", "detail"),
        ("Find me at @ben", "detail"),
    ],
)
def test_no_drug_detail_and_no_way_to_reach_anybody(words: str, found: str) -> None:
    """Sixty words; no amounts, no ways of taking anything, no numbers, no names of accounts."""
    assert check(words) == found


def test_the_most_alike_comes_first() -> None:
    """What shares nothing is not offered at all."""
    some = [
        Story(n, PersonId(1), frozenset(tags.split()))
        for n, tags in enumerate(("cannabis", "alcohol", "alcohol slip"))
    ]
    said = told({"about": ["alcohol"], "where": "slip", "reason": "cannabis"})
    assert [one.id for one in fitting(some, said, frozenset())] == [2, 1]
    assert [one.id for one in fitting(some, said, frozenset({2}))] == [1]
