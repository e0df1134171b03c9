"""A whole source from its address: all pages of a council's list, all files that a manifest names."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from bot.feeds.fetch import Fetched, NotFetched, NotModified
from bot.feeds.files import SourceFile
from bot.feeds.parts import Broken, json_parts

MOST_PAGES = 2000
_LISTS = ("content", "contents", "services", "items", "data")
_NAMED = re.compile(r"^(?:meetings|formats|service_bodies)\.(?:nd)?json(?:\.gz)?$")

Fetch = Callable[..., Awaitable[Fetched | NotModified | NotFetched]]
"""As `bot.feeds.fetch.fetch`."""


async def download(
    fetch: Fetch, url: str, folder: Path, *, etag: str = "", modified: str = ""
) -> Fetched | NotModified | NotFetched:
    """Fetch a source into a folder of its own; the file or folder that is to be read."""
    address = whole_address(url)
    first = await fetch(address, folder / _name(address), etag=etag, modified=modified)
    if not isinstance(first, Fetched):
        return first
    if first.file.name == "manifest.json":
        return await _named(fetch, address, first, folder)
    pages = _pages(first.file)
    return first if pages is None else await _paged(fetch, address, first, pages)


def whole_address(url: str) -> str:
    """Ask a BMLT server for its formats as well: the meetings alone say only their local keys."""
    if "switcher=GetSearchResults" in url and "get_used_formats" not in url:
        return f"{url}&get_used_formats=1"
    return url


def _name(url: str) -> str:
    """What the file is called here: its own name where that means something, else one that says nothing."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    if name in ("manifest.json", "datapackage.json") or _NAMED.match(name):
        return name
    plain = re.fullmatch(r"[\w.-]+", name)
    return f"feed{Path(name).suffix[:8]}" if plain else "feed"


async def _named(fetch: Fetch, url: str, manifest: Fetched, folder: Path) -> Fetched | NotFetched:
    """The files that a manifest names, from where it stands."""
    try:
        names = sorted(_names(json.loads(manifest.file.read_text("utf-8"))))
    except (ValueError, RecursionError):
        return NotFetched("its manifest cannot be read")
    for name in names:
        came = await fetch(urljoin(url, name), folder / name.rsplit("/", 1)[-1])
        if isinstance(came, NotFetched):
            return NotFetched(f"{name}: {came.why}")
    if not any(name.rsplit("/", 1)[-1].startswith("meetings") for name in names):
        return NotFetched("its manifest names no meetings")
    return Fetched(folder, manifest.etag, manifest.modified)


def _names(said: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(said, str) and _NAMED.match(said.rsplit("/", 1)[-1]):
        found.add(said)
    elif isinstance(said, list):
        found.update(*map(_names, said))
    elif isinstance(said, dict):
        found.update(*map(_names, said.values()), *map(_names, said))
    return found


def _pages(file: Path) -> tuple[int, int] | None:
    """How many pages there are, and the number of this one; None for what comes whole."""
    try:
        source = SourceFile(file)
        if not re.search(r'"(?:totalPages|total_pages)"', source.head(8192) + _tail(file)):
            return None
        with source.text() as text:
            said = {part.path: part.value for part in json_parts(text) if not part.listed}
    except (Broken, OSError):
        return None
    total = said.get("total_pages", said.get("totalPages"))
    number = said.get("page_number", said.get("number", said.get("page", 1)))
    return (total, number) if isinstance(total, int) and isinstance(number, int) and total > 1 else None


def _tail(file: Path) -> str:
    with file.open("rb") as raw:
        raw.seek(max(0, file.stat().st_size - 4096))
        return raw.read().decode("utf-8", "replace")


async def _paged(fetch: Fetch, url: str, first: Fetched, pages: tuple[int, int]) -> Fetched | NotFetched:
    """All pages as lines of one file."""
    total, number = pages
    if total > MOST_PAGES:
        return NotFetched(f"it has {total} pages, more than {MOST_PAGES}")
    lines, page = first.file.with_name("pages.ndjson"), number
    seen: set[str] = set()
    try:
        _append(lines, first.file, seen)
        for page in range(number + 1, number + total):
            file = first.file.with_name("page.json")
            came = await fetch(_page(url, page), file)
            if not isinstance(came, Fetched):
                why = came.why if isinstance(came, NotFetched) else "it did not come"
                return NotFetched(f"page {page}: {why}")
            _append(lines, file, seen)
    except Broken as broken:
        return NotFetched(f"page {page}: {broken}")
    return Fetched(lines)  # that the first page is as it was says nothing of the others


def _append(lines: Path, page: Path, seen: set[str]) -> None:
    """Add the services of a page. Raises Broken for one that has no list, or is one of those seen again."""
    digest, rows, listed = hashlib.sha256(), 0, False
    with SourceFile(page).text() as text, lines.open("a", encoding="utf-8") as out:
        for part in json_parts(text):
            if part.path not in _LISTS:
                continue
            listed = listed or part.listed or part.value == []
            if part.listed:
                row = json.dumps(part.value)
                digest.update(row.encode())
                rows += 1
                out.write(row + "\n")
    if not listed:
        raise Broken("there is no list of services in it")
    if rows and digest.hexdigest() in seen:
        raise Broken("it is the same as a page before it")
    seen.add(digest.hexdigest())


def _page(url: str, page: int) -> str:
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", page)])))
