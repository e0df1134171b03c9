"""How people say that they went, that they did not, and that nothing was there."""

import pytest

from bot.domain.directory.how_it_went import how_it_went, would_go_again


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I went", "went"),
        ("yeah i went last night, it was really good", "went"),
        ("went to it, loved it", "went"),
        ("i didn't", "didnt"),
        ("no sorry couldn't face it", "didnt"),
        ("bottled it", "didnt"),
        ("it wasn't there", "wasnt_there"),
        ("i went but nobody was there", "wasnt_there"),
        ("the hall was locked", "wasnt_there"),
        ("sí fui", "went"),
        ("nie poszedłem", "didnt"),
        ("es i ddim", "didnt"),
        ("i went and it was ok but i drank after", None),
        ("i went to the shop", None),
        ("it went badly with my wife", None),
        ("yes", None),
    ],
)
def test_how_it_went(text: str, said: str | None) -> None:
    """And nothing more: who drank after it is answered as that."""
    assert how_it_went(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yes i think so", "again"),
        ("probably", "again"),
        ("no, not for me", "not_again"),
        ("tak", "again"),
        ("yes but i drank on the way home", None),
        ("hello", None),
    ],
)
def test_would_go_again(text: str, said: str | None) -> None:
    """A yes or a no, with a few words."""
    assert would_go_again(text) == said
