"""Codes of events as coordinators read them."""

import pytest

from bot.web.wording import Wording
from tests.web.desk import MESSAGES


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("daily_naloxone", "naloxone"),
        ("daily_work", "work, or help into it"),
        ("daily_new", "daily new"),
        ("no_group_near", "no group near"),
    ],
)
def test_a_code_reads_inside_a_sentence(code: str, said: str) -> None:
    """What staff are asked to look into reads as the task does, a code without words as it is spelled."""
    assert Wording(MESSAGES).code(code) == said
