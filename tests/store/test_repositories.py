"""Each noun of the store on both databases: what is put in comes out, once, for whom it was put in."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app.library.files import data_map
from bot.domain.channel.outgoing import Button, Post, SendClass, Text
from bot.domain.checkins.cadence import Cadence, Kind
from bot.domain.checkins.checkin import Plan, Slot, Window
from bot.domain.events import Code, HelplineShown
from bot.domain.ids import ChatId, InboxId, MessageId, OutboxId
from bot.domain.oncall.duty import Duty
from bot.domain.person import Person
from bot.store.checkins import checkins, plans
from bot.store.checkins.plans import OpenPlan
from bot.store.conversing import (
    answers,
    events,
    inbox,
    keyboards,
    message_map,
    outbox,
    people,
    sessions,
    timers,
)
from bot.store.conversing.inbox import Raw
from bot.store.conversing.timers import Timer
from bot.store.danger import dangers
from bot.store.desk import tasks
from bot.store.engine.transaction import Transaction
from bot.store.keeping import erasures
from bot.store.keeping.erasing import Erasing
from bot.store.oncall import handoffs
from bot.store.rota import rotas
from bot.store.staffing import invites
from bot.store.store import Store

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HUGE = 2**52 - 1
"""Telegram's ids have up to 52 significant bits (Bot API, Chat)."""
ODD = "\x00 \ud83d \u202e 👋 {x} '; DROP TABLE person; --"
LONDON = ZoneInfo("Europe/London")


async def arrive(tx: Transaction, chat: int = HUGE) -> Person:
    return await people.arrive(
        tx, "telegram", ChatId(chat), NOW, language="en", country="GB", zone="Europe/London"
    )


async def test_inbox(store: Store) -> None:
    """Kept once however often it comes, handed out in order, done once; what is set aside waits no more."""
    raws = [Raw(HUGE + n, -HUGE, ODD.encode("utf-8", "surrogatepass") + bytes([n])) for n in range(3)]
    async with store.transaction() as tx:
        waiting = await inbox.add(tx, "telegram", [*raws, raws[0]], NOW, InboxId(0))
        assert [row.payload for row in waiting] == [raw.payload for raw in raws]
        assert await inbox.add(tx, "telegram", raws, NOW, waiting[-1].id) == []
        inbox.done(tx, waiting[0].id, HUGE, NOW)
        inbox.set_aside(tx, InboxId(99), NOW)
        assert not await inbox.is_new(tx, waiting[0].id)
        assert await inbox.is_new(tx, waiting[1].id)
        inbox.failed(tx, waiting[1].id)
        assert [row.attempts for row in await inbox.waiting(tx, InboxId(0))] == [1, 0]
        inbox.set_aside(tx, waiting[1].id, NOW)
    async with store.reading() as tx:
        assert [row.id for row in await inbox.waiting(tx, InboxId(0))] == [waiting[2].id]
        assert await inbox.messages_of(tx, ChatId(-HUGE), NOW) == [HUGE]
        assert await inbox.oldest_waiting(tx) == NOW
        assert await inbox.set_aside_since(tx, NOW) == (1, 0)
        assert await inbox.set_aside_since(tx, NOW + timedelta(seconds=1)) == (0, 1)


async def test_what_waits_is_taken_back_by_its_link(store: Store) -> None:
    """Of this person and exactly this link; what went out or belongs elsewhere stays."""
    async with store.transaction() as tx:
        ana = await arrive(tx)
        for key, link in (("a", "outing:1"), ("b", "line:2 outing:1"), ("c", "outing:11"), ("d", "")):
            outbox.add(tx, ana.id, Post(ana.chat, Text(key), key, SendClass.REPLY, tuple(link.split())), NOW)
    async with store.transaction() as tx:
        outbox.withdraw_linked(tx, ana.id, "outing:1", NOW)
    async with store.transaction() as tx:
        left = await outbox.open_after(tx, OutboxId(0), 10)
    assert [item.key for item in left] == ["c", "d"]


async def test_outbox(store: Store) -> None:
    """The same key adds nothing; a claim shows; what is settled or taken back does not come again."""
    body = Text(ODD, ((Button(ODD, "data"),),))
    async with store.transaction() as tx:
        ana = await arrive(tx)
        for key in ("a", "b", "a"):
            outbox.add(tx, ana.id, Post(ana.chat, body, key, SendClass.NUDGE, ("talk:1",)), NOW)
        one, two = await outbox.open_after(tx, OutboxId(0), 10)
        assert (one.body, one.key, two.key, one.chat) == (body, "a", "b", ana.chat)
        outbox.claim(tx, one)
        outbox.withdraw(tx, ana.id, SendClass.NUDGE, NOW)
        [claimed] = await outbox.open_after(tx, OutboxId(0), 10)
        assert claimed.died_sending
        assert not await outbox.claim_unless_withdrawn(tx, two)
        later = NOW + timedelta(seconds=10)
        outbox.retry(tx, replace(claimed, not_before=later, marked=True, doubts=1))
        [again] = await outbox.open_after(tx, OutboxId(0), 10)
        assert (again.not_before, again.marked, again.doubts, again.attempt) == (later, True, 1, 1)
        outbox.settle(tx, again, "delivered", NOW, message=HUGE)
        assert await outbox.open_after(tx, OutboxId(0), 10) == []
        assert await outbox.messages_of(tx, ana.id, NOW) == [HUGE]
        assert await message_map.of_link(tx, "talk:1") == [(ana.chat, MessageId(HUGE))]


async def test_people(store: Store) -> None:
    """One chat is one person; roles are given once and taken away; a name keeps every character."""
    async with store.transaction() as tx:
        ana, again, ben = await arrive(tx), await arrive(tx), await arrive(tx, -HUGE)
        assert (ana.id, ana.chat) == (again.id, again.chat)
        assert ben.id != ana.id
        for _ in range(2):
            people.give(tx, ana.id, "coach", NOW, None)
        await people.set_name(tx, ana.id, ODD)
        people.set_reachable(tx, "telegram", ana.chat, False)
        people.move_chat(tx, "telegram", ben.chat, ChatId(5))
    async with store.transaction() as tx:
        assert await people.with_role(tx, "coach") == []  # nobody that cannot be reached
        people.set_reachable(tx, "telegram", ana.chat, True)
        assert await people.with_role(tx, "coach") == [(ana.id, ana.chat)]
        assert await people.name_of(tx, ana.id) == ODD
        assert await people.take_away(tx, ana.id, "coach", NOW)
        assert not await people.take_away(tx, ana.id, "coach", NOW)
        moved = await people.by_chat(tx, "telegram", ChatId(5))
        assert moved is not None
        assert moved.id == ben.id


async def test_sessions_and_answers(store: Store) -> None:
    """The newest state and answers of a person, and of nobody else."""
    async with store.transaction() as tx:
        ana, ben = await arrive(tx), await arrive(tx, 5)
        for seq in (1, 2):
            sessions.put(
                tx, ana.id, flow="intake", version=1, step="a", seq=seq, state=f"{ODD}{seq}", now=NOW
            )
            answers.put(tx, ana.id, "why", [ODD, seq], NOW)
        saved = await sessions.get(tx, ana.id)
        assert saved is not None
        assert saved.state == f"{ODD}2"
        assert await sessions.get(tx, ben.id) is None
        assert await answers.all_of(tx, ana.id) == {"why": [ODD, 2]}
        answers.drop_all(tx, ana.id)
        assert await answers.all_of(tx, ana.id) == {}


async def test_keyboards(store: Store) -> None:
    """A button means something to whom it was shown, and nothing to anybody else."""
    async with store.transaction() as tx:
        ana, ben = await arrive(tx), await arrive(tx, 5)
        one, two = keyboards.add(tx, ana.id, 3, ["choose:yes", "choose:no"], NOW)
        assert await keyboards.meaning(tx, ana.id, two, NOW) == ("choose:no", 3)
        assert await keyboards.meaning(tx, ben.id, one, NOW) is None
        for odd in (ODD.replace("\x00", "").replace("\ud83d", ""), "", "0" * 64):
            assert await keyboards.meaning(tx, ana.id, odd, NOW) is None
        keyboards.expire(tx, NOW + timedelta(days=400))
        assert await keyboards.meaning(tx, ana.id, two, NOW + timedelta(days=400)) is None


async def test_timers(store: Store) -> None:
    """Set again under the same key there is one; it is taken once."""
    async with store.transaction() as tx:
        ana = await arrive(tx)
        first = Timer("step:1", ana.id, "step", 1, None, NOW + timedelta(minutes=1))
        timers.put(tx, first)
        timers.put(tx, replace(first, seq=2, due=NOW))
        [due] = await timers.due(tx, NOW, 10)
        assert (due.seq, due.due) == (2, NOW)
        assert await timers.next_due(tx) == NOW
        assert await timers.drop(tx, due.key)
        assert not await timers.drop(tx, due.key)


async def test_events(store: Store) -> None:
    """Recorded for a person, or for nobody."""
    async with store.transaction() as tx:
        ana = await arrive(tx)
        shown = HelplineShown(Code("gb_samaritans"))
        events.record(tx, ana.id, shown, NOW)
        events.record(tx, None, shown, NOW)
        assert list(await events.of_person(tx, ana.id)) == [(NOW, shown)]


async def test_dangers(store: Store) -> None:
    """One coach's word counts; it closes once."""
    async with store.transaction() as tx:
        ana, ben, kim = await arrive(tx), await arrive(tx, 5), await arrive(tx, 6)
        which = await dangers.add(
            tx, ana.id, kind="suicide", level="urgent", tier="high", about="self", rule="r", now=NOW
        )
        dangers.raise_to(tx, which, kind="suicide", level="emergency", about="self", rule="test")
        dangers.paged(tx, which, NOW)
        assert await dangers.acknowledge(tx, which, ben.id, NOW)
        assert not await dangers.acknowledge(tx, which, kim.id, NOW)
        row = await dangers.get(tx, which)
        assert row is not None
        assert (row["level"], row["person_id"]) == ("emergency", ana.id)
        assert await dangers.close(tx, which, "handled", NOW)
        assert not await dangers.close(tx, which, "handled", NOW)


async def test_handoffs(store: Store) -> None:
    """A person has one open at a time, and an old version of it saves nothing."""
    async with store.transaction() as tx:
        ana, ben = await arrive(tx), await arrive(tx, 5)
        which = await handoffs.add(tx, ana.id, topic="talk", scope="all", urgent=False, now=NOW)
        assert which is not None
        assert await handoffs.add(tx, ana.id, topic="talk", scope="all", urgent=True, now=NOW) is None
        stored = await handoffs.open_of(tx, ana.id)
        assert stored is not None
        assert await handoffs.save(tx, stored, stored.handoff, waits_for_person=True)
        assert not await handoffs.save(tx, stored, stored.handoff), "somebody else was faster"
        assert [one.handoff.ask.id for one in await handoffs.waiting(tx)] == [which]
        assert await handoffs.held_by(tx, ben.id) == []
        assert len(await handoffs.still_open(tx, 10)) == 1


async def test_rotas_and_duty(store: Store) -> None:
    """Shifts by weekday, also over midnight; the newest word of a coach about being on."""
    async with store.transaction() as tx:
        ben = await arrive(tx)
        people.give(tx, ben.id, "coach", NOW, None)
        shift = await rotas.add_shift(tx, ben.id, 6, time(22), time(6))
        rota = await rotas.rota(tx, LONDON, NOW)
        assert rota == await rotas.rota(tx, LONDON, NOW)
        for said in ("off", "on"):
            rotas.say(tx, Duty(ben.id, said, NOW))
        duty = await rotas.duty_of(tx, ben.id)
        assert duty == Duty(ben.id, "on", NOW)
        assert [member.person for member in await rotas.members(tx)] == [ben.id]
        assert await rotas.remove_shift(tx, shift)
        assert not await rotas.remove_shift(tx, shift)


async def test_checkins(store: Store) -> None:
    """One open plan a person, one slot a local date, settled once."""
    day = date(2026, 11, 23)
    async with store.transaction() as tx:
        ana = await arrive(tx)
        plan = await plans.add(
            tx, ana.id, cadence=Cadence.DAILY, window=Window.MORNING, zone=LONDON, began=day, now=NOW
        )
        wanted = Plan(plan, Cadence.LIGHTER, time(19, 30), LONDON, day, frozenset({0, 6}), 2, day, day, day)
        plans.save(tx, wanted, Window.EVENING)
        slot = Slot(plan, day, NOW)
        checkins.add_slot(tx, ana.id, slot)
        checkins.add_slot(tx, ana.id, slot)
        assert await checkins.due(tx, NOW, 10) == [slot]
        assert await checkins.next_due(tx) == NOW
        assert await checkins.settle(tx, slot, NOW)
        assert not await checkins.settle(tx, slot, NOW)
        assert [sent.on for sent in await checkins.sent(tx, ana.id, 5)] == [day]
        assert await checkins.last_had(tx, ana.id) == day
        checkins.note_said(tx, slot, Kind.CARING, "lamp")
        assert await checkins.said_to(tx, ana.id) == {"lamp"}
        assert await plans.open_of(tx, ana.id) == OpenPlan(wanted, ana.id, Window.EVENING)
        assert (await people.by_id(tx, ana.id)).unanswered == 2  # type: ignore[union-attr]
        assert await plans.end(tx, plan, "stopped", NOW)
        assert not await plans.end(tx, plan, "stopped", NOW)
        assert await plans.open_of(tx, ana.id) is None
        assert await plans.last_of(tx, ana.id) == OpenPlan(wanted, ana.id, Window.EVENING, "stopped")


async def test_invites(store: Store) -> None:
    """Used once, decided once."""
    async with store.transaction() as tx:
        ana, ben = await arrive(tx), await arrive(tx, 5)
        token = invites.make(tx, "coach", NOW)
        used = await invites.use(tx, token, ana.id, NOW)
        assert used is not None
        assert await invites.use(tx, token, ben.id, NOW) is None
        assert await invites.use(tx, "no such", ben.id, NOW) is None
        assert await invites.decide(tx, used.id, NOW) is not None
        assert await invites.decide(tx, used.id, NOW) is None


async def test_erasing(store: Store) -> None:
    """Of one person nothing is left; the other is untouched; and what is over its time goes."""
    async with store.transaction() as tx:
        ana, ben = await arrive(tx), await arrive(tx, 5)
        for who in (ana, ben):
            answers.put(tx, who.id, "why", ODD, NOW)
            events.record(tx, who.id, HelplineShown(Code("x")), NOW)
            outbox.add(tx, who.id, Post(who.chat, Text(ODD), f"k{who.id}"), NOW)
        await Erasing(data_map()).erase(tx, ana.id, NOW)
    async with store.transaction() as tx:
        assert await erasures.everything(tx) == {ana.id: NOW}
        assert await people.by_id(tx, ana.id) is None
        assert await people.by_id(tx, ben.id) is not None
        assert await answers.all_of(tx, ben.id) == {"why": ODD}
        assert [item.person for item in await outbox.open_after(tx, OutboxId(0), 10)] == [ben.id]
    for _ in range(50):
        async with store.transaction() as tx:
            if not await Erasing(data_map()).prune(tx, NOW + timedelta(days=9999), lambda _: 1):
                break
    else:
        pytest.fail("pruning never ends")


async def test_tasks(store: Store) -> None:
    """One of a kind at a time for each person; its note is sealed; whoever does it is noted; done once."""
    soon = NOW + timedelta(days=2)
    async with store.transaction() as tx:
        ana, kim = await arrive(tx), await arrive(tx, HUGE - 1)
        which = await tasks.add(tx, ana.id, "daily_work", soon, NOW, note=ODD)
        assert which is not None
        assert await tasks.add(tx, ana.id, "daily_work", soon, NOW) is None
        assert await tasks.add(tx, ana.id, "daily_home", NOW, NOW) is not None
    async with store.transaction() as tx:
        assert [one.kind for one in await tasks.still_open(tx)] == ["daily_home", "daily_work"]
        assert await tasks.give(tx, which, kim.id, NOW)
        found = await tasks.get(tx, which)
        assert found is not None
        assert (found.note, found.owner, found.due, found.done) == (ODD, kim.id, NOW, None)
        assert await tasks.done(tx, which, NOW)
        assert not await tasks.done(tx, which, NOW)
        assert not await tasks.give(tx, which, None, soon)
        assert await tasks.add(tx, ana.id, "daily_work", soon, NOW) is not None
