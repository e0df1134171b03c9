"""Renders pages from templates, in which everything from outside is escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

HERE = Path(__file__).resolve().parent


class Pages:
    """The templates, with what every page says."""

    def __init__(self, service: str) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["service"] = service

    def page(self, name: str, status: int = 200, **fill: Any) -> HTMLResponse:
        """The page of that name, filled."""
        return HTMLResponse(self._templates.get_template(f"{name}.html").render(fill), status)
