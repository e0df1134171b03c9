"""What Ben types half asleep, instead of tapping."""

import pytest

from bot.domain.oncall.coach_words import answer, asks_who_waits, duty


@pytest.mark.parametrize(
    "typed",
    [
        "ill take it",
        "yes ill take it",
        "ok ill tkae it",
        "got it",
        "yeah i can take it",
        "mine",
        "accept",
        "im on it",
    ],
)
def test_taken_however_it_is_said(typed: str) -> None:
    """With a yes before it, a slip of the finger, another way to say it."""
    assert answer(typed, alone=False) == "take"


@pytest.mark.parametrize(
    "typed", ["not me", "sorry not me", "cant right now", "i cant tonight sorry", "im driving"]
)
def test_left_to_others_however_it_is_said(typed: str) -> None:
    """Who can't is not asked to find the right word."""
    assert answer(typed, alone=False) == "not_me"


@pytest.mark.parametrize(
    "typed", ["ill take them all", "im here", "i want to die", "i cant go on", "take care"]
)
def test_other_words_take_nothing_and_leave_nothing(typed: str) -> None:
    """Least of all a coach's own danger."""
    assert answer(typed, alone=True) is None
    assert duty(typed, asked=True) is None


def test_yes_and_no_answer_what_was_just_asked() -> None:
    """And nothing else."""
    assert (answer("yes", alone=True), answer("no", alone=True)) == ("take", "not_me")
    assert (duty("yes", asked=True), duty("no", asked=True)) == ("on", "off")
    for typed in ("yes", "no", "ok"):
        assert answer(typed, alone=False) is None
        assert duty(typed, asked=False) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            ("im on", "on"),
            ("hi im on now", "on"),
            ("goign on call", "on"),
            ("on shift", "on"),
            ("back on", "on"),
        ),
        *(
            ("im off", "off"),
            ("ok im off now", "off"),
            ("signing off", "off"),
            ("im done for tonight", "off"),
        ),
        *(("im done", None), ("im on it", None), ("im off my head", None), ("im on methadone", None)),
    ],
)
def test_there_and_gone(typed: str, meant: str | None) -> None:
    """ "I'm done" may be the end of a shift or of a life: it is neither of these."""
    assert duty(typed, asked=False) == meant


@pytest.mark.parametrize(
    "typed", ["anyone waiting", "is anybody still waiting", "how many waiting", "any requests"]
)
def test_who_waits(typed: str) -> None:
    """Asked before a cup of tea."""
    assert asks_who_waits(typed)


@pytest.mark.parametrize(
    "typed", ["im waiting", "anyone there", "nobody is waiting for me at home", "waiting"]
)
def test_who_waits_themselves(typed: str) -> None:
    """A coach may be somebody in need, too."""
    assert not asks_who_waits(typed)
