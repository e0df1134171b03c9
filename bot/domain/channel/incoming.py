"""What a person did, freed of the channel it came by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.ids import ChatId, MessageId

MediaKind = Literal["photo", "voice", "sticker", "other"]


@dataclass(frozen=True, slots=True)
class Said:
    """Words: a message, an edit or a forwarded message. `forwarded` words are somebody else's.

    `under`: an edit of what stands under a picture or the like.
    """

    text: str
    forwarded: bool = False
    edited: bool = False
    under: bool = False


@dataclass(frozen=True, slots=True)
class Commanded:
    """A slash command without its slash, lower case, and what stood behind it."""

    name: str
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: the opaque data that the button carried. Untrusted until it is found in the store."""

    data: str
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """A location shared once, in degrees; already rounded to about a kilometre."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class SentMedia:
    """Anything that is not words. `what` is the channel's own name for it (sticker, poll, contact …).

    `caption` holds the links, too, that lie behind its words. `forwarded`: it is somebody else's.
    """

    kind: MediaKind
    what: str
    caption: str = ""
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person blocked the bot, or came back (`again`)."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class NotPrivate:
    """The bot was put into a group or a channel, which it leaves."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An update of a kind this version does not know; it is acknowledged and counted."""

    what: str


Content = Said | Commanded | Pressed | SharedPlace | SentMedia | Blocked | Moved | NotPrivate | Unknown


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update: from which chat, which message, when it was sent (aware, UTC), and what it holds."""

    chat: ChatId
    content: Content
    at: datetime
    message_id: MessageId | None = None
    reply_to: MessageId | None = None
    language: str | None = None
