"""The morning after: Kim signs in with a link from the bot and reads what happened to Ana in the night."""

import re
from html import unescape

import httpx

from tests.stories.test_a_coach_on_shift import asks, code_name
from tests.world import Hand, World

FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


async def link_of(kim: Hand) -> str:
    """Write /dashboard and read the link."""
    await kim.says("/dashboard")
    said = kim.heard_once()
    assert "It works once, for 10 minutes." in said
    return next(word for word in said.split() if word.startswith("http"))


async def signs_in(browser: httpx.AsyncClient, link: str) -> None:
    """Open the link and press its button."""
    nonce = (await browser.get(link)).text.split('name="nonce" value="')[1].split('"')[0]
    inside = await browser.post(link, data={"nonce": nonce}, headers=FROM_OUR_PAGE)
    assert inside.headers["location"] == "/"


def words(page: httpx.Response) -> str:
    """What a page says."""
    assert page.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_from_a_night_to_its_summary(world: World) -> None:
    """Ana asked, Ben came; Kim sees it under a code name, and what Ana did not share is not there."""
    ben, ana = await world.coach("Ben"), await world.person("Ana")
    await asks(ana, "Nothing")
    await ben.presses("I'll take it")
    await ana.says("end")
    ana.heard_all()
    ben.heard_all()

    kim = await world.staff("Kim", "coordinator")
    link = await link_of(kim)
    async with httpx.AsyncClient(base_url=world.settings.dashboard.public_url) as browser:
        assert (await browser.get("/")).headers["location"] == "/sign-in"
        await signs_in(browser, link)
        listed = await browser.get("/conversations")
        who = await code_name(world, ana)
        assert who in words(listed)
        assert "Ana" not in words(listed)
        (address,) = re.findall(rf'href="(/conversations/\d+/1)">{who}<', listed.text)
        said = words(await browser.get(address))
    assert "Asked for a person" in said
    assert "Ben accepted, after under a minute" in said
    assert "Nothing Their answers and words are left out." in said


async def test_telegram_gets_no_preview_of_a_link(world: World) -> None:
    """The message asks Telegram not to open it."""
    kim = await world.staff("Kim", "coordinator")
    link = await link_of(kim)
    sent = list(world.sandbox.ledger.sent(kim.id))[-1].body["parameters"]
    assert link in sent["text"]
    assert sent["link_preview_options"] == {"is_disabled": True}
