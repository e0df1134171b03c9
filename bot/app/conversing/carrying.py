"""What a move of the engine calls for, carried out."""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

import structlog

from bot.app.conversing.standing import Standing
from bot.app.conversing.talk import CallHandler, DoHandler, FactSource, Talk
from bot.app.turn import Turn
from bot.domain.channel.outgoing import Redraw as RedrawMessage
from bot.domain.channel.outgoing import SendClass, Text
from bot.domain.conversation import engine, registry
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import Call, Do, Ended, Keep, Move, Redraw, Rows, Say, SetTimer
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import Code, FlowEnded, FlowStarted
from bot.store.conversing import answers, steps_seen, timers
from bot.store.conversing.timers import Timer
from bot.store.keeping.vault import SERVICE

log = structlog.get_logger()

MOST_CALLS = 12
STEP_TIMER = "step"


class Carrying:
    """Carries moves out. `facts` are what every flow may ask for, `calls` look something up, `dos` act."""

    def __init__(
        self,
        flows: Callable[[], Flows],
        standing: Standing,
        facts: Sequence[FactSource],
        calls: Mapping[str, CallHandler],
        dos: Mapping[str, DoHandler],
    ) -> None:
        self._flows = flows
        self._standing = standing
        self._facts = facts
        self._calls = calls
        self._dos = dos

    async def gather(self, turn: Turn, talk: Talk) -> Answers:
        """What every flow may ask for, of the turn's person."""
        facts: dict[str, Answer] = {}
        for source in self._facts:
            facts.update(await source(turn, talk.session))
        return facts

    async def carry(self, turn: Turn, talk: Talk, move: Move, facts: Answers, *, enters: bool = True) -> None:
        """Carry out a move; look-ups are answered and the engine goes on, at most MOST_CALLS times.

        Another flow that the move led to is noted as begun, unless `enters` says that this is no news.
        """
        for _ in range(MOST_CALLS):
            flow = move.session.flow
            if enters and flow and talk.session is not None and talk.session.flow != flow:
                turn.record(FlowStarted(Code(flow)))
            _note_steps(turn, talk.session if enters else None, move)
            enters, talk.session = True, move.session
            call = await self._effects(turn, talk, move)
            if call is None:
                return
            returned = await self._calls[call.name](turn, talk, call.args)
            if facts.get("language") not in (None, turn.person.language):
                facts = await self.gather(turn, talk)
            move = engine.advance(self._flows(), talk.session, returned, facts)
        log.error("too_many_calls", flow=talk.session.flow if talk.session else "")

    async def _effects(self, turn: Turn, talk: Talk, move: Move) -> Call | None:
        call = None
        for effect in move.effects:
            match effect:
                case Say():
                    self._say(turn, talk, effect)
                case Redraw(rows, seq):
                    if talk.pressed is not None:
                        body = RedrawMessage(talk.pressed, turn.buttons(_actions(rows), seq=seq))
                        turn.post(body, send_class=SendClass.REPLACEABLE)
                case Keep(name, value, where):
                    self._keep(turn, talk, name, value, where == "person")
                case Do(name, args):
                    await self._dos[name](turn, talk, args)
                case Call():
                    call = effect
                case SetTimer() if turn.person.id == SERVICE:
                    pass
                case SetTimer(after, seq):
                    key = f"{STEP_TIMER}:{turn.person.id}"
                    timer = Timer(key, turn.person.id, STEP_TIMER, seq, None, turn.now + after)
                    timers.put(turn.tx, timer)
                case Ended(flow, outcome):
                    turn.record(FlowEnded(Code(flow), Code(outcome)))
                    await self._ended(turn, talk, flow, outcome)
                case _:
                    assert_never(effect)
        return call

    def _say(self, turn: Turn, talk: Talk, said: Say) -> None:
        urgent = said.card or (talk.session is not None and self._standing.is_danger(talk.session.flow))
        if turn.person.open_danger is not None and turn.send_class is SendClass.REPLY:
            urgent = True  # in order with the cards, which overtake everything else
        if talk.keys and not said.ask_place and not urgent:
            turn.post(Text(turn.messages.text("noted"), clear_keys=True), send_class=turn.send_class)
        talk.keys = said.ask_place or (talk.keys and urgent)
        body = Text(
            said.text,
            turn.buttons(_actions(said.rows), seq=said.seq),
            ask_location=turn.messages.text("share_location") if said.ask_place else "",
        )
        turn.post(body, send_class=SendClass.DANGER if urgent else turn.send_class)
        talk.asked = said.text

    def _keep(self, turn: Turn, talk: Talk, name: str, value: Answer, outlives: bool) -> None:
        if not outlives:
            return
        if turn.person.remembers:
            answers.put(turn.tx, turn.person.id, name, value, turn.now)
        else:
            talk.unkept[name] = value

    async def _ended(self, turn: Turn, talk: Talk, flow: str, outcome: str) -> None:
        """After an interruption: back to where the person was, unless they are waiting for somebody."""
        if talk.session is not None and talk.session.returns and outcome not in registry.QUIET_ENDS:
            facts = await self.gather(turn, talk)
            move = engine.resume(self._flows(), talk.session, facts)
            await self.carry(turn, talk, move, facts, enters=False)


def _note_steps(turn: Turn, before: Session | None, move: Move) -> None:
    """Where a person came to, and that they went on from the step `before`; staff try things out."""
    if not move.entered or turn.person.id == SERVICE or turn.person.is_staff:
        return
    came = {(before.flow, before.step): True} if before is not None and not before.over else {}
    came |= dict.fromkeys(move.entered, True)
    if not move.session.over:
        came[move.session.flow, move.session.step] = False
    steps_seen.seen(turn.tx, turn.person.id, came, turn.now)


def _actions(rows: Rows) -> list[list[tuple[str, str]]]:
    return [[(key.label, f"choose:{key.choice}") for key in row] for row in rows]
