"""What is to be sent, freed of the channel it leaves by."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.ids import ChatId, MessageId


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. `data` is opaque to the channel; `url` opens a page instead."""

    label: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A message in plain words (never markup). `protect` keeps the reader from forwarding it."""

    text: str
    rows: Rows = ()
    ask_location: str = ""
    """When set, a reply keyboard with one button of this label that shares the person's location."""
    protect: bool = False
    preview: bool = False
    silent: bool = False
    clear_keys: bool = False
    """Take away the keyboard that asked for a location; such a message has no buttons of its own."""
    reply_to: MessageId | None = None
    """The message of this chat that it answers; sent all the same when that one is gone."""


@dataclass(frozen=True, slots=True)
class Redraw:
    """New buttons, and new words where `text` is given, for a message already sent."""

    message_id: MessageId
    rows: Rows = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete messages in this chat; what can no longer be deleted is passed over."""

    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Copy one message of another chat, without saying whose it was."""

    from_chat: ChatId
    message_id: MessageId
    protect: bool = True
    reply_to: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """A place on the map, degrees."""

    lat: float
    lon: float
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """A small file made by us, such as a calendar entry."""

    name: str
    content: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture made by us, as a PNG file."""

    content: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Typing:
    """Shown for a few seconds, or until a message comes: somebody is writing."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave a group or a channel."""


Body = Text | Redraw | Remove | Copy | Venue | File | Photo | Typing | Leave


class SendClass(StrEnum):
    """What may be done when nobody knows whether a message arrived (docs/decisions, delivery)."""

    DANGER = "danger"
    """Sent again at once, unmarked; goes before everything else."""
    HANDOFF = "handoff"
    """Relay, alerts, pages: sent again after ten seconds, marked as a repeat."""
    REPLY = "reply"
    """An answer in a flow: once more after ten seconds, unmarked."""
    NUDGE = "nudge"
    """Check-ins and caring messages: never again."""
    REPLACEABLE = "replaceable"
    """Edits, deletions, typing: forgotten."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message to one chat. `key` is derived from its cause, so that a replay inserts nothing."""

    chat: ChatId
    body: Body
    key: str
    send_class: SendClass = SendClass.REPLY
    links: tuple[str, ...] = field(default=())
    """What the sent message's id is to be remembered under (`talk:7:55`, `alert:3:12`)."""
