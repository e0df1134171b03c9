"""Kim writes the whole rota in a file; a mistake is named, and then nothing has changed."""

from datetime import UTC, datetime, time

import pytest

from bot.app.rota.rota_file import Loaded, Mistakes, load
from bot.domain.rota.shifts import Leave, Rotation, Shift
from bot.store.rota import rota_changes, rotas
from tests.app.night import ZONE, Night

GOOD = """
[[shift]]
coach = {ben}
day = "Friday"
from = "20:00"
to = "02:00"

[[rotation]]
coaches = [{ben}, {cora}]
days = ["mon", "Tuesday"]
from = "22:00"
to = "06:00"
since = 2026-11-23
weeks = 2
"""


async def test_a_file_takes_the_place_of_what_was_there(night: Night) -> None:
    """Twice is once; leave stays."""
    ben, cora = await night.arrives("Ben", "coach"), await night.arrives("Cora", "coach")
    leave = Leave(cora.id, night.now, night.now.replace(month=12))
    text = GOOD.format(ben=ben.chat, cora=cora.chat)
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(1), time(2))
        await rota_changes.add_change(tx, leave, night.now)
        assert await load(tx, text) == Loaded(1, 1)
        assert await load(tx, text) == Loaded(1, 1)
        rota = await rotas.rota(tx, ZONE, night.now)
    assert [type(one) for one in rota.shifts] == [Shift, Rotation]
    assert rota.overrides == (leave,)
    assert rota.who(datetime(2026, 11, 23, 23, tzinfo=UTC)) == {ben.id}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[shift", "no TOML file"),
        ("[[shft]]\nday = 1", '"shft" is not known here'),
        ("shift = 3", "shift 1: write it as [[shift]]"),
        ('[[shift]]\ncoach = {ben}\nday = "Friday"\nfrom = "20:00"', "shift 1: to is missing"),
        ('[[shift]]\ncoach = 7\nday = "Friday"\nfrom = "20:00"\nto = "21:00"', "7 is no coach's id"),
        ('[[shift]]\ncoach = "{ben}"\nday = "Friday"\nfrom = "20:00"\nto = "21:00"', "without quotes"),
        ('[[shift]]\ncoach = {ben}\nday = "Frriday"\nfrom = "20:00"\nto = "21:00"', "no day of the week"),
        ('[[shift]]\ncoach = {ben}\nday = "Friday"\nfrom = "8"\nto = "21:00"', "no time of day"),
        (
            '[[rotation]]\ncoaches = []\ndays = ["mon"]\nfrom = "8:00"\nto = "9:00"\nsince = 2026-11-23',
            "coaches",
        ),
        (
            '[[rotation]]\ncoaches = [{ben}]\ndays = ["mon"]\nfrom = "8:00"\nto = "9:00"\nsince = "soon"',
            "since must be a date",
        ),
    ],
)
async def test_a_mistake_is_named_and_nothing_changes(night: Night, text: str, told: str) -> None:
    """With the entry it is in."""
    ben = await night.arrives("Ben", "coach")
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, ben.id, 0, time(1), time(2))
    with pytest.raises(Mistakes, match=r".") as mistakes:
        async with night.store.transaction() as tx:
            await load(tx, text.replace("{ben}", str(ben.chat)))
    assert told in str(mistakes.value)
    async with night.store.reading() as tx:
        assert len((await rotas.rota(tx, ZONE, night.now)).shifts) == 1
