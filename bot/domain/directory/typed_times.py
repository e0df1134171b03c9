"""When somebody wants to go, read from what they typed: "after 6", "tuesday after work", "saturday 10am"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.directory.wanted import DAY_MINUTES

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ABOUT = 60
"""Minutes either side of "at 7pm" that are still meant."""
AFTER_WORK = 17 * 60
EARLY, LATE = 9 * 60, 21 * 60
NOON, LAST = 12 * 60, DAY_MINUTES - 1

_DAY = {word: n for n, day in enumerate(DAYS) for word in (day, day[:3], day + "s")} | {
    "tues": 1, "weds": 2, "thur": 3, "thurs": 3,
}  # fmt: skip
_PARTS: Mapping[str, tuple[int, int]] = {
    "morning": (0, 719), "afternoon": (720, 1019), "evening": (1020, LAST), "night": (1020, LAST),
    "early morning": (0, EARLY), "before work": (0, EARLY), "late night": (LATE, LAST), "late": (LATE, LAST),
    "lunchtime": (690, 840), "lunch time": (690, 840), "after work": (AFTER_WORK, LAST),
}  # fmt: skip
_PARTS_LONGEST = sorted(_PARTS, key=len, reverse=True)
_NOW = re.compile(r"\b(?:right now|now|on now|starting now|starting soon|soon)\b")
_TONIGHT = re.compile(r"\b(?:tonight|this evening|2nite|tonite)\b")
_WEEKEND = re.compile(r"\b(?:this |at the |on the |over the |the )?weekends?\b")
_NEXT_WEEK = re.compile(r"\b(?:some ?time |any ?time )?next week\b")
_WEEKDAYS = re.compile(r"\b(?:on |during )?(?:the )?(?:weekdays?|week days?)\b")
_WRITTEN = re.compile(r"\b(\d{1,2})[:.](\d\d)(?=\s*(?:[ap]m\b|[^\d:.]|$))", re.I)
_HOURS: Mapping[str, str] = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_HALF = re.compile(rf"\bhalf (?:past )?(\d{{1,2}}|{'|'.join(_HOURS)})\b", re.I)
_NAMED = re.compile(rf"\b(?<=at |er |re |ut |nd )(?:{'|'.join(_HOURS)})\b(?! step)", re.I)
_JOINED = re.compile(r"(?<!\d[-–])\b(\d|[01]\d|2[0-3])([0-5]\d)(?=(?: ?[ap]m)?\b)(?! ?\d)", re.I)
"""A time written "1930" or "730pm"."""
_SPAN = re.compile(r"\b(\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]m)?)\s*[-–—]\s*(\d{1,2}(?:[:.]\d\d)?\s*[ap]m)\b", re.I)
_CLOCK = r"(?:(?:noon|midday|midnight)|\d{1,2}(?:h\d\d)?(?: ?(?:[ap]m|o ?clock))?)(?! ?step)\b"
_BETWEEN = re.compile(rf"\b(?:between|from) (?P<a>{_CLOCK}) (?:and|to|till|til|until) (?P<b>{_CLOCK})")
_SIDE = re.compile(
    rf"\b(?P<side>after|from|later than|past|not before|before|until|till|til|by|earlier than|at|around|"
    rf"about|round) (?:about |around )?(?P<at>{_CLOCK})(?: or (?P<or>later|earlier)\b)?"
)
_BARE = re.compile(
    r"\b(?P<at>\d{1,2}h\d\d(?: ?[ap]m)?|\d{1,2} ?(?:[ap]m|o ?clock)|noon|midday|midnight)\b"
    r"(?: or (?P<or>later|earlier)\b)?"
)
_READ = re.compile(r"(\d{1,2})(?:h(\d\d))?(?: ?([ap]m|o ?clock))?")
_AFTER = frozenset(("after", "from", "later than", "past", "not before"))
_BEFORE = frozenset(("before", "until", "till", "til", "by", "earlier than"))


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When it is to be: `days` of the week (Monday is 0), `part` minutes after midnight, both included."""

    now: bool = False
    tonight: bool = False
    days_ahead: int | None = None
    days: frozenset[int] = frozenset()
    weekend: bool = False
    next_week: bool = False
    """From Monday on."""
    part: tuple[int, int] | None = None
    """Of the group's own clock."""
    about: int | None = None
    """The time that was named, where `part` is what is near it."""

    @property
    def hour(self) -> int | None:
        """An hour that is typical of it; None where none was named."""
        if self.tonight and self.part is None:
            return 19
        if self.about is not None or self.part is None:
            return None if self.about is None else self.about // 60
        since, until = self.part
        return (since or max(0, until - ABOUT)) // 60

    @property
    def names_day(self) -> bool:
        """Whether it is one day that was asked for: today, tomorrow, Friday."""
        return self.now or self.tonight or self.days_ahead is not None or len(self.days) == 1

    @property
    def said(self) -> bool:
        """Whether anything was said of it."""
        return self.names_day or self.weekend or self.next_week or bool(self.days) or self.part is not None


T = TypeVar("T", bound=When)


def clocks_written(text: str) -> str:
    """Times of the clock as they can be read without punctuation: "7:30-9pm" is "from 7h30 to 9pm"."""
    text = _HALF.sub(lambda found: f"{_HOURS.get(found[1].lower(), found[1])}h30", text)
    text = _NAMED.sub(lambda found: _HOURS[found[0].lower()], _JOINED.sub(r"\1h\2", text))
    return _WRITTEN.sub(r"\1h\2", _SPAN.sub(r"from \1 to \2", text))


def times(words: str, found: T) -> tuple[str, T]:
    """The words without those that say when, and what they say. `words` are plain, after `clocks_written`."""
    words, found = _clock_times(*_days(words, found))
    if _NOW.search(words):
        words, found = _without(_NOW, words), replace(found, now=True)
    return words, found


def _days(words: str, found: T) -> tuple[str, T]:
    if _TONIGHT.search(words):
        words, found = _without(_TONIGHT, words), replace(found, tonight=True)
    for word, ahead in (("today", 0), ("tomorrow", 1), ("tmrw", 1)):
        if re.search(rf"\b{word}\b", words):
            words, found = _without(re.compile(rf"\b{word}\b"), words), replace(found, days_ahead=ahead)
    if re.search(r"\bthis (?:morning|afternoon)\b", words):
        found = replace(found, days_ahead=0)
    if _NEXT_WEEK.search(words):
        words, found = _without(_NEXT_WEEK, words), replace(found, next_week=True)
    if _WEEKDAYS.search(words):
        words, found = _without(_WEEKDAYS, words), replace(found, days=frozenset(range(5)))
    elif _WEEKEND.search(words):
        words, found = _without(_WEEKEND, words), replace(found, weekend=True)
    named = [word for word in words.split() if word in _DAY]
    if named:
        found = replace(found, days=frozenset(_DAY[word] for word in named))
        words = re.sub(rf"\b(?:(?:on|this|next|every) )?(?:{'|'.join(named)})\b", " ", words)
    return " ".join(words.split()), found


def _clock_times(words: str, found: T) -> tuple[str, T]:
    """First what is said by the clock, then the part of the day, which tells seven from nineteen."""
    part: tuple[int, int] | None = None
    rest = words
    for name in _PARTS_LONGEST:
        pattern = re.compile(rf"\b(?:in the |at |this |during the )?{name}s?\b")
        if pattern.search(rest):
            part, rest = part or _PARTS[name], _without(pattern, rest)
    half = part or ((NOON, LAST) if found.tonight else None)
    for pattern in (_BETWEEN, _SIDE, _BARE):
        if clock := pattern.search(rest):
            span, about = _span(clock, half)
            if span is not None:
                return _without(pattern, rest), replace(found, part=span, about=about)
    return (rest, replace(found, part=part)) if part else (words, found)


def _span(clock: re.Match[str], half: tuple[int, int] | None) -> tuple[tuple[int, int] | None, int | None]:
    said = clock.groupdict()
    if "a" in said:
        until = _minutes(said["b"], half)
        since = _minutes(said["a"], half, until)
        return ((since, until) if since is not None and until is not None and since < until else None), None
    at, side = _minutes(said["at"], half), said.get("side") or ""
    if at is None:
        return None, None
    if side in _AFTER or said["or"] == "later":
        return (at, LAST), None
    if side in _BEFORE or said["or"] == "earlier":
        return (0, at or LAST), None
    return (max(0, at - ABOUT), min(LAST, at + ABOUT)), at


def _minutes(said: str, half: tuple[int, int] | None, before: int | None = None) -> int | None:
    """Minutes after midnight, None for no time.

    Without am or pm, one to eight are after noon, unless the words name the `half` of the day; of two times
    the first is the later one that still lies `before` the second.
    """
    if said in ("noon", "midday"):
        return NOON
    if said == "midnight":
        return 0
    read = _READ.fullmatch(said)
    hour, minute, mark = (int(read[1]), int(read[2] or 0), read[3] or "") if read else (99, 0, "")
    if hour > 23 or minute > 59 or (mark in ("am", "pm") and not 1 <= hour <= 12):
        return None
    if mark in ("am", "pm"):
        return hour % 12 * 60 + minute + (NOON if mark == "pm" else 0)
    if hour > 12 or hour == 0:
        return hour * 60 + minute
    early, late = hour % 12 * 60 + minute, hour % 12 * 60 + minute + NOON
    if before is not None:
        return late if late < before else early
    if half is not None:
        return late if half[1] >= late >= half[0] or half[0] >= NOON else early
    return late if hour <= 8 or hour == 12 else early


def _without(pattern: re.Pattern[str], words: str) -> str:
    return " ".join(pattern.sub(" ", words).split())
