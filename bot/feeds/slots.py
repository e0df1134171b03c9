"""When a row says that a group meets or a service is open."""

from collections.abc import Mapping
from functools import lru_cache

from bot.domain.directory.offering import Slot
from bot.feeds.regularity import rule_of
from bot.feeds.text import plain
from bot.feeds.times import Unclear, days_of, length, minutes_of, times_of

_TIMES = ("day", "time", "end_time", "duration")


def slots_of(row: Mapping[str, object], *, american: bool, service: bool) -> tuple[Slot, ...]:
    """When a row says that it is. `american`: as for `Defaults`. Raises Unclear."""
    given = row.get("slots")
    if isinstance(given, list):
        return tuple(one for one in given if isinstance(one, Slot))
    cells = (american, service, *map(row.get, _TIMES))
    try:
        return _weekly(*cells)
    except TypeError:  # a cell that is a list
        return _weekly.__wrapped__(*cells)


@lru_cache(maxsize=4096, typed=True)
def _weekly(
    american: bool, service: bool, day: object, time: object, end_time: object, duration: object
) -> tuple[Slot, ...]:
    days = days_of(day, sunday_is_zero=american)
    start, end = times_of(time)
    if start is None:
        if days and not american and not service:
            raise Unclear("it has a day and no time")
        return ()
    if not days:
        raise Unclear("it has a time and no day")
    minutes = length(start, end if end is not None else times_of(end_time)[0]) or minutes_of(duration)
    return tuple(Slot(day, start, minutes) for day in days)


def with_rule(slots: tuple[Slot, ...], row: Mapping[str, object], on_days: str) -> tuple[Slot, ...]:
    """The same, not every week, where the row's words leave no doubt."""
    if len(slots) != 1 or isinstance(row.get("slots"), list):
        return slots
    (slot,) = slots
    rule = rule_of(slot.day, on_days, plain(row.get("regularity")), row.get("notes"))
    return (slot._replace(rule=rule),)
