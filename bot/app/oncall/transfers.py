"""A talk given to a named colleague: they are asked first, and until they say yes nothing changes."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.fitting import narrowed
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.conversation.matching import plain
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.duty import available, may_take
from bot.domain.oncall.handoff import Ask, Refusal
from bot.domain.spans import in_words
from bot.store.conversing import message_map, people
from bot.store.oncall import handoffs

log = structlog.get_logger()

LINK = "transfer:"
_RECENTLY = timedelta(hours=1)
_MOST_BUTTONS = 8


class Transfers:
    """Finds the colleague, asks them, and moves the talk when they accept."""

    def __init__(self, place: Place, on_call: Handoffs) -> None:
        self._place = place
        self._on_call = on_call

    def presses(self) -> Mapping[str, Handler]:
        """Buttons: which colleague, and the colleague's answer."""
        return {"transfer": self._pressed, "transfer_take": self._taken, "transfer_no": self._refused}

    async def to(self, turn: Turn, ask: Ask, name: str) -> None:
        """Offer the talk of the turn's coach to the colleague of that name; without one, say who there is."""
        there = await self._colleagues(turn, ask)
        meant = [who for who, known in there.items() if name and plain(known).startswith(plain(name))]
        if len(meant) == 1:
            await self._offer(turn, ask, meant[0])
        elif not there:
            turn.say("transfer_nobody", alias=alias(ask.person))
        else:
            rows = [
                [(known, f"transfer:{ask.id}:{who}")] for who, known in list(there.items())[:_MOST_BUTTONS]
            ]
            turn.say("transfer_to_whom", rows, alias=alias(ask.person))

    async def typed(self, turn: Turn, *, take: bool) -> bool:
        """Whether "take it" or "not me" was the answer to an offer of the last hour."""
        link = await message_map.last_link(turn.tx, turn.person.chat, LINK, turn.now - _RECENTLY)
        if link is None:
            return False
        which = link.removeprefix(LINK)
        stored = await handoffs.get(turn.tx, HandoffId(int(which.partition(":")[0])))
        if stored is None or handoff.holder_of(stored.handoff) != PersonId(int(which.partition(":")[2])):
            return False
        await (self._taken if take else self._refused)(turn, Talk(), which)
        return True

    async def _colleagues(self, turn: Turn, ask: Ask) -> dict[PersonId, str]:
        """Who could take it now, as they are called: free, not resting, allowed to, and as was wished for."""
        person = await people.by_id(turn.tx, ask.person)
        if person is None:
            return {}
        could = {
            one.person
            for one in await roster(turn.tx, self._place, turn.now)
            if available(one) and may_take(one, person.age) and one.person not in (turn.person.id, ask.person)
        }
        return {who: await called(turn.tx, who) for who in sorted(await narrowed(turn.tx, ask.id, could))}

    async def _offer(self, turn: Turn, ask: Ask, to: PersonId) -> None:
        buttons = turn.messages.buttons("transfer_offer")
        told = await turn.tell(
            to,
            "transfer_offer",
            [[(b.label, f"transfer_{b.id}:{ask.id}:{turn.person.id}") for b in buttons]],
            links=(f"{LINK}{ask.id}:{turn.person.id}",),
            name=await called(turn.tx, turn.person.id),
            alias=alias(ask.person),
            topic=turn.messages.text(f"topic_{ask.topic}"),
            wait=in_words(turn.messages, turn.now - ask.asked_at),
        )
        name = await called(turn.tx, to)
        if told:
            turn.say("transfer_asked", name=name, alias=alias(ask.person))
        else:
            turn.say("transfer_gone", name=name)

    async def _pressed(self, turn: Turn, _: Talk, of: str) -> None:
        which, __, to = of.partition(":")
        stored = await handoffs.get(turn.tx, HandoffId(int(which)))
        if stored is None or handoff.holder_of(stored.handoff) != turn.person.id:
            turn.say("coach_not_yours")
        elif PersonId(int(to)) not in await self._colleagues(turn, stored.handoff.ask):
            turn.say("transfer_gone", name=await called(turn.tx, PersonId(int(to))))
        else:
            await self._offer(turn, stored.handoff.ask, PersonId(int(to)))

    async def _taken(self, turn: Turn, _: Talk, of: str) -> None:
        """Role, age and room are looked at again now; the talk may have ended or gone elsewhere meanwhile."""
        which, giver = (int(part) for part in of.split(":"))
        result = await self._on_call.take_over(turn, HandoffId(which), PersonId(giver))
        if isinstance(result, Refusal):
            turn.say("transfer_over")
        elif result is not None:
            log.info("handoff_transferred", handoff=which, to=turn.person.id)

    async def _refused(self, turn: Turn, _: Talk, of: str) -> None:
        which, giver = (int(part) for part in of.split(":"))
        stored = await handoffs.get(turn.tx, HandoffId(which))
        turn.say("cover_refused")
        if stored is not None and handoff.holder_of(stored.handoff) == giver:
            name = await called(turn.tx, turn.person.id)
            who = alias(stored.handoff.ask.person)
            await turn.tell(PersonId(giver), "transfer_refused", name=name, alias=who)
