"""In a real browser, on a real socket: Cora signs in with her link and reads a summary, on phone and desk."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

from bot.app.directory.imports import Asked, import_reading
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Reading, Slot, Venue
from bot.store.directory import offerings, reports, reviewing
from bot.web.server import listen, serve_on
from tests.web.desk import HOSTILE, NOW, Desk, a_night, desk, heard_words, in_danger

TOO_FAINT = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const behind = (element) => {
    const own = element ? rgba(getComputedStyle(element).backgroundColor) : [255, 255, 255, 255];
    if (own[3] === 255) return own;
    const under = behind(element.parentElement);
    return under.map((value, i) => (i === 3 ? 255 : (own[i] * own[3] + value * (255 - own[3])) / 255));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility()
      && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => {
      const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.outerHTML.slice(0, 80)];
    })
    .filter(([ratio]) => ratio < 4.5);
}
"""
"""Every text whose contrast with what is behind it is under 4.5 (WCAG 2.2, 1.4.3)."""

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not on this machine, so the pages were not looked at in it."
)


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
        assert socket.fileno() == -1


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_signing_in_and_reading(desk: Desk, chromium: Chromium, width: int, scheme: str) -> None:
    """By keyboard alone: the link, the button, the list, a summary, out again. Nothing complains."""
    cora = await desk.arrives("coordinator", name="Cora")
    await a_night(desk, reason=HOSTILE + " and a" + "aa" * 400)
    await in_danger(desk)
    complaints: list[str] = []
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()

    def complained(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    page.on("console", complained)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    await page.goto(desk.url + "/")
    await expect(page.get_by_text("/dashboard")).to_be_visible()
    await page.goto(desk.url + await desk.link(cora))
    await page.get_by_role("button", name="Sign in").press("Enter")
    await expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    await page.get_by_role("link", name="Conversations", exact=True).press("Enter")
    await expect(page.get_by_role("heading", name="Conversations", level=1)).to_be_visible()
    await fits(page)

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.get_by_role("navigation", name="Filter").get_by_role("link", name="Unmet need").press("Enter")
    await expect(page.get_by_role("listitem").filter(has_text="Overdose")).to_have_count(0)
    await page.get_by_role("heading", level=2).get_by_role("link").press("Enter")
    await expect(page.get_by_role("region", name="Someone to talk to")).to_contain_text("Ben accepted")
    await expect(page.get_by_role("blockquote")).to_contain_text("<script>alert(1)</script>")
    await expect(page.locator("time").first).to_have_attribute(
        "title", "Monday 23 November 2026, 03:30 (GMT)"
    )
    await fits(page)

    await page.get_by_role("button", name="Sign out").press("Enter")
    await expect(page.get_by_role("heading", name="Sign in with the bot")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="Sign in with the bot")).to_be_visible()
    assert complaints == []
    await context.close()


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_marking_what_was_heard(desk: Desk, chromium: Chromium, width: int, scheme: str) -> None:
    """By keyboard alone: to the log, a mark with another kind, and the marked rows as a file."""
    cora = await desk.arrives("coordinator", name="Cora")
    await heard_words(desk)
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(desk.url + await desk.link(cora))
    await page.get_by_role("button", name="Sign in").press("Enter")
    await page.get_by_role("link", name="Danger", exact=True).press("Enter")
    await expect(page.get_by_role("heading", name="Danger log", level=1)).to_be_visible()
    await fits(page)
    if shots := os.environ.get("FOOTHOLD_SHOTS"):
        await page.screenshot(path=f"{shots}/dangers-{width}-{scheme}.png", full_page=True)
    row = page.get_by_role("listitem").filter(has_text="i want to be dead")
    await row.get_by_text("Danger, but of another kind").press("Enter")
    await row.get_by_label("Which kind").select_option("self_harm")
    await row.get_by_role("button", name="Save that kind").press("Enter")
    await expect(page.get_by_text("i want to be dead")).to_have_count(0)
    await page.get_by_role("navigation", name="Filter").get_by_role("link", name="All").press("Enter")
    await expect(page.get_by_text("Marked by Cora")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Take the marked rows along").click()
    kept = json.loads((await (await download.value).path()).read_text("utf-8"))
    assert (kept["label"], kept["text"]) == (
        "self_harm",
        "i want to be dead, my son (name) would be better off",
    )
    assert complaints == []
    await context.close()


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1440, "light")])
async def test_looking_after_the_groups(desk: Desk, chromium: Chromium, width: int, scheme: str) -> None:
    """By keyboard alone, with names that would break a page: what waits, an entry, its form, its poster."""
    cora = await desk.arrives("coordinator", name="Cora")
    await groups_to_look_at(desk)
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    async def looked_at(name: str) -> None:
        await fits(page)
        assert "\u202e" not in await page.inner_text("body"), "nothing turns the text round"
        if shots := os.environ.get("FOOTHOLD_SHOTS"):
            await page.screenshot(path=f"{shots}/{name}-{width}-{scheme}.png", full_page=True)

    await page.goto(desk.url + await desk.link(cora))
    await page.get_by_role("button", name="Sign in").press("Enter")
    await page.goto(desk.url + "/groups?q=LS2&page=1")
    await page.get_by_role("checkbox", name="Tuesday Serenity is right").press("Space")
    await looked_at("groups-found")
    await page.get_by_role("button", name="What is ticked is right").press("Enter")
    await expect(page.get_by_text("found right just now")).to_be_visible()
    await page.goto(desk.url + "/groups")
    await expect(page.get_by_role("heading", name="Groups and services", level=1)).to_be_visible()
    await looked_at("groups")
    await page.get_by_role("button", name="Two different ones: Tuesday Serenity").press("Enter")
    await expect(page.get_by_text("Are these the same?")).to_have_count(0)
    await expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    await page.get_by_role("link", name="It wasn't here").press("Enter")
    await expect(page.get_by_text("Shown to nobody", exact=True)).to_be_visible()
    await looked_at("group")
    await page.get_by_role("button", name="It is right: show it").press("Enter")
    await expect(page.get_by_text("Checked by a coordinator")).to_be_visible()
    await page.goto(desk.url + "/groups?q=script")
    await page.get_by_role("link", name="<script>alert(1)</script>").first.press("Enter")
    await looked_at("hostile")
    await page.get_by_role("link", name="Change it").press("Enter")
    await expect(page.get_by_label("Name")).to_have_value(re.compile("^<script>alert"))
    await looked_at("form")
    await page.get_by_label("From 1").fill("25:99")
    await page.get_by_role("button", name="Publish").press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("25:99 is not a time: 19:30.")
    complaints.clear()  # the browser notes that an answer was 400
    await page.get_by_role("link", name="Back").press("Enter")
    await page.get_by_role("link", name="Poster").press("Enter")
    await expect(page.get_by_role("img")).to_have_js_property("complete", True)  # visible it is before that
    assert await page.get_by_role("img").evaluate("image => image.naturalWidth > 100")
    await looked_at("poster")
    assert complaints == []
    await context.close()


async def groups_to_look_at(desk: Desk) -> None:
    """A group that two people did not find, one with a hostile name, and two that may be the same."""
    long = "x" * 100
    hall = Venue(HOSTILE, f"1 High Street {long}", "LS2 9JT", Point(53.80, -1.55), country="GB")

    def group(name: str) -> Entry:
        times = (Slot(1, 19 * 60, 60),)
        return Entry(name, name, "peer", "Europe/London", slots=times, venue=hall, notes=HOSTILE + long)

    for source, names in (
        ("The town's list", ("It wasn't here", HOSTILE + long[:60], "Tuesday Serenity")),
        (HOSTILE, ("Serenity on a Tuesday, upstairs",)),
    ):
        entries = tuple(map(group, names))
        await import_reading(desk.store, Reading(entries), Asked(source, "peer", "Europe/London", NOW))
    async with desk.store.reading() as tx:
        which = {name: which for which, name, _, _ in await offerings.names_shown(tx)}["It wasn't here"]
    people = [await desk.arrives(), await desk.arrives()]
    async with desk.store.transaction() as tx:
        for who in people:
            await reports.report_missing(tx, which, who.id, NOW)
        reviewing.hide(tx, which, NOW)


async def fits(page: Page) -> None:
    """Nothing is wider than the screen, its bar is at the top, every text stands out from what is behind it
    (WCAG AA)."""
    await page.wait_for_load_state()  # without its style sheet yet, a page is as wide as its longest word
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("(document.querySelector('.top')?.offsetTop ?? 0) === 0"), (
        "the bar is at the top"
    )
    assert await page.evaluate(TOO_FAINT) == []


async def test_cancelled_it_lets_go(tmp_path: Path) -> None:
    """The socket is free again, and signals were never touched."""
    import signal

    before = signal.getsignal(signal.SIGTERM)
    socket = listen("127.0.0.1", 0)
    port = socket.getsockname()[1]
    async with desk(tmp_path) as made:
        serving = asyncio.create_task(serve_on(made.app, socket))
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{port}/healthz")).text == "well\n"
            assert signal.getsignal(signal.SIGTERM) is before
        serving.cancel()
        await asyncio.wait([serving])
    listen("127.0.0.1", port).close()


async def test_health_says_when_the_store_does_not_answer(tmp_path: Path) -> None:
    """503 for whoever watches."""
    async with desk(tmp_path) as made, made.browser() as watcher:
        assert (await watcher.get("/healthz")).status_code == 200
    async with made.browser() as watcher:
        assert (await watcher.get("/healthz")).status_code == 503
