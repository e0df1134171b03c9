"""Days on which a line that keeps office hours may be closed: public holidays, by rule.

United Kingdom: gov.uk/bank-holidays; Ireland: gov.ie public holidays; United States: 5 U.S.C. 6103.
One-off days (a coronation, an election) are not here.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_MON, _THU = 0, 3


def is_bank_holiday(day: date, country: str, nation: str = "") -> bool:
    """Whether `day` is a public holiday there. Of a whole country: the days that all its nations share."""
    return day in _holidays(day.year, country, nation)


@lru_cache(maxsize=64)
def _holidays(year: int, country: str, nation: str) -> frozenset[date]:
    if country == "GB":
        return frozenset(_britain(year, nation))
    if country == "IE":
        return frozenset(_ireland(year))
    return frozenset(_united_states(year)) if country == "US" else frozenset()


def _britain(year: int, nation: str) -> Iterator[date]:
    easter = easter_sunday(year)
    first_days = [date(year, 1, 1), date(year, 1, 2)] if nation == "GB-SCT" else [date(year, 1, 1)]
    yield from _moved_to_weekdays(first_days)
    yield easter - timedelta(days=2)
    yield _nth(year, 5, _MON, 1)
    yield _last(year, 5, _MON)
    yield from _moved_to_weekdays([date(year, 12, 25), date(year, 12, 26)])
    if nation == "GB-SCT":
        yield _nth(year, 8, _MON, 1)
        yield from _moved_to_weekdays([date(year, 11, 30)])
        return
    yield easter + timedelta(days=1)
    yield _last(year, 8, _MON)
    if nation == "GB-NIR":
        yield from _moved_to_weekdays([date(year, 3, 17)])
        yield from _moved_to_weekdays([date(year, 7, 12)])


def _ireland(year: int) -> Iterator[date]:
    brigid = date(year, 2, 1)
    yield from (date(year, 1, 1), date(year, 3, 17), date(year, 12, 25), date(year, 12, 26))
    yield brigid if brigid.weekday() == 4 else _nth(year, 2, _MON, 1)
    yield easter_sunday(year) + timedelta(days=1)
    yield from (_nth(year, month, _MON, 1) for month in (5, 6, 8))
    yield _last(year, 10, _MON)


def _united_states(year: int) -> Iterator[date]:
    for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
        fixed = date(year, month, day)
        yield fixed + timedelta(days={5: -1, 6: 1}.get(fixed.weekday(), 0))
    yield from (_nth(year, 1, _MON, 3), _nth(year, 2, _MON, 3), _last(year, 5, _MON))
    yield from (_nth(year, 9, _MON, 1), _nth(year, 10, _MON, 2), _nth(year, 11, _THU, 4))


def easter_sunday(year: int) -> date:
    """Western Easter (the anonymous Gregorian rule of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _moved_to_weekdays(days: list[date]) -> Iterator[date]:
    """British rule: a holiday at the weekend moves to the next weekday that is not one already."""
    taken = {day for day in days if day.weekday() < 5}
    for day in days:
        moved = day
        while moved.weekday() >= 5 or (moved != day and moved in taken):
            moved += timedelta(days=1)
        taken.add(moved)
        yield moved


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last(year: int, month: int, weekday: int) -> date:
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)
