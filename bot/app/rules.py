"""The waits and hours that an operator may set, as the rules read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.checkins.checkin import Hours
from bot.domain.oncall.duty import LAPSES_AFTER
from bot.domain.oncall.escalation import Waits
from bot.domain.oncall.handoff import Patience
from bot.domain.oncall.limits import Limits
from bot.domain.person import Person
from bot.domain.zones import Quiet
from bot.settings import Settings

Numbers = Callable[[Person, datetime], Mapping[str, Any]]
"""Helplines and emergency numbers for where a person is: `emergency`, `crisis_line`, `open_line` …"""


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things wait. `duty` is how long `/on` counts without a word."""

    waits: Waits = field(default_factory=Waits)
    patience: Patience = field(default_factory=Patience)
    hours: Hours = field(default_factory=Hours)
    duty: timedelta = LAPSES_AFTER
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Place:
    """The service's own zone, the numbers it knows, and its rules."""

    zone: ZoneInfo
    numbers: Numbers
    rules: Rules = field(default_factory=Rules)


def rules_of(settings: Settings) -> Rules:
    """The waits and hours the operator has set."""
    waits, hours, safety = settings.handoff, settings.checkins, settings.safety
    quiet_after = timedelta(minutes=hours.quiet_after_minutes)
    return Rules(
        Waits(
            backup=timedelta(minutes=waits.backup_after_minutes),
            everyone=timedelta(minutes=waits.everyone_after_minutes),
            coordinators=timedelta(minutes=waits.coordinators_after_minutes),
            honest=timedelta(minutes=waits.honest_after_minutes),
            again=timedelta(minutes=waits.again_after_minutes),
            until=timedelta(hours=waits.give_up_hours),
            emergency=timedelta(minutes=safety.page_emergency_minutes),
            urgent=timedelta(minutes=safety.page_urgent_minutes),
        ),
        Patience(
            nudge=timedelta(minutes=waits.nudge_minutes),
            release=timedelta(minutes=waits.release_minutes),
            desert=timedelta(minutes=waits.release_in_talk_minutes),
            close=timedelta(minutes=waits.soft_close_minutes),
        ),
        Hours(
            hours.morning,
            hours.afternoon,
            hours.evening,
            Quiet(hours.quiet_from, hours.quiet_until, quiet_after),
            timedelta(minutes=hours.late_limit_minutes),
        ),
        timedelta(hours=waits.duty_lapse_hours),
        Limits(
            settings.coaches.talks_at_once,
            timedelta(hours=settings.coaches.hours_a_week),
            timedelta(hours=settings.coaches.rest_hours),
            timedelta(minutes=settings.coaches.pause_minutes),
        ),
    )
