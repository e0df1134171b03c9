"""What the world is made of: people, chats, messages, presses, files, and the limits that hold."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.sandbox.methods import Json

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
