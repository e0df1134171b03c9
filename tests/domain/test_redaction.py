"""What leaves the service names nobody, and still says what the danger was."""

import pytest

from bot.domain.keeping.redaction import redacted


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        ("my son tom took my methadone", "my son (name) took my methadone"),
        ("my son took my methadone", "my son took my methadone"),
        ("he's got a knife, Darren he's called", "he's got a knife, (name) he's called"),
        ("my name is shaz and i want to die", "my name is (name) and i want to die"),
        ("ring my sister 07700 900123 shes near", "ring my sister (place or number) shes near"),
        ("im at 14 mill road on the roof", "im at (place or number) on the roof"),
        ("write me at a.b@example.org or @shazza99", "write me at (address) or (address)"),
        ("born 03/04/1990, account 12345678", "born (date), account (number)"),
        ("I want to kill myself. I've had enough", "I want to kill myself. I've had enough"),
        ("took 40 of them", "took 40 of them"),
    ],
)
def test_what_somebody_could_be_known_by(said: str, leaves: str) -> None:
    """Names, numbers, addresses and dates go; amounts and the danger stay."""
    assert redacted(said) == leaves
