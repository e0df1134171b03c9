"""A stand-in for the Bot API that does nothing but answer, with the people who write to the bot inside.

Only a bench tool: it keeps no ledger, refuses nothing and forgets an update once it has handed it out. Run as
`python -m bench.standin PLAN`, PLAN being the JSON of `bench.plan.Plan`; prints one JSON line for each event.
"""

import asyncio
import json
import re
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl

from bench.people import People
from bench.plan import Plan, tell

_CHAT: Final = re.compile(rb'name="chat_id"\r\n(?:[^\r\n]*\r\n)*\r\n(-?\d+)')
_ME: Final = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_SENDER: Final = json.dumps(_ME).encode()
_PLAIN: Final = {
    "getMe": {
        **_ME,
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    },
    "getMyName": {"name": ""},
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "getMyCommands": [],
}
_BATCH: Final = 100
_TOO_MANY: Final = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5",'
    b'"parameters":{"retry_after":5}}'
)


class StandIn:
    """The Bot API of one bot."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.people = People(plan, self.add)
        self._waiting: deque[bytes] = deque()
        self._poll: Callable[[bytes], None] | None = None
        self._message = 1000
        self._update = 1
        self._polled = False

    def add(self, body: str) -> None:
        """One more update, given as JSON without its id."""
        self._update += 1
        self._waiting.append(b'{"update_id":%d,%s' % (self._update, body[1:].encode()))
        if self._poll is not None:
            answer, self._poll = self._poll, None
            asyncio.get_running_loop().call_soon(self._hand_out, answer)

    def _hand_out(self, answer: Callable[[bytes], None]) -> None:
        some = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        answer(b'{"ok":true,"result":[%b]}' % b",".join(some))

    def call(self, method: str, fields: dict[str, Any], answer: Callable[[bytes], None]) -> None:
        """Carry out one call and answer it, at once or when there is something to say."""
        if method == "getUpdates":
            self._get_updates(fields, answer)
        elif method == "answerCallbackQuery":
            answer(b'{"ok":true,"result":true}')
        elif method in {
            "sendMessage",
            "editMessageText",
            "editMessageReplyMarkup",
            "sendDocument",
            "sendVenue",
        }:
            refused = self.plan.refuse and int(fields["chat_id"]) == self.plan.refuse
            answer(_TOO_MANY if refused else self._sent(method, fields))
        else:
            answer(b'{"ok":true,"result":%b}' % json.dumps(_PLAIN.get(method, True)).encode())

    def _get_updates(self, fields: dict[str, Any], answer: Callable[[bytes], None]) -> None:
        if not self._polled:
            self._polled = True
            tell("first_poll", at=time.time())
            self.people.begin()
        if self._waiting:
            self._hand_out(answer)
            return
        self._poll = answer
        asyncio.get_running_loop().call_later(float(fields.get("timeout", 0)), self._give_up, answer)

    def _give_up(self, answer: Callable[[bytes], None]) -> None:
        if self._poll is answer:
            self._poll = None
            answer(b'{"ok":true,"result":[]}')

    def _sent(self, method: str, fields: dict[str, Any]) -> bytes:
        chat, text = int(fields["chat_id"]), str(fields.get("text", ""))
        edited = method.startswith("edit")
        if edited:
            message_id = int(fields["message_id"])
        else:
            self._message += 1
            message_id = self._message
        markup = fields.get("reply_markup")
        self.people.hear(
            chat, message_id, text, json.loads(markup) if isinstance(markup, str) else markup, edited
        )
        return (
            b'{"ok":true,"result":{"message_id":%d,"from":%b,"chat":{"id":%d,"first_name":"Ana","type":"private"},'
            b'"date":%d,"text":%b}}'
            % (message_id, _SENDER, chat, int(time.time()), json.dumps(text).encode())
        )


class Connection(asyncio.Protocol):
    """HTTP, kept alive and pipelined, answered in order."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._busy = False
        self._delay = standin.plan.delay_ms / 1000

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Take up every request that is whole."""
        self._buffer += data
        self._read_on()

    def _read_on(self) -> None:
        while not self._busy:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + size:
                return
            line = self._buffer[: self._buffer.index(b"\r\n")].split(b" ")[1].decode()
            body = self._buffer[end + 4 : end + 4 + size]
            self._buffer = self._buffer[end + 4 + size :]
            self._busy = True
            path, _, query = line.partition("?")
            self._standin.call(path.rsplit("/", 1)[1], _fields(head, query, body), self._answer)

    def _answer(self, body: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._write, body)
        else:
            self._write(body)

    def _write(self, body: bytes) -> None:
        if self._transport is not None:
            status = b"429 Too Many Requests" if body is _TOO_MANY else b"200 OK"
            self._transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )
        self._busy = False
        if self._buffer:
            self._read_on()


def _fields(head: bytes, query: str, body: bytes) -> dict[str, Any]:
    if not body:
        return {name: values[0] for name, values in parse_qs(query).items()}
    if b"application/json" in head:
        fields: dict[str, Any] = json.loads(body)
        return fields
    if b"multipart/" in head:
        found = _CHAT.search(body)
        return {"chat_id": int(found[1]) if found else 0}
    return dict(parse_qsl(body.decode()))


async def main(plan: Plan) -> None:
    """Serve until ended."""
    standin = StandIn(plan)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(standin), "127.0.0.1", plan.port)
    tell("listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Plan.from_json(sys.argv[1])))
