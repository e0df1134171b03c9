"""The Meeting Guide JSON of twelve-step fellowships, in every shape it is published in."""

from collections.abc import Mapping
from typing import Any

from bot.feeds.row import Row

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
_SAME = frozenset((
    "name", "day", "time", "end_time", "timezone", "types", "address", "city", "region", "country",
    "latitude", "longitude", "approximate", "notes", "updated",
))  # fmt: skip


def fields_of(row: Any) -> Mapping[str, Any]:
    """What a row holds. Airtable and its kin wrap each: {"id": …, "fields": {…}}."""
    if not isinstance(row, dict):
        return {}
    inner = row.get("fields")
    return inner if isinstance(inner, dict) else row


def guide_row(row: Mapping[str, Any]) -> Row:
    """A meeting under common names."""
    named: dict[str, object] = {}
    for theirs, value in row.items():
        if value is None:
            continue
        if theirs in _SAME:
            named.setdefault(theirs, value)
        elif value != "" and (ours := _KEYS.get(theirs)):
            named[ours] = value
    if "id" not in named and isinstance(row.get("id"), int | str):
        named["id"] = row["id"]
    if "country" not in named and isinstance(row.get("state"), str) and len(row["state"]) == 2:
        named["country"] = "US"
    return named
