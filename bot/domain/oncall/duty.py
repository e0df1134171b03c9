"""Who can be alerted at a moment: the rota, what coaches said of themselves, and what they may take on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.age import needs_young_people_grant
from bot.domain.ids import PersonId
from bot.domain.person import Age
from bot.domain.rota.shifts import Rota

LAPSES_AFTER = timedelta(hours=4)
"""`/on` counts so long after it was last confirmed: a sleeping volunteer is never on shift."""
ASK_BEFORE_LAPSE = timedelta(minutes=15)
REST = timedelta(hours=11)
"""After `/off` a coach is left alone for so long, or until their next shift begins."""


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
    paused: bool = False
    """They had a hard talk and have a pause, or ask for somebody themselves: they are not alerted, on shift
    or not."""
    tired: bool = False
    """Within their rest, or the week's hours are full: they are not asked outside a shift of theirs."""
    room: int = 1
    """How many talks they have at once."""


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


def left_at(member: Member, rota: Rota, since: datetime, now: datetime, lapse: timedelta) -> datetime:
    """When somebody who came on at `since` and is not on shift at `now` went: a shift's end, `/off`, a lapse.

    Where nothing of that lies between (a shift was taken off the rota under way) they go at `now`.
    """
    ends = [turn.end for turn in rota.turns(since, now) if turn.coach == member.person]
    if member.duty is not None:
        ends.append(member.duty.at if member.duty.said == "off" else member.duty.at + lapse)
    return max((at for at in ends if since < at <= now), default=now)


def came_at(member: Member, rota: Rota, now: datetime) -> datetime:
    """Since when somebody has been on shift who is at `now`: their shift's start, or `/on`."""
    starts = [turn.start for turn in rota.running(now) if turn.coach == member.person]
    if member.duty is not None and member.duty.said == "off":
        starts = [start for start in starts if start > member.duty.at]
    said_on = [member.duty.at] if member.duty is not None and member.duty.said == "on" else []
    return min(starts or said_on, default=now)


def was_off(duty: Duty | None, since: datetime) -> bool:
    """Whether somebody has said `/off` since a shift began, as far as their last word tells."""
    return duty is not None and duty.said == "off" and duty.at >= since


def roster(
    members: Iterable[Member], rota: Rota, now: datetime, lapse: timedelta = LAPSES_AFTER
) -> tuple[Standing, ...]:
    """How everyone stands at `now`, by id."""
    return tuple(stand(one, rota, now, lapse) for one in sorted(members, key=lambda one: one.person))


def is_free(standing: Standing) -> bool:
    """Whether a coach has room for another talk."""
    member = standing.member
    return standing.has("coach") and member.talks < member.room and not member.paused


def available(standing: Standing) -> bool:
    """Whether a coach may be asked although it is not their shift: free, not resting, within the limits."""
    return is_free(standing) and not standing.resting and (standing.on_shift or not standing.member.tired)


def may_take(standing: Standing, age: Age) -> bool:
    """Whether a coach may talk to a person of this age."""
    return standing.has("coach") and (not needs_young_people_grant(age) or standing.has("young_people"))


def somebody_on_shift(standings: Iterable[Standing]) -> bool:
    """Whether "someone who's been there is on now" is true: a coach is on shift and free."""
    return any(standing.on_shift and is_free(standing) for standing in standings)
