"""Finding groups and services: near somebody, online, one by one; and hiding those that were not there."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.app.directory.finding import Finding, OnlineZones, Suggestion, Suggestions
from bot.domain.directory.geo import Point
from bot.domain.directory.offering import Online
from bot.domain.directory.place_names import find_place, is_known_place, is_like_place, is_place
from bot.domain.directory.places import Found, PlaceAnswer, Places
from bot.domain.directory.ranking import HIDDEN
from bot.domain.directory.refreshing import age_of
from bot.domain.directory.typed import Looked, looked_for
from bot.domain.directory.typed_roughly import looked_roughly
from bot.domain.directory.wanted import Needs
from bot.domain.ids import OfferingId, PersonId
from bot.store.directory import offerings, reports, reviewing, sources
from bot.store.directory.finding import Crowded, Visible
from bot.store.directory.offerings import Listed
from bot.store.directory.places import learned_places
from bot.store.engine.transaction import Transaction

__all__ = ["Directory", "Reported", "Suggestion", "Suggestions"]

REPORTS_TO_HIDE = 2
"""Two different people must say that it was not there."""


@dataclass(frozen=True, slots=True)
class Reported:
    """How many people have said that it was not there, and whether it is now hidden."""

    people: int
    hidden: bool


def too_old(listed: Listed, now: datetime) -> bool:
    """Whether nobody is sent there any more: its list did not come in for `HIDDEN`, and nobody checked it."""
    return not listed.fictional and age_of(listed.as_of, now) in ("hidden", "never")


class Directory:
    """Groups and services. `demo` lets fictional ones be shown as long as no real source is there."""

    def __init__(self, places: Places, *, demo: bool = False) -> None:
        self.places = places
        self._demo = demo
        self._online_zones = OnlineZones()
        self._crowded = Crowded()

    async def find(self, text: str, country: str = "") -> PlaceAnswer:
        """The place that `text` names; a US ZIP is looked up off the loop, its table is slow to load."""
        code = re.search(r"\b\d{5}\b", text)
        if code:
            await asyncio.to_thread(self.places.zips, code[0])
        return find_place(text, self.places, country)

    def looked(self, text: str) -> Looked | None:
        """What a message looks for; None when it is no search. Read roughly where not every word is known."""
        looked, named = self._looked(text), partial(is_place, places=self.places)
        if looked is not None and (not looked.place or named(looked.place)):
            return looked
        return looked_roughly(text, partial(is_known_place, places=self.places), named) or looked

    def _looked(self, text: str) -> Looked | None:
        return looked_for(
            text, partial(is_place, places=self.places), partial(is_like_place, places=self.places)
        )

    def narrowing(self, text: str, *, place: bool = True) -> str:
        """The search that words mean at a list ("tomorrow", "women only"); "" for none.

        With `place` the name of one counts by itself, if it is nothing else ("leeds").
        """
        search = f"meetings {text}"
        looked = self._looked(search)
        if looked is None or looked == Looked():
            return ""
        alone = looked == Looked(place=looked.place)
        return "" if alone and not (place and is_known_place(looked.place, self.places)) else search

    def where(self, text: str) -> str:
        """What the place is called that words name, with nothing more but perhaps when ("leeds tonight"); ""
        where they may mean anything else."""
        looked = self._looked(f"meetings {text}")
        if looked is None or looked.says_what or not is_known_place(looked.place, self.places):
            return ""
        if looked.place[:5].isdigit():
            return looked.place  # a ZIP: its table is slow to load
        answer = find_place(looked.place, self.places)
        return answer.place.label if isinstance(answer, Found) else looked.place.title()

    async def learn(self, tx: Transaction) -> None:
        """Take up the districts and towns that imported venues place: at start, and after an import."""
        self.places = self.places.with_learned(await learned_places(tx))
        self._online_zones = OnlineZones()

    async def search(
        self,
        tx: Transaction,
        near: Point | None,
        at: datetime,
        needs: Needs | None = None,
        limit: int = 3,
        *,
        zone: str = "",
        within: float | None = None,
        beyond: frozenset[OfferingId] = frozenset(),
    ) -> Suggestions:
        """At most `limit` groups around `near`, and one or two online, for somebody asking at `at` (aware).

        With no place only online ones. `zone` is that of the place, `within` how many km to look at most
        (else as `needs` say), `beyond` what was shown already. The order is that of `ranking`, and
        nothing here is random.
        """
        visible, needs = Visible(at - HIDDEN, await self.shows_fiction(tx)), needs or Needs()
        finding = Finding(tx, at, needs, visible, self._online_zones, self._crowded, zone=zone, beyond=beyond)
        return await finding.suggestions(near, limit, within or needs.within)

    async def details(self, tx: Transaction, which: OfferingId, now: datetime) -> Listed | None:
        """What is known of an offering; None when it is gone from its source, hidden, or too old."""
        listed = await offerings.details(tx, which)
        return None if listed is None or listed.hidden or too_old(listed, now) else listed

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
        people = await reports.report_missing(tx, which, person, now)
        if people >= REPORTS_TO_HIDE:
            reviewing.hide(tx, which, now)
        return Reported(people, people >= REPORTS_TO_HIDE)

    async def shows_fiction(self, tx: Transaction) -> bool:
        """Whether made-up entries are shown: in the demo, as long as no real source is there."""
        if not self._demo:
            return False
        return not any(one.generation for one in await sources.everything(tx) if not one.fictional)
