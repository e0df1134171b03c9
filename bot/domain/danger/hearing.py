"""What was heard: the kind of danger, how urgent, who is in it, and which card answers it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

Kind = Literal[
    "suicide",
    "self_harm",
    "overdose_now",
    "withdrawal_danger",
    "abuse_danger",
    "child_risk",
    "medical_emergency",
    "psychosis",
]
Level = Literal["emergency", "urgent", "concern"]
Tier = Literal["alarm", "soft"]
Who = Literal["self", "other"]
Card = Literal[
    "overdose_other",
    "overdose_self",
    "suicide",
    "self_harm",
    "withdrawal",
    "abuse",
    "threat",
    "child",
    "medical",
    "psychosis",
]

LEVELS: tuple[Level, ...] = ("emergency", "urgent", "concern")
"""Most urgent first."""
CHILD_BREATHING = "medical.child_breathing"
"""A child who does not breathe goes before all else."""
SECOND = "second."
"""How the second reader's names begin, where a rule's stands."""
THREAT = "abuse.threat"
"""Rules whose id starts so hear somebody who may hurt others: they get the card for threats."""


def needs_silence(kind: str, rule: str) -> bool:
    """Whether somebody near may be a danger to the person: then nothing is sent before they write again."""
    return kind == "abuse_danger" and not rule.startswith(THREAT)


@dataclass(frozen=True, slots=True)
class Hearing:
    """One danger in one text. `tier` alarm shows a card, soft asks first; `rule` is the lexicon's id."""

    kind: Kind
    level: Level
    tier: Tier
    who: Who
    rule: str


def urgency(hearing: Hearing) -> tuple[int, int, int]:
    """Sorting key, most urgent first: the order of several dangers in one text (safety design, listening 8).

    A soft check below an emergency never goes before an alarm.
    """
    waits = int(hearing.tier == "soft" and hearing.level != "emergency")
    return waits, _place(hearing), LEVELS.index(hearing.level)


def _place(hearing: Hearing) -> int:
    now = hearing.level == "emergency"
    if hearing.rule == CHILD_BREATHING:
        return 0
    match hearing.kind:
        case "overdose_now":
            return 1
        case "medical_emergency":
            return 2
        case "abuse_danger":
            return 3 if now else 10
        case "suicide":
            return 4 if now else 9
        case "child_risk":
            return 5
        case "withdrawal_danger":
            return 6 if now else 11
        case "psychosis":
            return 7
        case "self_harm":
            return 8
    assert_never(hearing.kind)


def most_urgent_first(hearings: Iterable[Hearing]) -> tuple[Hearing, ...]:
    """One hearing of each kind, an alarm before a soft check, the higher level before the lower; sorted.

    Beside an alarm, no soft check but the one about dying is kept: nobody in danger is asked six questions.
    """
    best: dict[Kind, Hearing] = {}
    for hearing in hearings:
        known = best.get(hearing.kind)
        if known is None or _strength(hearing) < _strength(known):
            best[hearing.kind] = hearing
    kept = list(best.values())
    if any(hearing.tier == "alarm" for hearing in kept):
        kept = [one for one in kept if one.tier == "alarm" or one.kind == "suicide"]
    return tuple(sorted(kept, key=urgency))


def _strength(hearing: Hearing) -> tuple[bool, int, str]:
    return hearing.tier == "soft", LEVELS.index(hearing.level), hearing.rule


def card_for(hearing: Hearing) -> Card:
    """Which of the ten cards answers this hearing."""
    match hearing.kind:
        case "overdose_now":
            return "overdose_self" if hearing.who == "self" else "overdose_other"
        case "abuse_danger":
            return "threat" if hearing.rule.startswith(THREAT) else "abuse"
        case "withdrawal_danger":
            return "withdrawal"
        case "child_risk":
            return "child"
        case "medical_emergency":
            return "medical"
        case "suicide" | "self_harm" | "psychosis":
            return hearing.kind
    assert_never(hearing.kind)


_ANSWERED_BY: Mapping[str, tuple[Kind, Who, str]] = {
    "overdose_other": ("overdose_now", "other", ""),
    "overdose_self": ("overdose_now", "self", ""),
    "suicide": ("suicide", "self", ""),
    "self_harm": ("self_harm", "self", ""),
    "withdrawal": ("withdrawal_danger", "self", ""),
    "abuse": ("abuse_danger", "self", ""),
    "threat": ("abuse_danger", "self", THREAT),
    "child": ("child_risk", "self", ""),
    "medical": ("medical_emergency", "self", ""),
    "psychosis": ("psychosis", "self", ""),
}


def of_card(card: str) -> Hearing | None:
    """The danger that a card answers, as far as its name says; None for a flow that is no card."""
    found = _ANSWERED_BY.get(card)
    return None if found is None else Hearing(found[0], "urgent", "alarm", found[1], found[2] or "said_yes")
