"""Phones are shared and lock screens are read: no first line sent by the clock says what it is about."""

import re

import pytest

from bot.app.checkins import appointments, follow_ups
from bot.app.checkins import sending as checkins
from bot.app.library import files
from bot.domain.conversation import engine
from bot.domain.conversation.moves import Say, Start, TimedOut
from bot.domain.conversation.session import Session
from tests.app.night import FLOWS, LINES, MESSAGES

SAYS_WHAT_IT_IS = re.compile(
    r"drink|drank|drunk|alcohol|booze|drug|\bused?\b|using|heroin|opioid|sober|recover|slip|relaps|urge|craving"
    r"|addict|fellowship|\b[AN]A\b|12.step|meeting|\bgroup|coach|treatment|detox|rehab|clinic|doctor|appointment"
    r"|\bshift|public door|danger|suicid|overdos|harm|helpline|support|\bstep\b|abus|therap|sponsor"
    r"|\bdie|dying|dead|kill",
    re.IGNORECASE,
)
BY_THE_CLOCK = {
    checkins.FLOW: ("question", "step", "asked"),
    follow_ups.FOLLOW_UP: ("",),
    appointments.FLOW: ("before", "morning", "after"),
}
"""Flows that a row's time begins, and what they are told."""
REPLIES = {"person_still_trying", "person_with_you", "person_you_ended", "person_cancelled"}
"""Of what a person waiting for somebody is told, what they hear only right after they wrote or pressed."""
OF_ITS_OWN = {
    "danger_person_joined",
    "danger_closed_by_staff",
    "outing_arranged_company",
    "outing_arranged_lift",
    "outing_refused",
    "outing_staff_wrote",
    "outing_staff_suits",
    "outing_soon_company",
    "outing_soon_lift",
}
"""What else comes because somebody else did something."""


def nudges() -> set[str]:
    """The names of single texts that the code sends as nudges, found in the code itself."""
    found = set()
    for file in (files.ROOT / "bot" / "app").rglob("*.py"):
        for said in re.finditer(r'\bsay\(\s*f?"([^"]+)"[^)]*?SendClass\.NUDGE', file.read_text("utf-8")):
            pattern = re.escape(said[1]).replace(r"\{kind\.value\}", "(gentle|goodbye)")
            found |= {name for name in MESSAGES.all() if re.fullmatch(pattern, name)}
    return found


def while_waiting() -> set[str]:
    """The names of what a person is told because time went by, or a coach did something."""
    return {name for name in MESSAGES.all() if name.startswith("person_")} - REPLIES | OF_ITS_OWN


def said_by_steps() -> dict[str, str]:
    """What steps say by themselves when nobody answers, in each state of the pages; and which step."""
    found: dict[str, str] = {}
    states = [MESSAGES.text(name) for name in MESSAGES.all() if name.startswith("pages_state_")]
    every = [(flow, name, step) for flow in FLOWS.by_name.values() for name, step in flow.steps.items()]
    for flow, name in [(flow, name) for flow, name, step in every if step.after]:
        session = Session(flow.name, flow.version, name, seq=1)
        for state in states:
            move = engine.advance(FLOWS, session, TimedOut(1), {**LINES, "pages_state": state})
            found |= {one.text: f"{flow.name}: {name}" for one in move.effects if isinstance(one, Say)}
    return found


def texts() -> dict[str, str]:
    """Every text the bot may begin with, by where it stands."""
    said = {f"caring: {name}": message.text for name, message in files.caring().texts.all().items()}
    said |= {f"messages: {name}": MESSAGES.text(name) for name in nudges()}
    said |= {f"waiting: {name}": MESSAGES.text(name) for name in while_waiting()}
    for flow, kinds in BY_THE_CLOCK.items():
        for kind in kinds:
            move = engine.advance(FLOWS, None, Start(flow, {"kind": kind}), LINES)
            said[f"{flow}: {kind}"] = next(one.text for one in move.effects if isinstance(one, Say))
    return said


def test_the_code_is_read_for_what_it_sends() -> None:
    """What is known to be sent by the clock is among what was found."""
    known = {"reminder", "reminder_gone", "reminder_how_was_it", "checkin_gentle", "checkin_goodbye"}
    assert known <= nudges()


@pytest.mark.parametrize(("where", "text"), sorted(texts().items()))
def test_nothing_on_a_lock_screen_says_what_it_is(where: str, text: str) -> None:
    """The first line; of kind words and of what needs no reply, all of them."""
    whole = where.startswith(("caring", "messages: checkin"))
    read = text if whole else text.split("\n", maxsplit=1)[0]
    assert not SAYS_WHAT_IT_IS.search(read), f"{where}: {read}"


def test_a_step_that_goes_on_by_itself_is_as_discreet() -> None:
    """The ten minutes of an urge, "did you get through?", and what is said of the people told of danger."""
    found = said_by_steps()
    for known in (
        "That's about ten minutes",
        "Did you get through",
        "I'm still here. A person here has seen",
    ):
        assert any(text.startswith(known) for text in found)
    first_lines = {text.split("\n", maxsplit=1)[0]: where for text, where in found.items()}
    assert [f"{where}: {line}" for line, where in first_lines.items() if SAYS_WHAT_IT_IS.search(line)] == []


def test_kind_words_ask_nothing_and_advise_nothing() -> None:
    """At least forty; no question, no "should", no count of days, at most thirty words."""
    every = [message.text for message in files.caring().texts.all().values()]
    assert len(every) == len(set(every)) >= 40
    advice = re.compile(
        r"\b(should|must|try|remember to|don't forget|why not|make sure|need to be)\b|\?|\bday \d|!", re.I
    )
    for text in every:
        assert not advice.search(text), text
        assert len(text.split()) <= 30, text
        assert text.startswith("Hi, it's {service}. ")
