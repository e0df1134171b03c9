"""What one call to Telegram came to, read from the exception's kind and Telegram's own words."""

import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.domain.channel.delivery import (
    AsGoodAsDone,
    Migrated,
    Misconfigured,
    NotSentYet,
    Outcome,
    Parked,
    PlainTextOnce,
    Refused,
    SecondPoller,
    TooLong,
    Undeliverable,
    UnknownOutcome,
)
from bot.domain.ids import ChatId
from bot.telegram.transport import NotSent, SaidOk

_REFUSALS: tuple[tuple[str, Outcome], ...] = (
    ("message is not modified", AsGoodAsDone("not modified")),
    ("query is too old", AsGoodAsDone("query too old")),
    ("query_id_invalid", AsGoodAsDone("query too old")),
    ("message to edit not found", AsGoodAsDone("message gone")),
    ("message can't be edited", AsGoodAsDone("message too old")),
    ("message to delete not found", AsGoodAsDone("message gone")),
    ("message can't be deleted", AsGoodAsDone("message too old")),
    ("message identifier is not specified", AsGoodAsDone("message gone")),
    ("message_id_invalid", AsGoodAsDone("message gone")),
    ("chat not found", Undeliverable("chat not found")),
    ("peer_id_invalid", Undeliverable("chat not found")),
    ("user not found", Undeliverable("chat not found")),
    ("user is deactivated", Undeliverable("deactivated")),
    ("input_user_deactivated", Undeliverable("deactivated")),
    ("user_is_blocked", Undeliverable("blocked")),
    ("group chat was deactivated", Undeliverable("deactivated")),
    ("chat_write_forbidden", Undeliverable("no right to write")),
    ("have no rights to send", Undeliverable("no right to write")),
    ("not enough rights to send", Undeliverable("no right to write")),
    ("can't parse entities", PlainTextOnce()),
    ("can't find end of the entity", PlainTextOnce()),
    ("message is too long", TooLong()),
    ("message caption is too long", TooLong()),
    ("message_too_long", TooLong()),
    ("media_caption_too_long", TooLong()),
)
"""Telegram's words for a 400, in lower case (Bot API server source and observed answers)."""

_QUOTED = re.compile(r"[\"'“‘].*", re.DOTALL)
"""What Telegram quotes back may be somebody's words, so nothing is kept from the first quote on."""

_NEVER = (("blocked", "blocked"), ("deactivated", "deactivated"), ("kicked", "kicked"))


def outcome_of(error: TelegramError) -> Outcome:
    """Classify one failed call.

    `BadRequest` is a kind of `NetworkError` in python-telegram-bot, so it is looked at first.
    What is not known to have failed before it left, or to have been refused, is unknown.
    """
    match error:
        case BadRequest():
            return _refusal(error.message)
        case RetryAfter():
            wait = error.retry_after
            return Parked(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case ChatMigrated():
            return Migrated(ChatId(error.new_chat_id))
        case Forbidden():
            said = error.message.lower()
            return Undeliverable(next((word for sign, word in _NEVER if sign in said), "forbidden"))
        case InvalidToken() | EndPointNotFound():
            return Misconfigured(type(error).__name__)
        case Conflict():
            return SecondPoller()
        case NotSent():
            return NotSentYet(error.message)
        case SaidOk():
            return UnknownOutcome("SaidOk", said_ok=True)
        case _:
            return UnknownOutcome(type(error).__name__)


def _refusal(message: str) -> Outcome:
    said = message.lower()
    for sign, outcome in _REFUSALS:
        if sign in said:
            return outcome
    return Refused(_QUOTED.sub("", said)[:80].strip())
