"""The leanest bot there can be, to find the stand-in's own ceiling: one message for every update.

Run as `python -m bench.null_bot HOST PORT`. Raw sockets, four pipelined connections, no JSON.
"""

import asyncio
import re
import sys
from typing import Final

_CHAT: Final = re.compile(rb'"chat":\{"id":(\d+)')
_POLL: Final = b"GET /bot1:BENCH/getUpdates?timeout=10 HTTP/1.1\r\nHost: x\r\n\r\n"


class Sink(asyncio.Protocol):
    """Where messages are written and answers are thrown away."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport


async def main(host: str, port: int) -> None:
    """Answer until stopped."""
    loop = asyncio.get_running_loop()
    sinks = [(await loop.create_connection(Sink, host, port))[1] for _ in range(4)]
    reader, writer = await asyncio.open_connection(host, port)
    while True:
        writer.write(_POLL)
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        calls: list[list[bytes]] = [[] for _ in sinks]
        for chat in _CHAT.findall(await reader.readexactly(size)):
            body = b'{"chat_id":%b,"text":"What is it about?"}' % chat
            calls[int(chat) % len(sinks)].append(
                b"POST /bot1:BENCH/sendMessage HTTP/1.1\r\n"
                b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            )
        for sink, some in zip(sinks, calls, strict=True):
            if some:
                sink.transport.write(b"".join(some))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
