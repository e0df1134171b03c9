"""Phone numbers and addresses are found as people type them at night, and ordinary figures are left alone."""

import pytest

from bot.domain.keeping.whereabouts import holds_whereabouts, without_whereabouts


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "ring him on +44 (0)7700 900 123 pls",
        "call 1-202-555-0143",
        "im at 14 mill road",
        "22b St. Mary's Terrace, come quick",
        "flat 3, the blue door",
        "LS2 9JT",
        "its ls29jt hurry",
        "1600 pennsylvania avenue",
        "Columbus OH 43215",
        "A65 F4E2",
        "///filled.count.soap",
    ],
)
def test_what_somebody_could_be_found_by(text: str) -> None:
    """A number to ring, a street, a flat, a postcode of three countries."""
    assert holds_whereabouts(text)


@pytest.mark.parametrize(
    "text",
    [
        "i took 20 tablets on my way home",
        "10 mins from my house",
        "ring 999",
        "116 123 is engaged",
        "not since 2019, 3 years and 4 months",
        "i drank 2 bottles in the square",
        "it hurts",
        "",
    ],
)
def test_figures_that_are_no_place(text: str) -> None:
    """Amounts, times and short numbers are not held back."""
    assert not holds_whereabouts(text)


def test_the_rest_of_the_words_goes_on() -> None:
    """Only the place itself is taken out."""
    assert without_whereabouts("hes here, 14 mill road, hurry", "(…)") == "hes here, (…), hurry"
