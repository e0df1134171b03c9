"""What somebody can do instead of waiting in the chat: be rung, or come back at a time they chose."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.oncall.escalations import may_write_first
from bot.app.oncall.handoffs import Handoffs
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.age import may_send_media
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Remove, SendClass
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.ids import HandoffId
from bot.domain.oncall import handoff
from bot.domain.oncall.waiting import free_times, holds_number
from bot.domain.zones import local, zone_named
from bot.store.conversing import timers
from bot.store.conversing.timers import Timer
from bot.store.oncall import call_backs, handoffs
from bot.store.rota import rotas

log = structlog.get_logger()

BOOKED = "booked"
_LONGEST = 120
"""Characters of a number with when it is good to ring."""


class Waiting:
    """The look-ups and effects of `call_back` and `book_time`."""

    def __init__(self, place: Place, on_call: Handoffs) -> None:
        self._place = place
        self._on_call = on_call

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            "call_back_may": self._may_be_rung,
            "call_back_number": self._number,
            "times_free": self._times,
            "my_booking": self._booking,
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"call_back": self._keep_number, "drop_call_back": self._drop_number, "book_time": self._book}

    def presses(self) -> Mapping[str, Handler]:
        """The coach has rung."""
        return {"rung": self._rung}

    def timers(self) -> Mapping[str, TimerHandler]:
        """The time that somebody chose has come."""
        return {BOOKED: self.come}

    async def come(self, turn: Turn, timer: Timer) -> None:
        """Ask for somebody now, as the turn's person asked the first time."""
        before = None if timer.object_id is None else await handoffs.get(turn.tx, HandoffId(timer.object_id))
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if before is None or opened is not None or not await may_write_first(turn.tx, turn.person):
            return
        ask = before.handoff.ask
        turn.say(
            "person_booked_now", send_class=SendClass.HANDOFF, **self._place.numbers(turn.person, turn.now)
        )
        await self._on_call.request(turn, share=ask.scope, topic=ask.topic)
        log.info("booked_time_has_come", handoff=ask.id)

    async def _may_be_rung(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        """A voice on the phone is for adults only, as voice messages are."""
        if await self._waiting_now(turn) is None:
            return Returned("none", {})
        return Returned("yes" if may_send_media(turn.person.age) else "young", {})

    async def _number(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        return Returned("ok" if holds_number(str(args.get("number") or "")) else "no", {})

    async def _keep_number(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Sealed in a row of its own; what the conversation remembers of it is dropped."""
        which = await self._waiting_now(turn)
        number = str(args.get("number") or "")[:_LONGEST]
        _forget(talk, number)
        if which is not None and holds_number(number):
            call_backs.put(turn.tx, which, turn.person.id, number, turn.now)

    async def _drop_number(self, turn: Turn, _: Talk, __: Answers) -> None:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is not None:
            call_backs.drop(turn.tx, opened.handoff.ask.id)

    async def _times(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        if await self._waiting_now(turn) is None:
            return Returned("none", {"times": []})
        rota = await rotas.rota(turn.tx, self._place.zone, turn.now)
        times = [
            {"id": f"{at:%Y%m%d%H%M}", "label": self._shown(turn, at)} for at in free_times(rota, turn.now)
        ]
        return Returned("some" if times else "none", {"times": times})

    async def _book(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Stop looking until then. Only a time that the rota still has somebody at."""
        which = await self._waiting_now(turn)
        rota = await rotas.rota(turn.tx, self._place.zone, turn.now)
        wanted = str(args.get("at") or "")
        at = next((one for one in free_times(rota, turn.now) if f"{one:%Y%m%d%H%M}" == wanted), None)
        if which is None or at is None:
            return
        await self._on_call.end_by_person(turn, talk, silently=True)
        timers.put(turn.tx, Timer(f"{BOOKED}:{turn.person.id}", turn.person.id, BOOKED, 0, which, at))

    async def _booking(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        at = await timers.due_at(turn.tx, f"{BOOKED}:{turn.person.id}")
        return Returned(
            "none" if at is None else "some", {"booked_line": self._shown(turn, at) if at else ""}
        )

    async def _waiting_now(self, turn: Turn) -> HandoffId | None:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None or handoff.holder_of(opened.handoff) is not None:
            return None
        return opened.handoff.ask.id

    def _shown(self, turn: Turn, at: datetime) -> str:
        there = local(at, zone_named(turn.person.zone) or self._place.zone)
        return turn.messages.speech.calendar.short_time(there)

    async def _rung(self, turn: Turn, talk: Talk, which: str) -> None:
        """The number has served: it goes from the store and from the coach's chat."""
        stored = await handoffs.get(turn.tx, HandoffId(int(which)))
        if stored is None or handoff.holder_of(stored.handoff) != turn.person.id:
            turn.say("coach_not_yours")
            return
        call_backs.drop(turn.tx, stored.handoff.ask.id)
        if talk.pressed is not None:
            turn.post(Remove((talk.pressed,)), send_class=SendClass.REPLACEABLE)
        turn.say("coach_rung", alias=alias(stored.handoff.ask.person))


def _forget(talk: Talk, number: str) -> None:
    """No trace of a number in what the conversation remembers."""
    talk.recent = [(at, text) for at, text in talk.recent if text != number]
    talk.place = "" if number in talk.place else talk.place
    if talk.session is not None:
        left = {name: value for name, value in talk.session.answers.items() if value != number}
        talk.session = replace(talk.session, answers=left)
