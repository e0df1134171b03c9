"""What a coach types about the rota, read: an offer, a shift to cover, a swap, leave, or "my shifts".

Nothing is carried out on the strength of this reading alone: what was understood is shown first, with the
date and the hours, and a button confirms it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.zones import latest_moment, local, moment

_DAY = timedelta(days=1)
_LONGEST = timedelta(hours=14)
"""A shift nobody means: "8 to midnight" is four hours of the evening, not sixteen."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` up to, not including, `end` (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """The coach can be there. `readings`: what the hours may mean, the likeliest first, never empty."""

    readings: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody is wanted for a shift of the coach's that begins on `on`, a local date; None: any.

    `named`: a shift was spoken of, so that it is said when they have none.
    """

    on: date | None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Swap:
    """The coach would give the shift of `on` (None: the next) for a colleague's of `other`, local dates.

    `other` is None where they have not said for which.
    """

    on: date | None
    other: date | None


@dataclass(frozen=True, slots=True)
class Away:
    """The coach is on leave for these hours: whole local days."""

    hours: Hours


@dataclass(frozen=True, slots=True)
class Mine:
    """The coach asks what is theirs."""


Wish = Offer | Cover | Swap | Away | Mine

_MONTH = "|".join(_MONTHS)
_DAY_WORDS = (
    r"(?:(?:this|next|on|coming)\s+)*(?:today|tonight|tomorrow|"
    r"mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?)?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})[a-z]*|(?:{_MONTH})[a-z]*\s+\d{{1,2}}(?:st|nd|rd|th)?|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2})(?:'?s)?(?:\s+(?:night|evening|morning|afternoon|shift))*"
)
_TIME = r"(?:midnight|noon|midday|\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)?)"
_RANGE = rf"(?P<from>{_TIME})\s*(?:to|till|until|-|–)\s*(?P<to>{_TIME})"
_OFFER = re.compile(
    rf"\b(?:i\s+can(?!')|i\s+could(?!n)|i'?ll|i\s+will|i'?m\s+free|i\s+am\s+free|put\s+me|add\s+me)\b.*?"
    rf"(?P<day>{_DAY_WORDS})[,]?\s+(?:from\s+|at\s+|between\s+)?{_RANGE}"
)
_COVER = re.compile(
    rf"\b(?:(?:who\s+can|who\s+could|can\s+\w+|could\s+\w+|someone\s+to|somebody\s+to|please)\s+"
    rf"(?:\w+\s+)?(?:take|cover|do|have|pick\s+up)\s+my|"
    rf"\bcan(?:'?t|not|\s+not)\s+(?:do|make|cover|work)(?:\s+my)?)\s+"
    rf"(?:(?:next\s+)?shift\s+(?P<of>{_DAY_WORDS})|(?P<day>{_DAY_WORDS})|(?:next\s+)?shift\b)"
)
_SWAP = re.compile(
    rf"\bswap\s+my\s+(?P<day>{_DAY_WORDS})\s+(?:with|for)\s+(?:[\w-]+'s\s+|your\s+|a\s+|the\s+)?(?P<other>{_DAY_WORDS})"
)
_AWAY = re.compile(
    rf"\b(?:i'?m|i\s+am|i'?ll\s+be|i\s+will\s+be)\s+(?:away|on\s+leave|on\s+holiday|not\s+around)\s+"
    rf"(?:from\s+)?(?:(?P<week>next\s+week)|(?P<day>{_DAY_WORDS})(?:\s*(?:to|till|until|-|–)\s*(?P<last>{_DAY_WORDS}))?)"
)
_SWAP_ANY = re.compile(
    rf"\bswap\s+(?:my\s+)?(?:(?:next\s+)?shift\s+(?P<of>{_DAY_WORDS})|(?P<day>{_DAY_WORDS})|my\s+(?:next\s+)?shift\b)"
)
_MINE = re.compile(
    r"(?:(?:show\s+)?(?:me\s+)?my\s+(?:shifts?|rota)|rota|"
    rf"(?:when\s+)?am\s+i\s+(?:on|working)(?:\s+(?:next|{_DAY_WORDS}))?|what\s+shifts?\s+(?:do\s+i\s+have|am\s+i\s+on))\W*"
)
_WHO = re.compile(
    r"(?:(?:hi|hey|hello|so|ok|and|please|sorry)\W+)*"
    r"(?:who\s*'?s?(?:\s+(?:is|are|has|have))?(?:\s+(?:else|all))?|is\s+(?:any|some)(?:one|body)(?:\s+else)?(?=\s+(?:on|working)\b))"
    r"(?:\s+(?:is|got))?\s+(?:on|working|there|about|covering)"
    r"(?:\s+(?:shift|call|duty|with\s+me|the\s+rota))?"
    rf"(?:\s+(?:for\s+)?(?P<day>{_DAY_WORDS}|(?:right\s+)?now))?(?:\W+(?:please|pls))?\W*"
    rf"|who\s+am\s+i\s+on\s+with(?:\s+(?P<with>{_DAY_WORDS}))?\W*"
)


def shown(hours: Hours, zone: ZoneInfo) -> str:
    """Hours as staff read them, on the service's clock: "Fri 27 Nov 20:00–00:00"."""
    start, end = local(hours.start, zone), local(hours.end, zone)
    until = f"{end:%H:%M}" if end - start <= _DAY else f"{end:%a} {end.day} {end:%b %H:%M}"
    return f"{start:%a} {start.day} {start:%b %H:%M}–{until}"


def read(text: str, now: datetime, zone: ZoneInfo) -> Wish | None:
    """What a coach's words ask of the rota, or None. Days and hours are those of `zone`, seen from `now`."""
    words = " ".join(text.lower().replace("’", "'").split())
    today = local(now, zone).date()
    if _MINE.fullmatch(words):
        return Mine()
    if found := _SWAP.search(words):
        on, other = _day(found["day"], today), _day(found["other"], today)
        return Swap(on, other) if on is not None and other is not None else None
    if found := _COVER.search(words):
        said = found["of"] or found["day"]
        return Cover(
            _day(said, today) if said else None, named=bool(re.search(r"\b(?:my|shift)\b", found[0]))
        )
    if found := _SWAP_ANY.search(words):
        said = found["of"] or found["day"]
        return Swap(_day(said, today) if said else None, None)
    if found := _AWAY.search(words):
        return _away(found, today, zone)
    if found := _OFFER.search(words):
        on = _day(found["day"], today)
        readings = () if on is None else tuple(_readings(on, found["from"], found["to"], now, zone))
        return Offer(readings) if readings else None
    return None


def asked_who(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The local date about which words ask who is on ("who is on tomorrow"); None for any other words."""
    found = _WHO.fullmatch(" ".join(text.lower().replace("’", "'").split()))
    today = local(now, zone).date()
    said = "" if found is None else found["day"] or found["with"] or ""
    return None if found is None else today if "now" in said or not said else _day(said, today)


def _away(found: re.Match[str], today: date, zone: ZoneInfo) -> Away | None:
    if found["week"]:
        first: date | None = today + (7 - today.weekday()) * _DAY
        last = None if first is None else first + 6 * _DAY
    else:
        first = _day(found["day"], today)
        last = first if first is None or not found["last"] else _day(found["last"], first)
    if first is None or last is None or last < first:
        return None
    return Away(Hours(moment(first, time(0), zone), moment(last + _DAY, time(0), zone)))


def _day(words: str, today: date) -> date | None:
    """The next such date from `today` on, itself included; None for a date that does not exist."""
    if "today" in words or "tonight" in words:
        return today
    if "tomorrow" in words:
        return today + _DAY
    if iso := re.search(r"\d{4}-\d{2}-\d{2}", words):
        return _date(*(int(part) for part in iso[0].split("-")))
    if numbers := re.search(r"(\d{1,2})/(\d{1,2})", words):
        return _next_date(int(numbers[1]), int(numbers[2]), today)
    if month := re.search("|".join(_MONTHS), words):
        number = re.search(r"\d{1,2}", words)
        if number is not None:
            return _next_date(int(number[0]), _MONTHS.index(month[0]) + 1, today)
    for n, name in enumerate(_DAYS):
        if re.search(rf"\b{name[:3]}", words):
            ahead = (n - today.weekday()) % 7
            return today + (ahead or (7 if "next" in words else 0)) * _DAY
    return None


def _next_date(day: int, month: int, today: date) -> date | None:
    this_year = _date(today.year, month, day)
    return this_year if this_year is None or this_year >= today else _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _readings(on: date, start: str, end: str, now: datetime, zone: ZoneInfo) -> Iterator[Hours]:
    """Every meaning of the hours that is not over and no longer than a shift is, the shortest first."""
    found: list[Hours] = []
    for begins in _times(start):
        for ends in _times(end):
            ends_on = on if ends > begins else on + _DAY
            hours = Hours(moment(on, begins, zone), latest_moment(ends_on, ends, zone))
            if hours.end > now and hours.end - hours.start <= _LONGEST and hours not in found:
                found.append(hours)
    yield from sorted(found, key=lambda hours: (hours.end - hours.start, hours.start))


def _times(words: str) -> list[time]:
    if words in ("noon", "midday"):
        return [time(12)]
    if words == "midnight":
        return [time(0)]
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", words.strip())
    if found is None:
        return []
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour > 24 or minute > 59:
        return []
    if found[3] and 1 <= hour <= 12:
        return [time(hour % 12 + (12 if found[3] == "pm" else 0), minute)]
    if 1 <= hour <= 11 and not found[1].startswith("0"):
        return [time(hour, minute), time(hour + 12, minute)]
    if hour == 12:
        return [time(12, minute), time(0, minute)]
    return [time(hour % 24, minute)]
