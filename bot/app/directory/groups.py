"""What flows ask about groups: where somebody is, what is near or online, what it is like, which line."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.conversations import CallHandler, DoHandler, Talk
from bot.app.conversing.deeds import code, unmet
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.directory.beside_groups import (
    FAMILY,
    NOTHING,
    TREATMENT,
    Beside,
    Known,
    again_beside,
    known_of,
    other_route,
)
from bot.app.directory.group_plans import GroupPlans, chosen_start, offering_id, reader_of
from bot.app.directory.listings import Directory, Suggestions
from bot.app.library.helplines import helplines_today
from bot.app.turn import Turn
from bot.domain.checkins.checkin import ORDINARY, Hours
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.directory.geo import Point, possible
from bot.domain.directory.helplines import Helplines, first_open, open_now
from bot.domain.directory.hours import Open
from bot.domain.directory.listing import area_of, buttons, details, item, online_item
from bot.domain.directory.looked_text import looked_text
from bot.domain.directory.places import Found, NotFound, Place, PlaceAnswer, Which, place_at
from bot.domain.directory.typed import Looked
from bot.domain.directory.visits import visit_to
from bot.domain.directory.wanted import Needs, PartOfWeek
from bot.domain.directory.wording import line_text
from bot.domain.events import Code, Helped, HelplineShown, NeedSought, Opened, Shown
from bot.domain.ids import OfferingId
from bot.domain.measures.story import WEEKDAYS
from bot.domain.zones import local, zone_named
from bot.store.conversing import answers, people
from bot.store.directory.offerings import Listed
from bot.store.engine.columns import from_ms, to_ms

log = structlog.get_logger()

Moved = Callable[[Turn, ZoneInfo], Awaitable[object]]
"""What happens when the turn's person turns out to live by another clock (check-ins follow them)."""
ONLINE = "online"
NO_MORE: frozenset[OfferingId] = frozenset()
USUAL = 3
MORE = "more"
MOST = 6
_TAGS: Mapping[str, frozenset[str]] = {
    "women": frozenset({"women"}),
    "men": frozenset({"men"}),
    "lgbtq": frozenset({"lgbtq"}),
    "faith": frozenset({"faith"}),
    "medication": frozenset({"medication_ok"}),
    "access": frozenset({"step_free", "bsl", "asl"}),
    "childcare": frozenset({"childcare", "children_welcome"}),
}
"""What was ticked at "What would make it possible to go?", as tags of the directory."""
_PARTS: Mapping[str, PartOfWeek] = {"evenings": "evenings", "daytime": "daytime", "weekends": "weekends"}
_NONE_FOUND: Answers = {
    "groups": [],
    "places": [],
    "starts": [],
    "groups_text": "",
    "online_text": "",
    "other_route": "",
    "line_text": "",
}
"""Every value of a search, so that nothing of an earlier one is left standing."""


async def nobody_else(_: Turn) -> None:
    """For a service in which nothing else asks."""


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
        asked: Callable[[Turn], Awaitable[None]] = nobody_else,
        hours: Hours = ORDINARY,
    ) -> None:
        self._directory = directory
        self._lines = lines
        self._zone = zone
        self._moved = moved
        self._plans = GroupPlans(directory, zone, asked, hours)

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            "find_groups": self._find_groups,
            "find_services": self._find_services,
            "group_details": self._group_details,
            "open_line": self._open_line,
            "find_place": self._find_place,
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return self._plans.dos()

    def timers(self) -> Mapping[str, TimerHandler]:
        """What happens when a reminder, or the question after it, is due."""
        return self._plans.timers()

    def presses(self) -> Mapping[str, Handler]:
        """Buttons under reminders."""
        return self._plans.presses()

    def commands(self) -> Mapping[str, Handler]:
        """What typed words may mean anywhere."""
        return self._plans.commands()

    async def _find_place(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """Where the person is. Found, it sets their country, nation and zone, and the `area` that is counted.

        With nothing said now, what they let us keep counts. `place` comes back as it is to be asked with.
        """
        said = args.get("text") or (await _known(turn, talk)).get("place")
        match await self._place(turn, said):
            case Found(place):
                return Returned("found", {**await self._settled(turn, place), "place": said, "places": []})
            case Which(options):
                return Returned("which", {"places": _options(options), "place_name": ""})
            case NotFound(country, nation):
                if country:
                    await self._set_place(turn, country, nation, turn.person.zone)
                return Returned("unknown", {"places": [], "place_name": ""})

    async def _find_groups(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """Look near the answer `near`, or online only; `more` beyond what was shown, `again` as last time.

        A failure is logged and answered with `error`. What was typed ("women's group friday") narrows it;
        when nothing fits that, what comes nearest is shown and the need is noted.
        """
        known = await _known(turn, talk)
        again_there = bool(args.get("again"))
        near = (again_there and known.get("looked_near")) or args.get("near") or known.get("place")
        try:
            looking = await self._looking(turn, known, near)
            if isinstance(looking, Which):
                return Returned("where", {**_NONE_FOUND, "places": _options(looking.options)})
            more = _shown_already(known, but_last=again_there) if args.get("more") or again_there else NO_MORE
            usually = looking.needs == looking.usual and not more
            said = await known_of(turn)
            again = await self._again(turn, said, looking) if usually else Beside()
            first = frozenset({again.listed.id}) if again.listed else frozenset[OfferingId]()
            limit, beyond = _limit(args.get("limit")), more | said.not_again | first
            goes_on = bool(more) or again_there
            found, wider = await self._found(turn, known, looking, limit, beyond, more=goes_on)
            number = len(found.groups) + len(found.online) + len(first) + 1
            other = (
                Beside() if more else await self._other_route(turn, looking, found, number, said.not_again)
            )
        except Exception:  # whatever broke, the person is told so, and has a line that is open
            log.exception("group_search_failed", cause=turn.cause)
            return Returned("error", {**_NONE_FOUND, "line_text": await self._line(turn, _topic(known))})
        shown = {
            **looking.values,
            **self._shown(turn, found, looking, online_first=looking.needs.online, again=again, other=other),
            "wider": wider,
        }
        if wider and (found.groups or found.online):
            above = "online_text" if looking.online_first else "groups_text"
            lines = (turn.messages.text("group_wider"), str(shown[above]))
            shown[above] = "\n".join(filter(None, lines))
        looking.say_asked(shown)
        shown["looked_near"] = near
        shown["shown"] = [*(map(str, sorted(more | first))), *(str(one.listed.id) for one in found.groups)]
        shown["line_text"] = await self._line(turn, _topic(known))
        if found.online and (near == ONLINE or looking.needs.online):
            return Returned("found_online", {**_NONE_FOUND, **shown})
        there = "found" if found.groups or again.listed else "beside" if shown["groups"] else "none"
        return Returned(there, {**_NONE_FOUND, **shown})

    async def _found(
        self,
        turn: Turn,
        known: Mapping[str, Any],
        looking: "_Looking",
        limit: int,
        beyond: frozenset[OfferingId],
        *,
        more: bool,
    ) -> tuple[Suggestions, int]:
        """What was asked for, or else what comes nearest, and how far that is from it: 0 is just that.

        `more` goes on where the last search was.
        """
        ways = looking.wider()
        level = min(int(known.get("wider") or 0), len(ways) - 1) if more else 0
        while True:
            found = await self._directory.search(
                turn.tx, looking.point, turn.now, ways[level], limit, zone=looking.zone, beyond=beyond
            )
            there = found.groups or (looking.online_first and found.online)
            if there or more or level + 1 == len(ways):
                return found, level
            if not level:
                turn.record(unmet("none_fit", {**known, **looking.values}))
            level += 1

    async def _again(self, turn: Turn, said: Known, looking: "_Looking") -> Beside:
        """What they would go to again, for those who let us remember."""
        if not turn.person.remembers:
            return Beside()
        return await again_beside(turn, self._directory, said, looking.point, reader_of(turn, self._zone))

    async def _other_route(
        self,
        turn: Turn,
        looking: "_Looking",
        found: Suggestions,
        number: int,
        beyond: frozenset[OfferingId] = frozenset(),
        *,
        services: bool = False,
        family: bool = False,
    ) -> Beside:
        return await other_route(
            turn,
            self._directory,
            found,
            looking.point,
            reader_of(turn, self._zone),
            number,
            family=family or looking.needs.family,
            services=services,
            beyond=beyond,
        )

    async def _looking(self, turn: Turn, known: Mapping[str, Any], near: Any) -> "_Looking | Which":
        """Where and for what: what the person said of themselves, narrowed by what they typed."""
        found = NotFound() if near == ONLINE else await self._place(turn, near)
        if isinstance(found, Which):
            return found
        place = found.place if isinstance(found, Found) else None
        values = dict(await self._settled(turn, place)) if place else {}
        zone = reader_of(turn, self._zone).zone
        usual = replace(needs_of(known), language=turn.person.language)
        there, looked = local(turn.now, zone), self._directory.looked(str(known.get("asked") or ""))
        if looked and isinstance(typed := known.get("asked_at"), int):
            looked = looked.seen_at(there, local(from_ms(typed), zone))
        needs = looked.needs(usual, there) if looked else usual
        values["band"] = band_of(there, looked)
        values["approach"] = approach_of(needs)
        values["barriers"] = barriers_of(looked)
        asked = looked_text(turn.messages, looked, place.label if place else "") if looked else ""
        middle = place.label if place and is_whole_town(near) else ""
        return _Looking(place.point if place else None, zone.key, needs, usual, values, asked, middle)

    async def _find_services(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """Services that help with `need` near the answer `near`, what is open first."""
        known = await _known(turn, talk)
        try:
            looking = await self._looking(turn, known, args.get("near") or known.get("place"))
            if isinstance(looking, Which):
                return Returned("where", {**_NONE_FOUND, "places": _options(looking.options)})
            services = frozenset({str(args.get("need") or known.get("need") or "")})
            any_time = Needs(services=services, language=turn.person.language)
            needs = looking.of_service(any_time)
            limit = _limit(args.get("limit"))
            found = await self._directory.search(
                turn.tx, looking.point, turn.now, needs, limit, zone=looking.zone
            )
            wider = not found.groups and needs != any_time
            if wider:
                found = await self._directory.search(
                    turn.tx, looking.point, turn.now, any_time, limit, zone=looking.zone
                )
        except Exception:  # as above
            log.exception("service_search_failed", cause=turn.cause)
            return Returned("error", {**_NONE_FOUND, "line_text": await self._line(turn, _topic(known))})
        number = len(found.groups) + len(found.online) + 1
        other = Beside()
        if services <= {FAMILY} or (services <= {TREATMENT} and found.groups):
            family = services <= {FAMILY}
            other = await self._other_route(turn, looking, found, number, services=True, family=family)
        shown = {
            **looking.values,
            "approach": min(services),
            **self._shown(turn, found, looking, other=other),
        }
        if wider and found.groups:
            turn.record(unmet("none_fit", {**known, **looking.values, "approach": min(services)}))
            shown["groups_text"] = f"{turn.messages.text('group_wider')}\n{shown['groups_text']}"
        looking.say_asked(shown)
        shown["line_text"] = await self._line(turn, _topic(known))
        shown.pop("online_text")
        if (need := code(min(services))) is not None:
            turn.record(NeedSought(need, bool(found.groups)))
        if other.listed and not found.groups:
            turn.record(unmet("no_service_near", {**known, **looking.values, "approach": min(services)}))
        return Returned("found" if found.groups or other.listed else "none", {"places": [], **shown})

    async def _group_details(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """One whole; for who comes from its poster and named no place, the others are looked for there."""
        if args.get("group") == MORE:
            return Returned("more", {"details_text": ""})
        which = offering_id(args.get("group"))
        listed = None if which is None else await self._directory.details(turn.tx, which, turn.now)
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

    async def _open_line(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        said = await self._line(turn, str(args.get("topic") or "crisis"))
        return Returned("found" if said else "none", {"line_text": said})

    async def _line(self, turn: Turn, topic: str) -> str:
        """A line that is open at this moment, with its number; "" when none is known to be."""
        lines = await helplines_today(turn.tx, self._lines)
        line = first_open(lines, topic, turn.person.country, turn.person.nation, turn.now)
        state = None if line is None else open_now(line, turn.now)
        if line is None or not isinstance(state, Open):
            return ""
        if (which := code(line.id)) is not None:
            turn.record(HelplineShown(which))
        return line_text(turn.messages, line, state, reader_of(turn, self._zone).zone, turn.now)

    def _shown(
        self,
        turn: Turn,
        found: Suggestions,
        looking: "_Looking",
        *,
        online_first: bool = False,
        again: Beside = NOTHING,
        other: Beside = NOTHING,
    ) -> Answers:
        """What was found, in words and as buttons; each is noted as shown, in that order.

        The numbers count the buttons: people type them.
        """
        reader = reader_of(turn, self._zone)
        order = (*found.online, *found.groups) if online_first else (*found.groups, *found.online)
        listed = [again.listed, *(one.listed for one in order), other.listed]
        every = [one for one in listed if one is not None]
        for rank, one in enumerate(every, start=1):
            turn.record(Shown(one.id, rank))
        if every:
            turn.record(Helped(Code("groups")))
        first = 2 if again.listed else 1
        numbers = {one.listed.id: number for number, one in enumerate(order, start=first)}
        near = [
            item(
                turn.messages,
                numbers[one.listed.id],
                one.listed.entry,
                reader,
                starts=one.starts,
                km=one.km,
            )
            for one in found.groups
        ]
        online = [
            f"{numbers[one.listed.id]}. "
            + online_item(turn.messages, one.listed.entry, reader, starts=one.starts)
            for one in found.online
        ]
        if near and looking.middle:
            near.append(turn.messages.text("group_from_middle", place=looking.middle))
        if _fictional(every):
            (near or online).append(turn.messages.text("group_fictional"))
        keys = buttons(turn.messages, [(one.id, one.entry) for one in every])
        if len(found.groups) >= USUAL and found.groups[0].listed.entry.kind == "group":
            keys.append({"id": MORE, "label": turn.messages.text("group_more")})
        return {
            "groups": keys,
            "starts": [f"{one.listed.id}:{to_ms(one.starts)}" for one in order if one.starts],
            "groups_text": "\n".join(filter(None, (again.text and f"1. {again.text}", *near))),
            "online_text": "\n".join(online),
            "other_route": other.text,
        }

    async def _settled(self, turn: Turn, place: Place) -> Answers:
        """Take the place for where the person is; what the conversation is to know of it."""
        if place.country:
            await self._set_place(turn, place.country, place.nation, place.zone or turn.person.zone)
        return {"place_name": place.label, "area": area_of(place)}

    async def _set_place(self, turn: Turn, country: str, nation: str, zone: str) -> None:
        who = turn.person
        if (who.country, who.nation, who.zone) == (country, nation, zone):
            return
        people.set_place(turn.tx, who.id, country=country, nation=nation, zone=zone)
        turn.person = replace(who, country=country, nation=nation, zone=zone)
        there = zone_named(zone)
        if zone != who.zone and there is not None:
            await self._moved(turn, there)

    async def _place(self, turn: Turn, said: Any) -> PlaceAnswer:
        """The place of an answer: typed, chosen from a list, or shared as a position."""
        if isinstance(said, Mapping):
            point = _point(said)
            return NotFound() if point is None else Found(place_at(point, self._directory.places))
        if not isinstance(said, str) or not said.strip():
            return NotFound()
        return await self._directory.find(said, turn.person.country)


@dataclass(frozen=True, slots=True)
class _Looking:
    """Where and for what: `needs` as asked for now, `usual` without; `values` for the conversation."""

    point: Point | None
    zone: str
    needs: Needs
    usual: Needs
    values: dict[str, Answer]
    asked: str
    """What was typed, as it was read; "" where nothing was."""
    middle: str
    """The town from whose middle is measured, "" where it is known more closely."""

    def say_asked(self, shown: dict[str, Answer]) -> None:
        """Above the first list; without one above the other way to help."""
        lists = ("online_text", "groups_text") if self.online_first else ("groups_text", "online_text")
        above = next((one for one in lists if shown.get(one)), "other_route")
        shown[above] = "\n".join(filter(None, (self.asked, str(shown[above]))))

    @property
    def online_first(self) -> bool:
        """Whether it is what is online that was asked for."""
        return self.needs.online or self.point is None

    def wider(self) -> Sequence[Needs]:
        """What to look for in turn until something is there: as asked, whenever it is held, anything near."""
        asked = self.needs
        usual = self.usual
        whenever = replace(
            asked, days=usual.days, ahead=usual.ahead, later=0, after=usual.after, before=usual.before
        )
        return list(dict.fromkeys((asked, whenever, usual)))

    def of_service(self, service: Needs) -> Needs:
        """What is asked of a service: when it is to be open, and whom it is to be for."""
        asked = self.needs
        return replace(
            service,
            days=asked.days,
            ahead=asked.ahead,
            later=asked.later,
            after=asked.after,
            before=asked.before,
            must=asked.must,
        )


def band_of(there: datetime, looked: Looked | None) -> str:
    """When somebody wanted to go, as a code: weekday and part of the day by the clock there."""
    day, part = there.weekday(), there.hour
    if looked is not None:
        ahead = looked.days_ahead or 0
        day = min(looked.days) if looked.days else (day + ahead) % 7
        part = part if looked.hour is None else looked.hour
    named = "night" if part < 6 or part >= 22 else "evening" if part >= 17 else "day"
    return f"{WEEKDAYS[day]}_{named}"


def approach_of(needs: Needs) -> str:
    """Which kind was wanted, as a code; "" for any."""
    if needs.programmes:
        return "_".join(sorted(needs.programmes))[:40]
    return "not_12_step" if needs.not_twelve_step else "family" if needs.family else ""


def barriers_of(looked: Looked | None) -> tuple[str, ...]:
    """Whom a group was to be for, and what it had to have, as codes: what was typed of it."""
    if looked is None:
        return ()
    return (*sorted(looked.tags), *(("children",) if looked.kids else ()))


def _shown_already(known: Mapping[str, Any], *, but_last: bool) -> frozenset[OfferingId]:
    """What was shown, without the last list with `but_last`."""
    last = {str(one["id"]) for one in known.get("groups") or ()} if but_last else frozenset()
    shown = (offering_id(one) for one in known.get("shown") or () if str(one) not in last)
    return frozenset(one for one in shown if one is not None)


def needs_of(known: Mapping[str, Any]) -> Needs:
    """What the answers to the questions say about which groups are possible."""
    said = known.get("needs") or ()
    needs = frozenset((said,) if isinstance(said, str) else (str(one) for one in said))
    family_only = "topic" not in known and "about" not in known and bool(known.get("family_who"))
    return Needs(
        wants=frozenset().union(*(_TAGS.get(one, frozenset()) for one in needs)),
        parts=frozenset(_PARTS[one] for one in needs if one in _PARTS),
        not_twelve_step="not_12_step" in needs,
        online="online" in needs,
        no_transport="no_transport" in needs,
        family=known.get("topic") == "someone_else" or family_only,
    )


async def _known(turn: Turn, talk: Talk) -> Mapping[str, Any]:
    """What the person said in this conversation, and before it what they let us keep."""
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    return {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}


def _topic(known: Mapping[str, Any]) -> str:
    """Which line fits: for families, for drink, for drugs, else one that listens to anybody."""
    if needs_of(known).family:
        return "family"
    about = known.get("about") or ()
    if not about:
        return "crisis"
    return "alcohol" if "alcohol" in about else "drugs"


def _options(options: Sequence[Place]) -> Answer:
    """Buttons for places; the label is what leads to the place when it is asked for again."""
    return [{"id": place.label, "label": place.label} for place in options]


def _point(said: Mapping[str, Any]) -> Point | None:
    lat, lon = said.get("lat"), said.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float) or not possible(lat, lon):
        return None
    return Point(float(lat), float(lon))


def is_whole_town(said: Any) -> bool:
    """Whether a place was named as a town ("Newport, Wales (NP20)"), and not by a code or a position."""
    return isinstance(said, str) and not re.search(r"\d", re.sub(r"\([^)]*\)", "", said))


def _limit(asked: Answer) -> int:
    return min(MOST, max(1, asked)) if isinstance(asked, int) else USUAL


def _fictional(listed: Sequence[Listed]) -> bool:
    return any(one.fictional for one in listed)
