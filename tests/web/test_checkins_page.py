"""Cora sees where a word would help, who is due, missed, quiet and struggling, and how plans are answered."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from bot.domain import events
from bot.domain.alias import alias
from bot.domain.checkins.cadence import Cadence, Kind
from bot.domain.checkins.checkin import Answer, Plan, Slot, Window
from bot.domain.events import Code
from bot.domain.ids import HandoffId
from bot.domain.person import Person
from bot.store.checkins import appointments, checkins, plans
from bot.store.conversing import people
from tests.web.desk import NOW, ZONE, Desk, desk
from tests.web.test_browser import chromium, fits, needs_chromium, served

__all__ = ["chromium", "served"]

DAY = timedelta(days=1)


async def asked(
    desk: Desk, *said: Answer | None, cadence: Cadence = Cadence.DAILY, unanswered: int = 0, seen: int = 1
) -> Person:
    """Somebody with a plan who answered so on the last days, newest first, and last wrote `seen` days ago."""
    who = await desk.arrives()
    async with desk.store.transaction() as tx:
        began = date(2026, 11, 1)
        plan = await plans.add(
            tx, who.id, cadence=cadence, window=Window.MORNING, zone=ZONE, began=began, now=NOW - 20 * DAY
        )
        for n, one in enumerate(said):
            at = NOW - (n + 1) * DAY
            slot = Slot(plan, at.date(), at)
            checkins.add_slot(tx, who.id, slot)
            await checkins.settle(tx, slot, at)
            checkins.note_said(tx, slot, Kind.QUESTION, None)
            if one is not None:
                checkins.answer(tx, plan, slot.on, one, at)
        checkins.add_slot(tx, who.id, Slot(plan, NOW.date(), NOW + timedelta(hours=1)))
        kept = await plans.get(tx, plan)
        assert kept is not None
        changed = Plan(plan, cadence, kept.plan.at, ZONE, began, unanswered=unanswered)
        plans.save(tx, changed, Window.MORNING)
        people.seen(tx, who.id, NOW - seen * DAY)
    await desk.happened(who, NOW - DAY, events.FlowStarted(Code("checkin_answer")))
    return who


async def a_week(desk: Desk) -> dict[str, Person]:
    """Everything the page can show, once."""
    found = {
        "two hard days": await asked(desk, "struggling", "used"),
        "well": await asked(desk, "good", "up_and_down"),
        "quiet": await asked(desk, None, None, "good", unanswered=2, seen=8),
        "used": await asked(desk, "used", cadence=Cadence.STANDARD),
        "in vain": await asked(desk, "good", cadence=Cadence.LIGHTER),
        "missed": await asked(desk, "good"),
        "down": await asked(desk, "good"),
    }
    missed, down, vain = found["missed"], found["down"], found["in vain"]
    async with desk.store.transaction() as tx:
        appointments.add(tx, missed.id, date(2026, 11, 22), None, NOW - 5 * DAY)
        appointments.end(tx, missed.id, "missed", NOW - DAY)
        opened = await plans.open_of(tx, down.id)
        assert opened is not None
        slot = Slot(opened.plan.id, date(2026, 11, 20), NOW - 3 * DAY)
        checkins.add_slot(tx, down.id, slot)
        await checkins.settle(tx, slot, NOW - 3 * DAY, "late")
    await desk.happened(vain, NOW - DAY, events.HandoffUnanswered(HandoffId(7), 900))
    return found


async def test_everybody_is_where_they_belong(tmp_path: Path) -> None:
    """The most pressing first; who is well is on no list but that of today."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator", name="Cora")
        found = await a_week(made)
        async with made.signed_in(cora) as browser:
            page = (await browser.get("/check-ins")).text
        words = page.split('id="words"')[1].split("</section>")[0]
        order = [
            words.find(alias(found[who].id))
            for who in ("in vain", "two hard days", "used", "missed", "quiet")
        ]
        assert -1 not in order
        assert order == sorted(order)
        assert alias(found["well"].id) not in words
        assert "7 in all" not in page
        assert "the service was down" in page
        assert f"/conversations/{found['used'].id}/1" in page


async def test_few_people_are_not_broken_down(tmp_path: Path) -> None:
    """One person with a plan of their kind: no share that would be theirs; five: a share."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        await a_week(made)
        async with made.signed_in(cora) as browser:
            page = (await browser.get("/check-ins")).text
        answered = page.split('id="answered"')[1]
        every_day, standard = answered.split("Every day")[1], answered.split("Often at first")[1]
        assert "%" in every_day.split("</tr>")[0]
        assert "under 5" in standard.split("</tr>")[0]
        assert "%" not in standard.split("</tr>")[0]


async def test_only_for_who_is_signed_in(tmp_path: Path) -> None:
    """Somebody else sees the door."""
    async with desk(tmp_path) as made, made.browser() as stranger:
        await a_week(made)
        assert "Where a word" not in (await stranger.get("/check-ins")).text


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_and_on_a_desk(desk: Desk, chromium: Chromium, width: int, scheme: str) -> None:
    """Found from the conversations, nothing cut off, all readable; a name leads to the conversation."""
    cora = await desk.arrives("coordinator", name="Cora")
    await a_week(desk)
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    await page.goto(desk.url + await desk.link(cora))
    await page.get_by_role("button", name="Sign in").press("Enter")
    await page.get_by_role("link", name="Check-ins", exact=True).press("Enter")
    region = page.get_by_role("region", name="Where a word from a person would help today")
    await expect(region.get_by_role("listitem")).to_have_count(5)
    await fits(page)
    await region.get_by_role("link").first.press("Enter")
    await expect(page.get_by_role("link", name="All conversations")).to_be_visible()
    await context.close()
