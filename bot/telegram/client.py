"""The bot's side of the Bot API: sending a body, fetching raw updates, and the calls about the bot itself."""

import json
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self, assert_never
from urllib.parse import urlencode

from telegram import (
    Bot,
    BotCommand,
    BotDescription,
    BotName,
    BotShortDescription,
    InputFile,
    Message,
    ReplyParameters,
)
from telegram import MessageId as CopiedId
from telegram.constants import ChatAction
from telegram.error import InvalidToken, TelegramError

from bot.app.ports import Unreadable
from bot.domain.channel.delivery import (
    AsGoodAsDone,
    Delivered,
    Outcome,
    Refused,
    Undeliverable,
    UnknownOutcome,
)
from bot.domain.channel.outgoing import Body, Copy, File, Leave, Photo, Redraw, Remove, Text, Typing, Venue
from bot.domain.ids import ChatId, MessageId
from bot.telegram import rendering
from bot.telegram.outcome import outcome_of
from bot.telegram.raw import RawUpdate, split_updates
from bot.telegram.transport import AiohttpRequest, Timeouts
from bot.telegram.words import well_formed

UPDATES: Final = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
)
"""The kinds of update asked for; Telegram keeps what was asked last, so it is always said."""

_AT_ONCE: Final = 100
"""Messages that one deleteMessages takes (Bot API)."""

_ALLOWED: Final = json.dumps(UPDATES)

# python-telegram-bot writes what it sends, and the address with the token, to its debug log.
logging.getLogger("telegram").setLevel(logging.WARNING)


class CallFailed(Exception):
    """A call about the bot itself came to something else than its answer; says what, never the address."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account; its links are `https://t.me/<username>`."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram calls, how many updates wait for that, and when a call last failed (UTC)."""

    url: str
    waiting: int
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Introduction:
    """How the bot presents itself in one language (an IETF code, or "" for everybody else)."""

    name: str
    about: str
    """Under the bot's name, at most 120 characters."""
    description: str
    """In the empty chat, at most 512 characters."""
    commands: Sequence[tuple[str, str]] = ()


class Telegram:
    """One bot account. `base_url` is the Bot API's address up to the token.

    Nothing is connected before the first call, and nothing here retries: what a call came to is
    its answer, and the caller decides.
    """

    def __init__(
        self,
        token: str,
        base_url: str = "https://api.telegram.org/bot",
        *,
        connections: int = 32,
        timeouts: Timeouts | None = None,
        proxy: str | None = None,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._request = AiohttpRequest(pool=connections, timeouts=self._timeouts, proxy=proxy)
        self._polling = AiohttpRequest(pool=1, timeouts=self._timeouts, proxy=proxy)
        self._bot = Bot(token, base_url=base_url, request=self._request, get_updates_request=self._polling)
        self._poll_url = f"{base_url}{token}/getUpdates"

    async def __aenter__(self) -> Self:
        """Open the connection pools."""
        await self._request.initialize()
        await self._polling.initialize()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them."""
        await self._polling.shutdown()
        await self._request.shutdown()

    async def send(self, body: Body, chat: ChatId) -> Outcome:
        """Send one body to one chat, once, and say what came of it."""
        match body:
            case Text():
                return await self._tried(self._often("send_Message", rendering.text(body, chat)))
            case Redraw(text=None):
                return await self._tried(
                    self._often("edit_Message_Reply_Markup", rendering.redraw(body, chat))
                )
            case Redraw():
                return await self._tried(self._often("edit_Message_Text", rendering.redraw(body, chat)))
            case Remove():
                return await self._remove(body.message_ids, chat)
            case Copy():
                return await self._tried(
                    self._bot.copy_message(
                        chat,
                        body.from_chat,
                        body.message_id,
                        protect_content=body.protect or None,
                        reply_parameters=None if body.reply_to is None else _answering(body.reply_to),
                    )
                )
            case Venue():
                return await self._tried(
                    self._bot.send_venue(
                        chat, body.lat, body.lon, well_formed(body.title), well_formed(body.address)
                    )
                )
            case File():
                return await self._tried(
                    self._bot.send_document(
                        chat,
                        InputFile(body.content, well_formed(body.name)),
                        caption=well_formed(body.caption) or None,
                    )
                )
            case Photo():
                return await self._tried(
                    self._bot.send_photo(
                        chat,
                        InputFile(body.content, "picture.png"),
                        caption=well_formed(body.caption) or None,
                    )
                )
            case Typing():
                return await self._tried(self._bot.send_chat_action(chat, ChatAction.TYPING))
            case Leave():
                left = await self._tried(self._bot.leave_chat(chat))
                return AsGoodAsDone("not in it") if isinstance(left, Undeliverable | Refused) else left
            case _:
                assert_never(body)

    async def answer_press(self, press: str, words: str = "") -> Outcome:
        """Stop the button's spinner, with a line of at most 200 characters where `words` are given.

        Costs a round trip: start it beside the turn and never wait for it before a send. An answer
        that comes too late is as good as done.
        """
        fields: rendering.Fields = {"callback_query_id": press, **({"text": words} if words else {})}
        return await self._tried(self._often("answer_Callback_Query", fields))

    async def get_updates(
        self,
        offset: int | None,
        limit: int = 100,
        timeout: float = 30,  # noqa: ASYNC109 - Telegram's own: the poll ends on its side
    ) -> list[RawUpdate]:
        """The updates from `offset` on, unread; Telegram forgets the earlier ones.

        Waits up to `timeout` seconds for the first. Raises `CallFailed`.
        """
        asked: dict[str, str | int] = {"limit": limit, "timeout": int(timeout), "allowed_updates": _ALLOWED}
        if offset is not None:
            asked["offset"] = offset
        try:
            payload = await self._polling.retrieve(
                f"{self._poll_url}?{urlencode(asked)}", read_timeout=timeout + self._timeouts.read
            )
            return split_updates(payload)
        except TelegramError as error:
            outcome = outcome_of(error)
        except Unreadable as error:
            outcome = UnknownOutcome(str(error))
        raise CallFailed(outcome)

    async def me(self) -> Me:
        """The bot's own account. Raises `CallFailed`."""
        try:
            user = await self._bot.get_me()
        except TelegramError as error:
            outcome = outcome_of(error)
        else:
            return Me(user.id, user.username or "")
        raise CallFailed(outcome)

    async def set_webhook(self, url: str, secret: str, *, connections: int = 40) -> Outcome:
        """Have updates brought to `url`, each with `secret` in its header."""
        return await self._tried(
            self._bot.set_webhook(
                url, secret_token=secret, max_connections=connections, allowed_updates=UPDATES
            )
        )

    async def hook(self) -> Hook:
        """How its calls to us stand. Raises `CallFailed`."""
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError as error:
            outcome = outcome_of(error)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            outcome = UnknownOutcome(type(error).__name__)
        else:
            return Hook(info.url, info.pending_update_count, info.last_error_date)
        raise CallFailed(outcome)

    async def delete_webhook(self) -> Outcome:
        """Have updates kept for polling; those that wait stay."""
        return await self._tried(self._bot.delete_webhook())

    async def introduce(self, introductions: Mapping[str, Introduction]) -> Outcome:
        """Set name, descriptions and commands per language ("" is the default); stops at the first failure.

        What is already so is left alone: Telegram allows a name only a few changes a day.
        """
        for language, told in introductions.items():
            outcome = await self._tried(self._introduce(language or None, told))
            if not isinstance(outcome, Delivered | AsGoodAsDone):
                return outcome
        return Delivered()

    async def _introduce(self, language: str | None, told: Introduction) -> None:
        bot, commands = self._bot, tuple(BotCommand(*command) for command in told.commands)
        if not await _holds(bot.get_my_name(language), BotName(told.name)):
            await bot.set_my_name(told.name, language)
        if not await _holds(bot.get_my_short_description(language), BotShortDescription(told.about)):
            await bot.set_my_short_description(told.about, language)
        if not await _holds(bot.get_my_description(language), BotDescription(told.description)):
            await bot.set_my_description(told.description, language)
        if not await _holds(bot.get_my_commands(None, language), commands):
            await bot.set_my_commands(commands, language_code=language)

    async def _often(self, method: str, fields: rendering.Fields) -> object:
        """A call that is made for nearly every turn, without the library's objects on the way.

        They are most of a message's cost (docs/decisions/0019). The method is spelled so that
        the library takes it neither for one of its own, which it would advise to use instead, nor
        for another than Telegram's: it makes `send_Message` into `sendMessage`.
        """
        return await self._bot.do_api_request(method, fields)

    async def _remove(self, ids: Sequence[MessageId], chat: ChatId) -> Outcome:
        """A hundred at a time; when Telegram refuses a hundred for one of them, one at a time."""
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            outcome = await self._tried(self._bot.delete_messages(chat, some))
            for one in some if isinstance(outcome, Refused | AsGoodAsDone) else ():
                outcome = await self._tried(self._bot.delete_message(chat, one))
                if not isinstance(outcome, Delivered | Refused | AsGoodAsDone):
                    return outcome
            if not isinstance(outcome, Delivered | Refused | AsGoodAsDone):
                return outcome
        return Delivered()

    @staticmethod
    async def _tried(call: Coroutine[Any, Any, object]) -> Outcome:
        """Make one call and classify it. What was done may be answered with what the library can't read."""
        try:
            answer = await call
        except TelegramError as error:
            return outcome_of(error)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            return UnknownOutcome(type(error).__name__)
        match answer:
            case Message() | CopiedId():
                return Delivered(MessageId(answer.message_id))
            case {"message_id": int(message_id)}:
                return Delivered(MessageId(message_id))
            case dict() | list() | str() | int() if answer is not True:
                return UnknownOutcome("unreadable answer", said_ok=True)
            case _:
                return Delivered()


def _answering(message: MessageId) -> ReplyParameters:
    return ReplyParameters(message, allow_sending_without_reply=True)


async def _holds(asked: Coroutine[Any, Any, object], wanted: object) -> bool:
    """Whether Telegram holds this already; a server too old to be asked does not."""
    try:
        return await asked == wanted
    except InvalidToken:
        return False
