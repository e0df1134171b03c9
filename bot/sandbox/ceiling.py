"""How much the lean stand-in carries on one core, so that a bench knows what it measures: the bot or this.

`python -m bot.sandbox.ceiling` starts it as a process, sends messages and presses over 50 connections, reads
the updates that come of it, and prints calls per second of the stand-in's own CPU time.
"""

import asyncio
import json
import os
import sys
from urllib.parse import urlencode

from bot.sandbox.world import TOKEN

_CALLS = 20_000
_CONNECTIONS = 50


async def _call(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes, kind: str
) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answered = await reader.readuntil(b"\r\n\r\n")
    size = int(answered.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    return await reader.readexactly(size)


async def _form(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], method: str, **given: object
) -> bytes:
    path = f"/bot{TOKEN}/{method}"
    return await _call(*streams, path, urlencode(given).encode(), "application/x-www-form-urlencoded")


async def _person(port: int, user: int) -> None:
    streams = await asyncio.open_connection("127.0.0.1", port)
    told = json.dumps({"id": user, "first_name": "Ana"}).encode()
    await _call(*streams, "/sandbox/users", told, "application/json")
    start = json.dumps({"user": user, "does": "says", "text": "/start"}).encode()
    await _call(*streams, "/sandbox/act", start, "application/json")
    buttons = json.dumps({"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})
    for n in range(_CALLS // _CONNECTIONS // 2):
        sent = json.loads(
            await _form(streams, "sendMessage", chat_id=user, text=f"Question {n}?", reply_markup=buttons)
        )
        await _form(streams, "editMessageReplyMarkup", chat_id=user, message_id=sent["result"]["message_id"])
    streams[1].close()


async def _main() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--forget", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    port = int((await process.stdout.readline()).decode().rpartition(":")[2])
    before = _spent(process.pid)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(_person(port, user) for user in range(1, _CONNECTIONS + 1)))
    wall = asyncio.get_running_loop().time() - began
    cpu = _spent(process.pid) - before
    process.terminate()
    await process.wait()
    sys.stdout.write(
        f"{_CALLS} calls (send and edit, with buttons): {_CALLS / cpu:,.0f} a second of one core,"
        f" {_CALLS / wall:,.0f} a second as driven here\n"
    )


def _spent(pid: int) -> float:
    """Seconds of CPU a process has used (Linux)."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123  # no path arithmetic here
        after_name = stat.read().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    asyncio.run(_main())
