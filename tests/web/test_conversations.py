"""Reviewing: a mark, notes, tasks, files to take along; every look written down and shown to the person."""

import csv
import io
import json
from datetime import timedelta

from bot.app.keeping.privacy import all_kept
from bot.domain import events
from bot.domain.alias import alias
from bot.domain.cells import harmless
from bot.domain.events import Code
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.desk.reviews import review_note
from bot.store.engine.statement import prepared
from bot.store.staffing import audit, looks
from tests.web.desk import HOSTILE, NOW, Desk, a_night, in_danger
from tests.web.test_pages import words

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "＝1", '=HYPERLINK("//x")')


async def test_reviewed_by_whom_and_when(desk: Desk, cora: Person) -> None:
    """One tap; it leaves the list of what waits, and comes back when more happens."""
    ana = await a_night(desk)
    path = f"/conversations/{ana.id}/1"
    async with desk.signed_in(cora) as browser:
        assert "Nobody has reviewed it yet" in words(await browser.get(path))
        assert (await browser.submits(f"{path}/reviewed")).headers["location"] == path
        assert "Reviewed by Cora, just now ." in words(await browser.get(path))
        assert "None like that" in words(await browser.get("/conversations?flag=to_review"))
        desk.clock.move(timedelta(minutes=5))
        await desk.happened(ana, desk.clock.now(), events.Arrived(Code("words")))
        assert "More has happened since." in words(await browser.get(path))
        assert "None like that" not in words(await browser.get("/conversations?flag=to_review"))


async def test_a_note_is_sealed_and_told_to_nobody_but_staff(desk: Desk, cora: Person) -> None:
    """It stands on the page for whoever reviews; in the table nobody can read it."""
    ana = await a_night(desk)
    path = f"/conversations/{ana.id}/1"
    async with desk.signed_in(cora) as browser:
        await browser.submits(f"{path}/note", note=f"Ring the GP. {HOSTILE}")
        await browser.submits(f"{path}/note", note="   ")
        page = await browser.get(path)
    assert "Ring the GP. <script>alert(1)</script>" in words(page)
    assert "<script>alert" not in page.text
    async with desk.store.reading() as tx:
        (row,) = await tx.fetch(prepared(review_note.select()))
        assert b"GP" not in row["note"]


async def test_a_task_has_an_owner_and_a_day_until_it_is_done(desk: Desk, cora: Person) -> None:
    """Late in amber, done with one tap, one after a double tap; who does not run the service can own none."""
    ana, lead = await a_night(desk), await desk.arrives("safety_lead", name="Lea")
    ben = await desk.arrives("coach")
    path = f"/conversations/{ana.id}/1"
    async with desk.signed_in(cora) as browser:
        wanted = {"note": "Find a group with a crèche", "due": "2026-11-24"}
        assert (await browser.submits(f"{path}/task", **wanted, owner=str(lead.id))).status_code == 303
        assert (await browser.submits(f"{path}/task", **wanted, owner=str(lead.id))).status_code == 303
        for wrong in ({"owner": str(ben.id)}, {"owner": "x"}, {"owner": str(lead.id), "due": "soon"}):
            kept = await browser.submits(f"{path}/task", **(wanted | wrong))
            assert (kept.status_code, "Not added yet" in kept.text) == (400, True)
            assert 'value="Find a group with a crèche"' in kept.text, "nothing typed is lost"
        gone = await browser.submits("/conversations/9999/1/task", **wanted, owner=str(lead.id))
        assert gone.status_code == 404
        assert words(await browser.get(path)).count("Find a group with a crèche Lea, by tomorrow") == 1
        other = wanted | {"due": "2026-11-25"}
        assert (await browser.submits(f"{path}/task", **other, owner=str(lead.id))).status_code == 303
        done = await browser.submits("/tasks/1/done", back=path)
        assert done.headers["location"] == path
        assert (await browser.submits("/tasks/1/done", back="//evil.example")).headers["location"] == "/"
        assert (await browser.submits("/tasks/99/done")).status_code == 404
        assert words(await browser.get(path)).count("Find a group") == 1


async def test_taken_along_no_formula_gets_out(desk: Desk, cora: Person) -> None:
    """One or many, as CSV or JSON: what the page says and no more; no cell is a formula in a spreadsheet."""
    ana, bea = await a_night(desk, reason="=1+1"), await a_night(desk, scope="nothing", reason="My girls.")
    await in_danger(desk)
    async with desk.signed_in(cora) as browser:
        one = (await browser.get(f"/conversations/{ana.id}/1.csv")).content.decode("utf-8-sig")
        many = json.loads((await browser.get("/conversations.json?ended=talked")).text)
        file = await browser.get("/conversations.csv")
        assert (await browser.get("/conversations.xls")).status_code == 404
    (row,) = csv.DictReader(io.StringIO(one))
    assert (row["reason"], row["coaches"], row["not_found"]) == ("'=1+1", "Ben", "no group near")
    assert {each["reason"] for each in many} == {"=1+1", ""}
    assert [each["about"] for each in many if each["may_be_read"] == "nothing"] == [""]
    assert file.headers["content-disposition"] == 'attachment; filename="conversations.csv"'
    assert len(list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))) == 3
    async with desk.store.reading() as tx:
        assert {look.what for look in await looks.of_person(tx, bea.id)} == {"export"}


def test_harmless() -> None:
    """What begins like a formula, after blanks too, begins with an apostrophe; the rest is as it was."""
    assert all(harmless(one) == "'" + one for one in FORMULAS)
    assert harmless("My girls - always") == "My girls - always"
    assert harmless("") == ""


async def test_a_coach_reads_their_own(desk: Desk, cora: Person) -> None:
    """Ben finds Ana, whom he talked with, not Dee; and neither notes nor a file."""
    ana = await a_night(desk)
    dee = await in_danger(desk)
    async with desk.store.reading() as tx:
        ben_id = next(who for who, _ in await people.with_role(tx, "coach"))
    ben = await desk.person(ben_id)
    async with desk.signed_in(cora) as hers:
        await hers.submits(f"/conversations/{ana.id}/1/note", note="Ben was tired")
    async with desk.signed_in(ben) as browser:
        listed = await browser.get("/conversations")
        assert f"/conversations/{ana.id}/1" in listed.text
        assert f"/conversations/{dee.id}/" not in listed.text
        assert f"/conversations/{dee.id}/" not in (await browser.get("/conversations?coach=")).text
        own = words(await browser.get(f"/conversations/{ana.id}/1"))
        assert "Ben accepted" in own
        assert "tired" not in own
        assert (await browser.get(f"/conversations/{dee.id}/1")).status_code == 404
        assert (await browser.get(f"/conversations/{ana.id}/1.csv")).status_code == 403


async def test_every_look_at_somebody_can_be_told(desk: Desk, cora: Person) -> None:
    """The list and a summary, once an hour each; the audit has every single one."""
    ana = await a_night(desk)
    async with desk.signed_in(cora) as browser:
        for _ in range(2):
            await browser.get("/conversations")
            await browser.get(f"/conversations/{ana.id}/1")
        desk.clock.move(timedelta(minutes=20))
        await browser.get("/conversations?q=nobody")
        desk.clock.move(timedelta(minutes=20))
        await browser.get(f"/conversations/{ana.id}/1")
    async with desk.store.reading() as tx:
        found = await looks.of_person(tx, ana.id)
        assert [(one.staff, one.what, one.at - NOW) for one in found] == [
            (cora.id, "list", timedelta()),
            (cora.id, "summary", timedelta()),
            (cora.id, "summary", timedelta(minutes=40)),
        ]
        actions = [one.action for one in await audit.entries(tx)]
        assert (actions.count("list_read"), actions.count("summary_read")) == (2, 3)
        assert await audit.first_broken(tx) is None


async def test_told_when_they_ask(desk: Desk, cora: Person) -> None:
    """/mydata says who looked and when, by the code name, and what staff noted."""
    ana = await a_night(desk)
    path = f"/conversations/{ana.id}/1"
    async with desk.signed_in(cora) as browser:
        await browser.get(path)
        await browser.submits(f"{path}/note", note="Ring the GP.")
    ana = await desk.person(ana.id)
    async with desk.store.reading() as tx:
        kept = json.loads(await all_kept(tx, ana, {}))
    assert [(look["who"], look["looked_at"]) for look in kept["who_looked"]] == [(alias(cora.id), "summary")]
    assert [note["note"] for note in kept["notes_of_staff"]] == ["Ring the GP."]
    assert "Cora" not in json.dumps(kept)
