"""Whole files: the operator's sheet and Meeting Guide in its shapes. Nothing raises, nothing is lost."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directory.geo import Point, km_between
from bot.domain.directory.offering import Entry, NoReading, Reading, Slot
from bot.feeds.read import Format, read_source
from tests import shipped

PLACES = shipped.places()
HALL = {
    "name": "Hope",
    "day": 1,
    "time": "19:00",
    "formatted_address": "1 High St, Leeds LS2 9JT, UK",
    "slug": "h",
}


def read(content: object, form: Format = "auto", zone: str = "Europe/London") -> Reading:
    """A reading of text, or of JSON."""
    raw = content if isinstance(content, str) else json.dumps(content)
    reading = read_source(raw.encode(), form, programme="peer", zone=zone, places=PLACES)
    assert isinstance(reading, Reading), reading
    return reading


def one(content: object, zone: str = "Europe/London") -> Entry:
    """The only entry of a content with nothing wrong in it."""
    reading = read(content, zone=zone)
    assert reading.rejected == ()
    assert len(reading.entries) == 1
    return reading.entries[0]


def sheet(*rows: str, header: str = "Name,Day,Time,Postcode,Notes") -> str:
    """A sheet of these rows."""
    return "\n".join((header, *rows)) + "\n"


def test_a_plain_sheet() -> None:
    """Name, day, time, postcode: enough to find it by."""
    entry = one(sheet("Hope,Thursday,7.30pm,LS2 9JT,Ring the bell"))
    assert (entry.name, entry.slots, entry.notes) == ("Hope", (Slot(3, 1170),), "Ring the bell")
    assert entry.venue is not None
    assert (entry.venue.nation, entry.venue.postcode) == ("GB-ENG", "LS2 9JT")
    assert entry.venue.point is not None
    assert km_between(entry.venue.point, Point(53.807, -1.555)) < 1


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffName,Day,Time,Postcode\r\nHope,Thursday,19:30,LS2 9JT\r\n",
        "Group name;Weekday;Start time;Post code\nHope;Thu;19:30;LS2 9JT\n",
        "Title\tDays\tStart\tPOSTCODE\nHope\tthursdays\t7.30 PM\tls29jt\n",
        "Our groups 2026,,,\n,,,\nMeeting,Day,Time,Post Code\nHope,Thursday,1930,LS2 9JT\n\n,,,\n",
        '"Meeting Name","Day","Times","Postcode"\n"Hope","Thursday","7:30pm","LS2 9JT"',
    ],
)
def test_headers_and_marks_of_any_spreadsheet(text: str) -> None:
    """A byte order mark, CRLF, semicolons, tabs, titles above the header, empty rows."""
    entry = one(text)
    assert (entry.name, entry.slots) == ("Hope", (Slot(3, 1170),))


def test_windows_characters() -> None:
    """A sheet saved by an old Excel."""
    raw = sheet("Women’s Café – Hope,Thu,7pm,LS2 9JT,").encode("cp1252")
    reading = read_source(raw, "csv", programme="peer", zone="Europe/London", places=PLACES)
    assert isinstance(reading, Reading)
    assert reading.entries[0].name == "Women’s Café – Hope"


def test_a_few_strange_bytes_do_not_spoil_the_rest() -> None:
    """One row of a UTF-8 sheet was pasted from an old program: the names of the others are as they are."""
    raw = sheet("Café Łódź,Thu,7pm,LS2 9JT,").encode() + b"Women\x92s,Fri,7pm,LS2 9JT,\n"
    reading = read_source(raw, "csv", programme="peer", zone="Europe/London", places=PLACES)
    assert isinstance(reading, Reading)
    assert {entry.name for entry in reading.entries} == {"Café Łódź", "Women\N{REPLACEMENT CHARACTER}s"}


RICH = (
    "Guid,Title,Time,Duration,Postcode,Latitude,Longitude,Venue,Address,Day,Hearing,Wheelchair,Open,OpenFormat,"
    "Format,Note,Country,MeetingType,MeetingTypeNamespace"
)


def test_a_sheet_gathered_by_a_meeting_finder() -> None:
    """Its columns, "1hr 15mins", True and False, the programme's short name beside the long one."""
    row = 'g-1,Hope,19:00,1hr 15mins,LS2 9JT,53.8071,-1.5550,Hall,"1 High St, Leeds",Monday,True,False,'
    entry = one(
        sheet(row + "True,Open to all,Newcomer,Chit system,England,Alcoholics Anonymous,AA", header=RICH)
    )
    assert (entry.key, entry.programme, entry.slots) == ("g-1", "aa", (Slot(0, 1140, 75),))
    assert entry.tags == {"hearing_loop", "open", "newcomers"}
    assert entry.venue is not None
    assert (entry.venue.point, entry.venue.approximate) == (Point(53.8071, -1.555), False)


def test_the_postcode_wins_over_a_map_point_far_away() -> None:
    """A meeting in Glasgow was once put in Palermo."""
    row = "g,Hope,19:00,,G2 1UK,38.1157,13.3615,Hall,,Monday,,,,,,,Scotland,,CA"
    reading = read(sheet(row, header=RICH))
    venue = reading.entries[0].venue
    assert venue is not None
    assert venue.point is not None
    assert venue.point.lat > 55
    assert "km from G2 1UK: the postcode was used" in reading.changed_on_the_way[0].why


@pytest.mark.parametrize(
    ("lat", "lon"), [("0", "0"), ("100", "3"), ("nan", "inf"), ("30.16", "-95.46"), ("x", "")]
)
def test_impossible_map_points_count_for_nothing(lat: str, lon: str) -> None:
    """Without a postcode there is then no place, and that is said."""
    row = f"g,Hope,19:00,,,{lat},{lon},Hall,,Monday,,,,,,,Scotland,,CA"
    reading = read(sheet(row, header=RICH))
    assert reading.entries == ()
    assert reading.rejected[0].why.startswith("no place")


def test_northern_ireland_by_its_map_point() -> None:
    """BT postcodes are on no map of ours: coordinates place them, and "Ireland" beside them is overruled."""
    entry = one(sheet("g,Hope,19:00,,BT36 7JX,54.68,-5.95,Hall,,Monday,,,,,,,Ireland,,CA", header=RICH))
    assert entry.venue is not None
    assert (entry.venue.country, entry.venue.nation) == ("GB", "GB-NIR")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("LS2 9JT (side door)", "LS2 9JT"),
        ("N/A", ""),
        ("online", ""),
        ("see https://example.org/1", ""),
        ("ls29jt", "ls29jt"),
        ("T6E 1M1", "T6E 1M1"),
    ],
)
def test_what_is_no_postcode_is_not_shown_as_one(cell: str, shown: str) -> None:
    """Words behind it are left away."""
    entry = one(
        [{**HALL, "formatted_address": "", "postal_code": cell, "latitude": 53.807, "longitude": -1.555}]
    )
    assert entry.venue is not None
    assert entry.venue.postcode == shown


def test_a_town_will_do_and_is_marked_as_vague() -> None:
    """No postcode, but a town that is known: an approximate point."""
    entry = one(sheet("Hope,Mon,7pm,Leeds", header="Name,Day,Time,Town"))
    assert entry.venue is not None
    assert entry.venue.approximate


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",Mon,7pm,LS2 9JT,", "it has no name"),
        ("???,Mon,7pm,LS2 9JT,", "it has no name"),
        ("null,Mon,7pm,LS2 9JT,", "it has no name"),
        ("A,,7pm,LS2 9JT,", "it has a time and no day"),
        ("A,Mon,,LS2 9JT,", "it has a day and no time"),
        ("A,Someday,7pm,LS2 9JT,", 'no day of the week in "Someday"'),
        ("A,Mon,7,LS2 9JT,", '"7" may be morning or evening'),
        ("A,Mon,27:00,LS2 9JT,", 'there is no time "27:00"'),
        ("A,Mon,7pm,,", "no place"),
        ("A,Mon,7pm,ZZ99 9ZZ,", "no place"),
    ],
)
def test_every_reject_has_its_row_and_reason(row: str, why: str) -> None:
    """The row is counted as the spreadsheet counts it, and the good rows around it are taken."""
    reading = read(sheet("Good,Mon,7pm,LS2 9JT,", row, "Fine,Tue,7pm,LS2 9JT,"))
    assert [entry.name for entry in reading.entries] == ["Fine", "Good"] or len(reading.entries) == 2
    assert [(one.row, one.why.startswith(why)) for one in reading.rejected] == [(3, True)]
    assert reading.rows == 3


@pytest.mark.parametrize(
    "text",
    [
        "Name,Day,Time,Postcode,Notes\nHope,Mon,7pm,LS2 9JT,Tea, cake\n",
        "Name,Day,Time,,Postcode\nHope,Mon,7pm,cake,LS2 9JT\n",
        json.dumps({"values": [["Name", "Day", "Time", "Postcode"], ["Hope", 1, "7pm", "LS2 9JT", "cake"]]}),
    ],
)
def test_what_stands_in_no_column_is_said(text: str) -> None:
    """A comma without quotation marks around its text, or a column that nobody named."""
    reading = read(text)
    assert [(entry.name, entry.slots) for entry in reading.entries] == [("Hope", (Slot(0, 1140),))]
    (said,) = reading.changed_on_the_way
    assert "in a column without a name" in said.why


def test_types_that_mean_nothing_are_named_once() -> None:
    """For the whole list: the coordinator can say in the notes what people should know."""
    header = "Name,Day,Time,Postcode,Format,Audience"
    rows = ('Hope,Mon,7pm,LS2 9JT,"Big Book, Pets welcome",Women', "Joy,Tue,7pm,LS2 9JT,Pets welcome,Vets")
    reading = read(sheet(*rows, "Tea,Wed,7pm,LS2 9JT,POA,", header=header))
    assert len(reading.entries) == 3
    assert [(one.row, one.why.partition(";")[0]) for one in reading.left_out] == [
        (0, "of these types nothing is read: Pets welcome, Vets")
    ]
    assert reading.rows == 3


def test_a_column_that_numbers_the_rows_needs_no_name() -> None:
    """As programs write it."""
    reading = read(",Name,Day,Time,Postcode\n0,Hope,Mon,7pm,LS2 9JT\n")
    assert len(reading.entries) == 1
    assert reading.changed_on_the_way == ()


def test_how_to_join_what_is_marked_as_in_person_is_said_to_go() -> None:
    """The mark counts: nobody waits in an empty room."""
    reading = read([{**HALL, **ZOOM, "attendance_option": "in_person"}])
    assert [entry.online for entry in reading.entries] == [None]
    assert "how to join online was left out: it is marked as in person" in reading.changed_on_the_way[0].why


def test_nothing_that_is_said_of_a_row_drowns_another() -> None:
    """The unsafe link, and the code that stood in the notes."""
    row = "A,Mon,7pm,LS2 9JT,Password: 812345,javascript:alert(1)"
    (said,) = read(sheet(row, header="Name,Day,Time,Postcode,Notes,Zoom link")).changed_on_the_way
    assert "unsafe link to join was dropped" in said.why
    assert "a code in its notes was dropped" in said.why


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        ("End", "late", 'when it ends was left out: no time in "late"'),
        ("End", "9", 'when it ends was left out: "9" may be morning or evening'),
        ("Duration", "-1hr", 'how long it lasts was left out: "-1hr"'),
        ("Duration", "00:00:00", ""),
        ("End", "TBC", 'when it ends was left out: no time in "TBC"'),
        ("End", "9pm", ""),
    ],
)
def test_an_end_that_cannot_be_read_keeps_nobody_away(header: str, cells: str, said: str) -> None:
    """The day and the start count; that the end is unknown is said."""
    reading = read(sheet(f"Hope,Mon,7pm,LS2 9JT,{cells}", header=f"Name,Day,Time,Postcode,{header}"))
    assert [(entry.slots[0].day, entry.slots[0].start) for entry in reading.entries] == [(0, 1140)]
    assert [one.why for one in reading.changed_on_the_way] == ([said] if said else [])


def test_notes_that_are_too_long_are_cut_where_a_sentence_ends() -> None:
    """And that is said; those that just fit are as they are, with what stands of the place below them."""
    reading = read([{**HALL, "notes": "Ring the bell. " * 100}, {**HALL, "slug": "b", "notes": "y" * 1200}])
    notes = {entry.key: entry.notes for entry in reading.entries}
    assert notes["h"].endswith("bell. Ring the bell.")
    assert 1100 < len(notes["h"]) <= 1200
    assert notes["b"] == "y" * 1200
    assert [(one.row, one.why[:33]) for one in reading.changed_on_the_way] == [
        (1, "the end of its notes was left out")
    ]
    words = read([{**HALL, "notes": "word " * 300, "location_notes": "Side door"}]).entries[0].notes
    assert words.endswith(" word…")


def test_no_day_and_no_time_is_by_appointment() -> None:
    """A service one rings first."""
    assert one(sheet("Hope,,,LS2 9JT,")).slots == ()


def test_the_same_group_twice_is_one_and_different_ones_with_one_id_are_two() -> None:
    """The repeat is reported; ids used twice are told apart by what they stand for, in any order."""
    rows = ("g1,A,Mon,7pm,LS2 9JT", "g1,A,Mon,7pm,LS2 9JT", "g2,B,Mon,7pm,LS2 9JT", "g2,B,Tue,7pm,LS2 9JT")
    header = "ID,Name,Day,Time,Postcode"
    reading, reverse = read(sheet(*rows, header=header)), read(sheet(*reversed(rows), header=header))
    assert sorted(entry.name for entry in reading.entries) == ["A", "B", "B"]
    assert [one.why for one in reading.left_out] == ["the same row is there twice"]
    assert reading.entries == reverse.entries
    assert len({entry.key for entry in reading.entries}) == 3


def test_online_in_a_sheet() -> None:
    """A link makes it online; a link beside a street makes it both; "Zoom" for a venue has no distance."""
    header = "Name,Day,Time,Venue,Address,Postcode,Zoom link,Passcode"
    afar = one(sheet("A,Mon,7pm,Zoom,,,https://zoom.us/j/1,secret1", header=header))
    assert afar.venue is None
    assert afar.online is not None
    assert (afar.online.url, afar.online.passcode) == ("https://zoom.us/j/1", "secret1")
    both = one(sheet("A,Mon,7pm,Hall,1 High St,LS2 9JT,https://zoom.us/j/1,", header=header))
    assert both.venue is not None
    assert both.online is not None


def test_a_link_in_the_notes_is_how_to_join() -> None:
    """The only one there is; it is not shown, and what is meant for no one to see is said to have gone."""
    found = one(sheet("A,Mon,7pm,LS2 9JT,Ring. https://zoom.us/j/1?pwd=x"))
    assert found.online is not None
    assert (found.online.url, found.notes) == ("https://zoom.us/j/1?pwd=x", "Ring.")
    better = "A,Mon,7pm,LS2 9JT,https://zoom.us/j/1,https://zoom.us/j/2"
    chosen = one(sheet(better, header="Name,Day,Time,Postcode,Notes,Zoom link")).online
    assert chosen is not None
    assert chosen.url == "https://zoom.us/j/2"
    reading = read(sheet("A,Mon,7pm,LS2 9JT,Code word. Password: 812345"))
    assert [one.why for one in reading.changed_on_the_way] == [
        "a code in its notes was dropped: nothing says how to join online"
    ]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Postcode,Website", "LS2 9JT,https://us02web.zoom.us/j/99?pwd=abc"),
        ("Postcode,Website", "LS2 9JT,us02web.zoom.us/j/99?pwd=abc"),
        ("Venue,Website", "https://us02web.zoom.us/j/99?pwd=abc,https://example.org/"),
        ("Address,Postcode", "1 High St https://us02web.zoom.us/j/99?pwd=abc,LS2 9JT"),
        ("Town,Postcode", "https://us02web.zoom.us/j/99?pwd=abc,LS2 9JT"),
        ("Postcode,Notes", "LS2 9JT,Come in by us02web.zoom.us/j/99?pwd=abc"),
    ],
)
def test_a_link_to_a_room_is_how_to_join_wherever_it_stands(header: str, cells: str) -> None:
    """In the column of the web page, of the place, in the notes without its https: nobody else sees it."""
    found = one(sheet(f"A,Mon,7pm,{cells}", header=f"Name,Day,Time,{header}"))
    assert found.online is not None
    assert found.online.url.removeprefix("https://") == "us02web.zoom.us/j/99?pwd=abc"
    assert "zoom" not in repr(found._replace(online=None))
    named = one(sheet("Hope https://us02web.zoom.us/j/99?pwd=abc,Mon,7pm,LS2 9JT,"))
    assert (named.name, named.online and named.online.url) == ("Hope", "https://us02web.zoom.us/j/99?pwd=abc")


@pytest.mark.parametrize("column", ["Website", "Zoom link"])
def test_a_link_that_is_too_long_is_dropped_and_not_cut(column: str) -> None:
    """Cut, it would lead elsewhere."""
    row = f"A,Mon,7pm,LS2 9JT,https://example.org/{'x' * 500}"
    reading = read(sheet(row, header=f"Name,Day,Time,Postcode,{column}"))
    (entry,) = reading.entries
    assert (entry.page, entry.online) == ("", None)
    assert "was dropped" in reading.changed_on_the_way[0].why


@pytest.mark.parametrize(
    ("notes", "url", "code"),
    [
        ("Zoom ID: 812 345 678. P/w: proud", "https://zoom.us/j/812345678", "ID 812 345 678, proud"),
        ("On Zoom too - PMI 8123456789", "https://zoom.us/j/8123456789", "ID 8123456789"),
        ("Meeting ID 812-345-678\nNo Password", "", "ID 812-345-678"),
    ],
)
def test_a_meetings_number_in_the_notes_is_how_to_join(notes: str, url: str, code: str) -> None:
    """Without a link, too: who asks to join is told the number; nobody else sees it."""
    found = one(sheet(f"A,Mon,7pm,LS2 9JT,{notes!r}".replace("'", '"').replace("\\n", "\n")))
    assert found.online is not None
    assert found.venue is not None
    assert (found.online.url, found.online.passcode) == (url, code)
    assert "345" not in found.notes


def test_what_goes_with_a_persons_number_is_said() -> None:
    """The report names the row whose notes lost more than a number or a link."""
    rows = "A,Mon,7pm,LS2 9JT,Ring Sam 07700 900123", "B,Mon,7pm,LS2 9JT,{}"
    told = "Bring your own mug and ring Sam on 07700 900123 from the side door"
    reading = read(sheet(rows[0], rows[1].format(told)))
    assert [(one.row, one.why[:32]) for one in reading.changed_on_the_way] == [
        (3, "a sentence of its notes was left")
    ]


ROW = {"name": "Hope", "day": 1, "time": "19:00", "slug": "h"}


@pytest.mark.parametrize(
    "cells",
    [
        {"address": "10815 76 Avenue, Edmonton, Alberta, T6E 1M1, Canada"},
        {"formatted_address": "Edmonton, Alberta"},
        {"city": "Edmonton", "region": "Alberta"},
        {"city": "Perth", "country": "Australia"},
        {"city": "Newcastle", "state": "NSW"},
        {"formatted_address": "1 Main St, Boston, Elsewhere, Deutschland"},
    ],
)
def test_a_namesake_abroad_is_not_put_in_britain(cells: dict[str, str]) -> None:
    """What names another country, or a region of one, has no place rather than a wrong one."""
    raw = json.dumps([ROW | cells]).encode()
    reading = read_source(raw, "auto", programme="aa", zone="Europe/London", places=PLACES)
    assert isinstance(reading, Reading)
    assert [one.why[:8] for one in reading.rejected] == ["no place"]


@pytest.mark.parametrize(
    ("cells", "country", "zone"),
    [
        ({"formatted_address": "12 Main St, Portland, OR 97201"}, "US", "America/Los_Angeles"),
        ({"latitude": 41.88, "longitude": -87.63, "country": "USA"}, "US", "America/Chicago"),
        ({"city": "Cork", "country": "Ireland"}, "IE", "Europe/Dublin"),
        ({"formatted_address": "1 High St, Leeds, LS2 9JT"}, "GB", "Europe/London"),
    ],
)
def test_a_row_of_another_country_goes_by_its_clock(
    cells: dict[str, object], country: str, zone: str
) -> None:
    """A list from Britain with meetings elsewhere."""
    raw = json.dumps([ROW | cells]).encode()
    reading = read_source(raw, "auto", programme="aa", zone="Europe/London", places=PLACES)
    assert isinstance(reading, Reading)
    (entry,) = reading.entries
    assert entry.venue is not None
    assert (entry.venue.country, entry.zone) == (country, zone)


def test_irregular_weeks_and_personal_data_in_a_sheet() -> None:
    """The words are kept to be shown, the phone number is not."""
    entry = one(sheet("Hope,2nd and 4th Thursday,7pm,LS2 9JT,Call Sam 07700 900123"))
    assert entry.check_first == "2nd and 4th Thursday"
    assert entry.notes == ""


@pytest.mark.parametrize(
    "content",
    [
        [HALL],
        {"records": [{"id": "rec1", "fields": HALL}]},
        {"meetings": [HALL], "warnings": []},
        {"values": [list(HALL), list(HALL.values())]},
        [{**HALL, "day": [1]}],
        [{**HALL, "day": "Monday", "time": "7:00 PM"}],
    ],
)
def test_meeting_guide_in_every_shape(content: object) -> None:
    """A plain array, Airtable's records, a wrapper, a Google sheet; days and times in their forms."""
    entry = one(content)
    assert (entry.name, entry.slots) == ("Hope", (Slot(0, 1140),))


def test_one_row_a_day() -> None:
    """An array of days is that many weekly times."""
    assert one([{**HALL, "day": [0, 3]}]).slots == (Slot(2, 1140), Slot(6, 1140))


def test_after_midnight_and_by_appointment() -> None:
    """An end before the start is on the next day; without a time it is by appointment."""
    assert one([{**HALL, "time": "23:00", "end_time": "00:30"}]).slots == (Slot(0, 1380, 90),)
    assert one([{**HALL, "time": None}]).slots == ()


def test_the_zone_of_the_row_counts_if_it_is_one() -> None:
    """Twelve of fourteen feeds carry none: then the source's."""
    assert one([{**HALL, "timezone": "Europe/Dublin"}]).zone == "Europe/Dublin"
    assert one([{**HALL, "timezone": "Mars/Olympus"}]).zone == "Europe/London"


@pytest.mark.parametrize(("lat", "lon"), [("53.8071", "-1.5550"), (53.8071, -1.555), (None, None)])
def test_nulls_and_coordinates_as_text(lat: object, lon: object) -> None:
    """As San Francisco writes them: null is nothing, and text that is a number counts."""
    nothing = dict.fromkeys(("end_time", "location", "notes", "conference_url", "types", "region", "url"))
    entry = one([{**HALL, **nothing, "latitude": lat, "longitude": lon}])
    assert entry.venue is not None
    assert entry.venue.approximate is (lat is None)
    assert entry.venue.point == Point(53.8071, -1.555) or lat is None
    assert (entry.online, entry.notes, entry.page) == (None, "", "")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Latitude,Longitude", '"53,8071","-1,555"'),
        ("Latitude,Longitude", "53.8071N,1.555° W"),
        ("Lat,Long", '"53.8071, -1.555",'),
        ("Coordinates", '"(53.8071, -1.555)"'),
        ("GPS", "53.8071 -1.555"),
    ],
)
def test_a_map_point_as_people_write_it(header: str, cells: str) -> None:
    """With a decimal comma, with letters, or both in one cell as a map gives them."""
    entry = one(sheet(f"Hope,Mon,7pm,{cells}", header=f"Name,Day,Time,{header}"))
    assert entry.venue is not None
    assert entry.venue.point == Point(53.8071, -1.555)


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        ("near the church", "", True), ("53.8", None, True), ("53,8", "", True),
        ("53.8", "west", True), ([53.8], [-1.5], True),
        ("53°48'N", "1°33'W", True), ("", "", False), ("N/A", "-", False), (None, "null", False),
    ],
)  # fmt: skip
def test_a_map_point_that_cannot_be_read_is_said(lat: object, lon: object, said: bool) -> None:
    """The postcode stands for it."""
    reading = read([{**HALL, "latitude": lat, "longitude": lon}])
    whys = [one.why for one in reading.changed_on_the_way]
    assert whys == (["the map point could not be read and was dropped"] if said else [])
    assert len(reading.entries) == 1


ZOOM = {"conference_url": "https://zoom.us/j/1?pwd=x", "conference_url_notes": "Passcode: 4321"}


@pytest.mark.parametrize(
    ("change", "place", "online"),
    [
        ({}, True, False),
        ({**ZOOM}, True, True),
        ({**ZOOM, "attendance_option": "online"}, False, True),
        ({**ZOOM, "attendance_option": "hybrid"}, True, True),
        ({**ZOOM, "attendance_option": "in_person"}, True, False),
        ({**ZOOM, "types": ["ONL", "TC"]}, False, True),
        ({**ZOOM, "approximate": "yes"}, False, True),
        ({**ZOOM, "location": "Zoom"}, False, True),
        ({"approximate": "no"}, True, False),
    ],
)
def test_in_person_online_and_both(change: dict[str, Any], place: bool, online: bool) -> None:
    """An online meeting has no distance, whatever coordinates it carries."""
    entry = one([{**HALL, "latitude": 53.8, "longitude": -1.55, **change}])
    assert (entry.venue is not None, entry.online is not None) == (place, online)
    assert entry.online is None or not change.get("conference_url_notes") or entry.online.passcode == "4321"
    assert "4321" not in entry.notes


@pytest.mark.parametrize(
    ("change", "how_long"),
    [
        ({"attendance_option": "inactive"}, "for now"),
        ({"types": ["TC"], "notes": "Closed until further notice."}, "for now"),
        (
            {"types": ["TC"], "notes": "The hall is shut until 5 January 2027. Call before."},
            "until 5 January 2027",
        ),
    ],
)
def test_what_is_closed_for_now_is_left_out_and_not_wrong(change: dict[str, Any], how_long: str) -> None:
    """It is reported, with the day where the list says one, and does not make the import fail."""
    reading = read([{**HALL, **change}, {**HALL, "slug": "other"}])
    assert len(reading.entries) == 1
    assert reading.rejected == ()
    assert reading.left_out[0].why == f"it is marked as closed {how_long}"


def test_ids_that_are_numbers_missing_or_shared() -> None:
    """A slug may be an int; without one the group is known by what it is."""
    assert one([{**HALL, "slug": 42}]).key == "42"
    nameless = {k: v for k, v in HALL.items() if k != "slug"}
    assert one([nameless]).key == one([{**nameless, "notes": "new"}]).key


def test_unsafe_links_and_markup_in_meeting_guide() -> None:
    """The link is dropped and said, the name has no tags, payment handles and contacts are never read."""
    row = {
        **HALL,
        "name": "<b>Hope</b> &amp; Joy",
        "conference_url": "javascript:alert(1)",
        "venmo": "@sam",
        "email": "x@y.z",
    }
    reading = read([row])
    assert reading.entries[0].name == "Hope & Joy"
    assert reading.entries[0].online is None
    assert reading.changed_on_the_way[0].why == "an unsafe link to join was dropped"
    assert "sam" not in repr(reading.entries[0])


def test_a_town_of_another_country_is_not_ours() -> None:
    """Edmonton in Alberta is not Edmonton in London, nor in Kentucky."""
    row = {
        "name": "Hope",
        "day": 1,
        "time": "19:00",
        "address": "10815 76 Avenue, Edmonton, Alberta, T6E 1M1, Canada",
    }
    assert read([row], zone="America/Edmonton").rejected[0].why.startswith("no place")


def archive(*names: str) -> bytes:
    """A zip that holds files of these names."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it is empty"),
        (b"  \r\n ", "it is empty"),
        (b"<!DOCTYPE html><title>Just a moment...</title>", "web page"),
        (b"[]", "no rows"),
        (b'{"meetings": []}', "no rows"),
        (b'{"total_items": 0, "contents": []}', "no rows"),
        (b'{"error": "unauthorised", "fields": []}', "no list of meetings"),
        (b"null", "no list of meetings"),
        (b'"[{}]"', "no list of meetings"),
        (b"{}", "no list of meetings"),
        (b'[{"name": "Hope"', "it ends in the middle"),
        (b'[{"name": "Ho', "it ends in the middle"),
        (b'[{"name": "Hope"},', "it ends in the middle"),
        (b'[{"name": tr', "it ends in the middle"),
        (b'[{"name": Hope}]', "a value in it cannot be read"),
        (b'Name,Day,Time\nHope,Mon,7pm\n"Tea,Tue,7pm\nLate,Fri,7pm\n', "a quotation mark in row 3 is never"),
        (b'Name,Day\n"Hope,' + b"x" * 1_100_000 + b"\nLate,Fri\n", "a quotation mark in row 2 is never"),
        (b'[{"name": "Hope"}] trailing', "not whole JSON"),
        (b'[{"name": "Hope"}, {"name": "Joy"}, {"na', "it ends in the middle, after row 2"),
        (b'{"formats": [1, 2, 3], "meetings": [{"name": "Hope"}, {"name": Joy}]}', "read, after row 1"),
        (b'[{"name": "Hope"},]', "a value in it cannot be read, after row 1"),
        (b'{"meetings": [{"name": "Hope"}],}', "a value in it cannot be read"),
        (b"%PDF-1.4\n1 0 obj", "it is a PDF, not a list: save"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"{\\rtf1 Hope}", "a text document"),
        (archive("word/document.xml"), "a Word document"),
        (archive("mimetype", "content.xml"), "an OpenDocument file"),
        (archive("readme.txt"), "an archive"),
        (archive("xl/workbook.xml")[:-20], "it is packed and cannot be unpacked whole"),
        (b"[" * 100_000, "not whole JSON"),
        (b"hello\nworld\n", "no header row"),
        (b"Day,Time\nMon,7pm\n", "no header row"),
        (b"Name,Day\n", "no rows"),
    ],
)
def test_what_is_no_listing_is_said(raw: bytes, why: str) -> None:
    """A failed download never passes for an empty list."""
    reading = read_source(raw, "auto", programme="aa", zone="Europe/London", places=PLACES)
    assert isinstance(reading, NoReading)
    assert why in reading.why


def test_a_cell_of_several_lines_is_one_cell() -> None:
    """A closed quotation in the last row, and signs that other programs take for the end of a line."""
    raw = (
        'Name,Day,Time,Postcode,Notes\nHope,Mon,7pm,LS2 9JT,a\u2028b\x0bc\nLate,Fri,7pm,LS2 9JT,"one\ntwo"\n'
    )
    reading = read_source(raw.encode(), "auto", programme="aa", zone="Europe/London", places=PLACES)
    assert isinstance(reading, Reading)
    assert (len(reading.entries), reading.rows) == (2, 2)


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**20),
    st.floats(),
    st.text(max_size=30),
    st.lists(st.integers(), max_size=2),
)
rows = st.dictionaries(
    st.sampled_from([*HALL, "types", "latitude", "longitude", "attendance_option", "notes"]), cells
)


@settings(max_examples=150)
@given(st.lists(rows, max_size=4))
def test_no_rows_break_it_and_none_is_lost(content: list[dict[str, Any]]) -> None:
    """Every row ends up taken, rejected or left out, with its reason."""
    raw = json.dumps(content).encode()
    reading = read_source(raw, "meeting-guide", programme="aa", zone="Europe/London", places=PLACES)
    if isinstance(reading, Reading):
        assert reading.rows == len(content)
        assert all(one.why for one in reading.rejected + reading.left_out)


@settings(max_examples=150)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    st.sampled_from(["auto", "csv"]),
)
def test_no_file_breaks_it(raw: bytes, form: Format) -> None:
    """Whatever the bytes, the answer is a reading or a reason."""
    header = b"Name,Day,Time,Postcode\n"
    for content in (raw, header + raw):
        answer = read_source(content, form, programme="aa", zone="Europe/London", places=PLACES)
        assert isinstance(answer, Reading | NoReading)
