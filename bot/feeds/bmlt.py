"""The BMLT of Narcotics Anonymous: search results, the wrapper with formats, the aggregator's lines of JSON.

Every value is a string and '' means nothing. Days count from 1, Sunday; from 0 in dumps. Format keys are
local: what they mean is in their world id (docs of the BMLT semantic interface, GetFormats).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.feeds.row import Row

_WORLD = {
    "OPEN": "O", "CLOSED": "C", "WCHR": "X", "WOMEN": "W", "W": "W", "MEN": "M", "M": "M", "GL": "LGBTQ",
    "LGBTQ": "LGBTQ", "LGBTQ+": "LGBTQ", "Y": "Y", "YOUNG": "Y", "YP": "Y", "BEG": "BEG", "CW": "CW",
    "MED": "MED", "MEDITATION": "MED", "SPK": "SPK", "DISC": "DISC", "STEP": "STEP", "BT": "BT", "JFT": "JFT",
    "IP": "IP", "IW": "IW", "VM": "ONL", "HYBR": "HYBRID", "HY": "HYBRID", "TC": "TC", "O": "O", "C": "C",
    "NC": "", "D": "DISC", "WC": "X", "ASL": "ASL", "SP": "", "RA": "",
}  # fmt: skip
"""World ids, and the keys that servers in English share, in codes of ours; NC is "no children" here."""
_LANGUAGES = {
    "es": "S", "fr": "FR", "pl": "POL", "pa": "PUN", "pt": "POR", "ru": "RUS", "lt": "LT", "uk": "UK",
    "fa": "FA", "it": "ITA", "de": "DE", "hi": "HI", "cy": "Welsh", "ga": "Irish",
}  # fmt: skip
"""Formats for a meeting's language have world id LANG and, in small letters, its ISO 639 code for a key."""
_VENUE_TYPES = {"1": "in_person", "2": "online", "3": "hybrid"}
_FIELDS = {
    "meeting_name": "name",
    "start_time": "time",
    "duration_time": "duration",
    "time_zone": "timezone",
    "location_text": "venue",
    "location_postal_code_1": "postcode",
    "latitude": "latitude",
    "longitude": "longitude",
    "virtual_meeting_link": "join_url",
    "phone_meeting_number": "join_phone",
    "virtual_meeting_additional_info": "join_notes",
    "updated_at": "updated",
}
_MARKS = ("meeting_name", "weekday_tinyint", "id_bigint")
SEPARATOR = "#@-@#"


def is_meeting(row: Mapping[str, Any]) -> bool:
    """Whether a row is a meeting of a BMLT server."""
    return "meeting_name" in row and any(mark in row for mark in _MARKS[1:])


def is_service_body(row: Mapping[str, Any]) -> bool:
    """Whether a row is a region, area or intergroup, as GetServiceBodies gives them."""
    return "helpline" in row and "name" in row and ("parent_id" in row or "world_id" in row)


def formats_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a server's own format keys and ids mean in codes of ours; "" for what we have no word for."""
    meant: dict[str, str] = {}
    for row in rows:
        world = _text(row.get("world_id")).upper()
        name = _text(row.get("name_string") or row.get("name"))
        keys = row.get("key_string") or row.get("key"), row.get("id") or row.get("shared_id_bigint")
        code = _WORLD.get(world, world if world else name)
        if world == "LANG":
            code = _LANGUAGES.get(_text(keys[0]).lower(), name)
        for key in keys:
            if _text(key):
                meant[_text(key).lower()] = code
    return meant


def meeting_row(row: Mapping[str, Any], formats: Mapping[str, str], *, sunday: int) -> Row:
    """A meeting under common names. `sunday` is the number of that day: 1, in dumps 0."""
    named: dict[str, object] = {ours: _text(row.get(theirs)) for theirs, ours in _FIELDS.items()}
    named["id"] = _key(row)
    named["day"] = _day(row, sunday)
    named["address"] = ", ".join(filter(None, (_text(row.get("location_street")), _subsection(row))))
    named["city"] = _text(row.get("location_municipality"))
    named["region"] = _text(row.get("location_province"))
    named["country"] = _text(row.get("location_nation"))
    codes = [code for code in _codes(row, formats) if code]
    old = "hybrid" if "HYBRID" in codes else "online" if "ONL" in codes else ""
    named["attendance"] = _VENUE_TYPES.get(_text(row.get("venue_type")), old)
    named["types"] = codes
    named["notes"] = list(_notes(row))
    named["regularity"] = _text(row.get("format_comments"))
    named["programme"] = "na"
    return named


def service_body_row(row: Mapping[str, Any]) -> Row:
    """A service body's helpline under common names, a service; its name says whose line it is."""
    return {
        "id": f"body-{_key(row)}",
        "name": f"{_text(row.get('name'))} (Narcotics Anonymous line)",
        "kind": "service",
        "phone": _text(row.get("helpline")),
        "page": _text(row.get("url")),
        "programme": "na",
        "needs": ["helpline"],
    }


def unpublished(row: Mapping[str, Any]) -> bool:
    """Whether its own server does not show it."""
    return _text(row.get("published")) in ("0", "false", "False")


def _text(value: object) -> str:
    """A value without what stands before its separator: the field's name, in fields of a server's own."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return str(value).rsplit(SEPARATOR, maxsplit=1)[-1].strip()


def _key(row: Mapping[str, Any]) -> str:
    number = _text(row.get("id_bigint") or row.get("id"))
    server = _text(row.get("root_server_id") or row.get("source_id"))
    return f"{server}-{number}" if server and number else number


def _day(row: Mapping[str, Any], sunday: int) -> object:
    """A weekday's English name, or what stood there."""
    said = _text(row.get("weekday_tinyint", row.get("weekday")))
    names = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
    if not re.fullmatch(r"\d", said) or not 0 <= int(said) - sunday <= 6:
        return f"weekday {said}" if said else ""
    return names[int(said) - sunday]


def _subsection(row: Mapping[str, Any]) -> str:
    return _text(row.get("location_city_subsection")) or _text(row.get("location_neighborhood"))


def _codes(row: Mapping[str, Any], formats: Mapping[str, str]) -> Iterator[str]:
    for key in filter(None, map(str.strip, _text(row.get("formats")).split(","))):
        if key.lower() in formats:
            yield formats[key.lower()]
        else:
            yield _LANGUAGES.get(key) or _WORLD.get(key.upper(), "")
    for number in filter(None, map(str.strip, _text(row.get("format_shared_id_list")).split(","))):
        yield formats.get(number, "")


def _notes(row: Mapping[str, Any]) -> Iterator[str]:
    for field in ("location_info", "comments", "format_comments"):
        if said := _text(row.get(field)):
            yield said
    if lines := _text(row.get("public_transport") or row.get("bus_lines") or row.get("train_lines")):
        yield f"Public transport: {lines}"
