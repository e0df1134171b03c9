"""Which days a plan asks on, and which of them ask nothing (product design, "Check-ins")."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import assert_never

DAY = timedelta(days=1)

Days = frozenset[int]
"""Days of the week, Monday 0: those on which a person wants to hear from us."""
EVERY_DAY: Days = frozenset(range(7))


class Cadence(StrEnum):
    """How often to ask."""

    ONCE = "once"
    LIGHTER = "lighter"
    STANDARD = "standard"
    DAILY = "daily"


class Kind(StrEnum):
    """What a check-in says."""

    QUESTION = "question"
    STEP = "step"
    """The question, asked about the step they had planned."""
    CARING = "caring"
    """Kind words that ask nothing."""
    GENTLE = "gentle"
    """Says that no reply is needed: after two that stayed unanswered."""
    GOODBYE = "goodbye"
    """The last one after a long silence. It leaves the door open."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A local date, and what is said on it."""

    on: date
    kind: Kind


SILENT_AFTER = 2
"""After so many unanswered, one message that needs no reply."""
RARE_AFTER = 3
"""After that one, monthly for so many months, then a goodbye: silence is never chased."""
_MONTHS_OF_SILENCE = 3

_STANDARD = {1: Kind.QUESTION, 2: Kind.STEP, 4: Kind.QUESTION, 7: Kind.QUESTION}
_LIGHTER = {1: Kind.QUESTION, 7: Kind.QUESTION}
_LAST_WEEK = 12
_STANDARD_MONTHS = (4, 6, 9, 12)
_LIGHTER_MONTHS = (6, 12)


def occasions(cadence: Cadence, began_on: date, days: Days = EVERY_DAY) -> Iterator[Occasion]:
    """Every occasion of a plan, in order, each date once, beginning the day after the agreement.

    Standard: the next day, the day after (for a planned step, which the caller decides), days 4 and 7, weekly
    to week 12, a question and a message that asks nothing in turn, months 4, 6, 9 and 12. Lighter: the next
    day, day 7, every second week to week 12 in the same way, months 6 and 12.

    On a day of the week that was not chosen nothing comes: daily leaves it out, the others move to the next.
    """
    last = began_on
    for one in _all(cadence, began_on):
        on = one.on
        if cadence is Cadence.DAILY and on.weekday() not in days:
            continue
        while on.weekday() not in days and days:
            on += DAY
        if on > last:
            last = on
            yield Occasion(on, one.kind)


def _all(cadence: Cadence, began_on: date) -> Iterator[Occasion]:
    match cadence:
        case Cadence.ONCE:
            yield Occasion(began_on + DAY, Kind.QUESTION)
        case Cadence.DAILY:
            for n in count(1):
                if (date.max - began_on).days < n:
                    return
                yield Occasion(began_on + n * DAY, Kind.QUESTION)
        case Cadence.STANDARD:
            yield from (Occasion(began_on + n * DAY, kind) for n, kind in _STANDARD.items())
            yield from _weeks(began_on, 1)
            yield from _months(began_on, _STANDARD_MONTHS)
        case Cadence.LIGHTER:
            yield from (Occasion(began_on + n * DAY, kind) for n, kind in _LIGHTER.items())
            yield from _weeks(began_on, 2)
            yield from _months(began_on, _LIGHTER_MONTHS)
        case _:
            assert_never(cadence)


def _weeks(began_on: date, every: int) -> Iterator[Occasion]:
    """From week 2 to week 12: a question, then one that asks nothing; week 12 is a question."""
    weeks = range(2, _LAST_WEEK + 1, every)
    for n, week in enumerate(weeks):
        asks = n % 2 == 0 or week == _LAST_WEEK
        yield Occasion(began_on + 7 * week * DAY, Kind.QUESTION if asks else Kind.CARING)


def _months(began_on: date, months: tuple[int, ...]) -> Iterator[Occasion]:
    return (Occasion(months_after(began_on, n), Kind.QUESTION) for n in months)


def rare(had: date, unanswered: int, days: Days = EVERY_DAY) -> Occasion:
    """What comes after three unanswered: a month after the last, three times; then the goodbye."""
    on = months_after(had, 1)
    while on.weekday() not in days and days:
        on += DAY
    return Occasion(on, Kind.CARING if unanswered < RARE_AFTER + _MONTHS_OF_SILENCE else Kind.GOODBYE)


def said_now(planned: Kind, unanswered: int) -> Kind:
    """What is really said, by how many in a row stayed unanswered at the moment of sending."""
    if unanswered == SILENT_AFTER:
        return Kind.GENTLE
    if unanswered < SILENT_AFTER or planned is Kind.GOODBYE:
        return planned
    return Kind.CARING if unanswered < RARE_AFTER + _MONTHS_OF_SILENCE else Kind.GOODBYE


def counts_as_unanswered(kind: Kind, unanswered: int) -> bool:
    """Whether silence to it counts: words that ask nothing do so only once the silence has begun."""
    return kind is not Kind.CARING or unanswered >= RARE_AFTER


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    year, month = divmod(on.month - 1 + months, 12)
    first = date(on.year + year, month + 1, 1)
    last_day = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - DAY).day
    return first.replace(day=min(on.day, last_day))
