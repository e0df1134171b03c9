"""BMLT, councils' services, workbooks and packages: each quirk seen in a real feed, in rows made for us."""

import gzip
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.app.library.place_files import load_places
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Entry, NoReading, Reading, Slot
from bot.feeds.read import open_source, read_source

PLACES = load_places(Path(__file__).parents[2] / "data")
NA = {
    "id_bigint": "7", "weekday_tinyint": "1", "venue_type": "1", "start_time": "19:30:00",
    "duration_time": "01:30:00", "time_zone": "", "formats": "O,Roll", "longitude": "-1.5550",
    "latitude": "53.8071", "meeting_name": "Clean Start", "location_text": "Hall",
    "location_street": "1 High St",
    "location_municipality": "Leeds", "location_province": "", "location_postal_code_1": "LS2 9JT",
    "location_nation": "", "comments": "", "published": "1", "virtual_meeting_link": "",
}  # fmt: skip
COUNCIL = {
    "id": "s1",
    "name": "Alcohol and Drug Support",
    "description": "<p>We help people who <b>drink</b>.</p>",
    "status": "active",
    "url": "example.org/help",
    "organization": {"id": "o1", "name": "The Project"},
}


def read(what: object, zone: str = "Europe/London", form: str = "auto") -> Reading:
    """A reading of JSON or of a path."""
    raw = what if isinstance(what, Path | bytes) else json.dumps(what).encode()
    reading = read_source(raw, form, programme="na", zone=zone, places=PLACES)
    assert isinstance(reading, Reading), reading
    return reading


def one(what: object, zone: str = "Europe/London") -> Entry:
    """The only entry."""
    reading = read(what, zone)
    assert reading.rejected == ()
    assert len(reading.entries) == 1, reading
    return reading.entries[0]


def na(**change: Any) -> dict[str, Any]:
    """A BMLT meeting."""
    return {**NA, **change}


def test_a_bmlt_meeting() -> None:
    """Strings all over; Sunday is "1"; the length is a clock."""
    entry = one([na()])
    assert (entry.key, entry.name, entry.programme) == ("7", "Clean Start", "na")
    assert entry.slots == (Slot(6, 19 * 60 + 30, 90),)
    assert entry.tags == {"open"}
    assert entry.venue is not None
    assert entry.venue.point == Point(53.8071, -1.555)


def test_whom_to_contact_is_not_taken() -> None:
    """Names, numbers, addresses and payment handles of people, in the fields that formats have for them."""
    person = {
        "contact_name_1": "Sam",
        "contact_phone_1": "07700 900123",
        "contact_email_1": "sam@example.org",
    }
    entry = one([na(**person, email_contact="sam@example.org", contact_name_2="Sam")])
    guide = {
        "name": "Hope",
        "slug": "a",
        "day": 1,
        "time": "19:00",
        "postal_code": "LS2 9JT",
        "venmo": "@sam-s",
    }
    told = {name.replace("_1", ""): said for name, said in person.items()}
    third = {
        "contact_1_name": "Sam",
        "contact_1_phone": "07700 900123",
        "paypal": "sam-s",
        "email": "sam@e.org",
    }
    for taken in (entry, one([guide | told | third])):
        assert not re.search("sam|7700", repr(taken), re.IGNORECASE)


def test_bmlt_formats_are_known_by_their_world_id() -> None:
    """ "Roll" is this server's own key; NC means "no children" here and newcomers elsewhere."""
    formats = [
        {"key_string": "Roll", "name_string": "Rollstuhlgerecht", "world_id": "WCHR", "id": "9"},
        {"key_string": "Fr", "name_string": "Frauen", "world_id": "W", "id": "12"},
        {"key_string": "es", "name_string": "Spanisch", "world_id": "LANG", "id": "13"},
    ]
    wrapped = {"meetings": [na(formats="Roll,NC", format_shared_id_list="9,12")], "formats": formats}
    assert one(wrapped).tags == {"step_free", "women"}
    assert one([na(formats="NC,Roll")]).tags == frozenset()
    assert one({**wrapped, "meetings": [na(formats="es,NC")]}).tags == {"language_es"}
    assert one([na(formats="fa")]).tags == {"language_fa"}


def test_a_virtual_meeting_has_no_place_whatever_its_map_point() -> None:
    """The middle of the server's map, or 0,0, with an address left over."""
    for lat, lon in (("34.235918", "-118.563659"), ("0", "0"), ("", "")):
        link = "https://zoom.us/j/1000000000"
        entry = one([na(venue_type="2", latitude=lat, longitude=lon, virtual_meeting_link=link)])
        assert entry.venue is None
        assert entry.online is not None
        assert entry.online.url == link


def test_old_bmlt_data_without_a_venue_type() -> None:
    """Formats say it: VM is online, HY both, TC that the building is closed."""
    link = {"venue_type": "", "virtual_meeting_link": "https://zoom.us/j/1"}
    assert one([na(formats="VM", **link)]).venue is None
    both = one([na(formats="HY", **link)])
    assert (both.venue is None, both.online is None) == (False, False)
    assert one([na(formats="VM,TC", **link)]).venue is None
    assert one([na(venue_type="")]).online is None


def test_passcodes_of_bmlt_are_kept_apart() -> None:
    """They stand in a field of their own, in any language."""
    entry = one(
        [
            na(
                venue_type="2",
                virtual_meeting_link="https://zoom.us/j/1000000000",
                virtual_meeting_additional_info="Passwort: 424242",
            )
        ]
    )
    assert entry.online is not None
    assert entry.online.passcode == "424242"
    assert "424242" not in entry.notes + repr(entry.tags)


def test_fields_of_a_servers_own_lose_their_separator() -> None:
    """The field's name stands before it."""
    entry = one(
        [na(format_comments="More about the format#@-@#1st and 3rd Sunday", comments="x#@-@#Ring twice")]
    )
    assert entry.notes == "Ring twice\n1st and 3rd Sunday"
    assert entry.check_first == "1st and 3rd Sunday"
    assert entry.slots[0].rule == "FREQ=MONTHLY;BYDAY=1SU,3SU"


def test_what_its_server_does_not_show_is_left_out() -> None:
    """With its reason."""
    reading = read([na(), na(id_bigint="8", published="0")])
    assert [(one.row, one.why) for one in reading.left_out] == [(2, "its own server does not show it")]


def test_berlin_is_not_new_york() -> None:
    """Five figures are a ZIP only in America."""
    for country in ("Deutschland", ""):
        entry = one(
            [
                na(
                    location_postal_code_1="12055",
                    latitude="52.47",
                    longitude="13.44",
                    location_nation=country,
                )
            ],
            "Europe/Berlin",
        )
        assert entry.venue is not None
        assert entry.venue.point == Point(52.47, 13.44)


def test_the_aggregators_lines(tmp_path: Path) -> None:
    """Packed lines of JSON with formats, service bodies and a manifest beside them; days from 0 in dumps."""
    rows = [
        na(id_bigint=1, root_server_id=3, weekday_tinyint=0, formats="K"),
        na(id_bigint=1, root_server_id=4, weekday_tinyint=6, formats="K"),
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    feed = tmp_path / "meetings.ndjson.gz"
    feed.write_bytes(gzip.compress(lines))
    fmt = {"key_string": "K", "world_id": "W", "id": 1}
    (tmp_path / "formats.ndjson").write_text(json.dumps(fmt) + "\n")
    bodies: list[dict[str, Any]] = [
        {"id": 1, "parent_id": 0, "name": "North", "helpline": "0300 999 1212", "url": "", "world_id": "AR1"},
        {"id": 2, "parent_id": 1, "name": "Empty", "helpline": "", "url": "", "world_id": "AR2"},
    ]
    (tmp_path / "service_bodies.ndjson").write_text("".join(json.dumps(body) + "\n" for body in bodies))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": [{"name": "meetings.ndjson.gz", "count": 2}]}))
    for path in (feed, tmp_path, manifest):
        reading = read(path)
        by_key = {entry.key: entry for entry in reading.entries}
        assert sorted(by_key) == ["3-1", "4-1", "body-1"]
        assert by_key["3-1"].slots[0].day == 6
        assert by_key["4-1"].slots[0].day == 5
        assert by_key["3-1"].tags == {"women"}
        line = by_key["body-1"]
        assert (line.kind, line.phone, line.needs) == ("service", "0300 999 1212", frozenset({"helpline"}))
        assert [one.why for one in reading.left_out] == ["a service body without a helpline"]
    manifest.write_text(json.dumps({"files": {"meetings.ndjson.gz": {"rows": 3}}}))
    answer = open_source(feed, "auto")
    assert answer == NoReading("its manifest says 3 rows and 2 are in it")


@pytest.mark.parametrize(
    "content",
    [
        [COUNCIL],
        {"totalElements": 1, "totalPages": 1, "number": 1, "size": 1, "content": [COUNCIL]},
        {"total_items": 1, "total_pages": 1, "page_number": 1, "size": 1, "contents": [COUNCIL]},
    ],
)
def test_a_councils_service_in_its_wrappings(content: object) -> None:
    """Version 1 says content, version 3 contents; descriptions are HTML; no place is still a service."""
    entry = one(content)
    assert (entry.kind, entry.key, entry.programme) == ("service", "s1", "service")
    assert entry.needs == {"drug_alcohol_service"}
    assert entry.notes == "We help people who drink."
    assert entry.page == "https://example.org/help"
    assert entry.venue is None


@pytest.mark.parametrize("pages", ["totalPages", "total_pages"])
def test_one_page_of_several_is_said_to_be_one(pages: str) -> None:
    """Somebody has saved what a browser showed: the services of the other pages are missing."""
    reading = read({pages: 4, "contents": [COUNCIL]})
    assert [entry.name for entry in reading.entries] == [COUNCIL["name"]]
    assert [(one.where, one.why[:22]) for one in reading.left_out] == [
        ("in the file", "it is one of 4 pages, ")
    ]
    assert read({pages: 1, "contents": [COUNCIL]}).left_out == ()


def test_where_and_when_a_service_is() -> None:
    """Version 1 and version 3 name the same things differently; one entry for each place."""
    hall = {"name": "Hall", "latitude": 53.8071, "longitude": -1.555}
    address = {"address_1": "1 High St", "city": "Leeds", "postal_code": "LS2 9JT", "country": "GB"}
    old = {
        **COUNCIL,
        "service_at_locations": [{"id": "a", "location": {**hall, "physical_addresses": [address]}}],
        "regular_schedules": [
            {"byday": "MO,WE", "freq": "WEEKLY", "opens_at": "09:00", "closes_at": "17:00"}
        ],
        "attending_access": "Drop-in",
    }
    new = {
        **COUNCIL,
        "service_at_locations": [
            {"id": "a", "location": {**hall, "addresses": [address]}},
            {"id": "b", "location": {**hall, "name": "Annexe", "addresses": [address]}},
        ],
        "schedules": [{"byday": "2TH", "freq": "MONTHLY", "opens_at": "09:00:00Z", "closes_at": "12:00"}],
    }
    entry = one([old])
    assert entry.slots == (Slot(0, 540, 480), Slot(2, 540, 480))
    assert entry.tags == {"drop_in"}
    assert entry.venue is not None
    assert (entry.venue.postcode, entry.venue.nation) == ("LS2 9JT", "GB-ENG")
    found = read([new]).entries
    assert [one.key for one in found] == ["s1@a", "s1@b"]


@pytest.mark.parametrize(
    "opens", ["0001-01-01T09:00:00", "1970-01-01 09:00:00.000", "09:00:00+01:00", "09:00"]
)
def test_opening_times_as_programs_write_them(opens: str) -> None:
    """With a date that means nothing, with the offset of the clock there."""
    entry = one([{**COUNCIL, "schedules": [{"byday": "MO", "opens_at": opens, "closes_at": "12:00"}]}])
    assert entry.slots == (Slot(0, 540, 180),)
    assert entry.check_first == ""


def test_a_service_open_once_a_month() -> None:
    """A rule where it is certain, and "check first" in any case."""
    monthly = {"byday": "2TH", "freq": "MONTHLY", "opens_at": "09:00", "closes_at": "12:00"}
    entry = one([{**COUNCIL, "schedules": [monthly]}])
    assert entry.slots == (Slot(3, 540, 180, "FREQ=MONTHLY;BYDAY=2TH"),)
    assert entry.check_first == "monthly"
    fortnightly = {**monthly, "byday": "TH", "freq": "WEEKLY", "interval": 2, "valid_to": "2027-01-31"}
    entry = one([{**COUNCIL, "schedules": [fortnightly]}])
    assert (entry.slots[0].rule, entry.check_first) == ("", "every 2 weeks, until 2027-01-31")


def test_opening_times_that_cannot_be_read_are_said() -> None:
    """They stand as they are for who goes there, and the report says so; a number that is none is none."""
    odd = {"byday": "MO,WE", "freq": "WEEKLY", "opens_at": "evening", "interval": "²"}
    sunday = {"byday": "SU", "opens_at": "10:00", "closes_at": "12:00"}
    open_end = {"byday": "SU", "opens_at": "10:00"}
    reading = read(
        [{**COUNCIL, "schedules": [odd, sunday, open_end]}, {**COUNCIL, "id": "s2", "schedules": [odd]}]
    )
    assert [entry.slots for entry in reading.entries] == [
        (Slot(6, 600), Slot(6, 600, 120)), (),
    ]  # fmt: skip
    assert {entry.check_first for entry in reading.entries} == {"Monday,Wednesday evening"}
    assert ["could not be read" in one.why for one in reading.changed_on_the_way] == [True, True]


def test_places_beyond_what_is_taken_are_said() -> None:
    """A chain with hundreds of shops is no service nearby."""
    places = [{"id": f"{n}", "location": {"latitude": 53.8, "longitude": -1.55}} for n in range(52)]
    reading = read([{**COUNCIL, "service_at_locations": places}])
    assert len(reading.entries) == 50
    assert [one.why for one in reading.left_out] == ["of its 52 places 50 are taken"]


def test_only_what_concerns_recovery_is_taken() -> None:
    """By topic, name or description; what is left out, shut, nameless or nowhere is named with its reason."""
    swimming = {**COUNCIL, "id": "2", "name": "Swimming", "description": "Lanes and lessons."}
    topic = {
        **swimming,
        "id": "3",
        "service_taxonomys": [{"taxonomy": {"id": "x", "name": "Needle exchange", "vocabulary": "v"}}],
    }
    told = {**swimming, "id": "4", "description": "We help people with addiction."}
    nameless = {**COUNCIL, "id": "5", "name": ""}
    shut = {**COUNCIL, "id": "6", "status": "defunct"}
    nowhere = {**COUNCIL, "id": "7", "url": ""}
    reading = read([COUNCIL, swimming, topic, told, nameless, shut, nowhere, COUNCIL])
    by_key = {entry.key: entry for entry in reading.entries}
    assert {key: sorted(entry.needs) for key, entry in by_key.items()} == {
        "s1": ["drug_alcohol_service"], "3": ["needle_exchange"], "4": ["drug_alcohol_service"],
    }  # fmt: skip
    assert ("needs", "description") in by_key["4"].origins
    assert [(one.row, one.why[:20]) for one in reading.rejected] == [
        (5, "it has no name"), (7, "it says neither wher"),
    ]  # fmt: skip
    assert [one.why for one in reading.left_out] == [
        "it is about none of the needs that this directory is for",
        'it is marked as "defunct"',
        "the same row is there twice",
    ]


def test_a_service_that_says_of_no_place_where_it_is() -> None:
    """Councils' lists without locations: the area they are for stands for it, roughly, and that is said."""
    at_home = {**COUNCIL, "id": "s2", "attending_type": "online"}
    nothing = {**COUNCIL, "id": "s3", "url": ""}
    raw = json.dumps([COUNCIL, at_home, nothing]).encode()
    reading = read_source(raw, "auto", programme="service", zone="Europe/London", places=PLACES, area="Leeds")
    assert isinstance(reading, Reading)
    assert [one.key for one in reading.entries] == ["s1", "s2"]
    for entry in reading.entries:
        assert entry.venue is not None
        assert (entry.venue.name, entry.venue.approximate, entry.venue.nation) == ("Leeds", True, "GB-ENG")
        assert ("point", "area") in entry.origins
    assert reading.entries[1].online is not None
    why = reading.changed_on_the_way[0].why
    assert why == "it does not say where it is: Leeds stands for it"
    assert [one.row for one in reading.rejected] == [3]
    assert read([COUNCIL]).changed_on_the_way[0].why.endswith("no search finds it: import with --area TOWN")


def test_a_services_number_is_kept_and_a_persons_is_not() -> None:
    """A mobile, or a number beside somebody's name, is a person's."""

    def phone(**more: Any) -> str:
        return one([{**COUNCIL, **more}]).phone

    assert phone(phones=[{"number": "0113 496 0000"}]) == "0113 496 0000"
    assert phone(phones=[{"number": "07700 900123"}]) == ""
    assert phone(phones=[{"number": "0113 496 0000", "contact_id": "c"}]) == ""
    assert phone(contacts=[{"name": "Jo Bloggs", "phones": [{"number": "0113 496 0000"}]}]) == ""
    assert phone(contacts=[{"name": "Duty team", "phones": [{"number": "0113 496 0000"}]}]) == "0113 496 0000"
    mail = one([{**COUNCIL, "description": "Come along. Ask jo@example.org or ring 07700 900123."}])
    assert mail.notes == "Come along."


def test_an_impossible_latitude_and_a_swapped_pair() -> None:
    """100 degrees north is nowhere; 53 degrees east of Leeds is Leeds turned round."""
    place = {"address_1": "1 High St", "city": "Leeds", "country": "GB"}

    def found(lat: float, lon: float) -> Reading:
        at = {"id": "a", "location": {"latitude": lat, "longitude": lon, "addresses": [place]}}
        return read([{**COUNCIL, "service_at_locations": [at]}])

    nowhere = {"id": "a", "location": {"latitude": 100, "longitude": 0}}
    (said,) = read([{**COUNCIL, "service_at_locations": [nowhere]}]).changed_on_the_way
    assert said.why.startswith("the map point was impossible and was dropped; it does not say where it is")
    impossible = found(100, -1.5)
    assert impossible.changed_on_the_way[0].why == "the map point was impossible and was dropped"
    swapped = found(-1.555, 53.8071)
    assert swapped.changed_on_the_way[0].why == "latitude and longitude were swapped"
    venue = swapped.entries[0].venue
    assert venue is not None
    assert venue.point == Point(53.8071, -1.555)


TABLES = {
    "services.csv": "id,organization_id,name,description,status,url\n"
    "s1,o1,Alcohol Support,Help,active,https://example.org\ns2,o1,Choir,Sing,active,https://example.org\n",
    "organizations.csv": "id,name\no1,The Project\n",
    "locations.csv": "id,name,latitude,longitude\nl1,Hall,53.8071,-1.555\n",
    "service_at_locations.csv": "id,service_id,location_id\na,s1,l1\n",
    "addresses.csv": "id,location_id,address_1,postal_code,country\nx,l1,1 High St,LS2 9JT,GB\n",
    "phones.csv": "id,service_id,number\np,s1,0113 496 0000\n",
    "schedules.csv": "id,service_at_location_id,byday,freq,opens_at,closes_at\nt,a,MO,WEEKLY,09:00,10:00\n",
}


def test_a_data_package_as_zip_and_as_folder(tmp_path: Path) -> None:
    """The tables are put together into services."""
    packed = tmp_path / "package.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in TABLES.items():
            archive.writestr(f"data/{name}", text)
            (tmp_path / name).write_text(text)
    described = tmp_path / "datapackage.json"
    described.write_text(json.dumps({"resources": []}))
    for path in (packed, described, tmp_path):
        entry = one(path)
        assert (entry.key, entry.phone, entry.slots) == ("s1", "0113 496 0000", (Slot(0, 540, 60),))
        assert entry.venue is not None
        assert entry.venue.postcode == "LS2 9JT"
    (tmp_path / "services.csv").unlink()
    assert open_source(described, "auto") == NoReading("there is no table of services in the package")


def test_tables_of_a_package_in_any_shape(tmp_path: Path) -> None:
    """Semicolons, names in capitals, empty lines: the rows are counted as a spreadsheet counts them."""
    (tmp_path / "services.csv").write_text(
        "ID;Organization_ID;Name;URL\ns1;o1;Alcohol Support;https://example.org\n\n;;;\ns2;o1;;\n"
    )
    reading = read(tmp_path)
    assert [entry.name for entry in reading.entries] == ["Alcohol Support"]
    assert [(one.row, one.why) for one in reading.rejected] == [(5, "it has no name")]


@pytest.mark.parametrize(
    ("services", "why"),
    [
        ("id,name\n", "there are no rows in it"),
        (
            'id,name,description\ns1,Alcohol Support,"Help\ns2,Drug Support,Tea\ns3,Drug Line,Tea\n',
            "services.csv: a quotation mark in row 2 is never closed, so the rows",
        ),
    ],
)
def test_a_table_of_a_package_that_is_not_whole(tmp_path: Path, services: str, why: str) -> None:
    """What an open quotation swallows is not lost in silence."""
    (tmp_path / "services.csv").write_text(services)
    answer = read_source(tmp_path, "auto", programme="service", zone="Europe/London", places=PLACES)
    assert isinstance(answer, NoReading)
    assert answer.why.startswith(why)


def test_a_workbook(tmp_path: Path) -> None:
    """Times and dates are Excel's own; the list is on the second sheet, under a title."""
    book = Workbook()
    book.create_sheet("Groups")
    sheet = book["Groups"]
    from datetime import date, time

    sheet.append(["Our groups"])
    sheet.append(["Name", "Day", "Time", "Postcode", "Length", "Last checked"])
    sheet.append(["Hope", "Thursday", time(19, 30), "LS2 9JT", 90, date(2026, 8, 5)])
    sheet.append([None, None, None])
    sheet.append(["Late", "Friday", "7.30pm", "LS2 9JT", "1 hour", None])
    path = tmp_path / "groups.xlsx"
    book.save(path)
    first, second = read(path).entries
    hope, late = (first, second) if first.name == "Hope" else (second, first)
    assert (hope.slots, hope.updated) == ((Slot(3, 1170, 90),), date(2026, 8, 5))
    assert late.slots == (Slot(4, 1170, 60),)
    assert read(path.read_bytes()).rows == 2


def test_a_workbook_as_people_keep_them(tmp_path: Path) -> None:
    """Names merged over several columns, times left as numbers or with a date of nought, sheets besides."""
    from datetime import datetime

    book = Workbook()
    sheet = book["Sheet"]
    sheet.append(["Group", "When", None, None, "Where", None])
    sheet.append([None, "Day", "Time", "Length", "Venue", "Postcode"])
    for cells in ("B1:D1", "E1:F1", "A1:A2"):
        sheet.merge_cells(cells)
    sheet.append(["Hope", "Thursday", 0.8125, 0.0625, "Hall", "LS2 9JT"])
    sheet.append(["Late", "Friday", datetime(1899, 12, 30, 21, 30), 60.0, "Hall", "LS2 9JT"])  # noqa: DTZ001
    more, hidden = book.create_sheet("Saturdays"), book.create_sheet("Old")
    for other in (more, hidden):
        other.append(["Name", "Day", "Time", "Postcode"])
        other.append(["Third", "Sat", "7pm", "LS2 9JT"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Rota").append(["Who", "brings", "milk"])
    path = tmp_path / "groups.xlsx"
    book.save(path)
    reading = read(path)
    assert {entry.name: entry.slots for entry in reading.entries} == {
        "Hope": (Slot(3, 1170, 90),), "Late": (Slot(4, 1290, 60),),
    }  # fmt: skip
    assert [(one.name, one.why[:34]) for one in reading.left_out] == [
        ("Saturdays", "another sheet that holds a list: o")
    ]


def test_cells_merged_downwards_hold_for_each_row_beside_them(tmp_path: Path) -> None:
    """One day, one hall beside several groups; a row that says nothing of its own stays empty."""
    book = Workbook()
    sheet = book["Sheet"]
    sheet.append(["Day", "Name", "Time", "Postcode"])
    sheet.append(["Monday", "Early", "7am", "LS2 9JT"])
    sheet.append([None, "Late", "9pm", None])
    sheet.append([None, None, None, None])
    sheet.append(["Friday", "Last", "8pm", "LS2 9JT"])
    for cells in ("A2:A4", "D2:D4"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "groups.xlsx")
    reading = read(tmp_path / "groups.xlsx")
    assert {entry.name: [slot.day for slot in entry.slots] for entry in reading.entries} == {
        "Early": [0], "Late": [0], "Last": [4],
    }  # fmt: skip
    assert reading.rows == 3


def test_formulas_without_a_result_are_no_empty_cells(tmp_path: Path) -> None:
    """What a program wrote and no spreadsheet has worked out, and what one could not: said with its row."""
    book = Workbook()
    sheet = book["Sheet"]
    sheet.append(["Name", "Day", "Time", "Postcode", "Keyholder", "Notes"])
    sheet.append(["Hope", "Friday", "7pm", "LS2 9JT", "=A1", "Ring"])
    sheet.append(["Late", "=B2", "=C2", "LS2 9JT", "Sam", "Ring"])
    sheet.append(["Lost", "Friday", "7pm", "#REF!", "Sam", None])
    book.save(tmp_path / "groups.xlsx")
    reading = read(tmp_path / "groups.xlsx")
    assert [entry.name for entry in reading.entries] == ["Hope"]
    assert [(one.row, one.name, one.why[:34]) for one in reading.rejected] == [
        (3, "Late", "a formula in it has no result: ope"), (4, "Lost", "a formula in it has no result: ope"),
    ]  # fmt: skip
    assert [(one.row, one.why) for one in reading.left_out] == [
        (0, "of these columns nothing is read: Keyholder")
    ]


def test_a_formula_that_says_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    """As Excel keeps an empty text; one with a result has that."""
    book = Workbook()
    book["Sheet"].append(["Name", "Day", "Time", "Postcode", "Notes"])
    book["Sheet"].append(["Hope", "Friday", "7pm", "LS2 9JT", "=A1"])
    book.save(tmp_path / "groups.xlsx")
    for kept, notes in ((b' t="str"><f>A1</f><v></v>', ""), (b' t="str"><f>A1</f><v>Ring</v>', "Ring")):
        with zipfile.ZipFile(tmp_path / "groups.xlsx") as old, zipfile.ZipFile(tmp_path / "new", "w") as new:
            for part in old.infolist():
                content = old.read(part)
                assert b"sheet1" not in part.filename.encode() or b"<f>A1</f>" in content
                new.writestr(part, re.sub(rb"><f>A1</f><v ?/?>(?:</v>)?", kept, content))
        assert [entry.notes for entry in read(tmp_path / "new").entries] == [notes]


def test_a_workbook_that_is_merged_without_end_is_refused(tmp_path: Path) -> None:
    """Few bytes could name millions of rows: as many as that are never kept."""
    book = Workbook()
    sheet = book["Sheet"]
    sheet.append(["Name", "Day", "Time", "Postcode"])
    for number in range(600):
        sheet.merge_cells(f"A{2 + 1000 * number}:A{999 + 1000 * number}")
    book.save(tmp_path / "groups.xlsx")
    refused = read_source(
        tmp_path / "groups.xlsx", "auto", programme="aa", zone="Europe/London", places=PLACES
    )
    assert isinstance(refused, NoReading)
    assert "too many merged cells" in refused.why


def test_a_workbook_whose_address_has_another_name(tmp_path: Path) -> None:
    """What is fetched from ".../export" is a workbook all the same."""
    book = Workbook()
    book["Sheet"].append(["Name", "Day", "Time", "Postcode"])
    book["Sheet"].append(["Hope", "Friday", "7pm", "LS2 9JT"])
    book.save(tmp_path / "feed")
    assert [entry.name for entry in read(tmp_path / "feed").entries] == ["Hope"]


def test_a_workbook_that_is_a_trap(tmp_path: Path) -> None:
    """Damage, entities and nothing that could be a list are said; nothing is unpacked without end."""
    whole = io.BytesIO()
    Workbook().save(whole)
    trap = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(trap, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            new.writestr(part.filename, content)
    for raw, why in (
        (trap.getvalue(), "its XML declares entities"),
        (whole.getvalue(), "no header row was found"),
        (whole.getvalue()[:-40], "cannot be unpacked whole"),
    ):
        reading = read_source(raw, "auto", programme="aa", zone="Europe/London", places=PLACES)
        assert isinstance(reading, NoReading)
        assert why in reading.why
