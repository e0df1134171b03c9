"""Any flow, given any input, ends or asks again: nothing a person does breaks or silences the engine."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.conversation.engine import advance, interrupt, resume
from bot.domain.conversation.load import Flows, load_flows, read_flow
from bot.domain.conversation.moves import Chose, Event, Expired, Returned, Start, TimedOut, Typed
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answers
from tests.domain.conversation.conftest import FACTS, texts
from tests.domain.conversation.laws import assert_lawful, assert_talk_is_near
from tests.walk import walk

HOSTILE = [
    "",
    " ",
    "\x00",
    "{reason}",
    "{0}{__class__}{crisis_line!r}",
    "%s%n%d",
    "'; DROP TABLE person; --",
    "<b>x</b> [a](b) *_~`",
    "A" * 4096,
    "😀" * 2048,
    "\u202eevil\u202c\u200b\u200d",
    "ｓｅｖｅｎ",
    "٧",
    "-1",
    "9" * 400,
    "1e309",
    "!talk",
    "!done",
    "\n\n\n",
    "and and, and / or",
]
words = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.sampled_from(["yes", "no", "2", "7/10", "skip"])
)
values = st.dictionaries(
    st.sampled_from(["groups", "groups_text", "places", "details_text", "place"]),
    st.one_of(
        words,
        st.none(),
        st.integers(),
        st.lists(st.fixed_dictionaries({"id": words, "label": words}), max_size=30),
    ),
    max_size=3,
)
choices = st.sampled_from(
    ["!talk", "!done", "!skip", "yes", "no", "alcohol", "none_of_these", "7", "11", "gone", "s1"]
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Typed, words),
    st.builds(Chose, choices, st.integers(-1, 60)),
    st.builds(TimedOut, st.integers(0, 60)),
    st.builds(Returned, st.sampled_from(["found", "none", "yes", "hm"]), values),
    st.builds(SharedPlace, st.just(53.8), st.just(-1.5)),
    st.builds(SentMedia, st.sampled_from(["photo", "voice", "other"]), st.just("x"), words),
    st.builds(Start, st.sampled_from(["visit", "talk", "repair", "words", "made", "gone"])),
    st.just(Expired()),
)
NOW = 1_000
"""A press that stands for one on the newest keyboard."""
presses: st.SearchStrategy[Event] = st.builds(Chose, choices, st.just(NOW))
sequences = st.lists(st.one_of(events, presses, st.sampled_from(["interrupt", "resume"])), max_size=25)

FLOWS = load_flows(texts())


def run(
    flows: Flows, session: Session | None, happenings: list[Event | str], facts: Answers
) -> Session | None:
    """Let it all happen, and hold every move to the laws."""
    for happening in happenings:
        if happening == "interrupt":
            session = interrupt(flows, session, "talk", facts).session
        elif happening == "resume":
            session = resume(flows, session, facts).session if session else None
        elif not isinstance(happening, str):
            event = happening
            if isinstance(event, Chose) and event.seq == NOW and session:
                event = Chose(event.choice, session.seq)
            move = advance(flows, session, event, facts)
            assert_lawful(flows, session, event, move)
            session = move.session
    return session


@given(sequences)
def test_any_input_ends_or_asks_again(happenings: list[Event | str]) -> None:
    """Random presses, words, media, timers, answers and interrupts: always an answer, never an exception."""
    session = run(FLOWS, None, [Start("visit"), *happenings], FACTS)
    assert session is not None
    assert_talk_is_near(FLOWS, session, FACTS)


names = st.sampled_from([f"s{place}" for place in range(6)])
say = st.sampled_from(["Hm.", "{service} here.", "{reason}", "Number {group}. {groups_text}"])
options = st.lists(st.sampled_from(["yes", "no", "alcohol", "s1"]), min_size=1, max_size=4, unique=True)


@st.composite
def steps(draw: st.DrawFn) -> dict[str, object]:
    """One step of any kind, leading anywhere."""
    kind = draw(
        st.sampled_from(["choices", "pick", "scale", "list", "input", "goto", "end", "flow", "route", "call"])
    )
    goto = draw(names)
    step: dict[str, object] = {}
    waits = kind in ("choices", "pick", "scale", "list", "input")
    if waits or draw(st.booleans()):
        step["say"] = draw(say)
    if waits:
        step["other"] = draw(
            st.sampled_from([{"reask": 1, "then": goto}, {"keep": "own_words", "goto": goto}])
        )
        if draw(st.booleans()):
            step["skip"] = draw(names)
        if draw(st.booleans()):
            step["after"] = {"minutes": 1, "goto": draw(names)}
        if kind != "choices":
            step["goto"] = goto
    match kind:
        case "choices":
            ways = st.sampled_from([{"goto": goto}, {"end": "done"}, {"flow": "talk"}, {"flow": "made"}])
            step["choices"] = [{"id": name, "label": name.title(), **draw(ways)} for name in draw(options)]
        case "pick":
            ticks = [{"id": name, "label": name.title()} for name in draw(options)]
            step["pick"] = {
                "save": "about",
                "many": draw(st.booleans()),
                "options": ticks,
                "none": ticks[0]["id"],
            }
        case "scale":
            step["scale"] = {"save": "readiness", "from": 0, "to": draw(st.integers(1, 20))}
        case "list":
            step["list"] = {"from": draw(st.sampled_from(["groups", "about", "nothing"])), "save": "group"}
        case "input":
            step["input"] = {
                "kind": draw(st.sampled_from(["text", "place", "number", "date"])),
                "save": "reason",
            }
        case "goto":
            step["goto"] = goto
        case "end":
            step["end"] = "done"
        case "flow":
            step["flow"] = draw(st.sampled_from(["made", "talk", "visit"]))
        case "route":
            cases = {"0..3": draw(names), "alcohol": draw(names), "true": draw(names)}
            step["route"] = {
                "on": draw(st.sampled_from(["readiness", "about", "gone"])),
                "cases": cases,
                "else": goto,
            }
        case _:
            step["call"] = "find_groups"
            step["with"] = {"near": "$reason"}
            step["outcomes"] = {"found": goto, "none": draw(names), "where": goto, "error": goto}
    return step


made_flows = st.fixed_dictionaries({f"s{place}": steps() for place in range(6)})


@settings(max_examples=150)
@given(made_flows, sequences)
def test_any_flow_ends_or_asks_again(made: dict[str, object], happenings: list[Event | str]) -> None:
    """Flows nobody would write, with loops the checker refuses: the engine still never breaks nor hangs."""
    text = json.dumps({"flow": "made", "version": 1, "title": "Made", "start": "s0", "steps": made})
    flow, problems = read_flow("made.yaml", text)
    assert flow is not None
    assert not problems
    flows = Flows({**FLOWS.by_name, "made": flow})
    session = run(flows, None, [Start("made"), *happenings], FACTS)
    assert session is not None


def test_the_walk_sees_every_step_and_every_stride_is_lawful(flows: Flows) -> None:
    """Every step there is, by every choice, timer, outcome and six lines of nonsense."""
    seen = set()
    for stride in walk(flows, FACTS):
        assert_lawful(flows, stride.before, stride.event, stride.move)
        seen.add((stride.move.session.flow, stride.move.session.step))
        assert_talk_is_near(flows, stride.move.session, FACTS)
    waiting = {
        (flow.name, step.id) for flow in flows.by_name.values() for step in flow.steps.values() if step.waits
    }
    assert waiting <= seen
