"""From Telegram's JSON to what a person did.

An update is kept raw first and read later, so reading may fail (`Unreadable`) without losing anything. The
two kinds that make up nearly all traffic, a plain text and a press, are read straight from the JSON; all
others through python-telegram-bot's types.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update
from telegram.error import TelegramError

from bot.app.ports import Unreadable
from bot.domain.ids import ChatId, MessageId
from bot.domain.incoming import (
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
from bot.telegram.kinds import MEDIA, SERVICE
from bot.telegram.words import well_formed

NOWHERE: Final = ChatId(0)
"""The chat of an update that belongs to none, such as a poll's count."""

_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]+)(?:@[A-Za-z0-9_]+)?(.*)\Z", re.DOTALL)
_NAME: Final = re.compile(r"[a-z_]{1,40}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_RESULT: Final = re.compile(r'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[\s*')
_NEXT: Final = re.compile(r"\s*,?\s*")
_PLAIN_UPDATE: Final = {"update_id", "message"}
_PLAIN_PRESS: Final = {"update_id", "callback_query"}
_PLAIN_TEXT: Final = frozenset(
    {
        "message_id",
        "from",
        "chat",
        "date",
        "text",
        "entities",
        "link_preview_options",
        "has_protected_content",
    }
)


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update as it came, and what it is filed under before anybody reads it.

    `lane` is the chat whose order it belongs to, `press` the callback query that waits for an answer.
    """

    id: int
    raw: bytes
    lane: ChatId | None
    press: str | None


def split_updates(payload: bytes) -> list[RawUpdate]:
    """The updates in an answer to getUpdates, each with its own text.

    An element without an update id can't be acknowledged and is left out. Raises `Unreadable`
    when the whole is not such an answer.
    """
    text = payload.decode("utf-8", "replace")
    head = _RESULT.match(text)
    if head is None:
        return _split_slowly(text)
    found: list[RawUpdate] = []
    at = head.end()
    try:
        while text[at] != "]":
            update, end = _DECODER.raw_decode(text, at)
            if (id_ := _update_id(update)) is not None:
                found.append(_filed(id_, update, text[at:end].encode()))
            at = _past(text, end)
    except (IndexError, ValueError, RecursionError):
        raise Unreadable("not an answer to getUpdates") from None
    return found


def _split_slowly(text: str) -> list[RawUpdate]:
    """The same for an answer whose fields come in another order."""
    answer = _loaded(text)
    updates = answer.get("result")
    if answer.get("ok") is not True or not isinstance(updates, list):
        raise Unreadable("not an answer to getUpdates")
    return [
        _filed(id_, update, json.dumps(update).encode())
        for update in updates
        if (id_ := _update_id(update)) is not None
    ]


def _past(text: str, end: int) -> int:
    between = _NEXT.match(text, end)
    assert between is not None, "it matches the empty string"
    return between.end()


def raw_update(body: bytes) -> RawUpdate:
    """One update as a webhook brings it. Raises `Unreadable` when it is none."""
    update = _loaded(body.decode("utf-8", "replace"))
    id_ = _update_id(update)
    if id_ is None:
        raise Unreadable("no update id")
    return _filed(id_, update, body)


def lane_of(raw: bytes) -> ChatId | None:
    """The chat an update belongs to, found without reading the rest; None when there is none."""
    try:
        return _chat_of(_loaded(raw.decode("utf-8", "replace")))
    except Unreadable:
        return None


def callback_query_id(raw: bytes) -> str | None:
    """The press that waits for an answer, or None when the update is no press."""
    try:
        return _press_of(_loaded(raw.decode("utf-8", "replace")))
    except Unreadable:
        return None


def read_update(raw: bytes, received: datetime) -> Incoming:
    """What a person did, with locations rounded to about a kilometre and text made well formed.

    `received`: aware UTC; a press carries no time of its own, so it counts as made then. Raises
    `Unreadable` for a payload that breaks Telegram's own format.
    """
    try:
        update = _loaded(raw.decode("utf-8", "replace"))
        return _plain_text(update) or _plain_press(update, received) or _typed(update, received)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, TelegramError):
        raise Unreadable("an update against its own format") from None
    except RecursionError:
        raise Unreadable("too deep") from None


def _plain_text(update: dict[str, Any]) -> Incoming | None:
    """A text message with nothing special about it, or None."""
    if update.keys() != _PLAIN_UPDATE:
        return None
    message = update["message"]
    if not isinstance(message, dict) or not message.keys() <= _PLAIN_TEXT:
        return None
    match message:
        case {
            "message_id": int(message_id),
            "date": int(date),
            "text": str(text),
            "chat": {"id": int(chat), "type": "private"},
            "from": {"id": int()} as sender,
        }:
            return Incoming(
                ChatId(chat),
                _words(well_formed(text)),
                datetime.fromtimestamp(date, UTC),
                MessageId(message_id),
                language=_language(sender.get("language_code")),
            )
    return None


def _plain_press(update: dict[str, Any], received: datetime) -> Incoming | None:
    """A press on a button under a message of a private chat, or None."""
    if update.keys() != _PLAIN_PRESS:
        return None
    match update["callback_query"]:
        case {
            "id": str(),
            "data": str(data),
            "message": {
                "message_id": int(message_id),
                "date": int(),
                "chat": {"id": int(chat), "type": "private"},
            },
            "from": {"id": int()} as sender,
        }:
            return Incoming(
                ChatId(chat),
                Pressed(well_formed(data), MessageId(message_id)),
                received,
                MessageId(message_id),
                language=_language(sender.get("language_code")),
            )
    return None


def _typed(fields: dict[str, Any], received: datetime) -> Incoming:
    """Any update, by way of python-telegram-bot's types."""
    update = Update.de_json(fields, None)
    if query := update.callback_query:
        return _press(query, received)
    if member := update.my_chat_member:
        return Incoming(ChatId(member.chat.id), _membership(member), member.date)
    if message := update.message:
        return _message(message, fields["message"], edited=False)
    if message := update.edited_message:
        return _message(message, fields["edited_message"], edited=True)
    if post := update.channel_post or update.edited_channel_post:
        return Incoming(ChatId(post.chat.id), NotPrivate(), post.date, MessageId(post.message_id))
    return Incoming(_chat_of(fields) or NOWHERE, Unknown(_kind_of(fields)), received)


def _press(query: CallbackQuery, received: datetime) -> Incoming:
    chat = query.message.chat if query.message else None
    message_id = MessageId(query.message.message_id) if query.message else None
    content: Content
    if chat is not None and chat.type != "private":
        content = NotPrivate()
    elif query.data is None:
        content = Unknown("callback_query")
    else:
        content = Pressed(well_formed(query.data), message_id)
    where = ChatId(chat.id if chat else query.from_user.id)
    return Incoming(where, content, received, message_id, language=_language(query.from_user.language_code))


def _membership(change: ChatMemberUpdated) -> Content:
    """In a private chat: blocked or back. In a group: put into it, which the bot leaves, or out of it."""
    gone = change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    if change.chat.type == "private":
        return Blocked(again=not gone)
    return Unknown("my_chat_member") if gone else NotPrivate()


def _message(message: Message, fields: dict[str, Any], *, edited: bool) -> Incoming:
    answered = message.reply_to_message
    sender = message.from_user
    return Incoming(
        ChatId(message.chat.id),
        _content(message, fields, edited=edited),
        (message.edit_date if edited else None) or message.date,
        MessageId(message.message_id),
        MessageId(answered.message_id) if answered else None,
        _language(sender.language_code if sender else None),
    )


def _content(message: Message, fields: dict[str, Any], *, edited: bool) -> Content:
    if message.chat.type != "private":
        return Moved(ChatId(message.migrate_to_chat_id)) if message.migrate_to_chat_id else NotPrivate()
    forwarded = message.forward_origin is not None
    if message.text is not None:
        text = well_formed(message.text)
        return Said(text, forwarded, edited) if edited or forwarded else _words(text)
    caption = well_formed(message.caption or "")
    if edited:
        return Said(caption, forwarded, edited=True) if caption else Unknown("edited_message")
    if message.location:
        return _place(message.location.latitude, message.location.longitude)
    if noted := next((name for name in fields if name in SERVICE), None):
        return Unknown(noted)
    what, kind = next(
        ((what, kind) for what, kind in MEDIA.items() if what in fields), ("something", "other")
    )
    return SentMedia(kind, what, caption)


def _words(text: str) -> Said | Commanded:
    command = _COMMAND.match(text)
    if command is None:
        return Said(text)
    return Commanded(command[1].lower(), command[2].strip())


def _place(lat: float, lon: float) -> SharedPlace:
    """Two decimals are about a kilometre: enough to find a meeting, too little to find a door."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("not on earth")
    return SharedPlace(round(lat, 2), round(lon, 2))


def _language(code: object) -> str | None:
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else None


def _kind_of(update: dict[str, Any]) -> str:
    """The update's kind, for counting; a name that Telegram could not have given is not repeated."""
    kind = next((name for name in update if name != "update_id"), "nothing")
    return kind if _NAME.fullmatch(kind) else "unknown"


def _filed(id_: int, update: dict[str, Any], raw: bytes) -> RawUpdate:
    return RawUpdate(id_, raw, _chat_of(update), _press_of(update))


def _update_id(update: object) -> int | None:
    return _whole(update.get("update_id")) if isinstance(update, dict) else None


def _press_of(update: dict[str, Any]) -> str | None:
    match update.get("callback_query"):
        case {"id": str(id_)}:
            return id_
    return None


def _chat_of(update: dict[str, Any]) -> ChatId | None:
    """The chat's id, or where there is none that of the person, which is their private chat's."""
    for body in update.values():
        match body:
            case {"chat": {"id": id_}} | {"message": {"chat": {"id": id_}}} | {"from": {"id": id_}}:
                pass
            case {"user": {"id": id_}} | {"user_chat_id": id_}:
                pass
            case _:
                continue
        if (chat := _whole(id_)) is not None:
            return ChatId(chat)
    return None


def _whole(value: object) -> int | None:
    """A number that both databases hold in a BIGINT."""
    return value if type(value) is int and -(2**63) <= value < 2**63 else None


def _loaded(text: str) -> dict[str, Any]:
    try:
        update = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(update, dict):
        raise Unreadable("not an object")
    return update


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_number)
