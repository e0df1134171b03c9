"""The small words of lists and details: times, distances, hours, in the reader's language."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.directory.geo import KM_PER_MILE
from bot.domain.directory.helplines import Channel, Line, spoken
from bot.domain.directory.hours import Closed, Open, Openness, Unsure
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.programmes import programme
from bot.domain.directory.ranking import FAR_KM, ON_FOOT_KM, minutes_to_reach
from bot.domain.messages import Messages
from bot.domain.zones import local

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
    "language_es": "in Spanish",
    "language_pl": "in Polish",
    "language_cy": "in Welsh",
    "language_ga": "in Irish",
    "language_pa": "in Punjabi",
    "language_fa": "in Farsi",
    "language_fr": "in French",
    "language_pt": "in Portuguese",
    "language_ru": "in Russian",
    "language_lt": "in Lithuanian",
    "language_uk": "in Ukrainian",
    "language_it": "in Italian",
    "language_de": "in German",
    "language_hi": "in Hindi",
}
"""The tags worth a word to somebody who wonders whether to go."""
UNLISTED_WORDS = {
    "veterans": "for veterans",
    "older": "for older people",
    "own_faith": "of one faith",
    "activity": "doing something together",
    "one_job": "for people in one job",
}
"""What people ask for and no list says of a group: never found, and counted as a need."""


def when_text(messages: Messages, starts: datetime | None, zone: ZoneInfo, at: datetime) -> str:
    """A start as one would say it: "in 40 min (19:30)", "tonight 19:30", "tomorrow 10:00", "Friday 19:30"."""
    if starts is None:
        return messages.text("when_appointment")
    there, now = local(starts, zone), local(at, zone)
    clock = f"{there:%H:%M}"
    if starts <= at:
        return messages.text("when_started", clock=clock)
    if starts - at <= timedelta(minutes=90):
        minutes = max(1, round((starts - at).total_seconds() / 60))
        return messages.text("when_soon", minutes=minutes, clock=clock)
    days = (there.date() - now.date()).days
    if days == 0:
        return messages.text("when_tonight" if there.hour >= 18 else "when_today", clock=clock)
    if days == 1:
        return messages.text("when_tomorrow", clock=clock)
    return messages.text("when_day", day=messages.speech.calendar.day(there), clock=clock)


def weekly_text(messages: Messages, slots: tuple[Slot, ...]) -> str:
    """All weekly times: "Monday to Friday 10:00–17:00, Saturday 12:00"; "By appointment" without any."""
    said: list[tuple[Slot, str]] = []
    by_day = sorted(slots, key=lambda slot: (slot.day, slot.start))
    for hours in dict.fromkeys((slot.start, slot.minutes, slot.rule) for slot in by_day):
        same = [slot for slot in by_day if (slot.start, slot.minutes, slot.rule) == hours]
        for _, run in groupby(enumerate(same), key=lambda one: one[1].day - one[0]):
            said += _run_text(messages, [slot for _, slot in run])
    said.sort(key=lambda one: (one[0].day, one[0].start))
    return ", ".join(text for _, text in said) or first_up(messages.text("when_appointment"))


def _run_text(messages: Messages, slots: Sequence[Slot]) -> list[tuple[Slot, str]]:
    """The same hours on days in a row: from three days on in one."""
    days, clock = messages.speech.calendar.days, _hours(slots[0])
    if len(slots) < 3:
        return [(slot, messages.text("when_day", day=days[slot.day], clock=clock)) for slot in slots]
    if len(slots) == len(days):
        return [(slots[0], first_up(messages.text("when_every_day", clock=clock)))]
    first, last = days[slots[0].day], days[slots[-1].day]
    return [(slots[0], messages.text("when_days", first=first, last=last, clock=clock))]


def _hours(slot: Slot) -> str:
    return _clock(slot.start) + (f"–{_clock(slot.start + slot.minutes)}" if slot.minutes else "")


def first_up(text: str) -> str:
    """The same with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def distance_text(messages: Messages, km: float, country: str, *, approximate: bool = False) -> str:
    """A distance as the crow flies: miles in Britain and the US, kilometres elsewhere."""
    in_miles = country in ("GB", "US")
    far = km / KM_PER_MILE if in_miles else km
    if far < 0.5:
        return messages.text("far_half_mile" if in_miles else "far_half_km")
    number = f"{far:.1f}".replace(".", messages.speech.decimal) if far < 3 else f"{far:.0f}"
    said = messages.text("far_miles" if in_miles else "far_km", number=number)
    return messages.text("far_about", far=said) if approximate else said


def way_text(messages: Messages, km: float) -> str:
    """About how long the way takes: on foot, by bus, by car. By `minutes_to_reach`, an estimate of ours."""
    if km <= ON_FOOT_KM:
        return messages.text("way_walk", minutes=max(1, round(12 * km)))
    by, minutes = ("way_bus", minutes_to_reach(km)) if km <= FAR_KM else ("way_car", 10 + km)
    return messages.text(by, minutes=round(minutes / 5) * 5)


def where_text(messages: Messages, entry: Entry) -> str:
    """Venue, address and postcode on one line, "Online" without a venue."""
    if entry.venue is None:
        return messages.text("where_online")
    venue = entry.venue
    postcode = "" if venue.postcode and venue.postcode in venue.address else venue.postcode
    return ", ".join(filter(None, (venue.name, venue.address, postcode)))


def kinds(messages: Messages, entry: Entry) -> list[str]:
    """What it is: "AA", "SMART", "Recovery group", or each thing a service helps with."""
    said = messages.speech.of
    needs = NEED_WORDS.items() if entry.kind == "service" else ()
    return [said(words) for need, words in needs if need in entry.needs] or [
        said(programme(entry.programme).short)
    ]


def tags_text(messages: Messages, entry: Entry) -> str:
    """Who and what it suits, in the words of `TAG_WORDS`."""
    return ", ".join(messages.speech.of(words) for tag, words in TAG_WORDS.items() if tag in entry.tags)


def hours_text(messages: Messages, line: Line, state: Openness, zone: ZoneInfo, at: datetime) -> str:
    """Whether a line is open, and whether anybody of ours has checked that."""
    said = _state_text(messages, state, zone, at)
    return said if line.verified_on else messages.text("open_unchecked", said=said)


def _state_text(messages: Messages, state: Openness, zone: ZoneInfo, at: datetime) -> str:
    match state:
        case Open(until):
            if until is None:
                return messages.text("open_always")
            return messages.text("open_until", clock=f"{local(until, zone):%H:%M}")
        case Closed(None):
            return messages.text("open_closed")
        case Closed(opens):
            return messages.text("open_later", when=when_text(messages, opens, zone, at))
        case Unsure("bank_holiday"):
            return messages.text("open_holiday")
        case Unsure():
            return messages.text("open_unknown")


def line_text(messages: Messages, line: Line, state: Openness, zone: ZoneInfo, at: datetime) -> str:
    """A helpline with its number and whether it is open, on two lines."""
    return f"{spoken(line, messages.speech)}\n{hours_text(messages, line, state, zone, at)}"


def lines_text(
    messages: Messages, lines: Sequence[tuple[Line, Openness, Channel | None]], zone: ZoneInfo, at: datetime
) -> str:
    """Helplines with their numbers, whether each is open, and, where not None, that way to reach it.

    That nobody of ours has checked the hours stands once below, if it is so of all.
    """
    unchecked = len(lines) > 1 and not any(line.verified_on for line, _, _ in lines)
    told = list[str]()
    for line, state, by in lines:
        bare = _state_text(messages, state, zone, at)
        told += (
            spoken(line, messages.speech, by),
            bare if unchecked else hours_text(messages, line, state, zone, at),
        )
    return "\n".join((*told, messages.text("open_all_unchecked")) if unchecked else told)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
