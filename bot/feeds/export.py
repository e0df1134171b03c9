"""The directory for others to use: Meeting Guide JSON for groups, HSDS 3 for services and groups.

Passcodes, links to join and what people reported are never in it. Read again it is the same meetings.
"""

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry, Slot, Venue
from bot.domain.directory.programmes import programme
from bot.domain.directory.ranking import HIDDEN
from bot.feeds.exit_codes import OK, WRONG_USE, Write
from bot.feeds.hsds import OUR_TERM
from bot.store.directory import offerings, sources
from bot.store.directory.offerings import Listed
from bot.store.store import Store

PAGE = 200
_NAMESPACE = uuid5(NAMESPACE_DNS, "foothold")
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TYPES = {
    "open": "O", "closed": "C", "women": "W", "men": "M", "trans": "T", "lgbtq": "LGBTQ", "young": "Y",
    "newcomers": "BE", "step_free": "X", "accessible_toilet": "XB", "asl": "ASL", "bsl": "BSL",
    "childcare": "BA", "children_welcome": "CF", "secular": "A", "discussion": "D", "speaker": "SP",
    "steps": "ST", "book": "B", "meditation": "MED", "outdoors": "OUT", "people_of_colour": "POC",
    "older": "SEN", "language_es": "S", "language_fr": "FR", "language_pl": "POL", "language_pa": "PUN",
    "language_pt": "POR", "language_ru": "RUS", "language_lt": "LT", "language_uk": "UK",
    "language_fa": "FA", "language_cy": "Welsh", "language_ga": "Irish",
    "language_it": "ITA", "language_de": "DE", "language_hi": "HI", "hearing_loop": "Hearing loop",
    "faith": "Faith-based", "medication_ok": "Medication friendly", "mental_health_too": "DD",
    "parents": "Parents", "with_al_anon": "AL-AN", "with_alateen": "AL",
}  # fmt: skip
"""Tags of ours in the codes of the Meeting Guide specification, and in words where it has none."""
_OWN_TYPES = {"al-anon": {"parents": "POA", "adult_children": "AC"}}
_NTH = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def exported(store: Store, form: str, source: str, now: datetime) -> str | None:
    """All that is shown at `now`, or what of it comes from one source, as JSON; None for another format."""
    if form not in ("meeting-guide", "hsds"):
        return None
    rows: list[dict[str, Any]] = []
    after = 0
    while True:
        async with store.reading() as tx:
            page = await offerings.all_shown(tx, after, PAGE, now - HIDDEN)
        for listed in page:
            after = max(after, listed.edition)
            if source in ("", listed.source):
                rows += meetings_of(listed) if form == "meeting-guide" else [service_of(listed)]
        if len(page) < PAGE:
            break
    content: Any = rows if form == "meeting-guide" else _paged(rows)
    return json.dumps(content, ensure_ascii=False, indent=1)


async def export(
    store: Store, *, form: str, source: str = "", out: Path | None, now: datetime, write: Write
) -> int:
    """`directory export`: what is shown, as Meeting Guide JSON or HSDS, without any way to join online."""
    async with store.reading() as tx:
        if source and await sources.named(tx, source) is None:
            write(f"--source {source}: no such source.")
            return WRONG_USE
    text = await exported(store, form, source, now)
    if text is None:
        write("--format is meeting-guide or hsds.")
        return WRONG_USE
    if out is None:
        write(text)
        return OK
    try:
        await asyncio.to_thread(out.write_text, text, "utf-8")
    except OSError as error:
        write(f"{out}: {error.strerror or error}")
        return WRONG_USE
    return OK


def _paged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "total_items": len(rows),
        "total_pages": 1,
        "page_number": 1,
        "size": len(rows),
        "first_page": True,
        "last_page": True,
        "empty": not rows,
        "contents": rows,
    }


def meetings_of(listed: Listed) -> list[dict[str, Any]]:
    """A row for each weekly time of a group; one without day and time when it meets by appointment."""
    entry = listed.entry
    if entry.kind != "group":
        return []
    types = _TYPES | _OWN_TYPES.get(entry.programme, {})
    common = _filled(
        name=entry.name,
        types=[types[tag] for tag in sorted(entry.tags) if tag in types],
        url=entry.page,
        timezone=entry.zone,
        entity=listed.source,
        program=entry.programme,
        updated=f"{entry.updated} 00:00:00" if entry.updated else "",
        attendance_option=_attendance(listed),
        **_place(listed),
    )
    if not entry.slots:
        return [{"slug": f"{listed.id}", **common, **_filled(notes=_notes(entry))}]
    return [
        {
            "slug": f"{listed.id}-{slot.day}-{slot.start}",
            **_when(slot),
            **common,
            **_filled(notes=_notes(entry, slot)),
        }
        for slot in entry.slots
    ]


def _when(slot: Slot) -> dict[str, Any]:
    when: dict[str, Any] = {"day": (slot.day + 1) % 7, "time": _clock(slot.start)}
    if slot.minutes:
        when["end_time"] = _clock(slot.start + slot.minutes)
    return when


def _notes(entry: Entry, slot: Slot | None = None) -> str:
    """The notes, and in words when it meets where that is not every week: the format has no place for it."""
    nth = [_NTH[one] for one in re.findall(r"(-?\d)[A-Z]{2}", slot.rule)] if slot else []
    regular = f"Meets {' and '.join(nth)} {_DAYS[slot.day]}." if slot and nth else entry.check_first
    said = f"{entry.name}\n{entry.notes}"
    return "\n".join(filter(None, (entry.notes, "" if regular in said else regular)))


def _attendance(listed: Listed) -> str:
    if listed.entry.online is None:
        return "in_person"
    return "hybrid" if listed.entry.venue is not None else "online"


def _place(listed: Listed) -> dict[str, Any]:
    venue = listed.entry.venue
    if venue is None:
        return {}
    address = (
        venue.address if venue.postcode in venue.address else f"{venue.address} {venue.postcode}".strip()
    )
    return {
        "location": venue.name,
        "formatted_address": address,
        "postal_code": venue.postcode,
        "country": venue.country,
        "approximate": "yes" if venue.approximate else "no",
        "latitude": venue.point.lat if venue.point else None,
        "longitude": venue.point.lon if venue.point else None,
    }


def service_of(listed: Listed) -> dict[str, Any]:
    """A service or a group in the shape of an HSDS 3 service; terms of ours say what the shape does not.

    With every field that the schemas of HSDS 3 require, and a UUID for every id, the same at every export.
    Where they require a town, which addresses here don't keep apart, it is empty.
    """
    entry = listed.entry
    group = (
        [] if entry.kind == "service" else [("programme", entry.programme, programme(entry.programme).name)]
    )
    terms = [
        *group,
        *(("need", need, NEED_WORDS.get(need, need)) for need in sorted(entry.needs)),
        *(("tag", tag, tag.replace("_", " ")) for tag in sorted(entry.tags)),
    ]
    return _filled(
        id=_id(listed),
        name=entry.name,
        description=_notes(entry),
        timezone=entry.zone,
        attending_type="" if entry.online is None else _attendance(listed),
        url=entry.page,
        status="active",
        assured_date=entry.updated.isoformat() if entry.updated else "",
        organization={"id": _uuid(listed.source), "name": listed.source, "description": listed.source},
        phones=[{"id": _id(listed, "phone"), "number": entry.phone}] if entry.phone else [],
        attributes=[
            {"id": _id(listed, f"{what}:{code}"), "taxonomy_term": _term(f"{OUR_TERM}{what}:{code}", words)}
            for what, code, words in terms
        ],
        schedules=[_schedule(slot, listed) for slot in entry.slots],
        service_at_locations=_locations(listed),
    )


def _term(code: str, words: str) -> dict[str, Any]:
    return {"id": _uuid(code), "code": code, "name": words, "description": words, "taxonomy": "Foothold"}


def _schedule(slot: Slot, listed: Listed) -> dict[str, Any]:
    rule = dict(part.split("=", 1) for part in slot.rule.split(";") if "=" in part)
    return _filled(
        id=_id(listed, f"{slot.day}-{slot.start}-{slot.rule}"),
        freq=rule.get("FREQ", "WEEKLY"),
        byday=rule.get("BYDAY", _BYDAY[slot.day]),
        opens_at=_clock(slot.start),
        closes_at=_clock(slot.start + slot.minutes) if slot.minutes else "",
        description=listed.entry.check_first,
    )


def _locations(listed: Listed) -> list[dict[str, Any]]:
    venue = listed.entry.venue
    if venue is None:
        return []
    location = _filled(
        id=_id(listed, "place"),
        location_type="physical",
        name=venue.name,
        latitude=venue.point.lat if venue.point else None,
        longitude=venue.point.lon if venue.point else None,
        approximate="yes" if venue.approximate else "",
        addresses=[_address(listed, venue)],
        accessibility=[{"id": _id(listed, "access"), "description": "step-free"}]
        if "step_free" in listed.entry.tags
        else [],
    )
    return [{"id": _id(listed, "at"), "location": location}]


def _address(listed: Listed, venue: Venue) -> dict[str, str]:
    return {
        "id": _id(listed, "address"),
        "address_1": venue.address,
        "city": "",
        "state_province": "",
        "postal_code": venue.postcode,
        "country": venue.country,
        "address_type": "physical",
    }


def _id(listed: Listed, what: str = "service") -> str:
    """The name is part of it, so that two installations that share lists hardly ever share ids."""
    return _uuid(f"{listed.source}/{listed.id}/{listed.entry.name}/{what}")


def _uuid(text: str) -> str:
    return str(uuid5(_NAMESPACE, text))


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _filled(**fields: Any) -> dict[str, Any]:
    """The fields that say anything."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
