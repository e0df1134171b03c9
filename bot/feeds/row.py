"""One row of any format, under common names, made into an entry or a reason why not."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.domain.directory.links import LONGEST, safe_link
from bot.domain.directory.offering import Entry, Kind, Online, Venue
from bot.domain.directory.place_names import find_place, place_at
from bot.domain.directory.places import Found, Places
from bot.domain.directory.programmes import programme_code
from bot.domain.zones import zone_named
from bot.feeds.halls import Hall, hall_of, is_yes
from bot.feeds.joining import online_of, with_code, without_rooms
from bot.feeds.needs import known_needs
from bot.feeds.personal import cleared
from bot.feeds.regularity import check_first, may_be_irregular, until_when
from bot.feeds.slots import slots_of, with_rule
from bot.feeds.text import plain, says_nothing, several, shortened
from bot.feeds.times import Unclear, date_of
from bot.feeds.types import KNOWN_TAGS, tags_in_name, tags_of
from bot.feeds.venues import Settled, home_of

Row = Mapping[str, object]
_FLAGS = {
    "wheelchair": "step_free",
    "hearing": "hearing_loop",
    "open": "open",
    "women": "women",
    "men": "men",
    "online": "online",
}
_HOW = frozenset({"online", "in_person", "hybrid", "venue_closed"})
"""Tags that say how a group meets, which is read from them and not kept."""
_ZONES = {"GB": "Europe/London", "IE": "Europe/Dublin"}
NO_PLACE = "no place that is known, and no way to join online"
_NO_ROOM = "a code in its notes was dropped: nothing says how to join online"
_IN_PERSON = "how to join online was left out: it is marked as in person"
_LOST = "a sentence of its notes was left out: it holds a person's number or address, or how to join"
MOST_NOTES = 1200
_CUT = f"the end of its notes was left out: they are longer than {MOST_NOTES} characters"
_KEPT_TAGS = KNOWN_TAGS | {"drop_in", "self_referral", "appointment"}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a row does not say: our programme code, an IANA zone, and the habits of the format."""

    programme: str
    zone: str
    american: bool = False
    """Meeting Guide: Sunday is day 0, months come first in dates, no time means by appointment."""
    area: str = ""
    """A town or postcode that stands for where services are whose rows don't say."""


class Taken(NamedTuple):
    """The entry, and what was put right or dropped on the way ("" when nothing was).

    `always`: the same row makes the same entry at another time, whatever is learned in between.
    """

    entry: Entry
    put_right: str = ""
    always: bool = True


class NotTaken(NamedTuple):
    """Why the row cannot be listed; `wrong` is False for a row that is right and not for listing (closed)."""

    why: str
    wrong: bool = True


def entry_of(row: Row, defaults: Defaults, places: Places) -> Taken | NotTaken:
    """Read one row whose cells may hold anything. Never raises."""
    row, room = without_rooms(row)
    name = plain(row.get("name"), 120)
    if why := row.get("leave_out"):
        return NotTaken(str(why), wrong=False)
    if wrong := row.get("wrong"):
        return NotTaken(str(wrong))
    if says_nothing(name):
        return NotTaken("it has no name")
    service = _kind(row) == "service"
    try:
        slots, doubt = slots_of(row, american=defaults.american, service=service)
    except Unclear as unclear:
        return NotTaken(str(unclear))
    whole = _told(row)
    told = shortened(whole, MOST_NOTES)
    needs = _needs(row, name) if service else frozenset[str]()
    if service and not needs:
        return NotTaken("it is about none of the needs that this directory is for", wrong=False)
    code = _programme(plain(row.get("programme"), 80)) or ("service" if service else defaults.programme)
    tags = _tags(row, code, name)
    notes = cleared(told)
    if room and not notes.room:
        notes = notes._replace(room=room)
    online, put_right = online_of(row, notes)
    hall = hall_of(row, places, defaults.zone)
    where = hall.settled
    typed = plain(row.get("page"), LONGEST + 1)
    page = safe_link(typed) if typed else ""
    phone = _public_number(row) if service else ""
    meets = _how_it_meets(row, tags, online, hall)
    if not meets:
        return NotTaken(f"it is marked as closed {until_when(notes.notes) or 'for now'}", wrong=False)
    around = _around(defaults, places) if service and "place" not in meets and (phone or page) else None
    if around is not None:
        meets = meets - {"nowhere"} | {"place"}
        put_right = f"it does not say where it is: {defaults.area} stands for it"
    elif meets == {"nowhere"}:
        if not service or not (phone or page):
            why = NO_PLACE
            if service:
                why = "it says neither where it is nor how to reach it: no place, public number or web page"
            return NotTaken(f"{why} ({where.put_right})" if where.put_right else why)
        put_right = "it does not say where it is, so no search finds it: import with --area TOWN"
    regularity = several(row.get("regularity"), 200)
    on_days = plain(row.get("day"))
    irregular = ""
    if may_be_irregular(f"{on_days}\n{name}\n{regularity}\n{told}"):
        slots = with_rule(slots, row, on_days)
        irregular = check_first(on_days, name, notes.notes, regularity)
    zone, named = _zone(row, defaults, where, places)
    entry = Entry(
        key=plain(row.get("id"), 80),
        name=name,
        programme=code or "peer",
        zone=zone,
        kind="service" if service else "group",
        slots=slots,
        venue=around or (hall.venue if "place" in meets else None),
        online=with_code(online, row, notes.passcode) if "online" in meets else None,
        tags=tags - _HOW,
        notes=notes.notes,
        check_first=irregular or (cleared(regularity).notes[:120] if "slots" in row else ""),
        page=page,
        updated=date_of(row.get("updated"), day_first=not defaults.american),
        needs=needs,
        phone=phone,
        origins=_origins(
            row, "area" if around else where.origin if "place" in meets else "", zone_named=named
        ),
    )
    said = (
        where.put_right if meets & {"place", "nowhere"} else "",
        put_right,
        _NO_ROOM if notes.passcode and "online" not in meets else "",
        _IN_PERSON if online and "online" not in meets else "",
        _LOST if notes.lost else "",
        _CUT if told is not whole else "",
        "an unsafe web page was dropped" if typed and not page else "",
        doubt,
        plain(row.get("doubt")),
    )
    return Taken(_keyed(entry), "; ".join(filter(None, said)), not hall.learned and around is None)


def _told(row: Row) -> str:
    """Its notes, and below them those of its place, where these say anything else."""
    notes, below = several(row.get("notes"), MOST_NOTES + 1), several(row.get("venue_notes"), 400)
    return f"{notes}\n{below}" if notes and below and below not in notes else notes or below


def _needs(row: Row, name: str) -> frozenset[str]:
    """What the reader found; an operator's own list says it in a column, or in the name."""
    found = row.get("needs")
    if isinstance(found, list):
        return frozenset(str(one) for one in found)
    return known_needs(plain(found, 300)) or known_needs(name) or frozenset({"drug_alcohol_service"})


def _tags(row: Row, code: str, name: str) -> frozenset[str]:
    found = tags_of(code, row.get("types"), row.get("formats"), row.get("more_types")) | tags_in_name(name)
    if not row.keys().isdisjoint(_FLAGS):
        found |= {tag for cell, tag in _FLAGS.items() if is_yes(row.get(cell))}
    access = row.get("access")
    return found | (_KEPT_TAGS & set(access)) if isinstance(access, list) else found


@lru_cache(maxsize=1024)
def _programme(text: str) -> str:
    return programme_code(text)


def _public_number(row: Row) -> str:
    number = re.sub(r"[^\d+ ()]", "", plain(row.get("phone"), 40)).strip()
    return number if len(re.sub(r"\D", "", number)) >= 3 else ""


def _origins(row: Row, point_from: str, *, zone_named: bool) -> tuple[tuple[str, str], ...]:
    """The fields that are not the row's own word, and what they are taken from."""
    found = [] if zone_named else [("zone", "default")]
    if not row.get("programme"):
        found.append(("programme", "default"))
    if point_from:
        found.append(("point", point_from))
    if row.get("needs_from"):
        found.append(("needs", str(row["needs_from"])))
    return tuple(found)


def _zone(row: Row, defaults: Defaults, where: Settled, places: Places) -> tuple[str, bool]:
    """The zone, and whether the row named it. What is in another country goes by the clock there."""
    named = plain(row.get("timezone"), 60)
    if named and _is_zone(named):
        return named, True
    if where.country in ("", home_of(defaults.zone)):
        return defaults.zone, False
    there = _ZONES.get(where.country, "")
    if not there and where.point is not None:
        there = place_at(where.point, places).zone
    return there or defaults.zone, False


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    return zone_named(name) is not None


def _kind(row: Row) -> Kind:
    return "service" if plain(row.get("kind")).lower() == "service" else "group"


def _how_it_meets(row: Row, tags: frozenset[str], online: Online | None, hall: Hall) -> set[str]:
    """Where people meet: "place", "online", both; "nowhere" for an unknown place; nothing when closed."""
    said = plain(row.get("attendance")).lower().replace("-", "_").replace(" ", "_")
    has_place = hall.settled.point is not None and "venue_closed" not in tags
    joins = online is not None or "online" in tags or "hybrid" in tags
    if said == "inactive":
        return set()
    if said == "online":
        return {"online"}
    if said == "hybrid" or "hybrid" in tags:
        return {"place", "online"} if has_place else {"online"}
    if said == "in_person" and not ("hybrid" in plain(row.get("name")).lower() and online):
        return {"place"} if has_place else set() if "venue_closed" in tags else {"nowhere"}
    if joins and (not has_place or hall.vague):
        return {"online"}
    if joins:
        return {"place", "online"} if "online" not in tags or hall.street else {"online"}
    return {"place"} if has_place else set() if "venue_closed" in tags else {"nowhere"}


@lru_cache(maxsize=16)
def _around(defaults: Defaults, places: Places) -> Venue | None:
    """The middle of the area that a source is for."""
    found = find_place(defaults.area, places, home_of(defaults.zone)) if defaults.area else None
    if not isinstance(found, Found):
        return None
    place = found.place
    return Venue(place.label, point=place.point, approximate=True, country=place.country, nation=place.nation)


def _keyed(entry: Entry) -> Entry:
    """An entry whose source gave it no id is known by what makes it one: name, times and place."""
    if entry.key:
        return entry
    where = (entry.venue.postcode or entry.venue.address) if entry.venue else ""
    times = [(slot.day, slot.start) for slot in entry.slots]
    what = repr((entry.programme, entry.name.lower(), times, where.lower(), bool(entry.online)))
    return entry._replace(key="~" + hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()[:20])
