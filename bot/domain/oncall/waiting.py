"""What can truly be said to somebody who waits: how long it has taken lately, and when somebody is there."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.oncall.contacts import figures
from bot.domain.rota.shifts import Rota
from bot.domain.zones import local

LOOK_BACK = timedelta(days=28)
SAME_HOURS = timedelta(hours=2)
"""Requests count that were made within two hours of this time of day: a night is not an afternoon."""
LEAST = 8
"""Of fewer requests nothing is said."""
MOST_ANSWERED = 0.75
"""Three in four must have been answered, and so many were within what is said."""
AHEAD = timedelta(hours=48)
NOT_BEFORE = timedelta(minutes=30)
MOST_TIMES = 4
_LONGEST_NUMBER = 15
_LEAST_FIGURES = 7
_RINGS = re.compile(r"\+?\(?\d[\d ().\-/]{5,24}\d")


def usual_wait(waits: Sequence[timedelta | None]) -> timedelta | None:
    """Within what most were answered lately, in whole five minutes, of waits at this time of day.

    None for a request that nobody took. None when too little is known, or too many were left alone: then
    nothing is to be said.
    """
    answered = sorted(wait for wait in waits if wait is not None)
    enough = int(len(waits) * MOST_ANSWERED + 0.999)
    if len(waits) < LEAST or len(answered) < enough:
        return None
    fives = -(-answered[enough - 1] // timedelta(minutes=5))
    return max(1, fives) * timedelta(minutes=5)


def same_hours(asked: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a request was made at about this time of day, by the wall clock of `zone`."""
    then, today = local(asked, zone), local(now, zone)
    minutes = abs((then.hour * 60 + then.minute) - (today.hour * 60 + today.minute))
    return min(minutes, 24 * 60 - minutes) <= SAME_HOURS / timedelta(minutes=1)


def free_times(rota: Rota, now: datetime) -> tuple[datetime, ...]:
    """Times (UTC) within two days at which the rota has somebody: a shift's start, or its next full hour."""
    first = now + NOT_BEFORE
    found: set[datetime] = set()
    for turn in rota.turns(now, now + AHEAD):
        at = turn.start
        if at < first:
            at = first.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if first <= at < turn.end:
            found.add(at)
    return tuple(sorted(found)[:MOST_TIMES])


def holds_number(text: str) -> bool:
    """Whether a phone number stands in it that somebody could ring."""
    return any(
        _LEAST_FIGURES <= len(figures(one[0])) <= _LONGEST_NUMBER for one in _RINGS.finditer(text[:200])
    )
