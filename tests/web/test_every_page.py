"""Every page in a real browser, on phone and desk, light and dark, with hostile names: it fits and reads.

axe-core finds nothing in any of them either. With FOOTHOLD_SHOTS naming a folder, each page is photographed.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, async_playwright, expect
from starlette.routing import Match

from bot.domain import events
from bot.domain.events import Code
from bot.domain.ids import HandoffId
from bot.store.conversing import people
from bot.store.desk import tasks
from bot.store.directory import offerings, sources
from bot.store.rota import rotas
from bot.web.access import Door
from bot.web.server import listen, serve_on
from tests import shipped
from tests.web.desk import HOSTILE, NOW, Desk, a_night, desk, heard_words, in_danger
from tests.web.test_browser import CHROMIUM, fits, groups_to_look_at, needs_chromium
from tests.web.test_measures import a_season
from tests.web.test_today import endangered, waits

MOST_BYTES = 100_000
PAGES = {
    "today": "/",
    "conversations": "/conversations",
    "nothing_found": "/conversations?q=nobody",
    "conversation": "/conversations/{ana}/1",
    "dangers": "/dangers?show=all",
    "rota": "/rota",
    "groups": "/groups",
    "groups_found": "/groups?q=LS2",
    "groups_asked_for": "/groups?q=LS2&only=unchecked",
    "group": "/groups/{group}",
    "group_form": "/groups/{group}/edit",
    "poster": "/groups/{group}/poster",
    "new_group": "/groups/new",
    "team": "/team",
    "check_ins": "/check-ins",
    "words": "/flows",
    "one_of_the_words": "/flows/urge",
    "measures": "/measures",
    "measures_of_a_year": "/measures?period=2026",
    "unmet": "/measures/unmet?period=2026-q4",
    "report": "/measures/report",
    "sessions": "/sessions",
    "log": "/audit",
    "missing": "/nowhere",
}
NO_PAGES = ("/today/live", ".csv", ".{form:str}", "/export", "/code.svg")
"""Ends of addresses that give a file or a stream."""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TOO_LOW = """
() => [...document.querySelectorAll(
  "button, .button, summary, select, textarea, input, .rooms a, .filters a, .period a, .out a")]
  .filter((element) => element.checkVisibility() && !element.closest("details:not([open]) > :not(summary)"))
  .filter((element) => !["hidden", "checkbox", "radio"].includes(element.type))
  .map((element) => [element.getBoundingClientRect().height, element.outerHTML.slice(0, 100)])
  .filter(([height]) => height < 43.5)
"""
"""What is tapped on a phone and is lower than a finger: 44 pixels (WCAG 2.2, 2.5.5)."""
NAMES_FIT = """
() => [...document.querySelectorAll(".rooms ul")].every((list) => list.scrollWidth <= list.clientWidth)
"""
ONE_LINE = """
() => [...document.querySelectorAll(".rooms ul")].every((list) => list.clientHeight < 60)
"""
HEADS_MEET = """
() => [...document.querySelectorAll("svg.chart")].flatMap((chart) => {
  const boxes = [...chart.querySelectorAll("text.column")].map((one) => one.getBoundingClientRect());
  return boxes.slice(1).filter((box, n) => box.left < boxes[n].right)
    .map((box) => [box.left, chart.textContent.trim().slice(0, 80)]);
})
"""
"""Heads of a chart's columns that run into the one before."""
BY_KEYBOARD = """
() => {
  const closed = "details:not([open]) > :not(summary)";
  const shown = (element) => element.checkVisibility() && !element.closest(closed);
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((element) => shown(element) && element.type !== "hidden" && element.id !== "main");
  return all.map((element) => {
    element.focus();
    const seen = [getComputedStyle(element), getComputedStyle(element, "::after"),
      ...[...element.children].map((child) => getComputedStyle(child))]
      .some((style) => style.outlineStyle !== "none");
    const wrong = document.activeElement !== element ? "is not reached"
      : element.tabIndex > 0 ? "is out of order" : seen ? "" : "does not show that it has the focus";
    return [wrong, element.outerHTML.slice(0, 100)];
  }).filter(([wrong]) => wrong);
}
"""
"""Everything that can be done on a page and not by keyboard alone, or without being seen to be."""


@pytest.fixture(name="desk")
async def served(tmp_path: Path) -> AsyncIterator[Desk]:
    """The desk behind a socket of its own."""
    socket = listen("127.0.0.1", 0)
    async with desk(tmp_path, f"http://127.0.0.1:{socket.getsockname()[1]}") as made:
        serving = asyncio.create_task(serve_on(made.app, socket))
        yield made
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving


async def a_full_desk(made: Desk) -> dict[str, int]:
    """Something on every page, and what can be hostile is; the numbers that stand in addresses."""
    await a_season(made, people=12)
    ana = await a_night(made, reason=HOSTILE + " and a" + "aa" * 400)
    await in_danger(made)
    await heard_words(made)
    await waits(made, await made.arrives())
    eva, ben = await made.arrives(), await made.arrives("coach", name=HOSTILE)
    asked = events.HandoffAsked(HandoffId(9), Code("urge"), "nothing")
    gave_up = events.HandoffClosed(HandoffId(9), "service", Code("gave_up"))
    at = NOW - timedelta(hours=5)
    await made.happened(eva, at, asked, events.HandoffUnanswered(HandoffId(9), 900), gave_up)
    async with made.store.transaction() as tx:
        await rotas.add_shift(tx, ben.id, 0, NOW.time().replace(hour=18), NOW.time().replace(hour=22))
        await people.unlock(tx, ana.id)
        await tasks.add(tx, ana.id, "daily_work", NOW - timedelta(days=1), at, note=HOSTILE + "x" * 200)
        found = await sources.ensure(tx, HOSTILE, "", "Europe/London", fictional=False)
        sources.tried(tx, found.id, NOW, HOSTILE)
    await groups_to_look_at(made)
    async with made.store.reading() as tx:
        hostile = next(which for which, name, _, _ in await offerings.names_shown(tx) if "script" in name)
    return {"ana": ana.id, "group": hostile}


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("full", [True, False])
async def test_every_page(desk: Desk, full: bool) -> None:
    """Full of hostile names or empty: nothing is wider, paler or out of reach, and nothing complains."""
    cora = await desk.arrives("coordinator", "coach", name="Cora")
    known = await a_full_desk(desk) if full else {}
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for width, first in ((390, "dark"), (1440, "light")) if full else ((390, "light"),):
            context = await browser.new_context(
                viewport={"width": width, "height": 900}, reduced_motion="reduce"
            )
            page = await context.new_page()
            complaints: list[str] = []
            listen_to(page, complaints)
            await page.goto(desk.url + await desk.link(cora))
            await page.get_by_role("button", name="Sign in").press("Enter")
            await expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
            for name, path in PAGES.items():
                if full or "{" not in path:
                    here = f"{name if full else 'empty_' + name}-{width}"
                    await page.goto(desk.url + path.format(**known))
                    await look_at(page, here, first)
                    if width < 400:
                        assert await page.evaluate(TOO_LOW) == [], here
                    if width > 1400:  # every room is in sight, without scrolling
                        assert await page.evaluate(NAMES_FIT), here
                        assert await page.evaluate(ONE_LINE), here
                    assert await page.evaluate(HEADS_MEET) == [], here
            unexpected = [one for one in complaints if "404" not in one]
            assert unexpected == []
            await context.close()
        await browser.close()


def listen_to(page: Page, complaints: list[str]) -> None:
    """Keep whatever the browser complains of."""
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))


async def look_at(page: Page, name: str, first: str) -> None:
    """Judge it light and dark; by axe-core in one of them, and by keyboard."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await fits(page)
        if shots := os.environ.get("FOOTHOLD_SHOTS"):
            await page.screenshot(path=f"{shots}/{name}-{scheme}.png", full_page=True)
        if scheme == first:
            assert await wrong_by_axe(page) == [], (name, scheme)
    await page.keyboard.press("Tab")
    assert await page.evaluate(BY_KEYBOARD) == [], name


async def test_no_page_needs_javascript_or_much_of_a_line(desk: Desk) -> None:
    """Each page with what it loads is under 100 kB; each form and link of it leads to a page there is."""
    cora = await desk.arrives("coordinator", name="Cora")
    known = await a_full_desk(desk)
    paths = [path.format(**known) for path in PAGES.values()]
    pages = {
        path: path for path in (*paths, "/sign-in", *(f"/flows/{name}" for name in shipped.flows().by_name))
    }
    doors = [one for one in desk.app.routes if isinstance(one, Door)]
    async with desk.signed_in(cora) as browser:
        for path in pages:
            page = (await browser.get(path)).text
            loads = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
            size = len(page.encode()) + sum([len((await browser.get(one)).content) for one in loads])
            assert size < MOST_BYTES, (path, size)
            assert loads <= {
                "/static/desk.css",
                "/static/measures.css",
                "/static/desk.js",
                "/static/icon.svg",
            }
            assert leads_nowhere(page, doors) == [], path
    seen = [urlsplit(path).path for path in pages]
    shown = [door for door in doors if "GET" in (door.methods or ()) and not door.path.endswith(NO_PAGES)]
    assert [one.path for one in shown if not any(matches(one, "GET", path) for path in seen)] == []


def leads_nowhere(page: str, doors: list[Door]) -> list[str]:
    """Links and forms of a page that no route answers, buttons outside a form, and scripts in attributes."""
    forms = re.findall(r"<form\b([^>]*)>.*?</form>", page, re.DOTALL)
    asked = [(re.search(r'method="(\w+)"', one), re.search(r'action="([^"]+)"', one)) for one in forms]
    ways = [(how[1].upper(), where[1]) for how, where in asked if how and where]
    ways += [("GET", where) for where in re.findall(r'<a\b[^>]*\bhref="(/[^"]*)"', page)]
    wrong = [
        f"{how} {where}"
        for how, where in ways
        if not any(matches(door, how, urlsplit(where).path) for door in doors)
    ]
    outside = re.sub(r"<form\b.*?</form>", "", page, flags=re.DOTALL)
    wrong += re.findall(r"<button\b[^>]*>", outside)
    wrong += re.findall(r"<[^>]*\son\w+=[^>]*>", re.sub(r'"[^"]*"', '""', page))
    return wrong + ([] if len(ways) >= len(forms) else ["a form without a way"])


def matches(door: Door, method: str, path: str) -> bool:
    """Whether this route answers that request."""
    how, _ = door.matches({"type": "http", "method": method, "path": path, "root_path": ""})
    return how is Match.FULL


async def wrong_by_axe(page: Page) -> list[Any]:
    """What axe-core finds against WCAG 2.2 AA."""
    await page.evaluate(AXE)
    found = await page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", WCAG)
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.browser
@needs_chromium
async def test_today_is_live_and_walked_by_keyboard(desk: Desk) -> None:
    """Danger heard meanwhile appears by itself; j goes to it, and what is tapped is gone."""
    cora = await desk.arrives("coordinator", name="Cora")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(desk.url + await desk.link(cora))
        await page.get_by_role("button", name="Sign in").press("Enter")
        await expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
        await expect(page.get_by_role("status")).to_contain_text("Kept up to date")
        await endangered(desk, await desk.arrives())
        desk.clock.move(timedelta(seconds=2))
        await expect(page.get_by_text("nobody has answered yet")).to_be_visible()
        await page.keyboard.press("j")
        await expect(page.locator(".waits h3 a")).to_be_focused()
        await page.get_by_role("button", name="I'm with them").press("Enter")
        await expect(page.get_by_text("Cora is with them")).to_be_visible()
        await browser.close()
