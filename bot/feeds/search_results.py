"""What `foothold directory search` found, for people or for programs."""

import json
from collections.abc import Mapping
from datetime import datetime

from bot.app.directory.listings import Suggestion, Suggestions
from bot.app.library import files
from bot.domain.directory.helplines import Line
from bot.domain.directory.hours import Open
from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.places import Place
from bot.domain.directory.programmes import BY_CODE
from bot.domain.directory.wanted import Needs
from bot.domain.directory.wording import distance_text, kinds, line_text, when_text, where_text
from bot.domain.messages import Messages
from bot.domain.zones import local, zone_named
from bot.feeds.exit_codes import Write


def written(said: Mapping[str, object]) -> str:
    """As programs read it."""
    return json.dumps(said, ensure_ascii=False, indent=1)


def write_results(
    place: Place,
    found: Suggestions,
    needs: Needs,
    at: datetime,
    line: tuple[Line, Open] | None,
    *,
    as_json: bool,
    write: Write,
) -> None:
    """All of it as lines, or as one object. `at` is the moment that was asked about."""
    if as_json:
        said = _as_json(place, found, at) | {"helpline": _line_as_json(line)}
        write(written(said))
        return
    _write_found(place, found, needs, at, write)
    if line is not None:
        there = zone_named(place.zone) or zone_named("UTC")
        assert there is not None
        write("Open line: " + " · ".join(line_text(files.messages(), *line, there, at).splitlines()))


def _line_as_json(line: tuple[Line, Open] | None) -> dict[str, object] | None:
    if line is None:
        return None
    one, _ = line
    numbers = [channel.value for channel in one.channels if channel.answers]
    return {"id": one.id, "name": one.name, "numbers": numbers}


def _write_found(place: Place, found: Suggestions, needs: Needs, now: datetime, write: Write) -> None:
    messages = files.messages()
    what = "service" if needs.services else "group"
    if found.fictional:
        write("These groups are fictional: they belong to the demo.")
    if not found.groups and found.within_km:
        km = f"{found.within_km:.0f}" if found.within_km >= 1 else f"{found.within_km:g}"
        write(f"No {what} within {km} km of {place.label}.")
        if strange := needs.programmes - BY_CODE.keys():
            write(f"--programme {min(strange)}: not one that is known here: {', '.join(BY_CODE)}")
    for number, one in enumerate(found.groups, start=1):
        entry = one.listed.entry
        vague = entry.venue is not None and entry.venue.approximate
        far = distance_text(messages, one.km or 0, place.country, approximate=vague)
        named = f"{entry.name}, {', '.join(kinds(messages, entry))}"
        write(
            f"{number}. {named}: {_when(messages, one, place, now)} · {where_text(messages, entry)} · {far}"
        )
    for one in found.online:
        named = f"{one.listed.entry.name}, {', '.join(kinds(messages, one.listed.entry))}"
        write(f"Online: {named}: {_when(messages, one, place, now)}")


def _when(messages: Messages, one: Suggestion, place: Place, now: datetime) -> str:
    entry = one.listed.entry
    zone = zone_named(place.zone or entry.zone) or zone_named("UTC")
    assert zone is not None
    said = when_text(messages, one.starts, zone, now)
    return f"{said} (check first: {entry.check_first})" if entry.check_first else said


def _as_json(place: Place, found: Suggestions, now: datetime) -> dict[str, object]:
    return {
        "place": {"label": place.label, "country": place.country, "nation": place.nation, "zone": place.zone},
        "within_km": found.within_km,
        "fictional": found.fictional,
        "groups": [_one_as_json(one, now) for one in found.groups],
        "online": [_one_as_json(one, now) for one in found.online],
    }


def _one_as_json(one: Suggestion, now: datetime) -> dict[str, object]:
    entry = one.listed.entry
    zone = zone_named(entry.zone)
    venue = entry.venue
    slot = _slot(entry, local(one.starts, zone)) if one.starts and zone else None
    return {
        "id": one.listed.id,
        "name": entry.name,
        "programme": entry.programme,
        "bucket": one.bucket.name.lower(),
        "starts": one.starts.isoformat() if one.starts else None,
        "starts_local": local(one.starts, zone).isoformat() if one.starts and zone else None,
        "in_minutes": round((one.starts - now).total_seconds() / 60) if one.starts else None,
        "km": None if one.km is None else round(one.km, 2),
        "venue": venue.name if venue else None,
        "address": venue.address if venue else None,
        "postcode": venue.postcode if venue else None,
        "approximate": venue.approximate if venue else None,
        "online": entry.online is not None,
        "tags": sorted(entry.tags),
        "check_first": entry.check_first,
        "source": one.listed.source,
        "as_of": one.listed.as_of.isoformat() if one.listed.as_of else None,
        "kind": entry.kind,
        "zone": entry.zone,
        "minutes": slot.minutes if slot else None,
        "rule": slot.rule if slot else "",
        "notes": entry.notes,
        "page": entry.page,
        "phone": entry.phone,
        "needs": sorted(entry.needs),
    }


def _slot(entry: Entry, starts: datetime) -> Slot | None:
    """Which of its times a start by its own clock is; in the hour that a clock leaves out, of that day."""
    today = [slot for slot in entry.slots if slot.day == starts.weekday()]
    at = starts.hour * 60 + starts.minute
    return min(today, key=lambda slot: abs(slot.start - at), default=None)
