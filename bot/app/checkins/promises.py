"""Short promises: "ask me at six", and "Still with you. How is it now?" a while after an urge or a request.

Each is a row among the timers, carried out by the same tick as everything else that is due.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.checkins.follow_ups import AFTER, FOLLOW_UP, TOO_LATE, follow_up
from bot.app.checkins.sending import CheckIns
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.oncall.escalations import may_write_first
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.checkins.asking import read_when
from bot.domain.checkins.wishes import ASK_ME
from bot.domain.conversation.words import Answers
from bot.domain.oncall.handoff import holder_of
from bot.domain.zones import local, may_disturb
from bot.store.conversing import people, sessions, timers
from bot.store.conversing.timers import Timer
from bot.store.engine.columns import to_ms
from bot.store.oncall import handoffs

log = structlog.get_logger()

_HERE = timedelta(minutes=10)
"""Somebody who is still in a conversation needs no question how it is."""


class Promises:
    """Keeps them. `place` has the service's zone and the quiet hours."""

    def __init__(self, place: Place, conversations: Conversations, check_ins: CheckIns) -> None:
        self._place = place
        self._conversations = conversations
        self._check_ins = check_ins

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"ask_me": self._do_ask_me, "follow_up": self._do_follow_up}

    def timers(self) -> Mapping[str, TimerHandler]:
        """What happens when one is due."""
        return {ASK_ME: self._ask, FOLLOW_UP: self._follow}

    def commands(self) -> Mapping[str, Handler]:
        """What typed words may mean anywhere: "ask me at six"."""
        return {ASK_ME: self._asked_by_words}

    async def ask_me(self, turn: Turn, when: str) -> bool:
        """Ask at that moment, once; asked for, so at any hour. False when no moment could be read."""
        zone = self._zone(turn)
        hours = self._place.rules.hours
        due = read_when(when, turn.now, zone, turn.person.id, hours)
        if due is None:
            turn.say("ask_me_when")
            return False
        key = f"{ASK_ME}:{turn.person.id}:{to_ms(due)}"  # each one that was promised is kept
        timers.put(turn.tx, Timer(key, turn.person.id, ASK_ME, 0, None, due))
        if not turn.person.pushes:
            people.set_pushes(turn.tx, turn.person.id, True)
            turn.person = replace(turn.person, pushes=True)
        said = "ask_me_set" if local(due, zone).date() == local(turn.now, zone).date() else "ask_me_set_day"
        there = local(due, zone)
        turn.say(said, time=f"{there:%H:%M}", day=turn.messages.speech.calendar.day(there))
        log.info("ask_me_set")
        return True

    async def _ask(self, turn: Turn, timer: Timer) -> None:
        hours = self._place.rules.hours
        if turn.now - timer.due > hours.late or not await self._may_write(turn):
            return
        turn.send_class = SendClass.NUDGE
        await self._check_ins.stand_in(turn)
        await self._check_ins.ask_how(turn, {"kind": "asked", "why": "", "measure": "", "plan": "more"})

    async def _follow(self, turn: Turn, timer: Timer) -> None:
        late = turn.now - timer.due > TOO_LATE
        zone, quiet = self._zone(turn), self._place.rules.hours.quiet
        # set by the person's own last words, or by a request they had just made: quiet hours count from there
        at_an_hour = may_disturb(turn.now, zone, timer.due - AFTER, quiet)
        if late or not at_an_hour or turn.person.open_danger is not None or not await self._may_write(turn):
            return
        if await sessions.moved_since(turn.tx, turn.person.id, turn.now - _HERE):
            return
        turn.send_class = SendClass.NUDGE
        talk = await self._conversations.load(turn)
        await self._conversations.interrupt(turn, talk, FOLLOW_UP)
        self._conversations.save(turn, talk)

    async def _may_write(self, turn: Turn) -> bool:
        """Never after a hide or a stop, nor to somebody it may harm, nor into a talk with a coach."""
        if not turn.person.pushes or not await may_write_first(turn.tx, turn.person):
            return False
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        return opened is None or holder_of(opened.handoff) is None

    async def _asked_by_words(self, turn: Turn, talk: Talk, when: str) -> None:
        await self._conversations.introduce(turn, talk)
        await self.ask_me(turn, when)

    async def _do_ask_me(self, turn: Turn, _: Talk, args: Answers) -> None:
        await self.ask_me(turn, str(args["when"]))

    async def _do_follow_up(self, turn: Turn, _: Talk, __: Answers) -> None:
        follow_up(turn.tx, turn.person.id, turn.now)

    def _zone(self, turn: Turn) -> ZoneInfo:
        return self._check_ins.plans.zone_of(turn.person)
