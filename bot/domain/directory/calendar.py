"""A calendar file for a group, with its own time zone and its round of weeks."""

from datetime import datetime, timedelta

from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.ranking import next_start
from bot.domain.ids import OfferingId
from bot.domain.zones import local, zone_named

USUAL_MINUTES = 60
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar_file(which: OfferingId, entry: Entry, slot: Slot, at: datetime) -> bytes:
    """The .ics file of a time, beginning with its next start after `at` (aware).

    Weekly, or by the slot's own rule; only the next time for a group marked "check first" without one. It
    has the name and the time and nothing else, because calendars are shared. Raises ValueError for an
    unknown zone.
    """
    from icalendar import Calendar, Event, vRecur  # noqa: PLC0415 - 3 MB that few services need at once

    zone, starts = zone_named(entry.zone), next_start(slot.day, slot.start, entry.zone, at, slot.rule)
    if zone is None or starts is None:
        raise ValueError(f"no such time zone: {entry.zone}")
    begins = local(starts, zone)
    event = Event.new(
        summary=entry.name,
        start=begins,
        end=begins + timedelta(minutes=slot.minutes or USUAL_MINUTES),
        stamp=at,
        uid=f"offering-{which}-{slot.day}-{slot.start}@foothold",
    )
    if slot.rule:
        event.add("rrule", vRecur.from_ical(slot.rule))
    elif not entry.check_first:
        event.add("rrule", vRecur(freq="weekly", byday=_DAYS[slot.day]))
    calendar = Calendar.new(prodid="-//Foothold//Groups//EN", subcomponents=[event])
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
