"""An entry as a coordinator types it into a form, and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from hashlib import sha256

from bot.domain.directory.links import safe_link
from bot.domain.directory.offering import Entry, Online, Slot, Venue
from bot.domain.directory.places import Place
from bot.domain.directory.programmes import programme, programme_code
from bot.domain.directory.wording import TAG_WORDS

_NAMED = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0}
_PHONE = re.compile(r"[^<>]*\d[^<>]*\d[^<>]*\d[^<>]*")
_RULE = re.compile(r"FREQ=MONTHLY;BYDAY=[-+\dA-Z,]{1,40}")


@dataclass(frozen=True, slots=True)
class Time:
    """One weekly time, as typed: a weekday's number, "19:30", "20:30" or "". `rule` is that of `Slot`."""

    day: str = ""
    start: str = ""
    until: str = ""
    rule: str = ""

    @classmethod
    def of(cls, slot: Slot) -> "Time":
        """A time as it stands in the form."""
        until = "" if slot.minutes is None else _clock((slot.start + slot.minutes) % (24 * 60))
        return cls(str(slot.day), _clock(slot.start), until, slot.rule)

    def problem(self) -> str:
        """What is wrong with it, "" when it is well."""
        if bool(self.day) != bool(self.start) or (self.until and not self.day):
            return "Give both a day and a time, or neither: then it is by appointment."
        if self.day and (self.day not in "0123456" or minute_of(self.start) is None):
            return f"{self.start} is not a time: 19:30."
        if self.until and minute_of(self.until) is None:
            return f"{self.until} is not a time: 20:30."
        return ""

    def slot(self) -> Slot:
        """The time of a row without a problem. An end before the start is after midnight."""
        start, until = minute_of(self.start), minute_of(self.until)
        assert start is not None
        minutes = None if until is None else (until - start) % (24 * 60) or 24 * 60
        return Slot(int(self.day), start, minutes, self.rule if _RULE.fullmatch(self.rule) else "")


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of the form, as typed."""

    name: str = ""
    programme: str = ""
    kind: str = "group"
    times: Sequence[Time] = ()
    venue: str = ""
    address: str = ""
    postcode: str = ""
    link: str = ""
    notes: str = ""
    check_first: str = ""
    phone: str = ""
    page: str = ""
    tags: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    keeps_joining: bool = False
    """How to join stays as it was, whatever it is: it is a secret and does not stand in the form."""

    @classmethod
    def of(cls, entry: Entry) -> "Draft":
        """An entry, to be changed."""
        venue = entry.venue or Venue()
        return cls(
            entry.name,
            programme(entry.programme).name if entry.programme else "",
            entry.kind,
            tuple(map(Time.of, sorted(entry.slots, key=lambda slot: (slot.day, slot.start)))),
            venue.name,
            venue.address,
            venue.postcode,
            "",
            entry.notes,
            entry.check_first,
            entry.phone,
            entry.page,
            entry.tags,
            entry.needs,
            entry.online is not None,
        )

    @property
    def mark(self) -> str:
        """The same for the same words, typed today or tomorrow, and another for any other."""
        plain = replace(self, times=tuple(self.times), tags=frozenset(), needs=frozenset())
        said = (astuple(plain), sorted(self.tags), sorted(self.needs))
        return sha256(repr(said).encode()).hexdigest()[:16]

    def other_than(self, entry: Entry) -> frozenset[str]:
        """What of it is not as it stands in an entry, by the names that coordinators read."""
        now = Draft.of(entry)
        facts = {
            "Name": ("name",),
            "What": ("kind", "programme", "needs"),
            "When": ("times",),
            "Not simply every week": ("check_first",),
            "Where": ("venue", "address", "postcode"),
            "Good to know": ("tags",),
            "They say": ("notes",),
            "Page": ("page",),
            "Phone": ("phone",),
        }
        other = (name for name, parts in facts.items() for part in parts if self._has(part) != now._has(part))
        return frozenset(other)

    def _has(self, part: str) -> object:
        value = getattr(self, part)
        return tuple(value) if part == "times" else value

    def stays(self, before: Entry | None) -> bool:
        """Whether it is where it was: the map point of a list is better than that of a postcode."""
        was = None if before is None else before.venue
        return was is not None and was.point is not None and self.postcode.upper() == was.postcode.upper()

    def problem(self, place: Place | None, before: Entry | None = None, towns: Sequence[str] = ()) -> str:
        """What has to be put right first, in plain words; "" when it is well.

        `place` is the postcode's; `before` the entry that is to be changed; `towns` those that may be meant
        where a town's name is that of several.
        """
        if not self.name:
            return "It needs a name."
        if wrong := self._wrong_time():
            return wrong
        if any(link and not safe_link(link) for link in (self.link, self.page)):
            return "A link begins with https://, and leads to a page that everybody can open."
        if self.phone and not _PHONE.fullmatch(self.phone):
            return f"{self.phone} is not a phone number."
        if self.kind == "service" and not self.needs:
            return "Tick what the service helps with: that is how people look for it."
        if self.postcode and place is None and not self.stays(before):
            if towns:
                return f"Which one? Write it as it stands here: {' · '.join(towns)}."
            return "That postcode or town is not known here."
        if not self.postcode and not self.link and not self.keeps_joining and not self.stays(before):
            return "It needs a place (postcode or town), or a link to join."
        return ""

    def _wrong_time(self) -> str:
        for time in self.times:
            if wrong := time.problem():
                return wrong
            if self.kind != "service" and time.until and minute_of(time.start) == minute_of(time.until):
                return f"{time.start} to {time.until}: it ends when it begins. Or leave the end open."
        return ""

    def entry(
        self,
        key: str,
        place: Place | None,
        zone: str,
        before: Entry | None = None,
        joined: Online | None = None,
    ) -> Entry:
        """The entry of a draft without a problem. `zone` is the service's, for what is only online.

        `before` is the entry that it changes, whose tags without a box in the form stay;
        `joined` is how that one is joined.
        """
        service = self.kind == "service"
        there = before.zone if before is not None and self.stays(before) else place.zone if place else ""
        return Entry(
            key=key,
            name=self.name[:120],
            programme=programme_code(self.programme) or ("service" if service else "peer"),
            zone=there or zone,
            kind="service" if service else "group",
            slots=tuple(dict.fromkeys(time.slot() for time in self.times if time.day)),
            venue=self._venue(place, before),
            online=Online(safe_link(self.link)) if self.link else joined if self.keeps_joining else None,
            tags=self.tags | (frozenset() if before is None else before.tags - TAG_WORDS.keys()),
            notes=self.notes,
            check_first=self.check_first,
            page=safe_link(self.page),
            needs=self.needs if service else frozenset(),
            phone=self.phone,
        )

    def _venue(self, place: Place | None, before: Entry | None) -> Venue | None:
        if before is not None and before.venue is not None and self.stays(before):
            was = before.venue
            return Venue(
                self.venue, self.address, was.postcode, was.point, was.approximate, was.country, was.nation
            )
        if place is None:
            return None
        whole = bool(re.search(r"\d[A-Z]{2}$", self.postcode.upper().replace(" ", "")))
        postcode = self.postcode.upper() if whole else ""
        town = () if whole or self.postcode.lower() in self.address.lower() else (self.postcode,)
        address = ", ".join(filter(None, (self.address, *town)))
        return Venue(self.venue, address, postcode, place.point, not whole, place.country, place.nation)


def minute_of(text: str) -> int | None:
    """Minutes after midnight of "19:30", "7.30pm", "1930", "noon"; None for anything else.

    A bare "7" may be morning or evening. "24:00" is midnight.
    """
    typed = text.lower().replace(" ", "")
    if typed in _NAMED:
        return _NAMED[typed]
    found = re.fullmatch(r"(\d{1,2})(?:[:.]?([0-5]\d))?(am|pm)?", typed)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        return (hour % 12 + 12 * (found[3] == "pm")) * 60 + minute if 1 <= hour <= 12 else None
    return (hour * 60 + minute) % (24 * 60) if hour * 60 + minute <= 24 * 60 else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
