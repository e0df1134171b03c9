"""HTTP to the Bot API on aiohttp, which says of every failure whether the request can have been read.

python-telegram-bot's documented seam (`telegram.request.BaseRequest`). Its default, httpx, costs 1.7 ms of
CPU a call and does not say whether a connection that was cut had been made.

Every URL holds the bot's token, and aiohttp puts URLs into its messages; so an error raised here is made
anew, outside the handler that caught aiohttp's, with neither cause nor context.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.request import BaseRequest, RequestData
from yarl import URL

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

_JSON_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}
_PLAIN_HEADERS: Final = {"User-Agent": BaseRequest.USER_AGENT}
_IDLE_S: Final = 25.0
"""How long an unused connection is kept: under the 60 s after which servers commonly close theirs."""


class NotSent(NetworkError):
    """The request never left: no connection, no free connection in the pool, no name, no TLS."""


class Unknown(NetworkError):
    """The request may have been read and done: the answer is missing, cut short or not an answer."""


class SaidOk(Unknown):
    """The Bot API called it done, and did not say what it came to."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `pool` and `connect` pass before anything is written; `write` and `read` after."""

    pool: float = 5.0
    connect: float = 5.0
    write: float = 10.0
    read: float = 10.0
    file_write: float = 30.0


class AiohttpRequest(BaseRequest):
    """One bounded pool of kept-alive connections. `proxy` is an `http://` address, or None."""

    __slots__ = ("_pool", "_proxy", "_session", "_timeouts")

    def __init__(self, *, pool: int = 64, timeouts: Timeouts | None = None, proxy: str | None = None) -> None:
        self._pool = pool
        self._timeouts = timeouts or Timeouts()
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that are waited for an answer when the call says nothing else."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Open the pool; nothing is connected yet. Opening an open pool does nothing."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool, keepalive_timeout=_IDLE_S, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close every connection. Closing a closed pool does nothing."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        write_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        connect_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        pool_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """See `BaseRequest.do_request`.

        Raises `NotSent`, `Unknown`, `RetryAfter`, and `BadRequest` for a refusal that
        python-telegram-bot would report as a network error.
        """
        given, files = self._timeouts, bool(request_data and request_data.contains_files)
        timeout = _timeout(
            _seconds(pool_timeout, given.pool),
            _seconds(connect_timeout, given.connect),
            _seconds(write_timeout, given.file_write if files else given.write),
            _seconds(read_timeout, given.read),
        )
        body: bytes | aiohttp.FormData | None = None
        headers = _PLAIN_HEADERS
        if files and request_data:
            body = _form(request_data)
        elif request_data:
            body, headers = json.dumps(request_data.parameters).encode(), _JSON_HEADERS
        code, payload, retry_after = await self._exchange(url, method, body, headers, timeout)
        return _answer(code, payload, retry_after)

    async def _exchange(
        self,
        url: str,
        method: str,
        body: bytes | aiohttp.FormData | None,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - handed on to aiohttp, which keeps it
    ) -> tuple[int, bytes, str | None]:
        """One request and its whole answer: status, body, and the Retry-After header if there was one."""
        session = self._session
        if session is None or session.closed:
            raise NotSent("the connection pool is closed")
        try:
            async with session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                proxy=self._proxy,
            ) as response:
                return response.status, await response.read(), response.headers.get("Retry-After")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = _classified(error)
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's object. Never logs what it could not read, because people's words may be in it.

        Raises `Unknown` when it is not an answer, `SaidOk` when it is a success without a result.
        """
        answer = _object(payload)
        if answer is None or (answer.get("ok") is not False and answer.get("result") is None):
            kind = SaidOk if answer is not None and answer.get("ok") is True else Unknown
            raise kind("the answer holds no result")
        return answer


def _answer(code: int, payload: bytes, retry_after: str | None) -> tuple[int, bytes]:
    """The status and body as python-telegram-bot may read them, or the error that it would not tell apart."""
    if 200 <= code <= 299:
        if payload.startswith(b'{"ok":true'):
            return code, payload
        answer = _object(payload)
        if answer is None:
            raise Unknown("the answer is not an object")
        if answer.get("ok") is not False:
            return code, payload
        code = answer["error_code"] if isinstance(answer.get("error_code"), int) else 500
    if code == 429:
        raise RetryAfter(_park_s(payload, retry_after))
    if code < 400:
        raise NotSent(f"status {code}: something other than the Bot API answered")
    if code >= 500:
        raise Unknown(f"status {code}")
    refusal = _object(payload) or {}
    if refusal.get("ok") is not False:
        if code == 403:  # else everybody would have blocked the bot
            raise NotSent("status 403: something other than the Bot API answered")
        if code not in _TOLD_APART | {413} or code == 400:  # else what was to be said would be given up
            raise Unknown(f"status {code}: something other than the Bot API answered")
    if code not in _TOLD_APART and "parameters" not in refusal:
        raise BadRequest(f"status {code}")
    return code, payload if refusal else b"{}"


_TOLD_APART: Final = frozenset({400, 401, 403, 404, 409})
"""Refusals that python-telegram-bot gives an exception of their own."""


def _park_s(payload: bytes, header: str | None) -> int:
    """Seconds to wait after a 429, from its body, else its header, else one; at most a day."""
    parameters = (_object(payload) or {}).get("parameters")
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if not isinstance(told, int) and header is not None and header.isascii() and header.isdigit():
        told = int(header[:9])
    return min(max(1, told), 86_400) if isinstance(told, int) else 1


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _classified(error: Exception) -> NotSent | Unknown:
    """By the kind of aiohttp's error alone: its words may hold the token.

    `total` ends after `connect` has, so a time-out that is not a ConnectionTimeoutError came once writing had
    begun.
    """
    match error:
        case (
            aiohttp.ClientConnectorError()
            | aiohttp.ConnectionTimeoutError()
            | aiohttp.ServerFingerprintMismatch()
            | aiohttp.ClientHttpProxyError()
            | aiohttp.InvalidURL()
        ):
            return NotSent(type(error).__name__)
        case _:
            return Unknown(type(error).__name__)


@lru_cache(maxsize=64)
def _timeout(
    pool: float | None, connect: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp counts the wait for the pool into `connect`, and has none for writing: `total` bounds that."""
    known = [pool, connect, write, read]
    before = None if pool is None or connect is None else pool + connect
    total = None if None in known else sum(part for part in known if part is not None)
    return aiohttp.ClientTimeout(total=total, connect=before, sock_connect=connect, sock_read=read)


def _seconds(asked: object, usual: float) -> float | None:
    """A time-out as python-telegram-bot hands it on: a number, None for no limit, its mark for the usual."""
    if asked is None:
        return None
    return float(asked) if isinstance(asked, (int, float)) else usual


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        readable = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, readable, filename=filename, content_type=mime)
    return form
