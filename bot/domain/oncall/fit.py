"""Whom a person would like to talk with, and which coaches fit.

Some wishes must be met (a woman or a man, the language, not from near here): a coach who does not meet one
is never asked before the person has said "anyone". The others say who is asked first, and a coach who misses
one is asked once the person has agreed to that. What a coach has not said of themselves does not fit.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.domain.conversation.words import Answer

Traits = Mapping[str, frozenset[str]]
"""What a coach says of themselves, by name of the trait: `gender`, `use`, `tongue`, `faith`, `family` …"""

PLAIN: Mapping[str, tuple[str, str]] = {
    "woman": ("gender", "woman"),
    "man": ("gender", "man"),
    "faith": ("faith", "faith"),
    "no_faith": ("faith", "none"),
    "parent": ("family", "parent"),
    "forces": ("forces", "served"),
    "lived": ("work", "lived"),
    "professional": ("work", "professional"),
}
"""Wishes that need no further answer: the trait, and the value it must have."""
ASKED: Mapping[str, str] = {
    "same_use": "use",
    "tongue": "tongue",
    "age": "band",
    "near": "area",
    "far": "area",
}
"""Wishes that need one: the trait that is compared with it."""
MUSTS = frozenset({"woman", "man", "tongue", "far"})
"""Met, or nobody is asked: to whom one can speak at all, and to whom one cannot."""


_DISTRICT = re.compile(r"([A-Z]{1,2})\d[A-Z\d]?$")


class Agreed(StrEnum):
    """How far from the wishes the person has agreed to go, each further than the one before."""

    FIT = "fit"
    """Only who meets all of them."""
    NEAR = "near"
    """Who comes closest first and then the others, as long as the musts are met."""
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing a person would like: `any_of` these values of the trait; with `refuse`, none of them.

    With nothing to compare (the place is not known) it can't be met.
    """

    name: str
    trait: str
    any_of: frozenset[str]
    refuse: bool = False

    @property
    def must(self) -> bool:
        """Whether only the person's word lets it go."""
        return self.name in MUSTS

    def met(self, traits: Traits) -> bool:
        """Whether a coach with these traits fits; what they have not said does not."""
        said = traits.get(self.trait, frozenset())
        if not said or not self.any_of:
            return False
        return not said & self.any_of if self.refuse else bool(said & self.any_of)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for with one handoff."""

    wishes: tuple[Wish, ...] = ()
    agreed: Agreed = Agreed.FIT

    def unmet(self, traits: Traits) -> tuple[Wish, ...]:
        """The wishes that a coach does not meet."""
        return tuple(wish for wish in self.wishes if not wish.met(traits))

    def allows(self, traits: Traits) -> bool:
        """Whether this coach may be asked at all, by what the person has agreed to."""
        match self.agreed:
            case Agreed.ANYONE:
                return True
            case Agreed.NEAR:
                return not any(wish.must for wish in self.unmet(traits))
            case Agreed.FIT:
                return not self.unmet(traits)


def wishes_of(answers: Mapping[str, Answer]) -> tuple[Wish, ...]:
    """Those in a conversation's answers: `wishes`, and what each needs (`use`, `tongue`, `band`, `area`).

    A woman *and* a man ticked is no wish about either: both fit.
    """
    ticked = _values(answers.get("wishes"))
    if {"woman", "man"} <= ticked:
        ticked -= {"woman", "man"}
    found = []
    for name in sorted(ticked):
        if name in PLAIN:
            trait, value = PLAIN[name]
            found.append(Wish(name, trait, frozenset({value})))
        elif name in ASKED:
            trait = ASKED[name]
            values = _values(answers.get(trait))
            if name == "same_use" and not values:
                values = _values(answers.get("about"))
            found.append(Wish(name, trait, frozenset(map(_plain, values)), refuse=name == "far"))
    return tuple(found)


Coach = TypeVar("Coach", bound=int)


@dataclass(frozen=True, slots=True)
class Best:
    """What can be had now. `missing`: the wishes that even who comes closest does not meet; `nobody` when no
    coach meets the musts."""

    missing: tuple[Wish, ...]
    nobody: bool = False


def best(wishes: Sequence[Wish], there: Iterable[Traits]) -> Best:
    """How close anybody of those who can be asked comes to the wishes."""
    wanted = Wanted(tuple(wishes))
    missing = [wanted.unmet(traits) for traits in there]
    near = [one for one in missing if not any(wish.must for wish in one)]
    if not near:
        musts = tuple(wish for wish in wishes if wish.must)
        return Best(musts or tuple(wishes), nobody=True)
    return Best(min(near, key=len))


def among(
    wanted: Wanted, coaches: Collection[Coach], traits: Mapping[Coach, Traits], *, closest_first: bool
) -> frozenset[Coach]:
    """Of these coaches those who may be asked; `closest_first`: of those only who comes closest."""
    allowed = [one for one in coaches if wanted.allows(traits.get(one, {}))]
    if not closest_first or wanted.agreed is Agreed.ANYONE or not allowed:
        return frozenset(allowed)
    missed = {one: len(wanted.unmet(traits.get(one, {}))) for one in allowed}
    fewest = min(missed.values())
    return frozenset(one for one in allowed if missed[one] == fewest)


def traits_of(answers: Mapping[str, Answer]) -> dict[str, frozenset[str]]:
    """A coach's form as traits; a question that was skipped is not in it."""
    names = {"gender", "faith", "family", "forces", "work", *ASKED.values()}
    found = {name: frozenset(map(_plain, _values(answers.get(name)))) for name in names}
    return {name: values for name, values in sorted(found.items()) if values}


def _values(answer: Answer) -> set[str]:
    if isinstance(answer, (list, tuple)):
        return {str(one) for one in answer}
    return {str(answer)} if answer not in (None, "", False) else set()


def _plain(value: str) -> str:
    """A value as it is compared: of a postcode district the town's letters ("LS6" is in "LS")."""
    district = _DISTRICT.match(value.strip().upper())
    return (district[1] if district else value.strip()).lower()
