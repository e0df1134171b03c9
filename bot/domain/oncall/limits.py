"""What a coach is asked for at most: hours a week, rest between shifts, talks at once, a pause after a hard
one.

The service never asks beyond these. A coach who offers more themselves is told so, and may; in danger
everybody is paged. 11 hours' rest is that of the Working Time Regulations 1998, regulation 10; the rest is
ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.zones import local, moment

_DAY = timedelta(days=1)
_SHIFT = timedelta(hours=1)
"""Who was there for less needs no rest from it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`week`: hours from Monday to Sunday; `rest`: between two shifts; `pause`: after a hard talk."""

    talks: int = 1
    week: timedelta = timedelta(hours=24)
    rest: timedelta = timedelta(hours=11)
    pause: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end` (UTC)."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is; an hour that comes twice counts twice, one that is skipped not at all."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Strain:
    """What hours would mean together with those a coach has: `week` that week, and whether that is over the
    limit; the shortest `rest` beside them, where it is under the limit."""

    week: timedelta
    over: bool
    rest: timedelta | None = None

    @property
    def too_much(self) -> bool:
        """Whether a limit is passed."""
        return self.over or self.rest is not None


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order: what is counted once is paid once."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        elif span.start < span.end:
            found.append(span)
    return found


def within(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """What of it lies from `start` up to `end`, without overlaps."""
    cut = (Span(max(one.start, start), min(one.end, end)) for one in spans)
    return merged(one for one in cut if one.start < one.end)


def total(spans: Iterable[Span]) -> timedelta:
    """How long it is altogether, overlaps once."""
    return sum((one.length for one in merged(spans)), timedelta())


def week_around(at: datetime, zone: ZoneInfo) -> Span:
    """Monday's midnight to the next one there, as the wall shows it."""
    monday = local(at, zone).date() - local(at, zone).weekday() * _DAY
    return Span(moment(monday, time(0), zone), moment(monday + 7 * _DAY, time(0), zone))


def strain(limits: Limits, zone: ZoneInfo, has: Sequence[Span], more: Span) -> Strain:
    """What `more` hours would mean for a coach who `has` (or had) these; shifts that touch are one."""
    week, at = timedelta(), more.start
    while at < more.end:
        here = week_around(at, zone)
        week = max(week, total(within([*has, more], here.start, here.end)))
        at = here.end
    joined = merged([*has, more])
    mine = next(n for n, one in enumerate(joined) if one.start <= more.start < one.end)
    beside = [
        after.start - before.end for before, after in pairwise(joined) if joined[mine] in (before, after)
    ]
    short = [gap for gap in beside if gap < limits.rest]
    return Strain(week, week > limits.week, min(short, default=None))


def tired(limits: Limits, worked: Sequence[Span], now: datetime, zone: ZoneInfo) -> bool:
    """Whether somebody who is not on shift is left alone: within their rest, or the week's hours are full."""
    here = week_around(now, zone)
    last = max((one.end for one in merged(worked) if one.end <= now and one.length >= _SHIFT), default=None)
    resting = last is not None and now - last < limits.rest
    return resting or total(within(worked, here.start, now)) >= limits.week
