"""What to say to a GP in three sentences, made by rules from a person's own answers to the questions."""

from collections.abc import Mapping
from dataclasses import dataclass

NOTHING_NAMED, NAMED, RISKS, REASON, READY, PLAIN = (
    "open", "about", "risks", "reason", "ready", "ask",
)  # fmt: skip
_ABOUT = (
    "alcohol", "cocaine", "opioids", "cannabis", "sedatives", "stimulants", "medicines",
)  # fmt: skip
_RISKS = {
    "heavy": "heavy",
    "shakes": "shakes",
    "fits": "fits",
    "sedatives": "daily_sedatives",
    "opioid_break": "break",
    "pregnant": "pregnant",
    "ending_life": "ending_life",
    "unsafe": "unsafe",
}
"""The ticks of "Quick safety check" in the order a doctor should hear them, and how each is said."""
EVERY_PART = (NOTHING_NAMED, NAMED, RISKS, REASON, READY, PLAIN, *_ABOUT, *_RISKS.values())
"""All that a sentence or a part of one may be called."""
_NOT_YET = 2
"""Up to this readiness the question was another one, and its answer is no reason to change."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One of the three: which, the parts it lists, and the person's own words where it has any."""

    name: str
    parts: tuple[str, ...] = ()
    own: str = ""


def three_sentences(known: Mapping[str, object]) -> tuple[Sentence, ...]:
    """What it is about, what the doctor should know, and what is asked for: two or three.

    `known` are answers by the names of the flow `intake`: about, safety, readiness, reason, where.
    """
    about = _ticked(known.get("about"))
    named = tuple(one for one in _ABOUT if one in about)
    first = Sentence(NAMED, named) if named else Sentence(NOTHING_NAMED)
    ticked = _ticked(known.get("safety"))
    risks = tuple(said for tick, said in _RISKS.items() if tick in ticked)
    second = (Sentence(RISKS, risks),) if risks else ()
    return (first, *second, _last(known))


def _last(known: Mapping[str, object]) -> Sentence:
    reason, ready = known.get("reason"), known.get("readiness")
    unready = isinstance(ready, int) and ready <= _NOT_YET
    if not unready and isinstance(reason, str) and reason.strip():
        return Sentence(REASON, own=reason)
    return Sentence(READY if known.get("where") == "start_now" else PLAIN)


def _ticked(value: object) -> frozenset[str]:
    return frozenset(value) if isinstance(value, list | tuple) else frozenset({str(value or "")})
