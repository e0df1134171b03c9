"""The engine: `advance` says where a conversation goes, and does nothing itself."""

from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.conversation import registry
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Goto, Hand
from bot.domain.conversation.moves import (
    TALK_ID,
    Chose,
    Ended,
    Event,
    Expired,
    Move,
    Returned,
    Start,
    TimedOut,
    Typed,
)
from bot.domain.conversation.session import Session
from bot.domain.conversation.turn import Turn
from bot.domain.conversation.words import Answers


def advance(flows: Flows, session: Session | None, event: Event, facts: Answers) -> Move:
    """One event in a conversation: the session after it, and what is to be carried out in order.

    `facts` are the host's (service, crisis_line, country, nation, language …). Never raises for anything a
    person, an old session or an old button can bring. No session, or one that is over, is answered too.
    """
    if isinstance(event, Start):
        return _start(flows, session, event, facts)
    if session is None:
        session = Session("", 0, "")
    if isinstance(event, Expired):
        return _expire(session)
    if isinstance(event, Chose) and event.choice == TALK_ID:
        return interrupt(flows, session, registry.TALK, facts)
    if session.over:
        return _unexpected(flows, session, event, facts)
    turn = Turn(flows, session, facts)
    if turn.settle():
        _hear(turn, event)
    return turn.move()


def interrupt(
    flows: Flows, session: Session | None, flow: str, facts: Answers, answers: Answers | None = None
) -> Move:
    """Put the current step aside and begin `flow` (danger, talk). The answers so far stay known to it.

    A flow that is already under way begins again instead of piling up on itself.
    """
    turn = Turn(flows, session or Session("", 0, ""), facts)
    turn.put_aside(flow)
    turn.answers.update(answers or {})
    turn.go(Hand(flow))
    return turn.move()


def resume(flows: Flows, session: Session, facts: Answers) -> Move:
    """Go back to the step interrupted last and say it again with a gentle bridge, or to one not entered yet.

    With nothing to go back to, the session stays as it is and nothing is said.
    """
    if not session.returns:
        return Move(session, ())
    turn = Turn(flows, session, facts)
    frame = turn.returns[-1]
    turn.returns = turn.returns[:-1]
    turn.flow, turn.version, turn.step = frame.flow, frame.version, frame.step
    turn.picked, turn.reasked = frame.picked, frame.reasked
    if turn.settle():
        turn.go(Goto(turn.step)) if frame.fresh else turn.come_back()
    return turn.move()


def _start(flows: Flows, session: Session | None, event: Start, facts: Answers) -> Move:
    fresh = Session("", 0, "", seq=session.seq if session else 0)
    turn = Turn(flows, fresh, facts)
    turn.answers.update(event.answers)
    turn.go(Hand(event.flow))
    return turn.move()


def _expire(session: Session) -> Move:
    over = Session(session.flow, session.version, "", session.seq)
    return Move(over, () if session.over else (Ended(session.flow, "expired"),))


def _unexpected(flows: Flows, session: Session, event: Event, facts: Answers) -> Move:
    """Something arrives and nothing is under way: back to what was interrupted, or kindly to `repair`."""
    if isinstance(event, TimedOut | Returned):
        return Move(session, ())
    if session.returns:
        return resume(flows, session, facts)
    turn = Turn(flows, session, facts)
    match event:
        case Chose():
            turn.first_line("stale")
        case SentMedia() | SharedPlace():
            turn.first_line(turn.media_line(event))
        case _:
            pass
    turn.go(Hand(registry.REPAIR))
    return turn.move()


def _hear(turn: Turn, event: Event) -> None:
    match event:
        case Chose(choice, seq):
            turn.chose(choice, seq)
        case Typed(text):
            turn.typed(text)
        case SharedPlace():
            turn.shared(event)
        case SentMedia():
            turn.sent(event)
        case TimedOut(seq):
            turn.timed_out(seq)
        case Returned(outcome, values):
            turn.returned(outcome, values)
        case Start() | Expired():
            raise AssertionError("handled before")
