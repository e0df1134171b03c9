"""Walks every flow by every way on, with the real engine: for tests that must see each step once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from bot.domain.conversation import registry
from bot.domain.conversation.edges import ways_on
from bot.domain.conversation.engine import advance
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import (
    Ask,
    Calls,
    Choose,
    Flow,
    Goto,
    KeepWords,
    Listed,
    Pick,
    Route,
    Scale,
    Step,
)
from bot.domain.conversation.moves import (
    DONE_ID,
    ENOUGH_ID,
    SKIP_ID,
    Chose,
    Event,
    Move,
    Returned,
    Start,
    TimedOut,
    Typed,
)
from bot.domain.conversation.session import Frame, Session
from bot.domain.conversation.turn import routed
from bot.domain.conversation.words import Answer, Answers

NONSENSE = "qxz qxz"
"""Words that are no option's."""
MOST_STARTS = 400
"""Combinations of routed answers a flow is started with."""


@dataclass(frozen=True, slots=True)
class Stride:
    """One event and what came of it."""

    before: Session | None
    event: Event
    move: Move


def walk(flows: Flows, facts: Answers, names: Iterable[str] = ()) -> Iterator[Stride]:
    """Every step that can be reached from the start of each flow (or of `names`), by every choice, timer and
    outcome, each once for each way the routes of its flow could lead."""
    seen: set[object] = set()
    for name in names or flows.by_name:
        todo: list[Stride] = []
        for answers in _starts(flows.by_name[name]):
            event = Start(name, answers)
            todo.append(Stride(None, event, advance(flows, None, event, facts)))
        todo += (_come_back(flows, flows.by_name[name], step, facts) for step in _backs(flows.by_name[name]))
        while todo:
            reached = todo.pop()
            yield reached
            session = reached.move.session
            step = flows.step(session.flow, session.step)
            mark = _mark(flows, session)
            if session.over or step is None or mark in seen:
                continue
            seen.add(mark)
            for events in (*_trials(step, session), *_heard(flows.by_name[session.flow], step)):
                *between, last = _tried(flows, session, events, facts)
                for stride in between:
                    if stride.move.session.step == session.step:
                        yield stride
                    else:
                        todo.append(stride)
                todo.append(last)


def _backs(flow: Flow) -> list[str]:
    """The steps a flow goes on at after another one."""
    edges = (edge for step in flow.steps.values() for edge in ways_on(step) if edge.cause == "back")
    return sorted({edge.target.step for edge in edges if isinstance(edge.target, Goto)})


def _come_back(flows: Flows, flow: Flow, step: str, facts: Answers) -> Stride:
    """The other flow has ended, and the person says something."""
    ended = Session("", 0, "", returns=(Frame(flow.name, flow.version, step, fresh=True),))
    event = Typed(NONSENSE)
    return Stride(ended, event, advance(flows, ended, event, facts))


def _tried(flows: Flows, session: Session, events: tuple[Event, ...], facts: Answers) -> list[Stride]:
    """The strides of one trial, which may take several events (ticks, then Done; words three times)."""
    strides = []
    now = session
    for event in events:
        event = Chose(event.choice, now.seq) if isinstance(event, Chose) else event  # noqa: PLW2901
        move = advance(flows, now, event, facts)
        strides.append(Stride(now, event, move))
        now = move.session
    return strides


def _mark(flows: Flows, session: Session) -> object:
    """Two sessions are alike when they stand in one step and every route would lead them the same way."""
    flow = flows.by_name.get(session.flow)
    routes = [step.way for step in flow.steps.values() if isinstance(step.way, Route)] if flow else []
    return session.flow, session.step, tuple(routed(way, session.answers.get(way.on)) for way in routes)


def _routed(flow: Flow) -> list[str]:
    return sorted({step.way.on for step in flow.steps.values() if isinstance(step.way, Route)})


def _starts(flow: Flow) -> Iterator[dict[str, Answer]]:
    names = _routed(flow)
    values = [[None, *_values(flow, name)] for name in names]
    for chosen in islice(product(*values), MOST_STARTS):
        yield {name: value for name, value in zip(names, chosen, strict=True) if value is not None}


def _values(flow: Flow, name: str) -> list[Answer]:
    """The values by which a flow routes on a name."""
    found: dict[Answer, None] = {}
    for step in flow.steps.values():
        if isinstance(step.way, Route) and step.way.on == name:
            for case in step.way.cases:
                found[case.value if case.low is None else case.low] = None
    return list(found)


def _trials(step: Step, session: Session) -> Iterator[tuple[Event, ...]]:
    match step.way:
        case Choose(choices):
            yield from ((Chose(choice.id, 0),) for choice in choices)
            yield from ((Typed(choice.label.source),) for choice in choices)
        case Pick(options=options, many=many):
            for option in options:
                yield (Chose(option.id, 0), Chose(DONE_ID, 0)) if many else (Chose(option.id, 0),)
            yield (*(Chose(option.id, 0) for option in options), Chose(DONE_ID, 0))
            yield (Chose(DONE_ID, 0),)
        case Scale(low=low, high=high):
            yield from ((Chose(str(figure), 0),) for figure in range(low, high + 1))
        case Listed(source=source):
            items = session.answers.get(source)
            if isinstance(items, tuple | list):
                yield from ((Chose(str(item["id"]), 0),) for item in items if isinstance(item, dict))
        case Ask():
            yield (Typed("LS2"),)
            yield (Typed("2026-11-22"),)
            yield (Typed("7"),)
        case Calls(name, _, outcomes):
            yield from ((Returned(outcome, sample_values(name)),) for outcome in outcomes)
            yield (Returned("an outcome nobody knows"),)
            return
        case _:
            return
    if step.skip:
        yield (Chose(SKIP_ID, 0),)
    if step.enough:
        yield (Chose(ENOUGH_ID, 0),)
    if step.after:
        yield (TimedOut(session.seq),)
    yield (Typed(NONSENSE),) * 6


def _heard(flow: Flow, step: Step) -> Iterator[tuple[Event, ...]]:
    """Words that fit nothing here and are listened to in the next step."""
    kept = step.other if isinstance(step.other, KeepWords) else None
    route = flow.steps[kept.goto].way if kept and kept.goto in flow.steps else None
    if isinstance(route, Route):
        yield from ((Typed(case.value),) for case in route.cases if case.within is not None)


def sample_values(call: str) -> dict[str, Answer]:
    """Something of everything a call returns, as long as it may be."""
    spec = registry.CALLS.get(call)
    items: Answer = tuple(
        {"id": str(place), "label": f"Number {place}", "name": f"Number {place}"} for place in (1, 2, 3)
    )
    returns = spec.returns if spec else {}
    return {name: items if length == registry.LIST else "x" * length for name, length in returns.items()}
