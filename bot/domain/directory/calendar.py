"""A calendar file for a group, with its own time zone and its round of weeks."""

from datetime import datetime, timedelta

from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.ranking import next_start
from bot.domain.ids import OfferingId
from bot.domain.zones import local, zone_named

USUAL_MINUTES = 60
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar_file(
    which: OfferingId, entry: Entry, slot: Slot, at: datetime, *, one_day: bool = False
) -> bytes:
    """The .ics file of a time, beginning with its next start after `at` (aware).

    Weekly, on every day that has the same hours unless it is for `one_day`; or by the slot's own rule; only
    the next time for a group marked "check first" without one. It has the name and the time and nothing else,
    because calendars are shared. Raises ValueError for an unknown zone.
    """
    from icalendar import Calendar, Event, vRecur  # noqa: PLC0415 - 3 MB that few services need at once

    zone, starts = zone_named(entry.zone), next_start(slot.day, slot.start, entry.zone, at, slot.rule)
    if zone is None or starts is None:
        raise ValueError(f"no such time zone: {entry.zone}")
    days = [slot.day] if one_day or slot.rule or entry.check_first else _days_like(entry, slot)
    hour, minute = divmod(slot.start % (24 * 60), 60)
    begins = local(starts, zone).replace(hour=hour, minute=minute)  # also where a clock leaves that hour out
    event = Event.new(
        summary=entry.name,
        start=begins,
        end=begins + timedelta(minutes=slot.minutes or USUAL_MINUTES),
        stamp=at,
        uid=f"offering-{which}-{''.join(map(str, days))}-{slot.start}@foothold",
    )
    if slot.rule:
        event.add("rrule", vRecur.from_ical(slot.rule))
    elif not entry.check_first:
        event.add("rrule", vRecur(freq="weekly", byday=[_DAYS[day] for day in days]))
    calendar = Calendar.new(prodid="-//Foothold//Groups//EN", subcomponents=[event])
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _days_like(entry: Entry, slot: Slot) -> list[int]:
    """The days of every week with the same hours as a slot's: of a daily group all seven."""
    return sorted({slot.day, *(one.day for one in entry.slots if one._replace(day=slot.day) == slot)})
