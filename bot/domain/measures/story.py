"""What measures read: one person's events in order, and the marks that the measures make of them.

A mark belongs to the local day, in the service's zone, of the event it starts from. What follows from it is
looked for within `SETTLED` and no longer, so that a day never changes once that much time has passed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.events import Arrived, Event, Recorded
from bot.domain.ids import OfferingId
from bot.domain.zones import local

SETTLED = timedelta(hours=72)
"""After this long nothing that happens changes what was counted."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BANDS = ("h00", "h03", "h06", "h09", "h12", "h15", "h18", "h21")
"""The day in threes of hours, by the hour each begins at."""

E = TypeVar("E", bound=Event)


class Mark(NamedTuple):
    """Something that counts once: on a local day, for a measure, in one of its cells."""

    on: date
    measure: str
    row: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One person's events, oldest first. `kinds`: which programme a group is of; `zone`: the service's."""

    recorded: Sequence[Recorded]
    zone: ZoneInfo
    kinds: Mapping[OfferingId, str]

    def all_of(self, kind: type[E]) -> Iterator[tuple[int, datetime, E]]:
        """Each event of a kind: its place in the story, when, and what."""
        for place, one in enumerate(self.recorded):
            if isinstance(one.event, kind):
                yield place, one.at, one.event

    def after(self, place: int, within: timedelta = SETTLED) -> Iterator[Recorded]:
        """What followed an event, for at most so long."""
        until = self.recorded[place].at + min(within, SETTLED)
        for one in self.recorded[place + 1 :]:
            if one.at >= until:
                return
            yield one

    def visit(self, place: int) -> list[Recorded]:
        """What followed an arrival, up to the next one, for at most a day."""
        found: list[Recorded] = []
        for one in self.after(place, timedelta(hours=24)):
            if isinstance(one.event, Arrived):
                break
            found.append(one)
        return found

    def on(self, at: datetime) -> date:
        """The local day of a moment."""
        return local(at, self.zone).date()

    def band(self, at: datetime) -> str:
        """The three hours of the local day that a moment is in."""
        return BANDS[local(at, self.zone).hour // 3]


Measure = Callable[[Story], Iterator[Mark]]
"""One family: everything it counts of one person's story. Pure."""


def waited(seconds: float, steps: Sequence[tuple[str, float]], longer: str) -> str:
    """The first step, of name and seconds in rising order, that a wait is shorter than; else `longer`."""
    return next((name for name, most in steps if seconds < most), longer)
