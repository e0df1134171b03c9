"""What stands beside a BMLT feed: formats, service bodies, and a manifest that says whether it is whole."""

import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.feeds.bmlt import is_service_body
from bot.feeds.files import SourceFile
from bot.feeds.parts import Broken, Part, json_parts

MOST_BESIDE = 20_000
"""Formats and service bodies: all servers of the world have some thousands."""
_WEEKDAY = re.compile(rb'"weekday(?:_tinyint)?"\s*:\s*"?(\d)"?')
_COUNTS = ("count", "rows", "records", "lines", "meetings", "total")
_SUMS = {"sha256": "sha256", "sha1": "sha1", "md5": "md5"}
_SIZES = ("size", "bytes", "size_bytes")


@dataclass(frozen=True, slots=True)
class Beside:
    """Formats and service bodies of a feed, and the number of Sunday in it: 1, in dumps 0."""

    formats: tuple[dict[str, Any], ...]
    bodies: tuple[dict[str, Any], ...]
    sunday: int


def beside(file: SourceFile, *, is_row: Callable[[Part], bool]) -> Beside:
    """Gather it from the feed itself and from the files next to it.

    Raises Broken when a manifest lies there and the feed is not what it says.
    """
    formats: list[dict[str, Any]] = []
    bodies: list[dict[str, Any]] = []
    rows = 0
    with closing(_parts(file)) as parts:
        for part in parts:
            rows += is_row(part)
            if part.path.rsplit(".", 1)[-1].lower() == "formats" and len(formats) < MOST_BESIDE:
                formats += _objects(part.value)
    if file.path is not None:
        _hold_to_manifest(file.path, rows)
        formats += _neighbours(file.path, "formats")
        bodies += (one for one in _neighbours(file.path, "service_bodies") if is_service_body(one))
    return Beside(tuple(formats), tuple(bodies), _sunday(file))


def _sunday(file: SourceFile) -> int:
    seen: set[bytes] = set()
    with file.binary() as raw:
        left = b""
        while chunk := raw.read(1 << 20):
            seen.update(_WEEKDAY.findall(left + chunk))
            left = chunk[-40:]
    return 0 if b"0" in seen and b"7" not in seen else 1


def _neighbours(path: Path, name: str) -> Iterator[dict[str, Any]]:
    for found in sorted(path.parent.glob(f"{name}.*json*"))[:1]:
        if found == path:
            return
        with closing(_parts(SourceFile(found))) as parts:
            for number, part in enumerate(parts):
                if number < MOST_BESIDE:
                    yield from _objects(part.value)


def _parts(file: SourceFile) -> Generator[Part, None, None]:
    with file.text() as text:
        yield from json_parts(text)


def _objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects from a list, from one object, or from objects by key."""
    if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        return list(value.values())
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]


def _hold_to_manifest(path: Path, rows: int) -> None:
    manifest = path.parent / "manifest.json"
    if manifest == path or not manifest.is_file():
        return
    try:
        said = json.loads(manifest.read_text("utf-8"))
    except (ValueError, OSError, RecursionError):
        raise Broken("its manifest cannot be read") from None
    entry = _entry(said, path.name)
    if entry is None:
        return
    _compare(entry, path, rows)


def _entry(said: Any, name: str) -> dict[str, Any] | None:
    """What a manifest says of one file: an object under its name, or one that holds its name."""
    if isinstance(said, list):
        return next((found for one in said if (found := _entry(one, name)) is not None), None)
    if not isinstance(said, dict):
        return None
    if isinstance(said.get(name), dict):
        return dict(said[name])
    named = (said.get(key) for key in ("name", "file", "path", "key", "filename"))
    if any(isinstance(one, str) and one.rsplit("/", 1)[-1] == name for one in named):
        return said
    return next((found for one in said.values() if (found := _entry(one, name)) is not None), None)


def _compare(entry: dict[str, Any], path: Path, rows: int) -> None:
    for key in _COUNTS:
        count = entry.get(key)
        if isinstance(count, int) and not isinstance(count, bool) and count != rows:
            raise Broken(f"its manifest says {count} rows and {rows} are in it")
    for key in _SIZES:
        size = entry.get(key)
        if isinstance(size, int) and not isinstance(size, bool) and size != path.stat().st_size:
            raise Broken("its size is not what its manifest says")
    for key, kind in _SUMS.items():
        total = entry.get(key)
        if isinstance(total, str) and len(total) >= 32 and total.lower() != _checksum(path, kind):
            raise Broken("its checksum is not what its manifest says")


def _checksum(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()
