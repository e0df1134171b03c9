"""What a line of a coach's is, during a talk: for the person, for the team, a note, or about the talk itself.

What begins like a note or like a question to the team never goes to the person, not even misspelt or as an
edit: at worst a coach says it again, and a note that is read by the person can't be taken back.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.domain.conversation.matching import plain
from bot.domain.oncall.note import Note

_NOTE = re.compile(r"\s*[/(\[]?\s*(?:private\s+|my\s+)?not(?:e|es|r|w)\b\s*[:;.,)\]–—-]*\s*(.*)", re.I | re.S)
_ASK = re.compile(
    r"\s*/?(?:ask\s+)?(?:the\s+)?(team|lead|safety\s+lead|safeguarding\s+lead)\b\s*[:;.,–—-]*\s*(.*)",
    re.I | re.S,
)
_TRANSFER = re.compile(
    r"\s*/?(?:transfer|hand\s+over|hand\s+on)\b(?:\s+to\b)?\s*[:,–—-]*\s*(.*)", re.I | re.S
)
_REPLY = re.compile(r"\s*/?(?:replies|reply|canned)\b\s*[:,–—-]*\s*(.*)", re.I | re.S)
_MOST_OF_A_NAME = 40

END = frozenset({"end", "end talk", "end the talk", "end it", "finish"})
PASS = frozenset({"pass", "pass on", "pass it on"})
OVER = frozenset({"safe", "they are safe", "theyre safe"})
MISSED = frozenset({"missed", "that was danger", "that was danger missed"})
TYPING = frozenset({"...", "…", "..", "typing", "/typing"})

_STUCK = re.compile(
    r"(?:(?:please|hi|ok|sorry) )*(?:"
    r"i (?:really )?need (?:some |a bit of )?(?:help|support|backup|back up)"
    r"(?: (?:with|on|here|now|please|this|that|it|one|talk|person|them|him|her))*"
    r"|help me(?: please)?"
    r"|(?:can|could) (?:someone|somebody|anyone|anybody)(?: else)? (?:please )?"
    r"(?:take over|take this|help me)(?: (?:please|now|with|from|this|here|one|me))*"
    r"|is (?:there )?(?:someone|somebody|anyone|anybody)(?: else)?"
    r" (?:who|that) (?:can|could) (?:take over|take this|help me)(?: (?:one|please|from me))*"
    r"|i (?:dont|do not) know what to (?:say|do) (?:to|with|about) (?:them|him|her|this|this one)"
    r"|(?:im|i am) out of my depth"
    r"|this (?:one )?is too much(?: for me)?|this is beyond me|i (?:cant|can not|cannot) do this one"
    r")"
)
"""What a frightened coach says to us, and nobody says to a person in need."""
_ASKED = frozenset({"end", "pass", "over"})


def only_in_talk(text: str) -> bool:
    """Whether a coach's words mean something in a talk alone: outside of one they are told so."""
    return plain(text) in END | PASS or _NOTE.match(text) is not None


About = Literal["end", "pass", "over", "missed", "typing", "help", "stuck"]


@dataclass(frozen=True, slots=True)
class ForPerson:
    """Words for the person."""

    text: str


@dataclass(frozen=True, slots=True)
class AboutTalk:
    """A word about the talk itself."""

    what: About


@dataclass(frozen=True, slots=True)
class Noted:
    """A note for staff; without words, the notes there are."""

    note: Note | None


@dataclass(frozen=True, slots=True)
class AskStaff:
    """A question to the team on shift or to the safety lead; empty words ask for the question."""

    whom: Literal["team", "lead"]
    question: Note


@dataclass(frozen=True, slots=True)
class Transfer:
    """Give the talk to a named colleague; an empty name asks who there is."""

    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply that is written already, by its name; empty for the list."""

    name: str


CoachLine = ForPerson | AboutTalk | Noted | AskStaff | Transfer | Ready


def read(text: str, *, edited: bool = False) -> CoachLine:
    """What a coach's typed line is. An edit is never a word about the talk, and a note as ever."""
    if note := _NOTE.fullmatch(text):
        return Noted(Note(note[1].strip()) if note[1].strip() else None)
    if asked := _ASK.fullmatch(text):
        return AskStaff("team" if asked[1].casefold() == "team" else "lead", Note(asked[2].strip()))
    if edited:
        return ForPerson(text)
    typed = plain(text)
    for what, words in _ABOUT:
        asked_of_them = what in _ASKED and "?" in text  # "safe?" is a question to the person
        if not asked_of_them and (typed in words or text.strip().casefold() in words):
            return AboutTalk(what)
    if _STUCK.fullmatch(typed):
        return AboutTalk("stuck")
    if (given := _TRANSFER.fullmatch(text)) and len(given[1]) <= _MOST_OF_A_NAME:
        return Transfer(given[1].strip())
    if (ready := _REPLY.fullmatch(text)) and len(ready[1]) <= _MOST_OF_A_NAME:
        return Ready(plain(ready[1]))
    return ForPerson(text)


_ABOUT: tuple[tuple[About, frozenset[str]], ...] = (
    ("end", END),
    ("pass", PASS),
    ("over", OVER),
    ("missed", MISSED),
    ("typing", TYPING),
    ("help", frozenset({"help", "?"})),
)
