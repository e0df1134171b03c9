"""Shows the person that somebody is writing, for as long as a line takes, when their coach says so."""

from collections.abc import Mapping
from datetime import timedelta

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass, Typing
from bot.domain.ids import HandoffId
from bot.domain.oncall import handoff
from bot.domain.oncall.handoff import Active
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import Stored

TYPING = "typing"
EVERY = timedelta(seconds=4)
"""Telegram shows it for five seconds."""
TIMES = 8


class ShowsTyping:
    """By the button "I'm writing", or three dots typed. Telegram tells a bot of nobody's typing by itself."""

    def presses(self) -> Mapping[str, Handler]:
        """The button under the summary."""
        return {TYPING: self._pressed}

    async def show(self, turn: Turn, stored: Stored) -> None:
        """The turn's coach is writing to the person they have."""
        await self._once(turn, stored, TIMES)

    async def again(self, turn: Turn, timer: Timer) -> None:
        """Until the coach's line has come, or a good while has passed."""
        if (
            timer.object_id is None
            or (stored := await handoffs.get(turn.tx, HandoffId(timer.object_id))) is None
        ):
            return
        state, began = stored.handoff, timer.due - (TIMES - timer.seq) * EVERY
        written = isinstance(state, Active) and state.last_at > began and state.waiting_since is None
        if handoff.holder_of(state) is not None and not written:
            await self._once(turn, stored, timer.seq)

    async def _once(self, turn: Turn, stored: Stored, left: int) -> None:
        person = await people.by_id(turn.tx, stored.handoff.ask.person)
        if person is None or not person.reachable or stored.waits_for_person:
            return
        turn.post(Typing(), to=person.id, chat=person.chat, send_class=SendClass.REPLACEABLE)
        if left > 1:
            which = stored.handoff.ask.id
            due = turn.now + EVERY
            timers.put(turn.tx, Timer(f"{TYPING}:{which}", person.id, TYPING, left - 1, which, due))

    async def _pressed(self, turn: Turn, _: Talk, which: str) -> None:
        stored = await handoffs.get(turn.tx, HandoffId(int(which)))
        if stored is None or handoff.holder_of(stored.handoff) != turn.person.id:
            turn.say("coach_not_yours")
        else:
            await self.show(turn, stored)
