"""Check-ins: at most one a local date, in the part of the day the person chose, never at night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot.domain.ids import PlanId
from bot.domain.zones import NIGHT, Quiet, exists, is_quiet, local, moment

UNANSWERED = 2
"""After so many in a row without an answer nothing more is sent: silence is never chased."""
_DAY = timedelta(days=1)

Answer = Literal["good", "up_and_down", "struggling", "used", "talk"]
Ending = Literal["stopped", "blocked", "silent", "done", "changed", "erased"]
Why = Literal["late", "quiet", "blocked", "talking", "unsafe"]


class Window(StrEnum):
    """The part of the day in which to ask."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Cadence(StrEnum):
    """How often to ask."""

    ONCE = "once"
    DAILY = "daily"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Hours:
    """From when on check-ins leave in each part of the day, when nothing does, and how late one may be.

    They spread over an hour from there, so that thousands do not leave in the same minute.
    """

    morning: time = time(9, 30)
    afternoon: time = time(14, 30)
    evening: time = time(19, 0)
    quiet: Quiet = NIGHT
    late: timedelta = timedelta(hours=2)

    def of(self, window: Window) -> time:
        """The first wall time of a part of the day."""
        match window:
            case Window.MORNING:
                return self.morning
            case Window.AFTERNOON:
                return self.afternoon
            case Window.EVENING:
                return self.evening
            case _:
                assert_never(window)


ORDINARY = Hours()
_SPREAD_MINUTES = 60
_STANDARD_DAYS = (1, 4, 7, *range(14, 85, 7))
_STANDARD_MONTHS = (4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person agreed to: at the wall time `at` in `zone`, since the local date `began_on`."""

    id: PlanId
    cadence: Cadence
    at: time
    zone: ZoneInfo
    began_on: date


@dataclass(frozen=True, slots=True)
class Slot:
    """One check-in: the local date it belongs to, and the moment it is due (UTC)."""

    plan: PlanId
    on: date
    due: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """It is not sent, and why."""

    why: Why


Decision = Literal["send", "wait"] | Missed


def time_in(window: Window, plan: PlanId, hours: Hours = ORDINARY) -> time:
    """The plan's own minute in the window, always the same, so that thousands of plans spread over it."""
    drawn = int.from_bytes(blake2b(str(plan).encode(), digest_size=8, person=b"checkin").digest())
    return (datetime.combine(date.min, hours.of(window)) + timedelta(minutes=drawn % _SPREAD_MINUTES)).time()


def dates(cadence: Cadence, began_on: date) -> Iterator[date]:
    """The local dates to ask on, in order, beginning the day after the agreement.

    Standard (product.md, "Check-ins"): the next day, days 4 and 7, weekly to week 12, months 4, 6, 9 and 12.
    """
    match cadence:
        case Cadence.ONCE:
            yield began_on + _DAY
        case Cadence.DAILY:
            on = began_on
            while on < date.max:
                yield (on := on + _DAY)
        case Cadence.STANDARD:
            yield from (began_on + days * _DAY for days in _STANDARD_DAYS)
            yield from (_months_after(began_on, months) for months in _STANDARD_MONTHS)
        case _:
            assert_never(cadence)


def next_slot(plan: Plan, now: datetime, had: date | None, hours: Hours = ORDINARY) -> Slot | None:
    """The next check-in after the local date `had` (the last one there was a slot for), or None at the end.

    One that is too late already is passed over, so that no backlog can come of a long silence. In a
    new zone, "today" is the new zone's: if today already had one, the next is tomorrow at the earliest.
    """
    today = local(now - hours.late, plan.zone).date()
    for on in dates(plan.cadence, plan.began_on):
        if on < today or (had is not None and on <= had) or not exists(on, plan.zone):
            continue
        due = moment(on, plan.at, plan.zone)
        if now - due <= hours.late:
            return Slot(plan.id, on, due)
    return None


def decide(due: datetime, now: datetime, zone: ZoneInfo, hours: Hours = ORDINARY) -> Decision:
    """What to do with a slot at `now`: wait for its time, send it, or call it missed."""
    if now < due:
        return "wait"
    if now - due > hours.late:
        return Missed("late")
    return Missed("quiet") if is_quiet(now, zone, hours.quiet) else "send"


def falls_silent(unanswered: int) -> bool:
    """Whether the plan ends by itself: the person has let so many in a row go by."""
    return unanswered >= UNANSWERED


def offers_coach(answers: tuple[Answer, ...]) -> bool:
    """Whether the answers, newest first, call for a coach: asked for, or two hard days in a row."""
    match answers:
        case ("talk", *_):
            return True
        case ("struggling" | "used", "struggling" | "used", *_):
            return True
        case _:
            return False


def _months_after(began_on: date, months: int) -> date:
    year, month = divmod(began_on.month - 1 + months, 12)
    first = date(began_on.year + year, month + 1, 1)
    last_day = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - _DAY).day
    return first.replace(day=min(began_on.day, last_day))
