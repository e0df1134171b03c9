"""A coach who agreed to it hears when somebody they talked with has been quiet for seven days."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.ports import Clock
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.events import HandoffAccepted
from bot.domain.ids import PersonId
from bot.domain.messages import Messages
from bot.domain.zones import is_quiet, zone_named
from bot.store.checkins import lookouts
from bot.store.checkins.lookouts import Quiet
from bot.store.conversing import events, people
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

log = structlog.get_logger()

PRESS = "lookout"
QUIET_FOR = timedelta(days=7)
MOST = 100


class Lookouts:
    """Both sides agree, each by a tap of their own; then one line to the coach for each silence."""

    def __init__(self, store: Store, clock: Clock, messages: Messages, place: Place) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._place = place

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"had_coach": self._had_coach}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"allow_lookout": self._allow}

    def presses(self) -> Mapping[str, Handler]:
        """The coach's button at the end of a talk."""
        return {PRESS: self._pressed}

    async def tick(self) -> int:
        """Tell coaches by day of who has been quiet for a week; says how many."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            found = await lookouts.quiet_since(tx, now - QUIET_FOR, MOST)
        return sum([await self._tell(one) for one in found])

    async def _tell(self, one: Quiet) -> bool:
        async with self._store.transaction() as tx:
            now = self._clock.now()
            coach = await people.by_id(tx, one.coach)
            if coach is None or "coach" not in coach.roles:
                lookouts.end(tx, one, now)
                return False
            if is_quiet(now, zone_named(coach.zone) or self._place.zone, self._place.rules.hours.quiet):
                return False
            turn = Turn(tx, now, coach, f"lookout:{one.id}:{one.since.timestamp():.0f}", self._messages)
            turn.say("coach_quiet_week", send_class=SendClass.NUDGE, alias=alias(one.person))
            lookouts.told(tx, one, now)
        log.info("lookout_told", lookout=one.id)
        return True

    async def _had_coach(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        return Returned("no" if await last_coach(turn.tx, turn.person.id) is None else "yes", {})

    async def _allow(self, turn: Turn, _: Talk, __: Answers) -> None:
        """The person agrees that the coach they last talked with may hear it."""
        coach = await last_coach(turn.tx, turn.person.id)
        if coach is not None:
            lookouts.person_agrees(turn.tx, turn.person.id, coach, turn.now)

    async def _pressed(self, turn: Turn, talk: Talk, of: str) -> None:
        """The coach would like to hear; only of somebody they have really talked with."""
        who = PersonId(int(of)) if of.isascii() and of.isdecimal() and len(of) < 16 else None
        talked = who is not None and turn.person.id in await coaches_of(turn.tx, who)
        if who is None or not talked or "coach" not in turn.person.roles:
            turn.say("button_not_yours")
            return
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        lookouts.coach_agrees(turn.tx, who, turn.person.id, turn.now)
        turn.say("coach_lookout_set", alias=alias(who))


async def coaches_of(tx: Transaction, who: PersonId) -> list[PersonId]:
    """Every coach who has taken a request of this person, the last one first."""
    happened = await events.of_person(tx, who)
    return [what.coach for _, what in reversed(happened) if isinstance(what, HandoffAccepted)]


async def last_coach(tx: Transaction, who: PersonId) -> PersonId | None:
    """The coach the person last talked with, or None."""
    return next(iter(await coaches_of(tx, who)), None)
