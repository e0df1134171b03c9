"""Outlines kept event by event are those made anew from all events, and hold no more than was shared."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app.desk.outlining import CatchingUp, rebuild_all
from bot.domain import events
from bot.domain.desk.outline import FAR, Outline
from bot.domain.events import Code, Event, Scope
from bot.domain.ids import ChatId, DangerId, HandoffId, OfferingId, PersonId, PlanId
from bot.store.conversing import people
from bot.store.conversing.events import event, record
from bot.store.desk import outline_search, outlines, reviews
from bot.store.desk.outline_search import Wanted
from bot.store.desk.outlines import outline
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
ABOUT = Code("about")
COLUMNS = [column.name for column in outline.c if column.name != "id"]
EVERYTHING = Wanted(NOW - timedelta(days=4000), NOW + timedelta(days=4000))


async def arrive(tx: Transaction, chat: int, *roles: str) -> PersonId:
    who = await people.arrive(
        tx, "telegram", ChatId(chat), NOW, language="en", country="GB", zone="America/New_York"
    )
    for role in roles:
        people.give(tx, who.id, role, NOW, None)
    return who.id


def anything(dice: random.Random, coach: PersonId, closed: set[DangerId]) -> Event:
    """One thing that may happen, likelier those that reach back. A danger is over once it is closed."""
    talk = HandoffId(dice.randint(1, 3))
    danger = DangerId(dice.choice([n for n in range(1, 60) if DangerId(n) not in closed][:3]))
    if dice.random() < 0.1:
        closed.add(danger)
        return events.DangerClosed(danger, "coach", Code("by_staff"))
    scopes: tuple[Scope, ...] = ("everything", "today", "nothing")
    return dice.choice(
        (
            events.FlowStarted(Code(dice.choice(("urge", "slip", "coach_home")))),
            events.IntakeAnswered(ABOUT, tuple(Code(dice.choice(("alcohol", "opioids"))) for _ in range(2))),
            events.UnmetNeed(Code(dice.choice(("no_group_near", "lift_to_group")))),
            events.DangerHeard(danger, Code("suicide"), Code("urgent"), Code("self")),
            events.HandoffAsked(talk, Code("urge"), dice.choice(scopes)),
            events.HandoffAccepted(talk, coach, 60),
            events.HandoffUnanswered(talk, 900),
            events.HandoffClosed(talk, "person", Code(dice.choice(("talked", "gave_up", "cancelled")))),
            events.AgeSaid(Code("minor")),
            events.Planned(OfferingId(3)),
            events.CheckInSent(PlanId(1), date(2026, 11, 23)),
        )
    )


@pytest.mark.parametrize("seed", range(6))
async def test_kept_and_made_anew_are_the_same(store: Store, seed: int) -> None:
    """Whatever happens, in whatever order, several things in one transaction or one by one."""
    dice, closed = random.Random(seed), set[DangerId]()
    async with store.transaction() as tx:
        coach, *crowd = [await arrive(tx, n) for n in range(1, 5)]
    at = NOW
    for _ in range(40):
        async with store.transaction() as tx:
            for _ in range(dice.choice((1, 1, 2, 4))):
                record(tx, dice.choice(crowd), anything(dice, coach, closed), at)
                at += timedelta(minutes=dice.choice((0, 1, 30, 60 * 13)))
    async with store.reading() as tx:
        kept = {who: await outlines.of_person(tx, who) for who in crowd}
        rows = await tx.fetch(prepared(outline.select().order_by(outline.c.person_id, outline.c.number)))
        columns = [{name: row[name] for name in COLUMNS} for row in rows]
    assert await rebuild_all(store) == len(crowd)
    async with store.reading() as tx:
        assert {who: await outlines.of_person(tx, who) for who in crowd} == kept
        rows = await tx.fetch(prepared(outline.select().order_by(outline.c.person_id, outline.c.number)))
    assert [{name: row[name] for name in COLUMNS} for row in rows] == columns


async def made(store: Store, *what: Event, apart: timedelta = timedelta(minutes=1)) -> list[Outline]:
    """The outlines after all this has happened to Ana."""
    async with store.transaction() as tx:
        ana = await arrive(tx, 1)
    for number, one in enumerate(what):
        async with store.transaction() as tx:
            record(tx, ana, one, NOW + number * apart)
    async with store.reading() as tx:
        return (await outlines.of_person(tx, ana))[::-1]


ALCOHOL = events.IntakeAnswered(ABOUT, (Code("alcohol"),))


async def test_taken_back_is_gone_from_the_table(store: Store) -> None:
    """Ana shares nothing with the coach she asks for: what she said before, and says later, stays out."""
    asked = events.HandoffAsked(HandoffId(1), Code("talk"), "nothing")
    kept = await made(
        store, events.FlowStarted(Code("urge")), ALCOHOL, asked, ALCOHOL, apart=timedelta(hours=13)
    )
    assert [(one.topics, one.about, one.needs) for one in kept] == [((), (), ())] * 4
    assert kept[0].shared.since == FAR


async def test_a_danger_closed_days_later_is_closed(store: Store) -> None:
    """By whoever closed it, in the conversation in which it was heard."""
    heard = events.DangerHeard(DangerId(7), Code("suicide"), Code("urgent"), Code("self"))
    closed = events.DangerClosed(DangerId(7), "coach", Code("by_staff"))
    first, second = await made(store, heard, closed, apart=timedelta(days=2))
    assert (first.open_dangers, first.kinds, second.kinds, second.spoke) == (0, ("suicide",), (), False)


async def test_who_is_on_the_list(store: Store) -> None:
    """Whoever did something; staff only when they asked for help; nobody for a check-in they let go by."""
    async with store.transaction() as tx:
        ana, ben, eve, kim = [await arrive(tx, n) for n in range(4)]
        people.give(tx, ben, "coach", NOW, None)
        people.give(tx, eve, "coach", NOW, None)
        record(tx, ana, ALCOHOL, NOW)
        record(tx, ben, events.FlowStarted(Code("coach_home")), NOW)
        record(tx, eve, events.HandoffAsked(HandoffId(1), Code("urge"), "nothing"), NOW)
        record(tx, kim, events.CheckInSent(PlanId(1), date(2026, 11, 23)), NOW)
    async with store.reading() as tx:
        found = await outline_search.page(tx, EVERYTHING, 0, 25)
        assert {one.person for one in found} == {ana, eve}
        counted = await outline_search.counts(tx, EVERYTHING)
    assert counted["over"]["n"] == 2


async def test_reviewed_until_more_happens(store: Store) -> None:
    """What was reviewed waits no more, until the conversation goes on."""

    async def waiting() -> int:
        async with store.reading() as tx:
            return sum(row["to_review"] for row in (await outline_search.counts(tx, EVERYTHING)).values())

    async with store.transaction() as tx:
        ana, kim = await arrive(tx, 1), await arrive(tx, 2, "coordinator")
        record(tx, ana, ALCOHOL, NOW)
    assert await waiting() == 1
    async with store.transaction() as tx:
        reviews.reviewed(tx, ana, NOW, kim, NOW + timedelta(minutes=5))
    assert await waiting() == 0
    async with store.transaction() as tx:
        record(tx, ana, ALCOHOL, NOW + timedelta(hours=1))
    assert await waiting() == 1


async def test_those_of_before_are_filled_in_beside_the_service(store: Store) -> None:
    """Events from a time without outlines: a few people at a tick, and numbers as they would have been."""
    async with store.transaction() as tx:
        crowd = [await arrive(tx, n) for n in range(45)]
        for who in crowd:
            record(tx, who, ALCOHOL, NOW)
            record(tx, who, ALCOHOL, NOW + timedelta(days=1))
        tx.happened.clear()
    catching_up = CatchingUp(store)
    assert [await catching_up.tick() for _ in range(5)] == [20, 20, 5, 0, 0]
    async with store.reading() as tx:
        assert [one.number for one in await outlines.of_person(tx, crowd[-1])] == [2, 1]


async def test_numbers_stay_when_old_events_go(store: Store) -> None:
    """The second conversation is still the second when the first is over its time."""
    async with store.transaction() as tx:
        ana = await arrive(tx, 1)
        record(tx, ana, ALCOHOL, NOW)
        record(tx, ana, ALCOHOL, NOW + timedelta(days=1))
    async with store.transaction() as tx:
        tx.write(prepared(event.delete().where(event.c.id == 1)))
        tx.write(prepared(outline.delete().where(outline.c.number == 1)))
    async with store.transaction() as tx:
        record(
            tx, ana, events.HandoffAsked(HandoffId(1), Code("talk"), "everything"), NOW + timedelta(days=2)
        )
    async with store.reading() as tx:
        assert [one.number for one in await outlines.of_person(tx, ana)] == [3, 2]
