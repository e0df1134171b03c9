"""What every search of a conversation begins and ends with: for what and where; a line that is open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.conversing.talk import Talk
from bot.app.directory.beside_groups import Beside, other_route
from bot.app.directory.chosen import reader_of
from bot.app.directory.listings import Directory, Suggestions
from bot.app.directory.open_lines import OpenLines
from bot.app.directory.placing import Placing
from bot.app.directory.shown_list import USUAL
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.directory.listing import Reader
from bot.domain.directory.looked_text import looked_text
from bot.domain.directory.looking import Looking, approach_of, band_of, barriers_of, is_whole_town, needs_of
from bot.domain.directory.places import Found, NotFound, Place, Which
from bot.domain.ids import OfferingId
from bot.domain.zones import local
from bot.store.conversing import answers
from bot.store.engine.columns import from_ms

ONLINE = "online"
MOST = 6
NONE_FOUND: Answers = {
    "groups": [],
    "places": [],
    "starts": [],
    "groups_text": "",
    "online_text": "",
    "other_route": "",
    "line_text": "",
}
"""Every value of a search, so that nothing of an earlier one is left standing."""


class Search:
    """Reads what is looked for. `zone` is the service's, for people whose own is not known."""

    def __init__(self, directory: Directory, lines: OpenLines, places: Placing, zone: ZoneInfo) -> None:
        self.directory = directory
        self._zone = zone
        self._lines = lines
        self._places = places

    def reader(self, turn: Turn) -> Reader:
        """The turn's person as a reader of what was found."""
        return reader_of(turn, self._zone)

    async def looking(self, turn: Turn, known: Mapping[str, Any], near: Any) -> Looking | Which:
        """Where and for what: what the person said of themselves, narrowed by what they typed."""
        found = NotFound() if near == ONLINE else await self._places.place(turn, near)
        if isinstance(found, Which):
            return found
        place = found.place if isinstance(found, Found) else None
        values = dict(await self._places.settled(turn, place)) if place else {}
        zone = self.reader(turn).zone
        usual = replace(needs_of(known), language=turn.person.language)
        there, looked = local(turn.now, zone), self.directory.looked(str(known.get("asked") or ""))
        if looked and isinstance(typed := known.get("asked_at"), int):
            looked = looked.seen_at(there, local(from_ms(typed), zone))
        at = looked.meant_at(turn.now, there) if looked else turn.now
        needs = looked.needs(usual, local(at, zone)) if looked else usual
        values["band"] = band_of(there, looked)
        values["approach"] = approach_of(needs)
        values["barriers"] = barriers_of(looked)
        label = place.label if place else ""
        asked = looked_text(turn.messages, looked, label, turn.person.country) if looked else ""
        middle = place.label if place and is_whole_town(near) else ""
        point, now = place.point if place else None, bool(looked and looked.now)
        return Looking(point, zone.key, needs, usual, values, asked, at, middle, now)

    async def other_route(
        self,
        turn: Turn,
        looking: Looking,
        found: Suggestions,
        number: int,
        beyond: frozenset[OfferingId] = frozenset(),
        *,
        services: bool = False,
        family: bool = False,
    ) -> Beside:
        """The other way to help that stands beside what was found, as `number`."""
        return await other_route(
            turn,
            self.directory,
            found,
            looking.point,
            self.reader(turn),
            number,
            family=family or looking.needs.family,
            services=services,
            beyond=beyond,
        )

    async def failed(self, turn: Turn, known: Mapping[str, Any]) -> Returned:
        """What a search answers that broke: nothing, and a line that is open."""
        return Returned("error", {**NONE_FOUND, "line_text": await self.open_line(turn, known)})

    async def open_line(self, turn: Turn, known: Mapping[str, Any]) -> str:
        """A line that fits what they said, and is open now; "" when none is known to be."""
        return await self._lines.open_now(turn, _topic(known))


def which_place(places: Which) -> Returned:
    """There are several: the person chooses."""
    return Returned("where", {**NONE_FOUND, "places": options_of(places.options)})


async def known_of_person(turn: Turn, talk: Talk) -> Mapping[str, Any]:
    """What the person said in this conversation, and before it what they let us keep."""
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    return {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}


def options_of(options: Sequence[Place]) -> Answer:
    """Buttons for places; the label is what leads to the place when it is asked for again."""
    return [{"id": place.label, "label": place.label} for place in options]


def limit(asked: Answer) -> int:
    """How many are shown where a flow asks for so many."""
    return min(MOST, max(1, asked)) if isinstance(asked, int) else USUAL


def _topic(known: Mapping[str, Any]) -> str:
    """Which line fits: for families, for drink, for drugs, else one that listens to anybody."""
    if needs_of(known).family:
        return "family"
    about = known.get("about") or ()
    if not about:
        return "crisis"
    return "alcohol" if "alcohol" in about else "drugs"
