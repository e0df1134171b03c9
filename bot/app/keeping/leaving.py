"""Somebody goes: they cannot be reached any more, hide the chat, or have themselves erased."""

import structlog

from bot.app.checkins.sending import CheckIns
from bot.app.conversing.receiving import CHANNEL
from bot.app.conversing.talk import Talk
from bot.app.danger.paging import Paging
from bot.app.directory.outings import Outings
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.mentoring import Mentoring
from bot.app.operators import tell_coordinators
from bot.app.ports import Clock
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.messages import Messages
from bot.store.conversing import people
from bot.store.conversing.outbox import Queued
from bot.store.engine.transaction import Transaction
from bot.store.oncall import escalations, handoffs

log = structlog.get_logger()


class Leaving:
    """Ends, for each way of going, what is open around a person."""

    def __init__(
        self,
        clock: Clock,
        messages: Messages,
        handoffs: Handoffs,
        paging: Paging,
        checkins: CheckIns,
        pairs: Mentoring,
        outings: Outings,
    ) -> None:
        self._outings = outings
        self._pairs = pairs
        self._clock = clock
        self._messages = messages
        self._handoffs = handoffs
        self._paging = paging
        self._checkins = checkins

    async def unreachable(self, tx: Transaction, item: Queued, _: str) -> None:
        """Telegram refused `item` for good (403, chat not found): told in the settling transaction."""
        person = await people.by_id(tx, item.person)
        if person is None or person.chat != item.chat:
            people.set_reachable(tx, CHANNEL, item.chat, False)
        else:
            await self.out_of_reach(Turn(tx, self._clock.now(), person, f"gone:{item.id}", self._messages))

    async def out_of_reach(self, turn: Turn) -> None:
        """The turn's person cannot be reached: check-ins and requests end, talks they have go to others.

        Coordinators hear of it when somebody works here, or when anything was open: else nothing was lost.
        """
        who = turn.person
        people.set_reachable(turn.tx, CHANNEL, who.chat, False)
        if not who.reachable:
            return
        checkins = await self._checkins.plans.stop(turn, "blocked")
        await self._handoffs.pass_all_on(turn)
        await self._asked_in_vain(turn)
        request = await self._handoffs.end_by_person(turn, None, silently=True)
        if who.is_staff:
            name = await called(turn.tx, who.id)
            await self._tell(turn, "coordinator_staff_gone", name=name)
        elif checkins or request or who.open_danger is not None:
            await self._tell(turn, "coordinator_gone", alias=alias(who.id))
        log.info("out_of_reach", person=who.id, checkins=checkins, request=request)

    async def _asked_in_vain(self, turn: Turn) -> None:
        """Whom no alert reaches has said no: if nobody else was asked, the next are asked at once."""
        for stored in await handoffs.alerted_to(turn.tx, turn.person.id):
            await self._handoffs.decline(turn, stored.handoff.ask.id)
        for danger in await escalations.paged_to(turn.tx, turn.person.id):
            await self._paging.decline(turn, danger)

    async def _tell(self, turn: Turn, message: str, **fill: object) -> None:
        key = f"{turn.cause}:out_of_reach"
        await tell_coordinators(turn.tx, turn.messages, turn.now, key, message, **fill)

    async def hides(self, turn: Turn) -> None:
        """The turn's person hides the chat: nothing more reaches them until they write again."""
        await self._handoffs.hold(turn)

    async def erased(self, turn: Turn, talk: Talk | None) -> None:
        """The turn's person is about to be erased."""
        if turn.person.open_danger is not None:
            await self._paging.erased(turn, turn.person.open_danger)
        await self._handoffs.pass_all_on(turn)
        await self._pairs.leaves(turn, turn.person.id)
        await self._outings.erased(turn)
        await self._handoffs.end_by_person(turn, talk, silently=True, erased=True)
        await self._checkins.plans.stop(turn, "erased")
