"""Where somebody says to be decides on the numbers: only what is said of now, and means one country."""

import pytest

from bot.domain.directory.countries import US_STATES
from bot.domain.directory.standing_in import _PLACES, ELSEWHERE, EUROPE, named_alone, standing_in
from bot.domain.zones import zone_named


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("im in ohio", ("US", "")),
        ("i'm in galway", ("IE", "")),
        ("im in spain on holiday", (EUROPE, "")),
        ("I’m stuck in New York, nobody here", ("US", "")),
        ("we're in turkey", (ELSEWHERE, "")),
        ("im in northern ireland", ("GB", "GB-NIR")),
        ("jestem w Anglii", ("GB", "GB-ENG")),
        ("mieszkam w irlandii północnej", ("GB", "GB-NIR")),
        ("estoy en España", (EUROPE, "")),
        ("i was in spain but im in scotland now", ("GB", "GB-SCT")),
    ],
)
def test_where_they_are_now(words: str, there: tuple[str, str]) -> None:
    """Country and nation, however it is written."""
    found = standing_in(words)
    assert found is not None
    assert (found.country, found.nation) == there


@pytest.mark.parametrize(
    "words",
    ["im in bits", "i was in spain", "we were in spain", "im not in spain", "im in bath", "i'm from ohio",
     "my dad is in america", "i want to move to canada", "im in a bad way", "im into france 98"],
)  # fmt: skip
def test_what_says_nothing_of_now(words: str) -> None:
    """The past, a wish, somebody else, towns of several countries, and feelings."""
    assert standing_in(words) is None


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("ohio", ("US", "", "America/New_York")),
        ("Texas pls", ("US", "", "America/Chicago")),
        ("in wales", ("GB", "GB-WLS", "Europe/London")),
        ("ireland", ("IE", "", "Europe/Dublin")),
        ("caerdydd", ("GB", "GB-WLS", "Europe/London")),
        ("Spain!", (EUROPE, "", "Europe/Berlin")),
        ("Thailand", (ELSEWHERE, "", "Asia/Bangkok")),
    ],
)
def test_a_place_alone_is_an_answer(words: str, there: tuple[str, str, str]) -> None:
    """A name that is the whole message, and the clock there."""
    assert named_alone(words) == there
    assert standing_in(words) == there


@pytest.mark.parametrize(
    "words", ["georgia", "Jordan", "cork", "turkey", "ohio player", "not spain", "my dad spain"]
)
def test_a_name_that_may_be_somebodys(words: str) -> None:
    """People and birds are called so too; more words mean something else."""
    assert named_alone(words) is None


def test_every_zone_is_one() -> None:
    """Each is known, and each state has one."""
    assert all(zone_named(there.zone) for there in _PLACES.values() if there.zone)
    assert {name for name in US_STATES if name != "washington"} <= {
        name for name, there in _PLACES.items() if there.country == "US" and there.zone
    }
