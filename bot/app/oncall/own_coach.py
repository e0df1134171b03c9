"""Somebody who has a coach of their own and asks for a person: that coach is asked as well, if they can be.

The others are asked at the same moment: nobody waits for one person.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.events import Code
from bot.domain.ids import PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.duty import available, may_take
from bot.domain.oncall.escalation import Action
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs, mentoring

_CHOSEN = "own_coach"


class OwnCoach:
    """Offers the coach of a pair and asks them."""

    def __init__(self, place: Place, on_call: Handoffs) -> None:
        self._place = place
        self._on_call = on_call

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"own_coach": self._look}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"ask_own_coach": self._ask}

    async def _look(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        """Whether the person has a coach of their own, and whether that coach can be asked now."""
        mine = await mentors_of(turn.tx, turn.person.id)
        if not mine:
            return Returned("none", {})
        there = await self._there(turn, mine)
        name = alias(mine[0] if there is None else there)
        return Returned("away" if there is None else "there", {"own_coach_name": name})

    async def _ask(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Ask their own coach beside those who have just been asked, and say whether that was done."""
        if talk.session is not None:
            left = {name: value for name, value in talk.session.answers.items() if name != _CHOSEN}
            talk.session = replace(talk.session, answers=left)
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        mine = await mentors_of(turn.tx, turn.person.id)
        if args.get("own") != "yes" or opened is None or not mine:
            return
        coach, ask = await self._there(turn, mine), opened.handoff.ask
        if handoff.holder_of(opened.handoff) is not None:
            return
        if coach is None:
            turn.say("own_coach_gone", coach=alias(mine[0]))
            return
        if coach not in await handoffs.alerted_coaches(turn.tx, ask.id):
            if not await self._on_call.escalation.alert_one(turn, ask, coach, Action.SHIFT, key="own"):
                return
            asked = frozenset({coach})
            await self._on_call.go(turn, ask.id, lambda state: handoff.alerted(state, Code("own"), asked))
        turn.say("own_coach_asked", coach=alias(coach))

    async def _there(self, turn: Turn, mine: list[PersonId]) -> PersonId | None:
        """The first of them who can be asked now: not resting, not in as many talks as they have."""
        team = {one.person: one for one in await roster(turn.tx, self._place, turn.now)}
        there = (team[who] for who in mine if who in team)
        age = turn.person.age
        return next((one.person for one in there if available(one) and may_take(one, age)), None)


async def mentors_of(tx: Transaction, who: PersonId) -> list[PersonId]:
    """The coaches of the pairs that somebody is in as the person, none of them paused, the oldest first."""
    pairs = await mentoring.of(tx, who)
    return [one.coach for one in pairs if one.person == who and one.state in ("introduced", "active")]
