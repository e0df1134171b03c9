"""What can be neither handled nor sent is set aside: kept, told to coordinators, and answered safely."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.app.operators import tell_coordinators
from bot.app.ports import Clock
from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.ids import ChatId
from bot.domain.messages import Messages
from bot.store.conversing import inbox, outbox
from bot.store.conversing.inbox import Waiting
from bot.store.conversing.outbox import Damaged
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE

log = structlog.get_logger()

_UNSAID: frozenset[str] = frozenset({SendClass.NUDGE, SendClass.REPLACEABLE})
"""Of what nobody waits for, nobody is told that it was lost."""


class Quarantine:
    """Sets rows aside. `numbers` gives the emergency numbers at a moment, for who knows where."""

    def __init__(
        self, clock: Clock, messages: Messages, numbers: Callable[[datetime], Mapping[str, str]]
    ) -> None:
        self._clock = clock
        self._messages = messages
        self._numbers = numbers

    async def update(self, tx: Transaction, row: Waiting, error: str) -> None:
        """An update that failed too often, or cannot be read at all; `error` is a type's name."""
        log.error("update_set_aside", inbox=row.id, error=error)
        inbox.set_aside(tx, row.id, self._clock.now())
        await self._tell(tx, f"poison:{row.id}", "operator_poison", inbox=row.id)
        if row.lane > 0:
            self._answer(tx, inbox.lane_chat(row), f"poison:{row.id}", "person_poison")

    async def message(self, tx: Transaction, item: Damaged) -> None:
        """A message that was to be sent and is damaged."""
        log.error("message_set_aside", outbox=item.id)
        outbox.set_aside(tx, item.id, self._clock.now())
        await self._tell(tx, f"damaged:{item.id}", "operator_damaged", outbox=item.id)
        if item.chat > 0 and item.send_class not in _UNSAID:
            self._answer(tx, item.chat, f"damaged:{item.id}", "person_damaged")

    async def _tell(self, tx: Transaction, key: str, name: str, **fill: object) -> None:
        await tell_coordinators(tx, self._messages, self._clock.now(), key, name, **fill)

    def _answer(self, tx: Transaction, chat: ChatId, key: str, name: str) -> None:
        now = self._clock.now()
        text = Text(self._messages.text(name, **self._numbers(now)))
        outbox.add(tx, SERVICE, Post(chat, text, key, SendClass.REPLY), now)
