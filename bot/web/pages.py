"""Renders pages from templates, in which everything from outside is escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.web.navigation import room_at, rooms_for

HERE = Path(__file__).resolve().parent
_TURNS_ROUND = {ord(mark): None for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
"""Marks with which a name could turn the words around it about; right-to-left scripts need none of them."""


def _straight(value: Any) -> Any:
    """What goes into a page, without such marks."""
    return value.translate(_TURNS_ROUND) if isinstance(value, str) and not value.isascii() else value


class Pages:
    """The templates, with what every page says: the service, and the ways on for whoever is signed in."""

    def __init__(self, service: str) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_straight,
        )
        self._templates.globals["service"] = service

    def part(self, name: str, **fill: Any) -> str:
        """A part of a page, filled."""
        return self._templates.get_template(f"{name}.html").render(fill)

    def page(self, request: Request, name: str, status: int = 200, **fill: Any) -> HTMLResponse:
        """The page of that name, filled, in answer to `request`."""
        person = request.scope.get("state", {}).get("person")
        around = {
            "rooms": () if person is None else rooms_for(person.roles),
            "here": room_at(request.url.path),
        }
        return HTMLResponse(self._templates.get_template(f"{name}.html").render(around | fill), status)
