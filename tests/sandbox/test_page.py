"""The page of phones: what it serves, to whom, and that it works in a real browser."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright, expect
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.clock import MovableClock
from bot.sandbox import Page, Person, Phone, Place, Sandbox, User
from bot.sandbox.page import until_morning
from tests.sandbox.conftest import THREE_AT_NIGHT, client

ANA, BEN = Person(User(11, "Ana"), "reaching out"), Person(User(22, "Ben"), "coach")
CHROMIUM = shutil.which("chromium")
expect.set_options(timeout=20_000)
HOSTILE = "<img src=x onerror=alert(1)> <script>alert(2)</script> javascript:alert(3)"


@pytest.fixture
async def demo(clock: MovableClock) -> AsyncIterator[Sandbox]:
    page = Page((ANA, BEN), places=(Place("Harbour Street", 53.8, -1.55),))
    made = Sandbox(clock=clock, page=page, username="foothold_bot")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def demo_bot(demo: Sandbox) -> AsyncIterator[Bot]:
    async with client(demo) as made:
        yield made


async def stream(session: aiohttp.ClientSession, demo: Sandbox) -> AsyncIterator[dict[str, Any]]:
    """The page's events, as they come."""
    async with session.get(f"{demo.base_url}/sandbox/events") as answer:
        async for line in answer.content:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


async def test_everything_comes_first_and_then_what_changes(demo: Sandbox, demo_bot: Bot) -> None:
    """A phone opened late sees the whole chat; one that is open sees each change."""
    ana = demo.phone(11)
    ana.starts()
    async with aiohttp.ClientSession() as session:
        events = stream(session, demo)
        first = await anext(events)
        assert [person["name"] for person in first["people"]] == ["Ana", "Ben"]
        assert [message["text"] for message in first["chats"][0]["messages"]] == ["/start"]
        await demo_bot.send_message(11, "Hello")
        told = await anext(events)
        assert (told["kind"], told["chat"], told["message"]["text"]) == ("message", 11, "Hello")
        await events.aclose()  # type: ignore[attr-defined]


async def test_nothing_foreign_and_nothing_inline_can_run(demo: Sandbox) -> None:
    """A strict policy, no inline script or style, no address of another site among the assets."""
    async with aiohttp.ClientSession(demo.base_url) as session, session.get("/") as answer:
        policy, html = answer.headers["Content-Security-Policy"], await answer.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|(?:src|href)=\"https?:", html)
    sources = Path(__file__).parents[2] / "bot" / "sandbox" / "page"
    for script in sources.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script.read_text()
        )


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://example.org"}, {"Host": "example.org"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "host", "fetch"],
)
async def test_another_site_cannot_act_for_anybody(demo: Sandbox, headers: dict[str, str]) -> None:
    """Neither by a form from another page nor by a name that was pointed at this machine."""
    act = {"user": 11, "does": "says", "text": "not me"}
    async with aiohttp.ClientSession(demo.base_url) as session:
        for path in ("/sandbox/act", "/sandbox/morning"):
            async with session.post(path, json=act, headers=headers) as answer:
                assert answer.status == 403
        async with session.post("/sandbox/act", data=json.dumps(act)) as answer:
            assert answer.status == 415
    assert demo.phone(11).messages == []


async def test_a_file_is_kept_and_never_run(demo: Sandbox, demo_bot: Bot) -> None:
    """What is neither picture nor sound is given as a download, whatever it calls itself."""
    demo.phone(11).starts()
    await demo_bot.send_document(11, b"<script>alert(1)</script>", filename="page.html")
    file = next(iter(demo.world.files.values()))
    address = f"/sandbox/file/{file.unique_id}"
    async with aiohttp.ClientSession(demo.base_url) as session, session.get(address) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_the_demo_decides_how_time_passes() -> None:
    """With `on_move` the clock is not moved behind the service's back."""
    asked: list[timedelta] = []

    async def on_move(by: timedelta) -> None:
        asked.append(by)

    demo = Sandbox(clock=MovableClock(THREE_AT_NIGHT), page=Page((ANA,)), on_move=on_move)
    await demo.start()
    async with aiohttp.ClientSession(demo.base_url) as session:
        for path, body in (("/sandbox/clock", {"move": 300}), ("/sandbox/morning", {})):
            async with session.post(path, json=body) as answer:
                assert answer.status == 200
    await demo.stop()
    assert asked == [timedelta(minutes=5), timedelta(days=1, hours=7)]


def test_tomorrow_morning_is_counted_in_the_pages_zone() -> None:
    """Over the night when British clocks go forward, ten o'clock is an hour nearer."""
    page = Page((ANA,))
    now = datetime.fromisoformat("2026-03-28T20:00:00+00:00")
    assert now + until_morning(now, page) == datetime.fromisoformat("2026-03-29T09:00:00+00:00")


# In a real browser


@pytest.fixture
async def tab(demo: Sandbox) -> AsyncIterator[Tab]:
    """The page in Chromium; whatever the browser complains of fails the test."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed here, so the page was not looked at")
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        made = await browser.new_page(viewport={"width": 1440, "height": 900})
        made.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        made.on("pageerror", lambda error: complaints.append(str(error)))
        await made.goto(demo.base_url)
        await made.wait_for_selector(".phone")
        yield made
        await browser.close()
    assert complaints == []


def seen(tab: Tab, name: str) -> Any:
    """Somebody's phone on the page."""
    return tab.get_by_label(f"{name}'s phone")


async def happens(phone: Phone, text: str) -> None:
    """Until the person's own words have reached the stand-in."""
    await phone.until(
        lambda: any(message.text == text and not message.by_bot for message in phone.messages), patience=30
    )


@pytest.mark.browser
async def test_a_conversation_by_hand(tab: Tab, demo: Sandbox, demo_bot: Bot) -> None:
    """Start, a question with buttons, a press, typed words, an edit and a deletion."""
    ana, phone = demo.phone(11), seen(tab, "Ana")
    await phone.get_by_role("button", name="Start").click()
    await happens(ana, "/start")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Not now", callback_data="n")]])
    sent = await demo_bot.send_message(11, "Shall we?", reply_markup=markup)
    await phone.get_by_role("button", name="Not now").click()
    async with asyncio.timeout(5):
        while not demo.world.queries:
            await asyncio.sleep(0)
    query = next(iter(demo.world.queries.values()))
    await demo_bot.answer_callback_query(query.id, "That is fine")
    await expect(phone.get_by_text("That is fine")).to_be_visible()
    await phone.get_by_label("Message", exact=True).fill("maybe later")
    await phone.get_by_label("Message", exact=True).press("Enter")
    await happens(ana, "maybe later")
    await demo_bot.edit_message_text("Whenever you like.", 11, sent.message_id)
    await expect(phone.get_by_text("Whenever you like.")).to_be_visible()
    await expect(phone.get_by_role("button", name="Not now")).to_have_count(0)
    await demo_bot.delete_message(11, sent.message_id)
    await expect(phone.get_by_text("Whenever you like.")).to_have_count(0)


@pytest.mark.browser
async def test_words_stay_words(tab: Tab, demo: Sandbox, demo_bot: Bot) -> None:
    """Markup in a message, a button or a name is shown as it was written."""
    demo.phone(11).starts()
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("<b>Go</b>", callback_data="g")]])
    await demo_bot.send_message(11, HOSTILE, reply_markup=markup)
    await demo_bot.set_my_name("<i>Bot</i>")
    await expect(seen(tab, "Ana").get_by_text(HOSTILE)).to_be_visible()
    await expect(seen(tab, "Ana").get_by_role("button", name="<b>Go</b>")).to_be_visible()
    await expect(seen(tab, "Ana").get_by_text("<i>Bot</i>")).to_be_visible()


@pytest.mark.browser
async def test_place_keyboard_commands_and_calendar(tab: Tab, demo: Sandbox, demo_bot: Bot) -> None:
    """A button that asks for the place offers the demo's places; commands are listed; an .ics is read out."""
    ana, phone = demo.phone(11), seen(tab, "Ana")
    ana.starts()
    await demo_bot.set_my_commands([BotCommand("help", "What I can do")])
    keyboard = ReplyKeyboardMarkup.from_row(["Skip"])
    await demo_bot.send_message(11, "Where are you?", reply_markup=keyboard)
    await phone.get_by_label("Send something else").click()
    await phone.get_by_role("button", name="Harbour Street").click()
    await ana.until(lambda: "location" in ana.messages[-1].body)
    await phone.get_by_role("button", name="Skip").click()
    await happens(ana, "Skip")
    await phone.get_by_label("Commands").click()
    await phone.get_by_role("button", name="/help").click()
    await happens(ana, "/help")
    entry = b"BEGIN:VEVENT\r\nDTSTART:20260305T123000\r\nSUMMARY:Lunch group\r\nEND:VEVENT\r\n"
    await demo_bot.send_document(11, entry, filename="lunch.ics")
    await phone.get_by_role("button", name="lunch.ics").click()
    await expect(tab.get_by_role("dialog").get_by_text("Thursday 5 March, 12:30")).to_be_visible()


@pytest.mark.browser
async def test_time_is_moved_from_the_page(tab: Tab, demo: Sandbox) -> None:
    await tab.get_by_role("button", name="+1 hour").click()
    await expect(tab.locator("#time")).to_have_text("04:00")
    await tab.get_by_role("button", name="Tomorrow morning").click()
    await expect(tab.locator("#date")).to_have_text("Tuesday 3 March")
    assert demo.clock.now() == THREE_AT_NIGHT + timedelta(days=1, hours=7)


@pytest.mark.browser
async def test_on_a_phone_there_is_one_phone_at_a_time(tab: Tab, demo: Sandbox, demo_bot: Bot) -> None:
    """At 390 pixels nothing is cut off; a message for somebody else marks their tab."""
    await tab.set_viewport_size({"width": 390, "height": 844})
    demo.phone(11).starts()
    demo.phone(22).starts()
    await demo_bot.send_message(22, "Somebody asks for you.")
    await expect(seen(tab, "Ana")).to_be_visible()
    await expect(seen(tab, "Ben")).to_be_hidden()
    ben = tab.get_by_role("tab", name="Ben")
    await expect(ben).to_have_class("news")
    await ben.click()
    await expect(seen(tab, "Ben").get_by_text("Somebody asks for you.")).to_be_visible()
    wide = await tab.evaluate("document.documentElement.scrollWidth")
    assert wide == 390


@pytest.mark.browser
async def test_blocking_and_unblocking(tab: Tab, demo: Sandbox) -> None:
    ana, phone = demo.phone(11), seen(tab, "Ana")
    ana.starts()
    await phone.get_by_label("More").click()
    await phone.get_by_role("button", name="Block this bot").click()
    await ana.until(lambda: ana.chat.blocked)
    await phone.get_by_role("button", name="Unblock the bot").click()
    await ana.until(lambda: not ana.chat.blocked)
