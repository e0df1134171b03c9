"""Flows from texts: nothing is read from disk here, and nothing broken gets through unnamed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from bot.domain.conversation import registry
from bot.domain.conversation.boards import Board, board
from bot.domain.conversation.build import Builder
from bot.domain.conversation.document import Document, DocumentBroken, Path, read_document
from bot.domain.conversation.model import Flow, Step
from bot.domain.conversation.problems import FlowsBroken, Problem, meant
from bot.domain.conversation.schema import KEYS, FlowFile
from bot.domain.conversation.words import Words
from bot.domain.speech import ENGLISH, Speech, Voices, only_english


@dataclass(frozen=True)
class Flows:
    """All flows by name, with their English keyboards worked out. A new wording is a new Flows."""

    by_name: Mapping[str, Flow]
    problems: tuple[Problem, ...] = ()
    """What stood in the way of reading some of them."""
    boards: Mapping[tuple[str, str], Board] = field(init=False)
    voices: Voices = only_english
    """The other languages they are said in; not kept with them."""

    def __post_init__(self) -> None:
        boards = {
            (flow.name, step.id): board(step, self.lines, ENGLISH)
            for flow in self.by_name.values()
            for step in flow.steps.values()
            if step.waits
        }
        object.__setattr__(self, "boards", boards)

    def board(self, flow: str, step: Step, speech: Speech) -> Board:
        """The keyboard of a waiting step in a language; those that are not English are made when asked."""
        if speech is ENGLISH:
            return self.boards[flow, step.id]
        return board(step, self.lines, speech)

    def spoken_in(self, voices: Voices) -> "Flows":
        """The same flows with other languages; their keyboards are not worked out again."""
        object.__setattr__(self, "voices", voices)
        return self

    @cached_property
    def lines(self) -> Mapping[str, Words]:
        """The engine's own sentences and buttons, from the flow `repair`."""
        repair = self.by_name.get(registry.REPAIR)
        return repair.lines if repair else {}

    def step(self, flow: str, step: str) -> Step | None:
        """The step, if there is one."""
        found = self.by_name.get(flow)
        return found.steps.get(step) if found else None


def load_flows(texts: Mapping[str, str]) -> Flows:
    """Read flows from texts by file name. Raises FlowsBroken with every problem of reading found."""
    flows = read_flows(texts)
    if flows.problems:
        raise FlowsBroken(flows.problems)
    return flows


def read_flows(texts: Mapping[str, str]) -> Flows:
    """As `load_flows`, but hands over what could be read, with the problems beside it (for the checker)."""
    problems: list[Problem] = []
    found: dict[str, Flow] = {}
    shaped = {file: _shape(file, text, problems) for file, text in sorted(texts.items())}
    phrases = _phrases(shaped, problems)
    for file, shape in shaped.items():
        if shape is None:
            continue
        flow, wrong = _built(file, *shape, phrases)
        problems += wrong
        if flow.name in found:
            problems.append(
                Problem(
                    file,
                    flow.line("flow"),
                    "flow",
                    f"{flow.name} is in {found[flow.name].file} too",
                )
            )
        found.setdefault(flow.name, flow)
    return Flows(found, tuple(problems))


def read_flow(file: str, text: str) -> tuple[Flow | None, list[Problem]]:
    """One file by itself. The flow is None when its shape is wrong."""
    problems: list[Problem] = []
    shape = _shape(file, text, problems)
    if shape is None:
        return None, problems
    return _built(file, *shape, shape[1].phrases)


def _shape(file: str, text: str, problems: list[Problem]) -> tuple[Document, FlowFile] | None:
    try:
        document = read_document(text)
    except DocumentBroken as broken:
        problems.append(Problem(file, broken.line, "", broken.what))
        return None
    try:
        return document, FlowFile.model_validate(document.data)
    except ValidationError as wrong:
        problems += [_problem(file, document, error) for error in wrong.errors()]
        return None


def _phrases(
    shaped: Mapping[str, tuple[Document, FlowFile] | None], problems: list[Problem]
) -> Mapping[str, list[str]]:
    """The phrases that have a name, of all files together."""
    named: dict[str, list[str]] = {}
    for file, shape in shaped.items():
        for name, written in shape[1].phrases.items() if shape else ():
            if name in named and shape:
                line = shape[0].line(("phrases", name))
                problems.append(Problem(file, line, f"phrases.{name}", f"{name} stands in another file too"))
            named.setdefault(name, written)
    return named


def _built(
    file: str, document: Document, shape: FlowFile, phrases: Mapping[str, list[str]]
) -> tuple[Flow, list[Problem]]:
    builder = Builder(file, document, phrases)
    flow = builder.flow(shape)
    stem = PurePosixPath(file).stem
    if stem != flow.name:
        line = flow.line("flow")
        builder.problems.append(
            Problem(file, line, "flow", f"the file is {stem}, the flow {flow.name}", "give both one name")
        )
    return flow, builder.problems


def _problem(file: str, document: Document, error: Any) -> Problem:
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    known = path
    while known and known not in document.lines:
        known = known[:-1]
    key = ".".join(str(part) for part in (known if len(known) < len(path) - 1 else path))
    what, fix = _SAID.get(error["type"], (error["msg"], ""))
    if error["type"] == "extra_forbidden":
        fix = meant(str(path[-1]), KEYS, fix)
    return Problem(file, document.line(path), key, what.format(name=path[-1] if path else "file"), fix)


_SAID = {
    "extra_forbidden": ("unknown key {name}", "see docs/flows.md for the keys there are"),
    "missing": ("{name} is missing", "add it"),
    "string_type": ("{name} must be words", "put quotes around it"),
    "string_pattern_mismatch": ("{name} is not a name this key takes", "small letters, digits and _"),
    "bool_type": ("{name} must be true or false", "without quotes"),
    "int_type": ("{name} must be a whole number", "without quotes"),
}
