"""The data map: it and the database say the same, and it promises nothing that can't be kept."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keeping.data_map import Column, complaints, cutoff, read_data_map

DATABASE = [
    Column("note", "id", nullable=False, binary=False),
    Column("note", "person_id", nullable=False, binary=False),
    Column("note", "body", nullable=False, binary=True),
    Column("note", "written_at", nullable=False, binary=False),
]
GOOD = """
note:
  holds: What a coach wrote down.
  kept: {setting: coach_notes_months, since: written_at}
  columns:
    id: {for: Numbers the rows., is: plain}
    person_id: {for: About whom., is: id, leads_to: person}
    body: {for: What was written., is: sealed}
    written_at: {for: When., is: personal}
"""


def said(text: str) -> list[str]:
    return complaints(read_data_map(text), DATABASE, {"coach_notes_months"})


def test_a_map_that_fits_has_no_complaints() -> None:
    """Every column is there, and every promise can be kept."""
    assert said(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "    body: {for: What was written., is: sealed}\n",
            "",
            "note.body is not in data/data-map.yaml: say what",
        ),
        (
            "    body:",
            "    text: {for: Nothing., is: plain}\n    body:",
            "note.text is in data/data-map.yaml and not",
        ),
        ("is: sealed", "is: personal", "note.body is bytes and listed as personal"),
        ("When., is: personal", "When., is: sealed", "note.written_at is words and listed as sealed"),
        (
            "is: id, leads_to: person",
            "is: plain",
            "note says something about people, and no column leads to them",
        ),
        ("leads_to: person", "leads_to: persom", "note.person_id leads to persom, which is no table"),
        (
            "leads_to: person",
            "leads_to: person, erased: emptied",
            "note.id would go with its row, and rows of",
        ),
        ("is: plain}", "is: id}", "note.id is listed as id, and leads to nobody"),
        ("is: sealed", "is: sealed, erased: stays", "note.body says something about a person and would stay"),
        (
            "setting: coach_notes_months",
            "setting: coach_notes",
            "note is kept for privacy.coach_notes, which is no",
        ),
        ("since: written_at", "since: written", "note is kept since written, which is no column it can find"),
        (
            "since: written_at",
            "since: person.name",
            "note is kept since person.name, which is no column it can",
        ),
        ("setting: coach_notes_months, ", "", "note is kept for days or for a setting, one of the two"),
        (
            "kept: {setting: coach_notes_months, since: written_at}",
            "kept: always",
            "note says something about people and would be kept for ever",
        ),
    ],
)
def test_what_does_not_fit_is_said(old: str, new: str, complaint: str) -> None:
    """Whoever adds a column reads what is missing."""
    assert old in GOOD
    assert any(line.startswith(complaint) for line in said(GOOD.replace(old, new)))


def test_a_word_the_map_does_not_know_is_refused() -> None:
    """A slip in the map must not pass for a rule."""
    with pytest.raises(ValueError, match="erazed"):
        read_data_map(GOOD.replace("is: sealed", "is: sealed, erazed: row"))
    with pytest.raises(yaml.YAMLError):
        read_data_map("note: {")


@pytest.mark.parametrize(
    ("setting", "length", "expected"),
    [
        ("unkept_hours", 24, datetime(2026, 3, 30, 12, tzinfo=UTC)),
        ("free_text_days", 90, datetime(2025, 12, 31, 12, tzinfo=UTC)),
        ("days", 1, datetime(2026, 3, 30, 12, tzinfo=UTC)),
        ("coach_notes_months", 1, datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("events_months", 24, datetime(2024, 3, 28, 12, tzinfo=UTC)),
    ],
)
def test_keeping_times_are_counted_as_people_count(setting: str, length: int, expected: datetime) -> None:
    """Months by the calendar; a day that a month lacks becomes its 28th."""
    assert cutoff(datetime(2026, 3, 31, 12, tzinfo=UTC), setting, length) == expected


@given(st.integers(0, 36_000), st.integers(1, 120))
def test_longer_keeping_reaches_further_back(day: int, months: int) -> None:
    """Never into the future, and never less far for more months."""
    now = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=day)
    assert cutoff(now, "x_months", months + 1) < cutoff(now, "x_months", months) < now
