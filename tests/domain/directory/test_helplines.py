"""Helplines: what is pinned stays pinned, open means open, and nobody is left without a number."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.library.helplines import load_helplines
from bot.domain.directory.bank_holidays import easter_sunday, is_bank_holiday
from bot.domain.directory.helpline_form import BrokenHelplines, read_helplines
from bot.domain.directory.helplines import (
    Helplines,
    Line,
    fingerprint,
    first_open,
    lines_for,
    number_facts,
    open_now,
    spoken,
    with_checks,
)
from bot.domain.directory.hours import Closed, Open, Unsure

DATA = Path(__file__).parents[3] / "data"
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

LOCAL = {"unknown": {"hospital": "a hospital", "silent_call": "", "doctor_line": "a doctor"}}
PINS = {
    area: {
        role: {"say": "999", "lines": ["gb-999"]}
        for role in ("emergency", "crisis", "mental", "abuse", "child")
    }
    for area in ("unknown", "GB", "IE", "US")
}
E999 = {
    "id": "gb-999",
    "name": "Emergency services",
    "areas": ["GB"],
    "topics": ["emergency"],
    "channels": [{"call": "999"}],
    "hours": "always",
    "cost": "free",
    "url": "",
    "source": "a page",
    "source_date": None,
    "grade": "A",
    "verified_on": None,
}


@pytest.fixture(scope="module")
def helplines() -> Helplines:
    """The file as it is shipped."""
    return load_helplines(DATA)


def made(**line: object) -> Line:
    """A line called x with these keys."""
    file = {
        "date": date(2026, 11, 21),
        "pinned": PINS,
        "local": LOCAL,
        "gaps": [],
        "lines": [E999, {**E999, "id": "x", **line}],
    }
    return read_helplines(file).by_id["x"]


@pytest.mark.parametrize(
    ("country", "nation"),
    [
        ("", ""),
        ("GB", ""),
        ("GB", "GB-SCT"),
        ("GB", "GB-NIR"),
        ("IE", ""),
        ("US", ""),
        ("FR", ""),
        ("IE", "GB-SCT"),
    ],
)
def test_everybody_is_given_every_number(helplines: Helplines, country: str, nation: str) -> None:
    """Whatever is known of where someone is, each of the six lines has a number; all facts are one line."""
    facts = number_facts(helplines, country, nation, NIGHT)
    lines = {"emergency", "crisis_line", "mental_line", "abuse_line", "child_line", "open_line"}
    assert set(facts) == lines | {"mental_also", "hospital", "silent_call", "doctor_line"}
    assert all(any(sign.isdigit() for sign in facts[line]) for line in lines)
    assert all("\n" not in said for said in facts.values())
    assert facts["hospital"]
    assert facts["doctor_line"]


def test_a_line_that_a_place_has_not_is_left_out(helplines: Helplines) -> None:
    """Pressing 55 is for the UK; where the mental health line is the crisis line, it comes once."""
    home, ireland, states = (
        number_facts(helplines, country, nation, NIGHT)
        for country, nation in (("GB", "GB-NIR"), ("IE", ""), ("US", ""))
    )
    assert "55" in home["silent_call"]
    assert (ireland["silent_call"], states["silent_call"]) == ("", "")
    assert (ireland["mental_also"], states["mental_also"]) == ("", "")
    assert home["mental_also"] == home["mental_line"]
    assert [facts["hospital"] for facts in (home, ireland, states)] == [
        "A&E", "a hospital emergency department", "an emergency room"
    ]  # fmt: skip


def test_an_unknown_country_gets_the_three_emergency_numbers(helplines: Helplines) -> None:
    """Nobody guesses a country for somebody in danger."""
    assert number_facts(helplines, "", "", NIGHT)["emergency"] == "UK 999 · Ireland 112 · US 911"


def test_an_unknown_nation_gets_what_holds_everywhere(helplines: Helplines) -> None:
    """The rule of safety.md for people in the UK whose nation nobody knows."""
    facts = number_facts(helplines, "GB", "", NIGHT)
    assert facts["mental_line"] == "111, mental health option (Northern Ireland: 0808 808 8000)"
    assert "116 123" in facts["crisis_line"]


def test_a_nation_has_its_own_lines(helplines: Helplines) -> None:
    """Someone in Scotland is not sent to England's line."""
    assert "0800 027 1234" in number_facts(helplines, "GB", "GB-SCT", NIGHT)["abuse_line"]
    drugs = [line.id for line in lines_for(helplines, "drugs", "GB", "GB-SCT", AFTERNOON)]
    assert "gb-frank" not in drugs


def test_danger_lines_are_pinned_and_not_ranked(helplines: Helplines) -> None:
    """Crisis lines come in the file's order at any hour; others follow by who answers now."""
    for at in (NIGHT, AFTERNOON):
        assert [x.id for x in lines_for(helplines, "crisis", "GB", "GB-ENG", at)][:2] == [
            "gb-samaritans",
            "gb-shout",
        ]
    drugs = lines_for(helplines, "drugs", "GB", "GB-ENG", NIGHT)
    kinds = [(Open, Unsure, Closed).index(type(open_now(line, NIGHT))) for line in drugs]
    assert kinds == sorted(kinds)


def test_lines_for_families_are_for_families(helplines: Helplines) -> None:
    """Someone who drinks is not given Al-Anon's line, their partner is."""
    assert "gb-alanon" not in [x.id for x in lines_for(helplines, "alcohol", "GB", "", AFTERNOON)]
    assert lines_for(helplines, "family", "GB", "", AFTERNOON)[0].id == "gb-alanon"


def test_somebody_always_answers(helplines: Helplines) -> None:
    """At three in the morning a topic whose own lines sleep falls back to the crisis line."""
    line = first_open(helplines, "debt", "GB", "GB-ENG", NIGHT)
    assert line is not None
    assert spoken(line) == "Samaritans 116 123"


def test_open_now_follows_the_zone_of_the_line(helplines: Helplines) -> None:
    """10:00 to midnight in London is nine to eleven o'clock UTC in summer; texts know when it closes."""
    na = helplines.by_id["gb-na"]
    summer = datetime(2026, 7, 7, 22, 30, tzinfo=UTC)
    assert open_now(na, summer) == Open(until=datetime(2026, 7, 7, 23, 0, tzinfo=UTC))
    assert open_now(na, summer + timedelta(minutes=30)) == Closed(
        opens=datetime(2026, 7, 8, 9, 0, tzinfo=UTC)
    )


def test_past_midnight_belongs_to_the_day_before() -> None:
    """A line open Friday 22:00 to 02:00 is open on Saturday at one, not on Friday at one."""
    line = made(hours={"fri": ["22:00-02:00"]})
    assert isinstance(open_now(line, datetime(2026, 11, 28, 1, 0, tzinfo=UTC)), Open)
    assert isinstance(open_now(line, datetime(2026, 11, 27, 1, 0, tzinfo=UTC)), Closed)


def test_evenings_that_run_on_are_one_evening() -> None:
    """20:00-24:00 and then 00:00-02:00 is open until two."""
    line = made(hours={"fri": ["20:00-24:00"], "sat": ["00:00-02:00"]})
    until = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    assert open_now(line, datetime(2026, 11, 27, 21, 0, tzinfo=UTC)) == Open(until)


def test_bank_holidays_are_said_when_nobody_knows() -> None:
    """Christmas Day: unknown is said, closed is closed, and 24/7 is 24/7."""
    christmas = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    hours = {"daily": ["09:00-17:00"]}
    assert open_now(made(hours=hours), christmas) == Unsure("bank_holiday")
    assert isinstance(open_now(made(hours=hours, bank_holidays="closed"), christmas), Closed)
    assert isinstance(open_now(made(hours=hours, bank_holidays="same"), christmas), Open)
    assert open_now(made(hours="always"), christmas) == Open()


def test_a_line_is_as_open_as_its_best_channel() -> None:
    """A closed phone with an open chat is open; a website is nobody."""
    channels = [{"call": "0800"}, {"chat": "https://example.org", "hours": "always"}]
    assert open_now(made(hours={"mon": ["09:00-10:00"]}, channels=channels), NIGHT) == Open()
    assert open_now(made(channels=[{"web": "https://example.org"}]), NIGHT) == Unsure("hours")


def test_old_ordinary_lines_hide_and_crisis_lines_stay(helplines: Helplines) -> None:
    """180 days after the last check an ordinary line is gone; crisis lines are never hidden."""
    later = datetime(2027, 6, 1, 15, 0, tzinfo=UTC)
    assert lines_for(helplines, "debt", "GB", "", later) == []
    assert "gb-calm" in [x.id for x in lines_for(helplines, "crisis", "GB", "", later)]


def test_a_check_counts_while_the_facts_stay(helplines: Helplines) -> None:
    """A coordinator's check keeps a line on show; after the number changed it no longer speaks for it."""
    line = helplines.by_id["gb-stepchange"]
    day = date(2027, 5, 30)
    checked = with_checks(helplines, {line.id: (fingerprint(line), day)})
    assert checked.by_id[line.id].verified_on == day
    assert with_checks(helplines, {line.id: ("other", day)}).by_id[line.id].verified_on is None


def test_the_shipped_file_grades_and_dates_everything(helplines: Helplines) -> None:
    """Only A and B, nothing marked as checked by us, every source named."""
    assert len(helplines.lines) > 50
    for line in helplines.lines:
        assert line.grade in {"A", "B"}
        assert line.verified_on is None
        assert line.source
    assert {gap.area for gap in helplines.gaps} >= {"IE", "US", "GB"}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"hours": {"mon": ["9-5"]}}, "lines.x.hours"),
        ({"hours": {"someday": ["09:00-10:00"]}}, "lines.x.hours"),
        ({"channels": [{"call": 999}]}, "lines.x.channels"),
        ({"telephone": "999"}, "lines.x.telephone"),
        ({"topics": ["drink"]}, "lines.x.topics"),
        ({"channels": [{"call": "999", "text": "999"}]}, "lines"),
    ],
)
def test_a_wrong_entry_is_named(change: dict[str, object], where: str) -> None:
    """Whoever edits the file is told which line and key is wrong."""
    with pytest.raises(BrokenHelplines) as caught:
        made(**change)
    assert caught.value.problems[0][0].startswith(where)


def test_a_card_names_no_number_that_no_line_has() -> None:
    """A slip in a pinned text is caught before anybody dials it."""
    pins = {**PINS, "GB": {**PINS["GB"], "crisis": {"say": "Samaritans 116 132", "lines": ["gb-999"]}}}
    with pytest.raises(BrokenHelplines, match=r"pinned\.GB\.crisis: 116 132"):
        read_helplines(
            {"date": date(2026, 11, 21), "pinned": pins, "local": LOCAL, "gaps": [], "lines": [E999]}
        )


@pytest.mark.parametrize("area", ["unknown", "GB", "IE", "US"])
@pytest.mark.parametrize("role", ["emergency", "crisis", "mental", "abuse", "child"])
def test_no_country_lacks_a_line_of_a_card(area: str, role: str) -> None:
    """Whatever a card may show, every country has one."""
    pins = {**PINS, area: {name: pin for name, pin in PINS[area].items() if name != role}}
    with pytest.raises(BrokenHelplines, match=f"pinned.{area}: {role} is missing"):
        read_helplines(
            {"date": date(2026, 11, 21), "pinned": pins, "local": LOCAL, "gaps": [], "lines": [E999]}
        )


def test_bank_holidays_fall_where_governments_put_them() -> None:
    """Known dates: the moved Christmas of 2027, Scotland's second of January, St Brigid, Thanksgiving."""
    assert easter_sunday(2026) == date(2026, 4, 5)
    assert is_bank_holiday(date(2027, 12, 27), "GB", "GB-ENG")
    assert is_bank_holiday(date(2027, 12, 28), "GB", "GB-ENG")
    assert is_bank_holiday(date(2022, 1, 3), "GB", "GB-SCT")
    assert is_bank_holiday(date(2022, 1, 4), "GB", "GB-SCT")
    assert not is_bank_holiday(date(2026, 4, 6), "GB", "GB-SCT")
    assert is_bank_holiday(date(2026, 7, 13), "GB", "GB-NIR")
    assert is_bank_holiday(date(2026, 2, 2), "IE")
    assert is_bank_holiday(date(2026, 11, 26), "US")
    assert is_bank_holiday(date(2026, 7, 3), "US")
    assert not is_bank_holiday(date(2026, 7, 4), "FR")
