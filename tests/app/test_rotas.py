"""Ben says /on and falls asleep; Cora has Monday mornings: who counts as there, and who is told what."""

from datetime import date, time

from bot.app.conversing.talk import Talk
from bot.app.rota.roster import on_shift
from bot.store.rota import rotas
from tests.app.night import ZONE, Night, Phone


async def there(world: Night) -> bool:
    async with world.store.reading() as tx:
        return await on_shift(tx, world.place, world.now)


async def says(world: Night, phone: Phone, word: str) -> None:
    async with world.as_(phone) as turn:
        await world.rotas.staff_commands()[word](turn, Talk(), "")


async def test_on_is_asked_again_and_lapses_after_four_hours(night: Night) -> None:
    """Ben is asked a quarter of an hour before; asleep, he no longer counts at seven, and is told so."""
    ben = await night.arrives("Ben", "coach")
    await says(night, ben, "on")
    assert ben.heard()[0].startswith("You're on until 07:00.")
    assert await there(night)
    await night.passes(hours=3, minutes=45)
    assert ben.heard() == ["Still there? You're on until 07:00."]
    await night.passes(minutes=14)
    assert await there(night)
    await night.passes(minutes=1)
    assert not await there(night)
    assert ben.heard()[0].startswith("Your time on shift has run out")


async def test_confirming_gives_four_more_hours(night: Night) -> None:
    """One press, counted from then; the old lapse does not fire."""
    ben = await night.arrives("Ben", "coach")
    await says(night, ben, "on")
    await night.passes(hours=3, minutes=50)
    ben.heard()
    await ben.presses("Yes, four more hours")
    assert ben.heard() == ["Thank you. You're on until 10:50."]
    await night.passes(minutes=30)
    assert await there(night)
    assert ben.heard() == []


async def test_off_is_off_and_the_last_one_learns_what_it_means(night: Night) -> None:
    """Ben goes; nobody is there until Cora's shift, and he is told when that is."""
    ben, cora = await night.arrives("Ben", "coach"), await night.arrives("Cora", "coach")
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(6), time(12))
    await says(night, ben, "on")
    ben.heard()
    await says(night, ben, "off")
    assert [line.split(".")[0] for line in ben.heard()] == ["You're off", "You're the last one on"]
    assert "Mon 06:00" in ben.all_of_it()
    assert not await there(night)
    await night.passes(hours=5)
    assert ben.heard() == []


async def test_off_in_a_talk_leaves_the_talk(night: Night) -> None:
    """Ben takes no new request, and still has Ana until he ends it."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await says(night, ben, "on")
    which = await night.asks(ana)
    await ben.presses("I'll take it")
    ben.heard()
    await says(night, ben, "off")
    assert "still with" in ben.heard()[0]
    assert await ben.says("i'm here")
    assert await night.state_of(which) == "Active"


async def test_a_shift_on_the_rota_counts_without_a_word(night: Night) -> None:
    """Cora need not say /on on Mondays from six to twelve."""
    cora = await night.arrives("Cora", "coach")
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(6), time(12))
    assert not await there(night)
    await night.passes(hours=3)
    assert await there(night)
    await night.passes(hours=6)
    assert not await there(night)


async def test_a_coach_in_a_talk_is_not_said_to_be_there(night: Night) -> None:
    """ "Someone who's been there is on now" is a promise: with Ben taken it is not made."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await says(night, ben, "on")
    await night.asks(ana)
    await ben.presses("I'll take it")
    assert not await there(night)


async def test_on_is_for_coaches(night: Night) -> None:
    """Anybody else who writes /on is told kindly that it is not for them."""
    eve = await night.arrives("Eve", "coordinator")
    await says(night, eve, "on")
    assert eve.heard() == [
        "/on and /off are for coaches. You're a coordinator here: /dashboard has the list, /help the rest."
    ]
    assert not await there(night)


async def test_the_rota_is_written_and_taken_back(night: Night) -> None:
    """A shift added, read, removed; and all of them cleared before a new rota is written."""
    cora = await night.arrives("Cora", "coach")
    async with night.store.transaction() as tx:
        one = await rotas.add_shift(tx, cora.id, 4, time(20), time(2, 30))
        await rotas.add_shift(tx, cora.id, 5, time(20), time(2, 30))
        assert await rotas.remove_shift(tx, one)
        assert not await rotas.remove_shift(tx, one)
        (left,) = (await rotas.rota(tx, ZONE, night.now)).shifts
        assert (left.on(date(2026, 11, 28)), left.start, left.end) == (cora.id, time(20), time(2, 30))
        rotas.clear(tx)
        assert (await rotas.rota(tx, ZONE, night.now)).shifts == ()
