"""Golden transcripts: a conversation as a coach would read it, played again and compared word for word.

The head is YAML (title, flow, facts, answers, calls) and ends with a line of three dashes. Then come the
lines. Only the person's lines and the stage directions at the margin are played; the rest is what must come.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import unified_diff
from typing import Any, cast

from bot.domain.conversation.document import DocumentBroken, read_document
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.player import THINGS, Attentive, CannedCalls, Player
from bot.domain.conversation.words import Answer, Answers

_WAIT = re.compile(r"\((\d+) (minutes?|seconds?) pass(?:es)?\)")
_INTERRUPTED = re.compile(r"\(interrupted by ([a-z_]+)(?:: (.*))?\)")
_THINGS = {
    "voice note": THINGS["/voice"],
    "photo": THINGS["/photo"],
    "sticker": THINGS["/sticker"],
    "shares a place": THINGS["/place"],
}


class TranscriptBroken(ValueError):
    """A transcript that cannot be played. The message names the line."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What is true while transcripts are played: facts, and what look-ups find."""

    facts: Answers = field(default_factory=dict)
    calls: CannedCalls = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transcript:
    """One file: its head as written, and its lines."""

    head: str
    flow: str
    facts: Answers
    answers: Answers
    calls: CannedCalls
    lines: tuple[str, ...]
    listens: bool = False
    """Whether danger is listened for in each line, as the service does; else it is written down."""


def read_samples(text: str) -> Samples:
    """`facts:` and `calls:` shared by all transcripts. Raises TranscriptBroken."""
    found = _mapping(text)
    return Samples(found.get("facts") or {}, _calls(found.get("calls") or {}))


def read_transcript(text: str) -> Transcript:
    """Read one file. Raises TranscriptBroken."""
    head, dashes, body = text.partition("\n---\n")
    if not dashes:
        raise TranscriptBroken("the head must end with a line of three dashes")
    found = _mapping(head)
    if not isinstance(found.get("flow"), str) or not isinstance(found.get("title"), str):
        raise TranscriptBroken("the head needs title: and flow:")
    return Transcript(
        head,
        found["flow"],
        found.get("facts") or {},
        found.get("answers") or {},
        _calls(found.get("calls") or {}),
        tuple(body.splitlines()),
        found.get("listens") is True,
    )


def replay(flows: Flows, transcript: Transcript, samples: Samples, attentive: Attentive | None = None) -> str:
    """The whole file as it would be written today; `attentive` hears danger in one that listens.

    Raises TranscriptBroken for a line nobody can play.
    """
    if transcript.listens and attentive is None:
        raise TranscriptBroken("it listens for danger, and nothing here does")
    facts, calls = {**samples.facts, **transcript.facts}, {**samples.calls, **transcript.calls}
    player = Player(flows, facts, calls, attentive)
    player.start(transcript.flow, transcript.answers)
    lines = transcript.lines
    for at, line in enumerate(lines):
        if line.startswith("Person:"):
            text, after = _whole(lines, at)
            if after.startswith("(interrupted by") and not transcript.listens:
                player.wrote(text)
            else:
                _said(player, text)
        elif line.startswith("(") and not (transcript.listens and line.startswith("(interrupted by")):
            _directed(player, line)
    return f"{transcript.head}\n---\n" + "\n".join(player.script) + "\n"


def differences(written: str, played: str) -> str:
    """What differs, as a unified diff; empty when nothing does."""
    return "\n".join(
        unified_diff(written.splitlines(), played.splitlines(), "written", "played", lineterm="")
    )


def _whole(lines: tuple[str, ...], at: int) -> tuple[str, str]:
    """A person's words with the indented lines that belong to them (not stage directions or buttons), and the
    line after them."""
    said = [lines[at].removeprefix("Person:").strip()]
    for line in lines[at + 1 :]:
        if not line.startswith("  ") or line.startswith(("  (", "  [")):
            return "\n".join(said), line
        said.append(line.strip())
    return "\n".join(said), ""


def _said(player: Player, text: str) -> None:
    thing = text[1:-1] if text.startswith("(") and text.endswith(")") else ""
    if thing in _THINGS:
        player.does(thing, _THINGS[thing])
    elif thing:
        raise TranscriptBroken(f"nobody can do {text}; there are {', '.join(_THINGS)}")
    else:
        player.says(text)


def _directed(player: Player, line: str) -> None:
    wait, interrupted = _WAIT.fullmatch(line), _INTERRUPTED.fullmatch(line)
    if wait:
        amount = int(wait[1])
        player.waits(timedelta(seconds=amount) if wait[2].startswith("s") else timedelta(minutes=amount))
    elif interrupted:
        pairs = (pair.split(" ", 1) for pair in (interrupted[2] or "").split(", ") if " " in pair)
        player.is_interrupted(interrupted[1], dict(cast("list[tuple[str, str]]", list(pairs))))
    else:
        raise TranscriptBroken(f"not a stage direction: {line}")


def _mapping(text: str) -> dict[str, Any]:
    try:
        data = read_document(text).data
    except DocumentBroken as broken:
        raise TranscriptBroken(f"line {broken.line}: {broken.what}") from broken
    if not isinstance(data, dict):
        raise TranscriptBroken("the head must be keys and values")
    return cast("dict[str, Any]", data)


def _calls(found: Mapping[str, Any]) -> CannedCalls:
    return {
        name: tuple(_returned(item) for item in (canned if isinstance(canned, list) else [canned]))
        for name, canned in found.items()
    }


def _returned(canned: Any) -> Returned:
    if isinstance(canned, str):
        return Returned(canned)
    if isinstance(canned, dict) and len(canned) == 1:
        outcome, values = next(iter(canned.items()))
        if isinstance(outcome, str) and isinstance(values, dict):
            return Returned(outcome, cast("dict[str, Answer]", values))
    raise TranscriptBroken(f"a call finds `outcome` or `{{outcome: {{name: value}}}}`, not {canned!r}")
