"""What Cora reads: every conversation on the list, and in each no more than was shared."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest
from sqlalchemy import bindparam, delete, update

from bot.domain import events
from bot.domain.events import Code, Scope
from bot.domain.ids import HandoffId
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.engine.statement import prepared
from bot.store.staffing import audit
from tests.web.desk import HOSTILE, NOW, Desk, a_night, in_danger

DAY = timedelta(days=1)
EVERY_PAGE = (
    "/",
    "/conversations",
    "/sign-in",
    "/in/none",
    "/nothing",
    "/conversations/2/1",
    "/dangers",
    "/dangers/export",
    "/healthz",
    "/static/desk.css",
)


def words(page: httpx.Response) -> str:
    """What a page says, without its markup."""
    assert page.status_code == 200, page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def found(page: httpx.Response) -> str:
    """What the list says, without its filters."""
    assert page.status_code == 200, page.text
    return unescape(page.text.split('aria-label="Found"')[1])


async def test_one_screen_says_what_happened(desk: Desk, cora: Person) -> None:
    """What it was about, how ready and why, danger and what was done, who came when, what is next."""
    ana = await a_night(desk)
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get(f"/conversations/{ana.id}/1"))
    for part in (
        "An urge",
        "Where they are with it Wants to start now",
        "About Alcohol · benzos, pregabalin or GHB",
        "Would help Someone who's been there · a group",
        "Ready for a change: 7 of 10",
        "My girls. Why not lower, in their own words",
        "Thoughts of ending their life Urgent, over",
        "2 members of staff told Answered by staff after 3 minutes Closed by staff",
        "03:42 Asked for a person: an urge",
        "03:57 Told honestly that nobody had answered, after 15 minutes",
        "04:01 Ben accepted, after 19 minutes",
        "04:42 They talked, for 41 minutes",
        "No group near , LS2 They need: no transport · not 12-step",
        "tomorrow",
        "Only what they said that day",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("scope", "answers", "own_words"),
    [("everything", True, True), ("today", True, True), ("nothing", False, False)],
)
async def test_no_more_than_was_shared(
    desk: Desk, cora: Person, scope: Scope, answers: bool, own_words: bool
) -> None:
    """Answers and own words follow the person's last word on it; danger and the request are always there."""
    ana = await a_night(desk, scope=scope)
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get(f"/conversations/{ana.id}/1"))
        listed = words(await browser.get("/conversations"))
    assert ("benzos" in said, "My girls" in said) == (answers, own_words)
    assert ("benzos" in listed) == answers
    assert "Thoughts of ending their life" in said
    assert "They talked" in said


async def test_whoever_was_never_asked_keeps_their_words(desk: Desk, cora: Person) -> None:
    """Choices are counted; words wait for a yes."""
    ana = await desk.arrives()
    what = (
        events.IntakeAnswered(Code("about"), (Code("alcohol"),)),
        events.ReadinessSaid(4, reason_kept=True),
    )
    await desk.happened(ana, NOW - DAY, *what, reason="My girls.")
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get(f"/conversations/{ana.id}/1"))
    assert "Alcohol" in said
    assert "4 of 10" in said
    assert "My girls" not in said
    assert "Not asked yet" in said


async def test_today_is_not_last_week(desk: Desk, cora: Person) -> None:
    """Only what was said that day: last week's answers stay closed, and words said later do too."""
    ana = await desk.arrives()
    about = Code("about")
    await desk.happened(ana, NOW - 8 * DAY, events.IntakeAnswered(about, (Code("cocaine"),)))
    await desk.happened(
        ana,
        NOW - 3 * DAY,
        events.IntakeAnswered(about, (Code("alcohol"),)),
        events.HandoffAsked(HandoffId(5), Code("talk"), "today"),
    )
    await desk.happened(ana, NOW - DAY, events.ReadinessSaid(4, reason_kept=True), reason="My girls.")
    async with desk.signed_in(cora) as browser:
        first, second, third = [words(await browser.get(f"/conversations/{ana.id}/{n}")) for n in (1, 2, 3)]
    assert "Cocaine" not in first
    assert "Alcohol" in second
    assert "My girls" not in first + second + third


async def test_newest_first_by_flag_and_by_state(desk: Desk, cora: Person) -> None:
    """Dee is in danger now, Ana was last night; each filter finds its own."""
    await a_night(desk)
    await in_danger(desk)
    async with desk.signed_in(cora) as browser:
        everyone = found(await browser.get("/conversations"))
        assert everyone.index("Overdose") < everyone.index("Thoughts of ending")
        for query, dee, ana in (
            ("flag=danger", True, True),
            ("flag=unmet", False, True),
            ("flag=unanswered", False, True),
            ("flag=young", False, False),
            ("state=open_danger", True, False),
            ("state=over", False, True),
            ("flag=danger&state=over", False, True),
            ("state=waiting", False, False),
            ("flag=to_review", True, True),
            ("need=no_group_near", False, True),
            ("coach=3", False, True),
            ("coach=2", False, False),
            ("ended=talked", False, True),
            ("kind=overdose_now", True, False),
            ("since=2026-11-24", False, False),
            ("since=2026-11-23&until=2026-11-23", True, True),
            ("until=2026-11-22", False, False),
            ("q=pheasant", True, False),
            ("q=dawn TURTLE", False, True),
            ("q=%25%27&need=--&coach=x&since=9999-99-99", False, False),
            ("flag=rubbish&state='--&page=x", True, True),
            ("page=999999999999", True, True),
            ("page=99", True, True),
        ):
            said = found(await browser.get(f"/conversations?{query}"))
            assert ("3 members" not in said, "Overdose" in said, "benzos" in said) == (True, dee, ana), query
        assert "None like that" in words(await browser.get("/conversations?state=waiting"))


async def test_a_page_at_a_time(desk: Desk, cora: Person) -> None:
    """Sixty conversations are three pages, each conversation on one of them."""
    for number in range(60):
        await desk.happened(
            await desk.arrives(), NOW - number * timedelta(hours=1), events.Arrived(Code("qr"))
        )
    async with desk.signed_in(cora) as browser:
        found, address = [], "/conversations"
        while address:
            page = (await browser.get(address)).text
            found += re.findall(r'href="(/conversations/\d+/1)"', page)
            older = re.search(r'rel="next" href="([^"]+)"', page)
            address = older[1] if older else ""
    assert len(found) == len(set(found)) == 60


async def test_an_empty_desk_teaches(desk: Desk, cora: Person) -> None:
    async with desk.signed_in(cora) as browser:
        assert "shows up here at once, under a made-up name" in words(await browser.get("/conversations"))


async def test_staff_about_their_work_are_no_conversations(desk: Desk, cora: Person) -> None:
    """A coach who reads /help is not on the list; one who needs help is."""
    ben, eve = await desk.arrives("coach"), await desk.arrives("coach")
    await desk.happened(ben, NOW, events.FlowStarted(Code("coach_home")))
    await desk.happened(eve, NOW, events.HandoffAsked(HandoffId(1), Code("urge"), "nothing"))
    async with desk.signed_in(cora) as browser:
        page = (await browser.get("/conversations")).text
    assert f"/conversations/{ben.id}/" not in page
    assert f"/conversations/{eve.id}/" in page


@pytest.mark.parametrize(
    "path",
    ["/conversations/1/1", "/conversations/2/9", "/conversations/2/1/", f"/conversations/{10**30}/1", "/x"],
)
async def test_what_is_not_there(desk: Desk, cora: Person, path: str) -> None:
    """Erased, mistyped or made up: the same kind page."""
    await a_night(desk)
    async with desk.signed_in(cora) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 404
    assert "nothing here" in answer.text


async def test_hostile_words_stay_words(desk: Desk, cora: Person) -> None:
    """Markup, quotes and template marks in somebody's words or a coach's name are shown, and do nothing."""
    ana = await a_night(desk, reason=HOSTILE)
    async with desk.store.transaction() as tx:
        coach = next(who for who, _ in await people.with_role(tx, "coach"))
        await people.set_name(tx, coach, HOSTILE)
    async with desk.signed_in(cora) as browser:
        page = (await browser.get(f"/conversations/{ana.id}/1")).text
    assert page.count("&lt;script&gt;alert(1)") == 3
    assert "<script>" not in page
    assert "{{7*7}}" in page
    assert '<blockquote dir="auto">' in page


@pytest.mark.parametrize("path", EVERY_PAGE)
@pytest.mark.parametrize("signed_in", [True, False])
async def test_strict_headers_everywhere(desk: Desk, cora: Person, path: str, signed_in: bool) -> None:
    """Nothing inline, nothing foreign, in no frame, in no cache, and no address told to anybody."""
    await a_night(desk)
    async with desk.signed_in(cora) if signed_in else desk.browser() as browser:
        answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
    assert policy.endswith("script-src 'self'; connect-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "server" not in answer.headers
    if "html" in answer.headers.get("content-type", ""):
        scripts = re.findall(r"<script.*?</script>", answer.text)
        assert scripts == ['<script src="/static/desk.js" defer></script>']
        assert not re.search(r"<style|\sstyle=|\son\w+=|(?:src|href|action)=\"(?:https?:)?//", answer.text)


async def test_each_look_is_written_down(desk: Desk, cora: Person) -> None:
    """Who read whose summary and when; what is not there was not read, the list names nobody's."""
    ana, lead = await a_night(desk), await desk.arrives("safety_lead")
    async with desk.signed_in(cora) as hers, desk.signed_in(lead) as theirs:
        await hers.get("/conversations")
        await hers.get(f"/conversations/{ana.id}/1")
        await hers.get(f"/conversations/{ana.id}/7")
        desk.clock.move(timedelta(minutes=2))
        await theirs.get(f"/conversations/{ana.id}/1")
    async with desk.store.reading() as tx:
        looks = [one for one in await audit.entries(tx) if one.action == "summary_read"]
        assert await audit.first_broken(tx) is None
    assert [(one.at - NOW, one.actor, one.object) for one in looks] == [
        (timedelta(), cora.id, f"person:{ana.id} conversation:1"),
        (timedelta(minutes=2), lead.id, f"person:{ana.id} conversation:1"),
    ]


@pytest.mark.parametrize("how", ["actor", "object", "time", "taken out", "swapped"])
async def test_a_changed_log_does_not_hold(desk: Desk, cora: Person, how: str) -> None:
    """Whoever changes an entry, or takes one out, breaks the chain at that place."""
    async with desk.store.transaction() as tx:
        for number in range(5):
            await audit.add(tx, cora.id, "summary_read", f"person:{number} conversation:1", NOW)
        assert await audit.first_broken(tx) is None
        log, third = audit.audit, audit.audit.c.id == bindparam("third")
        match how:
            case "actor":
                tx.write(prepared(update(log).where(third).values(actor=99)), third=3)
            case "object":
                tx.write(prepared(update(log).where(third).values(object="person:9")), third=3)
            case "time":
                tx.write(prepared(update(log).where(third).values(at=1)), third=3)
            case "taken out":
                tx.write(prepared(delete(log).where(third)), third=3)
            case "swapped":
                tx.write(prepared(update(log).where(third).values(id=9)), third=3)
        assert await audit.first_broken(tx) == (4 if how in {"taken out", "swapped"} else 3)
