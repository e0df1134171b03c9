"""Who may work the stand-in from a browser: its own page, and no other site."""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def same_origin(request: web.Request, bound: str) -> None:
    """Refuse what another site's page could make a browser send (403), DNS rebinding included.

    `bound` is the host the stand-in listens on, allowed beside the names of this machine.
    """
    host = urlsplit(f"//{request.host}").hostname or ""
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    site = request.headers.get("Sec-Fetch-Site", "none")
    if foreign or host not in _HERE | {bound} or site not in {"none", "same-origin"}:
        raise web.HTTPForbidden
