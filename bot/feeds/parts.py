"""A JSON document read a piece at a time: a large feed needs no more memory than its largest row."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

CHUNK = 1 << 18
MOST_PIECE = 4_000_000
"""Characters. No row of a real feed comes near; without a limit one bracket could fill the memory."""
_SPACE = re.compile(r"[ \t\n\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")
_OF_ROWS = ("name", "meeting_name", "key_string")
_WORDS = ("true", "false", "null")
_AFTER = frozenset(",:]} \t\n\r")
_DECODER = json.JSONDecoder()


class Broken(ValueError):
    """The document is not whole; the message says where, in plain words."""


class Part(NamedTuple):
    """A piece of a document. `path` is the keys that lead to it with dots between, "" at the top.

    `listed` when it is an item of a list that stands there.
    """

    path: str
    value: Any
    listed: bool


def json_parts(file: TextIO) -> Iterator[Part]:
    """The items of all lists of a document, and what else stands in it; lines of JSON are one list.

    Lists within items stay whole; an empty list is a piece that is not listed. Raises Broken when the
    document ends early, goes on after its end, or holds a piece of over `MOST_PIECE` characters; everything
    before has been given out by then, and the message says after which item of its list.
    """
    path, items = "", 0
    try:
        for part in _parts(_Text(file)):
            items = (items + 1 if part.path == path else 1) if part.listed else 0
            path = part.path
            yield part
    except Broken as broken:
        if not items:
            raise
        raise Broken(f"{broken}, after row {items}") from None


def _parts(text: "_Text") -> Iterator[Part]:
    first = text.peek()
    if not first:
        return
    if first == "[":
        yield from _items(text, "")
    elif first == "{" and text.is_lines():
        yield from _lines(text)
    elif first == "{":
        yield from _members(text, "")
    else:
        raise Broken("it is not whole JSON: it begins with neither [ nor {")
    if text.peek():
        raise Broken("it is not whole JSON: something stands after its end")


def _items(text: "_Text", path: str) -> Iterator[Part]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        yield Part(path, [], listed=False)
        return
    while True:
        yield Part(path, text.value(), True)
        if text.goes_on():
            continue
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


def _members(text: "_Text", path: str) -> Iterator[Part]:
    text.take("{")
    if text.peek() == "}":
        text.take("}")
        return
    while True:
        key = text.value()
        if not isinstance(key, str):
            raise Broken("it is not whole JSON: a key is missing")
        text.take(":")
        inner, opens = f"{path}.{key}".strip("."), text.peek()
        if opens == "[":
            yield from _items(text, inner)
        elif opens == "{" and not path:
            yield from _members(text, inner)
        else:
            yield Part(inner, text.value(), listed=False)
        if text.peek() == "}":
            text.take("}")
            return
        text.take(",")


def _lines(text: "_Text") -> Iterator[Part]:
    while text.peek():
        yield Part("", text.value(), listed=True)


class _Text:
    """The text with a place in it; only what is needed next is in memory."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._held = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next sign that is no space, "" at the end."""
        while True:
            space = _SPACE.match(self._held, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Go past a sign that must be next."""
        found = self.peek()
        if found != sign:
            raise Broken(
                f"it is not whole JSON: {'it ends in the middle' if not found else f'a {sign} is missing'}"
            )
        self._at += 1

    def goes_on(self) -> bool:
        """Whether a comma is next and then something that is here already; if so it is past the comma."""
        comma = _COMMA.match(self._held, self._at)
        if comma is None or comma.end() == len(self._held):
            return False
        self._at = comma.end()
        return True

    def value(self) -> Any:
        """The whole value that begins here."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except RecursionError:
                raise Broken("it is not whole JSON: its brackets go too deep") from None
            except ValueError as error:
                if len(self._held) - self._at > MOST_PIECE:
                    raise Broken("one piece of it is larger than any row can be") from None
                if not self._more():
                    raise Broken(self._why(error)) from None
                continue
            whole = end < len(self._held) and self._held[end] in _AFTER
            if whole or not self._more():  # a number may go on in the next chunk
                self._at = end
                return value

    def is_lines(self) -> bool:
        """Whether the first line is a whole object and the next begins another."""
        while "\n" not in self._held[self._at :] and len(self._held) < MOST_PIECE and self._more():
            pass
        line, _, rest = self._held[self._at :].partition("\n")
        if not line.rstrip().endswith("}"):
            return False
        while not rest.strip() and self._more():
            rest = self._held[self._at :].partition("\n")[2]
        try:
            only = json.loads(line)
        except (ValueError, RecursionError):
            return False
        following = rest.lstrip()[:1]
        return following == "{" or (not following and any(key in only for key in _OF_ROWS))

    def _more(self) -> bool:
        if self._ended:
            return False
        chunk = self._file.read(max(CHUNK, len(self._held) - self._at))
        self._ended = not chunk
        if self._ended:
            return False
        self._held, self._at = self._held[self._at :] + chunk, 0
        return True

    def _why(self, error: ValueError) -> str:
        said = getattr(error, "msg", "")
        left = self._held[getattr(error, "pos", 0) :].rstrip()
        cut = any(word.startswith(left) for word in _WORDS) or (len(left) == 1 and left not in "]}")
        ended = cut or said.startswith("Unterminated string")
        return f"it is not whole JSON: {'it ends in the middle' if ended else 'a value in it cannot be read'}"
