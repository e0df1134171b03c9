"""What comes of a group somebody chose: reminder and the evening after, map, calendar, "it wasn't there"."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.conversations import DoHandler, Talk
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.directory.listings import Directory
from bot.app.oncall.escalations import may_write_first
from bot.app.turn import Turn, Wanted
from bot.domain.channel.outgoing import File, Redraw, SendClass, Text, Venue
from bot.domain.checkins.checkin import Hours, evening_after
from bot.domain.checkins.wishes import REMIND_GROUP
from bot.domain.conversation.words import Answer, Answers
from bot.domain.directory.calendar import calendar_file
from bot.domain.directory.listing import (
    WHERE_LIMIT,
    Reader,
    clock_of,
    moment_text,
    name_of,
    next_time,
    one_line,
    place_line,
    soon_text,
    start_instead,
)
from bot.domain.directory.offering import Entry, Online
from bot.domain.directory.ranking import LATE
from bot.domain.directory.working_days import REMOVE_AFTER, escalates_at
from bot.domain.events import DidNotGo, Opened, Planned, Reminded, WasNotThere, Went
from bot.domain.ids import OfferingId
from bot.domain.zones import local, zone_named
from bot.store.conversing import events, people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import offerings, reports
from bot.store.directory.offerings import Listed
from bot.store.engine.columns import from_ms, to_ms

log = structlog.get_logger()

REMINDER = "group_reminder"
HOW_WAS_IT = "group_how_was_it"
UNCHECKED = "group_unchecked"
PRESS = "group"
BEFORE = timedelta(hours=1)
LOOKED_FOR, TAKEN_OFF = 0, 1
"""What the timer of an entry that was not there asks: has somebody looked; is it to go for good."""
TOO_LATE_TO_ASK = timedelta(hours=2)
"""A question that could not be asked in time (the service was down) is not asked at all."""


class GroupPlans:
    """Reminders and the rest. `zone` is the service's, for people whose own is not known.

    `asked` hears of somebody whom the evening after asks how it went: nothing else asks them that day.
    """

    def __init__(
        self, directory: Directory, zone: ZoneInfo, asked: Callable[[Turn], Awaitable[None]], hours: Hours
    ) -> None:
        self._directory = directory
        self._zone = zone
        self._asked = asked
        self._hours = hours

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done with a group."""
        return {
            "remind": self._remind,
            "send_calendar": self._send_calendar,
            "send_map": self._send_map,
            "send_joining": self._send_joining,
            "wasnt_there": self._wasnt_there,
        }

    def timers(self) -> Mapping[str, TimerHandler]:
        """A reminder is due; the evening after it."""
        return {REMINDER: self._reminder_due, HOW_WAS_IT: self._how_was_it, UNCHECKED: self._still_unchecked}

    def presses(self) -> Mapping[str, Handler]:
        """Buttons under both."""
        return {PRESS: self._pressed}

    def commands(self) -> Mapping[str, Handler]:
        """What typed words may mean anywhere: "remind me an hour before the group"."""
        return {REMIND_GROUP: self._remind_by_words}

    async def _remind_by_words(self, turn: Turn, talk: Talk, _: str) -> None:
        """Of the group they looked at last."""
        happened = await events.of_person(turn.tx, turn.person.id)
        seen = [what.offering for _, what in happened if isinstance(what, Opened | Planned)]
        if seen:
            await self._remind(turn, talk, {"group": str(seen[-1])})
        else:
            turn.say("group_reminder_which")

    async def _remind(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """An hour before the start they chose, once; asked for, so at any hour of the day."""
        listed = await self._listed(turn, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        found = next_time(listed.entry, chosen_start(talk, listed.id, turn.now) or turn.now)
        if found is None:
            return turn.say("group_reminder_no_time")
        starts = found[1]
        clock, due = clock_of(listed.entry, self._zone_of(turn)), starts - BEFORE
        if due <= turn.now:
            return turn.say(
                "group_reminder_too_late", time=moment_text(turn.messages, starts, clock, turn.now)
            )
        key = f"{REMINDER}:{turn.person.id}:{listed.id}:{to_ms(starts)}"
        taken = await timers.drop(turn.tx, key)
        timers.put(turn.tx, Timer(key, turn.person.id, REMINDER, 0, listed.id, due))
        if not turn.person.pushes:
            people.set_pushes(turn.tx, turn.person.id, True)
            turn.person = replace(turn.person, pushes=True)
        if taken:
            return turn.say("group_reminder_taken")
        turn.record(Planned(listed.id, local(starts, clock).date(), reminder=True))
        return turn.say("group_reminder_set", time=moment_text(turn.messages, due, clock, turn.now))

    async def _send_calendar(self, turn: Turn, talk: Talk, args: Answers) -> None:
        listed = await self._listed(turn, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        found = next_time(listed.entry, chosen_start(talk, listed.id, turn.now) or turn.now)
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
        day = local(starts, clock_of(entry, self._zone_of(turn))).date()
        return turn.record(Planned(listed.id, day))

    async def _send_map(self, turn: Turn, _: Talk, args: Answers) -> None:
        """The place on a map; not the middle of a town that stands in for it."""
        listed = await self._listed(turn, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        pin = _pin(turn, listed.entry)
        return turn.say("group_no_map") if pin is None else turn.post(pin)

    async def _send_joining(self, turn: Turn, _: Talk, args: Answers) -> None:
        """How to join online, passcode included, to somebody who asks how."""
        listed = await self._listed(turn, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        online = await self._directory.joining(turn.tx, listed)
        return turn.post(Text(_joining_text(turn, listed.entry, online)))

    async def _wasnt_there(self, turn: Turn, _: Talk, args: Answers) -> None:
        which = offering_id(args.get("group"))
        if which is not None:
            turn.post(Text(await self._reported(turn, which)))

    async def _reported(self, turn: Turn, which: OfferingId) -> str:
        """Note that nothing was there; what may honestly be said of it."""
        listed = await self._directory.details(turn.tx, which, turn.now)
        if listed is None:
            return turn.messages.text("group_gone")
        which = listed.id
        reported = await self._directory.report_missing(turn.tx, turn.person.id, which, turn.now)
        turn.record(WasNotThere(which))
        if reported.hidden:
            log.warning("group_hidden_after_reports", offering=which, people=reported.people)
            await self._tell_coordinators(turn, which)
        return turn.messages.text("group_wasnt_there" if reported.hidden else "group_wasnt_there_first")

    async def _tell_coordinators(self, turn: Turn, which: OfferingId) -> None:
        """At once, and again on the third working day if nobody has looked (`working_days`)."""
        listed = await offerings.details(turn.tx, which)
        name = name_of(turn.messages, listed.entry) if listed else ""
        due = escalates_at(turn.now, self._zone, turn.person.country)
        for who, _ in await people.with_role(turn.tx, "coordinator"):
            if await turn.tell(who, "group_for_coordinator", key=f"reported:{which}:{who}", name=name):
                timers.put(
                    turn.tx, Timer(f"{UNCHECKED}:{which}:{who}", who, UNCHECKED, LOOKED_FOR, which, due)
                )

    async def _still_unchecked(self, turn: Turn, timer: Timer) -> None:
        """Nobody has looked for three working days: told again; for ninety days: taken off the list."""
        which = OfferingId(timer.object_id or 0)
        listed = await offerings.details(turn.tx, which)
        if listed is None or not listed.hidden or not await reports.count(turn.tx, which):
            return
        if timer.seq == LOOKED_FOR:
            key, due = f"{UNCHECKED}:{which}", turn.now + REMOVE_AFTER
            timers.put(turn.tx, Timer(key, turn.person.id, UNCHECKED, TAKEN_OFF, which, due))
            turn.say(
                "group_for_coordinator_late",
                name=name_of(turn.messages, listed.entry),
                send_class=SendClass.HANDOFF,
            )
        else:
            offerings.retire(turn.tx, which)
            reports.settle(turn.tx, which)
            key = f"taken_off:{which}:{to_ms(turn.now)}"
            await turn.tell_coordinators(
                "group_for_coordinator_off", key=key, name=name_of(turn.messages, listed.entry)
            )

    async def _reminder_due(self, turn: Turn, timer: Timer) -> None:
        """The discreet line with its buttons, and the question after it; nothing to somebody it may harm."""
        if timer.object_id is None or not await _may_write(turn):
            return None
        which, starts = OfferingId(timer.object_id), start_of(timer)
        if turn.now - starts > LATE:
            return None
        listed = await self._directory.details(turn.tx, which, turn.now)
        if listed is None:
            said = moment_text(turn.messages, starts, self._zone_of(turn), turn.now)
            return turn.say("reminder_gone", send_class=SendClass.NUDGE, time=said)
        if start_instead(listed.entry, starts, turn.now) != starts:
            return self._moved(turn, listed, starts)
        if turn.now < starts - BEFORE:  # it was to be said that it had moved; it has moved back
            return timers.put(turn.tx, replace(timer, due=starts - BEFORE))
        said = moment_text(turn.messages, starts, clock_of(listed.entry, self._zone_of(turn)), turn.now)
        wanted = _buttons(turn, "reminder", which, starts)
        turn.say("reminder", wanted, send_class=SendClass.NUDGE, time=said)
        return self._reminded(turn, which, starts)

    def _moved(self, turn: Turn, listed: Listed, was: datetime) -> None:
        """It has another time since the reminder was asked for; an hour before that one it comes again."""
        starts = start_instead(listed.entry, was, turn.now)
        if starts is None:
            said = moment_text(turn.messages, was, self._zone_of(turn), turn.now)
            return turn.say("reminder_gone", send_class=SendClass.NUDGE, time=said)
        said = moment_text(turn.messages, starts, clock_of(listed.entry, self._zone_of(turn)), turn.now)
        wanted = _buttons(turn, "reminder_changed", listed.id, starts)
        turn.say("reminder_changed", wanted, send_class=SendClass.NUDGE, time=said)
        if starts - BEFORE <= turn.now:
            return self._reminded(turn, listed.id, starts)
        key = f"{REMINDER}:{turn.person.id}:{listed.id}:{to_ms(starts)}"
        return timers.put(turn.tx, Timer(key, turn.person.id, REMINDER, 0, listed.id, starts - BEFORE))

    def _reminded(self, turn: Turn, which: OfferingId, starts: datetime) -> None:
        turn.record(Reminded(which))
        key, due = self._evening_after(turn, which, starts)
        timers.put(turn.tx, Timer(key, turn.person.id, HOW_WAS_IT, 0, which, due))

    async def _how_was_it(self, turn: Turn, timer: Timer) -> None:
        if timer.object_id is None or turn.now - timer.due > TOO_LATE_TO_ASK or not await _may_write(turn):
            return
        await self._asked(turn)
        which, starts = OfferingId(timer.object_id), start_of(timer)
        listed = await offerings.details(turn.tx, which)
        clock = clock_of(listed.entry, self._zone_of(turn)) if listed else self._zone_of(turn)
        said = moment_text(turn.messages, starts, clock, turn.now)
        wanted = _buttons(turn, "reminder_how_was_it", which, starts)
        turn.say("reminder_how_was_it", wanted, send_class=SendClass.NUDGE, time=said)

    def _evening_after(self, turn: Turn, which: OfferingId, starts: datetime) -> tuple[str, datetime]:
        """Key and moment of the question: the first evening after it (product design, "Check-ins")."""
        key = f"{HOW_WAS_IT}:{turn.person.id}:{which}:{to_ms(starts)}"
        return key, evening_after(starts, turn.person.id, self._zone_of(turn), self._hours)

    async def _pressed(self, turn: Turn, talk: Talk, of: str) -> None:
        """A button under a reminder or under the question: `what:offering:moment`."""
        what, _, rest = of.partition(":")
        number, _, at = rest.partition(":")
        which = offering_id(number)
        if which is None or not at.isdecimal():
            return turn.say("stale_button")
        if what != "show" and talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        match what:
            case "show":
                return await self._show(turn, which, from_ms(int(at)))
            case "not_going":
                for kind in (HOW_WAS_IT, REMINDER):  # of what has another time a reminder is still to come
                    await timers.drop(turn.tx, f"{kind}:{turn.person.id}:{which}:{at}")
                await self._note(turn, DidNotGo(which), from_ms(int(at)))
                return turn.say("reminder_not_going")
            case "went":
                await self._note(turn, Went(which), from_ms(int(at)))
                wanted = [
                    [(one.label, f"{PRESS}:{one.id}:{which}:{at}")]
                    for one in turn.messages.buttons("reminder_went")
                ]
                return turn.say("reminder_went", wanted)
            case "again" | "not_again":
                await self._note(turn, Went(which, again=what == "again"), from_ms(int(at)))
                return turn.say("reminder_again_noted")
            case "didnt":
                await self._note(turn, DidNotGo(which), from_ms(int(at)))
                return turn.say("reminder_didnt")
            case "wasnt_there":
                said = await self._reported(turn, which)
                return turn.post(Text(f"{said} {turn.messages.text('reminder_look_again')}"))
            case _:
                return turn.say("stale_button")

    async def _note(self, turn: Turn, what: Went | DidNotGo, starts: datetime) -> None:
        """Once for each time it was held: a second tap says no more than the first."""
        said = await events.of_groups(turn.tx, turn.person.id)
        if not any(one == what and at >= starts - BEFORE for at, one in said):
            turn.record(what)

    async def _show(self, turn: Turn, which: OfferingId, starts: datetime) -> None:
        """What the reminder was of, also to somebody who looks once it has begun."""
        listed = await self._directory.details(turn.tx, which, turn.now)
        if listed is None:
            return turn.say("group_gone")
        entry = listed.entry
        reader = reader_of(turn, self._zone)
        if turn.now - starts < TOO_LATE_TO_ASK:
            reader = replace(reader, chosen=starts)
        when = soon_text(turn.messages, entry, reader)
        turn.say(
            "reminder_shown",
            name=name_of(turn.messages, entry),
            when=when,
            where=place_line(turn.messages, entry),
        )
        if entry.venue is None:
            turn.post(Text(_joining_text(turn, entry, await self._directory.joining(turn.tx, listed))))
        elif pin := _pin(turn, entry):
            turn.post(pin)
        return None

    async def _listed(self, turn: Turn, group: Answer) -> Listed | None:
        which = offering_id(group)
        return None if which is None else await self._directory.details(turn.tx, which, turn.now)

    def _zone_of(self, turn: Turn) -> ZoneInfo:
        return reader_of(turn, self._zone).zone


def reader_of(turn: Turn, zone: ZoneInfo) -> Reader:
    """The turn's person as a reader of lists; `zone` while their own is not known."""
    return Reader(zone_named(turn.person.zone) or zone, turn.person.country, turn.now)


def chosen_start(talk: Talk, which: OfferingId, now: datetime) -> datetime | None:
    """The start with which an offering stood in the last list, while it is ahead.

    Who asked for tomorrow, and was shown tomorrow, does not mean today.
    """
    shown = (talk.session.answers.get("starts") if talk.session else None) or ()
    for one in shown if isinstance(shown, list | tuple) else ():
        known, _, at = str(one).partition(":")
        if known == str(which) and at.isdecimal() and from_ms(int(at)) > now:
            return from_ms(int(at))
    return None


def start_of(timer: Timer) -> datetime:
    """The start that a reminder, or the question after it, is about, whenever it is due."""
    return from_ms(int(timer.key.rpartition(":")[2]))


def offering_id(said: Answer) -> OfferingId | None:
    """The offering of an answer or a button; None for anything else."""
    number = str(said)
    return OfferingId(int(number)) if number.isascii() and number.isdecimal() and len(number) < 16 else None


async def _may_write(turn: Turn) -> bool:
    return turn.person.pushes and await may_write_first(turn.tx, turn.person)


def _buttons(turn: Turn, name: str, which: OfferingId, at: datetime) -> Wanted:
    return [[(one.label, f"{PRESS}:{one.id}:{which}:{to_ms(at)}")] for one in turn.messages.buttons(name)]


def _pin(turn: Turn, entry: Entry) -> Venue | None:
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
