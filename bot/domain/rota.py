"""Who is on shift by the weekly rota. Nights across a clock change overlap, they never leave a gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId, ShiftId
from bot.domain.zones import latest_moment, local, moment

_DAY = timedelta(days=1)
_LOOK_AHEAD_DAYS = 9
"""A week holds every shift once; a day more on either side for nights and clock changes."""


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


@dataclass(frozen=True, slots=True)
class Turn:
    """One occurrence of a shift: from `start` up to, not including, `end` (UTC)."""

    coach: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """The weekly shifts and the zone they are written in."""

    zone: ZoneInfo
    shifts: tuple[Shift, ...] = ()

    def turns(self, first: date, last: date) -> Iterator[Turn]:
        """Every turn that starts on a local date from `first` to `last`, by date."""
        for days in range((last - first).days + 1):
            on = first + days * _DAY
            yield from (self._turn(shift, on) for shift in self.shifts if shift.weekday == on.weekday())

    def on_shift(self, now: datetime) -> frozenset[PersonId]:
        """Everyone whose shift it is at `now`."""
        return frozenset(turn.coach for turn in self.running(now))

    def running(self, now: datetime) -> tuple[Turn, ...]:
        """The turns that are under way at `now`."""
        today = local(now, self.zone).date()
        near = self.turns(today - 2 * _DAY, today + _DAY)
        return tuple(turn for turn in near if turn.start <= now < turn.end)

    def next_shift_start(self, now: datetime) -> datetime | None:
        """When somebody's next shift begins, strictly after `now` (UTC); None on an empty rota."""
        today = local(now, self.zone).date()
        ahead = self.turns(today - _DAY, today + _LOOK_AHEAD_DAYS * _DAY)
        return min((turn.start for turn in ahead if turn.start > now), default=None)

    def _turn(self, shift: Shift, on: date) -> Turn:
        ends_on = on if shift.end > shift.start else on + _DAY
        return Turn(
            shift.coach,
            moment(on, shift.start, self.zone),
            latest_moment(ends_on, shift.end, self.zone),
        )
