"""Where Telegram calls: an update is on disk before the answer says that it arrived."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app.ports import Unreadable
from bot.store.conversing.inbox import Raw

log = structlog.get_logger()

MOST_BYTES = 1024 * 1024
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


class Keeper(Protocol):
    """Commits raw updates; `bot.app.conversing.receiving.Receiver` does."""

    async def keep(self, updates: Sequence[Raw]) -> None:
        """When this returns they are on disk; when it raises they are not."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Which path is called with which secret. `parse` reads the bytes just enough, or raises Unreadable."""

    path: str
    secret: str
    parse: Callable[[bytes], Raw]
    receiver: Keeper

    def route(self) -> Route:
        """The one route; larger bodies are refused with 413."""
        return Route(self.path, self.receive, methods=["POST"], max_body_size=MOST_BYTES)

    async def receive(self, request: Request) -> Response:
        """Keep one update, then say 200. What nobody can read is logged and also answered 200: sent again,
        it would hold up everything behind it."""
        given = request.headers.get(_SECRET, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, self.secret.encode()):
            return PlainTextResponse("", 403)
        body = await request.body()
        try:
            raw = self.parse(body)
        except Unreadable:
            log.warning("webhook_unreadable", bytes=len(body))
            return PlainTextResponse("")
        await self.receiver.keep([raw])
        return PlainTextResponse("")
