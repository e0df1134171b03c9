"""Danger that was not heard: one tap of the coach who reads it, or a coordinator's, keeps it for review."""

import json

from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.ids import HandoffId
from bot.domain.keeping.whereabouts import without_whereabouts
from bot.domain.person import Person
from bot.store.conversing import people, sessions
from bot.store.danger import danger_log
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs


async def missed_by_coach(turn: Turn, which: HandoffId) -> None:
    """Keep the last words of the person that the turn's coach has in this talk, where they agreed."""
    held = await handoffs.held_by(turn.tx, turn.person.id)
    who = next((one.handoff.ask.person for one in held if one.handoff.ask.id == which), None)
    person = None if who is None else await people.by_id(turn.tx, who)
    if person is None:
        turn.say("coach_not_yours")
        return
    said = await last_words(turn.tx, person, turn.messages.text("held_back"))
    await danger_log.missed(turn.tx, person.id, by="coach", said=said, now=turn.now)
    turn.say("coach_missed" if said else "coach_missed_without_words", alias=alias(person.id))


async def last_words(tx: Transaction, person: Person, instead: str) -> str:
    """The last thing somebody wrote, `instead` for numbers and addresses; "" unless they agree to it."""
    if not person.remembers or not await people.unlock(tx, person.id):
        return ""
    saved = await sessions.get(tx, person.id)
    recent = [] if saved is None else json.loads(saved.state)["recent"]
    return without_whereabouts(recent[-1][1], instead) if recent else ""
