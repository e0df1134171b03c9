"""A server on a raw socket that answers, or misbehaves, exactly as a test tells it to."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Behaviour = Callable[["Wire", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was read: method name, headers in lower case, body."""

    method: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON body's fields."""
        fields: dict[str, Any] = json.loads(self.body)
        return fields


@dataclass(slots=True)
class Wire:
    """What the server was asked, and what it is to do at each connection from now on."""

    behaviour: Behaviour
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def base_url(self) -> str:
        """Where the Bot API seems to be, without the token."""
        return f"http://127.0.0.1:{self.port}/bot"

    async def read(self, reader: asyncio.StreamReader) -> Request | None:
        """The next request on a connection, or None when the other side has gone."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("transfer-encoding") == "chunked":
            body = await self._chunks(reader)
        request = Request(first.split(" ")[1].split("/")[-1].split("?")[0], headers, body)
        self.requests.append(request)
        return request

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := int((await reader.readline()).strip(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return body


@asynccontextmanager
async def wire(behaviour: Behaviour) -> AsyncIterator[Wire]:
    """A server on this machine for as long as the block lasts."""
    told = Wire(behaviour)
    open_ones: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.connections += 1
        task = asyncio.current_task()
        assert task is not None
        open_ones.add(task)
        try:
            await told.behaviour(told, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            open_ones.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        server.close()
        for task in open_ones.copy():
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await server.wait_closed()


def http(status: int, body: bytes, *headers: str) -> bytes:
    """A whole HTTP answer."""
    head = [
        f"HTTP/1.1 {status} X",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def answering(*answers: bytes) -> Behaviour:
    """Give these answers to the requests in turn, the last one for ever, over any number of connections."""
    left = list(answers)

    async def behave(told: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await told.read(reader) is not None:
            writer.write(left.pop(0) if len(left) > 1 else left[0])
            await writer.drain()

    return behave


def refusing(status: int, description: str, **parameters: object) -> Behaviour:
    """Telegram's own way of saying no."""
    refusal: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        refusal["parameters"] = parameters
    return answering(http(status, json.dumps(refusal).encode()))


def result(value: object) -> bytes:
    """Telegram's own way of saying yes."""
    return http(200, json.dumps({"ok": True, "result": value}).encode().replace(b'": ', b'":'))


def reset(writer: asyncio.StreamWriter) -> None:
    """Cut the connection so that the other side sees a reset, not an end."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
