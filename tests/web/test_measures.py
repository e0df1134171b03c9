"""Cora sees what happened in a month, what nobody found, and prints it; nobody can be told from a number."""

import random
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from sqlalchemy import bindparam, update

from bot.domain import events
from bot.domain.events import Code, Event
from bot.domain.ids import HandoffId, OfferingId
from bot.store.directory import confirmations, reports, reviewing
from bot.store.engine.statement import prepared
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import handoff
from bot.store.rota import stints
from tests.store.test_directory import bring, group, ids
from tests.web.desk import HOSTILE, NOW, Desk, desk
from tests.web.test_browser import chromium, fits, needs_chromium, served

__all__ = ["chromium", "desk", "served"]

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TAKEN = prepared(
    update(handoff)
    .where(handoff.c.id == bindparam("handoff"))
    .values(coach_id=bindparam("coach"), state="closed")
)
PATHS = ("/measures?period=2026-10", "/measures/unmet?period=2026-q3", "/measures/report?period=2026-10")


async def a_season(desk: Desk, people: int = 60) -> None:
    """Ninety days of a small service: urges, groups, requests for a person, things not found."""
    by = random.Random(11)
    await bring(desk.store, group("a", name=HOSTILE), group("b"))
    groups = [OfferingId(one) for one in (await ids(desk.store)).values()]
    coach = await desk.arrives("coach", name="Ben")
    everybody = [await desk.arrives() for _ in range(people)]
    for number, who in enumerate(everybody * 5):
        at = NOW - by.randrange(90) * DAY - by.randrange(1200) * MINUTE
        call = HandoffId(number + 1)
        happened: list[list[Event]] = [
            [events.FlowStarted(Code("urge")), events.UrgeStarted(), events.UrgeEnded(3, felt=Code("lower"))],
            [
                events.FlowStarted(Code("groups")),
                events.Shown(by.choice(groups), 1),
                events.Planned(groups[0]),
            ],
            [events.HandoffAsked(call, Code("urge"), "today"), events.HandoffAccepted(call, coach.id, 0)],
            [events.UnmetNeed(Code("no_group_near"), Code("ls9"), (Code("childcare"),), Code("tue_night"))],
        ]
        await desk.happened(who, at, events.Arrived(Code("words")), *by.choice(happened))
    await desk.measures.tick()


async def test_every_chart_is_said_in_words_and_stands_in_a_table(tmp_path: Path) -> None:
    """Somebody who hears the page has all that somebody who sees it has."""
    async with desk(tmp_path) as made:
        await a_season(made)
        async with made.signed_in(await made.arrives("coordinator")) as browser:
            page = (await browser.get("/measures?period=2026-10")).text
    sections = re.findall(r"<section class=\"card measure.*?</section>", page, re.DOTALL)
    drawn = [one for one in sections if "<svg" in one]
    assert len(drawn) > 8
    for one in drawn:
        assert re.search(r'role="img" aria-labelledby="(said-\w+)">\s*<title id="\1">[^<]{3,}</title>', one)
        assert '<th scope="row">' in one


async def test_under_five_is_a_dash_and_so_is_what_would_give_it_away(tmp_path: Path) -> None:
    """Three who pressed start, seven who wrote: neither is shown, ten conversations are."""
    async with desk(tmp_path) as made:
        for n in range(10):
            door = Code("start" if n < 3 else "words")
            await made.happened(await made.arrives(), NOW - 40 * DAY, events.Arrived(door))
        await made.measures.tick()
        async with made.signed_in(await made.arrives("coordinator")) as browser:
            page = (await browser.get("/measures?period=2026-10")).text
    rows = re.search(r'id="door".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert rows is not None
    assert re.findall(r"<td>(.*?)</td>", rows[1]) == ["–", "–", ""] * 2
    assert "<b>10</b><span>conversations</span>" in re.sub(r"\s+(?=<)", "", page)


async def test_hours_stand_beside_what_each_coach_took_and_no_name(tmp_path: Path) -> None:
    """Ben took seven in eleven hours of October, an overlap once; Dan was there and took none."""
    async with desk(tmp_path) as made:
        ben, dan = [await made.arrives("coach", name=name) for name in ("Ben", "Dan")]
        people = [await made.arrives() for _ in range(7)]
        start, hour = NOW - 35 * DAY, timedelta(hours=1)
        async with made.store.transaction() as tx:
            for one in people:
                which = await handoffs.add(tx, one.id, topic="urge", scope="today", urgent=False, now=start)
                assert which is not None
                tx.write(TAKEN, handoff=which, coach=ben.id)
            stints.begin(tx, ben.id, start, start + 8 * hour)
            stints.begin(tx, ben.id, start + 4 * hour, start + 11 * hour)
            stints.begin(tx, dan.id, NOW - 20 * DAY, NOW + 9 * DAY)
            stints.begin(tx, dan.id, start, start + 6 * hour)
        await made.happened(people[0], start, events.Arrived(Code("words")))
        await made.measures.tick()
        async with made.signed_in(await made.arrives("coordinator")) as browser:
            page = (await browser.get("/measures?period=2026-10")).text
    load = re.findall(r"</meter> (.*?) <span class=\"soft\">(.*?)</span>", page)
    assert load == [("5+", "10+ hours"), ("under 5", "5+ hours")]
    assert "Ben" not in page


async def test_how_the_directory_stands(tmp_path: Path) -> None:
    """Entries are no people: one is shown as one. What is hidden, old, reported and merged is told apart."""
    async with desk(tmp_path) as made:
        await bring(made.store, *map(group, "abcd"), at=NOW)
        await bring(made.store, group("e"), group("f"), source="quiet", at=NOW - 91 * DAY)
        which, (ana, ben) = await ids(made.store), [await made.arrives() for _ in range(2)]
        async with made.store.transaction() as tx:
            confirmations.add(tx, which["Group a"], ana.id, "right", NOW - 89 * DAY)
            confirmations.add(tx, which["Group b"], ana.id, "checked", NOW - 91 * DAY)
            confirmations.add(tx, which["Group b"], ana.id, "time", NOW)
            for who in (ana, ben):
                await reports.report_missing(tx, which["Group c"], who.id, NOW)
            reviewing.hide(tx, which["Group c"], NOW)
        await made.happened(ana, NOW - 40 * DAY, events.Arrived(Code("words")))
        await made.measures.tick()
        async with made.signed_in(await made.arrives("coordinator")) as browser:
            page = (await browser.get("/measures")).text
            unsent = (await browser.get("/measures/unmet")).text
        async with made.signed_in(await made.arrives("auditor")) as browser:
            counted = (await browser.get("/measures/unmet")).text
    link = f'<a href="/groups/{which["Group a"]}">'
    assert (link in unsent, link in counted, "Group a" in counted) == (True, False, True)
    rows = re.search(r'id="directory".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert rows is not None
    found = re.findall(r"<td>(.*?)</td>", rows[1])
    assert found == ["3", "", "1", "33%", "2", "", "1", "", "2", "", "1", ""]


async def test_nothing_is_nothing_yet(tmp_path: Path) -> None:
    """A service of its first day sees no noughts and no 0%."""
    async with desk(tmp_path) as made, made.signed_in(await made.arrives("coordinator")) as browser:
        for path in ("/measures", "/measures/unmet", "/measures/report", "/measures?kind=week"):
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert "0%" not in answer.text
        assert "Nothing counted yet" in (await browser.get("/measures")).text


async def test_any_period_and_any_nonsense_is_answered(tmp_path: Path) -> None:
    """Weeks, quarters, years; what is no period is the last month that is over."""
    async with desk(tmp_path) as made:
        await a_season(made, people=10)
        async with made.signed_in(await made.arrives("coordinator")) as browser:
            for period in ("2026-w40", "2026-q3", "2026", "2031-01", HOSTILE, "2026-13"):
                answer = await browser.get("/measures", params={"period": period})
                assert answer.status_code == 200
                assert HOSTILE not in answer.text
                assert len(answer.content) < 100_000
            assert "October 2026, beside September 2026" in (await browser.get("/measures")).text


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
async def test_on_a_phone_on_a_desk_and_on_paper(
    desk: Desk, chromium: Chromium, width: int, scheme: str
) -> None:
    """Nothing is cut off, all is readable; the report is one sheet of A4."""
    cora = await desk.arrives("coordinator", name="Cora")
    await a_season(desk)
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    await page.goto(desk.url + await desk.link(cora))
    await page.get_by_role("button", name="Sign in").press("Enter")
    await page.get_by_role("link", name="Measures", exact=True).press("Enter")
    await page.get_by_role("heading", name="Measures", level=1).wait_for()
    for path in PATHS:
        await page.goto(desk.url + path)
        await fits(page)
    await page.goto(desk.url + PATHS[0])
    table = page.get_by_role("region", name="People, as a table")
    assert not await table.is_visible()
    await page.emulate_media(media="print")
    assert await table.is_visible()
    await page.emulate_media(media="null")
    await page.goto(desk.url + PATHS[-1])
    sheet = await page.pdf(prefer_css_page_size=True, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    await context.close()
