"""What an offering is like as the bits of one number, so that a search is decided by the database's index.

The numbers are stored: a bit keeps its meaning for ever, new ones go behind all others.
"""

from collections.abc import Iterable
from functools import lru_cache

from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry, Kind, Slot
from bot.domain.directory.programmes import programme

_TAGS = (
    "women", "men", "lgbtq", "trans", "young", "newcomers", "open", "closed", "step_free",
    "accessible_toilet", "bsl", "asl", "hearing_loop", "childcare", "children_welcome", "secular", "faith",
    "medication_ok", "parents", "adult_children", "people_of_colour", "outdoors", "mental_health_too",
    "meditation", "language_es", "language_pl", "language_cy", "language_ga", "language_pa", "language_fa",
    "language_fr", "language_pt", "language_ru", "language_lt", "language_uk",
)  # fmt: skip
_NEEDS = (
    "drug_alcohol_service", "needle_exchange", "naloxone", "hostel", "food", "childcare", "transport", "jobs",
    "advice", "mental_health", "family_support", "helpline",
)  # fmt: skip
_FACTS = (
    "service",
    "twelve_step",
    "family",
    "online",
    "irregular",
    "evenings",
    "daytime",
    "weekends",
    "peer",
)
_MORE_TAGS = ("language_it", "language_de", "language_hi")
TAGS = _TAGS + _MORE_TAGS
"""Tags that can be searched for."""
ALL_TAGS = frozenset(TAGS)
EVENING = 17 * 60
"""From here on it is evening, in minutes after midnight."""


def _bits(*lists: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    """The bit of each name, list after list; a database's whole number has 63."""
    bits = (1 << bit for bit in range(63))
    return tuple({name: next(bits) for name in names} for names in lists)


_TAG_BITS, _NEED_BITS, _FACT_BITS, _MORE_TAG_BITS = _bits(_TAGS, _NEEDS, _FACTS, _MORE_TAGS)
_TAG_BITS |= _MORE_TAG_BITS
SERVICE, TWELVE_STEP, FAMILY, ONLINE, IRREGULAR = (_FACT_BITS[fact] for fact in _FACTS[:5])
PEER = _FACT_BITS["peer"]
"""A group, or a service that treats drink or drugs: what somebody is told of who looks for a group."""
LANGUAGES = sum(bit for tag, bit in _TAG_BITS.items() if tag.startswith("language_"))

SELDOM = sum(_TAG_BITS[tag] for tag in ("bsl", "asl", "hearing_loop"))
"""What one group in hundreds has: a search for it has an index of its own, whose condition is this number."""

assert set(_NEEDS) == set(NEED_WORDS), "each need has a bit"


def tag_bits(tags: Iterable[str]) -> int:
    """The bits of these tags; tags without one are left out."""
    return _sum(_TAG_BITS, tags)


def need_bits(needs: Iterable[str]) -> int:
    """The bits of what services help with; unknown codes are left out."""
    return _sum(_NEED_BITS, needs)


def part_bits(parts: Iterable[str]) -> int:
    """The bits of "evenings", "daytime" and "weekends"."""
    return _sum(_FACT_BITS, parts)


def entry_flags(entry: Entry) -> int:
    """Everything that holds at each of its times."""
    bits = _lasting(entry.programme, entry.kind, entry.tags, entry.needs)
    bits |= ONLINE if entry.online is not None else 0
    return bits | (IRREGULAR if entry.check_first else 0)


@lru_cache(maxsize=4096)
def _lasting(code: str, kind: Kind, tags: frozenset[str], given: frozenset[str]) -> int:
    known = programme(code)
    service = kind == "service" or known.approach == "service"
    needs = given or ({"drug_alcohol_service"} if service else set())
    bits = tag_bits(tags) | need_bits(needs)
    bits |= SERVICE if service else PEER
    bits |= PEER if "drug_alcohol_service" in needs else 0
    bits |= TWELVE_STEP if known.approach == "twelve_step" else 0
    return bits | (FAMILY if known.family else 0)


@lru_cache(maxsize=4096)
def slot_flags(slot: Slot) -> int:
    """What holds of one weekly time: evening or daytime, weekend, not every week."""
    bits = part_bits(("evenings" if slot.start >= EVENING else "daytime",))
    bits |= part_bits(("weekends",)) if slot.day >= 5 else 0
    return bits | (IRREGULAR if slot.rule else 0)


def _sum(known: dict[str, int], names: Iterable[str]) -> int:
    bits = 0
    for name in names:
        bits |= known.get(name, 0)
    return bits
