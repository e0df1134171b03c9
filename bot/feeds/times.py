"""Days, times, durations and dates in every form that real listings use."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_WORD = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s?day|rsday|rs?|s|nesday|nes|urday|ur)?s?\b", re.IGNORECASE
)
_DATE_BEFORE = re.compile(r"^\d{4}-\d\d-\d\d[t ](?=\d\d:\d\d)")
"""What programs put before a time that stands alone: 1899-12-30, 0001-01-01."""
_SHORT_DAYS = re.compile(r"(?:mo|tu|we|th|fr|sa|su)(?:[\s,;/&+]+(?:mo|tu|we|th|fr|sa|su))*")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?[:.h]\s?(?P<minute>\d{2})(?::\d{2})?|(?P<joined>\d{2})(?=\s?(?:hrs?|hours|[ap]\.?\s?m\.?)?\b))?"
    r"\s*(?P<half>[ap]\.?\s?m?\.?(?![a-z]))?\s*(?:hrs?|hours)?",
    re.IGNORECASE,
)
_WORDS = {"noon": 720, "midday": 720, "12noon": 720, "12midday": 720, "midnight": 0, "12midnight": 0}
DAY_MINUTES = 24 * 60
LONGEST = 12 * 60


class Unclear(ValueError):
    """A cell that cannot be read; the message says what was there."""


def days_of(value: object, *, sunday_is_zero: bool) -> list[int]:
    """Weekdays (Monday is 0) of a cell: a name, several, a range, "daily", a number, or a list of these.

    Numbers count from Sunday in Meeting Guide and mean nothing elsewhere. [] for an empty cell. Raises
    Unclear.
    """
    if isinstance(value, list | tuple):
        return sorted({day for one in value for day in days_of(one, sunday_is_zero=sunday_is_zero)})
    if value is None or isinstance(value, bool) or str(value).strip() == "":
        return []
    text = str(value).strip().lower()
    number = re.fullmatch(r"([0-7])(?:\.0)?", text)
    if number and sunday_is_zero and int(number[1]) < 7:
        return [(int(number[1]) - 1) % 7]
    if sunday_is_zero and re.fullmatch(r"[0-6](?:\s*[,;/]\s*[0-6])+", text):
        return sorted({(int(day) - 1) % 7 for day in re.findall(r"\d", text)})
    if _SHORT_DAYS.fullmatch(text):
        return sorted({_index(day) for day in re.findall(r"[a-z]{2}", text)})
    if re.search(r"\b(daily|every ?day|7 days|all week|each day)\b", text):
        return list(range(7))
    if re.search(r"\bweekdays\b", text):
        return list(range(5))
    if re.search(r"\bweekends?\b", text):
        return [5, 6]
    named = [(m.start(), m.end(), _index(m[1])) for m in _DAY_WORD.finditer(text)]
    if not named:
        raise Unclear(f"no day of the week in {quoted(value)}")
    return sorted(set(_with_ranges(text, named)))


def _with_ranges(text: str, named: list[tuple[int, int, int]]) -> Iterable[int]:
    """ "Mon-Fri" and "Monday to Friday" are five days, "Mon, Wed & Fri" three."""
    for number, (_, end, first) in enumerate(named):
        day = first
        yield day
        if number + 1 < len(named) and re.fullmatch(
            r"\s*(?:-|–|—|to|until|through|thru)\s*", text[end : named[number + 1][0]]
        ):
            while day != named[number + 1][2]:
                day = (day + 1) % 7
                yield day


def _index(word: str) -> int:
    return next(n for n, day in enumerate(_DAYS) if day.startswith(word.lower()))


def times_of(value: object) -> tuple[int | None, int | None]:
    """Start and end of a cell in minutes after midnight, each None where it does not say. Raises Unclear.

    "19:00", "7:15 PM", "7.30pm", "1930", "Noon", "7-8.30pm". Without am or pm it is the 24-hour clock.
    """
    if isinstance(value, float) and 0 <= value < 1:  # a spreadsheet's: 0.8125 of a day
        return round(value * DAY_MINUTES) % DAY_MINUTES, None
    text = "" if value is None or isinstance(value, bool) else " ".join(str(value).split()).lower()
    text = _DATE_BEFORE.sub("", text)
    if not text or re.fullmatch(r"(by )?(appointment|arrangement)|various|n/?a|-", text):
        return None, None
    pieces = re.split(r"\s*(?:-|–|—|\bto\b|\buntil\b|\btill?\b)\s*", text, maxsplit=1)
    end_half = re.search(r"([ap])\.?\s?m", pieces[1]) if len(pieces) > 1 else None
    start = _time(pieces[0], value, end_half[1] if end_half else "")
    return start, _time(pieces[1], value, "") if len(pieces) > 1 and pieces[1] else None


def _time(text: str, whole: object, half_of_end: str) -> int:
    squeezed = text.replace(" ", "").strip(".")
    if squeezed in _WORDS:
        return _WORDS[squeezed]
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise Unclear(f"no time in {quoted(whole)}")
    hour, minute = int(found["hour"]), int(found["minute"] or found["joined"] or 0)
    half = (found["half"] or "")[:1].lower()
    bare = not half and found["minute"] is None and found["joined"] is None
    if bare and not half_of_end:
        raise Unclear(f"{quoted(whole)} may be morning or evening")
    if not half and half_of_end and hour <= 12:
        half = half_of_end
    if half and (hour > 12 or hour == 0):
        half = ""  # "19:30 pm" says it twice
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise Unclear(f"there is no time {quoted(whole)}")
    return hour % 24 * 60 + minute


def minutes_of(value: object) -> int | None:
    """A duration such as "1hr 15mins", "90", "1.5 hours", "01:30"; None for others, and over 12 hours."""
    if isinstance(value, float) and 0 < value < 1:
        return _sensible(value * DAY_MINUTES)
    text = "" if value is None or isinstance(value, bool) else str(value).strip().lower()
    if re.fullmatch(r"\d{1,4}(\.0)?", text):
        return _sensible(float(text))
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text)
    if clock:
        return _sensible(int(clock[1]) * 60 + int(clock[2]))
    words = re.fullmatch(
        r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:h|hrs?|hours?))?\s*(?:and\s*)?(?:(\d{1,3})\s*(?:m|mins?|minutes?)?)?\.?",
        text,
    )
    if not words or not (words[1] or words[2]):
        return None
    return _sensible(float(words[1] or 0) * 60 + int(words[2] or 0))


def _sensible(minutes: float) -> int | None:
    return round(minutes) if 0 < minutes <= LONGEST else None


def length(start: int, end: int | None) -> int | None:
    """Minutes from start to end; an end before the start is after midnight."""
    return None if end is None else _sensible((end - start) % (24 * 60))


def date_of(value: object, *, day_first: bool) -> date | None:
    """The date of a cell, "2026-08-05 …", "05/08/2026" or "5 Aug 2026"; None for anything else."""
    text = "" if value is None or isinstance(value, bool) else str(value).strip()
    return _date_once(text[:10] if text[4:5] == text[7:8] == "-" else text, day_first)


@lru_cache(maxsize=4096)
def _date_once(text: str, day_first: bool) -> date | None:
    iso = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    numbers = re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b", text)
    named = re.match(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3})[a-z]*[ -,]+(\d{4})", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if numbers:
            one, two, year = int(numbers[1]), int(numbers[2]), int(numbers[3])
            day, month = (one, two) if day_first else (two, one)
            return date(year if year > 99 else 2000 + year, month, day)
        if named:
            return datetime.strptime(f"{named[1]} {named[2]} {named[3]}", "%d %b %Y").date()  # noqa: DTZ007 -- a date
    except ValueError:
        pass
    return None


def quoted(value: object) -> str:
    """A cell as it stands, as much as one needs to find it; without what would move a terminal's cursor."""
    seen = "".join(sign if sign.isprintable() else " " for sign in str(value)[:200])
    return f'"{" ".join(seen.split())[:40]}"'
