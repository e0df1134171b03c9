"""Meetings that are not every week: "2nd and 4th Thursday", "last Friday", as RRULEs (RFC 5545)."""

import re
from datetime import date, timedelta
from functools import lru_cache

_ORDINAL = re.compile(r"([+-]?\d)(?:MO|TU|WE|TH|FR|SA|SU)")
WEEKS_AHEAD = 10
"""A month's fifth weekday comes at the latest after so many weeks."""


@lru_cache(maxsize=512)
def ordinals(rule: str) -> frozenset[int]:
    """Which of the month's same weekdays a rule names: {2, 4}, {-1} for the last; empty for every one."""
    return frozenset(int(found) for found in _ORDINAL.findall(rule)) if "MONTHLY" in rule else frozenset()


def falls_on(rule: str, day: date) -> bool:
    """Whether a weekly time with this rule ("" for every week) takes place on its weekday `day`."""
    wanted = ordinals(rule)
    if not wanted:
        return True
    from_the_end = -1 - ((_month_end(day) - day).days // 7)
    return (day.day - 1) // 7 + 1 in wanted or from_the_end in wanted


def weeks_until(rule: str, day: date) -> int | None:
    """In how many weeks after `day` (one of its weekdays) it is held first; None if within ten it is not."""
    return next((n for n in range(WEEKS_AHEAD) if falls_on(rule, day + timedelta(weeks=n))), None)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
