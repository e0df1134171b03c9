"""YAML read strictly: yes, no and on stay words (YAML 1.2), no doubled keys, and the line of every key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

Path = tuple[str | int, ...]
Plain = str | int | float | bool | None | list["Plain"] | dict[str | int, "Plain"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where it is there: eight times as fast."""
_INT = re.compile(r"(?:0|-?[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+\Z")


class DocumentBroken(Exception):
    """Text that is no YAML of ours. `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data and the line each of its keys and items stands on."""

    data: Plain
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the longest known beginning of `path`."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(text: str) -> Document:
    """Read one YAML document. Raises DocumentBroken for bad YAML, a doubled key, an alias or a tag."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        raise DocumentBroken(mark.line + 1 if mark else 1, _plainly(broken)) from broken
    except yaml.YAMLError as broken:
        line = text.count("\n", 0, getattr(broken, "position", 0)) + 1
        raise DocumentBroken(line, "not YAML: a character that may not stand in a text file") from broken
    if node is None:
        raise DocumentBroken(1, "the file is empty")
    lines: dict[Path, int] = {}
    return Document(_plain(node, (), lines, set()), lines)


def _plainly(broken: yaml.MarkedYAMLError) -> str:
    """What libyaml found, for somebody who has never heard of YAML."""
    said = broken.problem or ""
    return next((plain for part, plain in _SAID.items() if part in said), f"not YAML: {said}")


_SAID: Mapping[str, str] = {
    "mapping values are not allowed": 'a colon in words without quotation marks: put "…" around the words',
    "did not find expected": "this line or the one above doesn't fit: is a quotation mark open, a bracket or "
    "a comma missing, or are there more or fewer spaces at its beginning than before its neighbours?",
    "could not find expected": "a line without a colon, or a quotation mark that is still open above it",
    "unexpected end": "a quotation mark or a bracket that is never closed",
    "cannot start any token": 'a tab, or a mark that may not begin words: use spaces, or put "…" around them',
    "unknown escape": "a backslash in words: write it twice, or leave it out",
}
"""What libyaml says, and what it means here."""


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[int]) -> Plain:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise DocumentBroken(line, "YAML anchors and aliases are not used in flows")
    seen.add(id(node))
    lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, place), lines, seen) for place, item in enumerate(node.value)]
    assert isinstance(node, yaml.MappingNode)
    found: dict[str | int, Plain] = {}
    for key_node, value_node in node.value:
        at = key_node.start_mark.line + 1
        key = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if isinstance(key, bool) or not isinstance(key, str | int):
            raise DocumentBroken(at, "a key must be a word or a whole number")
        if key in found:
            raise DocumentBroken(at, f"the key {key!r} stands here twice")
        lines[(*path, key)] = at
        found[key] = _plain(value_node, (*path, key), lines, seen)
    return found


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
