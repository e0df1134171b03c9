"""Who is on shift: weekly shifts, rotations, and the changes to them. Nights across a clock change overlap,
they never leave a gap."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId, ShiftId
from bot.domain.zones import latest_moment, local, moment

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_YEAR = timedelta(days=366)
GONE = timedelta(days=3650)
"""Who does not work here any more, or for now, is on leave for so long: nobody knows until when."""
_NIGHT = time(0), time(6)
"""Somebody whose shift touches these hours of the wall has had a night (ours; Working Time Regulations 1998
call 23:00-06:00 the night period where nothing else is agreed)."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Every week on `weekday` (Monday is 0) from `start` to `end`, wall times of the rota's zone.

    An `end` that is not after `start` is on the next day, so equal times are a whole day.
    """

    id: ShiftId
    coach: PersonId
    weekday: int
    start: time
    end: time

    def on(self, day: date) -> PersonId | None:
        """Who has it on that local date, or None."""
        return self.coach if day.weekday() == self.weekday else None

    def overlaps(self, other: "Shift") -> bool:
        """Whether there is a moment of the week that lies in both, on a wall whose clock never changes."""
        (mine, long), (theirs, as_long) = self._in_the_week(), other._in_the_week()
        return (theirs - mine) % _WEEK < long or (mine - theirs) % _WEEK < as_long

    def _in_the_week(self) -> tuple[timedelta, timedelta]:
        """How long after Monday's midnight it begins, and how long it is."""
        begins, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in (self.start, self.end))
        return self.weekday * _DAY + begins, (ends - begins) % _DAY or _DAY


@dataclass(frozen=True, slots=True)
class Rotation:
    """The same hours on some weekdays, taken in turn: each of `coaches` has them for `weeks`, then the next.

    The first has them in the week (from Monday) that `since` is in; before `since` nobody has.
    """

    id: ShiftId
    coaches: tuple[PersonId, ...]
    weekdays: frozenset[int]
    start: time
    end: time
    since: date
    weeks: int = 1

    def on(self, day: date) -> PersonId | None:
        """Who has it on that local date, or None."""
        if day < self.since or day.weekday() not in self.weekdays or not self.coaches:
            return None
        monday = self.since - self.since.weekday() * _DAY
        rounds = (day - monday) // _WEEK // self.weeks
        return self.coaches[rounds % len(self.coaches)]


@dataclass(frozen=True, slots=True)
class Turn:
    """One occurrence of a shift: from `start` up to, not including, `end` (UTC)."""

    coach: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Added:
    """A one-off shift: the coach is there as well (UTC, `end` excluded)."""

    coach: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Removed:
    """The coach is not there in these hours, and nobody instead (UTC, `end` excluded)."""

    coach: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Replaced:
    """Whatever `coach` would have had in these hours `by` has (UTC, `end` excluded)."""

    coach: PersonId
    by: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Leave:
    """The coach is away: no shift of theirs counts, however they came by it (UTC, `end` excluded)."""

    coach: PersonId
    start: datetime
    end: datetime

    @property
    def is_gone(self) -> bool:
        """Whether it has no end in sight: they work here no more, or not for now."""
        return self.end - self.start >= GONE


Override = Added | Removed | Replaced | Leave


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on shift from `start` up to, not including, `end` (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """The zone it is written in, what repeats, and what was changed, in the order it was changed.

    Overrides are carried out one after the other, so that what was given away can be given on; leave comes
    last and always wins.
    """

    zone: ZoneInfo
    shifts: tuple[Shift | Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()

    def turns(self, start: datetime, end: datetime) -> tuple[Turn, ...]:
        """Every turn that is under way at some moment from `start` up to `end` (UTC), whole, by start."""
        first, last = (local(at, self.zone).date() for at in (start, end))
        found = list(self._repeating(first - 2 * _DAY, last + _DAY))
        away = [one for one in self.overrides if isinstance(one, Leave)]
        for change in (*(one for one in self.overrides if not isinstance(one, Leave)), *away):
            if change.end > start - 3 * _DAY and change.start < end + 3 * _DAY:
                found = _changed(found, change)
        return tuple(sorted((t for t in found if t.start < end and start < t.end), key=_by_start))

    def who(self, now: datetime) -> frozenset[PersonId]:
        """Everyone whose shift it is at `now`."""
        return frozenset(turn.coach for turn in self.running(now))

    def running(self, now: datetime) -> tuple[Turn, ...]:
        """The turns that are under way at `now`."""
        return self.turns(now, now + timedelta(microseconds=1))

    def gaps(self, start: datetime, end: datetime) -> tuple[Gap, ...]:
        """When nobody is there, from `start` up to `end` (UTC), in order and never touching."""
        found: list[Gap] = []
        free_from = start
        for turn in self.turns(start, end):
            if turn.start > free_from:
                found.append(Gap(free_from, turn.start))
            free_from = max(free_from, turn.end)
        if free_from < end:
            found.append(Gap(free_from, end))
        return tuple(found)

    def next_change(self, now: datetime) -> datetime | None:
        """When `who` next gives another answer, strictly after `now` (UTC); None if it never does."""
        there = self.who(now)
        edges = {edge for turn in self._ahead(now) for edge in (turn.start, turn.end) if edge > now}
        return next((edge for edge in sorted(edges) if self.who(edge) != there), None)

    def next_shift_start(self, now: datetime) -> datetime | None:
        """When somebody's next shift begins, strictly after `now` (UTC); None if none does."""
        return min((turn.start for turn in self._ahead(now) if turn.start > now), default=None)

    def _ahead(self, now: datetime) -> tuple[Turn, ...]:
        """Everything that can still change: two rounds of the longest rotation, and the last override.

        What ends more than a year ahead (a suspension's leave has no end of its own) is not waited for.
        """
        rounds = [len(s.coaches) * s.weeks for s in self.shifts if isinstance(s, Rotation)]
        begins = [_midnight(s.since, self.zone) for s in self.shifts if isinstance(s, Rotation)]
        settled = max((now, *begins, *(one.end for one in self.overrides if one.end <= now + _YEAR)))
        return self.turns(now, settled + (2 * max(rounds, default=1)) * _WEEK)

    def _repeating(self, first: date, last: date) -> Iterator[Turn]:
        for days in range((last - first).days + 1):
            day = first + days * _DAY
            for shift in self.shifts:
                coach = shift.on(day)
                if coach is not None:
                    yield self._turn(shift, coach, day)

    def _turn(self, shift: Shift | Rotation, coach: PersonId, day: date) -> Turn:
        ends_on = day if shift.end > shift.start else day + _DAY
        return Turn(coach, moment(day, shift.start, self.zone), latest_moment(ends_on, shift.end, self.zone))


def is_night(turn: Turn, zone: ZoneInfo) -> bool:
    """Whether the turn touches the hours from midnight to six on the wall there."""
    day, last = local(turn.start, zone).date(), local(turn.end, zone).date()
    while day <= last:
        if turn.start < moment(day, _NIGHT[1], zone) and moment(day, _NIGHT[0], zone) < turn.end:
            return True
        day += _DAY
    return False


def _changed(turns: Iterable[Turn], change: Override) -> list[Turn]:
    match change:
        case Added(coach, start, end):
            return [*turns, Turn(coach, start, end)]
        case Removed() | Leave():
            return [piece for turn in turns for piece in _without(turn, change)]
        case Replaced(by=by):
            kept = []
            for turn in turns:
                kept += _without(turn, change)
                shared = _shared(turn, change)
                if shared is not None:
                    kept.append(replace(shared, coach=by))
            return kept
        case _:
            assert_never(change)


def _without(turn: Turn, change: Removed | Leave | Replaced) -> list[Turn]:
    """What is left of a turn before and after the hours of a change that concerns its coach."""
    if _shared(turn, change) is None:
        return [turn]
    pieces = (replace(turn, end=change.start), replace(turn, start=change.end))
    return [piece for piece in pieces if turn.start <= piece.start < piece.end <= turn.end]


def _shared(turn: Turn, change: Removed | Leave | Replaced) -> Turn | None:
    if turn.coach != change.coach or turn.end <= change.start or change.end <= turn.start:
        return None
    return replace(turn, start=max(turn.start, change.start), end=min(turn.end, change.end))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return moment(day, time(0), zone)


def _by_start(turn: Turn) -> tuple[datetime, datetime, PersonId]:
    return turn.start, turn.end, turn.coach
