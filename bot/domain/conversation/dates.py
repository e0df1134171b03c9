"""A day as people type it, day first, and only what has one meaning."""

import re
from datetime import date, timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOMORROW = (
    "tomorrow",
    "tomoz",
    "tmrw",
    "tmr",
    "2moro",
    "2morrow",
    "tomorow",
    "tommorow",
    "tommorrow",
    "the morra",
)
_FIGURES = re.compile(r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})(?:[./-](?P<year>\d{4}))?\Z")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NAMED = r"(?:[a-z]+day )?{}(?: (?P<year>\d{{4}}))?\Z"
_DAY, _MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", "(?P<month>[a-z]{3,9})"
_WORDS = (
    re.compile(_NAMED.format(f"{_DAY} (?:of )?{_MONTH}")),
    re.compile(_NAMED.format(f"{_MONTH} {_DAY}")),
)
_FROM_NOW = re.compile(r"in (an?|one|two|three|four|five|six|\d{1,2}) (day|week)s?\Z")
_DAY_WITHIN = re.compile(
    rf"\b(?:today|tonight|{'|'.join(_TOMORROW)}|"
    r"in (?:an?|one|two|three|four|five|six|\d{1,2}) (?:day|week)s?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:on|this) (?:mon|tues?|wed|thur?s?|fri|sat|sun)|"
    rf"\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{'|'.join(_MONTHS)})[a-z]*|"
    rf"(?:{'|'.join(_MONTHS)})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}/\d{{1,2}}(?:/\d{{4}})?)\b"
)
_NEXT = re.compile(r"\bnext (?:mon|tue|wed|thu|fri|sat|sun)")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


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


def day_in(text: str, today: str) -> str | None:
    """The one day that a longer text names, as `read_date` reads it; None for none, or for several.

    "Next Friday" may be this week's or the one after, and is not taken.
    """
    days = {read_date(found[0], today) for found in _DAY_WITHIN.finditer(text.casefold())} - {None}
    return days.pop() if len(days) == 1 and not _NEXT.search(text.casefold()) else None


def _relative(said: str, now: date) -> date | None:
    if said in ("today", "tonight"):
        return now
    if said in _TOMORROW:
        return now + timedelta(days=1)
    if ahead := _FROM_NOW.match(said):
        number = _NUMBERS.get(ahead[1]) or int(ahead[1])
        return now + timedelta(days=number * (7 if ahead[2] == "week" else 1))
    word = said.removeprefix("on ").removeprefix("this ")
    if word[:3] in _DAYS and re.fullmatch(r"[a-z]{3,5}|[a-z]+day", word):
        return now + timedelta(days=(_DAYS.index(word[:3]) - now.weekday() - 1) % 7 + 1)
    return None


def _dated(said: str, now: date) -> date | None:
    tried = (one.match(said.removeprefix("on ")) for one in (_FIGURES, *_WORDS))
    found = next((one for one in tried if one), None)
    if found is None:
        return None
    named = found["month"]
    if not named.isdigit() and named[:3] not in _MONTHS:
        return None
    day, month = int(found["day"]), int(named) if named.isdigit() else _MONTHS.index(named[:3]) + 1
    if found["year"]:
        return date(int(found["year"]), month, day)
    this_year = date(now.year, month, day)
    return this_year if this_year >= now else date(now.year + 1, month, day)
