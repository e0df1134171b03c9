"""What the flow that answers is told of what was heard."""

import pytest

from bot.domain.danger.attending import told
from bot.domain.danger.hearing import Hearing, card_for, of_card


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
