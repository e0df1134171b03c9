"""One language as it is spoken: its translations, its plurals, the names of its days and months."""

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TypeVar

SOURCE_LANGUAGE = "en"
ENGLISH_TOO = "@en"
"""How the name of a fact ends that is the same in English."""
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Calendar:
    """How dates are said: days from Monday, months from January; `{d}` and `{y}` are figures to fill in."""

    days: tuple[str, ...]
    short_days: tuple[str, ...]
    dates: tuple[str, ...]
    short_dates: tuple[str, ...]
    years: tuple[str, ...]
    whole: str
    """A date with its weekday, of `{day}` and `{date}`."""

    def day(self, on: date) -> str:
        """ "Friday"."""
        return self.days[on.weekday()]

    def short_day(self, on: date) -> str:
        """ "Fri"."""
        return self.short_days[on.weekday()]

    def day_month(self, on: date) -> str:
        """ "27 November"."""
        return self.dates[on.month - 1].replace("{d}", str(on.day))

    def short_date(self, on: date) -> str:
        """ "27 Nov"."""
        return self.short_dates[on.month - 1].replace("{d}", str(on.day))

    def whole_date(self, on: date) -> str:
        """ "Friday 27 November"."""
        return self.whole.replace("{day}", self.day(on)).replace("{date}", self.day_month(on))

    def short_moment(self, at: datetime) -> str:
        """ "Fri 27 Nov 19:30", of a local time."""
        return f"{self.short_day(at)} {self.short_date(at)} {at:%H:%M}"

    def short_time(self, at: datetime) -> str:
        """ "Fri 19:30", of a local time within a week."""
        return f"{self.short_day(at)} {at:%H:%M}"

    def month(self, on: date) -> str:
        """ "November 2026"."""
        return self.years[on.month - 1].replace("{y}", str(on.year))


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ENGLISH_DATES = Calendar(
    _DAYS,
    tuple(day[:3] for day in _DAYS),
    tuple(f"{{d}} {month}" for month in _MONTHS),
    tuple(f"{{d}} {month[:3]}" for month in _MONTHS),
    tuple(f"{month} {{y}}" for month in _MONTHS),
    "{day} {date}",
)
NOUNS: Mapping[str, tuple[str, str]] = {
    "minute": ("{n} minute", "{n} minutes"),
    "hour": ("{n} hour", "{n} hours"),
    "day": ("{n} day", "{n} days"),
    "month": ("{n} month", "{n} months"),
    "night": ("{n} night", "{n} nights"),
    "request": ("{n} request", "{n} requests"),
}
"""What is counted in texts, one and many; other languages have more forms."""


@dataclass(frozen=True, slots=True)
class Speech:
    """English is the source: what has no translation is said in English.

    `texts`: English → translation. `plurals`: the English for one → every form, chosen by the gettext
    expression `rule`. `reviewed`: the English of what a native speaker has signed; `signed`: whether that is
    every safety text. `words`: what people type, by what it means (`yes`, `talk`, `hide` …), plain.
    `decimal` stands between a number and its tenths.
    """

    language: str
    texts: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rule: str = "n != 1"
    calendar: Calendar = _ENGLISH_DATES
    reviewed: frozenset[str] = frozenset()
    signed: bool = False
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimal: str = "."

    def of(self, english: str) -> str:
        """The translation of an English text, or the text."""
        return self.texts.get(english, english)

    def doubtful(self, english: str) -> bool:
        """Whether there is a translation that nobody has signed yet."""
        return english in self.texts and english not in self.reviewed

    def meant(self, typed: str) -> str:
        """What a whole message means in this language ("help" for "pomoc"), plain or unaccented; or ""."""
        return next((meaning for meaning, words in self.words.items() if typed in words), "")

    def count(self, number: int, noun: str) -> str:
        """A number with its noun, one of `NOUNS`: "1 day", "30 dni"."""
        one, many = NOUNS[noun]
        forms = self.plurals.get(one)
        said = forms[_form(self.rule)(number)] if forms else one if number == 1 else many
        return said.replace("{n}", str(number))


ENGLISH = Speech(SOURCE_LANGUAGE)
Voices = Callable[[str], Speech]
"""The speech of a language by its code; English for one that is not offered."""


def only_english(_: str) -> Speech:
    """Voices of a service without translations."""
    return ENGLISH


def in_english(values: Mapping[str, V]) -> dict[str, V]:
    """Values to fill in, those that are also given as `name@en` by that: for the English beneath a text."""
    told = {
        name.removesuffix(ENGLISH_TOO): value for name, value in values.items() if name.endswith(ENGLISH_TOO)
    }
    return {**values, **told}


@cache
def _form(rule: str) -> Callable[[int], int]:
    """Which form a number takes, by gettext's own reading of a Plural-Forms expression."""
    found: Callable[[int], int] = gettext.c2py(rule)
    return found
