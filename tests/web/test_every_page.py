"""Every page in a real browser, on phone and desk, light and dark, with hostile names: it fits and reads.

With FOOTHOLD_AXE naming a file of axe-core, that finds nothing either (`npm pack axe-core`); with
FOOTHOLD_SHOTS naming a folder, each page is photographed.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.domain import events
from bot.domain.events import Code
from bot.domain.ids import HandoffId
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.desk import tasks
from bot.store.directory import sources
from bot.store.rota import rotas
from bot.web.server import listen, serve_on
from tests.web.desk import HOSTILE, NOW, Desk, a_night, desk, heard_words, in_danger
from tests.web.test_browser import CHROMIUM, fits, needs_chromium
from tests.web.test_today import endangered, waits

MOST_BYTES = 100_000
PAGES = {
    "today": "/",
    "conversations": "/conversations",
    "nothing_found": "/conversations?q=nobody",
    "conversation": "/conversations/{ana}/1",
    "dangers": "/dangers",
    "rota": "/rota",
    "groups": "/groups",
    "new_group": "/groups/new",
    "check_ins": "/check-ins",
    "words": "/flows",
    "measures": "/measures",
    "unmet": "/measures/unmet",
    "report": "/measures/report",
    "sessions": "/sessions",
    "log": "/audit",
    "missing": "/nowhere",
}
AXE = os.environ.get("FOOTHOLD_AXE", "")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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


async def a_full_desk(made: Desk) -> Person:
    """Something on every page, and what can be hostile is."""
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
    return ana


@pytest.mark.browser
@needs_chromium
async def test_every_page(desk: Desk) -> None:
    """One browser, one load for each page and width; nothing is wider, paler or heavier than it may be."""
    cora = await desk.arrives("coordinator", "coach", name="Cora")
    ana = await a_full_desk(desk)
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for width in (390, 1440):
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
                await look_at(page, name, desk.url + path.format(ana=ana.id), width)
            unexpected = [one for one in complaints if "404" not in one]
            assert unexpected == []
            await context.close()
        await browser.close()


def listen_to(page: Page, complaints: list[str]) -> None:
    """Keep whatever the browser complains of."""
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))


async def look_at(page: Page, name: str, address: str, width: int) -> None:
    """Load it once and judge it light and dark."""
    answer = await page.goto(address)
    assert answer is not None
    assert len(await answer.body()) < MOST_BYTES, name
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await fits(page)
        if shots := os.environ.get("FOOTHOLD_SHOTS"):
            await page.screenshot(path=f"{shots}/{name}-{width}-{scheme}.png", full_page=True)
        assert await wrong_by_axe(page) == [], (name, width, scheme)


async def wrong_by_axe(page: Page) -> list[Any]:
    """What axe-core finds against WCAG 2.2 AA; nothing where it is not at hand."""
    if not AXE:
        return []
    await page.evaluate(Path(AXE).read_text("utf-8"))
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
