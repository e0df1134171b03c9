"""The state of a small Telegram with one bot in it, and what may be done to it."""

import base64
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from bot.sandbox.clock import Clock
from bot.sandbox.errors import bad_request, forbidden, too_many
from bot.sandbox.ledger import Ledger
from bot.sandbox.methods import Json, Upload
from bot.sandbox.things import (
    Change,
    ChangeKind,
    Chat,
    ChatKind,
    Limits,
    Message,
    Profile,
    Query,
    StoredFile,
    User,
    Webhook,
)
from bot.sandbox.updates import Updates

TOKEN: Final = "7000000001:sandbox-stand-in-for-telegram-000000"  # noqa: S105  # opens nothing


class World:
    """Everything one bot can see and change, and the people around it."""

    def __init__(
        self, clock: Clock, ledger: Ledger, limits: Limits, *, token: str = TOKEN, seed: int = 0
    ) -> None:
        self.clock = clock
        self.ledger = ledger
        self.limits = limits
        self.token = token
        self.updates = Updates(ledger, seed)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.webhook = Webhook()
        self.profile = Profile()
        self.next_message_id = 1
        self.next_file = 1
        self.next_query = 1
        self._sent_at: deque[float] = deque()
        self._watchers: list[Callable[[Change], None]] = []

    @property
    def bot_id(self) -> int:
        """The bot's own user id: what stands before the colon of its token."""
        return int(self.token.partition(":")[0])

    def me(self) -> Json:
        """The bot as `User`."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.profile.name,
            "username": self.profile.username,
        }

    # People and chats

    def add_user(self, user: User) -> Chat:
        """Someone with a phone, and their private chat, not yet started; known ones stay as they are."""
        if user.id in self.users:
            return self.chats[user.id]
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", user)
        return self.chats[user.id]

    def add_group(self, chat_id: int, title: str, kind: ChatKind = "group") -> Chat:
        """A group; the bot is in it until it leaves or is kicked. `chat_id` is negative."""
        self.chats[chat_id] = Chat(chat_id, kind, title=title, started=True)
        return self.chats[chat_id]

    def chat(self, chat_id: int | str) -> Chat:
        """The chat, or 400 "chat not found"."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        return chat

    def reachable(self, chat_id: int | str) -> Chat:
        """The chat if the bot may write there; otherwise the 403 that says why not."""
        chat = self.chat(chat_id)
        if chat.kicked:
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.user is not None:
            if chat.user.deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    # Messages

    def message(self, chat: Chat, message_id: int, what: str) -> Message:
        """A message that is there, or 400 "message to <what> not found"."""
        message = chat.messages.get(message_id)
        if message is None or message.deleted_at is not None:
            raise bad_request(f"message to {what} not found")
        return message

    def post(self, chat: Chat, sender: int | None, body: Json, **more: Any) -> Message:
        """Put a message into a chat and tell whoever watches."""
        message = Message(self.next_message_id, chat.id, self.clock.now(), sender, body, **more)
        self.next_message_id += 1
        chat.messages[message.id] = message
        chat.typing_until = None
        self.tell("message", chat.id, message.id)
        return message

    def edit(self, message: Message, body: Json, markup: Json | None) -> None:
        """Change a message, keeping what it was."""
        if body != message.body:
            message.earlier.append(message.body)
        message.body, message.markup = body, markup
        message.edited_at = self.clock.now()
        self.tell("edited", message.chat_id, message.id)

    def delete(self, message: Message) -> None:
        """Take a message away from both sides; the record stays."""
        message.deleted_at = self.clock.now()
        self.tell("deleted", message.chat_id, message.id)

    def message_json(self, message: Message) -> Json:
        """The message as `Message` of the Bot API."""
        chat = self.chats[message.chat_id]
        sender = self.me() if message.sender is None else self.users[message.sender].json()
        answer = {
            "message_id": message.id,
            "from": sender,
            "chat": chat.json(),
            "date": int(message.at.timestamp()),
            **message.body,
        }
        if message.edited_at is not None:
            answer["edit_date"] = int(message.edited_at.timestamp())
        if message.protected:
            answer["has_protected_content"] = True
        if message.markup is not None:
            answer["reply_markup"] = message.markup
        return answer

    # Files

    def keep_file(self, kind: str, upload: Upload) -> StoredFile:
        """Store a file under new ids."""
        n, self.next_file = self.next_file, self.next_file + 1
        tail = base64.urlsafe_b64encode(f"{kind}:{self.bot_id}:{n}".encode()).decode().rstrip("=")
        stored = StoredFile(f"BQAC{tail}", f"AgAD{n:08d}", kind, upload.name, upload.mime, upload.content)
        self.files[stored.id] = stored
        return stored

    # Limits

    def spend(self, chat: Chat) -> None:
        """Count one message against the limits; 429 if there is none to spend."""
        if not self.limits.enforced:
            return
        now = self.clock.now().timestamp()
        _sift(self._sent_at, now, 1.0)
        span = self.limits.burst / self.limits.each_chat
        _sift(chat.sent_at, now, span)
        waits = [0.0]
        if len(self._sent_at) >= self.limits.overall:
            waits.append(self._sent_at[0] + 1.0 - now)
        if len(chat.sent_at) >= self.limits.burst:
            waits.append(chat.sent_at[0] + span - now)
        if (wait := max(waits)) > 0:
            raise too_many(max(1, round(wait + 0.5)))
        self._sent_at.append(now)
        chat.sent_at.append(now)

    # Watching

    def watch(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Call `watcher` at each change, at once and in order; the answer stops it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def tell(self, kind: ChangeKind, chat_id: int, message_id: int | None = None, query: str = "") -> None:
        """Tell the watchers."""
        change = Change(kind, chat_id, message_id, query)
        for watcher in tuple(self._watchers):
            watcher(change)


def _sift(times: deque[float], now: float, span: float) -> None:
    while times and times[0] <= now - span:
        times.popleft()
