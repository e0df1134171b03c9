"""Finding groups: near somebody, online, one by one; and hiding those that were not there."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.directory.geo import Point, box_around, km_between
from bot.domain.directory.offering import Online
from bot.domain.directory.places import PlaceAnswer, Places, find_place
from bot.domain.directory.ranking import HIDDEN, LATE, Candidate, Needs, Ranked, nearby, soonest_online
from bot.domain.ids import OfferingId, PersonId
from bot.domain.zones import local, zone_named
from bot.store import offerings, sources
from bot.store.offerings import BY_APPOINTMENT, Listed
from bot.store.places import learned_postcodes
from bot.store.transaction import Transaction

REACH_KM = (3.0, 8.0, 20.0, 40.0)
"""The circle grows until it holds enough to choose from."""
ENOUGH = 24
ENOUGH_ONLINE = 12
MOST_ZONES = 12
REPORTS_TO_HIDE = 2
"""Two different people must say that it was not there."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group in its place of the order, and all that is known of it."""

    ranked: Ranked
    listed: Listed


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was found. `within_km` is how far was looked; `fictional` when all of it belongs to the demo."""

    groups: tuple[Suggestion, ...]
    online: tuple[Suggestion, ...]
    within_km: float
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """How many people have said that it was not there, and whether it is now hidden."""

    people: int
    hidden: bool


class Directory:
    """Groups and services. `demo` lets fictional ones be shown as long as no real source is there."""

    def __init__(self, places: Places, *, demo: bool = False) -> None:
        self.places = places
        self._demo = demo

    async def find(self, text: str, country: str = "") -> PlaceAnswer:
        """The place that `text` names; a US ZIP is looked up off the loop, its table is slow to load."""
        code = re.search(r"\b\d{5}\b", text)
        if code and country in ("", "US"):
            await asyncio.to_thread(self.places.zips, code[0])
        return find_place(text, self.places, country)

    async def learn(self, tx: Transaction) -> None:
        """Take up the postcode districts that imported venues place: at start, and after an import."""
        self.places = self.places.with_learned(await learned_postcodes(tx))

    async def search(
        self, tx: Transaction, near: Point | None, at: datetime, needs: Needs | None = None, limit: int = 3
    ) -> Suggestions:
        """At most `limit` groups around `near`, and one or two online, for somebody asking at `at` (aware).

        With no place only online ones. The order is that of `ranking`; nothing here is random.
        """
        wanted = needs or Needs()
        fictional = await self._shows_fiction(tx)
        found, within_km = await self._around(tx, near, at, wanted.day, fictional) if near else ([], 0.0)
        groups = nearby(found, near, at, wanted, limit) if near else []
        shown = {one.candidate.offering for one in groups}
        afar = [one for one in await self._online(tx, at, fictional) if one.offering not in shown]
        few = 2 if len(groups) < limit else 1
        online = soonest_online(afar, at, wanted, limit if wanted.online else few)
        return Suggestions(
            await self._listed(tx, groups), await self._listed(tx, online), within_km, fictional
        )

    async def details(self, tx: Transaction, which: OfferingId) -> Listed | None:
        """What is known of an offering; None when it is gone from its source, or hidden."""
        listed = await offerings.details(tx, which)
        return None if listed is None or listed.hidden else listed

    async def names(self, tx: Transaction, which: Iterable[OfferingId]) -> Mapping[OfferingId, str]:
        """What offerings are called; those gone from their source are left out."""
        found = {one: await offerings.details(tx, one) for one in which}
        return {one: listed.entry.name for one, listed in found.items() if listed is not None}

    async def joining(self, tx: Transaction, listed: Listed) -> Online | None:
        """How to join online, passcode included: only for somebody who has asked to join."""
        return await offerings.joining_of(tx, listed.edition) if listed.entry.online else None

    async def report_missing(
        self, tx: Transaction, person: PersonId, which: OfferingId, now: datetime
    ) -> Reported:
        """Somebody says that it was not there. A second person's report hides it; one person counts once."""
        people = await offerings.report_missing(tx, which, person, now)
        if people >= REPORTS_TO_HIDE:
            offerings.hide(tx, which, now)
        return Reported(people, people >= REPORTS_TO_HIDE)

    async def _shows_fiction(self, tx: Transaction) -> bool:
        if not self._demo:
            return False
        return not any(one.generation for one in await sources.everything(tx) if not one.fictional)

    async def _around(
        self, tx: Transaction, near: Point, at: datetime, day: int | None, fictional: bool
    ) -> tuple[list[Candidate], float]:
        """Enough to choose from: of today and tomorrow if there is, else of the whole week.

        Asked day by day, wider each time, so that a city gives hundreds of rows and not thousands.
        """
        today = at.weekday()
        whole_week = (*range(7), BY_APPOINTMENT)
        soon = (today, (today + 1) % 7, (today - 1) % 7)  # the day before: it may still be that day out west
        found: list[Candidate] = []
        for days in ((day,),) if day is not None else (soon, whole_week):
            for km in REACH_KM:
                found = await self._within(tx, near, km, days, at, fictional)
                if len({one.offering for one in found}) >= ENOUGH:
                    return found, km
        return found, REACH_KM[-1]

    async def _within(
        self, tx: Transaction, near: Point, km: float, days: Sequence[int], at: datetime, fictional: bool
    ) -> list[Candidate]:
        box = box_around(near, km)
        found: list[Candidate] = []
        for day in days:
            in_box = await offerings.near(tx, box, day, since=at - HIDDEN, fictional=fictional)
            found += (one for one in in_box if one.point and km_between(near, one.point) <= km)
        return found

    async def _online(self, tx: Transaction, at: datetime, fictional: bool) -> list[Candidate]:
        """What starts next in each zone: the rest of its day, and of the day after where that is little."""
        found: list[Candidate] = []
        for name in (await offerings.online_zones(tx))[:MOST_ZONES]:
            zone = zone_named(name)
            if zone is None:
                continue
            there = local(at - LATE, zone)
            start = there.hour * 60 + there.minute
            here: list[Candidate] = []
            for days in range(7):
                here += await offerings.online_from(
                    tx,
                    name,
                    (there.weekday() + days) % 7,
                    start if days == 0 else 0,
                    since=at - HIDDEN,
                    fictional=fictional,
                )
                if len(here) >= ENOUGH_ONLINE:
                    break
            found += here
        return found

    async def _listed(self, tx: Transaction, ranked: Sequence[Ranked]) -> tuple[Suggestion, ...]:
        found = [(one, await offerings.details(tx, one.candidate.offering)) for one in ranked]
        return tuple(Suggestion(one, listed) for one, listed in found if listed is not None)
