"""What Telegram's answers and the library's exceptions come to."""

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
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
from bot.telegram.outcome import outcome_of
from bot.telegram.transport import NotSent, SaidOk, Unknown


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotSent("ClientConnectorDNSError"), NotSentYet("ClientConnectorDNSError")),
        (Unknown("ServerDisconnectedError"), UnknownOutcome("Unknown")),
        (SaidOk("no result"), UnknownOutcome("SaidOk", said_ok=True)),
        (NetworkError("Bad Gateway"), UnknownOutcome("NetworkError")),
        (TimedOut(), UnknownOutcome("TimedOut")),
        (TelegramError("Invalid server response"), UnknownOutcome("TelegramError")),
        (RetryAfter(7), Parked(timedelta(seconds=7))),
        (ChatMigrated(-100123), Migrated(ChatId(-100123))),
        (InvalidToken(), Misconfigured("InvalidToken")),
        (Conflict("Conflict: terminated by other getUpdates request"), SecondPoller()),
        (Forbidden("Forbidden: bot was blocked by the user"), Undeliverable("blocked")),
        (Forbidden("Forbidden: user is deactivated"), Undeliverable("deactivated")),
        (Forbidden("Forbidden: bot was kicked from the group chat"), Undeliverable("kicked")),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Undeliverable("forbidden")),
        (BadRequest("Bad Request: chat not found"), Undeliverable("chat not found")),
        (BadRequest('Bad Request: can\'t parse entities: Unsupported start tag "x"'), PlainTextOnce()),
        (BadRequest("Bad Request: message is too long"), TooLong()),
        (BadRequest("Bad Request: MEDIA_CAPTION_TOO_LONG"), TooLong()),
        (
            BadRequest(
                "Bad Request: message is not modified: specified new message content and reply markup"
            ),
            AsGoodAsDone("not modified"),
        ),
        (
            BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid"),
            AsGoodAsDone("query too old"),
        ),
        (BadRequest("Bad Request: message to edit not found"), AsGoodAsDone("message gone")),
        (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Refused("button_data_invalid")),
        (BadRequest("Bad Request: message to copy not found"), Refused("message to copy not found")),
    ],
)
def test_each_answer_is_classified_once(error: TelegramError, expected: Outcome) -> None:
    """Refusals before network errors, because `BadRequest` is one of those in the library."""
    assert outcome_of(error) == expected


def test_a_refusal_repeats_nobodys_words() -> None:
    """Telegram may quote what we sent; the reason that is kept and logged holds none of it."""
    refused = outcome_of(BadRequest("Bad Request: button URL 'i drank https://x' is invalid"))
    assert refused == Refused("button url")
