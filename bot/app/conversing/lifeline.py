"""The lines to ring, said without the store when it has taken nothing for a while: a full disk, a long lock.

What people write meanwhile waits at Telegram and is answered once it can be kept. Whoever is in danger must
not meet silence until then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from bot.app.ports import Clock
from bot.domain.channel.delivery import Outcome
from bot.domain.channel.outgoing import Body, Text
from bot.domain.ids import ChatId
from bot.store.conversing.inbox import Raw

log = structlog.get_logger()

AFTER_S: Final = 10.0
"""A lock of some seconds is waited for: the answer itself is on its way then."""
AGAIN_S: Final = 3600.0
"""So often at most in one chat: each message comes again and again until it can be kept."""


class Lifeline:
    """`say` sends one message and never raises; `words` are those of this moment."""

    def __init__(
        self, say: Callable[[Body, ChatId], Awaitable[Outcome]], clock: Clock, words: Callable[[], str]
    ) -> None:
        self._say = say
        self._clock = clock
        self._words = words
        self._since: float | None = None
        self._told: dict[int, float] = {}
        self._telling: asyncio.Task[None] | None = None

    def kept(self) -> None:
        """The store has taken what came."""
        self._since = None

    def not_kept(self, updates: Sequence[Raw]) -> None:
        """It has not; their people hear, in their private chats, once it has gone on for long enough."""
        now = self._clock.monotonic()
        self._since = now if self._since is None else self._since
        if now - self._since < AFTER_S or (self._telling is not None and not self._telling.done()):
            return
        self._told = {chat: at for chat, at in self._told.items() if now - at < AGAIN_S}
        chats = {raw.lane for raw in updates if raw.lane > 0} - self._told.keys()
        if chats:
            self._told |= dict.fromkeys(chats, now)
            self._telling = asyncio.create_task(self._tell(chats))

    async def _tell(self, chats: set[int]) -> None:
        log.error("lifeline", chats=len(chats))
        for chat in sorted(chats):
            await self._say(Text(self._words()), ChatId(chat))
