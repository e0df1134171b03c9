"""What a tired coach types instead of tapping: there from now, gone, mine, not me. One slip is read."""

import re
from typing import Final, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

Duty = Literal["on", "off"]
Answer = Literal["take", "not_me"]

_BEFORE: Final = re.compile(r"^(?:(?:yes|yeah|yep|yh|ok|okay|hi|hey|hello|sorry|no|right)\s+)+(?=\S)")
_AFTER: Final = re.compile(r"(?:\s+(?:now|please|pls|thanks|thank you|sorry|mate))+$")

_ON: Final = frozenset(
    (
        *("on", "im on", "i am on", "im back on", "back on", "going on", "going on call", "going on shift"),
        *("im on call", "im on shift", "on call", "on shift", "im on duty", "on duty", "put me on"),
        *("im available", "im starting", "starting my shift", "clocking on", "clocking in", "signing on"),
        *("im still here", "still here", "still on", "im still on", "four more hours"),
    )
)
_OFF: Final = frozenset(
    (
        *("off", "im off", "i am off", "going off", "im going off", "im off call", "im off shift"),
        *("off call", "off shift", "off duty", "im off duty", "take me off", "clocking off", "clocking out"),
        *("signing off", "im signing off", "im off to bed"),
        *("im not available", "im done for tonight", "done for tonight", "im finished for tonight"),
    )
)
_TAKE: Final = frozenset(
    (
        *("im on it", "on it", "im with them", "with them", "ill go", "ive got them"),
        *("accept", "accepted", "i accept", "take", "ill take it", "i take it", "i will take it", "take it"),
        *("ill take this", "ill take this one", "ill take that one", "ill have it", "ill do it"),
        *(
            "ill get it",
            "ill talk to them",
            "i can take it",
            "i can take this one",
            "i can do it",
            "i got it",
            "got it",
            "ive got it",
        ),
        *("ive got this", "i got this", "ill take them", "im taking it", "taking it", "mine"),
    )
)
_PLAINLY_TAKE: Final = frozenset(
    (
        *("im on it", "on it", "im with them", "ill take it", "ill take this", "ill take this one"),
        *("ill take that one", "i can take it", "i can take this one", "im taking it", "taking it"),
        *("accept", "accepted", "i accept", "i will take it", "take it", "ill take them", "im taking them"),
    )
)
"""Of those, what nobody writes to the person they are with."""
_PLAINLY_NOT_ME: Final = frozenset(("not me", "decline", "not this one", "cant take it", "i cant take it"))
_NOT_ME: Final = frozenset(
    (
        *("not me", "decline", "i cant", "cant", "i cant right", "cant right", "not tonight", "cant tonight"),
        *("i cant tonight", "cant take it", "i cant take it", "cant do it", "i cant do it", "busy"),
        *(
            "im busy",
            "not this one",
            "someone else",
            "somebody else",
            "im driving",
            "cant talk",
            "i cant talk",
        ),
    )
)
_AT_A_LOSS: Final = frozenset(
    (
        *("what do i do", "what do i do now", "what should i do", "what can i do", "what now", "now what"),
        *("how are you", "how r u", "how are u", "how does this work", "how do i start", "what is this"),
        *(
            "hi",
            "hello",
            "hey",
            "hiya",
            "good morning",
            "good evening",
            "morning",
            "evening",
            "anything for me",
        ),
    )
)
_YES: Final = frozenset(("yes", "y", "yeah", "yep", "yup", "yh", "ok", "okay", "sure", "me"))
_NO: Final = frozenset(("no", "n", "nope", "nah", "not now"))
_SLIPS_FROM: Final = 7
"""Letters from which one slip is forgiven."""
_SPELT: Final = tuple(words for words in (*_TAKE, *_ON, *_OFF, *_NOT_ME) if len(words) >= _SLIPS_FROM)


def duty(typed: str, *, asked: bool) -> Duty | None:
    """Whether plain words say "there from now" or "not any more".

    `asked`: "still there?" was the last thing said to them, so that a bare yes or no answers it.
    """
    core = _core(typed)
    if core in _ON or (asked and typed in _YES):
        return "on"
    return "off" if core in _OFF or (asked and typed in _NO) else None


def answer(typed: str, *, alone: bool) -> Answer | None:
    """Whether plain words take an alert or leave it to others.

    `alone`: the alert is the last thing said to them, so that a bare yes or no answers it.
    """
    core = _core(typed)
    if core in _TAKE or (alone and typed in _YES):
        return "take"
    return "not_me" if core in _NOT_ME or (alone and typed in _NO) else None


_WAITING: Final = re.compile(
    r"(?:hi |hey |so |and |ok )*(?:"
    r"(?:is |are )?(?:there )?(?:any ?one|any ?body|any people|someone|somebody)(?: still| left)? waiting"
    r"|who(?:s| is)(?: still)? waiting|who waits|any requests|anything waiting|anything for me"
    r"|how many(?: people)?(?: are)?(?: still)? waiting|any alerts)"
    r"(?: for (?:me|us|a coach|a talk|someone))?(?: now| right now| tonight| at the moment| please)*"
)


def asks_who_waits(typed: str) -> bool:
    """Whether plain words ask if anybody waits for a coach."""
    return _WAITING.fullmatch(typed) is not None


def at_a_loss(typed: str) -> bool:
    """Whether plain words, at rest, ask for nothing in particular: then staff are shown their own screen."""
    return _core(typed) in _AT_A_LOSS or typed in _AT_A_LOSS


def plain_answer(typed: str) -> Answer | None:
    """As `answer`, from a coach in a talk, whose words are the person's unless they can't be."""
    core = _core(typed)
    if core in _PLAINLY_TAKE:
        return "take"
    return "not_me" if core in _PLAINLY_NOT_ME else None


def _core(typed: str) -> str:
    """Without what is said around it, and as it was meant."""
    core = _AFTER.sub("", _BEFORE.sub("", typed))
    if len(core) < _SLIPS_FROM:
        return core
    found = process.extractOne(core, _SPELT, scorer=OSA.distance, score_cutoff=1)
    return core if found is None else str(found[0])
