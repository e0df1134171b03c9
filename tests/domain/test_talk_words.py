"""What Ben types in a talk: what goes to Ana, what only staff may read, and what is about the talk itself."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.library import files
from bot.domain.oncall.contacts import without_contacts
from bot.domain.oncall.note import Note
from bot.domain.oncall.talk_words import (
    AboutTalk,
    AskStaff,
    CoachLine,
    ForPerson,
    Noted,
    Ready,
    Transfer,
    read,
)

GAP = "(left out)"
LINES = ("Samaritans: 116 123, any hour", "Domestic abuse: 0808 2000 247 · https://example.org/chat")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hello Ana", ForPerson("hello Ana")),
        ("that's worth noting", ForPerson("that's worth noting")),
        ("nothing is lost", ForPerson("nothing is lost")),
        ("note: sounds drunk", Noted(Note("sounds drunk"))),
        ("Note he sounds drunk", Noted(Note("he sounds drunk"))),
        ("NOTES - third slip this week", Noted(Note("third slip this week"))),
        ("/note he sounds drunk", Noted(Note("he sounds drunk"))),
        ("(note) he sounds drunk", Noted(Note("he sounds drunk"))),
        ("notr: typing in the dark", Noted(Note("typing in the dark"))),
        ("note:\nfirst\nsecond", Noted(Note("first\nsecond"))),
        ("notes", Noted(None)),
        ("team: what do I say to that?", AskStaff("team", Note("what do I say to that?"))),
        ("ask the team how long", AskStaff("team", Note("how long"))),
        ("Lead, is this one for 999?", AskStaff("lead", Note("is this one for 999?"))),
        ("ask the safety lead now", AskStaff("lead", Note("now"))),
        ("team", AskStaff("team", Note(""))),
        ("transfer to Cora", Transfer("Cora")),
        ("transfer", Transfer("")),
        ("replies", Ready("")),
        ("reply breathe", Ready("breathe")),
        ("End.", AboutTalk("end")),
        ("pass", AboutTalk("pass")),
        ("…", AboutTalk("typing")),
        ("...", AboutTalk("typing")),
        ("help", AboutTalk("help")),
        ("they're safe", AboutTalk("over")),
        ("I need help with this one", AboutTalk("stuck")),
        ("i need help", AboutTalk("stuck")),
        ("can someone take over please", AboutTalk("stuck")),
        ("is there anybody else who can take over?", AboutTalk("stuck")),
        ("i dont know what to say to them", AboutTalk("stuck")),
        ("this is too much for me", AboutTalk("stuck")),
        ("i need help too sometimes", ForPerson("i need help too sometimes")),
        ("i don't know what to say. i'm so sorry", ForPerson("i don't know what to say. i'm so sorry")),
        ("can anyone help with the kids?", ForPerson("can anyone help with the kids?")),
        ("safe?", ForPerson("safe?")),
    ],
)
def test_what_a_line_is(typed: str, meant: CoachLine) -> None:
    """Written on a phone at three in the morning, with and without colons, slashes and capitals."""
    assert read(typed) == meant


def test_an_edit_makes_no_end_of_a_talk_and_a_note_is_one_all_the_same() -> None:
    """Ben changes a line that Ana has read into "note: …": she must not see it change."""
    assert read("end", edited=True) == ForPerson("end")
    assert read("note: he lied", edited=True) == Noted(Note("he lied"))


@given(
    before=st.sampled_from(["", " ", "\n", "/", "("]),
    word=st.sampled_from(["note", "Note", "NOTE", "notes", "private note"]),
    mark=st.sampled_from([" ", ": ", " - ", ". ", "\n", ", "]),
    words=st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
)
def test_however_a_note_is_begun_its_words_are_for_nobody_else(
    before: str, word: str, mark: str, words: str
) -> None:
    """Whatever stands behind the word, it is a note and not a line."""
    assert isinstance(read(f"{before}{word}{mark}{words}"), Noted)


def test_a_note_cannot_be_put_into_a_message() -> None:
    """By construction: it is no text, and what would make text of it raises."""
    note = Note("he lied")
    assert str not in Note.__mro__
    assert "lied" not in repr(note)
    for make in (str, "{}".format, lambda one: f"{one}"):
        with pytest.raises(TypeError):
            make(note)
    with pytest.raises(TypeError):
        files.messages().text("talk_from_coach", coach="Ben", text=note)


def test_notes_are_opened_only_where_staff_read_them() -> None:
    """`for_staff` stands in four files; and the one that shows notes neither posts nor tells anybody else."""
    opened, calls = set(), {}
    for path in sorted(Path(files.ROOT / "bot").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        calls[path.name] = found
        if "for_staff" in found:
            opened.add(path.relative_to(files.ROOT).as_posix())
    assert opened == {
        "bot/app/oncall/consults.py",
        "bot/app/oncall/notes.py",
        "bot/store/oncall/coach_notes.py",
    }
    assert not calls["notes.py"] & {"post", "tell", "beside", "tell_coordinators"}
    assert "coach_notes" not in (files.ROOT / "bot/app/oncall/lines.py").read_text()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ring me on 07700 900123 ok?", f"ring me on {GAP} ok?"),
        ("+44 7700 900 123", GAP),
        ("0770\u200b0900\u2013123", GAP),
        ("ana@example.org is mine", f"{GAP} is mine"),
        ("add me @ana_1990", f"add me {GAP}"),
        ("look: https://t.me/ana", f"look: {GAP}"),
        ("www.example.org/me", GAP),
        ("find me on t.me/ana", f"find me on {GAP}"),
        ("ring Samaritans on 116 123", "ring Samaritans on 116 123"),
        ("or 0808 2000247, it's free", "or 0808 2000247, it's free"),
        ("https://example.org/chat", "https://example.org/chat"),
        ("I drank 12 or 15 of them on 3.11.", "I drank 12 or 15 of them on 3.11."),
        ("meet at 5@the usual", "meet at 5@the usual"),
    ],
)
def test_numbers_and_links_are_left_out_of_a_line_but_not_those_of_helplines(text: str, left: str) -> None:
    """Neither learns who the other is; a line that helps goes through however its number is written."""
    assert without_contacts(text, GAP, LINES) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ring oh seven seven double oh nine hundred one two three ok?", f"ring {GAP} ok?"),
        ("zero seven seven zero zero, nine zero zero, one two three", GAP),
        ("its 07700 nine hundred 123", f"its {GAP}"),
        ("Oh-seven-seven-double nine-four-six-one-triple two", GAP),
        ("plus four four seven seven double oh nine double oh one two three", f"plus {GAP}"),
        ("zero siedem siedem zero zero dziewięć zero zero jeden dwa trzy", GAP),
        ("cero siete siete doble cero nueve uno dos tres cuatro", GAP),
        ("dim saith saith dim dim naw un dau tri pedwar", GAP),
        (
            "oh eight oh eight two triple zero two four seven",
            "oh eight oh eight two triple zero two four seven",
        ),
        ("one day at a time", "one day at a time"),
        ("two two weeks", "two two weeks"),
        ("oh one one six one two three is free", "oh one one six one two three is free"),
        ("one, two, three, four, five, six, seven, eight, nine, ten", None),
        ("ten nine eight seven six five four three two one", None),
        ("in one two three four out one two three four five six", None),
        ("one two three four one two three four one two three four", None),
        ("had four, five, then six or seven pints, nine on friday, two two nights running", None),
        ("nineteen ninety nine, two thousand", None),
        ("oh oh oh no", None),
        ("sober: one two 2024, three 2025", None),
    ],
)
def test_a_number_said_in_words_is_one_and_counting_is_none(text: str, left: str | None) -> None:
    """A number goes by its figures however they are said; what people count stays."""
    assert without_contacts(text, GAP, LINES) == (text if left is None else left)
