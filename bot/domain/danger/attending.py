"""What is heard in a message where the person is, and whether what is under way answers it already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.conversation.matching import plain
from bot.domain.danger.hearing import LEVELS, Hearing, Level, card_for, most_urgent_first, of_card
from bot.domain.danger.joining import joined

_ONLY_AGE = "child.user"
"""The rule that hears that a child is writing, and no more."""
_CHILD_WRITES = ("child.disclosure", "child.minor_in_danger", "child.afraid", _ONLY_AGE)
"""The rules that hear a child's own words."""
_YOUNG = re.compile(
    r"\b(?:im|i am|am|aged?|turned|turning) (?:only |just |a |nearly |like )?"
    r"(?:[7-9]|1[0-7]|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|minor|"
    r"underage|under 1[68])\b"
    r"(?! (?:more |clean )?(?:min|hour|day|week|month|stone|pound|quid|mile|percent|km))"
    r"|\bim (?:in )?year (?:[6-9]|1[01])\b|^(?:[7-9]|1[0-7])(?: years? old| yo)?$"
)
_PREGNANT = re.compile(
    r"\bpregnan\w+\b|\b(?:weeks|months|wks) gone\b|\bexpecting a (?:baby|child)\b|"
    r"\bi(?:m| am) \d{1,2} (?:weeks|wks|months) (?:and|but) (?:im |i am )?still\b"
)
_OWN_CHILD = re.compile(
    r"\b(?:my|me|our|the|two|three) (?:\w+ )?"
    r"(?:kids?|child|children|baby|babies|babys|newborn|toddler|twins|sons?|daughters?|lads?|girls?|boys?|"
    r"bairns?|weans?|wains?|little (?:ones?|boy|girl)|wee (?:ones?|man|boy|girl)|"
    r"grand(?:kids|children|son|daughter))\b"
)
_GROWN_UPS = re.compile(
    r"\b(?:mum|mums|mam|mams|mom|moms|mummy|mama|dad|dads|daddy|step ?dad|step ?mum|"
    r"parents|school|grown ups?|my (?:little |baby |big )?(?:brothers?|sisters?)|our kid)\b"
)
"""Words of somebody who may be a child, about the grown-ups and children of their house."""
_SURVIVED = re.compile(r"\bi (?:\w+ )?(?:overdosed|od|odd|oded)\b")
"""Past as well, but the writer's own and survived: nobody is mourned."""
SOFTLY_AGAIN = timedelta(hours=24)
"""A soft check is not repeated for the same words within a day (safety design, listening 6)."""


class Listens(Protocol):
    """A `Listener`."""

    def listen(self, text: str, *, prev: str | None = None) -> tuple[Hearing, ...]:
        """The dangers in a text, most urgent first."""

    def listen_by_rules(self, text: str) -> tuple[Hearing, ...]:
        """Those that rules hear."""

    def bereaved(self, text: str) -> bool:
        """Whether a text tells of a death."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where the person is: the flow under way ("" for none), whether it answers danger, what was said last.

    `button`: whether the words are one of the buttons they see; `search`: whether they look for a group or a
    service, which answers nothing.
    """

    flow: str
    in_danger: bool
    button: bool
    said: str
    search: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The danger that is open."""

    kind: str
    level: Level


def attend(
    listener: Listens, text: str, here: Here, recent: Sequence[tuple[str, datetime]], at: datetime
) -> tuple[Hearing, ...]:
    """What a message holds: alone, as an answer to the bot, and with the ones just before it.

    `recent` are the person's last own words with these at their end. The words of a button are the flow's own
    answer: what they mean after its question is written there, and they are joined to nothing. In a flow
    about danger they raise nothing at all, so that "no" leads where the card says. Of messages together only
    the rules are heard: the second reader would find likenesses where words merely meet.
    """
    if here.button and here.in_danger:
        return ()
    answers = not here.button and not here.search
    alone = listener.listen(text, prev=(question_of(here.said) or None) if answers else None)
    if here.button or len(recent) < 2 or any(one.tier == "alarm" for one in alone):
        return alone
    together = listener.listen_by_rules(joined(recent, at))
    if not together:
        return alone
    before = listener.listen(joined(recent[:-1], at))
    return most_urgent_first((*alone, *(one for one in together if not _known(one, before))))


def is_answered(heard: Hearing, here: Here, opened: Opened | None) -> bool:
    """Whether the card under way deals with just this, at this level: then the words are its answer."""
    return (
        opened is not None
        and here.flow == card_for(heard)
        and opened.kind == heard.kind
        and not is_worse(heard, opened)
    )


def is_lesser(heard: Hearing, here: Here, opened: Opened | None) -> bool:
    """Whether the card under way is of an emergency, and this is none: then that card goes on.

    Whoever is told what to do for a life, and says "my dad will kill me", is not shown another card instead.
    """
    answers = of_card(here.flow)
    return (
        opened is not None
        and answers is not None
        and answers.kind == opened.kind
        and opened.level == "emergency"
        and heard.level != "emergency"
    )


def is_worse(heard: Hearing, opened: Opened) -> bool:
    """Whether life is nearer at risk than it was."""
    return LEVELS.index(heard.level) < LEVELS.index(opened.level)


def may_ask(here: Here, asked: datetime | None, now: datetime) -> bool:
    """Whether a soft check may be asked: not within a card, nor for the same words within a day (`asked`)."""
    return not here.in_danger and (asked is None or now - asked >= SOFTLY_AGAIN)


def mourns(listener: Listens, text: str) -> bool:
    """Whether words without danger in them tell of a death that is past."""
    return listener.bereaved(text) and not _SURVIVED.search(plain(text))


def writes_as_child(kind: str, rule: str) -> bool:
    """Whether what was heard are a child's own words."""
    return kind == "child_risk" and rule in _CHILD_WRITES


def says_young(heard: Hearing, words: str) -> bool:
    """Whether a child says how old they are: a word about school alone is no age."""
    return writes_as_child(heard.kind, heard.rule) and _YOUNG.search(plain(words)) is not None


def told(heard: Hearing, words: str = "") -> dict[str, str]:
    """What the flow that answers is told. `who` of a child at risk: self only where the child is writing.

    A parent's own child is "self" to the lexicon, which counts whose household it is; a question goes by the
    `words`, if they are known. A threat is "other" there, for whoever is threatened; the card speaks with the
    writer, who may act. `why` is "age" where a child writes and says no more: then the card asks, before it
    speaks of somebody who scares them; "pregnant" where the child is not born.
    """
    who: str = heard.who
    if card_for(heard) == "threat":
        who = "threat" if heard.tier == "soft" else "self"
    elif heard.kind != "child_risk" or writes_as_child(heard.kind, heard.rule):
        why = {"why": "age"} if heard.rule == _ONLY_AGE else {}
        return {"level": heard.level, "who": who, "kind": heard.kind, **why}
    elif _PREGNANT.search(plain(words)):
        return {"level": heard.level, "who": "self", "kind": heard.kind, "why": "pregnant"}
    elif heard.tier == "alarm" or _speaks_as_parent(words):
        who = "other"
    return {"level": heard.level, "who": who, "kind": heard.kind}


def _speaks_as_parent(words: str) -> bool:
    said = plain(words)
    return _OWN_CHILD.search(said) is not None and _GROWN_UPS.search(said) is None


def _known(heard: Hearing, before: tuple[Hearing, ...]) -> bool:
    """Whether the words before this one say all of it already: each further word is not danger anew."""
    return any(
        old.kind == heard.kind
        and old.tier in ("alarm", heard.tier)
        and LEVELS.index(old.level) <= LEVELS.index(heard.level)
        for old in before
    )


_SENTENCES = re.compile(r"[^.!?\n]+[.!?]*")


def question_of(said: str) -> str:
    """The last question of a text; one too short to stand alone ("Are you?") with the sentence before it.

    A card's other lines ("In danger this minute: 999") are not what a short answer answers.
    """
    sentences = [one.strip() for one in _SENTENCES.findall(said) if one.strip()]
    asked = [place for place, one in enumerate(sentences) if one.endswith("?")]
    if not asked:
        return said
    last = asked[-1]
    short = len(sentences[last].split()) < 4
    return " ".join(sentences[max(0, last - short) : last + 1])
