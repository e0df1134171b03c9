"""From Telegram's JSON to what a person did.

An update is kept raw first and read later, so reading may fail (`Unreadable`) without losing anything. Only
what is needed is looked at: read through python-telegram-bot's types, a poll without a field of last
month's Bot API would be a poison update. A test holds the result equal to that of its types.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from bot.app.ports import Unreadable
from bot.domain.channel.incoming import (
    Blocked,
    Commanded,
    Content,
    Incoming,
    Moved,
    NotPrivate,
    Pressed,
    Said,
    SentMedia,
    SharedPlace,
    Unknown,
)
from bot.domain.ids import ChatId, MessageId
from bot.telegram.kinds import MEDIA, SERVICE
from bot.telegram.raw import chat_of, loaded, whole
from bot.telegram.words import well_formed

NOWHERE: Final = ChatId(0)
"""The chat of an update that belongs to none, such as a poll's count."""

_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]+)(?:@[A-Za-z0-9_]+)?(.*)\Z", re.DOTALL)
_NAME: Final = re.compile(r"[a-z_]{1,40}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")

_Fields = dict[str, Any]


def read_update(payload: bytes, received: datetime) -> Incoming:
    """What a person did, with locations rounded to about a kilometre and text made well formed.

    `received`: aware UTC; a press carries no time of its own, so it counts as made then. Raises
    `Unreadable` for a payload that breaks Telegram's own format.
    """
    update = loaded(payload.decode("utf-8", "replace"))
    try:
        for kind, read in _KINDS.items():
            if kind in update:
                return read(update[kind], received)
        return Incoming(chat_of(update) or NOWHERE, Unknown(_kind_of(update)), received)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        raise Unreadable("an update against its own format") from None


def _message(message: _Fields, _received: datetime) -> Incoming:
    return _from_message(message, message["date"], _content(message))


def _edited(message: _Fields, _received: datetime) -> Incoming:
    return _from_message(message, message.get("edit_date") or message["date"], _edited_content(message))


def _from_message(message: _Fields, date: object, content: Content) -> Incoming:
    answered = message.get("reply_to_message")
    sender = message.get("from")
    return Incoming(
        _chat(message),
        content,
        _instant(date),
        MessageId(_number(message["message_id"])),
        MessageId(_number(answered["message_id"])) if answered else None,
        _language(sender) if sender else None,
    )


def _content(message: _Fields) -> Content:
    if not _private(message):
        moved = message.get("migrate_to_chat_id")
        return Moved(ChatId(_number(moved))) if moved else NotPrivate()
    forwarded = bool(message.get("forward_origin"))
    if "text" in message:
        text = _text(message["text"])
        return Said(text, forwarded=True) if forwarded else _words(text)
    if "location" in message:
        return _place(message["location"])
    if noted := next((name for name in message if name in SERVICE), None):
        return Unknown(noted)
    what, kind = next(
        ((what, kind) for what, kind in MEDIA.items() if what in message), ("something", "other")
    )
    links = [_text(link) for part in message.get("caption_entities", ()) if (link := _behind(part))]
    return SentMedia(kind, what, " ".join([_text(message.get("caption", "")), *links]).strip(), forwarded)


def _behind(part: _Fields) -> object:
    """The link behind a part of a caption's words: it is copied with a picture, unlike with mere words."""
    return part.get("url") or ("tg://user" if "user" in part else None)


def _edited_content(message: _Fields) -> Content:
    """An edit is words only: it runs no command, and where a live location goes is not looked at."""
    if not _private(message):
        return NotPrivate()
    words = _text(message.get("text") or message.get("caption") or "")
    if not words:
        return Unknown("edited_message")
    under = "text" not in message
    return Said(words, forwarded=bool(message.get("forward_origin")), edited=True, under=under)


def _press(query: _Fields, received: datetime) -> Incoming:
    person = query["from"]
    under = query.get("message")
    where = _chat(under) if under else ChatId(_number(person["id"]))
    message_id = MessageId(_number(under["message_id"])) if under else None
    content: Content
    if under and not _private(under):
        content = NotPrivate()
    elif "data" in query:
        content = Pressed(_text(query["data"]), message_id)
    else:
        content = Unknown("callback_query")
    return Incoming(where, content, received, message_id, language=_language(person))


def _membership(change: _Fields, _received: datetime) -> Incoming:
    """In a private chat: blocked or back. In a group: put into it, which the bot leaves, or out of it."""
    gone = _text(change["new_chat_member"]["status"]) in {"kicked", "left"}
    content: Content
    if _private(change):
        content = Blocked(again=not gone)
    else:
        content = Unknown("my_chat_member") if gone else NotPrivate()
    return Incoming(_chat(change), content, _instant(change["date"]))


def _post(post: _Fields, _received: datetime) -> Incoming:
    message_id = MessageId(_number(post["message_id"]))
    return Incoming(_chat(post), NotPrivate(), _instant(post["date"]), message_id)


_KINDS: Final[dict[str, Callable[[_Fields, datetime], Incoming]]] = {
    "message": _message,
    "callback_query": _press,
    "edited_message": _edited,
    "my_chat_member": _membership,
    "channel_post": _post,
    "edited_channel_post": _post,
}


def _words(text: str) -> Said | Commanded:
    command = _COMMAND.match(text)
    if command is None:
        return Said(text)
    return Commanded(command[1].lower(), command[2].strip())


def _place(location: _Fields) -> SharedPlace:
    """Two decimals are about a kilometre: enough to find a meeting, too little to find a door."""
    lat, lon = location["latitude"], location["longitude"]
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("not on earth")
    return SharedPlace(round(lat, 2), round(lon, 2))


def _chat(holder: _Fields) -> ChatId:
    return ChatId(_number(holder["chat"]["id"]))


def _private(holder: _Fields) -> bool:
    return _text(holder["chat"]["type"]) == "private"


def _number(value: object) -> int:
    number = whole(value)
    if number is None:
        raise TypeError("not a number")
    return number


def _instant(value: object) -> datetime:
    return datetime.fromtimestamp(_number(value), UTC)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return well_formed(value)


def _language(person: _Fields) -> str | None:
    code = person.get("language_code")
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else None


def _kind_of(update: _Fields) -> str:
    """The update's kind, for counting; a name that Telegram could not have given is not repeated."""
    kind = next((name for name in update if name != "update_id"), "nothing")
    return kind if _NAME.fullmatch(kind) else "unknown"
