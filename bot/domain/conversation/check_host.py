"""Checks of what flows ask of the host: calls, effects, events, facts, and names of answers."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields

from bot.domain.conversation import registry
from bot.domain.conversation.edges import actions_of, hands_to, saved_by
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import (
    Action,
    Calls,
    Flow,
    Listed,
    Route,
    Step,
)
from bot.domain.conversation.problems import Problem, meant
from bot.domain.conversation.words import Answer, names_in
from bot.domain.events import KINDS, from_json

_PLACES_OF_ROUTES = frozenset({"country", "nation", "language"})


def check_host(flows: Flows) -> Iterator[Problem]:
    """Unknown calls, effects, events and facts; parameters and outcomes that do not fit the registry."""
    known = _known_answers(flows.by_name)
    for flow in flows.by_name.values():
        for step in flow.steps.values():
            yield from _host(flow, step, known[flow.name])
            yield from _saves(flow, step)


def facts_known(flows: Mapping[str, Flow]) -> dict[str, set[str]]:
    """Flow → every name its texts may use: the facts, and answers of its own and of flows leading to it."""
    return {name: answers | set(registry.FACTS) for name, answers in _known_answers(flows).items()}


def _problem(flow: Flow, line: int, key: str, what: str, fix: str = "") -> Problem:
    return Problem(flow.file, line, key, what, fix)


def _at(flow: Flow, key: str, what: str, fix: str = "") -> Problem:
    return Problem(flow.file, flow.line(key), key, what, fix)


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
        fix = meant(action.name, registry.DOS, "docs/flows.md says where they stand")
        yield _problem(flow, action.line, key, f"there is no effect {action.name}", fix)
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
        fix = meant(str(name), KINDS, "see bot/domain/events.py")
        yield _problem(flow, action.line, key, f"there is no event {name}", fix)
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
        fix = meant(way.name, registry.CALLS, "docs/flows.md says where they stand")
        yield _problem(flow, way.line, f"{at}.call", f"there is no call {way.name}", fix)
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
