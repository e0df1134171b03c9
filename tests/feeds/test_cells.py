"""Cells of real listings: days, times, lengths, dates, markup, links, personal data, irregular weeks."""

import contextlib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.directory.flags import TAGS
from bot.domain.directory.links import safe_link
from bot.feeds.files import SourceFile
from bot.feeds.joining import without_rooms
from bot.feeds.parts import Broken
from bot.feeds.personal import cleared
from bot.feeds.regularity import check_first, rule_of
from bot.feeds.text import is_web_page, plain, several
from bot.feeds.times import Unclear, date_of, days_of, length, minutes_of, times_of
from bot.feeds.types import KNOWN_TAGS, tags_in_name, tags_of
from bot.feeds.venues import number


def text_of(raw: bytes) -> str:
    """What a file of these bytes says."""
    with SourceFile(raw).text() as text:
        return text.read()


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("Monday", [0]),
        ("tues", [1]),
        ("Thurs", [3]),
        ("WEDNESDAYS", [2]),
        ("Sat & Sun", [5, 6]),
        ("Mon, Wed, Fri", [0, 2, 4]),
        ("Mon-Fri", [0, 1, 2, 3, 4]),
        ("Friday to Monday", [0, 4, 5, 6]),
        ("Daily", [0, 1, 2, 3, 4, 5, 6]),
        ("weekdays", [0, 1, 2, 3, 4]),
        ("2nd and 4th Thursday", [3]),
        ("We", [2]),
        ("Mo, We/Su", [0, 2, 6]),
        (["Monday", "Friday"], [0, 4]),
        ("", []),
        (None, []),
    ],
)
def test_days_by_name(cell: object, days: list[int]) -> None:
    """Monday is 0, whatever the spelling."""
    assert days_of(cell, sunday_is_zero=False) == days


@pytest.mark.parametrize(
    ("cell", "days"), [(0, [6]), (1, [0]), ("3", [2]), ("1, 3", [0, 2]), ([0, 6], [5, 6]), ("5.0", [4])]
)
def test_days_by_number_count_from_sunday_in_meeting_guide(cell: object, days: list[int]) -> None:
    """0 is Sunday there; in an operator's sheet a number is nobody's day."""
    assert days_of(cell, sunday_is_zero=True) == days
    if not isinstance(cell, list):
        with pytest.raises(Unclear):
            days_of(cell, sunday_is_zero=False)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("19:00", 1140, None),
        ("19:00:00", 1140, None),
        ("7:15 PM", 1155, None),
        ("8:00", 480, None),
        ("7.30pm", 1170, None),
        ("730pm", 1170, None),
        ("1030 a.m.", 630, None),
        ("1899-12-30 19:00", 1140, None),
        ("2026-01-01T19:00:00", 1140, None),
        ("7 p.m.", 1140, None),
        ("1930", 1170, None),
        ("1930hrs", 1170, None),
        ("19h30", 1170, None),
        ("Noon", 720, None),
        ("12 noon", 720, None),
        ("midnight", 0, None),
        ("12:30 am", 30, None),
        ("12pm", 720, None),
        ("24:00", 0, None),
        ("19:30 pm", 1170, None),
        ("19:00-20:30", 1140, 1230),
        ("7-8.30pm", 1140, 1230),
        ("7pm to 8.30pm", 1140, 1230),
        ("10am – 12 noon", 600, 720),
        ("By appointment", None, None),
        (None, None, None),
        ("", None, None),
        (0.8125, 1170, None),
        (0.5, 720, None),
    ],
)
def test_times(cell: object, start: int | None, end: int | None) -> None:
    """Every form seen in feeds, in minutes after midnight; without am or pm it is the 24-hour clock."""
    assert times_of(cell) == (start, end)


@pytest.mark.parametrize(
    "cell", ["7", "25:00", "19:75", "7ish", "evening", "tbc", "1:2:3:4", "775pm", "7300pm"]
)
def test_unclear_times_are_not_guessed(cell: str) -> None:
    """A bare 7 may be morning or evening: the row is rejected with these words in it."""
    with pytest.raises(Unclear, match=cell):
        times_of(cell)


@pytest.mark.parametrize("cell", ["7\x1b[2Jish", "\x1b]0;7ish\x07", "7\u202eish", "7\ud800ish"])
def test_what_is_quoted_of_a_cell_can_be_printed(cell: str) -> None:
    """A terminal would obey it, or could not write it."""
    with pytest.raises(Unclear) as unclear:
        times_of(cell)
    assert str(unclear.value).isprintable()
    assert "7" in str(unclear.value)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("1hr 15mins", 75),
        ("1hr ", 60),
        ("1hr", 60),
        ("90", 90),
        ("1.5 hours", 90),
        ("01:30", 90),
        ("45 min", 45),
        ("1h30", 90),
        ("2 hours and 5 minutes", 125),
        ("-1hr", None),
        ("-11hr ", None),
        ("0", None),
        ("999", None),
        ("long", None),
        (None, None),
    ],
)
def test_lengths(cell: object, minutes: int | None) -> None:
    """Nonsense is no length rather than a wrong one."""
    assert minutes_of(cell) == minutes


def test_an_end_before_the_start_is_after_midnight() -> None:
    """23:00 to 00:30 is ninety minutes; the same time twice says nothing."""
    assert length(23 * 60, 30) == 90
    assert length(600, 600) is None


def test_dates_are_british_or_american_by_their_source() -> None:
    """05/08 is August here and May there; what is no date is none."""
    assert date_of("05/08/2026", day_first=True) == date(2026, 8, 5)
    assert date_of("5/11/2021 10:11:32 AM", day_first=False) == date(2021, 5, 11)
    assert date_of("2023-08-16 22:06:12", day_first=True) == date(2023, 8, 16)
    assert date_of("5 Aug 2026", day_first=True) == date(2026, 8, 5)
    assert date_of("31/02/2026", day_first=True) is None
    assert date_of("soon", day_first=True) is None


def test_bytes_of_any_spreadsheet_become_text() -> None:
    """UTF-8 with or without its mark, UTF-16, and Windows-1252 with its own apostrophes and dashes."""
    assert text_of("café".encode()) == text_of("café".encode("utf-8-sig")) == "café"
    assert text_of("\ufeffcafé".encode("utf-16-le")) == "café"
    assert text_of("Name,Łódź".encode("utf-16-le")) == text_of("Name,Łódź".encode("utf-16-be")) == "Name,Łódź"
    assert text_of("Women’s – café".encode("cp1252")) == "Women’s – café"


def test_markup_and_hidden_signs_are_taken_out() -> None:
    """Scripts with their content, tags, entities, twice escaped, direction signs; a plain "<" stays."""
    assert plain("<b>Hope</b> &amp;amp; Joy<script>alert(1)</script>") == "Hope & Joy"
    assert plain("H&Amp;I \u202eevil\u200b \x00x") == "H&I evil x"
    assert plain("under 5 < 10 people") == "under 5 < 10 people"
    assert several("one<br>two<p>three</p>four") == "one\ntwo\nthree\nfour"
    assert several("<h2>When</h2>Mondays<ul><li>Tea<li>Talk</ul>Free") == "When\nMondays\nTea\nTalk\nFree"
    assert plain(True) == plain(None) == plain({"a": 1}) == ""
    assert len(plain("x" * 5000)) == 200


def test_a_web_page_is_not_data() -> None:
    """A challenge or error page saved in place of the file."""
    assert is_web_page("\n<!DOCTYPE html><title>Just a moment...</title>")
    assert not is_web_page("Name,Day\n<b>x</b>,Monday")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://192.168.1.1/admin",
        "http://localhost/",
        "http://router.local/",
        "https://user:pass@zoom.us/",
        "https://zoom.us:8443/",
        "https://us04web.us/j/1",
        "https://exa mple.org",
        'https://example.org/"onclick',
        "https://[broken",
        "zoom",
        "",
    ],
)
def test_unsafe_links_are_dropped(link: str) -> None:
    """Nothing that runs, nothing on a private network, nothing in disguise."""
    assert safe_link(link) == ""


def test_public_links_are_kept() -> None:
    """With their scheme, or https when they have none."""
    assert safe_link("https://zoom.us/j/1?pwd=x") == "https://zoom.us/j/1?pwd=x"
    assert safe_link("www.example.org/groups") == "https://www.example.org/groups"


def test_personal_data_leaves_the_notes() -> None:
    """A sentence with a phone number, an address or a payment handle goes, names and all; the rest stays."""
    notes = "Ring the bell. Contact Sam on 07700 900123. Tea is free.\nMail sam@example.org\nVenmo @sam-s"
    assert cleared(notes).notes == "Ring the bell. Tea is free."


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ("Zoom ID: 123 4567 8901\nPasscode: 98765", "ID 123 4567 8901, 98765"),
        ("Password is abc123.", "abc123"),
        ("pwd=hunter2", "hunter2"),
        ("Meeting ID 987654321 and PIN 4321", "ID 987654321, 4321"),
        ("Door code: 4471", "4471"),
        ("Zoom as well. P/w: proud", "proud"),
        ("PMI: 8123456789 p/w 1234.", "ID 8123456789, 1234"),
        ("Our dress code is casual", ""),
        ("No password needed", ""),
    ],
)
def test_passcodes_are_kept_apart(notes: str, code: str) -> None:
    """They are secrets: out of the notes, and in a place of their own."""
    found = cleared(notes)
    assert found.passcode == code
    assert not code or not any(part in found.notes for part in code.split(", "))


@pytest.mark.parametrize(
    ("notes", "shown", "code"),
    [
        ("Dial-In-passcode:\n\n424242 Speaker on Sunday", "Speaker on Sunday", "424242"),
        ("Tea.\nMeeting ID\n812 345 678\nRing", "Tea.\nRing", "ID 812 345 678"),
        ("Passcode\nRing the bell", "Passcode\nRing the bell", ""),
        (",\n***", "", ""),
    ],
)
def test_a_code_on_the_line_below_its_word_is_one_too(notes: str, shown: str, code: str) -> None:
    """Seen in an Al-Anon feed: what stood around it stays, and a line of commas says nothing."""
    found = cleared(notes)
    assert (found.notes, found.passcode) == (shown, code)


@pytest.mark.parametrize(
    "link",
    [
        "https://us02web.zoom.us/j/81234567890?pwd=aGFzaA",
        "https://meet.google.com/abc-defg-hij",
        "https://teams.microsoft.com/l/meetup-join/19%3a",
        "https://whereby.com/room",
        "https://app.gotomeeting.com/join/123",
        "HTTPS://ZOOM.US/J/81234567890",
    ],
)
def test_a_link_to_a_room_leaves_the_notes(link: str) -> None:
    """Whoever asks to join gets it; the mark in the link is no passcode that anybody types. Others stay."""
    assert without_rooms({"name": f"Friday {link}"}) == ({"name": "Friday"}, link)
    found = cleared(f"Ring. Zoom: {link}. Tea after. See https://example.org/zoom")
    assert (found.notes, found.passcode, found.room) == (
        "Ring. Tea after. See https://example.org/zoom", "", link,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "2nd and 4th Thursday",
        "4th Thursdays",
        "last Friday of the month",
        "First Monday of each month",
        "every other Tuesday",
        "fortnightly",
        "Not on bank holidays",
        "No meetings on Bank Holidays",
        "term time only",
        "1st & 3rd week",
        "monthly",
        "Closed until 5 January",
        "Not meeting in August until 3rd September",
        "Temporarily Cancelled",
        "Currently closed",
        "Every Tuesday except the 2nd",
        "Closed in August",
        "Not in July or August",
        "twice a month",
        "odd weeks",
        "Closed over Christmas",
        "summer only",
    ],
)
def test_irregular_weeks_are_noticed(words: str) -> None:
    """Whoever goes should check first."""
    assert check_first("", f"Tea at seven. {words}. Ring the bell.") == words.rstrip(".")


@pytest.mark.parametrize(
    "words",
    [
        "First Things First",
        "Step 1",
        "4th floor",
        "Monday Nights",
        "second door left",
        "Closed until 7pm",
        "A closed meeting",
        "Closed AA meeting in the Summer Lane church",
        "evening weeks",
        "Not on the second floor",
        "",
    ],
)
def test_ordinary_words_are_not_irregular(words: str) -> None:
    """Names and directions hold numbers too."""
    assert check_first(words) == ""


@pytest.mark.parametrize(
    ("day", "words", "rule"),
    [
        (3, "1st and 3rd Thursday", "BYDAY=1TH,3TH"),
        (3, "2nd & 4th Thursdays of the month", "BYDAY=2TH,4TH"),
        (4, "last Friday", "BYDAY=-1FR"),
        (4, "First and last Fri only", "BYDAY=1FR,-1FR"),
        (0, "5th Monday", "BYDAY=5MO"),
    ],
)
def test_certain_words_become_a_rule(day: int, words: str, rule: str) -> None:
    """In the column for the day or for how often; in notes, as a sentence that says when they meet."""
    assert rule_of(day, words, "", "") == rule_of(day, "", words, "") == f"FREQ=MONTHLY;{rule}"
    assert rule_of(day, "", "", f"Ring. Meets {words}.") == f"FREQ=MONTHLY;{rule}"


@pytest.mark.parametrize(
    ("column", "notes"),
    [
        ("every other Thursday", ""),
        ("fortnightly", ""),
        ("Thursdays, not on bank holidays", ""),
        ("2nd Friday", ""),
        ("", "Speaker last Thursday of the month."),
        ("", "Open meeting 1st Thursday"),
    ],
)
def test_uncertain_words_are_no_rule(column: str, notes: str) -> None:
    """Nobody can say which Thursday is the other one; another day, or what happens then, is no rule."""
    assert rule_of(3, column, "", notes) == rule_of(3, "", column, notes) == ""
    assert check_first(column, notes)


def test_codes_mean_what_their_programme_means() -> None:
    """POA is parents in Al-Anon and a court paper in AA; names and lists in any form mean the same."""
    assert tags_of("al-anon", ["POA"]) == {"parents"}
    assert tags_of("aa", ["POA"]) == frozenset()
    assert tags_of("aa", "O, W") == tags_of("aa", ["[open]", "Women"]) == tags_of("x", [["O"], "women"])
    assert tags_of("aa", None) == tags_of("aa", {"O": 1}) == tags_of("aa", True) == frozenset()


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("Women'S Discussion", {"women"}),
        ("Mens Stag", {"men"}),
        ("Men and Women of Leeds", set()),
        ("Islington LGBTQ+ Newcomers", {"lgbtq", "newcomers"}),
        ("Mentors", set()),
    ],
)
def test_a_name_says_whom_it_is_for(name: str, tags: set[str]) -> None:
    """Feeds leave out the tag; nobody is sent to a door that is not for them."""
    assert tags_in_name(name) == tags


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(), max_size=3)
)


@given(anything)
@example(10**400)
@example("²")
def test_no_cell_breaks_anything(cell: object) -> None:
    """Whatever stands in a cell, it is read, or Unclear, and nothing else."""
    for read in (times_of, lambda c: days_of(c, sunday_is_zero=True)):
        with contextlib.suppress(Unclear):
            read(cell)
    minutes_of(cell)
    date_of(cell, day_first=True)
    tags_of("aa", cell)
    text = several(cell)
    cleared(text)
    check_first(text)
    safe_link(plain(cell))
    number(cell)
    text.encode("utf-8")


@given(st.binary(max_size=200))
def test_no_bytes_break_decoding(raw: bytes) -> None:
    """Any file has a text."""
    try:
        assert isinstance(text_of(raw), str)
    except Broken:
        assert raw[:2] == b"\x1f\x8b"


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("Edinburgh Polish Speaking", {"language_pl"}),
        ("Farsi Meeting", {"language_fa"}),
        ("Levántate (en español)", {"language_es"}),
        ("Spanish Group", {"language_es"}),
        ("Sunday Welsh-language Meeting", {"language_cy"}),
        ("Irish Speakers", {"language_ga"}),
        ("Grŵp Caerdydd, yn Gymraeg", {"language_cy"}),
        ("Clapham (Portuguese)", {"language_pt"}),
        ("Punjabi Meeting", {"language_pa"}),
        ("Ealing Persian Group", {"language_fa"}),
        ("Группа Надежда по-русски", {"language_ru"}),
        ("Надія, українською", {"language_uk"}),
        ("Lithuanian Group", {"language_lt"}),
        ("Réunion en français", {"language_fr"}),
        ("Italian speaking", {"language_it"}),
        ("Gruppe Mut auf Deutsch", {"language_de"}),
        ("Southall Hindi Meeting", {"language_hi"}),
        ("Polish Hill", set()),
        ("French Quarter", set()),
        ("Don Quixote Meeting", set()),
        ("Kilburn Irish Group", set()),
        ("Welsh Street Group", set()),
        ("German Meeting House", set()),
        ("Not Polish speaking", set()),
        ("English and Polish speaking", set()),
    ],
)
def test_a_language_in_a_name(name: str, tags: set[str]) -> None:
    """Only where it says that it is spoken, and no English beside it."""
    assert tags_in_name(name) == tags
    assert tags <= set(TAGS), "a search knows each"


def test_a_search_knows_every_language_that_a_list_names() -> None:
    """Whoever does not speak it is shown others first."""
    assert {tag for tag in KNOWN_TAGS if tag.startswith("language_")} <= set(TAGS)


def test_formats_of_british_lists() -> None:
    """Open to addicts only is closed."""
    assert tags_of("na", "Open to addicts only,Basic Text,Topic") == {"closed", "book", "discussion"}
