"""Checks of the ways between steps, and of what flows ask of the host."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields

from bot.domain.conversation import registry
from bot.domain.conversation.edges import actions_of, hands_to, reached, saved_by, ways_on
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import (
    Action,
    Ask,
    Calls,
    End,
    Flow,
    Goto,
    Hand,
    Listed,
    Route,
    Step,
    Target,
)
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.words import Answer, names_in
from bot.domain.events import KINDS, from_json

Node = tuple[str, str]
_MEANT_TO_BE_SILENT = frozenset({"hidden"})
"""After hiding the chat nothing is said (design: safety, abuse)."""
_PLACES_OF_ROUTES = frozenset({"country", "nation", "language"})


def check_structure(flows: Flows) -> Iterator[Problem]:
    """Unknown steps, flows, calls, effects and facts; unreachable steps; no way out; endless loops."""
    known = _known_answers(flows.by_name)
    for flow in flows.by_name.values():
        yield from _targets(flows, flow)
        yield from _reachable(flow)
        yield from _ways_out(flow)
        yield from _silent_ends(flow)
        for step in flow.steps.values():
            yield from _other(flow, step)
            yield from _host(flow, step, known[flow.name])
            yield from _saves(flow, step)
    yield from _loops(flows.by_name)
    yield from _repair(flows)


def facts_known(flows: Mapping[str, Flow]) -> dict[str, set[str]]:
    """Flow → every name its texts may use: the facts, and answers of its own and of flows leading to it."""
    return {name: answers | set(registry.FACTS) for name, answers in _known_answers(flows).items()}


def _problem(flow: Flow, line: int, key: str, what: str, fix: str = "") -> Problem:
    return Problem(flow.file, line, key, what, fix)


def _at(flow: Flow, key: str, what: str, fix: str = "") -> Problem:
    return Problem(flow.file, flow.line(key), key, what, fix)


def _targets(flows: Flows, flow: Flow) -> Iterator[Problem]:
    if flow.start not in flow.steps:
        yield _problem(flow, flow.line("start"), "start", f"there is no step {flow.start}")
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
            what = _missing(flows, flow, edge.target)
            if what:
                yield _at(flow, f"steps.{step.id}.{edge.key}", what)


def _missing(flows: Flows, flow: Flow, target: Target) -> str:
    match target:
        case Goto(step):
            return "" if step in flow.steps else f"there is no step {step}"
        case Hand(name):
            return "" if name in flows.by_name else f"there is no flow {name}"
        case End():
            return ""


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


def _host(flow: Flow, step: Step, answers: set[str]) -> Iterator[Problem]:
    at = f"steps.{step.id}"
    known = answers | set(registry.FACTS) | _PLACES_OF_ROUTES
    for action in actions_of(step):
        yield from _action(flow, f"{at}.do", action)
        yield from _arguments(flow, action.line, f"{at}.do.{action.name}", action.args, known)
    match step.way:
        case Calls(args=args, line=line):
            yield from _call(flow, at, step.way)
            yield from _arguments(flow, line, f"{at}.with", args, known)
        case Route(on=on) if on not in known:
            yield _at(flow, f"{at}.route.on", f"nothing saves {on}")
        case Listed(source=source) if source not in answers:
            yield _at(flow, f"{at}.list.from", f"no call returns {source}")
        case _:
            pass


def _action(flow: Flow, key: str, action: Action) -> Iterator[Problem]:
    spec = registry.DOS.get(action.name)
    if spec is None:
        yield _problem(flow, action.line, key, f"there is no effect {action.name}", "see the registry")
        return
    if action.name == "record":
        yield from _event(flow, key, action)
    for name in spec.needs:
        if name not in action.args:
            yield _problem(flow, action.line, key, f"{action.name} needs {name}")
    for name in action.args:
        if name not in (*spec.needs, *spec.may) and "*" not in spec.may:
            yield _problem(flow, action.line, key, f"{action.name} does not take {name}")


def _event(flow: Flow, key: str, action: Action) -> Iterator[Problem]:
    """A `record` must be an event that the summaries know; `$answers` are only known when it happens."""
    name = action.args.get("event")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        yield _problem(flow, action.line, key, f"there is no event {name}", "see bot/domain/events.py")
        return
    known = {field.name: field.default is MISSING for field in fields(kind)}
    for given in action.args:
        if given not in known and given != "event":
            yield _problem(flow, action.line, key, f"the event {name} has no field {given}")
    for field, needed in known.items():
        if needed and field not in action.args:
            yield _problem(flow, action.line, key, f"the event {name} needs {field}")
    later = any(isinstance(value, str) and value.startswith("$") for value in action.args.values())
    if not later and set(action.args) - {"event"} <= set(known):
        try:
            from_json(action.args)
        except ValueError as wrong:
            yield _problem(flow, action.line, key, str(wrong))


def _call(flow: Flow, at: str, way: Calls) -> Iterator[Problem]:
    spec = registry.CALLS.get(way.name)
    if spec is None:
        yield _problem(flow, way.line, f"{at}.call", f"there is no call {way.name}", "see the registry")
        return
    for outcome in sorted(spec.outcomes - set(way.outcomes)):
        yield _problem(
            flow, way.line, f"{at}.outcomes", f"{way.name} may give {outcome}, which leads nowhere"
        )
    for outcome in sorted(set(way.outcomes) - spec.outcomes):
        yield _problem(flow, way.line, f"{at}.outcomes", f"{way.name} never gives {outcome}", "remove it")
    for name in spec.needs:
        if name not in way.args:
            yield _problem(flow, way.line, f"{at}.with", f"{way.name} needs {name}")
    for name in way.args:
        if name not in (*spec.needs, *spec.may):
            yield _problem(flow, way.line, f"{at}.with", f"{way.name} does not take {name}")


def _arguments(
    flow: Flow, line: int, key: str, args: Mapping[str, Answer], known: set[str]
) -> Iterator[Problem]:
    for value in args.values():
        if isinstance(value, str) and value.startswith("$") and value[1:] not in known:
            yield _problem(flow, line, key, f"nothing saves {value[1:]}")
        elif isinstance(value, str) and names_in(value):
            yield _problem(flow, line, key, f"write ${names_in(value)[0]} for an answer, without braces")


def _saves(flow: Flow, step: Step) -> Iterator[Problem]:
    for name in saved_by(step):
        if name in registry.RESERVED_ANSWERS:
            yield _problem(
                flow,
                step.line,
                f"steps.{step.id}",
                f"{name} is a fact of the service",
                "save under another name",
            )


def _known_answers(flows: Mapping[str, Flow]) -> dict[str, set[str]]:
    """Flow → the answers that may be there: its own, those of flows that lead to it, those the host gives."""
    known = {name: _own_answers(flow) for name, flow in flows.items()}
    before = hands_to(flows)
    grew = True
    while grew:
        grew = False
        for name, sources in before.items():
            gained = set().union(*(known[source] for source in sources)) - known[name]
            known[name] |= gained
            grew = grew or bool(gained)
    return known


def _own_answers(flow: Flow) -> set[str]:
    found = set(registry.HOST_ANSWERS)
    for step in flow.steps.values():
        found.update(saved_by(step))
        if isinstance(step.way, Calls) and step.way.name in registry.CALLS:
            found.update(registry.CALLS[step.way.name].returns)
    return found


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
