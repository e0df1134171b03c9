"""What is known about a request that failed: not sent, or unknown."""

import asyncio
import json
import socket
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.telegram.transport import AiohttpRequest, NotSent, SaidOk, Timeouts, Unknown
from tests.telegram.wire import Behaviour, Wire, answering, http, refusing, reset, result, wire

TOKEN = "123456:SECRET-token"
SHORT = Timeouts(pool=0.2, connect=0.2, write=0.2, read=0.2, file_write=0.2)


@asynccontextmanager
async def bot_at(base_url: str, *, pool: int = 4, timeouts: Timeouts = SHORT) -> AsyncIterator[Bot]:
    async with AiohttpRequest(pool=pool, timeouts=timeouts) as request:
        yield Bot(TOKEN, base_url=base_url, request=request, get_updates_request=request)


async def failure_of(behaviour: Behaviour) -> Exception:
    """What sending one message raises when the server behaves so."""
    async with wire(behaviour) as told, bot_at(told.base_url) as bot:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - the test looks at it
            await bot.send_message(7, "hello")
        return caught.value


async def says_nothing(told: Wire, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await told.read(reader)
    await reader.read()


async def resets_after_reading(
    told: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await told.read(reader)
    reset(writer)


async def resets_before_reading(
    _told: Wire, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    reset(writer)


async def closes_after_reading(
    told: Wire, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter
) -> None:
    await told.read(reader)


async def stops_in_the_middle(told: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await told.read(reader)
    writer.write(http(200, b'{"ok":true,"result":{}}')[:-5])
    await writer.drain()


async def resets_in_the_middle(
    told: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await told.read(reader)
    writer.write(http(200, b'{"ok":true,"result":{}}')[:-5])
    await writer.drain()
    reset(writer)


async def speaks_no_http(told: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await told.read(reader)
    writer.write(b"\x00\x01\x02 hello\r\n\r\n")
    await writer.drain()


async def greets_in_plain(_told: Wire, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ready\r\n")
    await writer.drain()


async def drips(told: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then: never a pause as long as the read time-out, and never an end."""
    await told.read(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b" ")
        await writer.drain()
        await asyncio.wait({asyncio.ensure_future(reader.read(1))}, timeout=0.05)


async def never_reads(_told: Wire, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "behaviour",
    [
        says_nothing,
        resets_after_reading,
        resets_before_reading,
        closes_after_reading,
        stops_in_the_middle,
        resets_in_the_middle,
        speaks_no_http,
        answering(http(200, b"<html>hello</html>")),
        answering(http(200, b"[]")),
        answering(http(200, b"[" * 100_000)),
        answering(http(200, b"")),
        answering(http(200, b'{"ok": false}')),
        answering(http(200, b'{"ok": false, "error_code": 502}')),
        answering(http(500, b"oops")),
        answering(http(502, b"<html>Bad Gateway</html>")),
        answering(http(503, b"{}")),
        answering(http(504, b"")),
        answering(http(400, b"<html>The plain HTTP request was sent to HTTPS port</html>")),
        answering(http(451, b"")),
    ],
)
async def test_after_writing_nothing_is_known(behaviour: Behaviour) -> None:
    """Whatever goes wrong once the request may have been read is unknown, and says no token."""
    error = await failure_of(behaviour)
    assert type(error) is Unknown
    assert TOKEN not in "".join(traceback.format_exception(error))
    assert error.__context__ is None or error.__suppress_context__


@pytest.mark.parametrize("answer", [b'{"ok":true,"result":null}', b'{"ok": true}'])
async def test_done_without_saying_what_is_told_apart(answer: bytes) -> None:
    """Nobody knows for certain, and it most likely arrived."""
    assert type(await failure_of(answering(http(200, answer)))) is SaidOk


@pytest.mark.parametrize("answer", [b"<html>Access denied</html>", b"", b'{"error": "forbidden"}'])
async def test_a_wall_in_between_is_not_somebody_who_blocked_the_bot(answer: bytes) -> None:
    """A 403 that is not Telegram's: nobody is marked unreachable for it, and it is tried again."""
    assert type(await failure_of(answering(http(403, answer)))) is NotSent


async def test_a_slow_drip_ends() -> None:
    """An answer that comes a byte at a time does not hold the sender for ever."""
    async with asyncio.timeout(20):
        assert type(await failure_of(drips)) is Unknown


async def test_a_file_that_nobody_reads_ends() -> None:
    """A connection wedged while writing is given up, and is unknown."""
    async with wire(never_reads) as told, bot_at(told.base_url) as bot, asyncio.timeout(20):
        with pytest.raises(Unknown):
            await bot.send_document(7, InputFile(b"x" * 20_000_000, "big.bin"), write_timeout=0.3)


async def test_nobody_listens() -> None:
    """A refused connection: not sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        async with bot_at(f"http://127.0.0.1:{port}/bot") as bot:
            with pytest.raises(NotSent) as caught:
                await bot.send_message(7, "hello")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_no_such_name() -> None:
    """A name that does not resolve: not sent."""
    async with bot_at("http://nowhere.invalid/bot", timeouts=Timeouts()) as bot:
        with pytest.raises(NotSent):
            await bot.send_message(7, "hello")


async def test_no_tls() -> None:
    """TLS asked of a server that has none: not sent."""
    async with (
        wire(greets_in_plain) as told,
        bot_at(f"https://127.0.0.1:{told.port}/bot", timeouts=Timeouts()) as bot,
    ):
        with pytest.raises(NotSent):
            await bot.send_message(7, "hello")


async def test_a_connection_that_takes_too_long() -> None:
    """TLS that never answers is a connect time-out: not sent."""
    async with wire(never_reads) as told, bot_at(f"https://127.0.0.1:{told.port}/bot") as bot:
        with pytest.raises(NotSent) as caught:
            await bot.send_message(7, "hello")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_no_free_connection() -> None:
    """A full pool is told apart from a silent server: the one that waited was not sent."""
    async with wire(says_nothing) as told:
        timeouts = Timeouts(pool=0.1, connect=0.1, write=0.5, read=1.0)
        async with bot_at(told.base_url, pool=1, timeouts=timeouts) as bot:
            first, second = await asyncio.gather(
                bot.send_message(7, "first"), bot.send_message(8, "second"), return_exceptions=True
            )
    assert type(first) is Unknown
    assert type(second) is NotSent
    assert [request.fields["text"] for request in told.requests] == ["first"]


async def test_a_closed_pool() -> None:
    """A call after closing was not sent."""
    async with bot_at("http://127.0.0.1:1/bot") as bot:
        pass
    with pytest.raises(NotSent):
        await bot.send_message(7, "hello")


async def test_a_redirect_is_not_followed() -> None:
    """A portal that answers for Telegram did not send anything, and never sees the token twice."""
    error = await failure_of(answering(http(302, b"", "Location: http://127.0.0.1:1/login")))
    assert type(error) is NotSent


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (refusing(400, "Bad Request: chat not found"), BadRequest),
        (refusing(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (refusing(401, "Unauthorized"), InvalidToken),
        (refusing(404, "Not Found"), InvalidToken),
        (refusing(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (refusing(400, "Bad Request: group", migrate_to_chat_id=-100), ChatMigrated),
        (answering(http(404, b"<html>no</html>")), InvalidToken),
        (answering(http(413, b"<html>too large</html>")), BadRequest),
        (answering(http(200, b'{"ok": false, "error_code": 400, "description": "x"}')), BadRequest),
    ],
)
async def test_refusals_are_python_telegram_bots_own(behaviour: Behaviour, expected: type[Exception]) -> None:
    """What Telegram answers comes out as the library's exceptions, without the answer's body in them."""
    error = await failure_of(behaviour)
    assert type(error) is expected
    assert "html" not in str(error)


@pytest.mark.parametrize(
    ("behaviour", "seconds"),
    [
        (refusing(429, "Too Many Requests: retry after 7", retry_after=7), 7),
        (refusing(429, "Too Many Requests", retry_after=0), 1),
        (answering(http(429, b"", "Retry-After: 3")), 3),
        (answering(http(429, b"<html>slow down</html>")), 1),
        (answering(http(429, b'{"ok":false,"parameters":[]}', "Retry-After: soon")), 1),
    ],
)
async def test_too_many_requests_says_how_long(behaviour: Behaviour, seconds: int) -> None:
    """Every 429 is a wait, also one that a proxy made up."""
    error = await failure_of(behaviour)
    assert isinstance(error, RetryAfter)
    assert str(seconds) in str(error)


async def test_connections_are_kept() -> None:
    """Many calls, one connection."""
    async with wire(answering(result(True))) as told, bot_at(told.base_url) as bot:
        for _ in range(20):
            await bot.send_chat_action(7, "typing")
    assert told.connections == 1
    assert len(told.requests) == 20


async def test_fields_arrive_as_json() -> None:
    """Nested fields are objects, and any text arrives as it was."""
    async with wire(answering(result(True))) as told, bot_at(told.base_url) as bot:
        await bot.set_my_commands([("help", "Help – at once ☎")])
    assert told.requests[0].fields == {"commands": [{"command": "help", "description": "Help – at once ☎"}]}


async def test_a_file_arrives_whole() -> None:
    """A file goes as a form, with its name and kind."""
    message = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private"}}
    async with wire(answering(result(message))) as told, bot_at(told.base_url) as bot:
        sent = await bot.send_document(7, InputFile(b"BEGIN:VCALENDAR", "group.ics"), caption="Ú")
    assert sent.message_id == 5
    body = told.requests[0].body
    assert b'filename="group.ics"' in body
    assert b"BEGIN:VCALENDAR" in body
    assert "Ú".encode() in body


async def test_a_garbled_answer_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """People's words may stand in an answer that cannot be read; they are neither logged nor raised."""
    words = json.dumps({"ok": "?", "text": "i drank"})[:-1].encode()
    error = await failure_of(answering(http(200, words)))
    assert "drank" not in str(error)
    assert "drank" not in caplog.text
    error = await failure_of(answering(http(400, words)))
    assert "drank" not in str(error)
    assert "drank" not in caplog.text
