"""The page over HTTP: its files, its opening state, a stream of what changes, and people's files."""

import asyncio
import json
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.sandbox.account import offered_commands
from bot.sandbox.methods import Json
from bot.sandbox.origin import same_origin
from bot.sandbox.page import Page, until_morning
from bot.sandbox.served import Served
from bot.sandbox.things import Change
from bot.sandbox.view import chat_state, chat_view, message_view

_HERE: Final = Path(__file__).parent
_ASSETS: Final = {
    "style.css": "text/css",
    "chat.css": "text/css",
    "app.js": "text/javascript",
    "phone.js": "text/javascript",
    "message.js": "text/javascript",
    "dom.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FILE_HEADERS: Final = {**_HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "audio/ogg", "audio/mpeg"})
_HEARTBEAT: Final = 5.0


def page_routes(sandbox: Served, page: Page) -> list[web.RouteDef]:
    """The routes to add when the sandbox has a page."""
    routes = _Pages(sandbox, page)
    return [
        web.get("/", routes.index),
        web.get("/page/{name}", routes.asset),
        web.get("/sandbox/events", routes.events),
        web.get("/sandbox/file/{id}", routes.file),
        web.post("/sandbox/morning", routes.morning),
    ]


class _Pages:
    def __init__(self, sandbox: Served, page: Page) -> None:
        self._sandbox = sandbox
        self._page = page
        self._shown = {person.user.id for person in page.people}

    async def index(self, request: web.Request) -> web.StreamResponse:
        del request
        body = (_HERE / "index.html").read_bytes()
        return web.Response(body=body, headers={**_HEADERS, "Content-Type": "text/html; charset=utf-8"})

    async def asset(self, request: web.Request) -> web.StreamResponse:
        kind = _ASSETS.get(request.match_info["name"])
        if kind is None:
            raise web.HTTPNotFound
        body = (_HERE / request.match_info["name"]).read_bytes()
        return web.Response(body=body, headers={**_HEADERS, "Content-Type": f"{kind}; charset=utf-8"})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Somebody's file: pictures and sounds to be shown, everything else to be kept."""
        same_origin(request, self._sandbox.host)
        for stored in self._sandbox.world.files.values():
            if stored.unique_id == request.match_info["id"]:
                shown = stored.mime in _SHOWN
                headers = {
                    **_FILE_HEADERS,
                    "Content-Type": stored.mime if shown else "application/octet-stream",
                }
                if not shown:
                    headers["Content-Disposition"] = "attachment"
                return web.Response(body=stored.content, headers=headers)
        raise web.HTTPNotFound

    async def morning(self, request: web.Request) -> web.StreamResponse:
        """Move the clock to tomorrow morning."""
        same_origin(request, self._sandbox.host)
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        await self._sandbox.move(until_morning(self._sandbox.clock.now(), self._page))
        return web.json_response({"now": self._sandbox.clock.now().isoformat()})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: everything first, then each change, and the time every few seconds."""
        same_origin(request, self._sandbox.host)
        stream = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await stream.prepare(request)
        changes: asyncio.Queue[Change] = asyncio.Queue()
        stop = self._sandbox.world.watch(changes.put_nowait)
        try:
            await self._write(stream, self._everything())
            while True:
                try:
                    async with asyncio.timeout(_HEARTBEAT):
                        change = await changes.get()
                except TimeoutError:
                    await self._write(stream, {"kind": "clock"})
                    continue
                for event in self._event(change):
                    await self._write(stream, event)
        except ConnectionResetError:
            return stream
        finally:
            stop()

    async def _write(self, stream: web.StreamResponse, event: Json) -> None:
        event["now"] = self._sandbox.clock.now().isoformat()
        await stream.write(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _everything(self) -> Json:
        world, page = self._sandbox.world, self._page
        return {
            "kind": "everything",
            "title": page.title,
            "subtitle": page.subtitle,
            "zone": page.zone,
            "morning": page.morning.strftime("%H:%M"),
            "links": [{"label": label, "url": url} for label, url in page.links],
            "places": [{"label": place.label, "lat": place.lat, "lon": place.lon} for place in page.places],
            "bot": self._bot(),
            "people": [
                {"id": person.user.id, "name": person.user.first_name, "about": person.about}
                for person in page.people
            ],
            "chats": [chat_view(world, world.chats[person.user.id]) for person in page.people],
        }

    def _bot(self) -> Json:
        profile = self._sandbox.world.profile
        return {"name": profile.name, "username": profile.username, "description": profile.description}

    def _event(self, change: Change) -> list[Json]:
        world = self._sandbox.world
        if change.kind == "profile":
            chats = [
                {"id": number, "commands": offered_commands(world, world.chats[number])}
                for number in self._shown
            ]
            return [{"kind": "profile", "bot": self._bot(), "chats": chats}]
        if change.chat_id not in self._shown:
            return []
        chat = world.chats[change.chat_id]
        state = {"kind": "chat", "chat": chat_state(world, chat)}
        match change.kind:
            case "message" | "edited" | "deleted":
                assert change.message_id is not None
                message = message_view(world, chat.messages[change.message_id])
                return [{"kind": "message", "chat": chat.id, "message": message}, state]
            case "notice":
                query = world.queries[change.query]
                told = {"text": query.text, "alert": query.alert, "message": query.message_id}
                return [{"kind": "notice", "chat": chat.id, **told}]
            case _:
                return [state]
