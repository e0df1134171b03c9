"""After a talk: a pause when it was hard, and somebody for the coach."""

from collections.abc import Mapping

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.handoffs import Handoffs
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.zones import local
from bot.store.rota import stints

log = structlog.get_logger()

HARD, CARE = "hard", "care"
"""The kinds of the buttons: under the end of a talk, and under what follows."""


class CoachCare:
    """ "That one was hard", "I need someone", "I can go on"."""

    def __init__(self, place: Place, on_call: Handoffs) -> None:
        self._place = place
        self._on_call = on_call

    def presses(self) -> Mapping[str, Handler]:
        """The buttons."""
        return {HARD: self._pressed_hard, CARE: self._pressed}

    def staff_commands(self) -> Mapping[str, Handler]:
        """`/hard`, or "hard"."""
        return {"hard": self._pressed_hard}

    async def _pressed_hard(self, turn: Turn, talk: Talk, _: str) -> None:
        """No alert for a while, whoever's talk it was; nothing about the person is noted."""
        if "coach" not in turn.person.roles:
            turn.say("coach_only")
            return
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        if turn.person.id in await stints.paused(turn.tx, turn.now):
            turn.say("coach_pause_already", _buttons(turn))
            return
        until = turn.now + self._place.rules.limits.pause
        stints.was_hard(turn.tx, turn.person.id, until, turn.now)
        turn.say("coach_pause", _buttons(turn), until=local(until, self._place.zone).strftime("%H:%M"))
        log.info("coach_pauses", coach=turn.person.id)

    async def _pressed(self, turn: Turn, talk: Talk, which: str) -> None:
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        if which == "someone":
            name = await called(turn.tx, turn.person.id)
            await turn.tell_coordinators("coordinator_needs_someone", key=f"{turn.cause}:care", name=name)
            turn.say("coach_someone", **self._place.numbers(turn.person, turn.now))
        elif await stints.go_on(turn.tx, turn.person.id, turn.now):
            turn.say("coach_goes_on")
            await self._on_call.newcomer(turn)
        else:
            turn.say("stale_button")


def _buttons(turn: Turn) -> list[list[tuple[str, str]]]:
    return [[(b.label, f"{CARE}:{b.id}") for b in turn.messages.buttons("coach_pause")]]
