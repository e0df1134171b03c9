"""The bench's people talk as they should, and its table says what was reached."""

import asyncio
import json
from typing import Any

from bench.load import Figures
from bench.people import FIRST_CHAT, People
from bench.plan import Manner, Plan
from bench.report import Row, busy, middle, table

ANA = FIRST_CHAT


async def conversation(manner: Manner, *heard: dict[str, Any]) -> list[dict[str, Any]]:
    """What Ana sends, first by herself and then after each message that she gets."""
    sent: list[dict[str, Any]] = []
    people = People(Plan("closed", manner, people=1), lambda update: sent.append(json.loads(update)))
    people.begin()
    for message in heard:
        people.hear(
            ANA, message["id"], message.get("text", ""), message.get("markup"), message.get("edited", False)
        )
        await asyncio.sleep(0)
    return sent


def inline(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"data of {label}"}] for label in labels]}


def content(update: dict[str, Any]) -> str:
    data: str = update["callback_query"]["data"] if "callback_query" in update else update["message"]["text"]
    return data


async def test_somebody_presses_and_types() -> None:
    """A button, what fits a question, or just words; and from the beginning again."""
    sent = await conversation(
        Manner(cycle=4, typed=(("Where", "LS2"),)),
        {"id": 1, "markup": inline("Talk to someone", "Yes")},
        {"id": 2, "text": "Where are you?", "markup": inline("Skip")},
        {"id": 3, "text": "Anything else?"},
        {"id": 4, "text": "Thank you."},
    )
    assert [content(update) for update in sent] == [
        "/start",
        "data of Yes",
        "LS2",
        "it has been a hard week",
        "/start",
    ]


async def test_somebody_ticks_and_is_done() -> None:
    """One tick, then Done; the message is the same one, edited."""
    sent = await conversation(
        Manner(),
        {"id": 1, "markup": inline("Alcohol", "Cannabis", "Done")},
        {"id": 1, "markup": inline("✓ Alcohol", "Cannabis", "Done"), "edited": True},
    )
    assert [content(update) for update in sent] == ["/start", "data of Alcohol", "data of Done"]


async def test_an_answer_ends_with_its_buttons() -> None:
    """Where answers have buttons, a message without them is only the first part."""
    sent = await conversation(
        Manner(answers_have_buttons=True), {"id": 1, "text": "Thank you."}, {"id": 2, "markup": inline("Yes")}
    )
    assert len(sent) == 2


def figures(rate: float, p99: float) -> Figures:
    return Figures(rate, p99 / 2, p99, 1.0, 60.0, 0.5, 0, 0.2)


def test_the_middle_is_that_of_each_figure() -> None:
    """One slow run and one fast one do not count."""
    assert middle([figures(1, 30), figures(5, 20), figures(3, 10)]) == figures(3, 20)


def test_the_table_says_what_was_missed() -> None:
    """Ratios above one are ours to be glad of; a stand-in that is too slow makes all invalid."""
    rows = list(busy(figures(100, 40), figures(80, 40), figures(140, 10)))
    assert [row.ratio for row in rows[:4]] == [1.4, 1.75, 4.0, 4.0]
    assert rows[0].reached is False
    assert "NO" in table(rows, 10_000)
    assert "invalid" in table(rows, 200)
    assert Row("start", 2.0, 1.0, "s").ratio == 2.0
