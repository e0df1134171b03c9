"""The same person again, if both want: introduced, active, paused, ended; and when the two could talk."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId
from bot.domain.person import Age
from bot.domain.zones import local, moment

Side = Literal["person", "coach"]
State = Literal["offered", "introduced", "active", "paused", "ended"]
PARTS: dict[str, time] = {"mornings": time(10), "afternoons": time(15), "evenings": time(19)}
"""Windows that each side ticks, and when a talk in each begins on the wall of the service's zone."""
WEEK = ("weekdays", "weekends")
AHEAD = timedelta(days=10)
SOONEST = timedelta(hours=2)
MOST_TIMES = 6


@dataclass(frozen=True, slots=True)
class Pair:
    """A person and a coach. `agreed`: who has said yes; `windows`: when each is free; `talk_at` (UTC) with
    who proposed it, and whether the other has agreed."""

    id: int
    person: PersonId
    coach: PersonId
    state: State = "offered"
    agreed: frozenset[Side] = frozenset()
    person_windows: frozenset[str] = frozenset()
    coach_windows: frozenset[str] = frozenset()
    talk_at: datetime | None = None
    talk_by: Side | None = None
    talk_agreed: bool = False

    def side_of(self, who: PersonId) -> Side | None:
        """Which of the two somebody is, or None."""
        return "person" if who == self.person else "coach" if who == self.coach else None

    def other(self, side: Side) -> PersonId:
        """Who the other one is."""
        return self.coach if side == "person" else self.person


def may_have_mentor(age: Age) -> bool:
    """Only who has said that they are 18 or over (safety design, "Under 18, and meeting in person")."""
    return age is Age.ADULT


def agree(pair: Pair, side: Side) -> Pair:
    """One side says yes; with both they are introduced."""
    if pair.state != "offered":
        return pair
    both = pair.agreed | {side}
    return replace(pair, agreed=both, state="introduced" if both == {"person", "coach"} else "offered")


def talked(pair: Pair) -> Pair:
    """They have talked as a pair: active. A planned talk is over with it."""
    if pair.state not in ("introduced", "active"):
        return pair
    return replace(pair, state="active", talk_at=None, talk_by=None, talk_agreed=False)


def pause(pair: Pair) -> Pair:
    """Either side pauses: nothing is planned meanwhile."""
    if pair.state not in ("introduced", "active"):
        return pair
    return replace(pair, state="paused", talk_at=None, talk_by=None, talk_agreed=False)


def resume(pair: Pair) -> Pair:
    """Either side goes on."""
    return replace(pair, state="active") if pair.state == "paused" else pair


def end(pair: Pair) -> Pair:
    """Either side ends it, or a coordinator does; there is no way back, only a new beginning."""
    return replace(pair, state="ended", talk_at=None, talk_by=None, talk_agreed=False)


def plan(pair: Pair, side: Side, at: datetime) -> Pair:
    """One side proposes a time; the other agreeing to just that time makes it a plan."""
    if pair.state not in ("introduced", "active"):
        return pair
    if pair.talk_at == at and pair.talk_by is not None and pair.talk_by != side:
        return replace(pair, talk_agreed=True)
    return replace(pair, talk_at=at, talk_by=side, talk_agreed=False)


def unplan(pair: Pair) -> Pair:
    """The time does not suit, or has gone by."""
    return replace(pair, talk_at=None, talk_by=None, talk_agreed=False)


def free(pair: Pair, side: Side, windows: frozenset[str]) -> Pair:
    """One side says when they are free; what is none of the windows is left out."""
    known = windows & {*PARTS, *WEEK}
    return replace(pair, person_windows=known) if side == "person" else replace(pair, coach_windows=known)


def fits_windows(windows: Iterable[str], part: str, on: date) -> bool:
    """Whether a part of a day lies in somebody's windows; where nothing of a kind is ticked any will do."""
    ticked = set(windows)
    parts, days = ticked & set(PARTS), ticked & set(WEEK)
    day = "weekends" if on.weekday() >= 5 else "weekdays"
    return (not parts or part in parts) and (not days or day in days)


def times(pair: Pair, now: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The next times that suit both (UTC), soonest first, at most six."""
    today = local(now, zone).date()
    found = []
    for n in range(AHEAD.days + 1):
        on = today + timedelta(days=n)
        for part, at in PARTS.items():
            when = moment(on, at, zone)
            both = fits_windows(pair.person_windows, part, on) and fits_windows(pair.coach_windows, part, on)
            if both and when >= now + SOONEST:
                found.append(when)
    return tuple(found[:MOST_TIMES])
