"""The Meeting Guide JSON of twelve-step fellowships, in every shape it is published in."""

from collections.abc import Mapping
from typing import Any

from bot.domain.directory.countries import land_named
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
    state = row.get("state")
    if "country" not in named and isinstance(state, str) and (land := land_named("", "", state)):
        named["country"] = land
    if group_notes := row.get("group_notes"):
        named["venue_notes"] = [one for one in (named.get("venue_notes"), group_notes) if one]
    if "page" not in named and row.get("website"):
        named["page"] = row["website"]
    return named
