"""The ways between steps, as the checker, the graph and the walker see them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.conversation.model import (
    Action,
    Ask,
    Calls,
    Choose,
    End,
    Flow,
    Goto,
    Hand,
    KeepWords,
    Listed,
    Pick,
    Route,
    Scale,
    Step,
    Target,
)
from bot.domain.conversation.words import Words

Cause = Literal["choice", "answer", "skip", "enough", "other", "after", "goto", "case", "outcome", "back"]


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on: why it is taken, what it is called there, and where it leads."""

    cause: Cause
    name: str
    target: Target
    key: str
    """The key in the file, below the step (`other.then`, `outcomes.none`)."""


def ways_on(step: Step) -> Iterator[Edge]:
    """Every way on from a step, in the order of the file."""
    match step.way:
        case Choose(choices):
            for choice in choices:
                yield Edge("choice", choice.label.source, choice.target, f"choices.{choice.id}")
                yield from _back(choice.target, f"choices.{choice.id}.back")
        case Pick(goto=goto) | Scale(goto=goto) | Listed(goto=goto) | Ask(goto=goto):
            yield Edge("answer", "answered", Goto(goto), "goto")
        case Route(cases=cases, otherwise=otherwise):
            for case in cases:
                yield Edge("case", case.value, Goto(case.step), f"route.cases.{case.value}")
            yield Edge("case", "else", Goto(otherwise), "route.else")
        case Calls(outcomes=outcomes):
            for outcome, to in outcomes.items():
                yield Edge("outcome", outcome, Goto(to), f"outcomes.{outcome}")
        case Goto() | Hand() | End():
            yield Edge("goto", "", step.way, {Goto: "goto", Hand: "flow", End: "end"}[type(step.way)])
            yield from _back(step.way, "back")
    if step.skip:
        yield Edge("skip", "Skip", Goto(step.skip), "skip")
    if step.enough:
        yield Edge("enough", "Enough", Goto(step.enough), "enough")
    if isinstance(step.other, KeepWords):
        yield Edge("other", "own words", Goto(step.other.goto), "other.goto")
    elif step.other:
        yield Edge("other", "not understood", Goto(step.other.then), "other.then")
    if step.after:
        yield Edge(
            "after",
            f"after {step.after.wait.total_seconds() / 60:g} min",
            Goto(step.after.goto),
            "after.goto",
        )


def _back(target: Target, key: str) -> Iterator[Edge]:
    """The way back from another flow, which is taken when that has ended."""
    if isinstance(target, Hand) and target.back is not None:
        yield Edge("back", f"after {target.flow}", Goto(target.back), key)


def actions_of(step: Step) -> Iterator[Action]:
    """Every effect a step may cause, on entry or by a choice."""
    yield from step.do
    if isinstance(step.way, Choose):
        for choice in step.way.choices:
            yield from choice.do


def reached(flow: Flow, roots: tuple[str, ...]) -> set[str]:
    """The steps that can be reached from `roots`, within the flow."""
    found: set[str] = set()
    todo = [root for root in roots if root in flow.steps]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        for edge in ways_on(flow.steps[name]):
            if isinstance(edge.target, Goto) and edge.target.step in flow.steps:
                todo += [edge.target.step]
    return found


def saved_by(step: Step) -> Iterator[str]:
    """The names of the answers a step may save."""
    match step.way:
        case Choose(choices):
            for choice in choices:
                yield from choice.save
        case Pick(save=save) | Scale(save=save) | Listed(save=save) | Ask(save=save):
            yield save
        case _:
            pass
    if isinstance(step.other, KeepWords):
        yield step.other.name


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text a person may read: where it stands, and what it is."""

    words: Words
    key: str
    kind: Literal["text", "button", "title", "line"]
    step: str = ""
    ticks: bool = False


def spoken(flow: Flow) -> Iterator[Spoken]:
    """Every text of a flow, each once."""
    yield Spoken(flow.title, "title", "title")
    for name, words in flow.lines.items():
        kind: Literal["button", "line"] = "button" if name in ("done", "skip", "enough", "talk") else "line"
        yield Spoken(words, f"lines.{name}", kind)
    for step in flow.steps.values():
        at = f"steps.{step.id}"
        if step.say:
            yield Spoken(step.say.default, f"{at}.say", "text", step.id)
            for place, words in step.say.by_place.items():
                yield Spoken(words, f"{at}.say.{place}", "text", step.id)
        if step.progress:
            yield Spoken(step.progress, f"{at}.progress", "line", step.id)
        for option, words, ticks in _buttons(step):
            yield Spoken(words, f"{at}.{option}", "button", step.id, ticks)


def _buttons(step: Step) -> Iterator[tuple[str, Words, bool]]:
    match step.way:
        case Choose(choices):
            for choice in choices:
                yield f"choices.{choice.id}", choice.label, False
        case Pick(options=options, many=many):
            for option in options:
                yield f"pick.{option.id}", option.label, many
        case _:
            pass


def is_safety(flow: Flow, step: Step | None = None) -> bool:
    """Whether these are safety texts: a `card`, or anything in `danger/`."""
    return flow.card or flow.file.startswith("danger/") or (step is not None and step.card)


def hands_to(flows: Mapping[str, Flow]) -> dict[str, set[str]]:
    """Flow → the flows that may go on in it."""
    found: dict[str, set[str]] = {name: set() for name in flows}
    for flow in flows.values():
        for step in flow.steps.values():
            for edge in ways_on(step):
                if isinstance(edge.target, Hand) and edge.target.flow in found:
                    found[edge.target.flow].add(flow.name)
    return found
