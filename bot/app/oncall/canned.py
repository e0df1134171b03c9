"""Replies that are written already, in conversations/messages.yaml as `reply_…`: read, then sent by a tap."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.conversation.matching import plain
from bot.domain.ids import HandoffId
from bot.domain.oncall import handoff
from bot.store.conversing import people
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import Stored

PREFIX = "reply_"

Send = Callable[[Turn, Stored, str], Awaitable[None]]
"""Carries words of the turn's coach to the person."""


class Canned:
    """Each has its words and one button, whose label is what coaches call it."""

    def __init__(self, place: Place, send: Send) -> None:
        self._place = place
        self._send = send

    def presses(self) -> Mapping[str, Handler]:
        """A reply chosen from the list, and one to be sent."""
        return {"canned": self._chosen, "canned_send": self._sent}

    async def typed(self, turn: Turn, stored: Stored, name: str) -> None:
        """ "replies" shows what there is; "reply breathe" shows that one."""
        names = self._names(turn)
        meant = [one for one, label in names.items() if name and plain(label).startswith(name)]
        if len(meant) == 1:
            await self._show(turn, stored, meant[0])
            return
        which = stored.handoff.ask.id
        rows = [[(label, f"canned:{which}:{one}")] for one, label in names.items()]
        turn.say("replies", rows)

    async def _show(self, turn: Turn, stored: Stored, name: str) -> None:
        which = stored.handoff.ask.id
        rows = [[(b.label, f"canned_send:{which}:{name}") for b in turn.messages.buttons("replies_preview")]]
        turn.say("replies_preview", rows, text=await self._text(turn, stored, name))

    async def _text(self, turn: Turn, stored: Stored, name: str) -> str:
        person = await people.by_id(turn.tx, stored.handoff.ask.person)
        facts: Mapping[str, Any] = {} if person is None else self._place.numbers(person, turn.now)
        return turn.messages.text(f"{PREFIX}{name}", **facts)

    def _names(self, turn: Turn) -> dict[str, str]:
        return {
            name.removeprefix(PREFIX): message.buttons[0].label
            for name, message in turn.messages.all().items()
            if name.startswith(PREFIX) and message.buttons
        }

    async def _chosen(self, turn: Turn, _: Talk, of: str) -> None:
        if (found := await self._mine(turn, of)) is not None:
            await self._show(turn, *found)

    async def _sent(self, turn: Turn, _: Talk, of: str) -> None:
        if (found := await self._mine(turn, of)) is not None:
            stored, name = found
            await self._send(turn, stored, await self._text(turn, stored, name))

    async def _mine(self, turn: Turn, of: str) -> tuple[Stored, str] | None:
        """The talk and the reply of a button, while the coach has the talk and the reply is there."""
        which, _, name = of.partition(":")
        stored = await handoffs.get(turn.tx, HandoffId(int(which)))
        if stored is None or handoff.holder_of(stored.handoff) != turn.person.id:
            turn.say("coach_not_yours")
        elif name not in self._names(turn):
            turn.say("stale_button")
        else:
            return stored, name
        return None
