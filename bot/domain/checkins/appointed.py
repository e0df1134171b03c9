"""An appointment that somebody mentions: "ive got my first key worker appointment tomorrow at 2"."""

import re
from datetime import time

from bot.domain.checkins.asking import read_time
from bot.domain.conversation.dates import day_in
from bot.domain.conversation.matching import asks, plain

_THING = r"(?:app?oint?e?ments?|appoinments?|appts?|assessment)"
_MINE = re.compile(
    r"\b(?:ive|i get|got|have|booked|made|gave me|given|sent me|theres|there is|my)\b"
    rf"(?: \w+){{0,5}}? {_THING}\b"
)
_INTO = re.compile(
    r"\b(?:start|starting|starts|going|go|goin|booked|admitted|got a place) ?(?:in|into|to|at|for)? ?(?:to )?"
    r"(?:rehab|detox|treatment|a detox|the detox)\b|\b(?:seeing|see|meeting|meet) my (?:key ?)?worker\b"
)
_AWAITED = re.compile(
    rf"\b(?:waiting|wait) (?:for|on) (?:an|a|my|the)(?: \w+){{0,3}}? (?:{_THING}|rehab|detox)\b"
)
_NOT_COMING = re.compile(
    r"\b(?:miss|missed|missing|cancel|cancelled|canceled|didnt|dont|havent|not|no|never|need|want|after|was|had|"
    r"went|his|her|their|hes|shes|he|she|they|get an|get me|if|when)\b|"
    r"\bmy (?:son|daughter|husband|wife|partner|brother|sister|mum|mom|mam|dad|friend|mate)s?\b"
)
_TIME = re.compile(
    r"(?:\bat |@ ?)((?:half (?:past )?)?\w{1,6}(?:[:.]\d{2})?(?: ?[ap]m)?)\b|"
    r"\b(\d{1,2}(?:[:.]\d{2})? ?[ap]m|\d{1,2}:\d{2}|half (?:past )?\w{1,6})\b"
)


def mentions_appointment(text: str) -> bool:
    """Whether words say that the writer has an appointment to come, or waits for one; a question does not."""
    said = plain(text)
    if asks(text) or len(said) > 200:
        return False
    found = _MINE.search(said) or _AWAITED.search(said) or (_INTO.search(said) if _has_day(text) else None)
    return found is not None and _NOT_COMING.search(said) is None


def appointed(text: str, today: str) -> tuple[str, time | None] | None:
    """The day (YYYY-MM-DD) and the time that such words give, where they give one day; else None.

    `today` is the writer's own date.
    """
    day = day_in(text, today)
    if day is None:
        return None
    times = (read_time(found[1] or found[2]) for found in _TIME.finditer(text.casefold()))
    return day, next((at for at in times if at is not None), None)


def _has_day(text: str) -> bool:
    return day_in(text, "2026-01-01") is not None
