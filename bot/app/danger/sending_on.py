""" "Send it on": a phone number or an address reaches staff in danger, after one tap of the person's."""

from collections.abc import Mapping

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.conversation.words import Answers
from bot.domain.ids import DangerId, PersonId
from bot.domain.keeping.whereabouts import holds_whereabouts
from bot.domain.oncall import handoff
from bot.store.danger import dangers
from bot.store.oncall import escalations, handoffs

log = structlog.get_logger()

LONGEST = 400
"""Characters kept of the words that hold a number or an address."""
_YES = frozenset({"send it on", "send it", "yes send it"})
_NO = frozenset({"dont send", "dont send it"})


class SendingOn:
    """Offers to send on what somebody could be found by, and does so at the person's tap or word."""

    def presses(self) -> Mapping[str, Handler]:
        """The buttons under the offer."""
        return {"send_on": self._pressed}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"offer_place": self.offer_answer}

    async def noticed(self, turn: Turn, talk: Talk, words: str) -> None:
        """While staff know of an open danger: offer to send on words that hold a number or an address."""
        if talk.place != words[:LONGEST] and holds_whereabouts(words):
            await self._offer(turn, talk, words)

    async def offer_answer(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """The answer to "Where are you?", in whatever words."""
        await self._offer(turn, talk, str(args.get("place") or ""))

    async def typed(self, turn: Turn, talk: Talk, words: str) -> bool:
        """Whether these plain words answer an offer that stands."""
        if not talk.place or words not in _YES | _NO:
            return False
        await self._answered(turn, talk, send=words in _YES)
        return True

    async def _offer(self, turn: Turn, talk: Talk, words: str) -> None:
        open_danger = turn.person.open_danger
        if not words or open_danger is None or await escalations.page(turn.tx, open_danger) is None:
            return
        talk.place = words[:LONGEST]
        buttons = turn.messages.buttons("send_it_on")
        rows = [[(b.label, f"send_on:{b.id}") for b in buttons]]
        turn.say("send_it_on", rows, send_class=SendClass.DANGER)

    async def _answered(self, turn: Turn, talk: Talk, *, send: bool) -> None:
        place, talk.place = talk.place, ""
        danger = turn.person.open_danger
        if not place or danger is None or not send:
            turn.say("not_sent_on", send_class=SendClass.DANGER)
            return
        escalations.put_place(turn.tx, danger, turn.person.id, place)
        told = [who for who in await self._helping(turn, danger) if await self._tell(turn, who, place)]
        turn.say("sent_on" if told else "sent_on_waits", send_class=SendClass.DANGER)
        log.info("place_sent_on", danger=danger, staff=len(told))

    async def _helping(self, turn: Turn, danger: DangerId) -> list[PersonId]:
        """The coach who is with the person, else whoever answered the page, else everyone paged so far."""
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        coach = None if opened is None else handoff.holder_of(opened.handoff)
        if coach is not None:
            return [coach]
        row = await dangers.get(turn.tx, danger)
        if row is not None and row["acknowledged_by"] is not None:
            return [PersonId(row["acknowledged_by"])]
        return await escalations.paged_staff(turn.tx, danger)

    async def _tell(self, turn: Turn, staff: PersonId, place: str) -> bool:
        who = alias(turn.person.id)
        return await turn.tell(staff, "page_place", protect=True, alias=who, place=place)

    async def _pressed(self, turn: Turn, talk: Talk, which: str) -> None:
        await self._answered(turn, talk, send=which == "yes")
