"""What the flow that answers is told of what was heard."""

import pytest

from bot.domain.danger.attending import Here, Opened, is_lesser, told
from bot.domain.danger.hearing import Hearing, Level, Tier, card_for, of_card


@pytest.mark.parametrize(
    ("heard", "who"),
    [
        (Hearing("abuse_danger", "urgent", "alarm", "other", "abuse.threat"), "self"),
        (Hearing("abuse_danger", "emergency", "alarm", "other", "abuse.threat_now"), "self"),
        (Hearing("abuse_danger", "concern", "soft", "other", "abuse.threat"), "threat"),
        (Hearing("abuse_danger", "emergency", "alarm", "other", "abuse.now"), "other"),
        (Hearing("child_risk", "emergency", "alarm", "self", "child.disclosure"), "self"),
        (Hearing("child_risk", "emergency", "alarm", "self", "child.harm"), "other"),
        (Hearing("suicide", "urgent", "alarm", "other", "suicide.other"), "other"),
    ],
)
def test_with_whom_the_card_speaks(heard: Hearing, who: str) -> None:
    """Somebody who may hurt another is told to step away, not to get away; a parent is no child writing."""
    assert told(heard)["who"] == who


@pytest.mark.parametrize(
    "card",
    ["overdose_other", "overdose_self", "suicide", "self_harm", "withdrawal", "abuse", "threat", "child",
     "medical", "psychosis"],
)  # fmt: skip
def test_every_card_answers_one_danger(card: str) -> None:
    """By its card a danger that was put aside is known again."""
    found = of_card(card)
    assert found is not None
    assert card_for(found) == card


@pytest.mark.parametrize(
    ("flow", "opened", "level", "lesser"),
    [
        ("overdose_self", Opened("overdose_now", "emergency"), "urgent", True),
        ("overdose_self", Opened("overdose_now", "emergency"), "emergency", False),
        ("suicide", Opened("suicide", "urgent"), "urgent", False),
        ("groups", Opened("overdose_now", "emergency"), "urgent", False),
        ("groups", None, "urgent", False),
    ],
)
def test_the_card_of_an_emergency_goes_on(
    flow: str, opened: Opened | None, level: Level, lesser: bool
) -> None:
    """ "My dad will kill me" in the middle of an overdose is noted, and shows no other card."""
    heard = Hearing("abuse_danger", level, "alarm", "self", "abuse.violence")
    assert is_lesser(heard, Here(flow, flow != "groups", False, ""), opened) is lesser


@pytest.mark.parametrize(
    ("words", "tier", "told_of"),
    [
        ("my kids see the state of me", "soft", {"who": "other"}),
        ("mum never gets up and the kids at school laugh", "soft", {"who": "self"}),
        ("i never sleep at my house", "soft", {"who": "self"}),
        ("im pregnant and still on the wine", "alarm", {"who": "self", "why": "pregnant"}),
        ("5 months gone and on gear", "soft", {"who": "self", "why": "pregnant"}),
        ("I'm 14 weeks and still using", "alarm", {"who": "self", "why": "pregnant"}),
    ],
)
def test_a_parent_is_asked_about_the_child(words: str, tier: Tier, told_of: dict[str, str]) -> None:
    """Whoever speaks of their own children is not asked who hurts them, nor whoever is pregnant."""
    heard = Hearing("child_risk", "urgent", tier, "self", "second.child_risk")
    assert told_of.items() <= told(heard, words).items()
    assert ("why" in told(heard, words)) is ("why" in told_of)
