"""Where somebody is, out of what they typed, chose or shared; and what follows from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.directory.listings import Directory
from bot.app.turn import Turn
from bot.domain.conversation.words import Answers
from bot.domain.directory.geo import Point, possible
from bot.domain.directory.listing import area_of
from bot.domain.directory.place_names import place_at
from bot.domain.directory.places import Found, NotFound, Place, PlaceAnswer
from bot.domain.zones import zone_named
from bot.store.conversing import people

Moved = Callable[[Turn, ZoneInfo], Awaitable[object]]
"""What happens when the turn's person turns out to live by another clock (check-ins follow them)."""


class Placing:
    """Finds people's places; `moved` hears when somebody turns out to live by another clock."""

    def __init__(self, directory: Directory, moved: Moved) -> None:
        self._directory = directory
        self._moved = moved

    async def settled(self, turn: Turn, place: Place) -> Answers:
        """Take the place for where the person is; what the conversation is to know of it."""
        if place.country:
            await self.set_place(turn, place.country, place.nation, place.zone or turn.person.zone)
        return {"place_name": place.label, "area": area_of(place)}

    async def set_place(self, turn: Turn, country: str, nation: str, zone: str) -> None:
        """Keep the country and the clock they live by, where these are others than before."""
        who = turn.person
        if (who.country, who.nation, who.zone) == (country, nation, zone):
            return
        people.set_place(turn.tx, who.id, country=country, nation=nation, zone=zone)
        turn.person = replace(who, country=country, nation=nation, zone=zone)
        there = zone_named(zone)
        if zone != who.zone and there is not None:
            await self._moved(turn, there)

    async def place(self, turn: Turn, said: Any) -> PlaceAnswer:
        """The place of an answer: typed, chosen from a list, or shared as a position."""
        if isinstance(said, Mapping):
            point = _point(said)
            return NotFound() if point is None else Found(place_at(point, self._directory.places))
        if not isinstance(said, str) or not said.strip():
            return NotFound()
        return await self._directory.find(said, turn.person.country)


def _point(said: Mapping[str, Any]) -> Point | None:
    lat, lon = said.get("lat"), said.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float) or not possible(lat, lon):
        return None
    return Point(float(lat), float(lon))
