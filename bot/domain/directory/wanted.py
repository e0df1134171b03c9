"""What somebody looks for, and the same as bits to compare an offering's flags with."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain.directory import flags

PartOfWeek = Literal["daytime", "evenings", "weekends"]
FIRM = frozenset({"women", "men"})
"""Wishes that are conditions: a group without the tag comes after every group that has it."""
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Needs:
    """What would make it possible to go, and what was asked for."""

    wants: frozenset[str] = frozenset()
    """Tags that would help: women, lgbtq, step_free, bsl, childcare, secular, medication_ok …"""
    must: frozenset[str] = frozenset()
    """Tags without which nothing is shown."""
    either: frozenset[str] = frozenset()
    """Of these tags one would do."""
    firmly: bool = False
    """Nothing is shown that does not suit, however little else is there."""
    parts: frozenset[PartOfWeek] = frozenset()
    not_twelve_step: bool = False
    programmes: frozenset[str] = frozenset()
    family: bool = False
    """For somebody worried about another person."""
    days: frozenset[int] = frozenset()
    """Only these weekdays (Monday is 0) of the group's own clock; any, without one."""
    ahead: int | None = None
    """Only what starts within so many minutes."""
    later: int = 0
    """Only what starts, or of services is open, in so many minutes or after that; counts with `ahead`."""
    after: int = 0
    before: int = DAY_MINUTES
    """Only what starts between these minutes after midnight of the group's own clock, both included."""
    within: float | None = None
    """Only so many km away; as far as is ever looked, without one."""
    online: bool = False
    """Would rather meet online: those go first, wherever the person is."""
    no_transport: bool = False
    """Comes on foot: what can be walked to goes before everything further away."""
    language: str = "en"
    """Groups held in other languages come last."""
    services: frozenset[str] = frozenset()
    """Looking for a service that helps with one of these, see `needs`, and for no group."""

    @property
    def any_time(self) -> bool:
        """Whether no hour of the day is asked for: then those by appointment count too."""
        return self.after <= 0 and self.before >= DAY_MINUTES

    @property
    def unlisted(self) -> bool:
        """Whether something must be that no list says of a group."""
        return not self.must <= flags.ALL_TAGS

    def masks(self) -> "Masks":
        """The same as bits."""
        return _masks(self)


@dataclass(frozen=True, slots=True)
class Masks:
    """`must` all and `one_of` at least one: else it is not shown. `never`, `fit`, `fit_one_of`: else last."""

    must: int
    one_of: int
    never: int
    fit: int
    fit_one_of: int
    wants: int
    parts: int

    @property
    def decisive(self) -> int:
        """All bits of an offering that play a part in how it suits."""
        return self.never | self.fit | self.fit_one_of | self.wants | self.parts

    @property
    def seldom(self) -> bool:
        """Whether only what few groups have will do."""
        return bool(self.must & flags.SELDOM)

    def misfit(self, of: int) -> bool:
        """Not for this person, as far as is known: shown only where too little else is."""
        return bool(
            of & self.never or of & self.fit != self.fit or (self.fit_one_of and not of & self.fit_one_of)
        )

    def fits(self, of: int) -> int:
        """How well something suits: the wishes it meets."""
        return (of & self.wants).bit_count() + (1 if of & self.parts else 0)


@lru_cache(maxsize=256)
def _masks(needs: Needs) -> Masks:
    never = 0 if needs.family or needs.services else flags.FAMILY
    never |= flags.TWELVE_STEP if needs.not_twelve_step else 0
    never |= flags.tag_bits(FIRM - needs.wants - needs.must)
    never |= flags.LANGUAGES & ~flags.tag_bits({f"language_{needs.language}", *needs.wants, *needs.must})
    never = 0 if needs.programmes else never
    firm = flags.tag_bits(needs.either or needs.wants & FIRM)
    return Masks(
        must=flags.tag_bits(needs.must),
        one_of=flags.need_bits(needs.services) if needs.services else flags.PEER,
        never=never,
        fit=(flags.FAMILY if needs.family and not needs.programmes else 0),
        fit_one_of=firm,
        wants=flags.tag_bits(needs.wants),
        parts=flags.part_bits(needs.parts),
    )
