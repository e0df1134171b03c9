"""A data package: the tables of HSDS as CSV files, in a zip or a folder, put together into services."""

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from bot.domain.directory.offering import NoReading
from bot.feeds.files import MOST_BYTES, SourceFile
from bot.feeds.parts import Broken
from bot.feeds.sheet import cells_of

_TABLES = {
    "service": "service", "organization": "organization", "location": "location",
    "service_at_location": "service_at_location", "services_at_location": "service_at_location",
    "address": "address", "physical_address": "address", "phone": "phone", "schedule": "schedule",
    "regular_schedule": "schedule", "attribute": "attribute", "service_attribute": "attribute",
    "service_taxonomy": "service_taxonomy", "taxonomy_term": "term", "taxonomy": "term",
    "eligibility": "eligibility", "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility",
}  # fmt: skip
"""By the name of the file, in the singular."""
MOST_FILES = 200
Cells = dict[str, str]
Tables = dict[str, list[Cells]]
Index = dict[tuple[str, str], dict[str, list[Cells]]]


def package_services(path: Path) -> list[tuple[int, dict[str, Any]]] | NoReading:
    """The services of a package, each with its row and what belongs to it, in the shape of HSDS's JSON.

    Raises Broken for a damaged or an overlarge archive.
    """
    tables: Tables = defaultdict(list)
    rows: list[int] = []
    for name, raw in _files(path):
        table = _table_of(PurePosixPath(name).stem.lower().replace("-", "_"))
        if table and name.lower().endswith(".csv"):
            numbered = _rows(name, raw)
            tables[table] += numbered.values()
            rows += numbered if table == "service" else ()
    if "service" not in tables:
        return NoReading("there is no table of services in the package")
    index = _index(tables)
    return [(row, _joined(one, index)) for row, one in zip(rows, tables["service"], strict=True)]


def _table_of(stem: str) -> str:
    singular = (stem, stem.removesuffix("s"), stem.removesuffix("es"), stem.removesuffix("ies") + "y")
    return next((_TABLES[one] for one in singular if one in _TABLES), "")


def _index(tables: Tables) -> Index:
    """Rows of each table by what they belong to."""
    index: Index = {}
    for table, owner in (
        ("service_at_location", "service_id"), ("phone", "service_id"), ("phone", "location_id"),
        ("phone", "organization_id"), ("schedule", "service_id"), ("schedule", "location_id"),
        ("schedule", "service_at_location_id"), ("address", "location_id"), ("eligibility", "service_id"),
        ("accessibility", "location_id"), ("attribute", "link_id"), ("service_taxonomy", "service_id"),
        ("term", "id"), ("location", "id"), ("organization", "id"),
    ):  # fmt: skip
        by_owner: dict[str, list[Cells]] = defaultdict(list)
        for row in tables[table]:
            if row.get(owner):
                by_owner[row[owner]].append(row)
        index[table, owner] = by_owner
    return index


def _joined(service: Cells, index: Index) -> dict[str, Any]:
    def of(table: str, owner: str, key: str) -> list[Cells]:
        return index[table, owner].get(key, []) if key else []

    def location(key: str) -> dict[str, Any]:
        row: dict[str, Any] = dict(next(iter(of("location", "id", key)), {}))
        return row | {
            "addresses": of("address", "location_id", key),
            "phones": of("phone", "location_id", key),
            "accessibility": of("accessibility", "location_id", key),
            "schedules": of("schedule", "location_id", key),
        }

    own = service.get("id", "")
    organisation = next(iter(of("organization", "id", service.get("organization_id", ""))), {})
    terms = [link.get("taxonomy_term_id", "") for link in of("attribute", "link_id", own)]
    terms += [link.get("taxonomy_id", "") for link in of("service_taxonomy", "service_id", own)]
    return {
        **service,
        "organization": dict(organisation),
        "phones": of("phone", "service_id", own),
        "schedules": of("schedule", "service_id", own),
        "eligibilitys": of("eligibility", "service_id", own),
        "attributes": [{"taxonomy_term": term} for key in terms for term in of("term", "id", key)],
        "service_at_locations": [
            {
                **at,
                "location": location(at.get("location_id", "")),
                "schedules": of("schedule", "service_at_location_id", at.get("id", "")),
            }
            for at in of("service_at_location", "service_id", own)
        ],
    }


def _rows(name: str, raw: bytes) -> dict[int, Cells]:
    """The rows of a table by their numbers, counted as a spreadsheet does."""
    try:
        with SourceFile(raw).text() as text:
            lines = cells_of(text)
            header = [cell.strip().lower() for cell in next(lines, [])]
            return {
                number: dict(zip(header, cells, strict=False))
                for number, cells in enumerate(lines, start=2)
                if any(map(str.strip, cells))
            }
    except Broken as broken:
        raise Broken(f"{PurePosixPath(name).name}: {broken}") from None


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".json" or path.is_dir():
        folder = path if path.is_dir() else path.parent
        for file in sorted(folder.rglob("*.csv"))[:MOST_FILES]:
            if file.stat().st_size > MOST_BYTES:
                raise Broken("one of its tables is too large")
            yield file.name, file.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _unpacked(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError):
        raise Broken("it is packed and cannot be unpacked whole") from None


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    listed = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")][:MOST_FILES]
    if sum(one.file_size for one in listed) > MOST_BYTES:
        raise Broken(f"it is larger than {MOST_BYTES >> 20} MB when unpacked")
    for one in listed:
        with archive.open(one) as file:
            raw = file.read(one.file_size + 1)
        if len(raw) > one.file_size:
            raise Broken("it holds more than it says")
        yield one.filename, raw


def is_package(path: Path) -> bool:
    """Whether a folder, a datapackage.json or a zip holds tables of HSDS."""
    if path.is_dir():
        return any(file.suffix == ".csv" for file in path.iterdir())
    if path.name == "datapackage.json":
        try:
            return "resources" in json.loads(path.read_text("utf-8"))
        except (ValueError, OSError, RecursionError):
            return False
    return zipfile.is_zipfile(path)
