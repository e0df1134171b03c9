"""What is read of many people at once is what was written of each."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import events as happened
from bot.domain.checkins.cadence import Cadence
from bot.domain.checkins.checkin import Answer, Slot, Window
from bot.domain.events import Code
from bot.domain.ids import HandoffId, PersonId
from bot.store.checkins import checkins, looking_after, plans
from bot.store.conversing import events
from bot.store.desk import waiting
from bot.store.engine.statement import SOME
from bot.store.engine.transaction import Transaction
from bot.store.store import Store
from tests.store.test_directory import arrives

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
ANSWERS: tuple[Answer | None, ...] = ("good", "struggling", "used", "not_now", None)


async def asked(tx: Transaction, who: PersonId, *said: Answer | None) -> None:
    """A plan that ended and one that goes on; these answers on days on end, the newest first."""
    began = date(2026, 11, 1)
    for state in ("ended", "open"):
        plan = await plans.add(
            tx, who, cadence=Cadence.DAILY, window=Window.MORNING, zone=ZoneInfo("UTC"), began=began, now=NOW
        )
        for n, one in enumerate(said):
            at = NOW - (n + 1) * DAY
            if (state == "open") is (n < 2):
                slot = Slot(plan, at.date(), at)
                checkins.add_slot(tx, who, slot)
                await checkins.settle(tx, slot, at)
                if one is not None:
                    checkins.answer(tx, plan, slot.on, one, at)
        if state == "ended":
            await plans.end(tx, plan, "changed", NOW)


async def test_many_people_are_read_as_each_of_them_is(store: Store) -> None:
    """More of them than fit one read: their last four answers, who talked this week, and where."""
    by = random.Random(5)
    everybody = [await arrives(store, n) for n in range(1, SOME + 4)]
    said = {who: [by.choice(ANSWERS) for _ in range(by.randrange(8))] for who in everybody}
    talked = {who: NOW - by.randrange(1, 14) * DAY for who in by.sample(everybody, 20)}
    async with store.transaction() as tx:
        for who in everybody:
            await asked(tx, who, *said[who])
    async with store.transaction() as tx:
        for who, at in talked.items():
            events.record(tx, who, happened.Arrived(Code("words")), at - 2 * DAY)
            events.record(tx, who, happened.HandoffAccepted(HandoffId(who), everybody[0], 60), at)
    async with store.reading() as tx:
        answers = await looking_after.answers_of(tx, everybody)
        reached = await looking_after.of_people(tx, everybody)
        assert await looking_after.talked(tx, NOW - WEEK) == {
            who: at for who, at in talked.items() if at >= NOW - WEEK
        }
        assert await waiting.newest_numbers(tx, everybody) == dict.fromkeys(talked, 2)
        assert await waiting.newest_numbers(tx, []) == {}
    expected = {
        who: [(one, NOW - (n + 1) * DAY) for n, one in enumerate(some) if one is not None][:4]
        for who, some in said.items()
    }
    assert answers == {who: some for who, some in expected.items() if some}
    assert set(reached) == set(everybody)
    assert all(one.reachable and one.unanswered == 0 for one in reached.values())
