"""Ways to get help: reached by words, told for the place, ended in a step that is asked after."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.conversing.talk import Talk
from bot.app.everyday.explaining import Explaining
from bot.domain.conversation.engine import advance
from bot.domain.conversation.model import Choose, Flow, Goto, Hand, Step
from bot.domain.conversation.moves import Start, Typed
from bot.domain.conversation.session import Session
from bot.domain.events import StepChosen
from bot.store.conversing import answers, events, people
from tests import shipped
from tests.app.night import EXPLANATIONS, FLOWS, MESSAGES, Night, night

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS = {"country": "GB", "nation": "GB-ENG", "service": "Harbour", "emergency": "999", "today": "2026-11-23"}
ENDS_IN = {"next_step", "waiting", "services", "groups", "checkin"}
"""Flows in which a dated step is chosen."""

PHRASES = {
    "how do i get help": ("ways", "direct"),
    "where can i find treatment": ("ways", "direct"),
    "should i see my gp": ("ways", "gp"),
    "what do i say to my gp": ("gp_words", None),
    "what should i say to the doctor": ("gp_words", None),
    "what happens at the first appointment": ("ways", "first_visit"),
    "what is a keyworker": ("ways", "first_visit"),
    "am i entitled to help": ("ways", "rights"),
    "what help is there": ("ways", "menu"),
    "ways to get help": ("ways", "menu"),
    "what is detox": ("ways", "detox"),
    "detox": ("ways", "detox"),
    "can i detox at home": ("ways", "detox"),
    "i need rehab": ("ways", "residential"),
    "who pays for rehab": ("ways", "residential"),
    "what is methadone": ("ways", "medicines"),
    "how do i get on a script": ("ways", "medicines"),
    "what is cbt": ("ways", "talking"),
    "how much is a rehab": ("ways", "private"),
    "private rehab": ("ways", "private"),
    "what is harm reduction": ("ways", "safer"),
    "what is naloxone": ("ways", "naloxone"),
    "whats tolerance": ("ways", "tolerance"),
    "can i test my pills": ("ways", "testing"),
    "where can i get tested for hep c": ("ways", "tests"),
    "what happens after rehab": ("ways", "aftercare"),
    "what happens when i go": ("visit", "menu"),
    "whats it like at a meeting": ("visit", "menu"),
    "im scared to go": ("visit", "menu"),
    "need a job": ("daily", "work"),
    "i have an interview on monday": ("daily", "work"),
    "where can i sleep tonight, nowhere to sleep": ("daily", "home"),
    "im getting evicted": ("daily", "home"),
    "im in debt": ("daily", "money"),
    "help with universal credit": ("daily", "money"),
    "i need childcare": ("daily", "children"),
    "nothing to eat": ("daily", "food"),
    "i need a dentist": ("daily", "health"),
    "i have no friends": ("daily", "company"),
    "how do i get there, no transport": ("daily", "transport"),
    "im just out of prison": ("daily", "court"),
    "how do i start college": ("daily", "learning"),
    "daily life": ("daily", None),
    "my son": ("family", None),
    "what is stigma": ("stigma", "menu"),
    "what do i tell my boss": ("stigma", "menu"),
    "a card to send": ("family", None),
    "how do i get methadone": ("ways", "medicines"),
    "naltrexone": ("ways", "medicines"),
    "need a gp": ("ways", "gp"),
    "do i need a referral": ("ways", "direct"),
    "where is the nearest drug service": ("ways", "direct"),
    "where do i get clean needles": ("ways", "needles"),
    "using alone": ("ways", "alone"),
    "what is aa": ("visit", "menu"),
    "whats smart recovery": ("visit", "menu"),
    "what is al anon": ("visit", "menu"),
    "interview tomorrow": ("daily", "work"),
}
"""What people type → the flow it leads to, and the answer that says which part of it."""
TOLD = {
    "i need help": ("heard", None),
    "please help me": ("heard", None),
    "can someone help me": ("heard", None),
    "im struggling": ("heard", None),
    "my head is all over the place": ("heard", None),
    "im struggling not to drink": ("urge", None),
    "my wife left me because of my drinking": ("change", None),
    "ive had enough of drinking": ("change", None),
    "i think i have a problem": ("change", None),
    "i want my life back": ("change", None),
    "is rehab free": ("ways", "residential"),
    "just finished rehab": ("ways", "aftercare"),
    "counselling near me": ("ways", "talking"),
    "is it safe to mix": ("ways", "mixing"),
    "got sacked today": ("daily", "work"),
    "nowhere to sleep tonight": ("daily", "home"),
    "landlord wants me out": ("daily", "home"),
    "behind on rent": ("daily", "home"),
    "im skint": ("daily", "money"),
    "bailiffs coming": ("daily", "money"),
    "universal credit stopped": ("daily", "money"),
    "gas run out": ("daily", "money"),
    "cant feed my kids": ("daily", "food"),
    "no winter coat": ("daily", "food"),
    "teeth hurt": ("daily", "health"),
    "my tooth is killing me": ("daily", "health"),
    "no bus to get there": ("daily", "transport"),
    "court tomorrow": ("daily", "court"),
    "i got arrested": ("daily", "court"),
    "police want to see me": ("daily", "court"),
    "probation appointment": ("daily", "court"),
    "want to go back to college": ("daily", "learning"),
    "i want to learn something": ("daily", "learning"),
    "no one to talk to": ("talk", None),
    "my daughter's using": ("family", None),
    "support for parents of addicts": ("family", None),
    "people call me a junkie": ("stigma", "menu"),
    "has anyone been through this": ("story", None),
    "whats a recovery coach": ("looking", None),
}
"""Said and not asked: it leads there from the beginning; in the middle of a flow it is an answer."""
ASKED_BY = ("way", "visit", "daily", "stigma", "why")
DANGER = ("i want to kill myself", "he's not breathing", "ive taken an overdose")


def led_to(text: str) -> tuple[str, object]:
    """The flow that words lead to at the very beginning."""
    opened = advance(FLOWS, None, Start("start"), FACTS).session
    session = advance(FLOWS, opened, Typed(text), FACTS).session
    return session.flow, next((session.answers[name] for name in ASKED_BY if name in session.answers), None)


@pytest.mark.parametrize("text", sorted(PHRASES | TOLD))
def test_words_lead_to_their_flow(text: str) -> None:
    """At the beginning, and in the middle of something else; a question for one's own words keeps them."""
    assert led_to(text) == (PHRASES | TOLD)[text]


async def test_and_so_they_do_in_the_middle_of_something_else(night: Night) -> None:
    """As a topic; what the step itself has a button for stays the step's."""
    aside = Talk(Session("checkin_answer", 2, "hello"))
    asked = [text for text in PHRASES if not text.startswith(("im ", "i have an", "nothing", "my son"))]
    assert [text for text in asked if not night.conversations.names_topic(aside, text)] == []
    assert not night.conversations.names_topic(aside, "struggling")
    assert not night.conversations.names_topic(aside, "my detox went badly and i miss my dog")


@pytest.mark.parametrize("text", sorted(PHRASES | TOLD))
def test_danger_in_the_same_words_goes_first(text: str) -> None:
    """Whatever else is asked for, before or after; and where there is none, no alarm is raised."""
    assert all(heard.tier == "soft" for heard in shipped.listener().listen(text))
    for danger in DANGER:
        for said in (f"{text}, {danger}", f"{danger}. {text}"):
            assert shipped.listener().listen(said), said


def _saved(flow: Flow) -> set[tuple[str, object]]:
    return {
        pair
        for step in flow.steps.values()
        if isinstance(step.way, Choose)
        for one in step.way.choices
        for pair in one.save.items()
    }


def test_every_way_that_can_be_asked_for_is_told_somewhere() -> None:
    """By button or by word; and each step's words stand in messages.yaml."""
    saved = {pair for flow in FLOWS.by_name.values() for pair in _saved(flow)}
    ways = {str(value) for name, value in saved if name in ("way", "visit", "stigma")} - {"menu"}
    assert ways
    assert ways <= set(EXPLANATIONS.by_id)
    steps = {str(value) for name, value in saved if name == "step_code"}
    assert steps
    assert {f"step_{step}" for step in steps} == {name for name in MESSAGES.all() if name.startswith("step_")}


def test_each_explanation_ends_in_a_step() -> None:
    """From each set of steps: a dated one, somebody who has been there, and something professional."""
    ways, visit = FLOWS.by_name["ways"].steps, FLOWS.by_name["visit"].steps
    sets = {name: step for name, step in ways.items() if name.startswith("steps_") and step.waits}
    assert len(sets) > 6
    for name, step in {**sets, "visit.next": visit["next"]}.items():
        leads = _leads(step)
        assert leads & ENDS_IN, name
        assert leads & {"talk", "groups"}, name
        assert leads & {"services", "next_step", "gp_words", "waiting", "heavy_drinking"}, name


PROFESSIONAL = {"services", "gp_words", "ways", "waiting", "heavy_drinking"}
PEERS = {"talk", "groups", "story", "mentor"}
EITHER = {"change", "intake", "daily", "family"}
"""Flows that go on to both kinds themselves."""
COMPANY = {("daily", "company"), ("next_step", "company")}
"""Steps that ask for company, and not for what would help."""


def test_every_set_of_suggestions_holds_both_kinds() -> None:
    """Wherever two ways on are offered: by training (a service, a doctor, a line) and by experience."""
    sets = 0
    for flow in FLOWS.by_name.values():
        for name, step in flow.steps.items():
            leads = _leads(step)
            if len(leads & (PROFESSIONAL | PEERS | EITHER)) < 2 or (flow.name, name) in COMPANY:
                continue
            sets += 1
            assert leads & (PEERS | EITHER) or step.talk, (flow.name, name)
            by_training = (leads | {flow.name}) & (PROFESSIONAL | EITHER)
            assert by_training or _tells_a_line(flow, step), (flow.name, name)
    assert sets > 25


def _tells_a_line(flow: Flow, step: Step) -> bool:
    """Whether the step, or one that a button of its leads to, gives a number to ring."""
    choices = step.way.choices if isinstance(step.way, Choose) else ()
    near = [step, *(flow.steps[one.target.step] for one in choices if isinstance(one.target, Goto))]
    said = [one.say.default.source for one in near if one.say]
    return any(fact in text for text in said for fact in ("_line}", "{line_text}", "{emergency}"))


def _leads(step: Step) -> set[str]:
    choices = step.way.choices if isinstance(step.way, Choose) else ()
    return {one.target.flow for one in choices if isinstance(one.target, Hand)}


async def test_the_text_is_that_of_the_place(night: Night) -> None:
    """With where it is from; what is not known for a place is not made up."""
    explaining = Explaining(EXPLANATIONS)
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        here = await explaining.explain(turn, Talk(), {"about": "direct"})
        people.set_place(turn.tx, ana.id, country="GB", nation="GB-NIR", zone="Europe/London")
    async with night.as_(ana) as turn:
        there = await explaining.explain(turn, Talk(), {"about": "direct"})
        nothing = await explaining.explain(turn, Talk(), {"about": "no_such_thing"})
    assert (here.outcome, there.outcome, nothing.outcome) == ("found", "found", "none")
    assert "Northern Ireland" in str(there.values["explained"])
    assert "Northern Ireland" not in str(here.values["explained"])
    assert "buildonbelief.org.uk, November 2026" in str(here.values["explained_from"])


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, ["I'd like help with something that I find hard to talk about.",
              "What help is there, and how soon could I have it?"]),
        ({"about": ["alcohol", "cocaine", "other"], "safety": ["heavy", "shakes"], "readiness": 8,
          "reason": "my girls."},
         ["I'd like help with my drinking and cocaine or crack.",
          "You should know that I drink heavily every day and I shake or sweat if I stop.",
          'What matters to me is "my girls", so what help is there, and how soon?']),
        ({"about": "opioids", "safety": ["none"], "where": "start_now"},
         ["I'd like help with heroin or other opioids.",
          "I'd like to start now, so what help is there, and how soon?"]),
        ({"about": ["alcohol"], "readiness": 1, "reason": "if my wife left"},
         ["I'd like help with my drinking.", "What help is there, and how soon could I have it?"]),
    ],
)  # fmt: skip
async def test_three_sentences_for_the_gp(night: Night, known: Mapping[str, object], said: list[str]) -> None:
    """Only what was said; what stands in the way of change is no reason for it."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        talk = Talk(Session("gp_words", 1, "make", answers=dict(known)))  # type: ignore[arg-type]
        found = await Explaining(EXPLANATIONS).three_sentences(turn, talk, {})
    assert str(found.values["three_sentences"]).split("\n") == said


async def test_a_step_is_asked_after_on_its_evening(tmp_path: Path) -> None:
    """Ana chooses tomorrow; the next evening she is asked, once, and nothing says what it was."""
    async with night(tmp_path, NOON) as world:
        ana = await world.arrives("Ana")
        await world.event(ana, Start("ways", {"way": "gp"}))
        await ana.presses("Ring the GP")
        await ana.presses("Tomorrow")
        assert any(line.startswith("Noted: Ring the GP") for line in ana.heard())
        await world.passes(hours=24)
        assert ana.heard() == []
        await world.passes(hours=12)
        assert ana.heard() == ["Hi, it's Harbour. You meant to do one small thing. How did it go?"]
        async with world.store.reading() as tx:
            happened = [one for _, one in await events.of_person(tx, ana.id) if isinstance(one, StepChosen)]
            assert await answers.all_of(tx, ana.id) == {}
        assert [(one.step, str(one.on)) for one in happened] == [("ring_gp", "2026-11-24")]
