"""Kim writes the weekly shifts in a spreadsheet; a bad row is named, and then nothing has changed."""

from datetime import date, time

import pytest

from bot.app.rota.rota_file import Loaded, Mistakes
from bot.app.rota.rota_table import load
from bot.domain.rota.shifts import Shift
from bot.store.conversing import people
from bot.store.rota import rota_changes, rotas
from tests.app.night import Night, Phone

HEAD = "coach,day,from,to\n"


async def coach(night: Night, name: str) -> Phone:
    phone = await night.arrives(name, "coach")
    async with night.store.transaction() as tx:
        await people.set_name(tx, phone.id, name)
    return phone


@pytest.mark.parametrize(
    "text",
    [
        "coach,day,from,to\n{ben},Friday,20:00,02:00\nCora,mon,8:00,12:00\n",
        "\ufeffTelegram id;Day;From;To\r\n{ben};fri;20:00;02:00\r\n;;;\r\n cora ;Monday;08:00;12:00;;\r\n",
        'to,from,day,coach\n"02:00",20:00,Fri,{ben}\n\n12:00,8:00,Mon,CORA',
    ],
)
async def test_a_table_takes_the_place_of_what_repeated(night: Night, text: str) -> None:
    """Twice is once; columns in any order, as spreadsheets save them; a coach by number or by name."""
    ben, cora = await coach(night, "Ben"), await coach(night, "Cora")
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(1), time(2))
        await rota_changes.add_rotation(tx, [ben.id], [0], time(1), time(2), date(2026, 11, 23), 1)
        for _ in range(2):
            assert await load(tx, text.replace("{ben}", str(ben.chat))) == Loaded(2, 0)
        found = await rotas.weekly(tx)
        assert await rota_changes.rotations(tx) == ()
    assert found == [
        Shift(found[0].id, cora.id, 0, time(8), time(12)),
        Shift(found[1].id, ben.id, 4, time(20), time(2)),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the first line must name the columns: coach,day,from,to"),
        ("coach,day,from\n", "line 1: the first line must name"),
        ("coach,telegram id,day,from,to\n", "line 1: the first line must name"),
        (HEAD, "line 2: there is no shift"),
        (
            HEAD + "Ben,Frday,8:00,9:00",
            'line 2: day: "Frday" is no day of the week: write one such as Friday',
        ),
        (HEAD + "\nBen,Fri,8,9:00", 'line 3: from: "8" is no time of day: write one such as 20:00'),
        (HEAD + "Ben,Fri,8:00", 'line 2: to: "" is no time of day'),
        (HEAD + "Ben,Fri,8:00,9:00,x", "line 2: there is more in it than the first line names"),
        (HEAD + "7,Fri,8:00,9:00", "line 2: coach: 7 is no coach's id"),
        (HEAD + "Dan,Fri,8:00,9:00", 'line 2: coach: "Dan" is no coach here: write their Telegram id'),
        (HEAD + "Sam,Fri,8:00,9:00", 'line 2: coach: "Sam" is what more than one coach is called'),
        (HEAD + f"{'9' * 40},Fri,8:00,9:00", "is no coach here"),
        (HEAD + '"Ben"x,Fri,8:00,9:00', "line 2: "),
        (HEAD + "Ben,Sun,20:00,8:00\nBen,Mon,7:00,9:00", "line 3: from: they are on then already by line 2"),
    ],
)
async def test_a_bad_row_is_named_and_nothing_changes(night: Night, text: str, told: str) -> None:
    """With its line, its column and what to write."""
    ben, _, __ = [await coach(night, name) for name in ("Ben", "Sam", "Sam")]
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, ben.id, 0, time(1), time(2))
    with pytest.raises(Mistakes, match=r".") as mistakes:
        async with night.store.transaction() as tx:
            await load(tx, text)
    (line,) = mistakes.value.lines
    assert told in line
    async with night.store.reading() as tx:
        assert len(await rotas.weekly(tx)) == 1


async def test_every_bad_row_is_said(night: Night) -> None:
    """Kim mends them all at once."""
    await coach(night, "Ben")
    with pytest.raises(Mistakes, match=r".") as mistakes:
        async with night.store.transaction() as tx:
            await load(tx, HEAD + "Dan,Fri,8:00,9:00\nBen,Fri,8:00,9:00\nBen,Fri,8pm,9:00")
    assert [line.partition(":")[0] for line in mistakes.value.lines] == ["line 2", "line 4"]
