"""Ana agrees at three in the morning to be asked tomorrow: it comes once, by day, or is shown as missed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app.library.files import data_map
from bot.app.turn import Turn
from bot.domain.checkins.cadence import Cadence
from bot.domain.checkins.checkin import Slot, Window
from bot.domain.events import Code, Event, StepChosen
from bot.domain.zones import local
from bot.store.checkins import checkins, plans
from bot.store.conversing import events, people
from bot.store.keeping.erasing import Erasing
from tests.app.night import ZONE, Night, Phone, night

HELLO = "Hi, it's Harbour. How are you doing today?"


async def agrees(
    world: Night, phone: Phone, window: Window = Window.MORNING, cadence: Cadence = Cadence.ONCE
) -> None:
    async with world.as_(phone) as turn:
        await world.check_ins.plans.agree(turn, window, cadence=cadence)


async def happened(world: Night, phone: Phone) -> list[Event]:
    async with world.store.reading() as tx:
        return [event for _, event in await events.of_person(tx, phone.id)]


async def names(world: Night, phone: Phone) -> list[str]:
    return [type(event).__name__ for event in await happened(world, phone)]


async def test_tomorrow_morning_it_comes_once_and_says_nothing_on_a_lock_screen(night: Night) -> None:
    """At her own minute between nine and eleven; after that one nothing more."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    await night.passes(hours=24)
    assert ana.heard() == []
    await night.passes(hours=8)
    assert ana.heard() == [HELLO]
    await night.passes(days=10)
    assert ana.heard() == []
    assert (await names(night, ana)).count("CheckInSent") == 1


@pytest.mark.parametrize("window", Window)
async def test_each_part_of_the_day(night: Night, window: Window) -> None:
    """Due in the window that was chosen, on the next local date."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, window)
    async with night.store.reading() as tx:
        waiting = await checkins.waiting_of(tx, ana.id)
    assert waiting is not None
    on, due = waiting
    hours = {Window.MORNING: (9, 11), Window.AFTERNOON: (14, 16), Window.EVENING: (19, 20)}[window]
    assert on == date(2026, 11, 24)
    assert hours[0] <= local(due, ZONE).hour < hours[1]


async def test_one_tap_is_kept_as_an_answer(night: Night) -> None:
    """ "Up and down" belongs to that date's check-in and is counted; the flow goes on from there."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    await night.passes(hours=32)
    async with night.as_(ana) as turn:
        assert await night.check_ins.answer(turn, "up_and_down")
    async with night.store.reading() as tx:
        assert [one.answer for one in await checkins.sent(tx, ana.id, 5)] == ["up_and_down"]
    assert "CheckInAnswered" in await names(night, ana)


async def test_stop_takes_back_what_waits(night: Night) -> None:
    """She says stop in the evening: nothing comes in the morning, and it was not "missed"."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    async with night.as_(ana) as turn:
        assert await night.check_ins.plans.stop(turn)
        assert not await night.check_ins.plans.stop(turn)
    await night.passes(days=3)
    assert ana.heard() == []
    assert await names(night, ana) == ["CheckInPlanned", "CheckInStopped"]


async def test_changing_the_time_replaces_the_plan(night: Night) -> None:
    """Evening instead of morning: one message tomorrow, in the evening."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    await agrees(night, ana, Window.EVENING)
    await night.passes(hours=36)
    assert ana.heard() == []
    await night.passes(hours=8)
    assert len(ana.heard()) == 1


async def test_a_second_wish_on_a_day_that_had_one_starts_tomorrow(night: Night) -> None:
    """She has just been asked, and says "ask again": tomorrow, never twice on one date."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    await night.passes(hours=32)
    ana.heard()
    await agrees(night, ana)
    await night.passes(hours=12)
    assert ana.heard() == []
    await night.passes(hours=14)
    assert len(ana.heard()) == 1


async def test_down_across_the_hour_it_is_late_or_missed_never_doubled(tmp_path: Path) -> None:
    """The service was down: back within two hours it is sent; after that it is shown as missed."""
    for late, sent in ((timedelta(hours=2), 1), (timedelta(hours=2, minutes=1), 0)):
        async with night(tmp_path / str(sent)) as world:
            ana = await world.arrives("Ana")
            await agrees(world, ana)
            async with world.store.reading() as tx:
                waiting = await checkins.waiting_of(tx, ana.id)
            assert waiting is not None
            world.clock.move(waiting[1] - world.now + late)
            for _ in range(3):
                await world.check_ins.sweep()
            await world.deliver()
            assert len(ana.heard()) == sent
            assert (await names(world, ana)).count("CheckInMissed") == 1 - sent


async def test_silence_is_never_chased(night: Night) -> None:
    """Two questions, one that needs no reply, three kind words a month apart, a goodbye."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    await night.passes(days=4)
    assert [line[:40] for line in ana.heard()] == [
        HELLO[:40],
        HELLO[:40],
        "Hi, it's Harbour. No need to answer this",
    ]
    await night.passes(days=95)
    kind = ana.heard()
    assert len(kind) == len(set(kind)) == 3
    assert not any("?" in line for line in kind)
    await night.passes(days=30)
    assert "The door stays open" in ana.heard()[0]
    await night.passes(days=400)
    assert ana.heard() == []
    assert (await names(night, ana))[-1] == "CheckInStopped"


async def test_a_return_from_silence_goes_on_where_she_was(night: Night) -> None:
    """Back after two months: nothing at once, and then the week that follows the one she had come to."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.STANDARD)
    await night.passes(days=2)
    async with night.as_(ana) as turn:
        await night.check_ins.answer(turn, "good")
        await night.check_ins.plans.returned(turn)
    await night.passes(days=90)
    ana.heard()
    async with night.as_(ana) as turn:
        assert turn.person.unanswered == 5
        await night.check_ins.plans.returned(turn)
    async with night.store.reading() as tx:
        waiting = await checkins.waiting_of(tx, ana.id)
        opened = await plans.open_of(tx, ana.id)
    assert opened is not None
    assert waiting is not None
    assert opened.plan.unanswered == 0
    assert 1 <= (waiting[0] - local(night.now, ZONE).date()).days <= 7
    assert (waiting[0] - opened.plan.began_on).days == 21


async def test_daily_goes_on_while_she_answers(night: Night) -> None:
    """A week, and one message for each local date in it."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    for _ in range(7):
        await night.passes(days=1)
        async with night.as_(ana) as turn:
            await night.check_ins.plans.returned(turn)
            await night.check_ins.answer(turn, "good")
    async with night.store.reading() as tx:
        dates = [one.on for one in await checkins.sent(tx, ana.id, 50)]
    assert dates == [date(2026, 11, 24 + n) for n in range(5, -1, -1)]


@pytest.mark.parametrize(("for_day", "asked_on"), [(None, 2), (1, 2), (2, 4), (5, 7)])
async def test_a_step_is_asked_about_once_its_day_is_over(
    night: Night, for_day: int | None, asked_on: int
) -> None:
    """Undated or for the first days: the day after. For Saturday: not before Saturday is over. Only once."""
    ana = await night.arrives("Ana")
    began = local(night.now, ZONE).date()
    async with night.as_(ana) as turn:
        day = None if for_day is None else began + timedelta(days=for_day)
        turn.record(StepChosen(Code("own_step"), day))
    await agrees(night, ana, cadence=Cadence.STANDARD)
    about = []
    for day_no in range(1, 30):
        await night.passes(days=1)
        if any("You meant to do one small thing" in line for line in ana.heard()):
            about.append(day_no)
        async with night.as_(ana) as turn:
            await night.check_ins.plans.returned(turn)
            await night.check_ins.answer(turn, "good")
    assert about == [asked_on + 1]  # agreed at three at night: that day's check-in is the one after it


async def test_blocked_stops_everything(night: Night) -> None:
    """She blocked the bot: nothing is tried, the plan ends, and coming back does not revive it."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    async with night.store.transaction() as tx:
        people.set_reachable(tx, "telegram", ana.chat, False)
    await night.passes(days=2)
    assert (await names(night, ana))[-2:] == ["CheckInMissed", "CheckInStopped"]
    async with night.store.reading() as tx:
        assert await plans.open_of(tx, ana.id) is None


async def test_not_while_somebody_near_may_read_it(night: Night) -> None:
    """An open danger from somebody near: no check-in leaves."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    await night.danger(ana, "abuse_danger", "urgent")
    await night.passes(hours=40)
    assert ana.heard() == []
    assert "CheckInMissed" in await names(night, ana)


async def test_not_into_a_talk_with_a_coach(night: Night) -> None:
    """The bot does not talk over two people."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await agrees(night, ana)
    await night.passes(hours=30)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hi")
    ana.heard()
    for _ in range(8):
        await night.passes(minutes=30)
        await ben.says("still here")
    assert all(line.endswith("still here") for line in ana.heard())
    assert "CheckInMissed" in await names(night, ana)


async def test_in_another_zone_the_same_wall_time(night: Night) -> None:
    """She goes to Auckland in the evening: it comes by Auckland's morning, once."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    auckland = ZoneInfo("Pacific/Auckland")
    async with night.as_(ana) as turn:
        slot = await night.check_ins.plans.change_zone(turn, auckland)
    assert slot is not None
    assert 9 <= local(slot.due, auckland).hour < 11


async def test_in_the_night_the_clocks_change_it_comes_once(tmp_path: Path) -> None:
    """The days around London's change in March: one message for each date, by the wall clock there."""
    start = local(night_of_change(), ZONE)
    async with night(tmp_path, night_of_change()) as world:
        ana = await world.arrives("Ana")
        await agrees(world, ana, cadence=Cadence.DAILY)
        times = []
        for _ in range(5):
            async with world.store.reading() as tx:
                waiting = await checkins.waiting_of(tx, ana.id)
            assert waiting is not None
            times.append(local(waiting[1], ZONE).time())
            await world.passes(days=1)
            async with world.as_(ana) as turn:
                await world.check_ins.plans.returned(turn)
                await world.check_ins.answer(turn, "good")
        assert len(set(times)) == 1
        assert start.tzinfo is ZONE


def night_of_change() -> datetime:
    return datetime(2027, 3, 26, 3, 0, tzinfo=UTC)


async def waiting_for(world: Night, phone: Phone) -> datetime:
    async with world.store.reading() as tx:
        waiting = await checkins.waiting_of(tx, phone.id)
    assert waiting is not None
    return waiting[1]


async def test_a_clock_that_was_years_ahead_loses_no_plan(tmp_path: Path) -> None:
    """For a moment it was 2100: what was due then is missed; back in today, the plan goes on tomorrow."""
    async with night(tmp_path) as today:
        ana = await today.arrives("Ana")
        await agrees(today, ana, cadence=Cadence.DAILY)
        async with night(tmp_path, datetime(2100, 1, 1, 12, 0, tzinfo=UTC), new=False) as far:
            far.phones = today.phones
            await far.check_ins.sweep()
            assert (await waiting_for(far, ana)).year == 2100
        assert await today.check_ins.recover() == 1
        assert await waiting_for(today, ana) - today.now < timedelta(days=2)
        await today.passes(days=2)
        assert HELLO in ana.heard()
        assert await today.check_ins.recover() == 0


async def test_a_clock_that_is_set_back_asks_nobody_twice(tmp_path: Path) -> None:
    """Sent at nine; the clock goes back a day, an hour, to 1970: nothing until its time comes again."""
    async with night(tmp_path) as world:
        ana = await world.arrives("Ana")
        await agrees(world, ana, cadence=Cadence.DAILY)
        await world.passes(hours=32)
        assert ana.heard() == [HELLO]
        for back in (
            world.now - timedelta(hours=1),
            world.now - timedelta(days=1),
            datetime(1970, 1, 2, tzinfo=UTC),
        ):
            async with night(tmp_path, back, new=False) as earlier:
                earlier.phones = world.phones
                for _ in range(3):
                    await earlier.check_ins.sweep()
                await earlier.deliver()
        assert ana.heard() == []


async def test_new_rules_for_a_zone_are_followed(night: Night) -> None:
    """Laid an hour too early by the rules of before: at that moment it waits, and leaves by today's rules."""
    ana = await night.arrives("Ana")
    await agrees(night, ana)
    right = await waiting_for(night, ana)
    async with night.store.transaction() as tx:
        opened = await plans.open_of(tx, ana.id)
        assert opened is not None
        laid = Slot(opened.plan.id, local(right, ZONE).date(), right)
        checkins.move(tx, laid, right - timedelta(hours=1))
    night.clock.move(right - timedelta(minutes=59) - night.now)
    assert await night.check_ins.sweep() == 0
    assert await waiting_for(night, ana) == right
    await night.passes(hours=1)
    assert ana.heard() == [HELLO]


async def test_changed_or_erased_while_it_waits_to_be_sent(night: Night) -> None:
    """Queued and not yet sent: a rest takes it back; so does being erased, and nothing comes later."""
    ana, bea = await night.arrives("Ana"), await night.arrives("Bea")
    for phone in (ana, bea):
        await agrees(night, phone, cadence=Cadence.DAILY)
    night.clock.move(max(await waiting_for(night, ana), await waiting_for(night, bea)) - night.now)
    assert await night.check_ins.sweep() == 2
    async with night.store.transaction() as tx:
        who = await people.by_id(tx, ana.id)
        assert who is not None
        await night.check_ins.plans.pause(Turn(tx, night.now, who, "in:rest", night.messages), None)
        await Erasing(data_map()).erase(tx, bea.id, night.now)
    await night.deliver()
    await night.passes(days=5)
    assert ana.heard() == bea.heard() == []


async def test_what_is_taken_back_unsent_was_never_a_check_in(night: Night) -> None:
    """Queued when Ana says stop and when Bea moves hers to the evening: Ana's was never sent, and Bea's
    comes once, that evening."""
    ana, bea = await night.arrives("Ana"), await night.arrives("Bea")
    for phone in (ana, bea):
        await agrees(night, phone, cadence=Cadence.DAILY)
    night.clock.move(max(await waiting_for(night, ana), await waiting_for(night, bea)) - night.now)
    assert await night.check_ins.sweep() == 2
    async with night.store.transaction() as tx:
        who = await people.by_id(tx, ana.id), await people.by_id(tx, bea.id)
        assert who[0] is not None
        assert who[1] is not None
        await night.check_ins.plans.stop(Turn(tx, night.now, who[0], "in:stop", night.messages))
        turn = Turn(tx, night.now, who[1], "in:later", night.messages)
        await night.check_ins.plans.change(turn, window=Window.EVENING)
    async with night.store.reading() as tx:
        assert await checkins.sent(tx, ana.id, 5) == []
        was = await plans.last_of(tx, ana.id)
        assert was is not None
        assert was.plan.unanswered == 0
    await night.passes(hours=12)
    assert (ana.heard(), bea.heard()) == ([], [HELLO])


async def test_twice_on_the_way_around_the_world(night: Night) -> None:
    """Auckland, Honolulu, London in a week: never two on one date of hers."""
    ana = await night.arrives("Ana")
    await agrees(night, ana, cadence=Cadence.DAILY)
    for name in ("Pacific/Auckland", "Pacific/Honolulu", "Europe/London", "Pacific/Apia", "America/New_York"):
        await night.passes(hours=30)
        async with night.as_(ana) as turn:
            await night.check_ins.plans.returned(turn)
            await night.check_ins.plans.change_zone(turn, ZoneInfo(name))
    async with night.store.reading() as tx:
        dates = [one.on for one in await checkins.sent(tx, ana.id, 50)]
    assert len(dates) == len(set(dates)) >= 4
