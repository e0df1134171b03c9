"""Ben is asked for no more than he can carry, and what he has carried is noted."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.app.rota import loads
from bot.domain.oncall import load
from bot.domain.oncall.limits import Span
from bot.store.conversing import people
from bot.store.rota import rotas, stints
from tests.app.night import ZONE, Night, night

HOUR = timedelta(hours=1)
MONDAY_EVENING = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


async def spans(world: Night, phone: object) -> list[Span]:
    async with world.store.reading() as tx:
        found = await stints.between(tx, world.now - 100 * HOUR, world.now)
    return found.get(phone.id, [])  # type: ignore[attr-defined]


async def test_shifts_are_noted_as_they_were(tmp_path: Path) -> None:
    """A shift, `/on` with a second `/on`, a lapse, `/off`: to the minute; the rota may change afterwards."""
    async with night(tmp_path / "n", MONDAY_EVENING) as world:
        ben = await world.arrives("Ben", "coach")
        async with world.store.transaction() as tx:
            shift = await rotas.add_shift(tx, ben.id, 0, time(20), time(23))
        await world.passes(hours=6)
        async with world.store.transaction() as tx:
            await rotas.remove_shift(tx, shift)
        start = MONDAY_EVENING.replace(hour=20)
        assert await spans(world, ben) == [Span(start, start + 3 * HOUR)]
        came = world.now
        await world.comes_on(ben)
        await world.stints.sweep()  # the service looks each second
        await world.passes(hours=3)
        await world.comes_on(ben)
        await world.passes(hours=9)
        assert (await spans(world, ben))[1:] == [Span(came, came + 7 * HOUR)]
        again = world.now
        await world.comes_on(ben)
        await world.stints.sweep()
        await world.passes(minutes=50)
        async with world.as_(ben) as turn:
            await world.rotas.off(turn, await world.conversations.load(turn), "")
        await world.passes(minutes=5)
        await world.stints.sweep()
        assert (await spans(world, ben))[2:] == [Span(again, again + timedelta(minutes=50))]


async def test_a_shift_while_the_service_was_down_is_noted(tmp_path: Path) -> None:
    """The clock jumps over a whole shift: it counts; who wrote `/off` in it is not paid for it unseen."""
    async with night(tmp_path / "n", MONDAY_EVENING) as world:
        ben = await world.arrives("Ben", "coach")
        async with world.store.transaction() as tx:
            await rotas.add_shift(tx, ben.id, 0, time(20), time(23))
        world.clock.move(12 * HOUR)
        await world.stints.sweep()
        await world.stints.sweep()
        start = MONDAY_EVENING.replace(hour=20)
        assert await spans(world, ben) == [Span(start, start + 3 * HOUR)]


async def test_a_hard_talk_is_followed_by_a_pause(night: Night) -> None:
    """No alert for an hour although Ben is on; "I need someone" reaches Kim; "I can go on" ends it."""
    ana, dan = await night.arrives("Ana"), await night.arrives("Dan")
    ben, kim = await night.arrives("Ben", "coach"), await night.arrives("Kim", "coordinator")
    await night.comes_on(ben)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    await ben.says("end")
    await ben.presses("That one was hard")
    assert "until 04:00" in ben.newest()
    await ben.presses("I need someone")
    assert "would like someone for themselves" in kim.newest()
    ben.heard()
    await night.asks(dan)
    assert ben.heard() == []
    await night.passes(minutes=20)
    assert ben.heard() == []
    async with night.as_(ben) as turn:
        talk = await night.conversations.load(turn)
        await night.coach_care.staff_commands()["hard"](turn, talk, "")
    await ben.presses("I can go on")
    assert any("waiting" in line.lower() or "wait" in line.lower() for line in ben.heard())


async def test_who_has_just_had_a_shift_is_not_asked_at_home(night: Night) -> None:
    """Eleven hours after it nobody alerts Ben off shift; Cora, who had none, is asked."""
    ana = await night.arrives("Ana")
    ben, cora = await night.arrives("Ben", "coach"), await night.arrives("Cora", "coach")
    async with night.store.transaction() as tx:
        stints.begin(tx, ben.id, night.now - 8 * HOUR, night.now - 4 * HOUR)
    await night.asks(ana)
    assert ben.heard() == []
    assert len(cora.heard()) == 1


async def test_an_offer_beyond_the_limits_says_so(night: Night) -> None:
    """Ben may all the same; nobody asks a colleague who would have too little rest."""
    ben, cora = await night.arrives("Ben", "coach"), await night.arrives("Cora", "coach")
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, ben.id, 1, time(20), time(23))
        await rotas.add_shift(tx, cora.id, 2, time(6), time(9))
    async with night.as_(ben) as turn:
        await night.shift_changes.says(turn, "I can do Wednesday 5am to 7am")
    assert "6 hours' rest" in ben.newest()
    async with night.as_(ben) as turn:
        await night.shift_changes.says(turn, "who can take my Tuesday?")
    assert cora.heard() == []


async def test_what_was_carried_is_counted(night: Night) -> None:
    """Alerts, accepted, passed, hard: for the coordinator, and in the file."""
    ana, dan = await night.arrives("Ana"), await night.arrives("Dan")
    ben = await night.arrives("Ben", "coach")
    async with night.store.transaction() as tx:
        await people.set_name(tx, ben.id, "Ben")
    await night.comes_on(ben)
    await night.stints.sweep()
    await night.passes(minutes=30)
    for phone in (ana, dan):
        await night.asks(phone)
        await ben.presses("I'll take it")
        await ben.says("pass" if phone is dan else "end")
    await ben.presses("That one was hard")
    async with night.store.reading() as tx:
        stretch = load.month(2026, 11, ZONE)
        (found,) = await loads.loads(tx, stretch, night.now)
        text = await loads.hours_csv(tx, stretch, night.now)
    assert (found.alerts, found.accepted, found.passed, found.hard) == (2, 2, 1, 1)
    assert (found.hours, found.nights) == (HOUR / 2, 1)
    assert text.splitlines()[1] == "Ben,2026-11-01,2026-11-30,0.50,1,2,2,1,1"
