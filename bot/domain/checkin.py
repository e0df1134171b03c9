"""Check-ins: at most one a local date, in the part of the day the person chose, never at night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot.domain.ids import PlanId
from bot.domain.zones import exists, is_quiet, local, moment

LATE = timedelta(hours=2)
"""A check-in that is later than this is not sent but shown as missed."""
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


_SPANS = {
    Window.MORNING: (time(9, 0), 120),
    Window.AFTERNOON: (time(13, 0), 180),
    Window.EVENING: (time(18, 0), 120),
}
"""First wall time, and how many minutes check-ins spread over. The last, two hours late, is before 22:00."""
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


def time_in(window: Window, plan: PlanId) -> time:
    """The plan's own minute in the window, always the same, so that thousands of plans spread over it."""
    start, minutes = _SPANS[window]
    drawn = int.from_bytes(blake2b(str(plan).encode(), digest_size=8, person=b"checkin").digest())
    return (datetime.combine(date.min, start) + timedelta(minutes=drawn % minutes)).time()


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


def next_slot(plan: Plan, now: datetime, had: date | None) -> Slot | None:
    """The next check-in after the local date `had` (the last one there was a slot for), or None at the end.

    One whose two hours are over already is passed over, so that no backlog can come of a long silence. In a
    new zone, "today" is the new zone's: if today already had one, the next is tomorrow at the earliest.
    """
    today = local(now - LATE, plan.zone).date()
    for on in dates(plan.cadence, plan.began_on):
        if on < today or (had is not None and on <= had) or not exists(on, plan.zone):
            continue
        due = moment(on, plan.at, plan.zone)
        if now - due <= LATE:
            return Slot(plan.id, on, due)
    return None


def decide(due: datetime, now: datetime, zone: ZoneInfo) -> Decision:
    """What to do with a slot at `now`: wait for its time, send it, or call it missed."""
    if now < due:
        return "wait"
    if now - due > LATE:
        return Missed("late")
    return Missed("quiet") if is_quiet(now, zone) else "send"


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
