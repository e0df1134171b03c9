"""After a talk, three taps of the coach's: how it ended, what follows, how worried they are."""

from collections.abc import Mapping

import structlog

from bot.app.checkins.lookouts import coaches_of
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.events import Code, TalkReported
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall.handoff import Ask
from bot.store.oncall import handoffs

log = structlog.get_logger()

QUESTIONS = ("report_outcome", "report_follow_up", "report_risk")
"""In this order; a button's id is the answer's code."""
_COORDINATOR, _HIGH = "follow_up_coordinator", "risk_high"


class Reports:
    """One message that asks three questions in turn; answers given so far are in its buttons."""

    def presses(self) -> Mapping[str, Handler]:
        """A tap."""
        return {"report": self._tapped}

    async def ask(self, turn: Turn, ask: Ask, coach: PersonId) -> None:
        """Ask the coach whose talk has just ended the first of the three."""
        rows = self._rows(turn, ask.id, ())
        await turn.tell(coach, QUESTIONS[0], rows, key=f"report:{ask.id}:{coach}", alias=alias(ask.person))

    async def _tapped(self, turn: Turn, talk: Talk, of: str) -> None:
        number, *answers = of.split(":")
        stored = await handoffs.get(turn.tx, HandoffId(int(number)))
        if stored is None or turn.person.id not in await coaches_of(turn.tx, stored.handoff.ask.person):
            turn.say("button_not_yours")
            return
        ask = stored.handoff.ask
        if len(answers) < len(QUESTIONS):
            name, rows = QUESTIONS[len(answers)], self._rows(turn, ask.id, tuple(answers))
            text = turn.messages.text(name, alias=alias(ask.person))
        else:
            await self._reported(turn, ask, answers)
            rows, text = [], self._summary(turn, ask, answers)
        if talk.pressed is not None:
            body = Redraw(talk.pressed, turn.buttons(rows), text)
            turn.post(body, send_class=SendClass.REPLY)

    async def _reported(self, turn: Turn, ask: Ask, answers: list[str]) -> None:
        outcome, follow_up, risk = (Code(one) for one in answers)
        turn.record(TalkReported(ask.id, outcome, follow_up, risk), ask.person)
        log.info("talk_reported", handoff=ask.id, outcome=outcome)
        who = alias(ask.person)
        if follow_up == _COORDINATOR:
            await turn.tell_coordinators("coordinator_follow_up", key=f"follow_up:{ask.id}", alias=who)
        if risk == _HIGH:
            await turn.tell_safety_leads("lead_high_risk", key=f"risk:{ask.id}", alias=who)

    def _summary(self, turn: Turn, ask: Ask, answers: list[str]) -> str:
        said = [turn.messages.text(f"code_{one}") for one in answers]
        return turn.messages.text("report_done", alias=alias(ask.person), list="; ".join(said))

    def _rows(self, turn: Turn, which: HandoffId, answers: tuple[str, ...]) -> list[list[tuple[str, str]]]:
        buttons = turn.messages.buttons(QUESTIONS[len(answers)])
        given = ":".join((str(which), *answers))
        return [[(b.label, f"report:{given}:{b.id}")] for b in buttons]
