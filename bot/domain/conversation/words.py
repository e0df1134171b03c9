"""Sentences with places for facts: read once, filled many times, and never read again what was filled in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.speech import Speech

Answer = str | int | float | bool | None | Sequence["Answer"] | Mapping[str, "Answer"]
"""What a person answered or a call returned: anything JSON can hold."""
Answers = Mapping[str, Answer]

TEXT_LIMIT = 4096
"""UTF-16 units in one Telegram message (Bot API, sendMessage)."""
VALUE_LIMIT = 700
"""UTF-16 units shown of one answer that a person typed, so that it cannot crowd out the rest."""

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SENTENCE = re.compile(
    r"(?<=[.!?…])[ \t]+|(?<=\n)|(?:(?<=\n)|(?<=[.!?…][ ])|\A)\{[a-z0-9_]+\}[ \t]+(?=[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻŴŶ¿¡])"
)
# The last: a fact that is a sentence of its own, "{coach_line} You don't have to give your name."


def units(text: str) -> int:
    """The length of a text as Telegram counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `limit` UTF-16 units."""
    if len(text) <= limit and units(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    return kept.rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Template:
    """One wording in one language. A sentence whose fact is missing is left out."""

    sentences: tuple[tuple[tuple[str, bool], ...], ...]
    """Each sentence a row of (text, is it a name to be filled in)."""
    fixed: str | None
    """The finished text where nothing is to be filled in."""
    source: str
    """The wording as its author wrote it."""

    @classmethod
    def of(cls, text: str) -> "Template":
        """Read a wording once."""
        text = text.strip()
        if not _PLACE.search(text):
            return cls((), text, text)
        return cls(tuple(_parts(sentence) for sentence in _sentences(text)), None, text)

    def fill(self, values: Answers, facts: Answers, limits: Mapping[str, int]) -> str:
        """The text with `values`, then `facts`, put in; each cut to its limit. Never raises."""
        if self.fixed is not None:
            return self.fixed
        said = ""
        for sentence in self.sentences:
            text = _fill(sentence, values, facts, limits)
            if text is not None:
                said += text
            elif sentence[-1][0].endswith("\n") and said and not said.endswith("\n"):
                said += "\n"
        return tidy(said)


@dataclass(frozen=True, slots=True)
class Words:
    """Reviewed copy: the English source."""

    source: str
    line: int
    template: Template

    def fill(self, speech: Speech, values: Answers, facts: Answers, limits: Mapping[str, int]) -> str:
        """The text as `speech` has it, or in English where nobody has translated it."""
        said = speech.texts.get(self.source)
        template = self.template if said is None else _template(said)
        return template.fixed if template.fixed is not None else template.fill(values, facts, limits)


@lru_cache(maxsize=512)
def _template(translation: str) -> Template:
    """Translations are read as they are said: most are never said."""
    return Template.of(translation)


def names_in(text: str) -> tuple[str, ...]:
    """The facts a wording asks for, in order."""
    return tuple(_PLACE.findall(text))


def stray_braces(text: str) -> bool:
    """Whether a brace stands in the wording that is no `{fact}`."""
    rest = _PLACE.sub("", text)
    return "{" in rest or "}" in rest


def shown(value: Answer, limit: int = VALUE_LIMIT) -> str:
    """An answer as words. Lists are joined, what has no words (a position) is nothing."""
    if value is None or isinstance(value, bool | Mapping):
        return ""
    if isinstance(value, str):
        return cut(value.strip(), limit)
    if isinstance(value, int | float):
        return str(value)
    return cut(", ".join(filter(None, (shown(item) for item in value))), limit)


def tidy(text: str) -> str:
    """No spaces at the ends of lines, no more than one empty line, nothing around the whole."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _sentences(text: str) -> list[str]:
    cuts = [found.end() for found in _SENTENCE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _parts(sentence: str) -> tuple[tuple[str, bool], ...]:
    pieces = _PLACE.split(sentence)
    return tuple((piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece)


def _fill(
    sentence: tuple[tuple[str, bool], ...], values: Answers, facts: Answers, limits: Mapping[str, int]
) -> str | None:
    """The sentence, or None when one of its facts is not known."""
    said = []
    for piece, is_name in sentence:
        text = piece
        if is_name:
            value = values.get(piece)
            text = shown(facts.get(piece) if value is None else value, limits.get(piece, VALUE_LIMIT))
            if not text:
                return None
        said.append(text)
    return "".join(said)
