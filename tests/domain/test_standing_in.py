"""Where somebody says to be decides on the numbers: only what is said of now, and means one country."""

import pytest

from bot.domain.directory.standing_in import ELSEWHERE, EUROPE, standing_in


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
    assert standing_in(words) == there


@pytest.mark.parametrize(
    "words",
    ["im in bits", "i was in spain", "we were in spain", "im not in spain", "im in bath", "i'm from ohio",
     "my dad is in america", "i want to move to canada", "im in a bad way", "im into france 98"],
)  # fmt: skip
def test_what_says_nothing_of_now(words: str) -> None:
    """The past, a wish, somebody else, towns of several countries, and feelings."""
    assert standing_in(words) is None
