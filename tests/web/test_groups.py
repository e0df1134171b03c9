"""The directory's pages: what waits, looking up, one tap that it is right, writing, retiring, the poster."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.directory.imports import Asked, import_reading
from bot.domain.alias import alias
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Online, Reading, Rejected, Slot, Venue
from bot.domain.events import DidNotGo, WasNotThere, Went
from bot.domain.ids import OfferingId
from bot.store.conversing import events
from bot.store.directory import confirmations, offerings, reports, reviewing, sources
from tests.web.desk import HOSTILE, NOW, Browser, Desk, desk

HALL = Venue("Hall", "1 High Street", "LS2 9JT", Point(53.80, -1.55), country="GB")

UNSURE = (("needs", "description"),)
"""A service that waits for a coordinator."""


def entry(name: str) -> Entry:
    """A group in Leeds on Tuesdays."""
    return Entry(name, name, "peer", "Europe/London", slots=(Slot(1, 19 * 60, 60),), venue=HALL)


async def furnish(made: Desk, *names: str) -> dict[str, OfferingId]:
    """Groups in Leeds on Tuesdays, by name."""
    entries = tuple(map(entry, names))
    asked = Asked("own", "peer", "Europe/London", NOW)
    await import_reading(made.store, Reading(entries), asked)
    async with made.store.reading() as tx:
        return {name: which for which, name, _, _ in await offerings.names_shown(tx)}


async def text(browser: Browser, path: str, status: int = 200) -> str:
    """A page."""
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


async def test_what_was_not_there_waits_until_somebody_has_looked(tmp_path: Path) -> None:
    """Two people's reports are on the first page; one tap says that it is right, and who said so."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator", name="Cora")
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        ana, ben = await made.arrives(), await made.arrives()
        async with made.store.transaction() as tx:
            for who in (ana, ben):
                await reports.report_missing(tx, which, who.id, NOW)
            reviewing.hide(tx, which, NOW)
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            assert "Sober Socks" in page
            assert "say 2 people" in page
            assert "Shown to nobody" in await text(browser, f"/groups/{which}")
            assert (await browser.submits(f"/groups/{which}/checked")).status_code == 303
            page = await text(browser, f"/groups/{which}")
            assert "Shown to people" in page
            assert "Checked by a coordinator" in page
            assert "Cora" in page
            assert "Nothing waits" in await text(browser, "/groups")


async def test_looking_by_place_and_by_name(tmp_path: Path) -> None:
    """A postcode finds what is near it, words find names, and nothing is said to be nothing."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        await furnish(made, "Sober Socks", HOSTILE)
        async with made.signed_in(cora) as browser:
            assert "Sober Socks" in await text(browser, "/groups?q=LS2")
            page = await text(browser, "/groups?q=socks")
            assert "By name" in page
            assert "<script>" not in await text(browser, "/groups?q=LS2")
            assert "Nothing like that is here" in await text(browser, "/groups?q=%25%25zz")
            page = await text(browser, "/groups?q=Newport")
            assert "Which one?" in page
            assert 'href="/groups?q=Newport%2C%20Wales' in page
            assert "Sober Socks" in await text(browser, "/groups?page=1")


async def test_writing_changing_and_retiring(tmp_path: Path) -> None:
    """What is new is shown at once; what is changed takes the other's place; what is retired is not shown."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator", name="Cora")
        old = (await furnish(made, "Sober Socks"))["Sober Socks"]
        async with made.signed_in(cora) as browser:
            wrong = await browser.submits("/groups/new", name="Tea", day="1")
            assert (wrong.status_code, "both a day and a time" in wrong.text) == (400, True)
            told = {"name": "Tea", "day": "1", "start": "18:30", "postcode": "LS2 9JT", "tag_women": "yes"}
            turned = await browser.submits("/groups/new", **{**told, "name": "\u202eaeT\u202c"})
            async with made.store.reading() as tx:
                kept = await offerings.details(tx, OfferingId(int(turned.headers["location"].split("/")[-1])))
            assert kept is not None
            assert kept.entry.name == "aeT", "nothing that turns text round is kept, nor given on"
            made_at = (await browser.submits("/groups/new", **told)).headers["location"]
            page = await text(browser, made_at)
            assert "Tuesday 18:30" in page
            assert "women only" in page
            assert "Tea" in await text(browser, "/groups?q=LS2")
            again = await browser.submits(f"{made_at}/edit", **{**told, "start": "19:00"})
            assert again.headers["location"] == made_at
            assert "Tuesday 19:00" in await text(browser, made_at)
            moved = await browser.submits(f"/groups/{old}/edit", **{**told, "name": "Dry Socks"})
            assert moved.headers["location"] != f"/groups/{old}"
            near = await text(browser, "/groups?q=LS2")
            assert "Dry Socks" in near
            assert "Sober Socks" not in near
            assert (await browser.submits(f"{made_at}/retired", why="ended")).status_code == 303
            assert "Shown to nobody" in await text(browser, made_at)
            await text(browser, "/groups/999999", 404)
            assert (await browser.submits("/groups/999999/checked")).status_code == 404


async def test_two_coordinators_write_at_once(tmp_path: Path) -> None:
    """Who comes second is told what stands there now, keeps every word, and decides; nothing goes unseen."""
    async with desk(tmp_path) as made:
        cora, dan = await made.arrives("coordinator", name="Cora"), await made.arrives("coordinator")
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        told = {"name": "Sober Socks", "programme": "Peer-led", "day": "1", "start": "19:00"}
        told |= {"until": "20:00", "venue": "Hall", "address": "1 High Street", "postcode": "LS2 9JT"}
        async with made.signed_in(cora) as hers, made.signed_in(dan) as his:
            first, second = [began(await text(one, f"/groups/{which}/edit")) for one in (hers, his)]
            moved = {**told, "start": "18:00", "began": first}
            at = (await hers.submits(f"/groups/{which}/edit", **moved)).headers["location"]
            noted = {**told, "notes": "Ring the left bell", "began": second}
            warned = await his.submits(f"/groups/{which}/edit", **noted)
            assert (warned.status_code, "Somebody else changed this" in warned.text) == (400, True)
            assert "Ring the left bell" in warned.text
            assert "Tuesday 18:00" in warned.text
            assert "<dt>Where</dt>" not in warned.text, "only what differs is said"
            assert "Tuesday 18:00" in await text(his, at)
            again = {**noted, "began": began(warned.text)}
            assert (await his.submits(f"/groups/{which}/edit", **again)).headers["location"] == at
            page = await text(hers, at)
            assert "Ring the left bell" in page
            assert "Tuesday 19:00" in page


async def test_what_was_taken_off_meanwhile_is_not_shown_again_unawares(tmp_path: Path) -> None:
    """Lee says that it has ended while Cora writes: she is told, and publishes a second time or not."""
    async with desk(tmp_path) as made:
        cora, lee = await made.arrives("coordinator"), await made.arrives("coordinator")
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        told = {"name": "Sober Socks", "day": "1", "start": "19:00", "postcode": "LS2 9JT", "venue": "Attic"}
        async with made.signed_in(cora) as hers, made.signed_in(lee) as his:
            form = await text(hers, f"/groups/{which}/edit")
            assert "It is shown to nobody now" not in form
            await his.submits(f"/groups/{which}/retired", why="ended")
            warned = await hers.submits(f"/groups/{which}/edit", **told, began=began(form))
            assert warned.status_code == 400
            assert "Somebody else changed this" in warned.text
            assert "It is shown to nobody now" in warned.text
            assert "Shown to nobody" in await text(his, f"/groups/{which}")
            again = await hers.submits(f"/groups/{which}/edit", **told, began=began(warned.text))
            assert "Shown to people" in await text(hers, again.headers["location"])


async def test_a_list_of_which_many_rows_were_not_taken_is_not_well(tmp_path: Path) -> None:
    """Why each was not is a tap away; one in a hundred is no alarm."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        bad = (Rejected(3, "No day", "no day of the week"),)
        many = tuple(entry(f"Group {n}") for n in range(40))
        for source, entries in (("short", many[:2]), ("long", many)):
            asked = Asked(source, "peer", "Europe/London", NOW)
            await import_reading(made.store, Reading(entries, rejected=bad), asked)
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            assert page.count("It came in, but many rows were not taken") == 1
            assert page.count("row 3 (No day): no day of the week") == 2
            assert "<span>Well</span>" in page


async def test_a_list_that_has_not_come_in_for_a_month_says_so_in_time(tmp_path: Path) -> None:
    """Not only on the day when all its entries are hidden."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        for source, days in (("May", 31), ("June", 29)):
            asked = Asked(source, "peer", "Europe/London", NOW - timedelta(days=days))
            await import_reading(made.store, Reading((entry(source),)), asked)
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            assert page.count("Nothing came in for 30 days") == 1
            assert page.count("<span>Well</span>") == 1


async def test_an_entry_that_is_gone_is_no_conversation(tmp_path: Path) -> None:
    """What is not there is called what it was, and the way back is the directory's."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups/999", 404)
            assert "its list no longer has" in page
            assert 'href="/groups">Groups and services' in page
            assert "conversation may have been erased" in await text(browser, "/conversations/999", 404)


def began(page: str) -> str:
    """The mark of what stood there when the form was opened."""
    found = re.search(r'name="began" value="(.+?)"', page)
    assert found is not None
    return found[1]


async def test_a_double_tap_writes_one(tmp_path: Path) -> None:
    """The same words from the same coordinator are one entry; one word more is another."""
    async with desk(tmp_path) as made, made.signed_in(await made.arrives("coordinator")) as browser:
        told = {"name": "Tea", "day": "1", "start": "18:30", "postcode": "LS2 9JT"}
        first = (await browser.submits("/groups/new", **told)).headers["location"]
        made.clock.move(timedelta(seconds=1))
        assert (await browser.submits("/groups/new", **told)).headers["location"] == first
        assert (await browser.submits("/groups/new", **{**told, "start": "20:30"})).headers[
            "location"
        ] != first


async def test_a_doubtful_pair_is_decided_with_one_tap(tmp_path: Path) -> None:
    """Two names at one time and place wait; what is decided holds for every import to come."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        await furnish(made, "Tuesday Serenity", "Open Door")
        others = (entry("Serenity on a Tuesday, upstairs"), entry("Open Door Tea"))
        theirs = Asked("theirs", "peer", "Europe/London", NOW)
        await import_reading(made.store, Reading(others), theirs)
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            pairs = re.findall(r'action="(/groups/pairs/\d+)/same"', page)
            assert len(pairs) == 2
            assert re.search(r'<a href="/groups/\d+">Serenity on a Tuesday, upstairs \(theirs\)</a>', page)
            assert (await browser.submits(f"{pairs[0]}/same")).status_code == 303
            assert (await browser.submits(f"{pairs[1]}/different")).status_code == 303
            assert "/groups/pairs/" not in await text(browser, "/groups")
            assert len(re.findall("Serenity", await text(browser, "/groups?q=LS2"))) == 1
            assert (await browser.submits(f"{pairs[1]}/perhaps")).status_code == 404
        again = Asked("theirs", "peer", "Europe/London", NOW + timedelta(days=7))
        changed = tuple(one._replace(notes="New words.") for one in others)
        await import_reading(made.store, Reading(changed), again)
        async with made.signed_in(cora) as browser:
            assert "/groups/pairs/" not in await text(browser, "/groups")


async def test_what_is_joined_online_stays_so_when_it_is_changed(tmp_path: Path) -> None:
    """The link and the passcode are in no form, and do not have to be typed again; unticked, they go."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        link = Online("https://meet.example/j/1", "", "1234")
        online = Entry("o", "Lamp", "peer", "Europe/London", slots=(Slot(1, 1140, 60),), online=link)
        await import_reading(made.store, Reading((online,)), Asked("own", "peer", "Europe/London", NOW))
        async with made.store.reading() as tx:
            ((which, *_),) = await offerings.names_shown(tx)
        told = {"name": "Lamp at Eight", "day": "1", "start": "20:00", "keeps_joining": "yes"}
        async with made.signed_in(cora) as browser:
            form = await text(browser, f"/groups/{which}/edit")
            assert "keeps_joining" in form
            assert "meet.example" not in form
            at = (await browser.submits(f"/groups/{which}/edit", **told)).headers["location"]
            assert await joining(made, at) == link
            lost = {**told, "keeps_joining": "", "postcode": "LS2 9JT"}
            assert (await browser.submits(f"{at}/edit", **lost)).headers["location"] == at
            assert await joining(made, at) is None


async def joining(made: Desk, at: str) -> Online | None:
    """How the entry of a page's address is joined."""
    async with made.store.reading() as tx:
        listed = await offerings.details(tx, OfferingId(int(at.rsplit("/", 1)[1])))
        assert listed is not None
        return await offerings.joining_of(tx, listed.edition)


async def test_what_people_said_afterwards_stands_with_the_entry(tmp_path: Path) -> None:
    """Counted over a year; a number so small that somebody might be guessed is not said."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        async with made.store.transaction() as tx:
            for number in range(6):
                events.record(tx, cora.id, Went(which), NOW - timedelta(days=number))
            events.record(tx, cora.id, Went(which, again=True), NOW)
            events.record(tx, cora.id, DidNotGo(which), NOW)
            events.record(tx, cora.id, WasNotThere(OfferingId(which + 1)), NOW)
        async with made.signed_in(cora) as browser:
            page = await text(browser, f"/groups/{which}")
            assert "<dt>Went</dt><dd>6</dd>" in page
            assert "<dt>Would go again</dt><dd>under 5</dd>" in page
            assert "<dt>Meant to go and did not</dt><dd>under 5</dd>" in page
            assert "wasn&#39;t there</dt>" not in page


async def test_what_is_not_the_lists_own_word_is_said(tmp_path: Path) -> None:
    """A point from a postcode, a zone from the list: a coordinator sees what was worked out here."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        guessed = entry("Lamp")._replace(origins=(("zone", "default"), ("point", "postcode"), ("odd", "odd")))
        await import_reading(made.store, Reading((guessed,)), Asked("own", "peer", "Europe/London", NOW))
        async with made.store.reading() as tx:
            ((which, *_),) = await offerings.names_shown(tx)
        async with made.signed_in(cora) as browser:
            page = await text(browser, f"/groups/{which}")
            assert (
                "the time zone is the list&#39;s, not its own; the map point is that of its postcode" in page
            )


async def test_a_poster_leads_to_the_bot(tmp_path: Path) -> None:
    """A page to print, and a picture that is a QR code; what a convener said is there with who and when."""
    async with desk(tmp_path) as made:
        cora, convener = await made.arrives("coordinator"), await made.arrives()
        socks = entry("Sober Socks")._replace(
            check_first="not in August", phone="0113 496 0000", page="https://socks.example"
        )
        await import_reading(made.store, Reading((socks,)), Asked("own", "peer", "Europe/London", NOW))
        async with made.store.transaction() as tx:
            ((which, *_),) = await offerings.names_shown(tx)
            confirmations.add(tx, which, convener.id, "time", NOW)
        async with made.signed_in(cora) as browser:
            assert "The day or time has changed" in await text(browser, "/groups")
            page = await text(browser, f"/groups/{which}")
            assert "0113 496 0000" in page, "whoever checks it can ring"
            assert '<a href="https://socks.example">' in page
            assert f"/groups/{which}/code.svg" in await text(browser, f"/groups/{which}/poster")
            code = await browser.get(f"/groups/{which}/code.svg")
            assert code.headers["content-type"] == "image/svg+xml"
            assert code.text.count("<path") == 1
            poster = await text(browser, f"/groups/{which}/poster")
            assert "You run this group?" in poster
            assert "Not simply every week: not in August" in poster
            assert "shown to nobody" not in poster
            told = {"name": "Sober Socks", "day": "1", "start": "20:00", "postcode": "LS2 9JT"}
            ours = (await browser.submits(f"/groups/{which}/edit", **told)).headers["location"]
            assert "The day or time has changed" in await text(browser, ours), "it outlasts the change"
            await browser.submits(f"{ours}/retired", why="ended")
            assert "shown to nobody" in await text(browser, f"{ours}/poster")


@pytest.mark.parametrize(
    "path", ["/groups", "/groups/new", "/groups/1", "/groups/1/poster", "/groups/1/code.svg"]
)
async def test_nobody_who_is_not_signed_in_sees_any_of_it(tmp_path: Path, path: str) -> None:
    """Not even the poster."""
    async with desk(tmp_path) as made, made.browser() as browser:
        assert (await browser.get(path)).status_code == 303


async def test_what_is_taken_off_says_who_and_why_and_comes_back_by_hand_only(tmp_path: Path) -> None:
    """A list that comes in again, or another that has it too, does not bring it back; one tap does."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator", name="Cora")
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        async with made.signed_in(cora) as browser:
            assert (await browser.submits(f"/groups/{which}/retired", why="perhaps")).status_code == 404
            assert (await browser.submits(f"/groups/{which}/retired", why="closed")).status_code == 303
            page = await text(browser, f"/groups/{which}")
            assert "Shown to nobody: it is closed for now" in page
            assert "Cora, <time" in page
            theirs = Asked("theirs", "peer", "Europe/London", NOW + timedelta(days=7))
            await import_reading(made.store, Reading((entry("Sober Socks"),)), theirs)
            page = await text(browser, "/groups?q=LS2")
            assert page.count("Shown to nobody ·") == page.count("Sober Socks</a>") == 1
            assert (await browser.submits(f"/groups/{which}/shown")).status_code == 303
            assert "Near LS2" in await text(browser, "/groups?q=LS2")
            assert "Nobody has checked it yet" in await text(browser, f"/groups/{which}")


async def test_a_wrong_tap_is_taken_back(tmp_path: Path) -> None:
    """A check as if it had not been; what it settled waits again. Nobody takes back another's."""
    async with desk(tmp_path) as made:
        cora, lee = await made.arrives("coordinator"), await made.arrives("coordinator")
        convener = await made.arrives()
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        async with made.store.transaction() as tx:
            confirmations.add(tx, which, convener.id, "time", NOW - timedelta(hours=1))
        async with made.signed_in(cora) as browser, made.signed_in(lee) as other:
            await browser.submits(f"/groups/{which}/checked", back="list")
            assert "Sober Socks</a> is shown to people" in await text(browser, f"/groups?did={which}")
            assert "Nothing waits" in await text(browser, "/groups")
            assert "Take it back" not in await text(other, f"/groups/{which}")
            await other.submits(f"/groups/{which}/taken-back")
            assert "Take it back" in await text(browser, f"/groups/{which}")
            await browser.submits(f"/groups/{which}/taken-back")
            page = await text(browser, "/groups")
            assert "The day or time has changed" in page
            assert f'<span class="soft">{alias(convener.id)}, <time' in page, "who and when"
            assert "Nobody has checked it yet" in await text(browser, f"/groups/{which}")


async def test_a_wrong_tap_on_what_was_hidden_hides_it_again(tmp_path: Path) -> None:
    """From the list itself, with the reports that it settled: shown, or taken off for good, by mistake."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        which = (await furnish(made, "Sober Socks"))["Sober Socks"]
        ana, ben = await made.arrives(), await made.arrives()
        async with made.store.transaction() as tx:
            for who in (ana, ben):
                await reports.report_missing(tx, which, who.id, NOW)
            reviewing.hide(tx, which, NOW)
        async with made.signed_in(cora) as browser:
            for deed in ({"_": "checked"}, {"_": "retired", "why": "ended"}):
                await browser.submits(f"/groups/{which}/{deed.pop('_')}", back="list", **deed)
                assert "Nothing waits" in await text(browser, "/groups")
                assert "Take it back" in await text(browser, f"/groups?did={which}")
                undone = await browser.submits(f"/groups/{which}/taken-back", back="list")
                page = await text(browser, undone.headers["location"])
                assert "Sober Socks</a> is shown to nobody" in page
                assert "say 2 people" in page
                page = await text(browser, f"/groups/{which}")
                assert "<b>2 people</b> said that it wasn't there" in page
                assert "Keep it off the list" in page, "it is not retired"


async def test_a_new_service_shown_or_left_out_by_a_wrong_tap_waits_again(tmp_path: Path) -> None:
    """Nobody is sent to it meanwhile. What was retired before is retired again."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        food = entry("Food")._replace(kind="service", needs=frozenset({"food"}), origins=UNSURE)
        asked = Asked("own", "peer", "Europe/London", NOW)
        await import_reading(made.store, Reading((food,)), asked)
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            which = int(re.findall(r'href="/groups/(\d+)">Food', page)[0])
            for deed in ({"_": "checked"}, {"_": "retired", "why": "unfit"}):
                await browser.submits(f"/groups/{which}/{deed.pop('_')}", back="list", **deed)
                assert "Nothing waits" in await text(browser, "/groups")
                await browser.submits(f"/groups/{which}/taken-back", back="list")
                page = await text(browser, "/groups")
                assert "New: shown to nobody until somebody has looked" in page
            await browser.submits(f"/groups/{which}/retired", why="ended")
            await browser.submits(f"/groups/{which}/shown")
            await browser.submits(f"/groups/{which}/taken-back")
            assert "Show it again, not checked" in await text(browser, f"/groups/{which}")


async def test_a_change_stands_beside_what_the_list_says(tmp_path: Path) -> None:
    """It survives the next import, which is said; old links lead to it; one tap goes back to the list."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        old = (await furnish(made, "Sober Socks"))["Sober Socks"]
        told = {"name": "Sober Socks", "day": "1", "start": "20:00", "postcode": "LS2 9JT", "venue": "Hall"}
        async with made.signed_in(cora) as browser:
            assert "This comes from own" in await text(browser, f"/groups/{old}/edit")
            ours = (await browser.submits(f"/groups/{old}/edit", **told)).headers["location"]
            again = entry("Sober Socks")._replace(notes="New words.")
            await import_reading(
                made.store, Reading((again,)), Asked("own", "peer", "Europe/London", NOW + timedelta(days=1))
            )
            assert (await browser.get(f"/groups/{old}")).headers["location"] == ours
            page = await text(browser, ours)
            assert "<mark>Tuesday 19:00–20:00</mark>" in page
            assert "<mark>New words.</mark>" in page
            assert "It stays when the list comes in again" in page
            async with made.store.reading() as tx:
                listed = await offerings.details(tx, old)
                assert listed is not None
                assert listed.entry.slots[0].start == 20 * 60
            assert (await browser.submits(f"{ours}/apart/{old}")).headers["location"] == f"/groups/{old}"
            assert "19:00–20:00" in await text(browser, f"/groups/{old}")
            assert "Shown to nobody" in await text(browser, ours)


async def test_what_two_lists_have_is_changed_once(tmp_path: Path) -> None:
    """The other list's copy does not come back beside the change when that list comes in again."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        await furnish(made, "Sober Socks")
        theirs = Asked("theirs", "peer", "Europe/London", NOW)
        await import_reading(made.store, Reading((entry("Sober Socks"),)), theirs)
        told = {"name": "Sober Socks", "day": "1", "start": "20:00", "postcode": "LS2 9JT"}
        async with made.store.reading() as tx:
            ((which, *_),) = await offerings.names_shown(tx)
        async with made.signed_in(cora) as browser:
            await browser.submits(f"/groups/{which}/edit", **told)
            for source in ("own", "theirs"):
                asked = Asked(source, "peer", "Europe/London", NOW + timedelta(days=1))
                await import_reading(
                    made.store, Reading((entry("Sober Socks")._replace(notes=source),)), asked
                )
            async with made.store.reading() as tx:
                assert len(await offerings.names_shown(tx)) == 1


async def test_a_pair_decided_by_a_wrong_tap_is_taken_back(tmp_path: Path) -> None:
    """And what a coordinator wrote in the place of one of them stays there."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        first = (await furnish(made, "Tuesday Serenity"))["Tuesday Serenity"]
        others = (entry("Serenity on a Tuesday, upstairs"),)
        await import_reading(made.store, Reading(others), Asked("theirs", "peer", "Europe/London", NOW))
        told = {"name": "Tuesday Tea", "day": "1", "start": "20:00", "postcode": "LS2 9JT"}
        async with made.signed_in(cora) as browser:
            (pair,) = re.findall(r'action="(/groups/pairs/\d+)/same"', await text(browser, "/groups"))
            after = (await browser.submits(f"{pair}/same")).headers["location"]
            assert f"{pair}/undecided" in await text(browser, after)
            await browser.submits(f"{pair}/undecided")
            assert f"{pair}/same" in await text(browser, "/groups")
            await browser.submits(f"/groups/{first}/edit", **told)
            await browser.submits(f"{pair}/different")
            async with made.store.reading() as tx:
                shown = [name for _, name, *_ in await offerings.names_shown(tx)]
            assert sorted(shown) == ["Serenity on a Tuesday, upstairs", "Tuesday Tea"]


async def test_a_round_of_calls_is_ticked_off_together(tmp_path: Path) -> None:
    """What nobody has checked, by list, area and programme; ticked, it is gone from that list."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator", name="Cora")
        which = await furnish(made, "Sober Socks", "Lamp", "=HYPERLINK(1)")
        far = entry("Lamp, Bradford")._replace(
            venue=Venue("", "", "LS21 1AA", Point(53.9, -1.7), country="GB")
        )
        await import_reading(made.store, Reading((far,)), Asked("theirs", "peer", "Europe/London", NOW))
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups?q=LS2&only=unchecked&source=own&programme=peer")
            assert [name for name in (*which, "Bradford") if name in page] == list(which)
            chosen = {"which": [str(which["Lamp"]), str(which["Sober Socks"]), "x", "9" * 40]}
            answer = await browser.post(
                "/groups/checked?q=LS2&only=unchecked",
                data=chosen,
                headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"},
            )
            assert answer.headers["location"] == "/groups?q=LS2&only=unchecked&page=1"
            page = await text(browser, answer.headers["location"])
            assert [name for name in which if name in page] == ["=HYPERLINK(1)"]
            assert "by Cora" in await text(browser, f"/groups/{which['Lamp']}")
            assert "Bradford" in await text(browser, "/groups?source=theirs")
            assert "Nothing like that is here" in await text(browser, "/groups?only=hidden")


async def test_a_list_that_never_came_in_says_so_and_why(tmp_path: Path) -> None:
    """Not that it is too old: somebody mistyped its address a minute ago."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        async with made.store.transaction() as tx:
            found = await sources.ensure(tx, "The town's", "peer", "Europe/London", fictional=False)
            sources.tried(tx, found.id, NOW, "no connection could be made")
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            assert "Never came in: no connection could be made" in page
            assert "nothing came in for 90 days" not in page
            assert "Never came in" in await text(browser, "/")


async def test_new_services_are_taken_or_left_out_from_the_list(tmp_path: Path) -> None:
    """One tap each; what is left out waits no more, and whoever takes it has checked it."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator")
        new = [
            entry(name)._replace(kind="service", needs=frozenset({"food"}), origins=UNSURE)
            for name in ("Warm Plate", "Bowls Club")
        ]
        await import_reading(
            made.store, Reading(tuple(new)), Asked("council", "service", "Europe/London", NOW)
        )
        async with made.signed_in(cora) as browser:
            page = await text(browser, "/groups")
            taken = re.findall(r'aria-label="Show it: ([^"]*)"', page)
            assert taken == ["Bowls Club", "Warm Plate"]
            (plate,) = re.findall(r'href="(/groups/\d+)">Warm Plate', page)
            poster = await text(browser, f"{plate}/poster")
            assert "You run this service?" in poster
            assert "to be reminded" not in poster, "only of a meeting"
            out, show = re.findall(r'action="(/groups/\d+)/retired"', page)
            answer = await browser.submits(f"{out}/retired", why="unfit", back="list")
            assert answer.headers["location"] == f"/groups?did={out.removeprefix('/groups/')}"
            await browser.submits(f"{show}/checked", back="list")
            assert "Nothing waits" in await text(browser, "/groups")
            assert "Warm Plate" in await text(browser, "/groups?source=council&programme=peer")
            assert "Bowls Club" in await text(browser, "/groups?only=hidden")
