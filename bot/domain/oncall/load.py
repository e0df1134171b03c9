"""What each coach has carried, so that it is shared fairly: hours, nights, alerts, talks, hard ones."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cells import harmless
from bot.domain.ids import PersonId
from bot.domain.oncall.limits import Limits, Span, strain, total, within
from bot.domain.rota.shifts import Gap, Leave, Rota, Turn, is_night
from bot.domain.zones import local, moment

_DAY = timedelta(days=1)
_NIGHT_ENDS = time(6)
_COLUMNS = ("coach", "from", "until", "hours", "nights", "alerts", "accepted", "passed", "hard talks")


@dataclass(frozen=True, slots=True)
class Load:
    """What one coach has done in a stretch of time. `alerts`: requests that reached their phone; `nights`:
    those on which they were there for some time between midnight and six."""

    coach: PersonId
    spans: Sequence[Span] = ()
    alerts: int = 0
    accepted: int = 0
    passed: int = 0
    hard: int = 0
    nights: int = 0

    @property
    def hours(self) -> timedelta:
        """How long they were on shift, however many shifts overlap."""
        return total(self.spans)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the store counts of one coach."""

    alerts: int = 0
    accepted: int = 0
    passed: int = 0
    hard: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Local dates `first` to `last`, both included, in the service's zone."""

    first: date
    last: date
    zone: ZoneInfo = field(compare=False)

    @property
    def span(self) -> Span:
        """From the first midnight to the one after the last day (UTC): 23 or 25 hours when clocks change."""
        return Span(moment(self.first, time(0), self.zone), moment(self.last + _DAY, time(0), self.zone))


def month(year: int, of: int, zone: ZoneInfo) -> Stretch:
    """A calendar month."""
    first = date(year, of, 1)
    last = (first.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
    return Stretch(first, last, zone)


def load_of(coach: PersonId, worked: Iterable[Span], stretch: Stretch, counted: Counted) -> Load:
    """One coach's load, of what lies within the stretch."""
    spans = within(worked, stretch.span.start, stretch.span.end)
    return Load(
        coach,
        spans,
        counted.alerts,
        counted.accepted,
        counted.passed,
        counted.hard,
        len({night for span in spans for night in nights(span, stretch.zone)}),
    )


def nights(span: Span, zone: ZoneInfo) -> set[date]:
    """The local dates of which some time between midnight and six lies in the span."""
    first, last = local(span.start, zone).date(), local(span.end, zone).date()
    days = (first + n * _DAY for n in range((last - first).days + 1))
    return {
        day
        for day in days
        if span.start < moment(day, _NIGHT_ENDS, zone) and moment(day, time(0), zone) < span.end
    }


def suggested(
    gap: Gap,
    rota: Rota,
    loads: Mapping[PersonId, Load],
    worked: Mapping[PersonId, Sequence[Span]],
    limits: Limits,
) -> list[PersonId]:
    """Who could cover a gap without passing a limit, those who have carried least first.

    For a night who has had fewest nights, then who has had fewest hours and alerts.
    """
    hours, night = Span(gap.start, gap.end), is_night(Turn(PersonId(0), gap.start, gap.end), rota.zone)
    near = rota.turns(gap.start - 8 * _DAY, gap.end + 8 * _DAY)
    found = []
    for coach, load in loads.items():
        has = [*worked.get(coach, ()), *(Span(one.start, one.end) for one in near if one.coach == coach)]
        away = any(
            isinstance(one, Leave) and one.coach == coach and one.start < gap.end and gap.start < one.end
            for one in rota.overrides
        )
        busy = any(one.start < gap.end and gap.start < one.end for one in has)
        if not away and not busy and not strain(limits, rota.zone, has, hours).too_much:
            found.append(((load.nights if night else 0, load.hours, load.alerts, coach), coach))
    return [coach for _, coach in sorted(found)]


def as_csv(loads: Iterable[Load], names: Mapping[PersonId, str], stretch: Stretch, *, each: bool) -> str:
    """One line for a coach, or with `each` one for every time on shift, to be paid from.

    Times are those of the wall in the service's zone with their offset, hours are what passed: the night the
    clocks go back is an hour longer. No cell can be taken for a formula.
    """
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(_COLUMNS[:5] if each else _COLUMNS)
    for load in loads:
        name = harmless(names.get(load.coach, ""))
        if each:
            lines.writerows(
                (
                    name,
                    _wall(one.start, stretch),
                    _wall(one.end, stretch),
                    _hours(one.length),
                    len(nights(one, stretch.zone)),
                )
                for one in load.spans
            )
        else:
            counts = (load.nights, load.alerts, load.accepted, load.passed, load.hard)
            lines.writerow((name, stretch.first, stretch.last, _hours(load.hours), *counts))
    return written.getvalue()


def _wall(at: datetime, stretch: Stretch) -> str:
    return local(at, stretch.zone).isoformat(sep=" ", timespec="minutes")


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):.2f}"
