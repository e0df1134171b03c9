"""Fetching from servers that mean harm or are broken: nothing raises, every failure says why."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.feeds.download import download
from bot.feeds.fetch import Fetched, Limits, NotFetched, NotModified, fetch, is_public, refused

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A server on this machine; its address."""
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://localhost:{port}"
    finally:
        await runner.cleanup()


get = partial(fetch, allowed=lambda _: True)


def says(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    """A server that always answers the same."""
    raw = body.encode() if isinstance(body, str) else body

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=raw, status=status, headers=headers)

    return answer


async def test_a_file_comes_with_its_marks(tmp_path: Path) -> None:
    """And is not sent again while it is the same."""

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(
            text="[]", headers={"ETag": '"v1"', "Last-Modified": "Tue, 24 Nov 2026 08:00:00 GMT"}
        )

    async with server(answer) as url:
        came = await get(f"{url}/feed", tmp_path / "feed")
        assert came == Fetched(tmp_path / "feed", '"v1"', "Tue, 24 Nov 2026 08:00:00 GMT")
        assert (tmp_path / "feed").read_text() == "[]"
        assert await get(f"{url}/feed", tmp_path / "feed", etag='"v1"') == NotModified()


async def test_not_changed_says_nothing_to_who_has_nothing(tmp_path: Path) -> None:
    """A server that answers 304 to a first question has sent no list."""
    async with server(says("", 304)) as url:
        assert await get(url, tmp_path / "feed") == NotFetched("the server answered 304")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1",
     "::127.0.0.1", "", "localhost"],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    """This machine, its network, its cloud, and tunnels to them."""
    assert not is_public(address)


def test_public_addresses() -> None:
    """Everything else."""
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/feed", "it leads into a private network"),
        ("http://[::1]:8000/feed", "it leads into a private network"),
        ("http://2130706433/feed", "it leads into a private network"),
        ("http://127.1/feed", "it leads into a private network"),
        ("http://0177.0.0.1/feed", "it leads into a private network"),
        ("http://127.0.0.1./feed", "it leads into a private network"),
        ("http://127。0。0。1/feed", "it leads into a private network"),
        ("http://①②⑦.0.0.1/feed", "it leads into a private network"),
        ("http://me:secret@example.org/", "an address may not hold a name or a password"),
        ("file:///etc/passwd", "it is no web address"),
        ("javascript:alert(1)", "it is no web address"),
        ("http://[::1", "it is no web address"),
        ("http://example.org:99999/", "it is no web address"),
        ("https://example.org/feed.json", ""),
    ],
)
def test_addresses_that_are_not_even_tried(url: str, why: str) -> None:
    """Only the web, only the public one, no credentials."""
    assert refused(url) == why


async def test_a_name_that_leads_home_is_refused(tmp_path: Path) -> None:
    """The address behind a name is checked, and it is the one connected to."""
    async with server(says("[]")) as url:
        assert await fetch(url, tmp_path / "f") == NotFetched("it leads into a private network")


async def test_every_redirect_is_checked(tmp_path: Path) -> None:
    """A public server may not send us into the network it cannot reach itself."""
    async with server(says("", 302, Location="http://10.0.0.1/secret")) as url:
        port = url.rsplit(":", 1)[1]
        home = partial(fetch, allowed=lambda address: address in ("127.0.0.1", "::1"))
        assert await home(f"http://localhost:{port}", tmp_path / "f") == NotFetched(
            "it leads into a private network"
        )


async def test_a_name_that_leads_elsewhere_the_second_time(tmp_path: Path) -> None:
    """It led outside and then home: every connection goes to addresses that were checked for it."""
    asked: list[str] = []
    known = len(set(socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)))

    def only_the_first_time(address: str) -> bool:
        asked.append(address)
        return len(asked) <= known

    async with server(says("", 302, Location="/again", Connection="close")) as url:
        came = await fetch(url, tmp_path / "f", allowed=only_the_first_time)
    assert came == NotFetched("it leads into a private network")
    assert len(asked) == known + 1


async def test_a_loop_of_two_redirects(tmp_path: Path) -> None:
    """There and back again."""

    async def answer(request: web.Request) -> web.Response:
        other = "/b" if request.path == "/a" else "/a"
        return web.Response(status=307, headers={"Location": other})

    async with server(answer) as url:
        assert await get(f"{url}/a", tmp_path / "f") == NotFetched("it redirects without end")


async def test_redirects_without_end(tmp_path: Path) -> None:
    """Five are followed, and no sixth."""

    async def down(request: web.Request) -> web.Response:
        left = int(request.path[1:])
        return web.Response(status=301, headers={"Location": f"/{left - 1}"}) if left else web.Response()

    async with server(down) as url:
        assert isinstance(await get(f"{url}/5", tmp_path / "f"), Fetched)
        assert await get(f"{url}/6", tmp_path / "f") == NotFetched("it redirects without end")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
async def test_what_is_no_success_is_said(tmp_path: Path, status: int) -> None:
    """With its number."""
    async with server(says("no", status)) as url:
        assert await get(url, tmp_path / "f") == NotFetched(f"the server answered {status}")


async def test_too_large_whether_it_says_so_or_not(tmp_path: Path) -> None:
    """By its own word, and by what comes."""

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x" * 10_000)
        except OSError:
            return answer

    small = partial(get, limits=Limits(size=50_000))
    for answer in (endless, says(b"x" * 60_000)):
        async with server(answer) as url:
            assert await small(url, tmp_path / "f") == NotFetched("it is larger than 0 MB")


async def test_a_server_that_drips(tmp_path: Path) -> None:
    """A byte now and then keeps no fetch alive for ever."""

    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b" ")
                await asyncio.sleep(0)
        except OSError:
            return answer

    async with server(drip) as url:
        slow = partial(get, limits=Limits(total_s=0.2))
        assert await slow(url, tmp_path / "f") == NotFetched("it took too long")


async def test_nobody_there(tmp_path: Path) -> None:
    """No server, or one that hangs up."""

    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with server(hang_up) as url:
        assert await get(url, tmp_path / "f") == NotFetched("the connection broke off")
    assert await get(url, tmp_path / "f") == NotFetched("no connection could be made")


async def test_all_pages_of_a_council(tmp_path: Path) -> None:
    """Each is fetched, in both versions of the words; one that fails fails all."""

    def paged(total: str, number: str, rows: str, fails: int = 0) -> Answer:
        async def answer(request: web.Request) -> web.Response:
            page = int(request.query.get("page", "1"))
            if page == fails:
                return web.Response(status=500)
            content = {total: 3, number: page, rows: [{"id": page, "name": f"S{page}"}]}
            return web.json_response(content, headers={"ETag": f'"{page}"', "Last-Modified": "Monday"})

        return answer

    for words in (("totalPages", "number", "content"), ("total_pages", "page_number", "contents")):
        folder = tmp_path / words[0]
        folder.mkdir()
        async with server(paged(*words)) as url:
            came = await download(get, f"{url}/services?q=x", folder)
            assert isinstance(came, Fetched)
            lines = [json.loads(line) for line in came.file.read_text().splitlines()]
            assert [line["id"] for line in lines] == [1, 2, 3]
            assert (came.etag, came.modified) == ("", ""), "a first page as it was says nothing of the others"
    async with server(paged("totalPages", "number", "content", fails=2)) as url:
        assert await download(get, f"{url}/services", tmp_path) == NotFetched(
            "page 2: the server answered 500"
        )


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ('{"totalPages": 3, "number": 2, "content": [{"id": 1}]}', "it is the same as a page before it"),
        ('{"error": "slow down"}', "there is no list of services in it"),
        ("<html>Just a moment...</html>", "it is not whole JSON: it begins with neither [ nor {"),
        ('{"totalPages": 3, "number": 2, "content": []}', ""),
    ],
)
async def test_a_page_that_is_none_fails_all(tmp_path: Path, second: str, why: str) -> None:
    """A server that always gives the first one, or a refusal with status 200: services would be lost."""
    pages = {
        "1": '{"totalPages": 3, "number": 1, "content": [{"id": 1}]}',
        "2": second,
        "3": '{"totalPages": 3, "number": 3, "content": [{"id": 3}]}',
    }

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=pages[request.query.get("page", "1")])

    async with server(answer) as url:
        came = await download(get, f"{url}/services", tmp_path)
    assert isinstance(came, Fetched) if not why else came == NotFetched(f"page 2: {why}")


async def test_all_that_a_manifest_names(tmp_path: Path) -> None:
    """And nothing else."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        body: Any = {"files": [{"name": "meetings.ndjson"}, {"name": "formats.json"}, {"name": "../secret"}]}
        return web.json_response(body if request.path.endswith("manifest.json") else [])

    async with server(answer) as url:
        came = await download(get, f"{url}/dump/manifest.json", tmp_path)
    assert isinstance(came, Fetched)
    assert came.file == tmp_path
    assert asked == ["/dump/manifest.json", "/dump/formats.json", "/dump/meetings.ndjson"]
