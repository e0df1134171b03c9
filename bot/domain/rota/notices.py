"""What staff are told about the rota without asking, and when: before a shift, at its start, before its end,
each week, and where nobody is on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId
from bot.domain.rota.shifts import Rota, Turn
from bot.domain.rota.typed import Hours
from bot.domain.zones import Quiet, is_quiet, local, moment

A_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_EVENING = time(20)
"""What would fall into the night the day before is told the evening before that."""
_MORNING = time(9)
_GAPS_AHEAD = timedelta(days=14)
_SOON = timedelta(hours=48)
_LATE = timedelta(hours=3)
"""What could not be told for so long is no news any more."""
LOOK_AGAIN = timedelta(hours=12)
"""Within so long of `around`, nothing comes due that it did not give."""
_AROUND = timedelta(hours=35) + LOOK_AGAIN
"""A notice lies at most 24 hours and a night before its shift."""


class Kind(StrEnum):
    """What is told."""

    DAY = "day"
    """A day before a shift."""
    HOUR = "hour"
    """An hour before: are you ready?"""
    BEGINS = "begins"
    """It begins, for who has not said that they are ready."""
    ENDS = "ends"
    """A quarter of an hour before its end, for who is in a talk."""
    WEEK = "week"
    """Each Monday morning: the week's shifts, and the gaps of a fortnight to coordinators."""
    GAPS = "gaps"
    """Each other morning to coordinators: where nobody is on within two days."""


@dataclass(frozen=True, slots=True)
class Notice:
    """To be told from `due` up to `until` (UTC), once. `coach` and `hours` say of which shift."""

    kind: Kind
    due: datetime
    until: datetime
    coach: PersonId | None = None
    hours: Hours | None = None

    @property
    def key(self) -> str:
        """The same for the same notice, whenever it is worked out."""
        about = "" if self.hours is None else f":{self.coach}:{int(self.hours.start.timestamp())}"
        return f"{self.kind.value}{about or f':{int(self.due.timestamp())}'}"


def around(rota: Rota, now: datetime, quiet: Quiet) -> tuple[Notice, ...]:
    """Every notice that is due at `now` or comes within `LOOK_AGAIN` and some time after, by when it is due.

    A rota on which nothing stands has none: such a service works by `/on` alone.
    """
    if not rota.shifts and not rota.overrides:
        return ()
    found = [*_mornings(rota.zone, now)]
    for turn in rota.turns(now, now + _AROUND):
        found += [_awake_now(one, now, rota.zone, quiet) for one in _of_shift(turn, rota.zone, quiet)]
    return tuple(
        sorted((one for one in found if one.until > max(now, one.due)), key=lambda one: (one.due, one.key))
    )


def gaps_until(kind: Kind, now: datetime) -> datetime:
    """How far ahead a notice looks for gaps."""
    return now + (_GAPS_AHEAD if kind is Kind.WEEK else _SOON)


def _of_shift(turn: Turn, zone: ZoneInfo, quiet: Quiet) -> Iterator[Notice]:
    hours = Hours(turn.start, turn.end)
    before = _awake(turn.start - A_DAY, zone, quiet)
    yield Notice(Kind.DAY, before, turn.start - 2 * _HOUR, turn.coach, hours)
    yield Notice(Kind.HOUR, turn.start - _HOUR, turn.start, turn.coach, hours)
    yield Notice(Kind.BEGINS, turn.start, min(turn.start + _HOUR / 2, turn.end), turn.coach, hours)
    yield Notice(Kind.ENDS, turn.end - _HOUR / 4, turn.end, turn.coach, hours)


def _awake(at: datetime, zone: ZoneInfo, quiet: Quiet) -> datetime:
    """The moment itself, or the evening before it when people sleep then."""
    if not is_quiet(at, zone, quiet):
        return at
    shown = local(at, zone)
    on = shown.date() if shown.time() >= _EVENING else shown.date() - A_DAY
    return moment(on, _EVENING, zone)


def _awake_now(notice: Notice, now: datetime, zone: ZoneInfo, quiet: Quiet) -> Notice:
    """What was missed the evening before (the shift came on the rota later) waits for the morning."""
    if notice.kind is not Kind.DAY or notice.due > now or not is_quiet(now, zone, quiet):
        return notice
    today = local(now, zone).date()
    morning = next(at for on in (today, today + A_DAY) if (at := moment(on, quiet.end, zone)) > now)
    return replace(notice, due=morning)


def _mornings(zone: ZoneInfo, now: datetime) -> Iterator[Notice]:
    today = local(now, zone).date()
    for on in (today, today + A_DAY, today + 2 * A_DAY):
        due = moment(on, _MORNING, zone)
        yield Notice(_morning_of(on), due, due + _LATE)


def _morning_of(on: date) -> Kind:
    return Kind.WEEK if on.weekday() == 0 else Kind.GAPS
