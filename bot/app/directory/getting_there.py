"""How to get to a group that somebody chose: on a map, in a calendar, how to join online."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.app.conversing.talk import DoHandler, Talk
from bot.app.directory.chosen import chosen, reader_of, time_meant
from bot.app.directory.listings import Directory
from bot.app.turn import Turn
from bot.domain.channel.outgoing import File, Text, Venue
from bot.domain.conversation.words import Answers
from bot.domain.directory.calendar import calendar_file
from bot.domain.directory.listing import WHERE_LIMIT, clock_of, name_of, one_line
from bot.domain.directory.offering import Entry, Online
from bot.domain.events import Planned
from bot.domain.zones import local
from bot.store.directory.offerings import Listed


class GettingThere:
    """Sends it. `zone` is the service's, for people whose own is not known."""

    def __init__(self, directory: Directory, zone: ZoneInfo) -> None:
        self._directory = directory
        self._zone = zone

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have sent."""
        return {
            "send_calendar": self._send_calendar,
            "send_map": self._send_map,
            "send_joining": self._send_joining,
        }

    async def _send_calendar(self, turn: Turn, talk: Talk, args: Answers) -> None:
        listed = await chosen(turn, self._directory, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        found = time_meant(turn, talk, listed)
        if found is None:
            return turn.say("group_calendar_no_time")
        slot, starts = found
        entry = listed.entry._replace(name=name_of(turn.messages, listed.entry))
        looked = self._directory.looked(
            str((talk.session.answers if talk.session else {}).get("asked") or "")
        )
        content = calendar_file(
            listed.id, entry, slot, turn.now, one_day=looked is not None and looked.names_day
        )
        turn.post(File("event.ics", content, turn.messages.text("group_calendar")))
        day = local(starts, clock_of(entry, reader_of(turn, self._zone).zone)).date()
        return turn.record(Planned(listed.id, day))

    async def _send_map(self, turn: Turn, _: Talk, args: Answers) -> None:
        """The place on a map; not the middle of a town that stands in for it."""
        listed = await chosen(turn, self._directory, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        pin = pin_of(turn, listed.entry)
        return turn.say("group_no_map") if pin is None else turn.post(pin)

    async def _send_joining(self, turn: Turn, _: Talk, args: Answers) -> None:
        """How to join online, passcode included, to somebody who asks how."""
        listed = await chosen(turn, self._directory, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        return turn.post(await self.joining(turn, listed))

    async def joining(self, turn: Turn, listed: Listed) -> Text:
        """How to join online, or where that stands."""
        return Text(_joining_text(turn, listed.entry, await self._directory.joining(turn.tx, listed)))


def pin_of(turn: Turn, entry: Entry) -> Venue | None:
    """The building of an entry, for a map; None when only about where is known."""
    venue = entry.venue
    if venue is None or venue.point is None or venue.approximate:
        return None
    name = name_of(turn.messages, entry)
    address = one_line(", ".join(filter(None, (venue.name, venue.address))), WHERE_LIMIT)
    return Venue(venue.point.lat, venue.point.lon, name, address or name)


def _joining_text(turn: Turn, entry: Entry, online: Online | None) -> str:
    ways = (
        () if online is None else (("link", online.url), ("phone", online.phone), ("code", online.passcode))
    )
    said = [turn.messages.text(f"group_join_{way}", what=one_line(what, 500)) for way, what in ways if what]
    if not said:
        return turn.messages.text("group_join_none", page=one_line(entry.page, 300))
    return "\n".join(said)
