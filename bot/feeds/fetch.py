"""Fetches a file from the public internet and from nowhere else: addresses are checked, then used."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

MOST_FETCHED = 256 << 20
MOST_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_TUNNELS = tuple(
    map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
"""IPv6 addresses that stand for an IPv4 address, a private one perhaps."""
_HEADERS = {"User-Agent": "Foothold (directory of support groups)", "Accept-Encoding": "gzip"}
_UNTIL_CHANGED = frozenset(("If-None-Match", "If-Modified-Since"))
_CHUNK = 1 << 16

Allowed = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Fetched:
    """It is in the file; `etag` and `modified` are what the server said of this version, "" for nothing."""

    file: Path
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that it is as it was."""


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why nothing came, in plain words."""

    why: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes as they come over the wire, and seconds."""

    size: int = MOST_FETCHED
    total_s: float = 600.0
    connect_s: float = 15.0
    silent_s: float = 60.0


class _Refused(OSError):
    """An address that must not be connected to; the message says why."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: not this machine, its network or its cloud."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in tunnel for tunnel in _TUNNELS):
            return False
    return found.is_global and not found.is_multicast


class _CheckedResolver(AbstractResolver):
    """Gives out addresses that are allowed; aiohttp connects to these very ones and asks nobody again."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        addresses = [str(sockaddr[0]) for *_, sockaddr in found]
        if not addresses or not all(map(self._allowed, addresses)):
            raise _Refused("it leads into a private network")
        return [
            ResolveResult(
                hostname=host,
                host=str(to[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, to in found
        ]

    async def close(self) -> None:
        """Nothing to close."""


async def fetch(
    url: str,
    into: Path,
    *,
    etag: str = "",
    modified: str = "",
    limits: Limits | None = None,
    allowed: Allowed = is_public,
) -> Fetched | NotModified | NotFetched:
    """Fetch `url` into a file. `etag` and `modified` are of the version that is here already.

    Follows at most `MOST_REDIRECTS`, each checked like the first. Raises nothing for what the world does.
    """
    limit = limits or Limits()
    wants = dict(_HEADERS)
    if etag:
        wants["If-None-Match"] = etag
    if modified:
        wants["If-Modified-Since"] = modified
    timeout = aiohttp.ClientTimeout(
        total=limit.total_s, sock_connect=limit.connect_s, sock_read=limit.silent_s
    )
    connector = aiohttp.TCPConnector(resolver=_CheckedResolver(allowed), use_dns_cache=False)
    try:
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False, trust_env=False, headers=wants,
            cookie_jar=aiohttp.DummyCookieJar(),
        ) as session:  # fmt: skip
            return await _follow(session, url, into, limit, allowed)
    except TimeoutError:
        return NotFetched("it took too long")
    except aiohttp.ClientConnectorError as error:
        inner = error.os_error
        return NotFetched(str(inner) if isinstance(inner, _Refused) else "no connection could be made")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return NotFetched(str(error) if isinstance(error, _Refused) else "the connection broke off")


async def _follow(
    session: aiohttp.ClientSession, url: str, into: Path, limit: Limits, allowed: Allowed
) -> Fetched | NotModified | NotFetched:
    for _ in range(MOST_REDIRECTS + 1):
        if why := refused(url, allowed):
            return NotFetched(why)
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                url = urljoin(url, answer.headers["Location"])
                continue
            if answer.status == 304 and not _UNTIL_CHANGED.isdisjoint(session.headers):
                return NotModified()
            if answer.status != 200:
                return NotFetched(f"the server answered {answer.status}")
            return await _save(answer, into, limit)
    return NotFetched("it redirects without end")


def refused(url: str, allowed: Allowed = is_public) -> str:
    """Why an address may not be fetched, as far as it says itself; "" when it may.

    The host is the one that is connected to: "①②⑦。0。0。1" has become 127.0.0.1. aiohttp asks no
    resolver for what has only figures and dots, so that must be an address that is allowed.
    """
    try:
        parts = urlsplit(url)
        host = (URL(url).raw_host or "") if parts.hostname and parts.port != 0 else ""
    except ValueError:
        return "it is no web address"
    if parts.scheme not in ("http", "https") or not host:
        return "it is no web address"
    if parts.username or parts.password:
        return "an address may not hold a name or a password"
    numeric = ":" in host or host.replace(".", "").isdigit()
    return "it leads into a private network" if numeric and not allowed(host) else ""


async def _save(answer: aiohttp.ClientResponse, into: Path, limit: Limits) -> Fetched | NotFetched:
    too_large = NotFetched(f"it is larger than {limit.size / (1 << 20):.0f} MB")
    if (answer.content_length or 0) > limit.size:
        return too_large
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("identity", "gzip", ""):
        return NotFetched("it is packed in a way that was not asked for")
    written = 0
    with into.open("wb") as file:
        async for chunk in answer.content.iter_chunked(_CHUNK):
            written += len(chunk)
            if written > limit.size:
                return too_large
            file.write(chunk)
    return Fetched(into, answer.headers.get("ETag", "")[:200], answer.headers.get("Last-Modified", "")[:100])
