"""Cora gets in by her link, once; nobody else gets in at all."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.engine.statement import prepared
from bot.store.staffing import audit
from bot.store.staffing.signins import sign_in_link, web_session
from tests.web.desk import HOSTILE, URL, Desk, a_night

PAGES = (
    "/",
    "/conversations/1/1",
    "/conversations/99/1",
    "/conversations?flag=danger",
    "/anything",
    "/docs",
    "/static",
)


async def test_a_link_signs_in_once(desk: Desk, cora: Person) -> None:
    """The button opens the pages; the same link afterwards opens nothing, in any browser."""
    link = await desk.link(cora)
    async with desk.browser() as first, desk.browser() as second:
        nonce = await second.nonce(link)
        assert (await first.presses_sign_in(link)).headers["location"] == "/"
        assert "Conversations" in (await first.get("/conversations")).text
        assert (await second.submits(link, nonce=nonce)).status_code == 403
        assert (await second.get(link)).status_code == 410
        assert (await second.get("/")).headers["location"] == "/sign-in"


async def test_a_preview_spends_nothing(desk: Desk, cora: Person) -> None:
    """Telegram's crawler opens the link, twice, before Cora does; each page has a nonce of its own."""
    link = await desk.link(cora)
    async with desk.browser() as crawler, desk.browser() as hers:
        assert (await crawler.head(link)).status_code == 200
        nonces = {await crawler.nonce(link), await crawler.nonce(link), await hers.nonce(link)}
        assert len(nonces) == 3
        assert (await hers.presses_sign_in(link)).status_code == 303


@pytest.mark.parametrize("whose", ["none", "empty", "made up", "another browser's", "another link's"])
async def test_only_the_nonce_of_its_own_page_spends(desk: Desk, cora: Person, whose: str) -> None:
    """A form made elsewhere, or a nonce that this browser was not shown for this link, spends nothing."""
    lead = await desk.arrives("safety_lead")
    link, other = await desk.link(cora), await desk.link(lead)
    async with desk.browser() as browser, desk.browser() as stranger:
        own, strangers = await browser.nonce(link), await stranger.nonce(link)
        forms = {
            "none": {},
            "empty": {"nonce": ""},
            "made up": {"nonce": f"{own.split('.')[0]}.{'0' * 64}"},
            "another browser's": {"nonce": strangers},
            "another link's": {"nonce": await stranger.nonce(other)},
        }
        if whose == "another link's":
            await browser.get(other)
        assert (await browser.submits(link, **forms[whose])).status_code == 403
        assert (await browser.get("/")).headers["location"] == "/sign-in"
        assert (await browser.presses_sign_in(link)).status_code == 303


async def test_a_link_is_over_after_ten_minutes(desk: Desk, cora: Person) -> None:
    """Also for a page that was opened in time."""
    link = await desk.link(cora)
    async with desk.browser() as browser:
        nonce = await browser.nonce(link)
        desk.clock.move(timedelta(minutes=10))
        assert (await browser.submits(link, nonce=nonce)).status_code == 403
        assert (await browser.get(link)).status_code == 410


async def test_a_new_link_ends_the_one_before(desk: Desk, cora: Person) -> None:
    """The one she lost in the chat is worth nothing."""
    lost, new = await desk.link(cora), await desk.link(cora)
    async with desk.browser() as browser:
        assert (await browser.get(lost)).status_code == 410
        assert (await browser.presses_sign_in(new)).status_code == 303


@pytest.mark.parametrize("roles", [(), ("danger_trained", "may_meet")])
async def test_no_link_for_others(desk: Desk, roles: tuple[str, ...]) -> None:
    """A permission is not a role."""
    said = await desk.command(await desk.arrives(*roles))
    assert said == "That's for people who work here only."


async def test_the_safety_lead_gets_in(desk: Desk) -> None:
    async with desk.signed_in(await desk.arrives("safety_lead")) as browser:
        assert (await browser.get("/conversations")).status_code == 200


async def test_a_link_of_somebody_who_lost_the_role_opens_nothing(desk: Desk, cora: Person) -> None:
    """Between the link and the press a coordinator can become an ordinary person."""
    link = await desk.link(cora)
    await lose_role(desk, cora)
    async with desk.browser() as browser:
        assert (await browser.presses_sign_in(link)).status_code == 403


async def lose_role(desk: Desk, who: Person) -> None:
    async with desk.store.transaction() as tx:
        assert await people.take_away(tx, who.id, "coordinator", desk.clock.now())


@pytest.mark.parametrize("path", PAGES)
async def test_there_is_no_other_way_in(desk: Desk, path: str) -> None:
    """Every page, also those that are not there, sends whoever is not signed in to the same words."""
    await a_night(desk)
    async with desk.browser() as browser:
        for cookie in (None, "", "x" * 43, "é"):
            cookies = [] if cookie is None else [(b"Cookie", f"__Host-foothold_session={cookie}".encode())]
            sent = await browser.get(path, headers=cookies)
            assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in")
        page = await browser.get("/sign-in")
    assert "/dashboard" in page.text
    assert page.status_code == 200


@pytest.mark.parametrize("path", ["/conversations", "/conversations/1/1"])
@pytest.mark.parametrize("what", ["idle", "twelve hours", "lost role", "signed out", "erased", "busy"])
async def test_when_a_session_ends(desk: Desk, cora: Person, what: str, path: str) -> None:
    """After half an hour without a click, after twelve hours, and at once when the role is gone."""
    await a_night(desk)
    if path != "/conversations":
        path = "/conversations/2/1"
    async with desk.signed_in(cora) as browser:
        assert (await browser.get(path)).status_code == 200
        match what:
            case "idle":
                desk.clock.move(timedelta(minutes=31))
            case "twelve hours" | "busy":
                for _ in range(25 if what == "twelve hours" else 20):
                    desk.clock.move(timedelta(minutes=29))
                    await browser.get(path)
            case "lost role":
                await lose_role(desk, cora)
            case "signed out":
                assert (await browser.submits("/sign-out")).headers["location"] == "/sign-in"
            case "erased":
                async with desk.store.transaction() as tx:
                    people.destroy_key(tx, cora.id)
                    await people.take_away(tx, cora.id, "coordinator", desk.clock.now())
        sent = await browser.get(path)
        assert sent.status_code == (200 if what == "busy" else 303)


async def test_what_was_typed_outlives_the_session(desk: Desk, cora: Person) -> None:
    """Sent half an hour too late, it comes back to be sent again, whole; blank fields keep their places."""
    said = f"{HOSTILE}\nshe rang\n"
    typed = {"name": "Tea & <b>", "notes": said, "day": ["1", "2"], "start": ["18:30", "19:00"]}
    typed |= {"until": ["", "20:00"], "postcode": "LS2 9JT"}
    same = {"Sec-Fetch-Site": "same-origin"}
    async with desk.signed_in(cora) as browser:
        desk.clock.move(timedelta(minutes=31))
        sent = await browser.post("/groups/new", data=typed, headers=same)
        assert sent.status_code == 403
        assert "not saved yet" in sent.text
        assert "<b>" not in sent.text
        assert "<script>" not in sent.text
        hidden = re.findall(r'type="hidden" name="(.+?)" value="(.*?)">', sent.text, re.DOTALL)
        kept = [(name, unescape(value)) for name, value in hidden]
        assert [value for name, value in kept if name == "until"] == ["", "20:00"]
        assert dict(kept)["notes"] == said.replace("\u202e", "")
        assert (await browser.presses_sign_in(await desk.link(cora))).status_code == 303
        again: dict[str, list[str]] = {}
        for name, value in kept:
            again.setdefault(name, []).append(value)
        made = await browser.post("/groups/new", data=again, headers=same)
        shown = (await browser.get(made.headers["location"])).text
        assert "Tea &amp; &lt;b&gt;" in shown
        assert "Wednesday 19:00–20:00" in shown
        desk.clock.move(timedelta(minutes=31))
        for path in ("/sign-out", f"{made.headers['location']}/checked"):
            assert (await browser.submits(path)).headers["location"] == "/sign-in", "nothing to lose"


async def test_an_ended_session_stays_ended(desk: Desk, cora: Person) -> None:
    """Who gets the role back signs in again."""
    async with desk.signed_in(cora) as browser:
        await lose_role(desk, cora)
        await browser.get("/")
        async with desk.store.transaction() as tx:
            people.give(tx, cora.id, "coordinator", desk.clock.now(), None)
        assert (await browser.get("/conversations")).status_code == 303


async def test_signing_out_ends_the_session_everywhere(desk: Desk, cora: Person) -> None:
    """A cookie that somebody copied before is worth nothing afterwards."""
    async with desk.signed_in(cora) as browser, desk.browser() as thief:
        thief.cookies = browser.cookies
        assert (await thief.get("/conversations")).status_code == 200
        await browser.submits("/sign-out")
        assert (await thief.get("/conversations")).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.desk.example"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://desk.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_of_another_site_changes_nothing(
    desk: Desk, cora: Person, headers: dict[str, str]
) -> None:
    """Neither signs in nor out, whatever it sends along."""
    link = await desk.link(cora)
    async with desk.browser() as browser:
        nonce = await browser.nonce(link)
        assert (await browser.post(link, data={"nonce": nonce}, headers=headers)).status_code == 403
        assert (await browser.submits(link, nonce=nonce)).status_code == 303
        assert (await browser.post("/sign-out", headers=headers)).status_code == 403
        assert (await browser.get("/conversations")).status_code == 200


async def test_an_older_browser_names_its_origin(desk: Desk, cora: Person) -> None:
    """Without Sec-Fetch-Site our own Origin is enough."""
    link = await desk.link(cora)
    async with desk.browser() as browser:
        nonce = await browser.nonce(link)
        assert (await browser.post(link, data={"nonce": nonce}, headers={"Origin": URL})).status_code == 303


async def test_cookies_are_for_nobody_else(desk: Desk, cora: Person) -> None:
    """HttpOnly, SameSite=Strict, Secure, bound to this host, and none of them names her."""
    link = await desk.link(cora)
    async with desk.browser() as browser:
        opened = (await browser.get(link)).headers.get_list("set-cookie")
        inside = (await browser.presses_sign_in(link)).headers.get_list("set-cookie")
    for cookie in opened + [one for one in inside if "session" in one]:
        assert cookie.startswith("__Host-foothold_")
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict", "secure", "path=/"} <= parts
        assert not any(part.startswith(("domain", "max-age", "expires")) for part in parts)


async def test_no_secret_is_kept(desk: Desk, cora: Person) -> None:
    """Who reads the database gets neither a link nor a session out of it."""
    link = await desk.link(cora)
    async with desk.browser() as browser:
        await browser.presses_sign_in(link)
        secret = browser.cookies["__Host-foothold_session"]
    async with desk.store.reading() as tx:
        links = await tx.fetch(prepared(select(sign_in_link.c.digest)))
        sessions = await tx.fetch(prepared(select(web_session.c.digest)))
    assert len(secret) >= 43
    assert link.rpartition("/")[2] not in {row["digest"] for row in links}
    assert secret not in {row["digest"] for row in sessions}


async def test_signing_in_and_out_is_written_down(desk: Desk, cora: Person) -> None:
    async with desk.signed_in(cora) as browser:
        await browser.submits("/sign-out")
    async with desk.store.reading() as tx:
        assert [(one.actor, one.action) for one in await audit.entries(tx)] == [
            (cora.id, "signed_in"),
            (cora.id, "signed_out"),
        ]
        assert await audit.first_broken(tx) is None
