"""A number that is taken back as soon as it is given: "actually 7 not 8"."""

import re

from bot.domain.conversation.matching import number, plain

_FIGURE = r"\d{1,4}|zero|one|two|three|four|five|six|seven|eight|nine|ten"
_BEFORE = (
    r"(?:no|actually|sorry|wait|oops|hang on|well|ok|i meant|i mean|meant|meant to say|should be|"
    r"should have been|i should have said|its more like|more like|its|make it|make that|put|change it to|"
    r"change that to|rather|really|perdon|perdón|mejor|quise decir|wlasciwie|właściwie|przepraszam|raczej|"
    r"sori|mae n ddrwg gen i)"
)
_AFTER = r"(?:actually|instead|sorry|please|pls|really|rather|lol|then|i meant|i think)"
_TAKEN_BACK = re.compile(
    rf"(?P<before>(?:{_BEFORE} )*)(?:a )?(?P<figure>{_FIGURE})"
    rf"(?P<other> (?:not|instead of|rather than|no|nie|nid)(?: a)? (?:{_FIGURE}))?(?P<after>(?: {_AFTER})*)"
)


def corrected(text: str, low: int, high: int) -> int | None:
    """The number from `low` to `high` that whole words put in place of one just given, or None.

    A number alone puts nothing right.
    """
    found = _TAKEN_BACK.fullmatch(plain(text))
    if found is None or not (found["before"] or found["other"] or found["after"]):
        return None
    return number(found["figure"], low, high)
