"""What must hold after every event, whatever the flow and whatever the person does."""

from bot.domain.conversation.engine import advance
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import (
    TALK_ID,
    Call,
    Chose,
    Ended,
    Event,
    Expired,
    Move,
    Redraw,
    Returned,
    Rows,
    Say,
    TimedOut,
)
from bot.domain.conversation.session import Session, session_from_json, session_to_json
from bot.domain.conversation.words import Answers, units

QUIET = TimedOut | Returned | Expired
"""Events that need no answer."""


def assert_lawful(flows: Flows, before: Session | None, event: Event, move: Move) -> None:
    """Telegram's limits; an answer to every person; a step that waits, a look-up under way, or an end."""
    for effect in move.effects:
        if isinstance(effect, Say):
            assert 1 <= units(effect.text) <= 4096
            assert effect.text.strip()
            assert_buttons(effect.rows)
        elif isinstance(effect, Redraw):
            assert_buttons(effect.rows)
    session = move.session
    assert session.seq >= (before.seq if before else 0)
    assert session_from_json(session_to_json(session)) == session
    last = move.effects[-1] if move.effects else None
    step = flows.step(session.flow, session.step)
    if session.over:
        assert isinstance(last, Ended) or not move.effects
    else:
        assert step is not None
        assert step.waits or isinstance(last, Call) or isinstance(event, QUIET)
    if not isinstance(event, QUIET):
        assert any(isinstance(effect, Say | Redraw | Call | Ended) for effect in move.effects), (
            event,
            before,
        )


def assert_talk_is_near(flows: Flows, session: Session, facts: Answers) -> None:
    """From anywhere, an old button or the words lead to a person."""
    move = advance(flows, session, Chose(TALK_ID, -1), facts)
    assert move.session.flow == "talk" or any(isinstance(effect, Ended | Call) for effect in move.effects)


def assert_buttons(rows: Rows) -> None:
    """At most 100 buttons, 8 to a row (Bot API), each with words that are not too many."""
    assert sum(map(len, rows)) <= 100
    for row in rows:
        assert 1 <= len(row) <= 8
        for key in row:
            assert key.label.strip()
            assert units(key.label) <= 48
            assert key.choice
