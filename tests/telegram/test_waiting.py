"""Five thousand check-ins wait at nine: what is more urgent is found before all of them."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.domain.channel.outgoing import SendClass, Text
from bot.domain.channel.pace import Pace
from bot.domain.ids import ChatId, OutboxId, PersonId
from bot.store.conversing.outbox import Queued
from bot.telegram.waiting import Waiting

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUDGE, REPLY, HANDOFF, DANGER = SendClass.NUDGE, SendClass.REPLY, SendClass.HANDOFF, SendClass.DANGER


def item(number: int, chat: int, send_class: SendClass) -> Queued:
    return Queued(
        OutboxId(number), f"k{number}", PersonId(chat), ChatId(chat), send_class, Text("hello"),
        (), 0, 0, False, NINE, NINE, False,
    )  # fmt: skip


def first(waiting: Waiting, most: int = 3, busy: tuple[int, ...] = ()) -> list[int]:
    return [one.id for one in islice(waiting.candidates({ChatId(n) for n in busy}, set()), most)]


def nine_o_clock(people: int = 5000) -> Waiting:
    waiting = Waiting()
    for n in range(1, people + 1):
        waiting.add(item(n, n, NUDGE))
    return waiting


def test_danger_first_nudges_last() -> None:
    """Whatever was queued before them; alerts and a talk's lines before answers."""
    waiting = nine_o_clock()
    waiting.add(item(6001, 6001, REPLY))
    waiting.add(item(6002, 6002, HANDOFF))
    waiting.add(item(6003, 6003, DANGER))
    assert first(waiting, 4) == [6003, 6002, 6001, 1]


def test_who_writes_meanwhile_does_not_wait_behind_the_others() -> None:
    """A reply makes its chat urgent; the check-in still comes before it, as it was said before it."""
    waiting = nine_o_clock()
    waiting.add(item(6001, 4000, REPLY))
    assert first(waiting, 2) == [4000, 1]
    assert not waiting.drop(item(4000, 4000, NUDGE))
    assert first(waiting, 2) == [6001, 1]
    assert waiting.drop(item(6001, 4000, REPLY))
    assert first(waiting, 2) == [1, 2]


def test_what_is_tried_again_keeps_its_place() -> None:
    """By its number in its chat; and a chat that has one under way is passed over."""
    waiting = Waiting()
    for number in (3, 5, 4):
        waiting.add(item(number, 7, REPLY))
    assert first(waiting) == [3]
    assert first(waiting, busy=(7,)) == []
    waiting.move(ChatId(7), ChatId(8))
    assert first(waiting, busy=(7,)) == [3]
    assert first(waiting, busy=(8,)) == []


def test_at_telegrams_own_rate_it_takes_less_than_five_minutes() -> None:
    """5,000 at nine, 30 a second; danger and handoffs, three of each a second, leave within a second."""
    pace, waiting, now = Pace(30, 1), nine_o_clock(), NINE
    number, asked, waits = 10_000, {}, []
    last = NINE + timedelta(hours=1)
    while now - NINE < timedelta(minutes=6):
        if (now - NINE) % timedelta(seconds=1) == timedelta():
            for kind in (DANGER, HANDOFF) * 3:
                number += 1
                asked[number] = now
                waiting.add(item(number, number, kind))
        for one in list(islice(waiting.candidates(set(), set()), 40)):
            if pace.may_send(one.chat, now, urgent=one.send_class is DANGER) is None:
                waiting.drop(one)
                if one.id in asked:
                    waits.append(now - asked[one.id])
                elif one.id == 5000:
                    last = now
        now += timedelta(milliseconds=20)
    assert last - NINE < timedelta(minutes=5)
    assert max(waits) < timedelta(seconds=1)
