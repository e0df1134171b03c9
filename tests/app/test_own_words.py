"""Ana writes down why, and what she means to do; each comes back when it is for, and goes when she says."""

import pytest
from sqlalchemy import select

from bot.app.conversing.talk import Talk
from bot.app.everyday import own_words
from bot.domain.conversation.moves import Start
from bot.store.conversing import answers, people
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from tests.app.night import Night, Phone

WRITTEN = {
    "reason": "my girls",
    "if_then": "if it comes, then I walk to nan's",
    "slip_plan": "ring Sam first",
    "night_people": "Sam, nan",
    "what_helped": "cold air",
}


async def wrote(world: Night, phone: Phone, *names: str) -> None:
    async with world.as_(phone) as turn:
        people.set_remembers(turn.tx, phone.id, True)
        for name in names:
            answers.put(turn.tx, phone.id, name, WRITTEN[name], turn.now)


@pytest.mark.parametrize(
    ("moment", "given"),
    [
        ("urge", ["reason", "if_then", "night_people"]),
        ("hard_day", ["if_then", "what_helped", "night_people"]),
        ("slip", ["slip_plan", "night_people", "reason"]),
    ],
)
async def test_each_moment_has_its_words(night: Night, moment: str, given: list[str]) -> None:
    """At most three lines, the one that fits best first; with none of them nothing is said."""
    ana = await night.arrives("Ana")
    look = own_words.calls()["my_words"]
    async with night.as_(ana) as turn:
        assert (await look(turn, Talk(), {"moment": moment})).outcome == "none"
    await wrote(night, ana, *WRITTEN)
    async with night.as_(ana) as turn:
        lines = str((await look(turn, Talk(), {"moment": moment})).values["own_lines"]).split("\n")
    assert [line.split(": ", 1)[1] for line in lines] == [WRITTEN[name] for name in given]


async def test_a_slip_brings_the_line_she_wrote_for_it(night: Night) -> None:
    """After safety and what was going on before, and before she is asked what would help tonight."""
    ana = await night.arrives("Ana")
    await wrote(night, ana, "slip_plan")
    await night.event(ana, Start("slip"))
    for press in ("I'm all right", "No", "I was on my own", "Done"):
        await ana.presses(press)
    assert "You wrote this for a day like today:\nFor after a slip: ring Sam first" in ana.all_of_it()
    assert "What would help tonight?" in ana.newest()


async def test_written_seen_and_deleted_one_by_one(night: Night) -> None:
    """What she deletes is gone from the store; the rest stays."""
    ana = await night.arrives("Ana")
    await wrote(night, ana, "reason", "night_people")
    await night.event(ana, Start("own_words"))
    await ana.presses("If …, then I …")
    await ana.types(WRITTEN["if_then"])
    assert WRITTEN["if_then"] in ana.all_of_it()
    await ana.presses("Why I'm doing this")
    assert "my girls" in ana.newest()
    await ana.presses("Delete it")
    async with night.store.reading() as tx:
        await people.unlock(tx, ana.id)
        assert set(await answers.all_of(tx, ana.id)) == {"night_people", "if_then"}


async def test_when_she_agreed_and_took_it_back_is_on_record(night: Night) -> None:
    """Remember, then "Don't keep it", then remember again: the first holds until then, the last still."""
    ana = await night.arrives("Ana")
    asked = []
    for label in ("Remember", "Don't keep it", "Remember"):
        await night.event(ana, Start("remember"))
        await ana.presses(label)
        asked.append(to_ms(night.now))
        await night.passes(hours=1)
    async with night.store.reading() as tx:
        record = await tx.fetch(prepared(select(people.consent).order_by(people.consent.c.id)))
    assert [(row["scope"], row["given_at"], row["withdrawn_at"]) for row in record] == [
        ("remember", asked[0], asked[1]),
        ("dont", asked[1], None),
        ("remember", asked[2], None),
    ]
