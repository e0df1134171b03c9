"""The rota on the dashboard: Cora puts people on, takes them off, replaces them, and takes it back."""

import html
import re
from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest

from bot.domain.alias import alias
from bot.domain.channel.outgoing import Text
from bot.domain.ids import OutboxId
from bot.domain.oncall import mentoring as rules
from bot.domain.person import Person
from bot.domain.rota.shifts import GONE, Leave, Turn
from bot.domain.zones import moment
from bot.store.conversing import outbox
from bot.store.engine.columns import to_ms
from bot.store.oncall import mentoring
from bot.store.rota import rota_changes, rotas, stints
from bot.store.staffing import audit
from bot.web.rota_page import form_for
from tests.web.desk import HOSTILE, NOW, ZONE, Desk

MONDAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)


async def turns(desk: Desk) -> tuple[Turn, ...]:
    async with desk.store.reading() as tx:
        return (await rotas.rota(tx, ZONE, NOW)).turns(NOW, NOW + timedelta(days=7))


async def on_phone(desk: Desk, who: Person) -> list[str]:
    async with desk.store.reading() as tx:
        found = await outbox.open_after(tx, OutboxId(0), 100)
    return [one.body.text for one in found if one.person == who.id and isinstance(one.body, Text)]


def hours_of(one: Turn) -> dict[str, str]:
    return {
        "coach": str(one.coach),
        "start": str(to_ms(one.start)),
        "end": str(to_ms(one.end)),
        "week": str(MONDAY),
    }


async def weekly(desk: Desk, who: Person, weekday: int, start: int, end: int) -> None:
    async with desk.store.transaction() as tx:
        await rotas.add_shift(tx, who.id, weekday, time(start), time(end))


async def test_put_on_replaced_taken_off_and_taken_back(desk: Desk, cora: Person) -> None:
    """Each change holds at once, the coach hears of it, it is written down, and it can be taken back."""
    ben, dan = await desk.arrives("coach", name="Ben"), await desk.arrives("coach", name="Dan")
    form = {"coach": str(ben.id), "on": "2026-11-27", "from": "20:00", "until": "02:00", "week": str(MONDAY)}
    async with desk.signed_in(cora) as browser:
        assert (await browser.submits("/rota/add", **form)).status_code == 303
        (friday,) = await turns(desk)
        assert (friday.coach, friday.end - friday.start) == (ben.id, 6 * HOUR)
        assert (await browser.submits("/rota/add", **form)).status_code == 400
        assert "within a year" in (await browser.submits("/rota/add", **form | {"on": "2099-11-27"})).text
        await browser.submits("/rota/replace", other=str(dan.id), **hours_of(friday))
        assert [one.coach for one in await turns(desk)] == [dan.id]
        page = (await browser.get("/rota?week=2026-11-23")).text
        assert "Dan instead of Ben, Fri 27 Nov 20:00–02:00" in page
        (replaced,) = await turns(desk)
        await browser.submits("/rota/remove", **hours_of(replaced))
        assert await turns(desk) == ()
        again = await browser.submits("/rota/remove", **hours_of(replaced))
        assert "has changed meanwhile" in again.text
        for number in ("3", "2"):
            await browser.submits("/rota/back", change=number, week=str(MONDAY))
        assert [one.coach for one in await turns(desk)] == [ben.id]
        assert "taken back before" in (await browser.submits("/rota/back", change="3")).text
    said = await on_phone(desk, ben)
    assert [line.split(":")[0] for line in said] == [
        "A coordinator has put you on",
        "You're not on any more",
        "A change of the rota that concerned you was taken back",
    ]
    async with desk.store.reading() as tx:
        found = [one.object for one in await audit.entries(tx) if one.action == "rota_changed"]
    assert len(found) == 7
    assert found[0].startswith(f"person:{ben.id} rota_put_on")


async def test_weekly_shifts_are_put_on_and_taken_off(desk: Desk, cora: Person) -> None:
    """As the command line does it; the coach hears of it, and it is written down; what was typed stays."""
    ben, dan = await desk.arrives("coach", name="Ben"), await desk.arrives("coach", name="Dan")
    async with desk.store.transaction() as tx:
        await rota_changes.add_rotation(tx, [dan.id], [0, 1], time(1), time(2), MONDAY, 1)
    form = {"coach": str(ben.id), "day": "Friday", "from": "20:00", "until": "02:00", "week": str(MONDAY)}
    async with desk.signed_in(cora) as browser:
        assert (await browser.submits("/rota/weekly", **form)).status_code == 303
        twice = await browser.submits("/rota/weekly", **form | {"day": "Saturday", "from": "01:00"})
        assert (twice.status_code, "on then already: Friday 20:00–02:00" in twice.text) == (400, True)
        typed = twice.text.split('action="/rota/weekly"')[1].split("</form>")[0]
        assert "<option selected>Saturday" in typed
        assert 'name="from" type="time" value="01:00"' in typed
        nobody = await browser.submits("/rota/weekly", **form | {"coach": str(cora.id)})
        assert "no coach any more" in nobody.text
        page = (await browser.get("/rota?week=2026-11-23")).text
        assert "<span>Friday 20:00–02:00 <bdi>Ben</bdi></span>" in page
        assert "<span>Monday, Tuesday 01:00–02:00 <bdi>Dan, in turn</bdi></span>" in page
        assert 'action="/rota/turns/remove"' in page
        async with desk.store.reading() as tx:
            (shift,) = await rotas.weekly(tx)
        assert (shift.coach, shift.weekday, shift.start, shift.end) == (ben.id, 4, time(20), time(2))
        assert (await browser.submits("/rota/weekly/remove", shift=str(shift.id))).status_code == 303
        again = await browser.submits("/rota/weekly/remove", shift=str(shift.id))
        assert "off the rota already" in again.text
    async with desk.store.reading() as tx:
        assert await rotas.weekly(tx) == []
        found = [one.object for one in await audit.entries(tx) if one.action == "rota_changed"]
    on, off = (f"person:{ben.id} rota_weekly_{word} Friday 20:00–02:00" for word in ("on", "off"))
    assert sorted(found) == [off, on]
    said = await on_phone(desk, ben)
    assert [line.split(".")[0] for line in said] == [
        "A coordinator has put you on every week: Friday 20:00–02:00",
        "You're no longer on every week: Friday 20:00–02:00",
    ]


async def test_a_weekly_shift_beyond_a_limit_is_done_and_said(desk: Desk, cora: Person) -> None:
    """Two hours' rest between it and another."""
    ben = await desk.arrives("coach", name="Ben")
    await weekly(desk, ben, 4, 9, 12)
    form = {"coach": str(ben.id), "day": "Friday", "from": "14:00", "until": "16:00"}
    async with desk.signed_in(cora) as browser:
        done = await browser.submits("/rota/weekly", **form)
    assert (done.status_code, "It is done. That makes 5 hours" in done.text) == (200, True)
    async with desk.store.reading() as tx:
        assert len(await rotas.weekly(tx)) == 2


async def test_hours_in_turn_are_taken_off(desk: Desk, cora: Person) -> None:
    """At once and for good; everybody in it hears of it, and it is written down."""
    ben, dan = await desk.arrives("coach", name="Ben"), await desk.arrives("coach", name="Dan")
    async with desk.store.transaction() as tx:
        which = await rota_changes.add_rotation(tx, [dan.id, ben.id], [4], time(20), time(2), MONDAY, 1)
    async with desk.signed_in(cora) as browser:
        assert len(await turns(desk)) == 1
        assert (await browser.submits("/rota/turns/remove", shift=str(which))).status_code == 303
        again = await browser.submits("/rota/turns/remove", shift=str(which))
        assert "off the rota already" in again.text
    assert await turns(desk) == ()
    for who in (ben, dan):
        assert (await on_phone(desk, who))[0].startswith("You're no longer on every week: Friday 20:00–02:00")


async def test_nobody_for_days_is_said_each_day(desk: Desk, cora: Person) -> None:
    """One shift on Wednesday: Thursday is a gap from midnight to midnight, and says so."""
    await weekly(desk, await desk.arrives("coach", name="Ben"), 2, 18, 22)
    async with desk.signed_in(cora) as browser:
        page = (await browser.get("/rota?week=2026-11-23")).text
    thursday = page.split("Thursday")[1].split("Friday")[0]
    assert "<b>All day</b> Nobody" in thursday
    assert "<b>22:00–00:00</b> Nobody" in page.split("Thursday")[0]


async def test_whoever_is_gone_is_no_change_to_take_back(desk: Desk, cora: Person) -> None:
    """A suspension stands in the audit, not among the changes of the rota; a leave of a week does."""
    ben = await desk.arrives("coach", name="Ben")
    async with desk.store.transaction() as tx:
        await rota_changes.add_change(tx, Leave(ben.id, NOW, NOW + GONE), NOW)
        assert await rota_changes.comes_back(tx, ben.id, NOW)
        await rota_changes.add_change(tx, Leave(ben.id, NOW, NOW + 7 * 24 * HOUR), NOW)
        assert not await rota_changes.comes_back(tx, ben.id, NOW)
        await rota_changes.add_change(tx, Leave(ben.id, NOW, NOW + GONE), NOW)
    async with desk.signed_in(cora) as browser:
        page = (await browser.get("/rota")).text
    assert page.count("Take back") == 1


async def test_leave_is_entered_and_taken_back(desk: Desk, cora: Person) -> None:
    """Whole days on the service's clock; no shift counts meanwhile, the coach hears of it, gaps are seen."""
    ben = await desk.arrives("coach", name="Ben")
    await weekly(desk, ben, 4, 9, 12)
    form = {"coach": str(ben.id), "first": "2026-11-26", "last": "2026-11-27", "week": str(MONDAY)}
    async with desk.signed_in(cora) as browser:
        assert len(await turns(desk)) == 1
        backwards = await browser.submits("/rota/leave", **form | {"last": "2026-11-25"})
        assert (backwards.status_code, "before the first" in backwards.text) == (400, True)
        assert 'name="last" type="date" value="2026-11-25"' in backwards.text
        assert (await browser.submits("/rota/leave", **form)).status_code == 303
        assert await turns(desk) == ()
        assert "on leave then already" in (await browser.submits("/rota/leave", **form)).text
        assert "Ben is away, Thu 26 Nov 00:00–Sat 28 Nov 00:00" in (await browser.get("/rota")).text
        async with desk.store.reading() as tx:
            ((change, leave),) = await rota_changes.made(tx, NOW)
        start = datetime(2026, 11, 26, tzinfo=UTC)
        assert leave == Leave(ben.id, start, start + 48 * HOUR)
        assert (await browser.submits("/rota/back", change=str(change))).status_code == 303
    assert len(await turns(desk)) == 1
    assert (await on_phone(desk, ben))[0].startswith("A coordinator has put you down as away: Thu 26 Nov")
    async with desk.store.reading() as tx:
        found = [one.object for one in await audit.entries(tx) if one.action == "rota_changed"]
    assert f"person:{ben.id} rota_away {start.timestamp():.0f}" in found


async def test_gaps_are_shown_with_who_could_take_them(desk: Desk, cora: Person) -> None:
    """Who has carried least comes first; the limits are said, and may be passed."""
    ben, dan = await desk.arrives("coach", name="Ben"), await desk.arrives("coach", name="Dan")
    await weekly(desk, ben, 0, 9, 12)
    async with desk.store.transaction() as tx:
        stints.begin(tx, dan.id, NOW - 50 * HOUR, NOW - 46 * HOUR)
    async with desk.signed_in(cora) as browser:
        page = (await browser.get("/rota")).text
        assert '<li class="gap"><b>12:00–' in page
        form = {"coach": str(ben.id), "on": "2026-11-23", "from": "14:00", "until": "16:00"}
        done = await browser.submits("/rota/add", **form)
    assert done.status_code == 200
    assert "It is done. That makes 5 hours for them that week and 2 hours" in done.text
    assert len(await turns(desk)) == 3


@pytest.mark.parametrize("page_of", ["/", "/rota"])
async def test_a_gap_of_today_is_one_tap_from_the_form(desk: Desk, cora: Person, page_of: str) -> None:
    """Its day, its hours and who has carried least stand in the form, which only has to be sent."""
    ben, dan = await desk.arrives("coach", name="Ben"), await desk.arrives("coach", name="Dan")
    await weekly(desk, ben, 0, 9, 20)
    await weekly(desk, ben, 1, 4, 9)
    async with desk.store.transaction() as tx:
        stints.begin(tx, ben.id, NOW - 50 * HOUR, NOW - 46 * HOUR)
    async with desk.signed_in(cora) as browser:
        links = re.findall(r'href="(/rota\?[^"]+)#add"', (await browser.get(page_of)).text)
        link = next(one for one in links if "from=20%3A00" in one)
        page = (await browser.get(html.unescape(link))).text
        assert f'value="{dan.id}" selected' in page
        once = page.split('action="/rota/add"')[1].split("</form>")[0]
        form = dict(re.findall(r'name="(on|from|until)" type="\w+" value="([^"]+)"', once))
        assert form == {"on": "2026-11-23", "from": "20:00", "until": "04:00"}
        refused = await browser.submits("/rota/add", **form | {"coach": str(ben.id), "from": "19:00"})
        assert refused.status_code == 400
        assert 'value="19:00"' in refused.text
        await browser.submits("/rota/add", coach=str(dan.id), **form)
        assert "Nobody on the rota" not in (await browser.get("/")).text


@pytest.mark.parametrize(
    ("start", "hours", "until"),
    [("20:15", 3.5, "23%3A45"), ("06:00", 23, "05%3A00"), ("00:30", 32.5, "00%3A00")],
)
def test_hours_of_a_gap_in_an_address(start: str, hours: float, until: str) -> None:
    """One form holds less than a day: of a longer gap it has what is left of the first."""
    begins = moment(MONDAY, time.fromisoformat(start), ZONE)
    asked = f"/rota?on=2026-11-23&from={start.replace(':', '%3A')}&until={until}#add"
    assert form_for(begins, begins + hours * HOUR, ZONE) == asked


async def test_a_file_to_be_paid_from(desk: Desk, cora: Person) -> None:
    """The month's hours; a name that begins as a formula is none."""
    ben = await desk.arrives("coach", name="=Ben")
    async with desk.store.transaction() as tx:
        stints.begin(tx, ben.id, NOW - 10 * HOUR, NOW - 6 * HOUR)
    async with desk.signed_in(cora) as browser:
        answer = await browser.get("/rota/hours.csv?month=2026-11")
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.text.splitlines()[1] == "'=Ben,2026-11-01,2026-11-30,4.00,1,0,0,0,0"
        each = await browser.get("/rota/hours.csv?month=2026-11&each=yes")
        assert "2026-11-22 23:30+00:00" in each.text
        assert (await browser.get("/rota/hours.csv?month=now")).status_code == 404


async def test_a_form_that_lacks_something_is_told_its_own_fields(desk: Desk, cora: Person) -> None:
    """Who is away has days and no hours: nobody is told to fill in hours that the form does not have."""
    ben = await desk.arrives("coach", name="Ben")
    async with desk.signed_in(cora) as browser:
        away = {"coach": str(ben.id), "first": "2026-11-27", "last": ""}
        page = (await browser.submits("/rota/leave", **away)).text
        assert "the first day away and the last" in page
        assert "such as 20:00" not in page
        shift = {"coach": str(ben.id), "on": "2026-11-27", "from": "", "until": "23:00"}
        assert "such as 20:00" in (await browser.submits("/rota/add", **shift)).text


async def test_whatever_a_form_says(desk: Desk, cora: Person) -> None:
    """A hostile name is text; nonsense in a form changes nothing and is answered with what would help."""
    ben = await desk.arrives("coach", name=HOSTILE)
    await weekly(desk, ben, 4, 20, 23)
    bad = ("x", "", "9" * 40, "-1", "2026-13-99", "0001-01-01", HOSTILE)
    async with desk.signed_in(cora) as browser:
        page = await browser.get("/rota")
        assert "<script>alert" not in page.text
        answers: list[httpx.Response] = []
        for word in bad:
            answers.append(await browser.get("/rota", params={"week": word}))
            filled = {"on": word, "from": word, "until": word, "coach": word}
            answers.append(await browser.get("/rota", params=filled))
            assert "<script>alert" not in answers[-1].text
            form = {"coach": str(ben.id), "on": word, "from": word, "until": word, "week": word}
            answers.append(await browser.submits("/rota/add", **form))
            form = {"coach": str(ben.id), "day": word, "from": word, "until": word}
            answers.append(await browser.submits("/rota/weekly", **form))
            form = {"coach": str(ben.id), "first": word, "last": word}
            answers.append(await browser.submits("/rota/leave", **form))
            for path in ("remove", "replace", "back", "weekly/remove", "turns/remove"):
                form = dict.fromkeys(("coach", "other", "start", "end", "change", "week", "shift"), word)
                answers.append(await browser.submits(f"/rota/{path}", **form))
        assert {one.status_code for one in answers} <= {200, 400}
        assert (await browser.submits("/rota/add", site="cross-site", coach=str(ben.id))).status_code == 403
    assert len(await turns(desk)) == 1


async def test_pairs_and_endings_are_seen(desk: Desk, cora: Person) -> None:
    """Under the person's made-up name, with how it stands and who ended it."""
    ana, ben = await desk.arrives(), await desk.arrives("coach", name="Ben")
    async with desk.store.transaction() as tx:
        pair = await mentoring.between(tx, ana.id, ben.id, NOW)
        both = rules.agree(rules.agree(pair, "person"), "coach")
        await mentoring.save(tx, both, NOW)
    async with desk.signed_in(cora) as browser:
        assert f"{alias(ana.id)} and <bdi>Ben</bdi>: introduced" in (await browser.get("/rota")).text
        async with desk.store.transaction() as tx:
            await mentoring.save(tx, rules.end(both), NOW, ended_by="coach")
        assert "ended, by the coach" in (await browser.get("/rota")).text


async def test_only_for_those_who_lead(desk: Desk) -> None:
    """A coach who is signed in changes nothing here."""
    ben = await desk.arrives("coach", name="Ben")
    async with desk.signed_in(ben) as browser:
        assert (await browser.get("/rota")).status_code in (303, 403)
        assert (await browser.submits("/rota/add", coach=str(ben.id))).status_code in (303, 403)
    assert await turns(desk) == ()


async def test_forms_begin_with_today(desk: Desk, cora: Person) -> None:
    """On a Thursday nobody is put on or away on Monday past unawares; another week begins with its Monday."""
    await desk.arrives("coach", name="Ben")
    desk.clock.move(timedelta(days=3))
    async with desk.signed_in(cora) as browser:
        for week, day in (("", "2026-11-26"), ("?week=2026-11-30", "2026-11-30")):
            page = (await browser.get(f"/rota{week}")).text
            assert re.findall(r'type="date" value="([^"]*)"', page) == [day] * 3
