"""What an update means, taken from python-telegram-bot's types: what reading is held against."""

from datetime import datetime

from telegram import Message, Update
from telegram.constants import ChatType

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
from bot.telegram.kinds import MEDIA
from bot.telegram.words import well_formed


def by_library(update: Update, received: datetime) -> Incoming:
    """The same as `read_update`, for the kinds that `tests.telegram.updates` draws."""
    chat, message = update.effective_chat, update.effective_message
    assert chat is not None
    private = chat.type == ChatType.PRIVATE
    message_id = MessageId(message.message_id) if message else None
    if query := update.callback_query:
        pressed = Pressed(well_formed(query.data or ""), message_id)
        return Incoming(ChatId(chat.id), pressed, received, message_id, language=_language(update))
    if member := update.my_chat_member:
        here = member.new_chat_member.status == "member"
        content: Content = Unknown("my_chat_member") if not here else NotPrivate()
        return Incoming(ChatId(chat.id), Blocked(again=here) if private else content, member.date)
    assert message is not None
    if update.channel_post or update.edited_channel_post:
        return Incoming(ChatId(chat.id), NotPrivate(), message.date, message_id)
    edited = update.edited_message is not None
    content = _content(message, edited=edited) if private else NotPrivate()
    if not private and message.migrate_to_chat_id and not edited:
        content = Moved(ChatId(message.migrate_to_chat_id))
    answered = message.reply_to_message
    return Incoming(
        ChatId(chat.id),
        content,
        message.edit_date if edited and message.edit_date else message.date,
        message_id,
        MessageId(answered.message_id) if answered else None,
        _language(update),
    )


def _content(message: Message, *, edited: bool) -> Content:
    forwarded = message.forward_origin is not None
    words = well_formed(message.text or message.caption or "")
    if edited:
        return Said(words, forwarded, True, message.text is None) if words else Unknown("edited_message")
    if message.text is not None:
        if forwarded or not words.startswith("/") or not words[1:2].isascii() or not _wordy(words[1:2]):
            return Said(words, forwarded)
        length = next((at for at, letter in enumerate(words) if at and not _wordy(letter)), len(words))
        rest = words[length:]
        if rest.startswith("@") and _wordy(rest[1:2]):
            rest = rest[1:].lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
        return Commanded(words[1:length].lower(), rest.strip())
    if message.location:
        return SharedPlace(round(message.location.latitude, 2), round(message.location.longitude, 2))
    what = next((name for name in MEDIA if getattr(message, name, None)), None)
    if what is None:
        named = ("pinned_message", "migrate_to_chat_id", "left_chat_member")
        return Unknown(next(name for name in named if getattr(message, name)))
    return SentMedia(MEDIA[what], what, words, forwarded)


def _wordy(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter == "_")


def _language(update: Update) -> str | None:
    code = update.effective_user.language_code if update.effective_user else None
    return code if code in {"en", "en-GB", "de", "zh-hans"} else None
