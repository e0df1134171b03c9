"""What every request meets before a page does: strict headers, the same origin, and a session."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app.staffing.signins import SignIns

SIGNED_OUT: Final = "/sign-in"
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; script-src 'self'; connect-src 'self'"
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class StrictHeaders:
    """Puts the security headers on every answer, errors too; only `lasting` paths may be kept by a cache."""

    def __init__(self, app: ASGIApp, *, https: bool, lasting: str) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}
        self._lasting = lasting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kept = scope["path"].startswith(self._lasting)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if kept:
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        await self._app(scope, receive, with_headers)


class SameOrigin:
    """Refuses whatever changes something unless it comes from a page of our own.

    Browsers say so in Sec-Fetch-Site; under `no-referrer` their Origin is then "null". One that knows
    only Origin must name ours. `except_for` are paths that no browser calls.
    """

    def __init__(self, app: ASGIApp, *, public_url: str, except_for: Iterable[str]) -> None:
        self._app = app
        self._origin = origin_of(public_url)
        self._except_for = frozenset(except_for)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] not in _SAFE
            and scope["path"] not in self._except_for
            and not self._is_ours(Headers(scope=scope))
        ):
            await PlainTextResponse("This came from another site.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is None:
            return origin == self._origin
        return site == "same-origin" and origin in {None, "null", self._origin}


class SignedIn:
    """Lets nobody without a session past, whatever the path, but to the `open_paths`, which may hold one `*`.

    The person is in `request.state.person`, their roles as they are at this moment. Asking for `quiet` does
    not count as using the session. What somebody sent whose session is over is answered by `over`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        signins: SignIns,
        cookie: str,
        open_paths: Iterable[str],
        quiet: str,
        over: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._over = over
        self._signins = signins
        self._quiet = quiet
        self._cookie = cookie
        self._open = tuple(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        secret = Request(scope).cookies.get(self._cookie)
        person = await self._signins.who(secret, touch=scope["path"] != self._quiet) if secret else None
        if person is None:
            await (await self._outside(Request(scope, receive)))(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = person
        await self._app(scope, receive, send)

    async def _outside(self, request: Request) -> Response:
        return RedirectResponse(SIGNED_OUT, 303) if request.method in _SAFE else await self._over(request)

    def _is_open(self, path: str) -> bool:
        """`one*two` is any path that begins and ends so."""
        return any(
            path == one or ("*" in one and path.startswith(begin) and path.endswith(end))
            for one in self._open
            for begin, _, end in (one.partition("*"),)
        )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write them in Origin."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if parts.port in {None, usual} else f":{parts.port}")
