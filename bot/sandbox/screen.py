"""What a person sees of their chat with the bot, and how a test waits for it."""

import asyncio
import re
from collections.abc import Callable
from typing import Final

from bot.sandbox.methods import Upload
from bot.sandbox.things import Change, Chat, Message, User
from bot.sandbox.world import World

_PATIENCE: Final = 10.0
"""Real seconds a test waits for something that must happen; reached only when it does not."""


class Screen:
    """A person's private chat with the bot, as it is shown to them."""

    def __init__(self, world: World, user: User) -> None:
        self.world = world
        self.user = user
        self.chat: Chat = world.add_user(user)
        self._heard: set[int] = set()

    @property
    def id(self) -> int:
        """The person's id, which is also the chat's."""
        return self.user.id

    @property
    def history(self) -> list[Message]:
        """Every message there ever was: deleted ones too, and what edits replaced (`earlier`)."""
        return list(self.chat.messages.values())

    @property
    def messages(self) -> list[Message]:
        """What stands in the chat now."""
        return [message for message in self.history if message.deleted_at is None]

    @property
    def last(self) -> Message:
        """The newest message of the bot that still stands; `LookupError` if there is none."""
        for message in reversed(self.messages):
            if message.by_bot:
                return message
        raise LookupError(f"{self.user.first_name} has nothing from the bot")

    @property
    def buttons(self) -> list[str]:
        """Labels that can be pressed: the newest message's inline ones, then the reply keyboard's."""
        with_rows = [message for message in self.messages if message.labels]
        inline = with_rows[-1].labels if with_rows else []
        keyboard = (self.chat.keyboard or {}).get("keyboard", [])
        return inline + [b if isinstance(b, str) else str(b["text"]) for row in keyboard for b in row]

    @property
    def typing(self) -> bool:
        """Whether the bot is shown as typing."""
        until = self.chat.typing_until
        return until is not None and self.world.clock.now() < until

    def file(self, message: Message) -> Upload:
        """The file in a message, as the person would open it; `LookupError` if there is none."""
        for kind in ("document", "voice", "photo", "video", "audio"):
            if (thing := message.body.get(kind)) is not None:
                stored = self.world.files[(thing[-1] if kind == "photo" else thing)["file_id"]]
                return Upload(stored.name, stored.mime, stored.content)
        raise LookupError("there is no file in this message")

    def heard(self) -> list[str]:
        """The words of the bot's messages since this was last asked, oldest first, without deleted ones."""
        fresh = [m for m in self.messages if m.by_bot and m.id not in self._heard]
        self._heard.update(message.id for message in fresh)
        return [message.text for message in fresh]

    async def hears(self, pattern: str = "", *, patience: float = _PATIENCE) -> Message:
        """Wait for the next unheard message of the bot in which the regular expression is found.

        It and all before it count as heard. Raises `TimeoutError`, with what was heard instead,
        after `patience` real seconds.
        """
        found: list[Message] = []

        def there() -> bool:
            for message in self.messages:
                fresh = message.by_bot and message.id not in self._heard
                if fresh and re.search(pattern, message.text, re.IGNORECASE | re.DOTALL):
                    found.append(message)
                    return True
            return False

        try:
            await self.until(there, patience=patience)
        except TimeoutError:
            raise TimeoutError(
                f"{self.user.first_name} waited for {pattern!r} and heard {self.heard()}"
            ) from None
        self._heard.update(m.id for m in self.messages if m.id <= found[0].id)
        return found[0]

    async def until(self, condition: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
        """Wait until `condition` holds; it is looked at whenever anything changes in this chat."""
        if condition():
            return
        done = asyncio.get_running_loop().create_future()

        def look(change: Change) -> None:
            if change.chat_id == self.id and not done.done() and condition():
                done.set_result(None)

        stop = self.world.watch(look)
        try:
            async with asyncio.timeout(patience):
                await done
        finally:
            stop()
