"""Short promises: asked at six, still with you a while after, the day of an appointment; each kept once."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.checkins.cadence import Cadence
from bot.domain.checkins.checkin import Window
from bot.domain.events import AppointmentOver, CheckInMissed, Event, MeasureScored
from bot.store.conversing import events, people
from tests.app.night import Night, Phone, night

HELLO = "Hi, it's Harbour. How are you doing today?"
STILL = "Still with you. How is it now?"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


HERE = "Until then I'm here, too: write whenever you like."


async def happened(world: Night, phone: Phone) -> list[Event]:
    async with world.store.reading() as tx:
        return [event for _, event in await events.of_person(tx, phone.id)]


async def wishes(world: Night, phone: Phone, what: str, of: str) -> list[str]:
    """Words typed anywhere, as `Turns` hands them on."""
    from bot.app.conversing.talk import Talk

    commands = {**world.promises.commands(), **world.check_ins.wishes.commands()}
    async with world.as_(phone) as turn:
        await commands[what](turn, Talk(), of)
    return phone.heard()


async def test_ask_me_at_six(night: Night) -> None:
    """Said at three at night: at six in the evening, once; and it stands in for that day's check-in."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        await night.check_ins.plans.agree(turn, Window.EVENING, cadence=Cadence.DAILY)
    assert await wishes(night, ana, "ask_me", "tomorrow at six") == [
        f"I'll ask you on Tuesday at 18:00. {HERE}"
    ]
    await night.passes(hours=39)
    assert ana.heard() == [HELLO]
    await night.passes(hours=8)
    assert ana.heard() == []
    missed = [one.why for one in await happened(night, ana) if isinstance(one, CheckInMissed)]
    assert missed == []
    await night.passes(hours=24)
    assert ana.heard() == [HELLO]


async def test_at_an_hour_that_was_asked_for(night: Night) -> None:
    """ "In an hour" at three at night is four at night: they asked for it. No time in it: said so."""
    ana = await night.arrives("Ana")
    assert await wishes(night, ana, "ask_me", "in an hour") == [f"I'll ask you at 04:00 today. {HERE}"]
    await night.passes(hours=1)
    assert ana.heard() == [HELLO]
    assert "I couldn't read a time" in (await wishes(night, ana, "ask_me", "whenever"))[0]


async def test_each_promise_is_kept_and_stop_takes_all_of_them_back(night: Night) -> None:
    """Tonight and tomorrow at six: both. "Stop asking me" holds for promises, with a plan or without."""
    ana = await night.arrives("Ana")
    for when in ("tonight", "tomorrow at six"):
        await wishes(night, ana, "ask_me", when)
    await night.passes(hours=40)
    assert ana.heard() == [HELLO, HELLO]
    for wish, said in (("stop", "I won't ask any more"), ("pause", "I won't ask any more")):
        await wishes(night, ana, "ask_me", "in an hour")
        assert said in (await wishes(night, ana, "checkins", wish))[0]
        assert "I don't have check-ins" in (await wishes(night, ana, "checkins", wish))[0]
    await night.passes(hours=30)
    assert ana.heard() == []


async def test_still_with_you_after_an_urge(night: Night) -> None:
    """Twenty-five minutes later, at three at night too; what is answered leads on."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        await night.promises.dos()["follow_up"](turn, None, {})  # type: ignore[arg-type]
    await night.passes(minutes=24)
    assert ana.heard() == []
    await night.passes(minutes=1)
    assert ana.heard() == [STILL]
    await ana.presses("Harder")
    assert "You don't have to sit with it alone" in ana.heard()[0]


@pytest.mark.parametrize("why", ["abuse", "hidden", "danger", "late"])
async def test_never_where_it_may_harm(night: Night, why: str) -> None:
    """Not while somebody near may read it, not after a hide, not into a danger that has its own questions."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        await night.promises.dos()["follow_up"](turn, None, {})  # type: ignore[arg-type]
        if why == "hidden":
            people.set_pushes(turn.tx, ana.id, False)
    if why in ("abuse", "danger"):
        await night.danger(ana, "abuse_danger" if why == "abuse" else "suicide", "urgent")
    if why == "late":
        night.clock.move(timedelta(hours=1))
    ana.heard()
    await night.passes(hours=2)
    assert STILL not in ana.heard()


async def test_words_about_check_ins_at_any_time(night: Night) -> None:
    """Less, pause, resume, not now, stop: one line each, and done."""
    ana = await night.arrives("Ana")
    assert "I don't have check-ins" in (await wishes(night, ana, "checkins", "pause"))[0]
    async with night.as_(ana) as turn:
        await night.check_ins.plans.agree(turn, Window.MORNING, cadence=Cadence.DAILY)
    assert "now and then, in the morning" in (await wishes(night, ana, "checkins", "lighter"))[0]
    await wishes(night, ana, "checkins", "daily")
    await night.passes(hours=32)
    assert ana.heard() == [HELLO]
    assert await wishes(night, ana, "checkins", "not_now") == [
        "All right, not now. I'm here whenever you write."
    ]
    assert "rest" in (await wishes(night, ana, "checkins", "pause"))[0]
    await night.passes(days=30)
    assert ana.heard() == []
    assert "next on" in (await wishes(night, ana, "checkins", "resume"))[0]
    await night.passes(days=1)
    assert ana.heard() == [HELLO]
    await wishes(night, ana, "checkins", "stop")
    await night.passes(days=30)
    assert ana.heard() == []


async def test_a_week_of_rest_ends_by_itself(night: Night) -> None:
    """Nothing for seven days; then on, as if they had not been."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        await night.check_ins.plans.agree(turn, Window.MORNING, cadence=Cadence.DAILY)
        await night.check_ins.plans.pause(turn, 7)
    await night.passes(days=7)
    assert ana.heard() == []
    await night.passes(days=1, hours=8)
    assert len(ana.heard()) == 1


async def test_an_appointment_from_the_day_before_to_the_evening_after(tmp_path: Path) -> None:
    """A line the day before, one in the morning two hours before, and in the evening how it went."""
    async with night(tmp_path, NOON) as world:
        ana = await world.arrives("Ana")
        async with world.as_(ana) as turn:
            assert await world.appointments.set(turn, date(2026, 11, 26), time(11, 0))
            await world.check_ins.plans.agree(turn, Window.EVENING, cadence=Cadence.DAILY)
        await world.passes(days=2)
        assert ana.heard() == [HELLO]
        await world.passes(hours=4)
        assert ana.heard() == ["Hi, it's Harbour. Tomorrow is the day you told me about."]
        await ana.presses("I'd rather not go")
        assert "Most people nearly don't go." in ana.heard()[0]
        await world.passes(hours=4)
        assert ana.heard() == [HELLO]
        await world.passes(hours=13)
        assert ana.heard()[0].startswith("Hi, it's Harbour. Today is the day you told me about.")
        await world.passes(hours=12)
        assert ana.heard() == ["Hi, it's Harbour. How did it go?"]
        await ana.presses("I missed it")
        assert "That happens to a lot of people" in ana.heard()[0]
        await ana.presses("I have a new date")
        assert ana.heard()[0].startswith("When is it?")
        await ana.types("3 December 2026")
        await ana.types("2pm")
        assert "Thursday 3 December at 14:00" in ana.heard()[-1]
        over = [one.how for one in await happened(world, ana) if isinstance(one, AppointmentOver)]
        assert over == ["missed"]


async def test_asked_every_day_up_to_the_day_and_not_beyond(tmp_path: Path) -> None:
    """Support until then: a question a day, which ends with the appointment."""
    async with night(tmp_path, NOON) as world:
        ana = await world.arrives("Ana")
        async with world.as_(ana) as turn:
            ends = date(2026, 11, 26)
            await world.check_ins.plans.agree(turn, Window.MORNING, cadence=Cadence.DAILY, ends=ends)
        for _ in range(10):
            await world.passes(days=1)
            await ana.types("good")
        assert ana.heard().count(HELLO) == 3


async def test_a_day_that_has_gone_by_is_no_appointment(night: Night) -> None:
    """Nor one in three years."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        assert not await night.appointments.set(turn, date(2026, 11, 22), None)
        assert not await night.appointments.set(turn, date(2029, 11, 22), None)


async def test_the_ten_statements_make_a_line(night: Night) -> None:
    """Offered with the check-in of day seven, answered with ten taps, drawn; a skip keeps nothing."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        await night.check_ins.plans.agree(turn, Window.MORNING, cadence=Cadence.STANDARD)
    for _ in range(7):
        await night.passes(days=1)
        if HELLO in ana.heard():
            await ana.presses("Good")
            await ana.presses("Skip")
            ana.heard()
    await night.passes(hours=8)
    assert ana.heard() == [HELLO]
    await ana.presses("Good")
    await ana.presses("Skip")
    assert "Ten short statements" in ana.heard()[-1]
    await ana.presses("Yes")
    for n in range(10):
        await ana.types(str(n % 6 + 1))
    assert "(picture) Your first point. Next time there's a line." in ana.heard()
    scores = [one.score for one in await happened(night, ana) if isinstance(one, MeasureScored)]
    assert scores == [31]
