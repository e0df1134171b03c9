"""Texts that the program sends outside a flow, by id, from conversations/messages.yaml."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import yaml

from bot.domain.keeping.plain_yaml import read_yaml
from bot.domain.speech import ENGLISH, Speech, Voices, in_english, only_english

_SAFETY = ("danger_", "safety_", "person_poison")
"""How the ids begin of what somebody in danger may read: translated before a language is offered."""
T = TypeVar("T")
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


class Said(str):
    """Words of a message, which can be said again to somebody who reads another language."""

    __slots__ = ("_again",)
    _again: "Callable[[Messages], str]"

    @classmethod
    def of(cls, words: str, again: "Callable[[Messages], str]") -> "Said":
        """`again` says the same in the language of other messages."""
        made = cls(words)
        made._again = again
        return made

    def by(self, words: "Messages") -> str:
        """The same, said by `words`."""
        return self._again(words)


def said_by(words: "Messages", told: T) -> T:
    """What is filled in, in the language of `words` where it is a message itself."""
    return cast("T", told.by(words)) if isinstance(told, Said) else told


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
        return Said.of(
            self._text(name, fill),
            lambda words: words.text(name, **{key: said_by(words, told) for key, told in fill.items()}),
        )

    def _text(self, name: str, fill: Mapping[str, object]) -> str:
        text = self._by_id[name].text
        english = text.strip()
        if english not in self.speech.texts:
            return _filled(text, fill)
        said = _filled(text.replace(english, self.speech.of(english)), fill)
        if not (name.startswith(_SAFETY) and self.speech.doubtful(english)):
            return said
        return f"{said}\n\n{_filled(english, in_english(fill))}"

    def buttons(self, name: str) -> tuple[Label, ...]:
        """The buttons of `name`, in order."""
        return tuple(Label(one.id, self._label(one.label)) for one in self._by_id[name].buttons)

    def _label(self, english: str) -> Said:
        return Said.of(self.speech.of(english), lambda words: words._label(english))

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
