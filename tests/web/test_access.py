"""Every route for every role, their own and others': a route that is not in this table fails."""

import re
from typing import Final

import httpx
import pytest
from starlette.routing import Mount, Route

from bot.domain.alias import alias
from bot.domain.person import Person
from bot.store.conversing import people
from bot.web.access import Door
from tests.web.desk import Desk, a_night, heard_words, in_danger

ROLES: Final = ("coordinator", "safety_lead", "auditor", "coach", "may_meet")
"""The last one is a permission: it opens nothing."""
ALL, LEADS, AUDIT, READ = "yyyy-", "yy---", "yyy--", "yy-y-"
RUNS: Final = "y----"
OPEN: Final = "open to whoever asks"
MATRIX: Final = {
    ("GET", "/"): ALL,
    ("GET", "/today/live"): LEADS,
    ("POST", "/today"): LEADS,
    ("GET", "/conversations"): READ,
    ("GET", "/conversations.{form:str}"): LEADS,
    ("GET", "/conversations/{person:int}/{number:int}"): READ,
    ("GET", "/conversations/{person:int}/{number:int}.{form:str}"): LEADS,
    ("POST", "/conversations/{person:int}/{number:int}/reviewed"): LEADS,
    ("POST", "/conversations/{person:int}/{number:int}/note"): LEADS,
    ("POST", "/conversations/{person:int}/{number:int}/task"): LEADS,
    ("POST", "/tasks/{task:int}/done"): LEADS,
    ("GET", "/dangers"): LEADS,
    ("GET", "/dangers/export"): LEADS,
    ("POST", "/dangers/{heard:int}"): LEADS,
    ("POST", "/dangers/missed/{person:int}"): LEADS,
    ("GET", "/check-ins"): LEADS,
    ("GET", "/rota"): LEADS,
    ("GET", "/rota/hours.csv"): LEADS,
    ("POST", "/rota/add"): LEADS,
    ("POST", "/rota/remove"): LEADS,
    ("POST", "/rota/replace"): LEADS,
    ("POST", "/rota/back"): LEADS,
    ("POST", "/rota/weekly"): LEADS,
    ("POST", "/rota/weekly/remove"): LEADS,
    ("POST", "/rota/turns/remove"): LEADS,
    ("POST", "/rota/leave"): LEADS,
    ("GET", "/team"): RUNS,
    ("POST", "/team/{who:int}"): RUNS,
    ("GET", "/groups"): LEADS,
    ("GET", "/flows"): LEADS,
    ("GET", "/flows/{name}"): LEADS,
    ("GET", "/groups/new"): LEADS,
    ("POST", "/groups/new"): LEADS,
    ("POST", "/groups/pairs/{pair:int}/{said:str}"): LEADS,
    ("GET", "/groups/{which:int}"): LEADS,
    ("GET", "/groups/{which:int}/edit"): LEADS,
    ("POST", "/groups/{which:int}/edit"): LEADS,
    ("POST", "/groups/{which:int}/checked"): LEADS,
    ("POST", "/groups/{which:int}/retired"): LEADS,
    ("POST", "/groups/{which:int}/shown"): LEADS,
    ("POST", "/groups/{which:int}/taken-back"): LEADS,
    ("POST", "/groups/{which:int}/apart/{other:int}"): LEADS,
    ("POST", "/groups/checked"): LEADS,
    ("GET", "/groups/{which:int}/poster"): LEADS,
    ("GET", "/groups/{which:int}/code.svg"): LEADS,
    ("GET", "/measures"): AUDIT,
    ("GET", "/measures/unmet"): AUDIT,
    ("GET", "/measures/report"): AUDIT,
    ("GET", "/sessions"): ALL,
    ("POST", "/sessions"): ALL,
    ("GET", "/audit"): AUDIT,
    ("POST", "/sign-out"): ALL,
    ("GET", "/in/{token}"): OPEN,
    ("POST", "/in/{token}"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("GET", "/rota/{token}.ics"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/static"): OPEN,
}
"""For each route what it says to each of ROLES in their order: y for yes."""


def routes(desk: Desk) -> dict[tuple[str, str], str]:
    """Every route of the application, by method and path, and who it says it opens to."""
    found: dict[tuple[str, str], str] = {}
    for route in desk.app.routes:
        match route:
            case Door(path=path, methods=methods, to=to):
                opens = "".join("y" if role in to else "-" for role in ROLES)
            case Route(path=path, methods=methods):
                opens = OPEN
            case Mount(path=path):
                methods, opens = {"GET"}, OPEN
            case _:
                raise AssertionError(route)
        found |= {(method, path): opens for method in (methods or set()) - {"HEAD"}}
    return found


def test_every_route_is_in_the_table(desk: Desk) -> None:
    """Whoever adds a route writes down here whom it opens to."""
    assert routes(desk) == MATRIX


def filled(path: str, own: Person) -> str:
    """An address of that route, about somebody whom the coach talked with."""
    some = {"person": str(own.id), "form": "csv"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: some.get(found[1], "1"), path)


async def ask(browser: httpx.AsyncClient, method: str, address: str) -> int:
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    answer = await browser.request(method, address, headers=ours if method == "POST" else {})
    return 303 if answer.headers.get("location") == "/sign-in" else answer.status_code


@pytest.mark.parametrize(("role", "place"), [(role, n) for n, role in enumerate(ROLES)])
async def test_each_route_opens_to_whom_it_says(desk: Desk, role: str, place: int) -> None:
    """Really asked for, by browsers of each role: 403 wherever the table says no."""
    ana = await a_night(desk)
    await heard_words(desk)
    async with desk.store.reading() as tx:
        ben = next(who for who, _ in await people.with_role(tx, "coach"))
    cora = await desk.arrives("coordinator")
    async with desk.store.transaction() as tx:
        if role != "coach":
            await people.take_away(tx, ben, "coach", desk.clock.now())
            people.give(tx, ben, role, desk.clock.now(), None)
    who = await desk.person(ben)
    if role == "may_meet":
        assert "people who work here" in await desk.command(who)
        return
    inside = {
        key: opens
        for key, opens in MATRIX.items()
        if opens != OPEN and key[1] not in {"/sign-out", "/today/live"}
    }
    async with desk.signed_in(who) as browser, desk.signed_in(cora):
        for (method, path), opens in inside.items():
            status = await ask(browser, method, filled(path, ana))
            assert (status != 403) == (opens[place] == "y"), (method, path, status)
            assert status < 500
            assert path not in {"/sessions", "/conversations"} or method == "POST" or status in {200, 403}


async def test_own_and_others(desk: Desk) -> None:
    """A coach opens the conversations they had; those of others, and others' sessions, are not there."""
    ana, dee = await a_night(desk), await in_danger(desk)
    async with desk.store.reading() as tx:
        ben = next(who for who, _ in await people.with_role(tx, "coach"))
    cora = await desk.arrives("coordinator", name="Cora")
    async with desk.signed_in(await desk.person(ben)) as his, desk.signed_in(cora) as hers:
        assert (await his.get(f"/conversations/{ana.id}/1")).status_code == 200
        assert (await his.get(f"/conversations/{dee.id}/1")).status_code == 404
        everybodys, own = (await hers.get("/sessions")).text, (await his.get("/sessions")).text
        digests = re.findall(r'name="session" value="([0-9a-f]{64})"', everybodys)
        (ended,) = re.findall(r'name="session" value="([0-9a-f]{64})"', own)
        assert len(digests) == 2
        assert "Cora" not in own
        (cora_s,) = set(digests) - {ended}
        assert (await his.submits("/sessions", session=cora_s)).status_code == 404
        assert (await hers.get("/sessions")).status_code == 200
        assert (await hers.submits("/sessions", session=ended)).status_code == 303
        assert (await his.get("/conversations")).headers["location"] == "/sign-in"


async def test_the_log_names_deeds_and_code_names(desk: Desk) -> None:
    """An auditor sees who read whose summary, and nothing that anybody said."""
    ana, cora = await a_night(desk), await desk.arrives("coordinator", name="Cora")
    async with desk.signed_in(cora) as hers:
        await hers.get("/conversations")
        await hers.get(f"/conversations/{ana.id}/1")
    async with desk.signed_in(await desk.arrives("auditor", name="Oda")) as browser:
        assert (await browser.get("/")).headers["location"] == "/measures"
        page = (await browser.get("/audit")).text
        assert (await browser.get("/audit?before=1")).status_code == 200
    assert "Read a summary" in page
    assert alias(ana.id) in page
    assert "Cora" in page
    assert "alcohol" not in page
    assert f"person:{ana.id}" not in page
