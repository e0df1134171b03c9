"""Ben cannot do his Tuesday, Cora takes it; Dan is told that it is settled: the rota, changed by chat."""

from datetime import UTC, datetime, time

import pytest

from bot.domain.ids import PersonId
from bot.store.conversing import people
from bot.store.rota import rotas
from tests.app.night import ZONE, Night, Phone

TUESDAY, THURSDAY = 1, 3


async def writes(night: Night, phone: Phone, text: str) -> bool:
    async with night.as_(phone) as turn:
        return await night.shift_changes.says(turn, text)


async def who(night: Night, at: str) -> frozenset[PersonId]:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    async with night.store.reading() as tx:
        return (await rotas.rota(tx, ZONE, night.now)).who(moment)


@pytest.fixture
async def team(night: Night) -> dict[str, Phone]:
    """Ben has Tuesday evenings, Cora Thursday evenings, Dan nothing; Kim coordinates."""
    team = {name: await night.arrives(name, "coach") for name in ("Ben", "Cora", "Dan")}
    team["Kim"] = await night.arrives("Kim", "coordinator")
    async with night.store.transaction() as tx:
        for name, phone in team.items():
            await people.set_name(tx, phone.id, name)
        await rotas.add_shift(tx, team["Ben"].id, TUESDAY, time(20), time(2))
        await rotas.add_shift(tx, team["Cora"].id, THURSDAY, time(20), time(23))
    return team


async def test_a_shift_is_offered_and_taken_up(night: Night, team: dict[str, Phone]) -> None:
    """Dan offers hours, sees them read back, confirms, and is on; Kim is told; twice is once."""
    dan, kim = team["Dan"], team["Kim"]
    assert await writes(night, dan, "I can do Friday 8 to midnight")
    assert dan.heard() == ["Fri 27 Nov 20:00–00:00. Shall I put you on?"]
    assert await who(night, "2026-11-27 21:00") == frozenset()
    await dan.presses("Yes, put me on")
    assert dan.heard() == [
        'You\'re on: Fri 27 Nov 20:00–00:00. Thank you. Write "my shifts" to see them all.'
    ]
    assert kim.heard() == ["Dan has offered a shift: Fri 27 Nov 20:00–00:00. It's on the rota."]
    assert await who(night, "2026-11-27 21:00") == {dan.id}
    await dan.presses("Yes, put me on")
    assert dan.heard() == ["You're on the rota then already: Fri 27 Nov 20:00–00:00."]


async def test_the_other_reading_is_one_tap_away(night: Night, team: dict[str, Phone]) -> None:
    """Ten to two was meant for the night."""
    dan = team["Dan"]
    await writes(night, dan, "i can do friday 10 to 2")
    await dan.presses("I meant Fri 27 Nov 22:00–02:00")
    assert await who(night, "2026-11-28 01:00") == {dan.id}
    assert await who(night, "2026-11-27 11:00") == frozenset()


async def test_who_takes_it_first_has_it(night: Night, team: dict[str, Phone]) -> None:
    """Until somebody does it stays Ben's; Dan comes second and is thanked."""
    ben, cora, dan, kim = (team[name] for name in ("Ben", "Cora", "Dan", "Kim"))
    assert await writes(night, ben, "who can take my Tuesday?")
    assert ben.heard()[0].startswith("I've asked 2 of the team about Tue 24 Nov 20:00–02:00.")
    assert cora.heard() == dan.heard() == ["Ben can't be there Tue 24 Nov 20:00–02:00. Can you take it?"]
    assert await who(night, "2026-11-24 21:00") == {ben.id}
    await cora.presses("I'll take it")
    await dan.presses("I'll take it")
    assert cora.heard() == ["It's yours: Tue 24 Nov 20:00–02:00. Thank you. Ben is told."]
    assert dan.heard() == ["That's settled already. Thank you."]
    assert ben.heard() == ["Cora takes Tue 24 Nov 20:00–02:00. It's off your list."]
    assert kim.heard() == ["Cora takes a shift of Ben: Tue 24 Nov 20:00–02:00."]
    assert await who(night, "2026-11-24 21:00") == {cora.id}
    assert await who(night, "2026-12-01 21:00") == {ben.id}, "only this one"


async def test_a_swap_needs_both(night: Night, team: dict[str, Phone]) -> None:
    """Cora says no and all stays; she says yes to the next and both have moved."""
    ben, cora = team["Ben"], team["Cora"]
    await writes(night, ben, "swap my Tuesday for Cora's Thursday")
    assert cora.heard()[0].startswith(
        "Ben would like to swap: you take Tue 24 Nov 20:00–02:00, and they take yours"
    )
    await cora.presses("No, keep mine")
    assert ben.heard()[-1] == "Cora would rather keep theirs. Tue 24 Nov 20:00–02:00 is still yours."
    await cora.presses("Yes, swap")
    assert cora.heard()[-1] == "That's settled already. Thank you."
    await writes(night, ben, "swap my Tuesday for Cora's Thursday")
    await cora.presses("Yes, swap")
    assert await who(night, "2026-11-24 21:00") == {cora.id}
    assert await who(night, "2026-11-26 21:00") == {ben.id}


async def test_what_was_given_away_since_cannot_be_taken(night: Night, team: dict[str, Phone]) -> None:
    """Ben asks twice for the same evening; whoever comes to the second finds it settled."""
    ben, cora, dan = team["Ben"], team["Cora"], team["Dan"]
    await writes(night, ben, "who can take my Tuesday?")
    await writes(night, ben, "who can take my Tuesday?")
    await cora.presses("I'll take it")
    cora.heard()
    dan.heard()
    await dan.presses("I'll take it")
    assert dan.heard() == ["That's settled already. Thank you."]
    assert await who(night, "2026-11-24 21:00") == {cora.id}


async def test_leave_takes_somebody_off_and_kim_sees_the_gap(night: Night, team: dict[str, Phone]) -> None:
    """Ben is away for a week; nobody who is away is asked to cover."""
    ben, cora, kim = team["Ben"], team["Cora"], team["Kim"]
    await writes(night, ben, "I'm away 24 Nov to 25 Nov")
    assert ben.heard()[0].startswith("Away from Tue 24 Nov to Wed 25 Nov. Shifts of yours in that time: 1.")
    await ben.presses("Yes, I'm away")
    assert await who(night, "2026-11-24 21:00") == frozenset()
    assert "Ben is away from Tue 24 Nov to Wed 25 Nov." in kim.all_of_it()
    assert "Nobody is on" in kim.all_of_it()
    await writes(night, cora, "I'm away next week")
    cora.heard()
    assert not await writes(night, ben, "I can't do tuesday"), "it is no longer his: words like any others"


async def test_nobody_free_is_said_and_kim_knows(night: Night, team: dict[str, Phone]) -> None:
    """Cora and Dan have a shift then as well: Ben is not left hoping."""
    ben, kim = team["Ben"], team["Kim"]
    async with night.store.transaction() as tx:
        for name in ("Cora", "Dan"):
            await rotas.add_shift(tx, team[name].id, TUESDAY, time(22), time(23))
    await writes(night, ben, "can someone cover my tuesday")
    assert ben.heard()[0].startswith("I found nobody who is free Tue 24 Nov 20:00–02:00.")
    assert kim.heard()[0].startswith("Ben can't be there Tue 24 Nov 20:00–02:00, and I found nobody")


async def test_my_shifts_with_the_gaps(night: Night, team: dict[str, Phone]) -> None:
    """Fourteen days, and what is open; who has none is told how to offer one."""
    await writes(night, team["Ben"], "my shifts")
    shown = team["Ben"].all_of_it()
    assert "Tue 24 Nov 20:00–02:00\nTue 1 Dec 20:00–02:00" in shown
    assert "Nobody is on:" in shown
    await writes(night, team["Dan"], "my shifts")
    assert "I can do Friday 8 to midnight" in team["Dan"].all_of_it()


async def test_only_coaches_change_the_rota(night: Night, team: dict[str, Phone]) -> None:
    """A coordinator who is no coach, and a coach who is none any more at the press."""
    assert not await writes(night, team["Kim"], "I can do Friday 8 to midnight")
    dan = team["Dan"]
    await writes(night, dan, "I can do Friday 8 to midnight")
    async with night.store.transaction() as tx:
        await people.take_away(tx, dan.id, "coach", night.now)
    dan.heard()
    await dan.presses("Yes, put me on")
    assert await who(night, "2026-11-27 21:00") == frozenset()


async def test_a_swap_is_asked_about_where_something_is_missing(night: Night, team: dict[str, Phone]) -> None:
    """For which day; and that there is no shift that day. Nothing is asked of colleagues yet."""
    ben, cora = team["Ben"], team["Cora"]
    assert await writes(night, ben, "swap my tuesday")
    assert ben.heard()[0].startswith("Swap Tue 24 Nov 20:00–02:00 for which day?")
    assert await writes(night, cora, "swap my tuesday for thursday")
    assert cora.heard() == ['You have no shift that begins on Tue 24 Nov. Write "my shifts" to see yours.']
    assert await writes(night, cora, "who can take my friday")
    assert cora.heard() == ['You have no shift that begins on Fri 27 Nov. Write "my shifts" to see yours.']
    assert not await writes(night, cora, "i cannot make friday")
    assert ben.heard() == []
