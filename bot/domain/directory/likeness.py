"""Whether two entries of different sources are the same thing (directory design, duplicates)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from bot.domain.directory.geo import Point, km_between
from bot.domain.directory.ranking import BY_APPOINTMENT
from bot.domain.directory.towns import plain

NEAR_KM = 0.15
ALIKE = 85
"""Per cent of likeness of names from which near entries are merged."""
DOUBTFUL = 60
_FILLER = re.compile(r"\b(?:the|group|meeting|aa|na|ca|meetings|hybrid|online|zoom)\b")


@dataclass(frozen=True, slots=True)
class Facts:
    """What two entries are compared by. `times` are (day, start), of what says no hours one that is
    `BY_APPOINTMENT`; `room` is the same for one online room, "" where nothing says how to join.
    `nowhere_else`: it has no place, but is online or for a whole region.
    """

    programme: str
    name: str
    times: frozenset[tuple[int, int]]
    postcode: str = ""
    point: Point | None = None
    room: str = ""
    nowhere_else: bool = False
    zone: str = ""
    page: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike two entries are. `sure`: they are merged; else a coordinator looks.

    `by_name`: one says how to join, and the other has nothing but a name; so it is sure only where no two
    online rooms go by that.
    """

    percent: int
    sure: bool
    why: str
    by_name: bool = False


def likeness(one: Facts, other: Facts) -> Alike | None:
    """None for entries that are certainly different: another programme, no time in common, another place."""
    if one.programme != other.programme or not one.times & other.times:
        return None
    why = _same_place(one, other)
    if not why:
        return _unlinked(one, other)
    percent = round(fuzz.token_sort_ratio(_plain(one.name), _plain(other.name)))
    same_times = one.times == other.times
    if percent >= ALIKE and same_times:
        return Alike(percent, sure=True, why=why)
    return Alike(percent, sure=False, why=why) if percent >= DOUBTFUL else None


def _same_place(one: Facts, other: Facts) -> str:
    timed = _timed(one, other)
    if one.room and one.room == other.room:
        return "same time and online room" if timed else "same online room"
    if one.postcode and _code(one.postcode) == _code(other.postcode):
        return "same time and postcode" if timed else "same postcode"
    if one.point and other.point and km_between(one.point, other.point) <= NEAR_KM:
        return "same time, places within 150 m" if timed else "places within 150 m"
    return ""


def _unlinked(one: Facts, other: Facts) -> Alike | None:
    """Of online groups one may not say how to join, as in our own export, and a service may have no place:
    then name, times and zone decide. With pages of their own they are two; where neither says more, only
    the same page or number makes them one."""
    if not (one.nowhere_else and other.nowhere_else) or (one.room and other.room) or one.zone != other.zone:
        return None
    if one.times != other.times or plain(one.name) != plain(other.name):
        return None
    if one.page and other.page and one.page != other.page:
        return None
    if one.room or other.room:
        why = "same name and time online, and one does not say how to join"
        return Alike(100, True, why, by_name=True)
    if one.page == other.page != "":
        return Alike(100, True, "same name, time and page, and no place")
    if one.phone == other.phone != "":
        return Alike(100, True, "same name, time and number, and no place")
    return None if _timed(one, other) else Alike(100, False, "same name, and neither says where")


def _timed(one: Facts, other: Facts) -> bool:
    return any(day != BY_APPOINTMENT for day, _ in one.times & other.times)


def _code(postcode: str) -> str:
    return re.sub(r"\W", "", postcode).upper()


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """A name without what says only that it is a group; the whole name where nothing is left."""
    words = plain(name)
    return " ".join(_FILLER.sub(" ", words).split()) or words
