"""The lexicon as data: slots, rules, scopes and spellings, read from YAML and checked strictly."""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.danger.hearing import Kind, Level, Tier, Who

_T = TypeVar("_T")


class LexiconError(ValueError):
    """A file of the lexicon that cannot be used; the message names file, entry and fix."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slot(_Strict):
    """Words that may stand in one place. `words` are phrases between `|`; `<other>` takes in another slot's.

    With `number_from` or `number_to`, digits within those (both included) stand there too.
    """

    words: str = ""
    who: Who | None = None
    number_from: int | None = None
    number_to: int | None = None


class Rule(_Strict):
    """One thing to hear. `firm` rules are silenced by nothing but a direct "no" in their own clause.

    Where the second reader finds no danger, alarms that are not firm ask softly, `weak` rules say nothing;
    where it is sure that there is none, firm ones ask softly too.

    A rule `yields_to` kinds that explain the same words better: a fit, to withdrawal.
    """

    id: str = Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")
    kind: Kind
    level: Level
    tier: Tier = "alarm"
    who: Who | None = None
    firm: bool = False
    weak: bool = False
    negatable: bool = True
    yields_to: list[Kind] = []
    why: str
    when: list[str] = Field(min_length=1)
    unless: list[str] = []
    hears: list[str] = Field(min_length=3)
    ignores: list[str] = Field(min_length=3)


class Answer(_Strict):
    """A question the bot asks, and what a short answer to it says."""

    id: str
    asks: list[str]
    unless: list[str] = []
    danger_when: Literal["yes", "no"]
    kind: Kind
    level: Level
    who: Who
    unsure: Tier | None = "soft"
    says: list[str] = []


class Scopes(_Strict):
    """What turns a hit into none: denials, the past, stories, deaths long ago, idioms."""

    deny: str
    deny_not: list[str]
    thinks: str
    joins: str
    people: str
    light: str
    long_past: list[str]
    past: list[str]
    resolved: list[str]
    again: list[str]
    now: list[str]
    story: list[str]
    lost: list[str]
    follow: list[str]
    idioms: list[str]


class Spellings(_Strict):
    """How words are really typed: meanings per spelling and pair, letters, words worth guessing at."""

    letters: dict[str, str]
    emoji: dict[str, str]
    meanings: dict[str, str]
    glued: list[str]
    pairs: dict[str, str]
    before_verbs: dict[str, str]
    verbs: str
    guessed: str
    never_guess: str


class Replies(_Strict):
    """How people say yes, no and something between."""

    agree: str
    agree_unasked: str
    refuse: str
    unsure: str
    taken_back: str


class _File(_Strict):
    slots: dict[str, Slot] = {}
    rules: list[Rule] = []
    scopes: Scopes | None = None
    spellings: Spellings | None = None
    answers: list[Answer] = []
    replies: Replies | None = None


class Lexicon(_Strict):
    """All files together."""

    slots: dict[str, Slot]
    rules: list[Rule]
    scopes: Scopes
    spellings: Spellings
    answers: list[Answer]
    replies: Replies


def read_lexicon(texts_by_file_name: Mapping[str, str]) -> Lexicon:
    """Read and join the files of `data/danger`. Raises LexiconError naming the file and the entry."""
    files = [(name, _read(name, text)) for name, text in sorted(texts_by_file_name.items())]
    slots: dict[str, Slot] = {}
    rules: dict[str, Rule] = {}
    for name, file in files:
        for slot, words in file.slots.items():
            if slot in slots:
                raise LexiconError(f"{name}: slot {slot} is there twice; rename or join them")
            slots[slot] = words
        for rule in file.rules:
            if rule.id in rules:
                raise LexiconError(f"{name}: rule {rule.id} is there twice; rename one")
            rules[rule.id] = rule
    return Lexicon(
        slots=slots,
        rules=list(rules.values()),
        scopes=_only("scopes", [file.scopes for _, file in files]),
        spellings=_only("spellings", [file.spellings for _, file in files]),
        answers=[answer for _, file in files for answer in file.answers],
        replies=_only("replies", [file.replies for _, file in files]),
    )


def _read(name: str, text: str) -> _File:
    try:
        return _File.model_validate(_yaml(text) or {})
    except yaml.YAMLError as error:
        raise LexiconError(f"{name}: not YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = " › ".join(str(part) for part in first["loc"])
        raise LexiconError(f"{name}: {where}: {first['msg']}") from None


def _yaml(text: str) -> Any:
    """Parsed safely; by libyaml where it is there, which is ten times faster."""
    loader = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return yaml.load(text, Loader=loader)  # noqa: S506 - both are the safe loader


def _only(name: str, found: list[_T | None]) -> _T:
    there = [one for one in found if one is not None]
    if len(there) != 1:
        raise LexiconError(f"data/danger: {name} must stand in exactly one file; found {len(there)}")
    return there[0]
