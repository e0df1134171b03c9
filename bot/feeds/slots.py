"""When a row says that a group meets or a service is open."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from bot.domain.directory.offering import Slot
from bot.feeds.regularity import rule_of
from bot.feeds.text import plain
from bot.feeds.times import Unclear, days_of, length, minutes_of, quoted, times_of

_TIMES = ("day", "time", "end_time", "duration")


class Weekly(NamedTuple):
    """When it is, and what was not understood of how long it lasts ("" for nothing)."""

    slots: tuple[Slot, ...] = ()
    doubt: str = ""


def slots_of(row: Mapping[str, object], *, american: bool, service: bool) -> Weekly:
    """When a row says that it is. `american`: as for `Defaults`.

    Raises Unclear for a day or a start; an end that cannot be read keeps nobody from going there.
    """
    given = row.get("slots")
    if isinstance(given, list):
        return Weekly(tuple(one for one in given if isinstance(one, Slot)))
    cells = (american, service, *map(row.get, _TIMES))
    try:
        return _weekly(*cells)
    except TypeError:  # a cell that is a list
        return _weekly.__wrapped__(*cells)


@lru_cache(maxsize=4096, typed=True)
def _weekly(
    american: bool, service: bool, day: object, time: object, end_time: object, duration: object
) -> Weekly:
    days = days_of(day, sunday_is_zero=american)
    start, end = times_of(time)
    if start is None:
        if days and not american and not service:
            raise Unclear("it has a day and no time")
        return Weekly()
    if not days:
        raise Unclear("it has a time and no day")
    doubt = ""
    if end is None:
        try:
            end = times_of(end_time)[0]
        except Unclear as unclear:
            doubt = f"when it ends was left out: {unclear}"
    minutes = length(start, end) or minutes_of(duration)
    if minutes is None and not doubt and re.search("[1-9]", str(duration or "")):
        doubt = f"how long it lasts was left out: {quoted(duration)}"
    return Weekly(tuple(Slot(day, start, minutes) for day in days), doubt)


def with_rule(slots: tuple[Slot, ...], row: Mapping[str, object], on_days: str) -> tuple[Slot, ...]:
    """The same, not every week, where the row's words leave no doubt."""
    if len(slots) != 1 or isinstance(row.get("slots"), list):
        return slots
    (slot,) = slots
    rule = rule_of(slot.day, on_days, plain(row.get("regularity")), row.get("notes"))
    return (slot._replace(rule=rule),)
