"""Today: everything that waits is there, each one tap from done, and what is done is gone."""

import asyncio
import re
from datetime import timedelta

import httpx

from bot.app.turn import Turn
from bot.domain import events
from bot.domain.events import Code
from bot.domain.ids import HandoffId
from bot.domain.person import Person
from bot.store.danger import dangers
from bot.store.desk import tasks
from bot.store.directory import sources
from bot.store.engine.statement import prepared
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import handoff
from bot.store.rota import rotas
from bot.web.pages import Pages
from bot.web.today_page import TodayPage
from bot.web.wording import Wording
from tests.web.desk import MESSAGES, NOW, ZONE, Browser, Desk
from tests.web.test_pages import words


async def waits(desk: Desk, who: Person, *, minutes: int = 12) -> None:
    """Somebody asked for a person a while ago, and nobody has come."""
    at = NOW - timedelta(minutes=minutes)
    async with desk.store.transaction() as tx:
        which = await handoffs.add(tx, who.id, topic="urge", scope="today", urgent=False, now=at)
    assert which is not None
    await desk.happened(who, at, events.HandoffAsked(which, Code("urge"), "today"))


async def endangered(desk: Desk, who: Person) -> None:
    at = NOW - timedelta(minutes=20)
    async with desk.store.transaction() as tx:
        which = await dangers.add(
            tx, who.id, kind="suicide", level="urgent", tier="alarm", about="self", rule="r", now=at
        )
        dangers.paged(tx, which, at)
    heard = events.DangerHeard(which, Code("suicide"), Code("urgent"), Code("self"))
    await desk.happened(who, at, heard)


async def taps(browser: Browser, label: str) -> httpx.Response:
    """Press the first button of that label on Today."""
    page = (await browser.get("/")).text
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{label}<" in one)
    values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    answer = await browser.submits("/today", **values)
    assert answer.headers["location"] == "/"
    return await browser.get("/")


async def test_nothing_waits(desk: Desk, cora: Person) -> None:
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get("/"))
        assert "it shows here with the one thing to do about it" in said
        assert "Nobody is on the rota yet" in said
        assert "Nobody is on the rota yet" in words(await browser.get("/rota"))


async def test_danger_is_taken_and_closed_from_here(desk: Desk, cora: Person) -> None:
    """The first tap answers the page, the second says that it is over; both as if done in the chat."""
    ana = await desk.arrives()
    await endangered(desk, ana)
    async with desk.signed_in(cora) as browser:
        assert "nobody has answered yet" in words(await browser.get("/"))
        assert "Cora is with them" in words(await taps(browser, "I&#39;m with them"))
        assert "is with them" not in words(await taps(browser, "It is over"))
    assert (await desk.person(ana.id)).open_danger is None


async def test_a_danger_that_nobody_closed(desk: Desk, cora: Person) -> None:
    """Once the talk of whoever answered is over they are not "with them": it says so, and stays."""
    ana = await desk.arrives()
    await endangered(desk, ana)
    async with desk.signed_in(cora) as browser:
        assert "Cora is with them" in words(await taps(browser, "I&#39;m with them"))
        async with desk.store.transaction() as tx:
            (held,) = await handoffs.held_by(tx, cora.id)
            turn = Turn(tx, desk.clock.now(), await desk.person(cora.id), "end", MESSAGES)
            assert await desk.on_call.end_by_coach(turn, held.handoff.ask.id)
        desk.clock.move(timedelta(minutes=20))
        said = words(await browser.get("/"))
        assert "Cora talked with them, which ended 20 minutes ago. Nobody has closed it" in said
        assert "is with them" not in words(await taps(browser, "It is over"))


async def test_whoever_waits_is_taken_by_a_coach_only(desk: Desk, cora: Person) -> None:
    """A coordinator who is no coach has the next ones alerted; one who is takes it."""
    await waits(desk, await desk.arrives())
    both = await desk.arrives("coordinator", "coach", name="Eve")
    async with desk.signed_in(cora) as hers, desk.signed_in(both) as theirs:
        page = await hers.get("/")
        assert "Asked for a person: an urge 12 minutes ago" in words(page)
        assert "I&#39;ll take it" not in page.text
        assert "Alert the next people now" in page.text
        assert "Waiting for a person" not in words(await taps(theirs, "I&#39;ll take it"))
    async with desk.store.reading() as tx:
        (held,) = await handoffs.held_by(tx, both.id)
    assert held.handoff.ask.id == 1


async def test_a_silent_coach_gives_way(desk: Desk, cora: Person) -> None:
    """Four minutes after accepting without a word: one tap gives it to everyone else."""
    ana, ben = await desk.arrives(), await desk.arrives("coach", name="Ben")
    await waits(desk, ana)
    async with desk.store.transaction() as tx:
        silent = {"state": "claimed", "coach_id": ben.id, "claimed_at": None}
        at = int((NOW - timedelta(minutes=4)).timestamp() * 1000)
        tx.write(prepared(handoff.update().values(silent | {"claimed_at": at})))
    async with desk.signed_in(cora) as browser:
        assert "Ben has not answered 4 minutes ago" in words(await browser.get("/"))
        assert "A coach has gone silent" not in words(await taps(browser, "Give it to the others"))
    async with desk.store.reading() as tx:
        (waiting,) = await handoffs.waiting(tx)
    assert waiting.handoff.ask.passed == {ben.id}


async def test_gaps_tasks_sources_and_whom_nobody_came_to(desk: Desk, cora: Person) -> None:
    """What is not about a life comes after it, each with its one tap."""
    ana = await desk.arrives()
    ben = await desk.arrives("coach", name="Ben")
    asked = events.HandoffAsked(HandoffId(1), Code("urge"), "nothing")
    gave_up = events.HandoffClosed(HandoffId(1), "service", Code("gave_up"))
    await desk.happened(
        ana, NOW - timedelta(hours=5), asked, events.HandoffUnanswered(HandoffId(1), 900), gave_up
    )
    async with desk.store.transaction() as tx:
        await rotas.add_shift(tx, ben.id, 0, NOW.time().replace(hour=18), NOW.time().replace(hour=22))
        await tasks.add(tx, ana.id, "daily_work", NOW - timedelta(days=1), NOW - timedelta(days=3))
        found = await sources.ensure(tx, "Leeds list", "", "Europe/London", fictional=False)
        sources.tried(tx, found.id, NOW, "It took too long")
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get("/"))
        for part in (
            "Now – 18:30",
            "Today 22:30 – tomorrow 09:00",
            "late: was due yesterday",
            "Leeds list",
        ):
            assert part in said
        assert "It came as a file: whoever runs the server brings a new one in" in said
        assert "Asked for a person, and nobody came" in said
        assert "Nobody came" not in words(await taps(browser, "Reviewed"))
        assert "To do" not in words(await taps(browser, "Done"))
        for wrong in (
            {"deed": "sing"},
            {"deed": "done", "which": "x"},
            {"deed": "done", "which": "1", "to": "?"},
        ):
            assert (await browser.submits("/today", **wrong)).status_code == 404
        over = await browser.submits("/today", deed="over", which="99")
        assert over.headers["location"] == "/"


async def test_news_of_an_open_page(desk: Desk, cora: Person) -> None:
    """What changes is sent again within seconds; being open does not keep a session alive."""
    ana, last = await desk.arrives(), ""
    pages, wording = Pages("Harbour"), Wording(MESSAGES)
    page = TodayPage(desk.store, desk.today, desk.signins, desk.clock, wording, pages, ZONE, "")
    async with desk.signed_in(cora) as browser:
        news = page.news(browser.cookies["__Host-foothold_session"])
        assert "Nothing waits" in await anext(news)
        await endangered(desk, ana)
        following = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0)
        desk.clock.move(timedelta(seconds=2))
        assert "nobody has answered yet" in await following
        while not last.startswith("event: over"):
            following = asyncio.ensure_future(anext(news))
            await asyncio.sleep(0)
            desk.clock.move(timedelta(minutes=1))
            last = await following
        assert desk.clock.now() - NOW < timedelta(minutes=33)
        assert (await browser.get("/")).headers["location"] == "/sign-in"
