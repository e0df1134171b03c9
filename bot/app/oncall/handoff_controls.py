"""What flows may do with handoffs and know of them, and the buttons about them."""

from collections.abc import Mapping

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.oncall import expected_wait
from bot.app.oncall.fitting import narrowed, take_wishes
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.ids import HandoffId
from bot.domain.oncall import handoff
from bot.domain.oncall.duty import is_free, may_take
from bot.store.oncall import handoffs

_MEANWHILE = {"ten": "urge", "ring": "call_back", "book": "book_time"}
"""What is under the words to somebody who waits, and its flow."""


class HandoffControls:
    """Leads from flows and buttons to the life of handoffs."""

    def __init__(self, place: Place, conversations: Conversations, handoffs: Handoffs) -> None:
        self._place = place
        self._conversations = conversations
        self._handoffs = handoffs

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            "handoff": self._do_handoff,
            "cancel_handoff": self._do_cancel,
            "talk_again": self._do_again,
        }

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            "on_shift": self._on_shift,
            "talk_state": self._talk_state,
            "talk_before": self._talk_before,
            "age_known": self._age_known,
        }

    def presses(self) -> Mapping[str, Handler]:
        """Buttons under alerts, and under the honest words to the person."""
        return {
            "handoff_accept": self._pressed_accept,
            "handoff_decline": self._pressed_decline,
            "waiting": self._pressed_waiting,
            "talk_again": self._pressed_again,
        }

    async def _do_handoff(self, turn: Turn, talk: Talk, args: Answers) -> None:
        share, topic = str(args.get("share") or ""), str(args.get("topic") or "")
        wanted = await take_wishes(turn, talk)
        urgent = turn.person.open_danger is not None
        await self._handoffs.request(turn, share=share, topic=topic, urgent=urgent, wanted=wanted)

    async def _do_cancel(self, turn: Turn, talk: Talk, _: Answers) -> None:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is not None and handoff.holder_of(opened.handoff) is None:
            await self._handoffs.end_by_person(turn, talk, silently=True)

    async def _on_shift(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        there = {
            one.person
            for one in await roster(turn.tx, self._place, turn.now)
            if one.on_shift
            and is_free(one)
            and may_take(one, turn.person.age)
            and one.person != turn.person.id
        }
        said = {"wait_line": await expected_wait.said(turn, self._place, there=bool(there))}
        if not there or opened is None:
            return Returned("yes" if there else "no", said)
        fit = await narrowed(turn.tx, opened.handoff.ask.id, there)
        return Returned("yes" if fit else "unfit", said)

    async def _talk_state(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            return Returned("none", {})
        return Returned("asked" if handoff.holder_of(opened.handoff) is None else "active", {})

    async def _talk_before(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        last = await self._handoffs.before(turn)
        coach = alias(last.coach) if last is not None and last.coach is not None else ""
        return Returned("yes" if coach else "no", {"coach_before": coach})

    async def _do_again(self, turn: Turn, talk: Talk, _: Answers) -> None:
        if not await self._handoffs.go_on(turn):
            await self._conversations.interrupt(turn, talk, "talk")

    async def _pressed_again(self, turn: Turn, talk: Talk, _: str) -> None:
        """Under the soft end: go on with the same coach; when they have gone, somebody is looked for."""
        if not await self._handoffs.go_on(turn):
            await self._conversations.interrupt(turn, talk, "talk")

    async def _age_known(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        return Returned(turn.person.age.value, {})

    async def _pressed_accept(self, turn: Turn, _: Talk, which: str) -> None:
        await self._handoffs.accept(turn, HandoffId(int(which)))

    async def _pressed_decline(self, turn: Turn, _: Talk, which: str) -> None:
        await self._handoffs.decline(turn, HandoffId(int(which)))

    async def _pressed_waiting(self, turn: Turn, talk: Talk, which: str) -> None:
        """Under the honest words: ten minutes together, or no longer waiting."""
        if which in _MEANWHILE:
            await self._conversations.interrupt(turn, talk, _MEANWHILE[which])
            return
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            turn.say("person_cancelled")
        elif handoff.holder_of(opened.handoff) is None:
            await self._handoffs.end_by_person(turn, talk)
        else:
            await self._handoffs.tell_person(
                turn, opened.handoff.ask, "with_you", handoff.holder_of(opened.handoff)
            )
