"""The danger log: what was heard, shown and done; who may read it; what leaves, and what does not."""

import json

from bot.domain.person import Person
from bot.store.conversing import people, sessions
from bot.store.staffing import audit
from tests.web.desk import Desk, heard_words
from tests.web.test_pages import words


async def test_what_was_heard_shown_and_done(desk: Desk, cora: Person) -> None:
    """Words only where they were kept, and said why not; who answered, how it ended."""
    await heard_words(desk)
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get("/dangers"))
    for part in (
        "i want to be dead, my son Tom would be better off",
        "As it would leave: i want to be dead, my son (name)",
        "Their words are not kept: they have not agreed, and life was not at risk.",
        "hes gone blue Kept because life was at risk.",
        "Staff were paged answered by Ben after 3 minutes over: closed by staff (Ben)",
        "Showed the card “overdose other”",
        "Asked one question first",
        "suicide.wish",
        "To review 4 All 4",
    ):
        assert part in said, said


async def test_a_mark_takes_a_row_off_the_list_and_onto_the_file(desk: Desk, cora: Person) -> None:
    """Marked rows of Ana, who agreed, leave without her son's name; of Bea, who did not, nothing leaves."""
    await heard_words(desk)
    async with desk.signed_in(cora) as browser:
        for row, verdict in ((1, "right"), (3, "right"), (4, "no_danger")):
            answer = await browser.submits(f"/dangers/{row}", verdict=verdict, kind="", show="", page="1")
            assert (answer.status_code, answer.headers["location"]) == (303, "/dangers")
        assert "To review 1 All 4" in words(await browser.get("/dangers"))
        assert "Marked by Cora" in words(await browser.get("/dangers?show=all"))
        file = await browser.get("/dangers/export")
    assert file.headers["content-disposition"] == 'attachment; filename="danger-log.jsonl"'
    rows = [json.loads(line) for line in file.text.splitlines()]
    assert [(row["text"], row["label"], row["severity"]) for row in rows] == [
        ("i want to be dead, my son (name) would be better off", "suicide", "urgent"),
        ("dying for a tea", "none", "none"),
    ]
    async with desk.store.reading() as tx:
        done = [entry.action for entry in await audit.entries(tx)]
    assert done.count("danger_log_marked") == 3
    assert done[-1] == "danger_log_exported"


async def test_by_kind(desk: Desk, cora: Person) -> None:
    """A filter keeps its place after a mark; an unknown one is none."""
    await heard_words(desk)
    async with desk.signed_in(cora) as browser:
        said = words(await browser.get("/dangers?kind=self_harm"))
        assert "hes gone blue" not in said
        assert "hes gone blue" in words(await browser.get("/dangers?kind=rubbish&page=-1"))
        answer = await browser.submits("/dangers/2", verdict="right", kind="self_harm", show="", page="1")
        assert answer.headers["location"] == "/dangers?kind=self_harm"
        assert "Everything of this kind has been marked" in words(
            await browser.get("/dangers?kind=self_harm")
        )


async def test_what_was_missed_is_marked_and_leaves_as_a_labelled_row(desk: Desk, cora: Person) -> None:
    """From Ana's conversation to the log, marked with its kind and level there, and out with the others."""
    ana, bea = await heard_words(desk)
    async with desk.store.transaction() as tx:
        await people.unlock(tx, ana.id)
        state = {
            "session": "",
            "asked": "",
            "recent": [[0, "my son Tom has the dog now"]],
            "unkept": {},
            "softly": {},
        }
        sessions.put(
            tx, ana.id, flow="", version=0, step="", seq=0, state=json.dumps(state), now=desk.clock.now()
        )
    async with desk.signed_in(cora) as browser:
        for who in (ana, bea):
            answer = await browser.submits(f"/dangers/missed/{who.id}")
            assert (answer.status_code, answer.headers["location"]) == (303, "/dangers")
        said = words(await browser.get("/dangers"))
        assert "A coordinator says that this should have rung" in said
        assert "Their words are not kept: they have not agreed." in said
        missed = words(await browser.get("/dangers?kind=none"))
        assert "A coordinator says" in missed
        assert "Heard by the rule" not in missed
        assert (
            await browser.submits("/dangers/5", verdict="other_kind", should_be="suicide")
        ).status_code == 404
        for row, level in ((5, "emergency"), (6, "")):
            verdict = "other_kind" if level else "no_danger"
            form = {"verdict": verdict, "should_be": "suicide", "level": level}
            assert (await browser.submits(f"/dangers/{row}", **form)).status_code == 303
        assert (await browser.submits(f"/dangers/missed/{2**70}")).status_code == 404
        file = await browser.get("/dangers/export")
    (row,) = [json.loads(line) for line in file.text.splitlines()]
    assert (row["label"], row["severity"], row["heard"]) == ("suicide", "emergency", None)
    assert row["text"] == "my son (name) has the dog now"


async def test_marks_that_there_are_not(desk: Desk, cora: Person) -> None:
    """Another kind needs its name; a row or a mark that nobody offered is not found."""
    await heard_words(desk)
    async with desk.signed_in(cora) as browser:
        for row, form in (
            (1, {"verdict": "maybe"}),
            (1, {"verdict": "other_kind", "should_be": "boredom"}),
            (99, {"verdict": "right"}),
            (2**70, {"verdict": "right"}),
        ):
            assert (await browser.submits(f"/dangers/{row}", **form)).status_code == 404


async def test_only_for_who_is_signed_in_and_from_our_own_page(desk: Desk, cora: Person) -> None:
    """Nobody else reads, marks or takes anything along."""
    await heard_words(desk)
    async with desk.browser() as stranger:
        for path in ("/dangers", "/dangers/export"):
            assert (await stranger.get(path)).status_code == 303
        assert (await stranger.submits("/dangers/1", verdict="right")).status_code == 403
    async with desk.signed_in(cora) as browser:
        assert (await browser.submits("/dangers/1", "cross-site", verdict="right")).status_code == 403
        assert "To review 4" in words(await browser.get("/dangers"))


async def test_before_anything_was_heard(desk: Desk, cora: Person) -> None:
    """The page says what will stand here."""
    async with desk.signed_in(cora) as browser:
        assert "Quiet so far" in words(await browser.get("/dangers"))
