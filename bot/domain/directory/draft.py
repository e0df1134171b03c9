"""An entry as a coordinator types it into a form, and what is wrong with it."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.domain.directory.offering import Entry, Online, Slot, Venue
from bot.domain.directory.places import Place
from bot.domain.directory.programmes import programme_code


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of the form, as typed."""

    name: str = ""
    programme: str = ""
    kind: str = "group"
    day: str = ""
    start: str = ""
    minutes: str = ""
    venue: str = ""
    address: str = ""
    postcode: str = ""
    link: str = ""
    notes: str = ""
    tags: frozenset[str] = frozenset()
    keeps_joining: bool = False
    """How to join stays as it was, whatever it is: it is a secret and does not stand in the form."""

    @classmethod
    def of(cls, entry: Entry) -> "Draft":
        """The first time and the rest of an entry, to be changed."""
        slot = min(entry.slots, default=None)
        venue = entry.venue or Venue()
        return cls(
            entry.name,
            entry.programme,
            entry.kind,
            "" if slot is None else str(slot.day),
            "" if slot is None else f"{slot.start // 60:02}:{slot.start % 60:02}",
            str(slot.minutes or "") if slot else "",
            venue.name,
            venue.address,
            venue.postcode,
            "",
            entry.notes,
            entry.tags,
            entry.online is not None,
        )

    def problem(self, place: Place | None) -> str:
        """What has to be put right first, in plain words; "" when it is well. `place` is the postcode's."""
        if not self.name:
            return "It needs a name."
        if bool(self.day) != bool(self.start):
            return "Give both a day and a time, or neither: then it is by appointment."
        if self.day and (self.day not in "0123456" or self._minute() is None):
            return "The time is not one: 19:30."
        if self.minutes and not (self.minutes.isdecimal() and 0 < int(self.minutes) < 24 * 60):
            return "How long it lasts is a number of minutes."
        if self.link and urlsplit(self.link).scheme not in ("http", "https"):
            return "The link begins with https://."
        if self.postcode and place is None:
            return "That postcode or town is not known here."
        if not self.postcode and not self.link and not self.keeps_joining:
            return "It needs a place (postcode or town), or a link to join."
        return ""

    def entry(self, key: str, place: Place | None, zone: str, joined: Online | None = None) -> Entry:
        """The entry of a draft without a problem. `zone` is the service's, for what is only online.

        `joined` is how the entry before it is joined.
        """
        minute = self._minute()
        slots = (Slot(int(self.day), minute, int(self.minutes or 0) or None),) if minute is not None else ()
        venue = None
        if place is not None:
            whole = bool(re.search(r"\d[A-Z]{2}$", self.postcode.upper().replace(" ", "")))
            venue = Venue(
                self.venue,
                self.address,
                self.postcode.upper() if whole else "",
                place.point,
                not whole,
                place.country,
                place.nation,
            )
        return Entry(
            key=key,
            name=self.name[:120],
            programme=programme_code(self.programme) or ("service" if self.kind == "service" else "peer"),
            zone=place.zone if place and place.zone else zone,
            kind="service" if self.kind == "service" else "group",
            slots=slots,
            venue=venue,
            online=Online(self.link) if self.link else joined if self.keeps_joining else None,
            tags=self.tags,
            notes=self.notes,
        )

    def _minute(self) -> int | None:
        found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", self.start)
        return int(found[1]) * 60 + int(found[2]) if found else None
