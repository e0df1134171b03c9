"""One request to the Bot API, from its bytes to what goes back, with whatever the fault script does to it."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.sandbox.api import new_message, perform
from bot.sandbox.bodies import read_body
from bot.sandbox.clock import Clock
from bot.sandbox.errors import NOT_FOUND, UNAUTHORIZED, ApiError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.methods import Json, Upload, method_named, read
from bot.sandbox.polling import Polls
from bot.sandbox.world import World

Fate = Literal["sent", "reset", "hung"]
_NOISE: Final = frozenset({"getUpdates", "getMe", "getWebhookInfo", "sendChatAction"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: to be written, or (`reset`) the connection is to be cut without a word."""

    status: int
    body: bytes
    fate: Fate = "sent"
    content_type: str = "application/json"


def ok(result: Any) -> Reply:
    """200 with a result."""
    return Reply(200, json.dumps({"ok": True, "result": result}).encode())


def refusal(error: ApiError) -> Reply:
    """The error as Telegram writes it."""
    return Reply(error.code, json.dumps(error.body()).encode())


class BotApi:
    """The Bot API of one bot."""

    def __init__(self, world: World, faults: Faults, clock: Clock) -> None:
        self.world = world
        self.faults = faults
        self.polls = Polls(world, faults)
        self._clock = clock

    def file(self, path: str) -> Reply:
        """What `/file/bot<token>/<path>` gives."""
        for stored in self.world.files.values():
            if stored.path == path:
                return Reply(200, stored.content, content_type=stored.mime)
        return refusal(ApiError(*NOT_FOUND))

    async def answer(self, method: str, query: str, content_type: str, body: bytes) -> Reply:
        """Carry out one call. A hang waits here until it is over, or the caller is gone."""
        read_call = self._read(method, query, content_type, body)
        if isinstance(read_call, Reply):
            return read_call
        name, chat, fields, files = read_call
        struck = [] if self.faults.quiet else self.faults.strike(name, chat)
        try:
            reply = await self._before(struck)
            if reply is None:
                poll = name == "getUpdates"
                reply = await self._poll(fields, struck) if poll else self._do(name, chat, fields, files)
                reply = await self._after(struck, reply)
        except asyncio.CancelledError:  # the caller left
            self._note(name, chat, Reply(0, b"", "hung"), struck)
            raise
        self._note(name, chat, reply, struck)
        return reply

    def at_once(self, method: str, query: str, content_type: str, body: bytes) -> Reply | None:
        """The same without waiting; None, and nothing done, for a call that may have to wait."""
        if not self.faults.quiet or method.lower() == "getupdates":
            return None
        read_call = self._read(method, query, content_type, body)
        if isinstance(read_call, Reply):
            return read_call
        name, chat, fields, files = read_call
        reply = self._do(name, chat, fields, files)
        self._note(name, chat, reply, [])
        return reply

    def _read(
        self, method: str, query: str, content_type: str, body: bytes
    ) -> tuple[str, int | None, Json, dict[str, Upload]] | Reply:
        try:
            name = method_named(method)
            fields, files = read_body(query, content_type, body)
        except ApiError as error:
            self.world.ledger.add(
                self._clock.now(), "refused", method, code=error.code, why=error.description
            )
            return refusal(error)
        return name, _chat_of(fields), fields, files

    def _note(self, name: str, chat: int | None, reply: Reply, struck: list[Fault]) -> None:
        if name not in _NOISE or struck:
            self.world.ledger.add(
                self._clock.now(), "answered", name, chat, status=reply.status, fate=reply.fate,
                faults=[fault.action for fault in struck],
            )  # fmt: skip

    async def _poll(self, fields: Json, struck: list[Fault]) -> Reply:
        try:
            return ok(await self.polls.get_updates(read("getUpdates", fields, {}), struck))
        except ApiError as error:
            self.world.ledger.add(
                self._clock.now(), "refused", "getUpdates", code=error.code, why=error.description
            )
            return refusal(error)

    def _do(self, method: str, chat: int | None, fields: Json, files: dict[str, Upload]) -> Reply:
        ledger = self.world.ledger
        try:
            given = read(method, fields, files)
            if method in {"setWebhook", "deleteWebhook"}:
                self.polls.interrupt("setWebhook" if given.get("url") else "deleteWebhook")
            result = perform(self.world, method, given)
        except ApiError as error:
            ledger.add(
                self._clock.now(), "refused", method, chat, code=error.code, why=error.description,
                parameters=fields,
            )  # fmt: skip
            return refusal(error)
        if method not in _NOISE:
            made = result.get("message_id") if isinstance(result, dict) else None
            more = {} if made is None else {"message_id": made, "new": new_message(method)}
            ledger.add(self._clock.now(), "did", method, chat, parameters=fields, **more)
        return ok(result)

    async def _before(self, struck: list[Fault]) -> Reply | None:
        for fault in struck:
            if fault.action == "delay":
                await self._clock.sleep(fault.seconds or 0)
            elif fault.when == "before" and (reply := await self._misfortune(fault)) is not None:
                return reply
        return None

    async def _after(self, struck: list[Fault], reply: Reply) -> Reply:
        for fault in struck:
            if fault.action == "null" and reply.status == 200:
                return ok(None)
            if fault.when == "after" and (other := await self._misfortune(fault)) is not None:
                return other
        return reply

    async def _misfortune(self, fault: Fault) -> Reply | None:
        match fault.action:
            case "status":
                return refusal(_status(fault))
            case "garbage":
                return Reply(
                    fault.status if fault.status != 500 else 200, fault.body.encode(), "sent", "text/html"
                )
            case "reset":
                return Reply(0, b"", "reset")
            case "hang":
                if fault.seconds is None:
                    await asyncio.Event().wait()
                await self._clock.sleep(fault.seconds or 0)
                return Reply(0, b"", "hung")
            case _:
                return None


def _status(fault: Fault) -> ApiError:
    more = {"retry_after": fault.retry_after, "migrate_to_chat_id": fault.migrate_to_chat_id}
    given = {name: value for name, value in more.items() if value is not None}
    description = fault.description
    if fault.status == 429 and fault.retry_after is not None:
        description = f"Too Many Requests: retry after {fault.retry_after}"
    return ApiError(fault.status, description, **given)


def _chat_of(fields: Json) -> int | None:
    try:
        return int(fields["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def token_refused(token: str) -> Reply:
    """401 for a token that looks right and is not known, 404 for one that cannot be a token."""
    head, colon, tail = token.partition(":")
    right = bool(colon) and head.isdigit() and bool(tail)
    return refusal(ApiError(*(UNAUTHORIZED if right else NOT_FOUND)))
