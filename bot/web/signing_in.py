"""Signing in and out: a link is shown by GET as often as anybody likes, and spent by POST once."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app.staffing.signins import SignIns
from bot.web.access import EVERYONE, Door
from bot.web.guard import SIGNED_OUT
from bot.web.pages import Pages

MOST_FIELDS = 200
"""More than any form here has."""


class SigningIn:
    """Four routes. Cookies are HttpOnly, SameSite=Strict and, when the address is https, Secure."""

    def __init__(self, signins: SignIns, pages: Pages, *, https: bool) -> None:
        self._signins = signins
        self._pages = pages
        self._https = https
        prefix = "__Host-" if https else ""
        self.session_cookie = f"{prefix}foothold_session"
        self.nonce_cookie = f"{prefix}foothold_nonce"

    def routes(self) -> list[Route]:
        """Signing in, and the page that says how: for whoever is outside."""
        return [
            Route("/in/{token}", self.offer, methods=["GET"]),
            Route("/in/{token}", self.sign_in, methods=["POST"]),
            Route(SIGNED_OUT, self.signed_out, methods=["GET"]),
        ]

    def way_out(self) -> Door:
        """Signing out."""
        return Door("/sign-out", self.sign_out, to=EVERYONE, methods=["POST"])

    async def offer(self, request: Request) -> Response:
        """A page with a nonce of its own and one button. It neither spends the link nor binds it."""
        nonce = await self._signins.nonce(request.path_params["token"])
        if nonce is None:
            return self._pages.page(request, "link_over", 410)
        shown = self._pages.page(request, "link", nonce=nonce)
        self._set(shown, self.nonce_cookie, nonce)
        return shown

    async def sign_in(self, request: Request) -> Response:
        """The button was pressed: with this browser's own nonce the link is spent and a session begins."""
        form = await request.form(max_files=0, max_fields=4)
        nonce = str(form.get("nonce", ""))
        held = request.cookies.get(self.nonce_cookie, "")
        session = await self._signins.sign_in(request.path_params["token"], nonce, held)
        if session is None:
            return self._pages.page(request, "link_over", 403)
        inside = RedirectResponse("/", 303)
        inside.delete_cookie(self.nonce_cookie, path="/", secure=self._https, httponly=True)
        self._set(inside, self.session_cookie, session)
        return inside

    async def signed_out(self, request: Request) -> Response:
        """Says how to sign in."""
        return self._pages.page(request, "sign_in")

    async def over(self, request: Request) -> Response:
        """For a form sent after the session had ended: what was typed, to be sent again once signed in.

        Nothing of it is kept here. What held no words is answered with how to sign in.
        """
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        said = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        if not any(value for _, value in said):
            return RedirectResponse(SIGNED_OUT, 303)
        return self._pages.page(request, "signed_out", 403, said=said)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        await self._signins.sign_out(request.cookies[self.session_cookie])
        out = RedirectResponse(SIGNED_OUT, 303)
        out.delete_cookie(self.session_cookie, path="/", secure=self._https, httponly=True)
        return out

    def _set(self, response: Response, name: str, value: str) -> None:
        """A cookie for as long as the browser is open; the session ends earlier by itself."""
        response.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=self._https)
