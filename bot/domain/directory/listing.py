"""A group as a person reads it: an item of a list, a button, its details, its next time."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.conversation.words import cut
from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.places import Place
from bot.domain.directory.programmes import programme
from bot.domain.directory.ranking import LATE, STALE, next_start
from bot.domain.directory.towns import plain
from bot.domain.directory.wording import (
    distance_text,
    first_up,
    kinds,
    tags_text,
    way_text,
    weekly_text,
    when_text,
    where_text,
)
from bot.domain.messages import Messages
from bot.domain.zones import local, zone_named

NAME_LIMIT = 60
WHERE_LIMIT = 120
NOTES_LIMIT = 400
KIND_LIMIT = 30
BUTTON_LIMIT = 28
"""UTF-16 units: what a phone shows of a button."""
CODE_LIMIT = 48
_UNSEEN = frozenset(("Cf", "Cs", "Co", "Cn"))
"""Marks that turn text around or hide in it have no place in a name from outside."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is written: their zone, their country ("" when unknown), and the moment (aware).

    `chosen` is the start that stood in the list they chose from, if it is still ahead.
    """

    zone: ZoneInfo
    country: str
    at: datetime
    chosen: datetime | None = None

    @property
    def since(self) -> datetime:
        """From when on a next start counts."""
        return self.chosen or self.at - LATE


def one_line(text: str, limit: int) -> str:
    """Text from outside on one line, without control characters, in at most `limit` UTF-16 units."""
    kept = "".join(
        " " if unicodedata.category(sign) == "Cc" else sign
        for sign in text
        if unicodedata.category(sign) not in _UNSEEN
    )
    return cut(" ".join(kept.split()), limit)


def name_of(messages: Messages, entry: Entry) -> str:
    """Its name, or what it is where it has none."""
    return one_line(entry.name, NAME_LIMIT) or _short_kind(messages, entry)


def kind_of(messages: Messages, entry: Entry) -> str:
    """What it is in a word or two, or all that a service helps with; an unknown programme's name comes from
    outside."""
    return one_line(", ".join(kinds(messages, entry)), NOTES_LIMIT if entry.needs else KIND_LIMIT)


def _short_kind(messages: Messages, entry: Entry) -> str:
    """The same for a list: as many needs as there is room for, none of them cut."""
    first, *more = kinds(messages, entry)
    for each in more:
        if len(first) + len(each) > KIND_LIMIT:
            return f"{first} …"
        first = f"{first}, {each}"
    return one_line(first, NAME_LIMIT if entry.needs else KIND_LIMIT)


def place_line(messages: Messages, entry: Entry) -> str:
    """Where it meets, on one line."""
    return one_line(where_text(messages, entry), WHERE_LIMIT)


def buttons(messages: Messages, entries: Sequence[tuple[int, Entry]]) -> list[dict[str, str]]:
    """A button each, of ids and entries: the name, numbered where two would look the same."""
    labels: list[str] = []
    for _, entry in entries:
        label = cut(name_of(messages, entry), BUTTON_LIMIT)
        labels.append(f"{cut(label, BUTTON_LIMIT - 4)} ({len(labels) + 1})" if label in labels else label)
    return [{"id": str(which), "label": label} for (which, _), label in zip(entries, labels, strict=True)]


def item(
    messages: Messages,
    number: int,
    entry: Entry,
    reader: Reader,
    *,
    starts: datetime | None,
    km: float | None,
) -> str:
    """A group to go to, as it stands in a list."""
    country = reader.country or (entry.venue.country if entry.venue else "")
    approximate = entry.venue is not None and entry.venue.approximate
    far = "" if km is None else distance_text(messages, km, country, approximate=approximate)
    if km is not None and not approximate:
        far = f"{far}, {way_text(messages, km)}"
    return messages.text(
        "group_item" if far else "group_item_no_place",
        number=number,
        name=name_of(messages, entry),
        kind=_short_kind(messages, entry),
        when=begins(messages, entry, starts, reader),
        where=place_line(messages, entry),
        distance=far,
    )


def begins(messages: Messages, entry: Entry, starts: datetime | None, reader: Reader) -> str:
    """When it starts: a service that has opened and is still offered is open; a group has started."""
    if entry.kind == "service" and starts is not None and starts <= reader.at:
        return messages.text("when_open")
    return when_text(messages, starts, clock_of(entry, reader.zone), reader.at)


def online_item(messages: Messages, entry: Entry, reader: Reader, *, starts: datetime | None) -> str:
    """A group to join from anywhere, by the reader's own clock."""
    when = when_text(messages, starts, reader.zone, reader.at)
    return messages.text(
        "group_online_item", name=name_of(messages, entry), kind=_short_kind(messages, entry), when=when
    )


def details(
    messages: Messages, entry: Entry, source: str, as_of: datetime | None, reader: Reader, *, fictional: bool
) -> str:
    """All that helps to decide whether to go; what is not known is left out."""
    checked = local(as_of, reader.zone) if as_of else None
    text = messages.text(
        "group_details",
        name=name_of(messages, entry),
        kind=kind_of(messages, entry),
        when=times_of(messages, entry, reader),
        where=place_line(messages, entry),
        what_happens=_what_happens(messages, entry),
        fits=messages.text("group_fits", what=tags_text(messages, entry)),
        source=one_line(source, NAME_LIMIT),
        checked=messages.speech.calendar.day_month(checked) if checked else "–",
    )
    more = [text]
    if entry.phone:
        more.append(messages.text("service_phone", phone=one_line(entry.phone, 40)))
    if entry.check_first:
        more.append(messages.text("group_check_first", words=one_line(entry.check_first, 100)))
    if as_of is not None and reader.at - as_of > STALE:
        more.append(messages.text("group_source_age"))
    if fictional:
        more.append(messages.text("group_fictional"))
    return "\n".join(line for line in "\n".join(more).split("\n") if line.strip())


def _what_happens(messages: Messages, entry: Entry) -> str:
    said = []
    if entry.kind == "group" and programme(entry.programme).approach != "service":
        online = entry.venue is None
        said.append(messages.text("group_what_happens_online" if online else "group_what_happens_peer"))
    if notes := one_line(entry.notes, NOTES_LIMIT):
        said.append(messages.text("group_notes", notes=notes))
    return "\n".join(said)


def times_of(messages: Messages, entry: Entry, reader: Reader) -> str:
    """The next start, and all weekly times by the group's own clock, which is named when it is another."""
    weekly = one_line(weekly_text(messages, entry.slots), 260)
    if until := open_until(entry, reader.at):
        clock = f"{local(until, clock_of(entry, reader.zone)):%H:%M}"
        return f"{first_up(messages.text('when_open_until', clock=clock))}\n{weekly}"
    found = next_time(entry, reader.since)
    if found is None:
        return weekly
    _, starts = found
    own = zone_named(entry.zone) or reader.zone
    if entry.venue is None and local(starts, own).utcoffset() != local(starts, reader.zone).utcoffset():
        place = entry.zone.split("/")[-1].replace("_", " ")
        weekly = messages.text("when_elsewhere", times=weekly, place=place)
    soon = first_up(soon_text(messages, entry, reader))
    return weekly if soon == weekly else f"{soon}\n{weekly}"


def soon_text(messages: Messages, entry: Entry, reader: Reader) -> str:
    """Its next start within a sentence: "tonight 19:00", "by appointment"."""
    found = next_time(entry, reader.since)
    return when_text(messages, found[1] if found else None, clock_of(entry, reader.zone), reader.at)


def open_until(entry: Entry, at: datetime) -> datetime | None:
    """Until when a service that is open at `at` stays so; None when it is not, or not known to be."""
    for slot in entry.slots if entry.kind == "service" else ():
        lasts = timedelta(minutes=slot.minutes or 0)
        began = next_start(slot.day, slot.start, entry.zone, at - lasts, slot.rule)
        if began is not None and began <= at < began + lasts:
            return began + lasts
    return None


def next_time(entry: Entry, after: datetime) -> tuple[Slot, datetime] | None:
    """The weekly time that comes round first at or after `after`, and that moment; None by appointment."""
    times = [
        (starts, slot)
        for slot in entry.slots
        if (starts := next_start(slot.day, slot.start, entry.zone, after, slot.rule)) is not None
    ]
    if not times:
        return None
    starts, slot = min(times, key=lambda one: one[0])
    return slot, starts


def start_instead(entry: Entry, was: datetime, now: datetime) -> datetime | None:
    """When it begins that was to begin at `was`: then, or at another time of that day, or the next it has.

    None by appointment.
    """
    zone = zone_named(entry.zone)
    found = next_time(entry, was)
    if zone is None or found is None or found[1] == was:
        return None if found is None else found[1]
    that_day = local(was, zone)
    same_day = next_time(entry, max(now - LATE, that_day.replace(hour=0, minute=0)))
    if same_day is not None and local(same_day[1], zone).date() == that_day.date():
        return same_day[1]
    ahead = next_time(entry, now - LATE)
    return None if ahead is None else ahead[1]


def clock_of(entry: Entry, zone: ZoneInfo) -> ZoneInfo:
    """By which clock its times are said: that of the place, or the reader's own (`zone`) for one online."""
    return zone if entry.venue is None else zone_named(entry.zone) or zone


def moment_text(messages: Messages, moment: datetime, zone: ZoneInfo, at: datetime) -> str:
    """A moment within a sentence: "19:30", "19:30 tomorrow", "19:30 on Friday", "19:30 on 4 December"."""
    there = local(moment, zone)
    days = (there.date() - local(at, zone).date()).days
    clock = f"{there:%H:%M}"
    if days == 0:
        return clock
    if days == 1:
        return messages.text("moment_tomorrow", clock=clock)
    calendar = messages.speech.calendar
    if timedelta(days=days) < timedelta(days=7):
        return messages.text("moment_day", clock=clock, day=calendar.day(there))
    return messages.text("moment_date", clock=clock, date=calendar.day_month(there))


def area_of(place: Place) -> str:
    """Roughly where, as a code for counting: a postcode district ("ls2") or a town ("newport_wales")."""
    return re.sub(r"[^a-z0-9]+", "_", plain(place.label)).strip("_")[:CODE_LIMIT].strip("_")


def area_text(code: str) -> str:
    """What `area_of` made a code of, as people write it: LS9, Hebden Bridge."""
    words = code.replace("_", " ")
    return words.upper() if len(words) < 5 and any(sign.isdigit() for sign in words) else words.title()
