"""The stand-in's HTTP side on aiohttp: the Bot API, its files, and the control API."""

from typing import Any

from aiohttp import web

from bot.sandbox.answering import Reply, token_refused
from bot.sandbox.origin import same_origin
from bot.sandbox.page.routes import page_routes
from bot.sandbox.served import Served

_UPLOADS = 60 * 1024 * 1024


def application(sandbox: Served) -> web.Application:
    """The application; the page is in it if the sandbox has one."""
    app = web.Application(client_max_size=_UPLOADS)
    routes = _Routes(sandbox)
    app.router.add_route("*", "/bot{token}/{method}", routes.call)
    app.router.add_get("/file/bot{token}/{path:.+}", routes.file)
    if sandbox.page is not None:
        app.router.add_routes(page_routes(sandbox, sandbox.page))
    app.router.add_route("*", "/sandbox/{what}", routes.control)
    return app


class _Routes:
    def __init__(self, sandbox: Served) -> None:
        self._sandbox = sandbox

    async def call(self, request: web.Request) -> web.StreamResponse:
        api = self._sandbox.apis.get(request.match_info["token"])
        if api is None:
            return _response(request, token_refused(request.match_info["token"]))
        body = await request.read()
        content_type = request.headers.get("Content-Type", "")
        reply = await api.answer(request.match_info["method"], request.query_string, content_type, body)
        return _response(request, reply)

    async def file(self, request: web.Request) -> web.StreamResponse:
        api = self._sandbox.apis.get(request.match_info["token"])
        refused = token_refused(request.match_info["token"])
        return _response(request, api.file(request.match_info["path"]) if api else refused)

    async def control(self, request: web.Request) -> web.StreamResponse:
        same_origin(request, self._sandbox.host)
        given: dict[str, Any] = dict(request.query)
        if request.method == "POST":
            if request.content_type != "application/json":
                raise web.HTTPUnsupportedMediaType
            given |= await request.json()
        try:
            answer = await self._sandbox.control.handle(request.method, request.match_info["what"], given)
        except (ValueError, LookupError, PermissionError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(answer)


def _response(request: web.Request, reply: Reply) -> web.StreamResponse:
    if reply.fate != "sent":
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    return web.Response(status=reply.status, body=reply.body, headers={"Content-Type": reply.content_type})
