"""Where coaches may have two talks at once, Ben has two, and nothing of one reaches the other."""

from datetime import timedelta

import pytest

from bot.app.rules import Rules
from bot.domain.alias import alias
from bot.domain.conversation.moves import Start
from bot.domain.oncall.limits import Limits
from bot.store.oncall import handoffs
from tests.app.night import Night, Phone
from tests.app.test_handoffs import PHOTO
from tests.app.test_mentoring import paired


@pytest.fixture
def two(night: Night) -> Night:
    """A service whose coaches have two talks at once."""
    return night.restarted(Rules(limits=Limits(talks=2)))


async def with_ben(world: Night) -> tuple[Phone, Phone]:
    """Ana talks with Ben, who is on."""
    ana, ben = await world.arrives("Ana"), await world.arrives("Ben", "coach")
    await world.comes_on(ben)
    await world.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    ben.heard()
    return ana, ben


async def held(world: Night, ben: Phone) -> int:
    async with world.store.reading() as tx:
        return len(await handoffs.held_by(tx, ben.id))


async def test_a_second_request_is_put_to_ben_and_a_third_is_not(two: Night) -> None:
    """He has room for one more; with two he is left alone, and told why when he presses an old button."""
    _, ben = await with_ben(two)
    dora, eve = await two.arrives("Dora"), await two.arrives("Eve")
    await two.asks(dora)
    third = await two.asks(eve)
    await ben.presses("I'll take it")
    assert await two.state_of(third) == "Claimed"
    await ben.presses("I'll take it")  # the newest that is left: Dora's
    assert "You're in 2 talks already" in ben.newest()
    assert await held(two, ben) == 2
    ben.heard()
    fay = await two.arrives("Fay")
    await two.asks(fay)
    assert ben.heard() == []
    await ben.says("off")
    assert await held(two, ben) == 2


async def test_a_page_of_danger_is_answered_beside_a_talk(two: Night) -> None:
    """Ben is paged while he is with Ana, and is with both."""
    _, ben = await with_ben(two)
    dora = await two.arrives("Dora")
    await two.danger(dora, "self_harm", "urgent")
    await two.passes(minutes=11)
    await ben.presses("I'm with them")
    assert await held(two, ben) == 2
    assert "here with you" in dora.all_of_it()


async def test_a_planned_talk_begins_beside_another(two: Night) -> None:
    """Ana's talk was planned; Ben is with Dora and has room."""
    ana, ben = await two.arrives("Ana"), await two.arrives("Ben", "coach")
    await paired(two, ana, ben)
    await two.event(ana, Start("mentor"))
    await ana.presses("Plan a talk")
    await ana.presses("Mon 23 Nov 10:00")
    await ben.presses("That suits me")
    two.clock.move(timedelta(hours=7))
    await two.comes_on(ben)
    await two.asks(await two.arrives("Dora"))
    await ben.presses("I'll take it")
    await two.passes(minutes=1)
    await ben.presses("I'm here")
    assert await held(two, ben) == 2


async def test_nothing_of_one_talk_reaches_the_other(two: Night) -> None:
    """A line given to nobody is not sent later; a change goes where the line went; pictures are named."""
    ana, ben = await with_ben(two)
    dora = await two.arrives("Dora")
    await two.asks(dora)
    await ben.presses("I'll take it")
    await ana.says("I'm Ana")
    await dora.sends(PHOTO)
    assert f"From {alias(dora.id)}:" in ben.all_of_it()
    await ben.says("about your son")
    assert "Who is that for?" in ben.newest()
    await ben.says("about your son", re=ben.number_of("I'm Ana"))
    line = ben.sent
    ana.heard()
    await ben.edits(line, "about your sons")
    assert "about your sons" in ana.newest()
    dora.heard()
    await ben.says("are you warm?")
    await ben.presses(alias(dora.id))
    assert dora.heard() == [f"{alias(ben.id)}: are you warm?"]
    await ben.says("for Ana only")
    await ana.says("end")
    await ben.says("and now?")
    assert dora.heard() == [f"{alias(ben.id)}: and now?"]
