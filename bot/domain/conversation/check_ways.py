"""Checks of the ways between steps: none leads nowhere, none is without an end, none runs in circles."""

from collections.abc import Iterator, Mapping

from bot.domain.conversation import registry
from bot.domain.conversation.edges import reached, ways_on
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import wordings
from bot.domain.conversation.model import (
    Ask,
    Calls,
    Choose,
    End,
    Flow,
    Goto,
    Hand,
    Step,
    Target,
)
from bot.domain.conversation.problems import Problem, meant

Node = tuple[str, str]
_MEANT_TO_BE_SILENT = frozenset({"hidden"})
"""After hiding the chat nothing is said (design: safety, abuse)."""


def check_ways(flows: Flows) -> Iterator[Problem]:
    """Unknown or unreachable steps, no way out, silent ends, endless loops, and the flow `repair`."""
    for flow in flows.by_name.values():
        yield from _targets(flows, flow)
        yield from _reachable(flow)
        yield from _ways_out(flow)
        yield from _silent_ends(flow)
        for step in flow.steps.values():
            yield from _other(flow, step)
            yield from _same_words(flow, step)
    yield from _loops(flows.by_name)
    yield from _repair(flows)


def _problem(flow: Flow, line: int, key: str, what: str, fix: str = "") -> Problem:
    return Problem(flow.file, line, key, what, fix)


def _at(flow: Flow, key: str, what: str, fix: str = "") -> Problem:
    return Problem(flow.file, flow.line(key), key, what, fix)


def _same_words(flow: Flow, step: Step) -> Iterator[Problem]:
    """Typed words that stand at two buttons of one step."""
    meant_by: dict[str, str] = {}
    for one in step.way.choices if isinstance(step.way, Choose) else ():
        for words in sorted(wordings(one.label.source, one.id, one.words)):
            if (other := meant_by.setdefault(words, one.id)) != one.id:
                key = f"steps.{step.id}.choices.{one.id}"
                yield _at(flow, key, f'"{words}" stands at the button {other} too', "leave it at one of them")


def _targets(flows: Flows, flow: Flow) -> Iterator[Problem]:
    if flow.start not in flow.steps:
        yield _problem(
            flow, flow.line("start"), "start", f"there is no step {flow.start}", meant(flow.start, flow.steps)
        )
    for version, renames in flow.migrate.items():
        line = flow.line("migrate")
        if version > flow.version:
            yield _problem(
                flow, line, f"migrate.{version}", "a version that is not there yet", "raise version"
            )
        for old in renames:
            if flow.renamed(old, version - 1) is None:
                yield _problem(
                    flow, line, f"migrate.{version}.{old}", f"leads to {renames[old]}, which is no step"
                )
    for step in flow.steps.values():
        for edge in ways_on(step):
            if missing := _missing(flows, flow, edge.target):
                yield _at(flow, f"steps.{step.id}.{edge.key}", *missing)


def _missing(flows: Flows, flow: Flow, target: Target) -> tuple[str, str] | None:
    """What a way leads to that is not there, and what was probably meant."""
    match target:
        case Goto(step) if step not in flow.steps:
            return f"there is no step {step}", meant(step, flow.steps)
        case Hand(name) if name not in flows.by_name:
            return f"there is no flow {name}", meant(name, flows.by_name)
        case Goto() | Hand() | End():
            return None


def _roots(flow: Flow) -> tuple[str, ...]:
    return (flow.start, registry.LOST) if flow.name == registry.REPAIR else (flow.start,)


def _reachable(flow: Flow) -> Iterator[Problem]:
    there = reached(flow, _roots(flow))
    for step in flow.steps.values():
        if step.id not in there:
            yield _problem(
                flow, step.line, f"steps.{step.id}", "no way leads to this step", "lead to it or remove it"
            )


def _ways_out(flow: Flow) -> Iterator[Problem]:
    """A step from which neither an end nor another flow can be reached."""
    leads_out: set[str] = set()
    grew = True
    while grew:
        grew = False
        for step in flow.steps.values():
            if step.id not in leads_out and any(_is_out(edge.target, leads_out) for edge in ways_on(step)):
                leads_out.add(step.id)
                grew = True
    for step in flow.steps.values():
        if step.id not in leads_out:
            yield _problem(
                flow, step.line, f"steps.{step.id}", "no way out from here", "lead to an end or a flow"
            )


def _is_out(target: Target, leads_out: set[str]) -> bool:
    return not isinstance(target, Goto) or target.step in leads_out


def _silent_ends(flow: Flow) -> Iterator[Problem]:
    """Ways from a person's answer to an end on which the bot says nothing at all."""
    for step in flow.steps.values():
        for edge in ways_on(step) if step.waits else ():
            end = _end_in_silence(flow, edge.target, set())
            if end is not None and end not in _MEANT_TO_BE_SILENT:
                key = f"steps.{step.id}.{edge.key}"
                yield _at(flow, key, f"ends ({end}) without a word", "lead to a step that says something")


def _end_in_silence(flow: Flow, target: Target, seen: set[str]) -> str | None:
    if isinstance(target, End):
        return target.outcome
    if isinstance(target, Hand) or target.step in seen or target.step not in flow.steps:
        return None
    step = flow.steps[target.step]
    if step.say or step.waits:
        return None
    seen.add(step.id)
    ends = (_end_in_silence(flow, edge.target, seen) for edge in ways_on(step))
    return next((end for end in ends if end is not None), None)


def _other(flow: Flow, step: Step) -> Iterator[Problem]:
    takes_anything = isinstance(step.way, Ask) and step.way.kind in ("text", "place")
    if step.waits and step.other is None and not takes_anything:
        yield _problem(
            flow, step.line, f"steps.{step.id}", "words that fit nothing lead nowhere", "add other:"
        )


def _loops(flows: Mapping[str, Flow]) -> Iterator[Problem]:
    """Circles of steps of which none waits, across flows. A call that runs out breaks a circle."""
    done: set[Node] = set()
    for flow in flows.values():
        for name in flow.steps:
            yield from _circles(flows, (flow.name, name), [], done)


def _circles(flows: Mapping[str, Flow], node: Node, path: list[Node], done: set[Node]) -> Iterator[Problem]:
    if node in path:
        flow = flows[node[0]]
        names = " → ".join(step for _, step in [*path[path.index(node) :], node])
        yield _problem(
            flow,
            flow.steps[node[1]].line,
            f"steps.{node[1]}",
            f"an endless loop: {names}",
            "let one of these steps wait",
        )
        return
    if node in done:
        return
    for after in _without_waiting(flows, node):
        yield from _circles(flows, after, [*path, node], done)
    done.add(node)


def _without_waiting(flows: Mapping[str, Flow], node: Node) -> Iterator[Node]:
    step = flows[node[0]].steps[node[1]]
    if step.waits:
        return
    if (
        isinstance(step.way, Calls)
        and step.way.name in registry.CALLS
        and registry.CALLS[step.way.name].runs_out
    ):
        return
    for edge in ways_on(step):
        match edge.target:
            case Goto(name) if name in flows[node[0]].steps:
                yield node[0], name
            case Hand(name) if name in flows and flows[name].start in flows[name].steps:
                yield name, flows[name].start
            case _:
                pass


def _repair(flows: Flows) -> Iterator[Problem]:
    repair = flows.by_name.get(registry.REPAIR)
    if repair is None:
        yield Problem("repair.yaml", 1, "flow", "there is no flow repair", "see docs/flows.md")
        return
    if registry.LOST not in repair.steps:
        yield _problem(repair, repair.line_of.get("steps", 1), "steps", f"repair has no step {registry.LOST}")
    if registry.TALK not in flows.by_name:
        yield _problem(repair, 1, "flow", "there is no flow talk, which the button leads to", "add talk.yaml")
    line = repair.line_of.get("lines", 1)
    for name, compulsory in registry.LINES.items():
        if compulsory and name not in repair.lines:
            yield _problem(repair, line, "lines", f"the line {name} is missing", "see docs/flows.md")
    for flow in flows.by_name.values():
        for name in flow.lines:
            if flow is not repair or name not in registry.LINES:
                yield _problem(flow, flow.line("lines"), f"lines.{name}", "the engine has no such line")
