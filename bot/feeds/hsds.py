"""Councils' services: Open Referral UK, versions 1 and 3, and HSDS 3, under the common names of a row.

The fields are those of the HSDS schema and of its UK profile (openreferral/specification).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Slot
from bot.feeds.needs import needs_of
from bot.feeds.row import Row
from bot.feeds.text import plain, several
from bot.feeds.times import Unclear, length, times_of

_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NO_TIMES = 'opening times that could not be read stand under "check first" as they are'
_ORGANISATION = re.compile(
    r"\b(?:team|services?|enquir\w*|reception|office|line|centre|center|admin\w*|main|info\w*|support|customer"
    r"|contact|general|helpdesk|duty)\b",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"^(?:\+?44\s?\(?0?\)?|0)\s?7[\d\s]{8,}$")
_DATED = re.compile(r"(?:\d{4}-\d\d-\d\d[T ])?(\d\d:\d\d)(?::\d\d(?:\.0+)?)?(?:[+-]\d\d:?\d\d)?", re.ASCII)
_WITHIN = {"online": "online", "virtual": "online", "hybrid": "hybrid"}
_ACCESS = {"dropin": "drop_in", "selfreferral": "self_referral", "appointment": "appointment"}
MOST_PLACES = 50
OUR_TERM = "foothold:"
"""A term with such a code is from an export of ours: "foothold:programme:aa", "foothold:tag:women"."""
_MARKS = (
    "service_at_locations", "service_taxonomys", "organization", "organization_id", "deliverable_type",
    "attending_type", "assured_date", "regular_schedules", "eligibility_description",
)  # fmt: skip

Service = Mapping[str, Any]


def is_service(row: Mapping[str, Any]) -> bool:
    """Whether a row is a service of HSDS or Open Referral UK."""
    if "day" in row or "meeting_name" in row:
        return False
    return "name" in row and any(mark in row for mark in _MARKS)


def service_rows(service: Service) -> Iterator[Row]:
    """A service under common names, once for each place where it is."""
    places = [one for one in _list(service.get("service_at_locations")) if _dict(one.get("location"))]
    places = places or [{"location": one} for one in _list(service.get("locations"))]
    common = _common(service)
    if not places:
        yield common
    for number, at in enumerate(places[:MOST_PLACES]):
        location = _dict(at.get("location"))
        own = at.get("id") or location.get("id") or number
        row = {**common, **_place(location)}
        if len(places) > 1 and (service_id := plain(common["id"])):
            row["id"] = f"{service_id}@{plain(own)}"
        if phone := _phone([at, location]):
            row["phone"] = phone
        yield row | _times([at, location])
    if len(places) > MOST_PLACES:
        yield {
            "name": service.get("name"),
            "leave_out": f"of its {len(places)} places {MOST_PLACES} are taken",
        }


def closed(service: Service) -> str:
    """Why a service is not for listing: it says itself that it is not there. "" when it is."""
    status = plain(service.get("status"), 30).lower()
    return f'it is marked as "{status}"' if status not in ("", "active") else ""


def _common(service: Service) -> dict[str, object]:
    organisation = _dict(service.get("organization"))
    named = [plain(service.get("name")), plain(organisation.get("name")), *_topics(service)]
    description = several(service.get("description"), 4000)
    found = needs_of(named, description)
    row: dict[str, object] = {
        "id": service.get("id"),
        "name": service.get("name"),
        "kind": "service",
        "programme": "service",
        "needs": sorted(found.codes),
        "needs_from": "" if found.sure else "description",
        "notes": [part for part in (description, *_conditions(service)) if part],
        "page": service.get("url") or organisation.get("url") or organisation.get("website"),
        "phone": _phone([service, organisation]),
        "updated": service.get("assured_date") or service.get("last_modified"),
        "attendance": _WITHIN.get(plain(service.get("attending_type")).lower(), ""),
        "postcode_in": description,
        "access": _access(service),
        "timezone": service.get("timezone"),
    }
    return row | _times([service]) | _ours(service)


def _ours(service: Service) -> dict[str, object]:
    """What an export of ours says of itself: a group's programme, and needs and tags in our own codes."""
    codes = [plain(_dict(link.get("taxonomy_term")).get("code")) for link in _list(service.get("attributes"))]
    said: dict[str, list[str]] = {"programme": [], "need": [], "tag": []}
    for one in codes:
        what, _, code = one.removeprefix(OUR_TERM).partition(":")
        if one.startswith(OUR_TERM) and what in said:
            said[what].append(code)
    row: dict[str, object] = {"access": said["tag"]} if said["tag"] else {}
    if needs := [code for code in said["need"] if code in NEED_WORDS]:
        row |= {"needs": needs, "needs_from": ""}
    return row | {"kind": "group", "programme": said["programme"][0]} if said["programme"] else row


def _topics(service: Service) -> Iterator[str]:
    for link in _list(service.get("service_taxonomys")):
        yield plain(_dict(link.get("taxonomy")).get("name"))
    for link in _list(service.get("attributes")):
        yield plain(_dict(link.get("taxonomy_term")).get("name"))
    for link in _list(service.get("taxonomy")):
        yield plain(link.get("name"))


def _conditions(service: Service) -> Iterator[str]:
    """Who may come and what it costs, as far as it says."""
    for who in _list(service.get("eligibilitys")):
        if said := plain(who.get("eligibility"), 200):
            yield f"For: {said}"
    for field in ("eligibility_description", "fees_description", "fees", "application_process"):
        if said := plain(service.get(field), 200):
            yield said


def _access(service: Service) -> list[str]:
    said = plain(service.get("attending_access"), 100).lower()
    tag = _ACCESS.get(re.sub("[^a-z]", "", said))
    return [tag] if tag else []


def _phone(holders: Iterable[Mapping[str, Any]]) -> str:
    """The first number that belongs to the service and not to a person: no mobile, none beside a name."""
    for holder in holders:
        for phone in _list(holder.get("phones")):
            if not phone.get("contact_id") and (number := _number(phone)):
                return number
        for contact in _list(holder.get("contacts")):
            name = plain(contact.get("name"))
            if name and not _ORGANISATION.search(name):
                continue
            for phone in _list(contact.get("phones")):
                if number := _number(phone):
                    return number
    return ""


def _number(phone: Mapping[str, Any]) -> str:
    number = re.sub(r"[^\d+ ()]", "", plain(phone.get("number"), 40)).strip()
    return "" if len(re.sub(r"\D", "", number)) < 3 or _MOBILE.match(number) else number


def _place(location: Mapping[str, Any]) -> dict[str, object]:
    addresses = _list(location.get("addresses")) or _list(location.get("physical_addresses"))
    address = addresses[0] if addresses else {}
    street = [plain(address.get(field)) for field in ("address_1", "address_2", "address_3")]
    return {
        "venue": location.get("name"),
        "latitude": location.get("latitude"),
        "longitude": location.get("longitude"),
        "address": ", ".join(filter(None, street)),
        "city": address.get("city"),
        "region": address.get("state_province") or address.get("region"),
        "postcode": address.get("postal_code"),
        "country": address.get("country"),
        "types": ["stepfree"] if _step_free(location) else [],
        "approximate": location.get("approximate"),
    }


def _step_free(location: Mapping[str, Any]) -> bool:
    marks = _list(location.get("accessibility")) + _list(location.get("accessibility_for_disabilities"))
    said = " ".join(plain(one.get("description") or one.get("accessibility")) for one in marks).lower()
    return bool(re.search(r"step[- ]free|wheelchair|level access", said)) and " not " not in f" {said} "


def _times(holders: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Opening times, and words where they are not simply every week; nothing when it gives none."""
    slots: list[Slot] = []
    words: list[str] = []
    doubt = ""
    for holder in holders:
        for field in ("schedules", "regular_schedules", "regular_schedule"):
            for one in _list(holder.get(field)):
                found = [*_slots(one)]
                unread = "" if found else _as_it_stands(one)
                slots += found
                words += (unread, _irregular(one))
                doubt = _NO_TIMES if unread else doubt
    if not slots and not any(words):
        return {}
    said = " · ".join(dict.fromkeys(filter(None, words)))
    slots = sorted(set(slots), key=lambda one: (one.day, one.start, one.minutes or 0, one.rule))
    return {"slots": slots, "regularity": said, "doubt": doubt}


def _as_it_stands(schedule: Mapping[str, Any]) -> str:
    """What is said of opening times in words."""
    fields = ("byday", "weekday", "opens_at", "closes_at", "description")
    words = " ".join(dict.fromkeys(filter(None, (plain(schedule.get(field), 60) for field in fields))))
    return re.sub(rf"\b(?:{'|'.join(_DAYS)})\b", lambda day: _NAMES[_DAYS[day[0]]], words)


def _slots(schedule: Mapping[str, Any]) -> Iterator[Slot]:
    try:
        start = times_of(_wall(schedule.get("opens_at")))[0]
        end = times_of(_wall(schedule.get("closes_at")))[0]
    except Unclear:
        return
    if start is None:
        return
    monthly = plain(schedule.get("freq")).upper() == "MONTHLY"
    said = plain(schedule.get("byday") or schedule.get("weekday")).upper()
    if plain(schedule.get("freq")).upper() == "DAILY" and not said:
        said = "MO,TU,WE,TH,FR,SA,SU"
    named: dict[str, list[str]] = {}
    for nth, day in re.findall(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)\w*", said):
        named.setdefault(day, []).append(f"{nth}{day}" if monthly and nth else "")
    for day, ordinals in named.items():
        rule = f"FREQ=MONTHLY;BYDAY={','.join(ordinals)}" if all(ordinals) else ""
        yield Slot(_DAYS[day], start, length(start, end), rule)


def _wall(said: object) -> object:
    """A time by the clock there, out of what programs write for it: 0001-01-01T09:00:00, 09:00:00-05:00.

    Not one in UTC: nobody opens by it, and what is meant differs.
    """
    found = _DATED.fullmatch(said) if isinstance(said, str) else None
    return found[1] if found else said


def _irregular(schedule: Mapping[str, Any]) -> str:
    """Words for what is not every week, and for a time that comes to an end."""
    freq, every = plain(schedule.get("freq")).upper(), plain(schedule.get("interval"))
    said = []
    if freq in ("WEEKLY", "MONTHLY") and every.isdecimal() and int(every) > 1:
        said.append(f"every {every} {'weeks' if freq == 'WEEKLY' else 'months'}")
    elif freq == "MONTHLY":
        said.append("monthly")
    if until := plain(schedule.get("valid_to"), 10):
        said.append(f"until {until}")
    return ", ".join(said)


def _list(value: object) -> list[dict[str, Any]]:
    """A list of objects; one object stands for a list of one."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
