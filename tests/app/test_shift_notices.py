"""Ben has Tuesday nights: he hears of it in time and says if he is ready; Kim learns where nobody is on."""

from datetime import time, timedelta

from bot.store.conversing import people
from bot.store.rota import rotas
from tests.app.night import Night, Phone

TUESDAY = 1


async def on_tuesdays(night: Night, start: time = time(20), end: time = time(2)) -> tuple[Phone, Phone]:
    """Monday three at night; Ben has Tuesdays, Kim coordinates."""
    ben, kim = await night.arrives("Ben", "coach"), await night.arrives("Kim", "coordinator")
    async with night.store.transaction() as tx:
        await people.set_name(tx, ben.id, "Ben")
        await rotas.add_shift(tx, ben.id, TUESDAY, start, end)
    return ben, kim


async def test_a_day_before_an_hour_before_and_ready(night: Night) -> None:
    """Asked a day and an hour before; ready, he is left in peace when it begins, and Kim as well."""
    ben, kim = await on_tuesdays(night)
    await night.passes(hours=10)
    assert ben.heard() == ["Your week:"]
    await night.passes(hours=7, minutes=1)
    assert ben.heard() == ["You're on Tue 24 Nov 20:00–02:00. All well with that?"]
    await ben.presses("I'll be there")
    ben.heard()
    kim.heard()
    await night.passes(hours=23)
    assert ben.heard() == ["In an hour you're on, until 02:00. Ready?"]
    await ben.presses("I'm ready")
    assert ben.heard() == ["Thank you. Good to know you're there."]
    kim.heard()
    await night.passes(hours=1)
    assert ben.heard() == kim.heard() == []


async def test_who_says_nothing_is_asked_at_the_start_and_kim_knows(night: Night) -> None:
    """No word from Ben: asked once more as it begins."""
    ben, kim = await on_tuesdays(night)
    await night.passes(hours=40, minutes=30)
    ben.heard()
    kim.heard()
    await night.passes(hours=1)
    assert ben.heard() == ["You're on now, until 02:00. Are you there?"]
    assert kim.heard() == ["Ben hasn't said that they're there. They're on Tue 24 Nov 20:00–02:00."]


async def test_who_cannot_finds_cover_by_one_press(night: Night) -> None:
    """The press asks everybody who is free then."""
    ben, _ = await on_tuesdays(night)
    cora = await night.arrives("Cora", "coach")
    await night.passes(hours=17, minutes=1)
    await ben.presses("I can't")
    assert cora.heard() == ["Ben can't be there Tue 24 Nov 20:00–02:00. Can you take it?"]
    await cora.presses("I'll take it")
    ben.heard()
    await ben.presses("I'll be there")
    assert ben.heard() == ["That one is no longer yours: Tue 24 Nov 20:00–02:00. Nothing to do."]
    await night.passes(hours=23)
    assert ben.heard() == []
    assert cora.heard()[-1] == "In an hour you're on, until 02:00. Ready?"


async def test_nobody_is_woken_for_tomorrow(night: Night) -> None:
    """A shift at three in the night is announced the evening before the night before it."""
    ben, _ = await on_tuesdays(night, time(3), time(6))
    await night.passes(minutes=1)
    assert ben.heard() == [], "it was to be told the evening before; now he sleeps"
    await night.passes(hours=5)
    assert ben.heard() == ["You're on Tue 24 Nov 03:00–06:00. All well with that?"]
    await night.passes(days=6, hours=11, minutes=58)
    ben.heard()
    await night.passes(minutes=2)
    assert ben.heard() == ["You're on Tue 1 Dec 03:00–06:00. All well with that?"]


async def test_who_cannot_be_reached_is_named_before_the_shift(night: Night) -> None:
    """Ben has blocked the bot, or never pressed Start: Kim hears it a day ahead."""
    ben, kim = await on_tuesdays(night)
    async with night.store.transaction() as tx:
        people.set_reachable(tx, "telegram", ben.chat, False)
    await night.passes(hours=17, minutes=1)
    assert any(line.startswith("Ben can't be reached by me, and is on Tue 24 Nov") for line in kim.heard())
    assert ben.heard() == []


async def test_kim_sees_the_gaps(night: Night) -> None:
    """On Monday those of a fortnight, on other days only what is near; with no rota, nothing."""
    _, kim = await on_tuesdays(night)
    await night.passes(hours=7)
    assert kim.heard()[0].startswith("Times in the next 14 days when nobody is on")
    await night.passes(days=1)
    assert [line for line in kim.heard() if "two days" in line] == ["Nobody is on within the next two days:"]


async def test_a_service_without_a_rota_hears_nothing(night: Night) -> None:
    """It works by /on alone."""
    kim = await night.arrives("Kim", "coordinator")
    await night.passes(days=8)
    assert kim.heard() == []


async def test_a_talk_at_the_end_of_a_shift_can_be_handed_on(night: Night) -> None:
    """Ben is with Ana a quarter of an hour before he is off: he may stay, or pass."""
    ben, _ = await on_tuesdays(night)
    ana = await night.arrives("Ana")
    await night.passes(hours=45)
    which = await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    ben.heard()
    await night.passes(minutes=50)
    for phone in (ana, ben):
        await phone.says("still here")
    ben.heard()
    await night.passes(minutes=56)
    assert any(line.startswith("You're off in a quarter of an hour, and with") for line in ben.heard())
    assert await night.state_of(which) == "Active"


async def test_each_notice_once_over_restarts(night: Night) -> None:
    """Two sweeps of one moment, and one much later, tell nothing twice."""
    ben, _ = await on_tuesdays(night)
    await night.passes(hours=17, minutes=1)
    assert len(ben.heard()) == 2
    again = type(night.shift_notices)(
        night.store, night.clock, night.messages, night.place, night.shift_changes
    )
    assert await again.sweep() == 0
    night.clock.move(timedelta(hours=2))
    assert await again.sweep() == 0
