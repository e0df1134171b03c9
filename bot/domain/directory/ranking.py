"""The order in which groups are offered: by when they start and whether one can get there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal

from bot.domain.directory.geo import Point, km_between
from bot.domain.directory.programmes import programme
from bot.domain.directory.towns import plain
from bot.domain.directory.walltime import moment
from bot.domain.ids import OfferingId
from bot.domain.zones import local, zone_named

SOON = timedelta(minutes=90)
LATE = timedelta(minutes=10)
"""One may still walk in this long after the start."""
STALE = timedelta(days=30)
HIDDEN = timedelta(days=90)
"""A source that has not come in whole for this long is no longer shown."""
FAR_KM = 20.0
"""Further than this is a journey to plan, however soon it starts."""
ON_FOOT_KM = 2.5
"""Half an hour's walk at 5 km an hour: as far as somebody without transport is sent before others. Ours."""
PER_GROUP = 2
PER_PROGRAMME = 3
BAND_KM = 2.0
"""Distances within one band count as equal: the one that starts sooner goes first."""

PartOfWeek = Literal["daytime", "evenings", "weekends"]


class Bucket(IntEnum):
    """How soon."""

    SOON = 0
    NEXT_24_HOURS = 1
    THIS_WEEK = 2
    BY_APPOINTMENT = 3


@dataclass(frozen=True, slots=True)
class Needs:
    """What would make it possible to go. `day` is a weekday (Monday is 0) of the group's own clock."""

    wants: frozenset[str] = frozenset()
    """Tags that would help: women, lgbtq, step_free, bsl, childcare, secular, medication_ok …"""
    parts: frozenset[PartOfWeek] = frozenset()
    not_twelve_step: bool = False
    programmes: frozenset[str] = frozenset()
    family: bool = False
    """For somebody worried about another person."""
    day: int | None = None
    online: bool = False
    """Would rather meet online: those go first, wherever the person is."""
    no_transport: bool = False
    """Comes on foot: what can be walked to goes before everything further away."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One weekly time of one offering. `day` None: by appointment. `as_of`: when its source last came in."""

    offering: OfferingId
    name: str
    programme: str
    zone: str
    day: int | None
    start: int
    point: Point | None
    online: bool
    as_of: datetime
    tags: frozenset[str] = frozenset()
    edition: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its next start (UTC; None by appointment) and the way there (None online)."""

    candidate: Candidate
    bucket: Bucket
    starts: datetime | None
    km: float | None


@dataclass(slots=True)
class _Taken:
    names: Counter[str] = field(default_factory=Counter)
    programmes: Counter[str] = field(default_factory=Counter)


def next_start(day: int, start: int, zone_name: str, after: datetime) -> datetime | None:
    """The first moment (UTC) at or after `after` at which a weekly time comes round on that wall clock."""
    zone = zone_named(zone_name)
    if zone is None:
        return None
    today = local(after, zone).date()
    ahead = (day - today.weekday()) % 7
    for days in (ahead - 7, ahead, ahead + 7):
        comes = moment(today + timedelta(days=days), start, zone)
        if comes >= after:
            return comes
    return None


def minutes_to_reach(km: float) -> float:
    """A rough travel time: on foot up to 1.5 km, then as by an ordinary bus. An estimate of ours."""
    return 12 * km if km <= 1.5 else 10 + 4 * km


def nearby(
    candidates: Iterable[Candidate], here: Point, at: datetime, needs: Needs, limit: int
) -> list[Ranked]:
    """At most `limit` groups to go to, best first; the same for the same facts in any order.

    Buckets first; then what fits at all, distance (in bands), wait, freshness, and how well it fits.
    At most two per group and three per programme, and of a short list not all of one programme.
    """
    placed = (_placed(one, here, at) for one in candidates if one.point is not None and _possible(one, needs))
    best = _best_times(placed, needs, at)
    tight = min(PER_PROGRAMME, max(1, limit - 1))
    chosen = _diverse(best, limit, tight)
    return chosen if len(chosen) == limit else _diverse(best, limit, PER_PROGRAMME)


def soonest_online(candidates: Iterable[Candidate], at: datetime, needs: Needs, limit: int) -> list[Ranked]:
    """At most `limit` groups to join from anywhere, the next to start first."""
    ranked = (_from_anywhere(one, at) for one in candidates if one.online and _possible(one, needs))
    best = _best_times((one for one in ranked if one.starts is not None), needs, at)
    return _diverse(
        sorted(best, key=lambda one: (_misfit(one.candidate, needs), one.starts)), limit, PER_PROGRAMME
    )


def _placed(one: Candidate, here: Point, at: datetime) -> Ranked:
    assert one.point is not None
    km = km_between(here, one.point)
    if one.day is None:
        return Ranked(one, Bucket.BY_APPOINTMENT, None, km)
    arrival = at + timedelta(minutes=minutes_to_reach(km))
    starts = next_start(one.day, one.start, one.zone, max(at, arrival) - LATE)
    return Ranked(one, _bucket(starts, at) if km <= FAR_KM else Bucket.THIS_WEEK, starts, km)


def _from_anywhere(one: Candidate, at: datetime) -> Ranked:
    starts = None if one.day is None else next_start(one.day, one.start, one.zone, at - LATE)
    return Ranked(one, _bucket(starts, at), starts, None)


def _bucket(starts: datetime | None, at: datetime) -> Bucket:
    if starts is None:
        return Bucket.BY_APPOINTMENT
    if starts - at <= SOON:
        return Bucket.SOON
    return Bucket.NEXT_24_HOURS if starts - at <= timedelta(hours=24) else Bucket.THIS_WEEK


def _possible(one: Candidate, needs: Needs) -> bool:
    if needs.day is not None and one.day not in (needs.day, None):
        return False
    return not needs.programmes or one.programme in needs.programmes


def _best_times(ranked: Iterable[Ranked], needs: Needs, at: datetime) -> list[Ranked]:
    """Each offering once, with its best time, in order."""
    ordered = sorted(ranked, key=lambda one: _order(one, needs, at))
    seen: set[OfferingId] = set()
    best = []
    for one in ordered:
        if one.candidate.offering not in seen:
            seen.add(one.candidate.offering)
            best.append(one)
    return best


def _order(one: Ranked, needs: Needs, at: datetime) -> tuple[object, ...]:
    km = one.km or 0.0
    wait = (one.starts - at) // timedelta(hours=1) if one.starts else 0
    stale = at - one.candidate.as_of > STALE
    exact = (
        round(km, 3),
        one.starts.timestamp() if one.starts else 0.0,
        one.candidate.name,
        one.candidate.offering,
    )
    return (
        needs.no_transport and km > ON_FOOT_KM,
        one.bucket,
        _misfit(one.candidate, needs),
        int(km / BAND_KM),
        wait,
        stale,
        -_fit(one, needs),
        *exact,
    )


def _misfit(one: Candidate, needs: Needs) -> bool:
    """Not for this person, as far as is known: shown only after everything else in its bucket."""
    known = programme(one.programme)
    if known.family != needs.family and one.programme not in needs.programmes:
        return True
    if needs.not_twelve_step and known.approach == "twelve_step":
        return True
    return any(tag in one.tags and tag not in needs.wants for tag in ("women", "men"))


def _fit(one: Ranked, needs: Needs) -> int:
    return len(one.candidate.tags & needs.wants) + (_part_fits(one, needs) if needs.parts else 0)


def _part_fits(one: Ranked, needs: Needs) -> int:
    candidate = one.candidate
    if candidate.day is None:
        return 0
    parts = {"weekends"} if candidate.day >= 5 else set()
    parts.add("evenings" if candidate.start >= 17 * 60 else "daytime")
    return 1 if parts & needs.parts else 0


def _diverse(ordered: Sequence[Ranked], limit: int, per_programme: int) -> list[Ranked]:
    taken, chosen = _Taken(), []
    for one in ordered:
        name, code = plain(one.candidate.name), one.candidate.programme
        if taken.names[name] < PER_GROUP and taken.programmes[code] < per_programme:
            taken.names[name] += 1
            taken.programmes[code] += 1
            chosen.append(one)
            if len(chosen) == limit:
                break
    return chosen
