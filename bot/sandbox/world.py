"""The state of a small Telegram with one bot in it: people, chats, messages, files, and what they may do."""

import base64
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from bot.sandbox.clock import Clock
from bot.sandbox.errors import bad_request, forbidden, too_many
from bot.sandbox.ledger import Ledger
from bot.sandbox.methods import Json, Upload
from bot.sandbox.updates import Updates

TOKEN: Final = "7000000001:sandbox-stand-in-for-telegram-000000"  # noqa: S105  # opens nothing
ChatKind = Literal["private", "group", "supergroup"]
ChangeKind = Literal["message", "edited", "deleted", "typing", "notice", "keyboard", "profile", "blocked"]


@dataclass(slots=True)
class User:
    """A person with a phone."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"
    deactivated: bool = False

    def json(self) -> Json:
        """As `User` of the Bot API."""
        names = ("last_name", "username", "language_code")
        more = {name: value for name in names if (value := getattr(self, name))}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **more}


@dataclass(slots=True)
class Message:
    """One message of one chat. `body` is its content as the Bot API writes it."""

    id: int
    chat_id: int
    at: datetime
    sender: int | None
    """The person's id; None for the bot."""
    body: Json
    markup: Json | None = None
    """The inline keyboard."""
    protected: bool = False
    silent: bool = False
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    earlier: list[Json] = field(default_factory=list)
    """The bodies it had before it was edited, oldest first."""

    @property
    def by_bot(self) -> bool:
        """Whether the bot sent it."""
        return self.sender is None

    @property
    def text(self) -> str:
        """Its words or its caption; empty where it has none."""
        return str(self.body.get("text") or self.body.get("caption") or "")

    @property
    def rows(self) -> list[list[Json]]:
        """The inline buttons as the Bot API writes them."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def labels(self) -> list[str]:
        """What stands on the inline buttons, in reading order."""
        return [str(button["text"]) for row in self.rows for button in row]


@dataclass(slots=True)
class Chat:
    """A chat the bot knows of."""

    id: int
    kind: ChatKind
    user: User | None = None
    title: str = ""
    started: bool = False
    blocked: bool = False
    kicked: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: Json | None = None
    """The reply keyboard in force."""
    typing_until: datetime | None = None
    sent_at: deque[float] = field(default_factory=deque)

    def json(self) -> Json:
        """As `Chat` of the Bot API."""
        if self.user is None:
            return {"id": self.id, "type": self.kind, "title": self.title}
        names = ("first_name", "last_name", "username")
        return {"id": self.id, "type": self.kind, **{n: v for n in names if (v := getattr(self.user, n))}}


@dataclass(slots=True)
class Query:
    """A press of a button and how the bot answered it."""

    id: str
    chat_id: int
    message_id: int
    data: str
    at: datetime
    answered_at: datetime | None = None
    text: str = ""
    alert: bool = False


@dataclass(slots=True)
class StoredFile:
    """A file somebody sent."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes

    @property
    def path(self) -> str:
        """Where `/file/bot<token>/` gives it."""
        return f"{self.kind}/{self.unique_id}"


@dataclass(slots=True)
class Webhook:
    """Where updates are posted, if anywhere."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast the bot may send: `each_chat` a second with bursts of `burst`, `overall` a second.

    Telegram's figures (Bots FAQ); not enforced unless `enforced`.
    """

    enforced: bool = False
    overall: int = 30
    each_chat: float = 1.0
    burst: int = 5
    query_answerable: timedelta = timedelta(seconds=150)
    deletable: timedelta = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Change:
    """Something a phone would show."""

    kind: ChangeKind
    chat_id: int
    message_id: int | None = None
    query: str = ""
    """The press that a notice answers."""


@dataclass(slots=True)
class Profile:
    """The bot's own name and words, and the commands it offers, by scope and language."""

    name: str = "Sandbox bot"
    username: str = "sandbox_bot"
    description: str = ""
    short_description: str = ""
    commands: dict[str, list[Json]] = field(default_factory=dict)


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
