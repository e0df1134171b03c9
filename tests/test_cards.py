"""The danger cards as people read them: what is shipped is in order, and each fault would be found."""

import runpy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.domain.conversation.load import Flows, read_flows
from tests import shipped

TOOL: Mapping[str, Any] = runpy.run_path(
    str(Path(__file__).parent.parent / "tools" / "check_cards.py"), run_name="tool"
)
HELPLINES = load_helplines(files.DATA)
FACTS = {"emergency": "999", "crisis_line": "Samaritans 116 123", "silent_call": ""}
THANKS = "Thank you for telling me."
GOOD = (
    "Call now:\n{emergency}\nThank you for telling me.\n"
    "I'm a bot. I can't call for you. I'm staying here with you.\nIs anyone with you?"
)


def a_card(wording: str, *, first: bool = True) -> Any:
    return TOOL["Card"]("made.up", wording, first, waits=True)


def wrong(wording: str) -> list[str]:
    card = a_card(wording)
    text = TOOL["filled"](card, FACTS)
    return [
        *TOOL["misplaced"](card),
        *TOOL["wrong_with"](card, FACTS),
        *TOOL["incomplete"](card, text),
    ]


def test_every_card_can_be_read_in_every_country() -> None:
    """Length, sentences, one question, reading age, words, numbers, review status; on the file's own day."""
    assert TOOL["problems"](shipped.flows(), HELPLINES, datetime(2026, 11, 22, tzinfo=UTC)) == []


def test_the_page_for_reviewers_shows_todays_cards() -> None:
    """`make cards` was run."""
    assert TOOL["SHOWN"].read_text("utf-8") == TOOL["shown"](shipped.flows(), HELPLINES)


def test_a_good_card_has_nothing_wrong() -> None:
    """The faults below are found by what they change."""
    assert wrong(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (THANKS, "Stay. " * 60, "words, 60 at most"),
        (THANKS, "Thank you for telling me all of this here tonight, my good friend.", "a sentence"),
        (THANKS, "Are they awake?", "2 questions"),
        (THANKS, "Deteriorating individuals necessitate immediate repositioning.", "reading age"),
        (THANKS, "Help is on its way.", "nobody can know"),
        (THANKS, "I'll keep this secret.", "secret"),
        (THANKS, "Calm down.", "say what to do"),
        (THANKS, "Not more than 20 mg.", "an amount"),
        (THANKS, "CALL.", "no capitals"),
        (THANKS, "Thank you. 🙂", "no capitals"),
        ("Call now:\n{emergency}", "Call now: {emergency}", "shares its line"),
        ("{emergency}", "999", "written out"),
        ("{emergency}", "them", "has no number"),
        ("I can't call for you.", "I'll call.", "does not say"),
        ("Is anyone with you?", "Tell me more.", "asks nothing"),
    ],
)  # fmt: skip
def test_each_fault_is_found(before: str, after: str, found: str) -> None:
    """One fault put into a good card."""
    said = wrong(GOOD.replace(before, after))
    assert any(found in one for one in said), said


def test_a_line_that_a_place_has_not_is_not_read() -> None:
    """Counts are made on what somebody sees there."""
    assert TOOL["filled"](a_card("One.\n{silent_call}\nTwo."), FACTS) == "One.\nTwo."


def of_one(say: str) -> Flows:
    return read_flows(
        {"danger/made_up.yaml": f"flow: made_up\nversion: 1\ntitle: Made up\nstart: now\n"
         f"steps:\n  now:\n    say: {say}\n    end: closed\n"}
    )  # fmt: skip


def test_a_review_holds_for_the_words_that_were_read() -> None:
    """No row, or a name beside other words than today's, fails; "not yet reviewed" is a status."""
    flows = of_one("Stay.")
    row = "| Made up | `danger/made_up.yaml` | {} | not yet reviewed |"
    mark = TOOL["fingerprint"](flows.by_name["made_up"])
    assert list(TOOL["unreviewed"](flows, row.format("not yet reviewed"))) == []
    assert list(TOOL["unreviewed"](flows, row.format(f"Dr A. Name, 2026-12-01, {mark}"))) == []
    assert len(list(TOOL["unreviewed"](flows, row.format("Dr A. Name, 2026-12-01")))) == 1
    assert len(list(TOOL["unreviewed"](of_one("Go."), row.format(f"Dr A. Name, 2026-12-01, {mark}")))) == 1
    assert len(list(TOOL["unreviewed"](flows, ""))) == 1


def test_numbers_on_cards_expire() -> None:
    """Two years on, with nobody having checked them, every one of them is said."""
    found = list(TOOL["expired"](HELPLINES, datetime(2028, 11, 22, tzinfo=UTC).date()))
    assert any("gb-samaritans is on a card" in one for one in found)
