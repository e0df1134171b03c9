"""While somebody waits for an appointment: a line the day before and that morning, and the evening after."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from bot.app.checkins.sending import CheckIns
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.oncall.escalations import may_write_first
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.checkins.appointed import appointed
from bot.domain.checkins.asking import read_time
from bot.domain.checkins.cadence import DAY
from bot.domain.checkins.checkin import Window, evening_after, time_in
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import AppointmentOver, AppointmentSet, Code
from bot.domain.zones import local, moment
from bot.store.checkins import appointments
from bot.store.checkins.appointments import Appointment, State
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer

FLOW = "appointment"
SAID = "appointment_said"
BEFORE, MORNING, AFTER = "appointment_before", "appointment_morning", "appointment_after"
_KINDS = {BEFORE: "before", MORNING: "morning", AFTER: "after"}
_FAR = timedelta(days=732)
_EARLIER = timedelta(hours=2)
_UNKNOWN = time(12, 0)
"""Taken for the time of an appointment that has none."""


class Appointments:
    """Keeps the date and writes around it. `place` has the service's zone and its hours."""

    def __init__(self, place: Place, conversations: Conversations, check_ins: CheckIns) -> None:
        self._place = place
        self._conversations = conversations
        self._check_ins = check_ins

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"my_appointment": self._mine}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"set_appointment": self._do_set, "end_appointment": self._do_end}

    def commands(self) -> Mapping[str, Handler]:
        """What typed words may mean anywhere: "I have an appointment on Friday at two"."""
        return {SAID: self._said}

    async def _said(self, turn: Turn, talk: Talk, words: str) -> None:
        """An appointment is mentioned: one that is noted is shown, another is noted as far as it was said."""
        day = appointed(words, local(turn.now, self._zone(turn)).date().isoformat())
        mine = await appointments.planned(turn.tx, turn.person.id)
        if day is not None and mine is not None and mine.on.isoformat() == day[0]:
            return await self._conversations.start(turn, talk, "waiting")
        known: dict[str, Answer] = {"told": "none"}
        if day is not None:
            on, at = day
            known = {"told": "day" if at is None else "both", "appointment_on": on}
            known |= {} if at is None else {"appointment_time": f"{at:%H:%M}"}
        return await self._conversations.start(turn, talk, SAID, known)

    def timers(self) -> Mapping[str, TimerHandler]:
        """What happens around the day."""
        return dict.fromkeys(_KINDS, self._write)

    async def set(self, turn: Turn, on: date, at: time | None) -> bool:
        """The person waits for this day; one they had is replaced. False for a day gone by or years away."""
        zone = self._zone(turn)
        today = local(turn.now, zone).date()
        if not today <= on <= today + _FAR:
            return False
        before = await appointments.planned(turn.tx, turn.person.id)
        self._end(turn, before, "moved" if before else None)
        appointments.add(turn.tx, turn.person.id, on, at, turn.now)
        people.set_pushes(turn.tx, turn.person.id, True)
        for kind, due in self._moments(turn, on, at, zone).items():
            if due > turn.now:
                key = f"{kind}:{turn.person.id}"
                timers.put(turn.tx, Timer(key, turn.person.id, kind, 0, None, due))
        turn.record(AppointmentSet(on, moved=before is not None))
        return True

    def _moments(self, turn: Turn, on: date, at: time | None, zone: ZoneInfo) -> Mapping[str, datetime]:
        hours, who = self._place.rules.hours, turn.person.id
        starts = moment(on, at or _UNKNOWN, zone)
        first = moment(on, hours.quiet.end, zone)
        return {
            BEFORE: moment(on - DAY, time_in(Window.AFTERNOON, who, hours), zone),
            MORNING: max(first, starts - _EARLIER) if at else first + timedelta(minutes=who % 60),
            AFTER: evening_after(starts, who, zone, hours),
        }

    async def _write(self, turn: Turn, timer: Timer) -> None:
        """One line, to somebody whom it cannot harm, and not when its time has gone by."""
        mine = await appointments.planned(turn.tx, turn.person.id)
        late = turn.now - timer.due > self._place.rules.hours.late
        if mine is None or late or not turn.person.pushes or not await may_write_first(turn.tx, turn.person):
            return
        turn.send_class = SendClass.NUDGE
        if timer.kind == AFTER:
            await self._check_ins.stand_in(turn)
        talk = await self._conversations.load(turn)
        known = {"kind": _KINDS[timer.kind]}
        await self._conversations.interrupt(turn, talk, FLOW, known)
        self._conversations.save(turn, talk)

    async def _mine(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        mine = await appointments.planned(turn.tx, turn.person.id)
        if mine is None:
            return Returned("none", {"appointment_line": "", "appointment_day": ""})
        zone = self._zone(turn)
        starts = moment(mine.on, mine.at or time(23, 59), zone)
        said = {"appointment_line": _line(turn, mine), "appointment_day": mine.on.isoformat()}
        return Returned("some" if starts > turn.now else "over", said)

    async def _do_set(self, turn: Turn, _: Talk, args: Answers) -> None:
        on = _date(args.get("on"))
        if on is not None:
            await self.set(turn, on, read_time(str(args.get("at") or "")))

    async def _do_end(self, turn: Turn, _: Talk, args: Answers) -> None:
        how = str(args["how"])
        mine = await appointments.planned(turn.tx, turn.person.id)
        self._end(turn, mine, next((state for state in get_args(State) if state == how), None))

    def _end(self, turn: Turn, mine: Appointment | None, how: State | None) -> None:
        if mine is None or how is None:
            return
        appointments.end(turn.tx, turn.person.id, how, turn.now)
        for kind in _KINDS:
            timers.drop_of(turn.tx, turn.person.id, kind)
        turn.record(AppointmentOver(mine.on, Code(how)))

    def _zone(self, turn: Turn) -> ZoneInfo:
        return self._check_ins.plans.zone_of(turn.person)


def _line(turn: Turn, mine: Appointment) -> str:
    day = turn.messages.speech.calendar.whole_date(mine.on)
    return day if mine.at is None else turn.messages.text("when_at", date=day, clock=f"{mine.at:%H:%M}")


def _date(said: Answer) -> date | None:
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
