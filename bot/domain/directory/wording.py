"""The small words of lists and details: times, distances, hours. Whole sentences live in conversations/."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.directory.helplines import Line, spoken
from bot.domain.directory.hours import Closed, Open, Openness, Unsure
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.programmes import programme
from bot.domain.directory.ranking import FAR_KM, ON_FOOT_KM, minutes_to_reach
from bot.domain.zones import local

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KM_PER_MILE = 1.609344
TAG_WORDS = {
    "women": "women only",
    "men": "men only",
    "lgbtq": "LGBTQ+",
    "trans": "trans people",
    "young": "young people",
    "newcomers": "good for a first time",
    "open": "anyone can come",
    "step_free": "step-free",
    "accessible_toilet": "accessible toilet",
    "bsl": "BSL",
    "asl": "ASL",
    "hearing_loop": "hearing loop",
    "childcare": "childcare",
    "children_welcome": "children welcome",
    "secular": "no religion",
    "faith": "faith-based",
    "medication_ok": "fine with medication",
    "parents": "for parents",
    "adult_children": "for adult children",
    "people_of_colour": "people of colour",
    "outdoors": "outdoors",
}
"""The tags worth a word to somebody who wonders whether to go."""


def when_text(starts: datetime | None, zone: ZoneInfo, at: datetime) -> str:
    """A start as one would say it: "in 40 min (19:30)", "tonight 19:30", "tomorrow 10:00", "Friday 19:30"."""
    if starts is None:
        return "by appointment"
    there, now = local(starts, zone), local(at, zone)
    clock = f"{there:%H:%M}"
    if starts <= at:
        return f"started at {clock}"
    if starts - at <= timedelta(minutes=90):
        return f"in {max(1, round((starts - at).total_seconds() / 60))} min ({clock})"
    days = (there.date() - now.date()).days
    if days == 0:
        return f"tonight {clock}" if there.hour >= 18 else f"today {clock}"
    return f"tomorrow {clock}" if days == 1 else f"{DAY_NAMES[there.weekday()]} {clock}"


def weekly_text(slots: tuple[Slot, ...]) -> str:
    """All weekly times: "Monday to Friday 10:00–17:00, Saturday 12:00"; "By appointment" without any."""
    said: list[tuple[Slot, str]] = []
    by_day = sorted(slots, key=lambda slot: (slot.day, slot.start))
    for hours in dict.fromkeys((slot.start, slot.minutes, slot.rule) for slot in by_day):
        same = [slot for slot in by_day if (slot.start, slot.minutes, slot.rule) == hours]
        for _, run in groupby(enumerate(same), key=lambda one: one[1].day - one[0]):
            said += _run_text([slot for _, slot in run])
    said.sort(key=lambda one: (one[0].day, one[0].start))
    return ", ".join(text for _, text in said) or "By appointment"


def _run_text(slots: Sequence[Slot]) -> list[tuple[Slot, str]]:
    """The same hours on days in a row: from three days on in one."""
    if len(slots) < 3:
        return [(slot, f"{DAY_NAMES[slot.day]} {_hours(slot)}") for slot in slots]
    days = f"{DAY_NAMES[slots[0].day]} to {DAY_NAMES[slots[-1].day]}"
    return [(slots[0], f"{'Every day' if len(slots) == len(DAY_NAMES) else days} {_hours(slots[0])}")]


def _hours(slot: Slot) -> str:
    return _clock(slot.start) + (f"–{_clock(slot.start + slot.minutes)}" if slot.minutes else "")


def distance_text(km: float, country: str, *, approximate: bool = False) -> str:
    """A distance as the crow flies: miles in Britain and the US, kilometres elsewhere."""
    far, unit = (km / KM_PER_MILE, "miles") if country in ("GB", "US") else (km, "km")
    number = "less than half a" if far < 0.5 else f"{far:.1f}" if far < 3 else f"{far:.0f}"
    said = f"{number} {unit.removesuffix('s') if far < 0.5 else unit}"
    return f"about {said}" if approximate and far >= 0.5 else said


def way_text(km: float) -> str:
    """About how long the way takes: on foot, by bus, by car. By `minutes_to_reach`, an estimate of ours."""
    if km <= ON_FOOT_KM:
        return f"{max(1, round(12 * km))} min walk"
    by, minutes = ("bus", minutes_to_reach(km)) if km <= FAR_KM else ("car", 10 + km)
    return f"about {round(minutes / 5) * 5} min by {by}"


def where_text(entry: Entry) -> str:
    """Venue, address and postcode on one line, "Online" without a venue."""
    if entry.venue is None:
        return "Online"
    venue = entry.venue
    postcode = "" if venue.postcode and venue.postcode in venue.address else venue.postcode
    return ", ".join(filter(None, (venue.name, venue.address, postcode)))


def kind_text(entry: Entry) -> str:
    """What it is, in a word or two: "AA", "SMART", "Recovery group", "food"."""
    if entry.kind == "service" and entry.needs:
        return ", ".join(words for need, words in NEED_WORDS.items() if need in entry.needs)
    return programme(entry.programme).short


def tags_text(entry: Entry) -> str:
    """Who and what it suits, in the words of `TAG_WORDS`."""
    return ", ".join(words for tag, words in TAG_WORDS.items() if tag in entry.tags)


def hours_text(line: Line, state: Openness, zone: ZoneInfo, at: datetime) -> str:
    """Whether a line is open, and whether anybody of ours has checked that."""
    said = _state_text(state, zone, at)
    return said if line.verified_on else f"{said} (hours not checked by us)"


def _state_text(state: Openness, zone: ZoneInfo, at: datetime) -> str:
    match state:
        case Open(until):
            return f"open until {local(until, zone):%H:%M}" if until else "open any hour"
        case Closed(opens):
            return f"closed now, opens {when_text(opens, zone, at)}" if opens else "closed now"
        case Unsure("bank_holiday"):
            return "it's a bank holiday, so the hours may differ"
        case Unsure():
            return "hours not known"


def line_text(line: Line, state: Openness, zone: ZoneInfo, at: datetime) -> str:
    """A helpline with its number and whether it is open, on two lines."""
    return f"{spoken(line)}\n{hours_text(line, state, zone, at)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
