"""Check-ins: at most one a local date, in the part of the day the person chose, never at night."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot.domain.checkins.cadence import (
    DAY,
    EVERY_DAY,
    RARE_AFTER,
    Cadence,
    Days,
    Kind,
    Occasion,
    occasions,
    rare,
)
from bot.domain.ids import PlanId
from bot.domain.zones import NIGHT, Quiet, exists, is_quiet, local, moment

Answer = Literal["good", "up_and_down", "struggling", "used", "talk", "not_now", "done", "not_yet"]
Ending = Literal["stopped", "blocked", "silent", "done", "changed", "erased"]
Why = Literal["late", "quiet", "blocked", "talking", "unsafe", "other", "clock"]
"""Why one was not sent; `other`: something else asks them that day, how a group or an appointment went."""


class Window(StrEnum):
    """The part of the day in which to ask."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


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
_AFTER_A_MEETING = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person agreed to: at the wall time `at` in `zone`, since the local date `began_on`.

    `unanswered` counts how many in a row stayed so. A paused plan has `paused_on`, and `paused_until` unless
    it rests until the person says. Nothing is asked after `ends_on`.
    """

    id: PlanId
    cadence: Cadence
    at: time
    zone: ZoneInfo
    began_on: date
    days: Days = EVERY_DAY
    unanswered: int = 0
    paused_on: date | None = None
    paused_until: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One check-in: the local date it belongs to, the moment it is due (UTC), and what is planned for it."""

    plan: PlanId
    on: date
    due: datetime
    kind: Kind = Kind.QUESTION


@dataclass(frozen=True, slots=True)
class Missed:
    """It is not sent, and why."""

    why: Why


Decision = Literal["send", "wait"] | Missed


def time_in(window: Window, plan: int, hours: Hours = ORDINARY) -> time:
    """The plan's own minute in the window, always the same, so that thousands of plans spread over it."""
    drawn = int.from_bytes(blake2b(str(plan).encode(), digest_size=8, person=b"checkin").digest())
    return (datetime.combine(date.min, hours.of(window)) + timedelta(minutes=drawn % _SPREAD_MINUTES)).time()


def next_slot(
    plan: Plan, now: datetime, had: date | None, hours: Hours = ORDINARY, *, step: bool = False
) -> Slot | None:
    """The next check-in after the local date `had` (the last one there was a slot for), or None at the end.

    `step`: a step was planned, so that day 2 is one of them. One that is too late already is passed over, so
    that no backlog can come of a long silence. In a new zone, "today" is the new zone's: if today already
    had one, the next is tomorrow at the earliest.
    """
    today = local(now - hours.late, plan.zone).date()
    for one in _coming(plan, had):
        on = one.on
        if plan.ends_on is not None and on > plan.ends_on:
            return None
        if on < today or (had is not None and on <= had) or not exists(on, plan.zone):
            continue
        if one.kind is Kind.STEP and not step:
            continue
        due = moment(on, plan.at, plan.zone)
        if now - due <= hours.late:
            return Slot(plan.id, on, due, one.kind)
    return None


def _coming(plan: Plan, had: date | None) -> Iterator[Occasion]:
    if plan.paused_on is not None and plan.paused_until is None:
        return
    if plan.unanswered >= RARE_AFTER and had is not None:
        while had < date.max - 400 * DAY:
            yield (one := rare(had, plan.unanswered, plan.days))
            had = one.on
        return
    rested = timedelta()
    if plan.paused_on is not None and plan.paused_until is not None:
        rested = plan.paused_until - plan.paused_on
    for one in occasions(plan.cadence, plan.began_on + rested, plan.days):
        if plan.paused_until is None or one.on >= plan.paused_until:
            yield one


def awake(plan: Plan, today: date) -> Plan:
    """The plan once its pause is over by itself: it goes on where it was, later by the days it rested."""
    if plan.paused_on is None or plan.paused_until is None or today < plan.paused_until:
        return plan
    began = plan.began_on + (plan.paused_until - plan.paused_on)
    return replace(plan, began_on=began, paused_on=None, paused_until=None)


def resumed(plan: Plan, today: date) -> Plan:
    """A paused plan taken up again today, where it was."""
    if plan.paused_on is None:
        return plan
    began = plan.began_on + (max(today, plan.paused_on) - plan.paused_on)
    return replace(plan, began_on=began, paused_on=None, paused_until=None)


def returned(plan: Plan, today: date, silent_since: date | None) -> Plan:
    """The plan of somebody who writes again: not silent, and after a long silence where they were.

    `silent_since` is the local date of the third that stayed unanswered; the days since then do not count.
    """
    if plan.unanswered < RARE_AFTER or silent_since is None:
        return replace(plan, unanswered=0)
    began = plan.began_on + max(timedelta(), today - silent_since)
    return replace(plan, unanswered=0, began_on=began)


def begins_again(was: Plan, today: date, last_sent: date | None) -> date:
    """From when a plan counts that is taken up as it was before it ended: as far along as it had come."""
    if last_sent is None or last_sent <= was.began_on:
        return today
    along = last_sent - was.began_on
    left = any(one.on - today > timedelta() for one in occasions(was.cadence, today - along, was.days))
    return today - along if left else today


def decide(due: datetime, now: datetime, zone: ZoneInfo, hours: Hours = ORDINARY) -> Decision:
    """What to do with a slot at `now`: wait for its time, send it, or call it missed."""
    if now < due:
        return "wait"
    if now - due > hours.late:
        return Missed("late")
    return Missed("quiet") if is_quiet(now, zone, hours.quiet) else "send"


def evening_after(starts: datetime, who: int, zone: ZoneInfo, hours: Hours = ORDINARY) -> datetime:
    """When to ask how a meeting or an appointment went: the first evening two hours or more after it."""
    at = time_in(Window.EVENING, who, hours)
    on = local(starts, zone).date()
    due = moment(on, at, zone)
    return due if due >= starts + _AFTER_A_MEETING else moment(on + DAY, at, zone)


MEASURE_FROM = timedelta(days=7)
MEASURE_AGAIN = timedelta(days=75)


def measure_due(plan: Plan, on: date, offered: date | None) -> bool:
    """Whether the ten statements are offered: from day 7, at week 12, then quarterly (product, "Check-ins").

    `offered`: when they last were, taken or not: nobody is asked again within two and a half months.
    """
    if plan.cadence is Cadence.ONCE or on - plan.began_on < MEASURE_FROM:
        return False
    return offered is None or on - offered >= MEASURE_AGAIN
