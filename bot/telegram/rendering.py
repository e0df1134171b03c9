"""The keyboards of a message, from rows freed of the channel."""

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.domain.outgoing import Rows, Text
from bot.telegram.words import well_formed

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons under a message, or None when there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(well_formed(button.label), url=button.url)
                if button.url
                else InlineKeyboardButton(well_formed(button.label), callback_data=button.data)
                for button in row
            ]
            for row in rows
        ]
    )


def markup(body: Text) -> Markup | None:
    """The one keyboard a message may have.

    Telegram shares a location only from the keyboard under the text field, and a message has one
    keyboard: so beside that button the others stand as words, which count when they are typed.
    """
    if not body.ask_location:
        return keyboard(body.rows)
    here = [KeyboardButton(well_formed(body.ask_location), request_location=True)]
    words = [
        [KeyboardButton(well_formed(button.label)) for button in row if not button.url] for row in body.rows
    ]
    return ReplyKeyboardMarkup(
        [here, *(row for row in words if row)], resize_keyboard=True, one_time_keyboard=True
    )
