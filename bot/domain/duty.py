"""Who can be alerted at a moment: the rota, what coaches said of themselves, and what they may take on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.age import needs_young_people_grant
from bot.domain.ids import PersonId
from bot.domain.person import Age
from bot.domain.rota import Rota

LAPSES_AFTER = timedelta(hours=4)
"""`/on` counts so long after it was last confirmed: a sleeping volunteer is never on shift."""
ASK_BEFORE_LAPSE = timedelta(minutes=15)
REST = timedelta(hours=11)
"""After `/off` a coach is left alone for so long, or until their next shift begins."""
TALKS_AT_ONCE = 1


@dataclass(frozen=True, slots=True)
class Duty:
    """The last thing a coach said about being there, and when they last said or confirmed it (UTC)."""

    coach: PersonId
    said: Literal["on", "off"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A reachable member of staff: the grants in force now, and how many talks they are in."""

    person: PersonId
    roles: frozenset[str]
    talks: int = 0
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands at one moment. `resting` members said `/off`; `on_shift` and `resting` exclude
    each other."""

    member: Member
    on_shift: bool
    resting: bool

    @property
    def person(self) -> PersonId:
        return self.member.person

    def has(self, role: str) -> bool:
        """Whether they hold this grant now."""
        return role in self.member.roles


def lapses_at(duty: Duty, lapse: timedelta = LAPSES_AFTER) -> datetime | None:
    """When `/on` stops counting unless it is confirmed before (UTC); None for `/off`."""
    return duty.at + lapse if duty.said == "on" else None


def asks_at(duty: Duty, lapse: timedelta = LAPSES_AFTER) -> datetime | None:
    """When the coach is asked whether they are still there (UTC); None for `/off`."""
    return duty.at + lapse - ASK_BEFORE_LAPSE if duty.said == "on" else None


def stand(member: Member, rota: Rota, now: datetime, lapse: timedelta = LAPSES_AFTER) -> Standing:
    """How one member stands: their last word, then the rota. A shift that begins after `/off` counts."""
    duty = member.duty
    turns = [turn for turn in rota.running(now) if turn.coach == member.person]
    if duty is not None and duty.said == "off":
        turns = [turn for turn in turns if turn.start > duty.at]
    said_on = duty is not None and duty.said == "on" and now < duty.at + lapse
    on_shift = bool(turns) or said_on
    resting = not on_shift and duty is not None and duty.said == "off" and now < duty.at + REST
    return Standing(member, on_shift, resting)


def roster(
    members: Iterable[Member], rota: Rota, now: datetime, lapse: timedelta = LAPSES_AFTER
) -> tuple[Standing, ...]:
    """How everyone stands at `now`, by id."""
    return tuple(stand(one, rota, now, lapse) for one in sorted(members, key=lambda one: one.person))


def is_free(standing: Standing) -> bool:
    """Whether a coach has room for another talk."""
    return standing.has("coach") and standing.member.talks < TALKS_AT_ONCE


def available(standing: Standing) -> bool:
    """Whether a coach may be asked although it is not their shift: free, and not resting."""
    return is_free(standing) and not standing.resting


def may_take(standing: Standing, age: Age) -> bool:
    """Whether a coach may talk to a person of this age."""
    return standing.has("coach") and (not needs_young_people_grant(age) or standing.has("young_people"))


def somebody_on_shift(standings: Iterable[Standing]) -> bool:
    """Whether "someone who's been there is on now" is true: a coach is on shift and free."""
    return any(standing.on_shift and is_free(standing) for standing in standings)
