"""Where somebody says that they are at the moment: "im in new york now", "ive moved to Cardiff"."""

import re
from collections.abc import Callable

from bot.domain.conversation.matching import asks, plain

_FOR_NOW = (
    r"(?:right now|now|at the moment|atm|these days|today|tonight|this (?:week|month|weekend|summer)|"
    r"for now|for work|"
    r"for (?:a|the|two|three|2|3|a few|a couple of) (?:day|days|week|weeks|month|months|weekend|summer)|"
    r"on holiday|on vacation|visiting|until \w+|till \w+)"
)
_LEAD = r"(?:(?:hi|hey|hello|so|just|btw|oh) )*"
_HERE = re.compile(
    _LEAD + r"(?:im|i am|were|we are|ive been|im now|im currently|currently|now) "
    r"(?:over |out |away |back |down |up |staying |living |still )?"
    rf"(?:in|at) (?P<place>.+?) {_FOR_NOW}(?: .*)?"
)
_GONE = re.compile(
    _LEAD + r"(?:"
    r"(?:ive|i have|i|weve|we) (?:just )?(?:moved|flown|travelled|traveled|arrived|landed|relocated|gone)|"
    r"(?:im |i am )?(?:travelling|traveling|moving|flying|staying|living)|"
    r"(?:im|i am) (?:on holiday|on vacation|visiting|away)"
    r")(?: over| out| away| now)? (?:in|to|at) (?P<place>.+)"
)
_TAIL = re.compile(rf" (?:{_FOR_NOW})\Z")


def staying(text: str, is_place: Callable[[str], bool]) -> str:
    """The place that a whole message says the writer is at now, by its plain name, or "".

    `is_place` tells a place from "im in pain now".
    """
    said = plain(text)
    found = None if asks(text) else _HERE.fullmatch(said) or _GONE.fullmatch(said)
    if found is None:
        return ""
    place = found["place"]
    while place != (shorter := _TAIL.sub("", place)):
        place = shorter
    return place if is_place(place) else ""
