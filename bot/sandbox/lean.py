"""The same stand-in on a bare asyncio protocol, for benches: keep-alive, and no page."""

import asyncio
import json
from urllib.parse import parse_qsl, unquote

from bot.sandbox.answering import Reply, refusal, token_refused
from bot.sandbox.errors import NOT_FOUND, ApiError
from bot.sandbox.served import Served

_REASONS = {200: b"OK", 400: b"Bad Request", 401: b"Unauthorized", 403: b"Forbidden", 404: b"Not Found",
            409: b"Conflict", 429: b"Too Many Requests"}  # fmt: skip


class LeanServer:
    """Listens and hands each request to the Bot API of its token, or to the control API."""

    def __init__(self, sandbox: Served) -> None:
        self._sandbox = sandbox
        self._server: asyncio.Server | None = None
        self.connections: set[_Connection] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen; the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self.connections):
            connection.cut()
        if self._server is not None:
            await self._server.wait_closed()

    def at_once(self, path: str, query: str, content_type: str, body: bytes) -> Reply | None:
        """The answer if it can be given without waiting."""
        if not path.startswith("/bot"):
            return None
        token, _, method = path[4:].rpartition("/")
        api = self._sandbox.apis.get(token)
        return token_refused(token) if api is None else api.at_once(method, query, content_type, body)

    async def answer(self, verb: str, path: str, query: str, content_type: str, body: bytes) -> Reply:
        """The answer to a request that may take its time."""
        if path.startswith("/bot"):
            token, _, method = path[4:].rpartition("/")
            return await self._sandbox.apis[token].answer(method, query, content_type, body)
        if path.startswith("/file/bot"):
            token, _, file = path.removeprefix("/file/bot").partition("/")
            api = self._sandbox.apis.get(token)
            return token_refused(token) if api is None else api.file(file)
        if path.startswith("/sandbox/"):
            return await self._control(verb, path.removeprefix("/sandbox/"), query, content_type, body)
        return refusal(ApiError(*NOT_FOUND))

    async def _control(self, verb: str, what: str, query: str, content_type: str, body: bytes) -> Reply:
        given = dict(parse_qsl(query))
        try:
            if verb == "POST":
                if not content_type.startswith("application/json"):
                    return Reply(415, b"{}")
                given |= json.loads(body or b"{}")
            answer = await self._sandbox.control.handle(verb, what, given)
        except (ValueError, LookupError, PermissionError, TypeError) as error:
            return Reply(400, json.dumps({"error": str(error)}).encode())
        return Reply(200, json.dumps(answer).encode())


class _Connection(asyncio.Protocol):
    def __init__(self, server: LeanServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)
        if self._task is not None:
            self._task.cancel()

    def cut(self) -> None:
        """Drop the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._read_on()

    def _read_on(self) -> None:
        while self._task is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            lines = self._buffer[:end].split(b"\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])
            }
            if b"transfer-encoding" in headers:
                self._write(Reply(411, b"{}"))
                self.cut()
                return
            size = int(headers.get(b"content-length", b"0"))
            if len(self._buffer) < end + 4 + size:
                if headers.get(b"expect", b"").lower() == b"100-continue" and len(self._buffer) == end + 4:
                    self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body = self._buffer[end + 4 : end + 4 + size]
            self._buffer = self._buffer[end + 4 + size :]
            self._take(lines[0], headers.get(b"content-type", b"").decode("latin-1"), body)

    def _take(self, line: bytes, content_type: str, body: bytes) -> None:
        verb, target, _ = line.decode("latin-1").split(" ", 2)
        path, _, query = target.partition("?")
        path = unquote(path)
        reply = self._server.at_once(path, query, content_type, body)
        if reply is not None:
            self._write(reply)
            return
        self._task = asyncio.create_task(self._wait(verb, path, query, content_type, body))

    async def _wait(self, verb: str, path: str, query: str, content_type: str, body: bytes) -> None:
        reply = await self._server.answer(verb, path, query, content_type, body)
        self._task = None
        self._write(reply)
        self._read_on()

    def _write(self, reply: Reply) -> None:
        if reply.fate != "sent":
            self.cut()
            return
        reason = _REASONS.get(reply.status, b"Error")
        self._send(
            b"HTTP/1.1 %d %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
            % (reply.status, reason, reply.content_type.encode(), len(reply.body), reply.body)
        )

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
