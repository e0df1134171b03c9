"""A day as people type it, day first, and only what has one meaning."""

import re
from datetime import date, timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}))?\Z")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_WORDS = re.compile(r"(?:[a-z]+day )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9})(?: (\d{4}))?\Z")


def read_date(text: str, today: str) -> str | None:
    """The day a text names, as YYYY-MM-DD, or None. `today` is the person's own date (YYYY-MM-DD).

    "10" has no one meaning and is refused; a weekday or a day without a year is the next one to come.
    """
    said = re.sub(r"[,\s]+", " ", text.casefold()).strip(" .!")
    try:
        if _ISO.match(said):
            return date.fromisoformat(said).isoformat()
        now = date.fromisoformat(today)
        found = _relative(said, now) or _dated(said, now)
    except ValueError:
        return None
    return found.isoformat() if found else None


def _relative(said: str, now: date) -> date | None:
    if said in ("today", "tonight"):
        return now
    if said in ("tomorrow", "tomoz", "tmrw"):
        return now + timedelta(days=1)
    word = said.removeprefix("on ").removeprefix("this ")
    if word[:3] in _DAYS and re.fullmatch(r"[a-z]{3,5}|[a-z]+day", word):
        return now + timedelta(days=(_DAYS.index(word[:3]) - now.weekday() - 1) % 7 + 1)
    return None


def _dated(said: str, now: date) -> date | None:
    figures = _FIGURES.match(said)
    if figures:
        day, month, year = int(figures[1]), int(figures[2]), figures[3]
    else:
        words = _WORDS.match(said)
        if not words or words[2][:3] not in _MONTHS:
            return None
        day, month, year = int(words[1]), _MONTHS.index(words[2][:3]) + 1, words[3]
    if year:
        return date(int(year), month, day)
    found = date(now.year, month, day)
    return found if found >= now else date(now.year + 1, month, day)
