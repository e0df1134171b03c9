"""Other languages, as far as numbers go: which one was written, and whether its words say danger."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.conversation.matching import unaccented
from bot.domain.danger.hearing import Hearing, Kind, Level, Who, urgency
from bot.domain.speech import SOURCE_LANGUAGE

UNKNOWN = "other"
"""A language that is not listed, told by letters that English has not."""
_TOLD_BY = 2
"""So many different words of a language tell it, …"""
_SHARE = 0.3
"""… if they make up so much of what was written."""
_SIGNS = re.compile(r"\s*[.,!?¡¿;:]+\s*|\s+")
_WORD = re.compile(r"[^\W\d_]+")


Meaning = Literal[
    "yes", "no", "talk", "stop", "skip", "enough", "done", "none", "nothing", "help", "hide", "forget",
    "mydetails", "mydata", "bad_night", "own_words", "checkin", "groups", "urge", "services", "intake",
    "language", "privacy", "start",
]  # fmt: skip
"""What typed words may mean: answers and buttons, stop, and commands by their names."""


class _Tongue(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    called: list[str] = []
    """How people ask for the language, in it and in English."""
    said: dict[Meaning, list[str]] = {}
    script: str = ""
    opening: str
    words: list[str] = Field(min_length=4)
    danger: dict[Kind, list[str]]
    others: dict[Kind, list[str]] = {}
    unless: list[str] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    around: list[str]
    english: list[str]
    tongues: dict[str, _Tongue]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: in which language ("other" for one that is not listed), and the danger in it."""

    tongue: str
    opening: str
    danger: Hearing | None


class Tongues:
    """Tells languages apart, and hears the few phrases it knows of each."""

    def __init__(
        self, tongues: Mapping[str, _Tongue], english: Iterable[str], around: Iterable[str] = ()
    ) -> None:
        self._said = {code: tongue.said for code, tongue in tongues.items()}
        self._called = {folded(name): code for code, tongue in tongues.items() for name in tongue.called}
        self._called |= {folded(name): SOURCE_LANGUAGE for name in english}
        names, beside = (_longest_first(some) for some in (self._called, map(folded, around)))
        self._asks_for = re.compile(rf"(?:(?:{beside}) )*({names})(?: (?:{beside}))*")
        self._opening = {code: tongue.opening for code, tongue in tongues.items()}
        self._words = {code: {folded(word) for word in tongue.words} for code, tongue in tongues.items()}
        self._danger = [
            (code, Hearing(kind, _level(kind), "alarm", who, f"tongue.{code}"), _any_of(phrases))
            for code, tongue in tongues.items()
            for who, every in _said_of(tongue)
            for kind, phrases in every.items()
        ]
        self._unless = _any_of(one for tongue in tongues.values() for one in tongue.unless)

    def called(self, text: str) -> str:
        """The code of the language that a whole message asks for ("po polsku please"), or ""."""
        found = self._asks_for.fullmatch(_SIGNS.sub(" ", folded(text)).strip())
        return self._called[found[1]] if found else ""

    def said(self, code: str) -> dict[str, tuple[str, ...]]:
        """What people type in a language, by what it means."""
        return {meaning: tuple(words) for meaning, words in self._said.get(code, {}).items()}

    def read(self, text: str) -> Written | None:
        """The language of `text`, and the danger said in it; None for English and for what cannot be told."""
        plain = folded(text)
        said = self._unless.sub(" ", plain)
        found = [(code, heard) for code, heard, pattern in self._danger if pattern.search(said)]
        if found:
            code, heard = min(found, key=lambda one: urgency(one[1]))
            return Written(code, self._opening[code], heard)
        told = self._told(_WORD.findall(plain)) or (UNKNOWN if _is_foreign(text) else "")
        return Written(told, self._opening.get(told, ""), None) if told else None

    def _told(self, words: list[str]) -> str:
        """The language that most of the words belong to, if they are enough; else ""."""
        best, most = "", 0
        for code, known in self._words.items():
            found = [word for word in words if word in known]
            if len(set(found)) >= _TOLD_BY and len(found) >= _SHARE * len(words) and len(found) > most:
                best, most = code, len(found)
        return best


def _said_of(tongue: _Tongue) -> tuple[tuple[Who, dict[Kind, list[str]]], ...]:
    return ("self", tongue.danger), ("other", tongue.others)


def _level(kind: Kind) -> Level:
    return "emergency" if kind in ("overdose_now", "medical_emergency") else "urgent"


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds the first of these phrases in folded text, a longer one before a shorter."""
    return re.compile(rf"(?<!\w)(?:{_longest_first(folded(one) for one in phrases)})(?!\w)")


def _longest_first(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(set(phrases), key=len, reverse=True))


def read_tongues(content: object) -> Tongues:
    """From the parsed data/tongues.yaml. Raises pydantic.ValidationError."""
    file = _File.model_validate(content)
    return Tongues(file.tongues, file.english, file.around)


def folded(text: str) -> str:
    """Lower case without accents, spaces as one: how people type in a hurry."""
    return " ".join(unaccented(text.casefold().replace("’", "'")).split())


def _is_foreign(text: str) -> bool:
    """Whether most letters belong to another script: English is written in Latin letters."""
    letters = list(_letters(text))
    return len(letters) >= 4 and sum(not latin for latin in letters) > len(letters) / 2


def _letters(text: str) -> Iterator[bool]:
    for sign in unicodedata.normalize("NFKC", text):
        if sign.isalpha():
            yield sign.isascii() or "LATIN" in unicodedata.name(sign, "")
