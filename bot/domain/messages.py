"""Texts that the program sends outside a flow, by id, from conversations/messages.yaml."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bot.domain.plain_yaml import read_yaml
from bot.domain.speech import ENGLISH, Speech, Voices, in_english, only_english

_SAFETY = ("danger_", "safety_", "person_poison")
"""How the ids begin of what somebody in danger may read: translated before a language is offered."""
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
    """All such texts. A name from outside is filled in as it is and never read as a place.

    `speech` is the language they are said in, `voices` finds others.
    """

    def __init__(
        self, by_id: Mapping[str, Message], voices: Voices = only_english, speech: Speech = ENGLISH
    ) -> None:
        self._by_id = by_id
        self._voices = voices
        self.speech = speech

    def spoken_in(self, language: str) -> "Messages":
        """The same texts for somebody who reads `language`; English where there is no translation."""
        if language == self.speech.language:
            return self
        return Messages(self._by_id, self._voices, self._voices(language))

    def __contains__(self, name: str) -> bool:
        return name in self._by_id

    def text(self, name: str, /, **fill: object) -> str:
        """The words of `name`, filled. Raises KeyError for an unknown id.

        A safety text whose translation nobody has signed has the English beneath it, with `…@en` filled in
        where that is given.
        """
        english = self._by_id[name].text
        said = _filled(self.speech.of(english.strip()), fill)
        if not (name.startswith(_SAFETY) and self.speech.doubtful(english.strip())):
            return said
        return f"{said}\n\n{_filled(english.strip(), in_english(fill))}"

    def buttons(self, name: str) -> tuple[Label, ...]:
        """The buttons of `name`, in order."""
        return tuple(Label(one.id, self.speech.of(one.label)) for one in self._by_id[name].buttons)

    def all(self) -> Mapping[str, Message]:
        """Every text, for checks."""
        return self._by_id


def _filled(text: str, fill: Mapping[str, object]) -> str:
    return _PLACE.sub(lambda place: str(fill.get(place.group(1), "")), text)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text or a button of a message, for translators. `safety`: for somebody who may be in danger."""

    key: str
    text: str
    safety: bool


def wordings(messages: Messages) -> Iterator[Wording]:
    """Every wording of every message, each once, in the order of the file."""
    for name, message in messages.all().items():
        safety = name.startswith(_SAFETY)
        if message.text.strip():
            yield Wording(name, message.text.strip(), safety)
        for label in message.buttons:
            yield Wording(f"{name}.{label.id}", label.label, safety)


class MessagesBroken(ValueError):
    """conversations/messages.yaml does not hold what it should."""


def read_messages(text: str, voices: Voices = only_english) -> Messages:
    """Read `id: "text"` and `id: {text: …, buttons: [{id, label}]}`, each id once. Raises MessagesBroken."""
    try:
        found = read_yaml(text)
    except yaml.YAMLError as broken:
        raise MessagesBroken(f"messages.yaml cannot be read: {broken}") from broken
    if not isinstance(found, dict):
        raise MessagesBroken("messages.yaml must be a list of ids with their texts")
    for name in _twice(text):
        raise MessagesBroken(f"messages.yaml: {name} stands here twice")
    return Messages({str(name): _message(str(name), value) for name, value in found.items()}, voices)


def _twice(text: str) -> Iterator[str]:
    names = re.findall(r"^([^\s#:][^:]*):", text, re.MULTILINE)
    yield from (name for place, name in enumerate(names) if name in names[:place])


def _message(name: str, value: Any) -> Message:
    if isinstance(value, str):
        return Message(value)
    if isinstance(value, dict) and isinstance(value.get("text"), str) and value.keys() <= {"text", "buttons"}:
        buttons = value.get("buttons", [])
        if all(isinstance(b, dict) and b.keys() == {"id", "label"} for b in buttons):
            return Message(value["text"], tuple(Label(str(b["id"]), str(b["label"])) for b in buttons))
    raise MessagesBroken(f"messages.yaml: {name} must be a text, or a text with buttons of id and label")
