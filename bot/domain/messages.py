"""Texts that the program sends outside a flow, by id, from conversations/messages.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bot.domain.plain_yaml import read_yaml

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Label:
    """A button of a message: what it says, and the id its code knows it by."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Message:
    """A text with `{places}` to fill, and its buttons."""

    text: str
    buttons: tuple[Label, ...] = ()

    @property
    def places(self) -> frozenset[str]:
        """The names that must be filled."""
        return frozenset(_PLACE.findall(self.text))


class Messages:
    """All such texts. A name from outside is filled in as it is and never read as a place."""

    def __init__(self, by_id: Mapping[str, Message]) -> None:
        self._by_id = by_id

    def __contains__(self, name: str) -> bool:
        return name in self._by_id

    def text(self, name: str, /, **fill: object) -> str:
        """The words of `name`, filled. Raises KeyError for an unknown id."""
        return _PLACE.sub(lambda place: str(fill.get(place.group(1), "")), self._by_id[name].text)

    def buttons(self, name: str) -> tuple[Label, ...]:
        """The buttons of `name`, in order."""
        return self._by_id[name].buttons

    def all(self) -> Mapping[str, Message]:
        """Every text, for checks."""
        return self._by_id


class MessagesBroken(ValueError):
    """conversations/messages.yaml does not hold what it should."""


def read_messages(text: str) -> Messages:
    """Read `id: "text"` and `id: {text: …, buttons: [{id, label}]}`. Raises MessagesBroken."""
    try:
        found = read_yaml(text)
    except yaml.YAMLError as broken:
        raise MessagesBroken(f"messages.yaml cannot be read: {broken}") from broken
    if not isinstance(found, dict):
        raise MessagesBroken("messages.yaml must be a list of ids with their texts")
    return Messages({str(name): _message(str(name), value) for name, value in found.items()})


def _message(name: str, value: Any) -> Message:
    if isinstance(value, str):
        return Message(value)
    if isinstance(value, dict) and isinstance(value.get("text"), str) and value.keys() <= {"text", "buttons"}:
        buttons = value.get("buttons", [])
        if all(isinstance(b, dict) and b.keys() == {"id", "label"} for b in buttons):
            return Message(value["text"], tuple(Label(str(b["id"]), str(b["label"])) for b in buttons))
    raise MessagesBroken(f"messages.yaml: {name} must be a text, or a text with buttons of id and label")
