"""The Meeting Guide JSON of twelve-step fellowships, in every shape it is published in."""

import json
from collections.abc import Iterator
from typing import Any

from bot.domain.directory.offering import NoReading
from bot.feeds.row import Row
from bot.feeds.sheet import table_rows

_KEYS = {
    "slug": "id",
    "location": "venue",
    "formatted_address": "address",
    "postal_code": "postcode",
    "location_notes": "venue_notes",
    "url": "page",
    "conference_url": "join_url",
    "conference_phone": "join_phone",
    "conference_url_notes": "join_notes",
    "conference_phone_notes": "phone_notes",
    "attendance_option": "attendance",
    "program": "programme",
}
_SAME = (
    "name", "day", "time", "end_time", "timezone", "types", "address", "city", "region", "country",
    "latitude", "longitude", "approximate", "notes", "updated",
)  # fmt: skip
_HOLDERS = ("meetings", "records", "data", "items", "results", "values")


def guide_rows(text: str) -> list[tuple[int, Row]] | NoReading:
    """Numbered meetings under common names, the first is 1."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        return NoReading(f"it is not whole JSON: {str(error)[:80]}")
    found = _rows(content)
    if found is None:
        return NoReading("there is no list of meetings in it")
    if found and all(isinstance(row, list) for row in found):
        return table_rows(iter(found))
    return [(number, _renamed(row)) for number, row in enumerate(map(_fields, found), start=1)]


def _rows(content: Any) -> list[Any] | None:
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        for key in _HOLDERS:
            if isinstance(content.get(key), list):
                return _rows(content[key])
    return None


def _fields(row: Any) -> dict[str, Any]:
    """Airtable and its kin wrap each row: {"id": …, "fields": {…}}."""
    if not isinstance(row, dict):
        return {}
    inner = row.get("fields")
    return inner if isinstance(inner, dict) else row


def _renamed(row: dict[str, Any]) -> Row:
    named: dict[str, object] = {key: row[key] for key in _SAME if row.get(key) is not None}
    named |= dict(_pairs(row))
    if "id" not in named and isinstance(row.get("id"), int | str):
        named["id"] = row["id"]
    if isinstance(row.get("state"), str) and "country" not in named and len(row["state"]) == 2:
        named["country"] = "US"
    return named


def _pairs(row: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for theirs, ours in _KEYS.items():
        if row.get(theirs) not in (None, ""):
            yield ours, row[theirs]
