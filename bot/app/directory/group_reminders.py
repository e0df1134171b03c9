"""A reminder an hour before a group, and the evening after it: how was it?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.directory.chosen import chosen, offering_id, reader_of, time_meant
from bot.app.directory.getting_there import GettingThere, pin_of
from bot.app.directory.listings import Directory
from bot.app.directory.not_there import NotThere
from bot.app.oncall.escalations import may_write_first
from bot.app.turn import Turn, Wanted
from bot.domain.channel.outgoing import Redraw, SendClass, Text
from bot.domain.checkins.checkin import Hours, evening_after
from bot.domain.checkins.wishes import REMIND_GROUP
from bot.domain.conversation.words import Answers
from bot.domain.directory.how_it_went import how_it_went, would_go_again
from bot.domain.directory.listing import (
    clock_of,
    moment_text,
    name_of,
    place_line,
    soon_text,
    start_instead,
)
from bot.domain.directory.ranking import LATE
from bot.domain.events import DidNotGo, Opened, Planned, Reminded, Went
from bot.domain.ids import OfferingId, PersonId
from bot.domain.zones import local
from bot.store.conversing import events, keyboards, people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import offerings
from bot.store.directory.offerings import Listed
from bot.store.engine.columns import from_ms, to_ms

REMINDER = "group_reminder"
HOW_WAS_IT = "group_how_was_it"
PRESS = "group"
BEFORE = timedelta(hours=1)
SAID_GONE = 1
"""Stands in a reminder whose person was told that it may not be held."""
ANSWERED_WITHIN = timedelta(hours=36)
"""So long typed words answer the question, while nothing else was asked since."""
TOO_LATE_TO_ASK = timedelta(hours=2)
"""A question that could not be asked in time (the service was down) is not asked at all."""


class GroupReminders:
    """Sends them. `zone` is the service's, for people whose own is not known.

    `asked` hears of somebody whom the evening after asks how it went: nothing else asks them that day.
    """

    def __init__(
        self,
        directory: Directory,
        zone: ZoneInfo,
        there: GettingThere,
        not_there: NotThere,
        asked: Callable[[Turn], Awaitable[None]],
        hours: Hours,
    ) -> None:
        self._directory = directory
        self._zone = zone
        self._there = there
        self._not_there = not_there
        self._asked = asked
        self._hours = hours

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"remind": self._remind}

    def timers(self) -> Mapping[str, TimerHandler]:
        """A reminder is due; the evening after it."""
        return {REMINDER: self._reminder_due, HOW_WAS_IT: self._how_was_it}

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
        listed = await chosen(turn, self._directory, args.get("group"))
        if listed is None:
            return turn.say("group_gone")
        found = time_meant(turn, talk, listed)
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

    async def _reminder_due(self, turn: Turn, timer: Timer) -> None:
        """The discreet line with its buttons, and the question after it; nothing to somebody it may harm."""
        if timer.object_id is None or not await _may_write(turn):
            return None
        which, starts = OfferingId(timer.object_id), start_of(timer)
        if turn.now - starts > LATE:
            return None
        listed = await self._directory.details(turn.tx, which, turn.now)
        if listed is None:
            return self._gone(turn, timer)
        if start_instead(listed.entry, starts, turn.now) != starts:
            return self._moved(turn, listed, starts)
        if turn.now < starts - BEFORE:  # it was to be said that it had moved; it has moved back
            return timers.put(turn.tx, replace(timer, due=starts - BEFORE))
        said = moment_text(turn.messages, starts, clock_of(listed.entry, self._zone_of(turn)), turn.now)
        wanted = _buttons(turn, "reminder", which, starts)
        turn.say("reminder", wanted, send_class=SendClass.NUDGE, time=said)
        return self._reminded(turn, which, starts)

    def _gone(self, turn: Turn, timer: Timer) -> None:
        """Said once. Shown again before its time, such as by a coordinator, it is as it was."""
        starts = start_of(timer)
        if timer.seq != SAID_GONE:
            said = moment_text(turn.messages, starts, self._zone_of(turn), turn.now)
            turn.say("reminder_gone", send_class=SendClass.NUDGE, time=said)
        if turn.now < starts - BEFORE:
            timers.put(turn.tx, replace(timer, seq=SAID_GONE, due=starts - BEFORE))

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
        timers.put(turn.tx, asking_after(turn.person.id, which, starts, self._zone_of(turn), self._hours))

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
                said = await self._not_there.reported(turn, which)
                return turn.post(Text(f"{said} {turn.messages.text('reminder_look_again')}"))
            case _:
                return turn.say("stale_button")

    async def by_words(self, turn: Turn, talk: Talk, text: str) -> bool:
        """Whether words answered the question how it went, or the one after it: the last that was asked."""
        said = how_it_went(text) or would_go_again(text)
        if said is None:
            return False
        asked = await keyboards.newest(turn.tx, turn.person.id, turn.now - ANSWERED_WITHIN)
        meant = next((one for one in asked if one.startswith(f"{PRESS}:{said}:")), "")
        if meant:
            await self._pressed(turn, talk, meant.partition(":")[2])
        return bool(meant)

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
            turn.post(await self._there.joining(turn, listed))
        elif pin := pin_of(turn, entry):
            turn.post(pin)
        return None

    def _zone_of(self, turn: Turn) -> ZoneInfo:
        return reader_of(turn, self._zone).zone


def asking_after(who: PersonId, which: OfferingId, starts: datetime, zone: ZoneInfo, hours: Hours) -> Timer:
    """The question how it went, the first evening after it (product, "Check-ins"); `zone` is theirs."""
    key = f"{HOW_WAS_IT}:{who}:{which}:{to_ms(starts)}"
    return Timer(key, who, HOW_WAS_IT, 0, which, evening_after(starts, who, zone, hours))


def start_of(timer: Timer) -> datetime:
    """The start that a reminder, or the question after it, is about, whenever it is due."""
    return from_ms(int(timer.key.rpartition(":")[2]))


async def _may_write(turn: Turn) -> bool:
    return turn.person.pushes and await may_write_first(turn.tx, turn.person)


def _buttons(turn: Turn, name: str, which: OfferingId, at: datetime) -> Wanted:
    return [[(one.label, f"{PRESS}:{one.id}:{which}:{to_ms(at)}")] for one in turn.messages.buttons(name)]
