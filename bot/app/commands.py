"""What people's commands do: most begin the flow of their name."""

from collections.abc import Mapping

from bot.app.conversations import Conversations, Talk
from bot.app.relay import Relay
from bot.app.staff import Staff
from bot.app.turn import Turn
from bot.app.turns import Handler
from bot.domain.conversation.moves import Start

BEGIN_FLOWS = (
    "checkin",
    "forget",
    "groups",
    "help",
    "hide",
    "intake",
    "language",
    "mydata",
    "mydetails",
    "privacy",
    "urge",
    "waiting",
)
"""Commands that begin the flow of their name."""


class Commands:
    """The commands that everybody has."""

    def __init__(self, conversations: Conversations, relay: Relay, staff: Staff) -> None:
        self._conversations = conversations
        self._relay = relay
        self._staff = staff

    def all(self) -> Mapping[str, Handler]:
        """Every command by its name."""
        return {
            **{name: self._begins(name) for name in BEGIN_FLOWS},
            "start": self._start,
            "stop": self._stop,
            "talk": self._talk,
        }

    def _begins(self, flow: str) -> Handler:
        async def begin(turn: Turn, talk: Talk, _: str) -> None:
            if self._conversations.in_danger(talk):
                await self._conversations.interrupt(turn, talk, flow)
            else:
                await self._conversations.event(turn, talk, Start(flow))

        return begin

    async def _start(self, turn: Turn, talk: Talk, payload: str) -> None:
        if not await self._staff.joins(turn, payload):
            await self._conversations.event(turn, talk, Start("start"))

    async def _stop(self, turn: Turn, talk: Talk, _: str) -> None:
        if not await self._relay.ask_before_stop(turn):
            await self._conversations.event(turn, talk, Start("stop"))

    async def _talk(self, turn: Turn, talk: Talk, _: str) -> None:
        await self._conversations.interrupt(turn, talk, "talk")
