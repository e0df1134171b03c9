"""Words that shame people, and what to say instead.

Language guides for alcohol and drug services and for reporting on suicide agree on these. People may say them
of themselves, and organisations keep their own names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_INSTEAD = {
    r"addicts?": "a person who uses; someone with a drug problem",
    r"alcoholics?": "someone with a drink problem",
    r"abusers?": "a person who uses; of violence: someone who hurts you",
    r"(?:substance|drug|alcohol) abuse": "drug use; a drink problem",
    r"junk(?:y|ies?)": "a person who uses",
    r"(?:crack|pot|pill)\s?heads?": "a person who uses",
    r"druggies?|winos?|boozers?|smackheads?|stoners?": "a person who uses or drinks",
    r"clean": "not using; of a test: negative; of things: fresh, new, washed",
    r"dirty": "still using; of a test: positive; of things: used",
    r"(?:commit|commits|committed|committing) suicide": "die by suicide; end their life",
    r"(?:failed|successful|unsuccessful) (?:attempts?|suicides?)": "tried to end their life; died by suicide",
    r"attention[- ]seeking|manipulative": "say what the person needs",
}
_ANY = re.compile(rf"\b(?:{'|'.join(_INSTEAD)})\b", re.IGNORECASE)
_FINDERS = [(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), instead) for words, instead in _INSTEAD.items()]

FELLOWSHIPS = (
    "Adult Children of Alcoholics",
    "Alcoholics Anonymous",
    "Alcoholics Victorious",
    "Drug Addicts Anonymous",
    "Love Addicts Anonymous",
    "Marijuana Addicts Anonymous",
    "Nicotine Addicts Anonymous",
    "Sex Addicts Anonymous",
)
"""Names of fellowships that hold such a word and keep it."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A word that shames: where it begins in the text, the word as it stands, and what to say instead."""

    start: int
    word: str
    instead: str


def slips(text: str, proper_names: Iterable[str] = FELLOWSHIPS) -> list[Slip]:
    """Every such word in `text` outside the proper names, in the order they stand."""
    if not _ANY.search(text):
        return []
    names = sorted(filter(None, proper_names), key=len, reverse=True)
    if names:
        pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in names)
        text = re.sub(pattern, lambda match: "_" * len(match[0]), text, flags=re.IGNORECASE)
    found = [
        Slip(match.start(), match[0], instead)
        for finder, instead in _FINDERS
        for match in finder.finditer(text)
    ]
    return sorted(found, key=lambda slip: slip.start)
