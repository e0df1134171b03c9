"""Word to those who look after the service: something went wrong that a human should see to."""

from datetime import datetime

from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.messages import Messages
from bot.store.conversing import outbox, people
from bot.store.engine.transaction import Transaction


async def tell_coordinators(
    tx: Transaction, messages: Messages, now: datetime, key: str, name: str, /, **fill: object
) -> None:
    """Say the message `name` to every reachable coordinator, in their language, once for each `key`."""
    for who, chat in await people.with_role(tx, "coordinator"):
        if (coordinator := await people.by_id(tx, who)) is not None:
            text = Text(messages.spoken_in(coordinator.language).text(name, **fill))
            outbox.add(tx, who, Post(chat, text, f"{key}:{who}", SendClass.HANDOFF), now)
