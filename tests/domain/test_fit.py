"""Whom somebody would like to talk with: nobody else is ever asked before they have agreed."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.oncall.fit import (
    ASKED,
    MUSTS,
    PLAIN,
    Agreed,
    Traits,
    Wanted,
    Wish,
    among,
    best,
    traits_of,
    wishes_of,
)

VALUES = {
    "gender": ("woman", "man", "neither"),
    "use": ("alcohol", "opioids"),
    "tongue": ("pl", "cy"),
    "faith": ("faith", "none"),
    "family": ("parent",),
    "forces": ("served",),
    "band": ("under30", "middle"),
    "area": ("ls", "newport_wales"),
    "work": ("lived", "professional"),
}
ONE_WISH = (
    *(Wish(name, trait, frozenset({value})) for name, (trait, value) in PLAIN.items()),
    *(
        Wish(name, trait, frozenset({value}), refuse=name == "far")
        for name, trait in ASKED.items()
        for value in VALUES[trait]
    ),
    Wish("near", "area", frozenset()),
    Wish("far", "area", frozenset(), refuse=True),
)


@st.composite
def coaches(draw: st.DrawFn) -> dict[int, Traits]:
    said = st.fixed_dictionaries(
        {},
        optional={
            name: st.sets(st.sampled_from(values), min_size=1).map(frozenset)
            for name, values in VALUES.items()
        },
    )
    return dict(enumerate(draw(st.lists(said, max_size=6))))


wishes = st.lists(st.sampled_from(ONE_WISH), unique_by=lambda one: one.name, max_size=5).map(tuple)


@given(wishes, coaches(), st.booleans())
def test_nobody_who_does_not_fit_is_asked_before_the_person_agreed(
    wished: tuple[Wish, ...], team: dict[int, Traits], closest: bool
) -> None:
    """All combinations of wishes and coaches: FIT asks who meets all of them, NEAR never lets a must go."""
    fit = among(Wanted(wished, Agreed.FIT), team, team, closest_first=closest)
    assert all(wish.met(team[one]) for one in fit for wish in wished)
    near = among(Wanted(wished, Agreed.NEAR), team, team, closest_first=closest)
    assert all(wish.met(team[one]) for one in near for wish in wished if wish.must)
    assert among(Wanted(wished, Agreed.ANYONE), team, team, closest_first=closest) == frozenset(team)


@given(wishes, coaches())
def test_who_fits_is_always_asked(wished: tuple[Wish, ...], team: dict[int, Traits]) -> None:
    """A preference is honoured when someone fits, and what is said of it beforehand is so."""
    whole = {one for one, traits in team.items() if all(wish.met(traits) for wish in wished)}
    assert among(Wanted(wished), team, team, closest_first=True) == whole
    said = best(wished, team.values())
    near = among(Wanted(wished, Agreed.NEAR), team, team, closest_first=True)
    assert (not said.nobody) == bool(near)
    if whole:
        assert said.missing == ()
        assert near == whole
    elif wished:
        assert said.missing
        assert all(len(Wanted(wished).unmet(team[one])) == len(said.missing) for one in near)


def test_every_wish_with_every_single_value() -> None:
    """One by one: what a coach has not said does not fit; "not from near me" is the other way round."""
    for wish, (trait, values) in product(ONE_WISH, VALUES.items()):
        assert not wish.met({})
        for value in values:
            same = trait == wish.trait and bool(wish.any_of)
            wanted = same and ((value in wish.any_of) != wish.refuse)
            assert wish.met({trait: frozenset({value})}) == wanted


def test_ticks_become_wishes() -> None:
    """A woman and a man is anyone; the same thing is what was said it is about; a district is its town."""
    assert wishes_of({"wishes": ["woman", "man"]}) == ()
    assert wishes_of({}) == ()
    assert wishes_of({"wishes": "woman"}) == (Wish("woman", "gender", frozenset({"woman"})),)
    same = wishes_of({"wishes": ["same_use"], "about": ["alcohol"]})
    assert same == (Wish("same_use", "use", frozenset({"alcohol"})),)
    assert wishes_of({"wishes": ["far"], "area": "ls6"}) == (
        Wish("far", "area", frozenset({"ls"}), refuse=True),
    )
    assert not wishes_of({"wishes": ["near"]})[0].met({"area": frozenset({"ls"})})
    assert {wish.name for wish in ONE_WISH if wish.must} == MUSTS


def test_a_form_becomes_traits() -> None:
    """Skipped is not said."""
    said = traits_of({"gender": "woman", "use": ["alcohol", "opioids"], "faith": None, "area": "LS6"})
    assert said == {
        "gender": frozenset({"woman"}),
        "use": frozenset({"alcohol", "opioids"}),
        "area": frozenset({"ls"}),
    }
