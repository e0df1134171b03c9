"""`foothold directory search`: what every option means, and what is said of one that means nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app.directory.imports import Asked as Bringing
from bot.app.directory.imports import import_reading
from bot.app.directory.listings import Directory
from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, Online, Reading, Slot, Venue
from bot.feeds.export import export
from bot.feeds.gaps_command import gaps
from bot.feeds.search_options import Asked, WrongUse, moment, wanted
from bot.feeds.searching import search
from bot.store.store import Store
from tests import shipped
from tests.app.night import Night

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
PLACES = shipped.places()


def offering(name: str, day: int, start: int, north_km: float = 1.0, **change: Any) -> Entry:
    """Something in Leeds."""
    point = Point(53.8 + north_km / 111.2, -1.55)
    facts: dict[str, Any] = {
        "key": name, "name": name, "programme": "aa", "zone": "Europe/London",
        "slots": (Slot(day, start, 60),), "venue": Venue("Hall", "1 High St", "LS2 9JT", point, country="GB"),
    }  # fmt: skip
    return Entry(**{**facts, **change})


LISTED = (
    offering("Tuesday", 1, 19 * 60),
    offering("Friday", 4, 12 * 60, programme="na", tags=frozenset({"women"})),
    offering("Far", 1, 20 * 60, 25.0),
    offering("Naloxone", 2, 9 * 60, kind="service", programme="service", needs=frozenset({"naloxone"})),
    offering("New York", 1, 19 * 60, zone="America/New_York", venue=None, online=Online("https://zoom.us/j/1")),
)  # fmt: skip


async def leeds(store: Store) -> None:
    """Bring them in."""
    await import_reading(store, Reading(LISTED), Bringing("own", "aa", "Europe/London", NOW))


async def found(night: Night, **options: Any) -> tuple[int, dict[str, Any]]:
    """The exit code and what a program reads."""
    said: list[str] = []
    asked = replace(Asked("LS2"), **options)
    code = await search(
        night.store, Directory(PLACES), asked, country="GB", as_json=True, now=NOW, write=said.append
    )
    return code, json.loads(said[0])


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["Tuesday", "Far", "Friday"]),
        ({"day": "fri"}, ["Friday"]),
        ({"day": "mon,tue"}, ["Tuesday", "Far"]),
        ({"after": "7.30pm"}, ["Far"]),
        ({"before": "noon"}, ["Friday"]),
        ({"within": 5.0}, ["Tuesday", "Friday"]),
        ({"programme": "Narcotics Anonymous"}, ["Friday"]),
        ({"tags": ("women",)}, ["Friday"]),
        ({"needs": ("naloxone",)}, ["Naloxone"]),
        ({"needs": ("narcan",)}, ["Naloxone"]),
        ({"online": True}, []),
        ({"limit": 1}, ["Tuesday"]),
        ({"at": "2026-11-27T11:00"}, ["Friday", "Tuesday", "Far"]),
    ],
)
async def test_every_option_narrows(night: Night, options: dict[str, Any], names: list[str]) -> None:
    """In the order in which they are offered."""
    await leeds(night.store)
    code, said = await found(night, **options)
    assert [one["name"] for one in said["groups"]] == names
    assert code == (0 if names or said["online"] else 1)


async def test_what_a_program_reads_stays_as_it_is(night: Night) -> None:
    """Each key of the answer; online by its own clock and as a moment."""
    await leeds(night.store)
    _, said = await found(night)
    assert list(said) == ["place", "within_km", "fictional", "groups", "online", "helpline"]
    assert list(said["place"]) == ["label", "country", "nation", "zone"]
    assert list(said["groups"][0]) == [
        "id", "name", "programme", "bucket", "starts", "starts_local", "in_minutes", "km", "venue", "address",
        "postcode", "approximate", "online", "tags", "check_first", "source", "as_of", "kind", "zone",
        "minutes", "rule", "notes", "page", "phone", "needs",
    ]  # fmt: skip
    online = said["online"][0]
    assert (online["starts"], online["starts_local"], online["km"]) == (
        "2026-11-25T00:00:00+00:00", "2026-11-24T19:00:00-05:00", None,
    )  # fmt: skip
    assert "zoom" not in json.dumps(said)


@pytest.mark.parametrize(
    ("options", "code", "error", "choice"),
    [
        ({"place": "Ohio"}, 1, "Ohio: too large to measure from. Half a postcode, a town", ""),
        ({"place": "BT70 1AA"}, 1, "BT70 1AA: a postcode that no import has placed. Half a", ""),
        ({"place": "Tokyo"}, 1, "Tokyo: in no list of towns here, if Tokyo, Japan is meant.", ""),
        ({"place": "Nosuchplace"}, 1, "Nosuchplace: no such place is known", ""),
        ({"place": "Newport"}, 1, "Newport: which one?", "Newport, Wales (NP20)"),
        ({"place": " "}, 2, "Near which place?", ""),
        ({"day": "someday"}, 2, "--day someday", ""),
        ({"at": "late"}, 2, "--at late", ""),
    ],
)
async def test_a_program_reads_what_is_wrong(
    night: Night, options: dict[str, Any], code: int, error: str, choice: str
) -> None:
    """As an object, with the places to choose from; the exit code is the same as for people."""
    found_code, said = await found(night, **options)
    assert (found_code, list(said)) == (code, ["error", "choices"])
    assert error in said["error"]
    assert choice in (said["choices"] or [""])


async def test_online_is_told_by_the_clock_of_who_asks(night: Night) -> None:
    """Seven in the evening in New York is midnight in Leeds, and tomorrow."""
    await leeds(night.store)
    said: list[str] = []
    await search(night.store, Directory(PLACES), Asked("LS2", online=True), now=NOW, write=said.append)
    assert said == ["Online: New York, AA: tomorrow 00:00"]


@pytest.mark.parametrize(("day", "online"), [("tue", []), ("wed", ["New York"]), ("thu", [])])
async def test_beside_the_groups_of_a_day_are_those_online_that_day(
    night: Night, day: str, online: list[str]
) -> None:
    """Tuesday evening in New York is Wednesday for who asks in Leeds."""
    await leeds(night.store)
    _, said = await found(night, day=day)
    assert [one["name"] for one in said["online"]] == online


async def test_a_line_that_is_open_is_always_there(night: Night) -> None:
    """Behind whatever was found, and where nothing was."""
    said: list[str] = []
    lines, places = load_helplines(files.DATA), Directory(PLACES)
    for as_json in (False, True):
        await search(
            night.store, places, Asked("LS2"), lines=lines, as_json=as_json, now=NOW, write=said.append
        )
    assert said[1].startswith("Open line: Samaritans 116 123")
    assert json.loads(said[-1])["helpline"]["numbers"] == ["116 123"]


async def test_a_program_reads_how_long_it_is(night: Night) -> None:
    """The length of the time that comes next, and what a list says besides."""
    await leeds(night.store)
    _, said = await found(night)
    first = said["groups"][0]
    assert (first["name"], first["minutes"], first["rule"], first["kind"]) == ("Tuesday", 60, "", "group")


async def test_a_programme_that_nobody_knows_is_said(night: Night) -> None:
    """Instead of a bare "nothing": the name may be wrong."""
    await leeds(night.store)
    said: list[str] = []
    asked = Asked("LS2", programme="smrat")
    assert await search(night.store, Directory(PLACES), asked, now=NOW, write=said.append) == 1
    assert said[1].startswith("--programme smrat: not one that is known here: aa, na,")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"day": "someday"}, "--day someday: a day such as fri"),
        ({"after": "later"}, "--after later: a time such as 18:00"),
        ({"before": "7"}, "--before 7: a time such as 18:00"),
        ({"after": "22:00", "before": "2:00"}, "--after 22:00 --before 2:00: no time is both"),
        ({"within": 0.0}, "--within 0: kilometres, more than 0"),
        ({"within": float("nan")}, "--within nan: kilometres, more than 0"),
        ({"limit": 0}, "--limit 0: how many at most, 1 or more"),
        ({"tags": ("womn",)}, "--tag womn: no such tag. There are: women,"),
        ({"needs": ("food", "money")}, "--need money: no such need. There are: drug_alcohol_service,"),
    ],
)
def test_an_option_that_means_nothing_is_answered_kindly(options: dict[str, Any], says: str) -> None:
    """With the option, what was typed, and what would do."""
    with pytest.raises(WrongUse) as wrong:
        wanted(replace(Asked("LS2"), **options))
    assert str(wrong.value).startswith(says)


@pytest.mark.parametrize("said", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_that_no_calendar_reaches(said: str) -> None:
    """Neither crashes nor finds."""
    with pytest.raises(WrongUse, match=f"^--at {said}: "):
        moment(said, NOW, LONDON)


def test_options_are_read_as_people_write_them() -> None:
    """Tags in words; midnight is the end of the day where something is to start until then."""
    needs = wanted(Asked("LS2", before="24:00", tags=("Women only", "step-free")))
    assert (sorted(needs.must), needs.before) == (["step_free", "women"], 24 * 60)
    assert wanted(Asked("LS2", before="00:00")).before == 24 * 60


@pytest.mark.parametrize("said", ["99:99", "yesterday", "2026-13-01T10:00", "24 Nov"])
def test_a_moment_that_is_none(said: str) -> None:
    """As it was typed."""
    with pytest.raises(WrongUse, match=f"^--at {said}: a time such as 19:00"):
        moment(said, NOW, LONDON)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("", NOW),
        ("19:00", datetime(2026, 11, 24, 19, tzinfo=UTC)),
        ("7pm", datetime(2026, 11, 24, 19, tzinfo=UTC)),
        ("24:00", datetime(2026, 11, 25, 0, tzinfo=UTC)),
        ("2026-07-01T19:00", datetime(2026, 7, 1, 18, tzinfo=UTC)),
        ("2026-07-01T19:00Z", datetime(2026, 7, 1, 19, tzinfo=UTC)),
        ("2026-03-29T01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_by_the_clock_of_the_place(said: str, at: datetime) -> None:
    """In the hour that is skipped it moves on; in the hour that comes twice it is the first."""
    assert moment(said, NOW, LONDON) == at


@pytest.mark.parametrize("days", [0, -1, 99_999_999_999])
async def test_days_that_mean_nothing(night: Night, days: int) -> None:
    """`directory gaps` answers kindly, and so does `export` of a source that nobody has."""
    said: list[str] = []
    assert await gaps(night.store, days=days, as_json=False, now=NOW, write=said.append) == 2
    assert said == [f"--days {days}: from 1 to 3650"]
    code = await export(night.store, form="hsds", source="nobody", out=None, now=NOW, write=said.append)
    assert (code, said[-1]) == (2, "--source nobody: no such source.")
