"""Links from outside: only public web addresses are kept."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
"""Characters. A longer link is no link: cut, it would lead elsewhere."""
_PRIVATE_ENDINGS = (
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".test",
    ".invalid",
)
_SIMPLE = re.compile(r"https?://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?:/[\w./~%+?=&#-]*)?", re.ASCII)
"""Nearly every link: no port, no name, no odd sign."""
_BROKEN_HOST = re.compile(r"us\d*web\.us")
"""Seen in real feeds for us04web.zoom.us; the name is anybody's to register."""


def safe_link(text: str) -> str:
    """`text` as an https or http address on a public host, or "".

    Drops other schemes (javascript:, data:, file:), raw IP addresses, hosts of private networks, credentials.
    """
    typed = text.strip()
    simple = _SIMPLE.fullmatch(typed)
    if simple and len(typed) <= LONGEST:
        return typed if _is_public_name(simple[1].lower()) else ""
    if not typed or len(typed) > LONGEST or re.search(r"[\s\x00-\x1f<>\"'\\]", typed):
        return ""
    if not re.match(r"[a-z][a-z0-9+.-]*:", typed, re.IGNORECASE) or re.match(r"[\w.-]+\.\w+:\d", typed):
        typed = f"https://{typed.lstrip('/')}"
    try:
        parts = urlsplit(typed)
        public = parts.scheme in ("http", "https") and _is_public(parts)
    except ValueError:
        return ""
    return typed if public else ""


def _is_public(parts: SplitResult) -> bool:
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.username or parts.password or "@" in parts.netloc or parts.port not in (None, 80, 443):
        return False
    return _is_public_name(host)


@lru_cache(maxsize=1024)
def _is_public_name(host: str) -> bool:
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) or _BROKEN_HOST.fullmatch(host):
        return False
    return not host.endswith(_PRIVATE_ENDINGS) and not _is_address(host)


def _is_address(host: str) -> bool:
    """127.0.0.1, and its disguises 127.1 and 0x7f.1."""
    if all(re.fullmatch(r"0x[0-9a-f]+|\d+", part) for part in host.split(".")):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
