"""What is sent most, as the fields of Telegram's methods, from bodies freed of the channel."""

from typing import Any

from bot.domain.channel.outgoing import Redraw, Rows, Text
from bot.domain.ids import ChatId
from bot.telegram.words import well_formed

Fields = dict[str, Any]


def text(body: Text, chat: ChatId) -> Fields:
    """A message in plain words: no markup is ever read into them, and no link opened unless asked."""
    fields: Fields = {
        "chat_id": chat,
        "text": well_formed(body.text),
        "link_preview_options": {"is_disabled": not body.preview},
    }
    if body.ask_location:
        fields["reply_markup"] = _asking_for_location(body)
    elif body.rows:
        fields["reply_markup"] = _keyboard(body.rows)
    elif body.clear_keys:
        fields["reply_markup"] = {"remove_keyboard": True}
    if body.reply_to is not None:
        fields["reply_parameters"] = {"message_id": body.reply_to, "allow_sending_without_reply": True}
    if body.protect:
        fields["protect_content"] = True
    if body.silent:
        fields["disable_notification"] = True
    return fields


def redraw(body: Redraw, chat: ChatId) -> Fields:
    """New buttons, none at all taking them away, and new words where there are some."""
    fields: Fields = {"chat_id": chat, "message_id": body.message_id}
    if body.rows:
        fields["reply_markup"] = _keyboard(body.rows)
    if body.text is not None:
        fields |= {"text": well_formed(body.text), "link_preview_options": {"is_disabled": True}}
    return fields


def _keyboard(rows: Rows) -> Fields:
    """Buttons under a message."""
    return {
        "inline_keyboard": [
            [
                {"text": well_formed(button.label), "url": button.url}
                if button.url
                else {"text": well_formed(button.label), "callback_data": button.data}
                for button in row
            ]
            for row in rows
        ]
    }


def _asking_for_location(body: Text) -> Fields:
    """The keyboard under the text field, from which alone Telegram shares a location.

    A message has one keyboard: so beside that button the others stand as words, which count when
    they are typed.
    """
    here = [{"text": well_formed(body.ask_location), "request_location": True}]
    words = [[{"text": well_formed(button.label)} for button in row if not button.url] for row in body.rows]
    return {
        "keyboard": [here, *(row for row in words if row)],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
