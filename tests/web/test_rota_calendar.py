"""Ben's phone asks for the rota at his own address, and only at his own."""

from datetime import time

from icalendar import Calendar

from bot.app.rota.rota_calendars import take_leave
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.rota import rotas
from tests.web.desk import HOSTILE, NOW, ZONE, Desk

TUESDAY = 1


async def entries(desk: Desk, path: str) -> list[str]:
    """What is in the calendar at a path, without a session."""
    async with desk.browser() as phone:
        answer = await phone.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return sorted({str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")})


async def put_on(desk: Desk, *coaches: Person) -> None:
    async with desk.store.transaction() as tx:
        for hour, coach in enumerate(coaches, 10):
            await rotas.add_shift(tx, coach.id, TUESDAY, time(hour), time(hour + 2))


async def test_a_coach_sees_their_own_and_a_coordinator_everybodys(desk: Desk) -> None:
    """A coach's calendar says nothing but "On": other apps and people see it."""
    ben, cora = await desk.arrives("coach", name="Ben"), await desk.arrives("coach", name=HOSTILE)
    kim = await desk.arrives("coordinator", name="Kim")
    await put_on(desk, ben, cora)
    assert await entries(desk, await desk.link(ben, "calendar")) == ["On"]
    assert await entries(desk, await desk.link(kim, "calendar")) == sorted(["Ben", HOSTILE])


async def test_an_address_ends_with_the_next_and_with_the_work_here(desk: Desk) -> None:
    """Asked again, the old one is gone; so is the new one once Ben no longer works here."""
    ben = await desk.arrives("coach", name="Ben")
    await put_on(desk, ben)
    old, new = await desk.link(ben, "calendar"), await desk.link(ben, "calendar")
    async with desk.browser() as phone:
        assert (await phone.get(old)).status_code == 404
        assert (await phone.get("/rota/nothing.ics")).status_code == 404
        assert (await phone.post(new)).status_code in (403, 405)
    assert await entries(desk, new) == ["On"]
    async with desk.store.transaction() as tx:
        await people.take_away(tx, ben.id, "coach", NOW)
    async with desk.browser() as phone:
        assert (await phone.get(new)).status_code == 404


async def test_leave_from_a_file_takes_them_off_once(desk: Desk) -> None:
    """The same file again changes nothing."""
    ben = await desk.arrives("coach", name="Ben")
    await put_on(desk, ben)
    holiday = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        b"DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    said = []
    for _ in range(2):
        async with desk.store.transaction() as tx:
            said += await take_leave(tx, ben.chat, holiday, ZONE, NOW)
    assert [line.split(":")[0] for line in said] == ["away", "known"]
    async with desk.store.reading() as tx:
        rota = await rotas.rota(tx, ZONE, NOW)
    assert len(rota.overrides) == 1
    assert all(turn.start.day != 24 for turn in rota.turns(NOW, NOW.replace(month=12)))
