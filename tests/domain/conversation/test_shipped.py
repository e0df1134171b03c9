"""The conversations this repository ships: checked, walked, and their transcripts played again."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.library.files import CONVERSATIONS
from bot.app.library.flows import check_folder, read_shared_samples, transcript_files
from bot.domain.conversation.check import errors
from bot.domain.conversation.engine import advance, interrupt, resume
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Choice, Choose, Hand
from bot.domain.conversation.moves import Chose, Say, Start
from bot.domain.conversation.session import Session
from bot.domain.conversation.transcripts import differences, read_transcript, replay
from bot.domain.danger.rehearsal import Rehearsal
from tests.domain.conversation.laws import assert_lawful, assert_talk_is_near
from tests.domain.conversation.test_laws import run, sequences
from tests.shipped import flows, listener
from tests.walk import walk

FACTS = {
    "service": "Foothold",
    "coach_line": "Nobody is on shift right now.",
    "emergency": "999",
    "crisis_line": "116 123",
    "mental_line": "111",
    "abuse_line": "0808 2000 247",
    "child_line": "0800 1111",
    "mental_also": "111",
    "hospital": "A&E",
    "silent_call": "If you can't speak: on a mobile, stay silent and press 55 when asked.",
    "doctor_line": "NHS 111",
    "open_line": "116 123, at any hour",
    "pages_state": "I've told the person on shift.",
    "safety_lead": "Sam",
    "today": "2026-11-22",
    "country": "GB",
}


@pytest.fixture(scope="module")
def shipped() -> Flows:
    return flows()


def test_the_check_finds_no_error() -> None:
    """`foothold check` of what is shipped: flows, words, cards, steps.lock, template, translations."""
    assert [str(problem) for problem in errors(check_folder(CONVERSATIONS))] == []


def test_every_step_is_walked_by_every_choice(shipped: Flows) -> None:
    """Each step that waits is reached; each stride is answered within Telegram's limits; talk is near."""
    seen = set()
    for stride in walk(shipped, FACTS):
        assert_lawful(shipped, stride.before, stride.event, stride.move)
        session = stride.move.session
        if (session.flow, session.step) not in seen:
            assert_talk_is_near(shipped, session, FACTS)
        seen.add((session.flow, session.step))
    waiting = {
        (flow.name, step.id)
        for flow in shipped.by_name.values()
        for step in flow.steps.values()
        if step.waits
    }
    assert waiting - seen == set()


def test_danger_answers_with_its_card_from_every_start(shipped: Flows) -> None:
    """Every card speaks at once, whatever level and whoever it is about."""
    for flow in shipped.by_name.values():
        if not flow.file.startswith("danger/"):
            continue
        for level in ("emergency", "urgent", "concern"):
            for who in ("self", "other"):
                move = interrupt(shipped, None, flow.name, FACTS, {"level": level, "who": who})
                said = [effect for effect in move.effects if isinstance(effect, Say)]
                assert said, (flow.name, level, who)
                assert move.session.flow != "repair"


def risks(flows: Flows) -> list[tuple[str, Choice]]:
    """Each button of the intake that leads away to a card, with the step it stands under."""
    steps = flows.by_name["intake"].steps.values()
    choices = [
        (step.id, choice) for step in steps if isinstance(step.way, Choose) for choice in step.way.choices
    ]
    return [(step, choice) for step, choice in choices if isinstance(choice.target, Hand)]


def ends_from(flows: Flows, first: Session) -> Session:
    """Some end that can be reached by pressing buttons, the shortest way."""
    todo, seen = deque([first]), set()
    while todo:
        now = todo.popleft()
        step = flows.step(now.flow, now.step)
        if step is None:
            return now
        if (now.flow, now.step) in seen or not isinstance(step.way, Choose):
            continue
        seen.add((now.flow, now.step))
        todo.extend(advance(flows, now, Chose(one.id, now.seq), FACTS).session for one in step.way.choices)
    raise AssertionError(f"{first.flow} has no end")


def test_a_yes_on_any_card_leads_back_to_the_questions(shipped: Flows) -> None:
    """Each risky tick, answered yes: through its card and whatever follows, then "they can wait"."""
    cards = risks(shipped)
    assert {step for step, _ in cards} >= {
        f"card_{risk}" for risk in ("ending_life", "unsafe", "fits", "withdrawal")
    }
    for step, choice in cards:
        at = Session("intake", shipped.by_name["intake"].version, step, 7, {"topic": "alcohol"})
        over = ends_from(shipped, advance(shipped, at, Chose(choice.id, 7), FACTS).session)
        back = resume(shipped, over, FACTS)
        assert back.session.flow == "intake", (step, choice.id)
        assert any("they can wait" in said.text.lower() for said in back.effects if isinstance(said, Say))


@settings(max_examples=60)
@given(data=st.data())
def test_hostile_words_are_always_answered(shipped: Flows, data: st.DataObject) -> None:
    """From any flow, whatever is typed or pressed: an answer within the limits, and a way to a person."""
    names = sorted(shipped.by_name)
    happenings = data.draw(sequences)
    starts = {"level": data.draw(st.sampled_from(["emergency", "urgent", "concern", "odd"]))}
    session = run(shipped, None, [Start(data.draw(st.sampled_from(names)), starts), *happenings], FACTS)
    assert session is not None
    assert_talk_is_near(shipped, session, FACTS)


@pytest.mark.parametrize("path", transcript_files(CONVERSATIONS), ids=lambda path: path.stem)
def test_a_transcript_still_holds(shipped: Flows, path: object) -> None:
    """What a coach has read and agreed to is what is said."""
    written = (CONVERSATIONS / str(path)).read_text("utf-8")
    transcript = read_transcript(written)
    attentive = Rehearsal(listener()) if transcript.listens else None
    played = replay(shipped, transcript, read_shared_samples(CONVERSATIONS), attentive)
    assert not differences(written, played)
