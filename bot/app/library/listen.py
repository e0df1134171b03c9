"""`foothold listen`: JSON Lines of texts in, JSON Lines of what was heard out, one for one and in order."""

import json
from collections.abc import Iterator
from typing import Protocol, TextIO

from bot.domain.danger import Hearing

LONGEST_LINE = 1 << 20
"""Characters. A longer line is a bad line; the rest of it is passed over, so that memory stays constant."""


class Hears(Protocol):
    """What the lines are put to: a `Listener`."""

    def listen(self, text: str, *, prev: str | None = None) -> tuple[Hearing, ...]:
        """The dangers in a text, most urgent first."""


class BadLineError(ValueError):
    """A line that is not `{"id": …, "text": …}`; the message says why, without its content."""


def listen_lines(lines: TextIO, out: TextIO, listener: Hears) -> int:
    """Answer each line `{"id", "text"}` (optionally `"prev"`, the bot's question before) with one line.

    That line is `{"id", "labels": [{"kind", "level", "tier", "who"}]}`, most urgent first, or for a bad line
    `{"id": null, "error"}` in its place. Returns the exit code: 0, or 1 when there was a bad line. Each
    answer is flushed, so another program may wait for it. Open `lines` with
    `errors="surrogateescape"`, so that bytes that are not UTF-8 stay in their own line.
    """
    code = 0
    for line in _lines(lines):
        try:
            answer = _answer(line, listener)
        except BadLineError as error:
            answer, code = {"id": None, "error": str(error)}, 1
        out.write(json.dumps(answer) + "\n")
        out.flush()
    return code


def _lines(stream: TextIO) -> Iterator[str | None]:
    """Line by line; None for one that is too long."""
    while line := stream.readline(LONGEST_LINE):
        if line.endswith("\n") or len(line) < LONGEST_LINE:
            yield line
            continue
        rest = line
        while rest and not rest.endswith("\n"):
            rest = stream.readline(LONGEST_LINE)
        yield None


def _answer(line: str | None, listener: Hears) -> dict[str, object]:
    asked = _parsed(line)
    text, prev, name = asked.get("text"), asked.get("prev"), asked.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise BadLineError('"id" must be a string or a whole number')
    if not isinstance(text, str):
        raise BadLineError('"text" must be a string')
    if not isinstance(prev, str | None):
        raise BadLineError('"prev" must be a string where it is given')
    return {"id": name, "labels": [_label(hearing) for hearing in listener.listen(text, prev=prev)]}


def _parsed(line: str | None) -> dict[str, object]:
    if line is None:
        raise BadLineError(f"the line is longer than {LONGEST_LINE} characters")
    try:
        asked = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise BadLineError("the line is not JSON") from None
    if not isinstance(asked, dict):
        raise BadLineError("the line is not a JSON object")
    return asked


def _label(hearing: Hearing) -> dict[str, str]:
    return {"kind": hearing.kind, "level": hearing.level, "tier": hearing.tier, "who": hearing.who}
