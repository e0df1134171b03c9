"""A coach's own story in a few lines: what may stand in it, and which one fits what a person said."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import PersonId

MOST_WORDS = 60
TAGS = (
    "alcohol", "cocaine", "opioids", "cannabis", "sedatives", "stimulants", "medicines",
    "beginning", "cutting_down", "slip", "treatment", "group", "family", "work",
)  # fmt: skip
"""What a story may be about. The substances are those of the questions."""
_DETAIL = re.compile(
    r"\d|https?:|www\.|@|\b(mgs?|grams?|ml|units?|pints?|bottles?|bags?|wraps?|lines?|rocks?|pills?|tablets?|shots?"
    r"|inject\w*|snort\w*|smok\w*|needles?|syringes?|pipes?|foil|spoons?|veins?|dealers?|dealt|score[ds]?|high)\b",
    re.IGNORECASE,
)
"""Amounts, ways of taking, where it comes from, and ways to reach somebody."""
_WHERE: Mapping[str, str] = {
    "thinking": "beginning",
    "start_now": "beginning",
    "just_stopped": "cutting_down",
    "in_treatment": "treatment",
    "slip": "slip",
}
_WANTS: Mapping[str, str] = {"group": "group", "treatment": "treatment", "practical": "work"}

Fault = Literal["ok", "long", "detail"]


@dataclass(frozen=True, slots=True)
class Story:
    """One that is offered. `words` are sealed for its author elsewhere and not here."""

    id: int
    author: PersonId
    tags: frozenset[str]


def check(words: str) -> Fault:
    """What keeps words from being offered."""
    if len(words.split()) > MOST_WORDS:
        return "long"
    return "detail" if _DETAIL.search(words) else "ok"


def told(answers: Mapping[str, object]) -> frozenset[str]:
    """What a person said, as tags."""
    about = _each(answers.get("about"))
    where = (_WHERE.get(one, "") for one in _each(answers.get("where")))
    wants = (_WANTS.get(one, "") for one in _each(answers.get("wants")))
    family = ("family",) if answers.get("family_who") else ()
    slip = ("slip",) if answers.get("topic") == "slip" else ()
    return frozenset((*about, *where, *wants, *family, *slip)) & frozenset(TAGS)


def fitting(stories: Iterable[Story], said: frozenset[str], read: frozenset[int]) -> list[Story]:
    """Those that share something with what was said and were not read yet, the most alike first."""
    found = [one for one in stories if one.tags & said and one.id not in read]
    return sorted(found, key=lambda one: (-len(one.tags & said), one.id))


def _each(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()
