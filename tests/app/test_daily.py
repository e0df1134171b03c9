"""Everyday needs: one now, the rest put aside and seen again; what nobody knows of is a task."""

from pathlib import Path

import pytest

from bot.app.conversing.talk import Talk
from bot.app.everyday.daily import Daily
from bot.domain.conversation.moves import Start
from bot.domain.conversation.registry import CALLS
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.events import UnmetNeed
from bot.domain.everyday.daily import NEEDS
from bot.store.conversing import answers, events, people
from bot.store.desk import tasks
from tests.app.night import FLOWS, Night, Phone, night
from tests.app.test_explaining import NOON


@pytest.fixture(name="noon")
async def at_noon(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with night(tmp_path, NOON) as world:
        yield world


async def remembers(world: Night, phone: Phone) -> None:
    async with world.as_(phone) as turn:
        people.set_remembers(turn.tx, phone.id, True)


def test_every_need_is_one_the_directory_and_the_flow_know() -> None:
    """Its code among the services, its tick and its way in the flow."""
    assert {one.directory for one in NEEDS.values()} - {""} <= set(NEED_WORDS)
    assert set(CALLS["needs_parked"].outcomes) == {"none", "one", "some"}
    tick = FLOWS.by_name["daily"].steps["tick"].way
    assert [one.id for one in tick.options] != []  # type: ignore[union-attr]
    assert {one.id for one in tick.options} == set(NEEDS)  # type: ignore[union-attr]


async def test_one_is_taken_and_the_rest_seen_again(noon: Night) -> None:
    """Ana ticks three, takes one, and comes back days later to the others."""
    ana = await noon.arrives("Ana")
    await remembers(noon, ana)
    await noon.event(ana, Start("daily"))
    for need in ("Work", "Money and debt", "Food and clothes"):
        await ana.presses(need)
    await ana.presses("Done")
    assert ana.newest() == "Which one first? The others will keep."
    await ana.presses("Work")
    async with noon.store.reading() as tx:
        await people.unlock(tx, ana.id)
        assert (await answers.all_of(tx, ana.id))["later_needs"] == ["money", "food"]
    await noon.passes(days=3)
    await noon.event(ana, Start("daily"))
    assert "money and debt, food and clothes" in ana.newest()
    await ana.presses("Food and clothes")
    await ana.presses("Something else")
    assert "Still put aside: money and debt." in ana.newest()


async def test_what_nobody_knows_becomes_a_task_once(noon: Night) -> None:
    """Kim hears of it, with where and not who; it is counted; asked twice, told once."""
    ana, kim = await noon.arrives("Ana"), await noon.arrives("Kim", "coordinator")
    for _ in range(2):
        await noon.event(ana, Start("daily", {"daily": "health", "area": "ls2"}))
        await ana.presses("Ask someone to look")
    assert "I can't promise what they find." in ana.newest()
    async with noon.store.reading() as tx:
        [task] = await tasks.still_open(tx)
        counted = [one for _, one in await events.of_person(tx, ana.id) if isinstance(one, UnmetNeed)]
    assert (task.kind, task.person) == ("daily_health", ana.id)
    assert task.note == "A doctor, a dentist or other health care, near LS2"
    assert [(one.need, one.area) for one in counted] == [("daily_health", "ls2")] * 2
    assert len(kim.heard()) == 1
    assert "Ana" not in kim.all_of_it()


async def test_what_a_search_did_not_find_is_named_in_the_task(noon: Night) -> None:
    """Kim reads what was looked for, whatever the directory calls it."""
    ana, kim = await noon.arrives("Ana"), await noon.arrives("Kim", "coordinator")
    async with noon.as_(ana) as turn:
        for need in ("food", "jobs", "needle_exchange"):
            await Daily().ask_to_look(turn, Talk(), {"need": need})
    told = kim.all_of_it()
    for what in ("Food or clothes", "Work, or help into it", "A needle exchange"):
        assert f"I know of nothing: {what}" in told


async def test_a_step_about_it_is_asked_after(noon: Night) -> None:
    """The follow-up is a check-in on the evening of the day she chose."""
    ana = await noon.arrives("Ana")
    await noon.event(ana, Start("daily", {"daily": "money"}))
    await ana.presses("One small step")
    await ana.presses("Choose a day")
    await ana.presses("Today")
    ana.heard()
    await noon.passes(hours=12)
    assert ana.heard() == ["Hi, it's Harbour. You meant to do one small thing. How did it go?"]


async def test_a_good_day_is_asked_for_what_was_put_aside(noon: Night) -> None:
    """After a check-in that went well, never after a hard one."""
    ana = await noon.arrives("Ana")
    await remembers(noon, ana)
    async with noon.as_(ana) as turn:
        answers.put(turn.tx, ana.id, "later_needs", ["money"], turn.now)
    for said, offered in (("Good", True), ("Struggling", False)):
        await noon.event(ana, Start("checkin_answer", {"plan": "more"}))
        await ana.presses(said)
        if said == "Good":
            await ana.presses("Skip")
        else:
            await ana.presses("I'm alone with it")
            await ana.presses("A text to someone")
        assert ("put something aside" in "\n".join(list(ana.shown.values())[-3:])) is offered
