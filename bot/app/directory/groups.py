"""What flows ask about groups: where somebody is, what is near or online, what it is like, which line."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.directory.chosen import chosen, chosen_start, offering_id, reader_of
from bot.app.directory.getting_there import GettingThere
from bot.app.directory.group_reminders import GroupReminders
from bot.app.directory.group_search import GroupSearch
from bot.app.directory.listings import Directory
from bot.app.directory.not_there import NotThere
from bot.app.directory.open_lines import OpenLines, land_asked, said_country
from bot.app.directory.placing import Moved, Placing
from bot.app.directory.search import Search, known_of_person, options_of
from bot.app.directory.service_search import ServiceSearch
from bot.app.directory.shown_list import MORE
from bot.app.turn import Turn
from bot.domain.checkins.checkin import Hours
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.directory.helplines import Helplines
from bot.domain.directory.listing import details
from bot.domain.directory.places import Found, NotFound, Which
from bot.domain.directory.visits import visit_to
from bot.domain.events import Opened


class Groups:
    """Groups for conversations. `zone` is the service's, for people whose own is not known.

    `asked` hears of somebody who is asked how a group was: nothing else asks them that day.
    """

    def __init__(
        self,
        directory: Directory,
        lines: Helplines,
        zone: ZoneInfo,
        moved: Moved,
        asked: Callable[[Turn], Awaitable[None]],
        hours: Hours,
        *,
        country: str,
        nation: str,
    ) -> None:
        self._directory = directory
        self._lines = OpenLines(lines, zone)
        self._zone = zone
        self._places = Placing(directory, moved)
        search = Search(directory, self._lines, self._places, zone)
        self._groups = GroupSearch(search)
        self._services = ServiceSearch(search)
        self._there = GettingThere(directory, zone)
        self._not_there = NotThere(directory, zone, country, nation)
        self._reminders = GroupReminders(directory, zone, self._there, self._not_there, asked, hours)

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            **self._groups.calls(),
            **self._services.calls(),
            "group_details": self._group_details,
            "open_line": self._lines.open_line,
            "open_lines": self._lines.open_lines,
            "said_country": said_country,
            "land_asked": land_asked,
            "find_place": self._find_place,
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {**self._there.dos(), **self._not_there.dos(), **self._reminders.dos()}

    def timers(self) -> Mapping[str, TimerHandler]:
        """What happens when a reminder, or the question after it, is due, or nobody has looked."""
        return {**self._not_there.timers(), **self._reminders.timers()}

    def presses(self) -> Mapping[str, Handler]:
        """Buttons under reminders."""
        return self._reminders.presses()

    async def answered(self, turn: Turn, talk: Talk, text: str) -> bool:
        """Whether words answered the question how it went."""
        return await self._reminders.by_words(turn, talk, text)

    def commands(self) -> Mapping[str, Handler]:
        """What typed words may mean anywhere."""
        return self._reminders.commands()

    async def _find_place(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """Where the person is. Found, it sets their country, nation and zone, and the `area` that is counted.

        With nothing said now, what they let us keep counts. `place` comes back as it is to be asked with.
        """
        said = args.get("text") or (await known_of_person(turn, talk)).get("place")
        match await self._places.place(turn, said):
            case Found(place):
                return Returned(
                    "found",
                    {
                        **_elsewhere(turn, ""),
                        **await self._places.settled(turn, place),
                        "place": said,
                        "places": [],
                    },
                )
            case Which(options, elsewhere=there):
                return Returned("which", {**_elsewhere(turn, there), "places": options_of(options)})
            case NotFound(country, nation) as unknown:
                if country:
                    await self._places.set_place(turn, country, nation, turn.person.zone)
                return Returned(
                    "unknown", {"place_name": "", "elsewhere_text": _why(turn, unknown), "places": []}
                )

    async def _group_details(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """One whole; for who comes from its poster and named no place, the others are looked for there."""
        if args.get("group") == MORE:
            return Returned("more", {"details_text": ""})
        which = offering_id(args.get("group"))
        listed = await chosen(turn, self._directory, args.get("group"))
        if which is None or listed is None:
            return Returned("gone", {"details_text": ""})
        turn.record(Opened(which))
        text = details(
            turn.messages,
            listed.entry,
            listed.source,
            listed.as_of,
            replace(reader_of(turn, self._zone), chosen=chosen_start(talk, which, turn.now)),
            fictional=listed.fictional,
        )
        said: dict[str, Answer] = {"details_text": text, "visit": visit_to(listed.entry)}
        known = talk.session.answers if talk.session else {}
        point = listed.entry.venue.point if listed.entry.venue else None
        if known.get("chosen") == "yes" and not known.get("place") and point:
            said["place"] = {"lat": point.lat, "lon": point.lon}
        if known.get("chosen") == "yes" and listed.entry.needs:
            said["need"] = min(listed.entry.needs)
        return Returned("online" if listed.entry.venue is None else "found", said)


def _why(turn: Turn, unknown: NotFound) -> str:
    """Why a place is not taken."""
    if unknown.elsewhere:
        return turn.messages.text("place_elsewhere", place=unknown.elsewhere)
    if unknown.large:
        return turn.messages.text("place_large", place=unknown.large)
    return turn.messages.text("place_by_town" if unknown.by_town else "place_unknown")


def _elsewhere(turn: Turn, city: str) -> dict[str, Answer]:
    """What is said of a city in a country that no list here is about; nothing of any other place."""
    text = turn.messages.text("place_elsewhere", place=city) if city else ""
    return {"place_name": "", "elsewhere_text": text}
