"""A service that has been busy for three months: people, what happened to them, staff, groups, the log."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Table, bindparam

from bench import meetings
from bot.domain import events
from bot.domain.danger.hearing import Hearing
from bot.domain.events import Code, Event, name_of, to_json
from bot.domain.ids import ChatId, HandoffId, OfferingId, PersonId, PlanId
from bot.domain.person import Person
from bot.store.checkins.checkins import slot
from bot.store.checkins.plans import plan
from bot.store.conversing import people
from bot.store.conversing.events import event
from bot.store.conversing.steps_seen import step_seen
from bot.store.danger import danger_log, dangers
from bot.store.desk import tasks
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import Prepared, prepared
from bot.store.engine.transaction import Transaction
from bot.store.oncall.handoffs import handoff
from bot.store.rota import rotas, stints
from bot.store.staffing import audit
from bot.store.store import Store
from tests import shipped

OVER = timedelta(days=90)
TALKS = 10
"""Conversations of each person."""
COACHES = 20
GROUPS = 20_000
DANGERS = 2_000
READ = 2_000
"""Entries in the audit."""
STEPS = 15
"""Steps that each person came to."""
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_AT_ONCE = 500
_AREAS = tuple(f"{town}{n}" for town in ("ls", "bd", "hx", "wf") for n in range(1, 9))
_BARRIERS = ("childcare", "no_transport", "evenings", "step_free")
_ANSWERS = (*["good"] * 4, *["up_and_down"] * 3, "struggling", "used", None, None)


def into(table: Table, *columns: str) -> Prepared:
    """A row of these columns."""
    return prepared(table.insert().values({name: bindparam(name) for name in columns}))


_EVENT = into(event, "person_id", "kind", "at", "data")
_STEP = into(step_seen, "person_id", "flow", "step", "at", "went_on")
_PLAN = into(
    plan,
    "id",
    "person_id",
    "cadence",
    "part_of_day",
    "at_min",
    "zone",
    "began_on",
    "unanswered",
    "created_at",
)
_SLOT = into(slot, "plan_id", "person_id", "on_date", "due_at", "state", "answer", "done_at")
_HANDOFF = into(
    handoff, "person_id", "state", "version", "topic", "scope", "urgent", "asked_at", "coach_id", "nudged",
    "waits_for_person", "closed_by", "outcome", "closed_at",
)  # fmt: skip


class Crowd:
    """Fills an empty store up to `now`. `coordinator` is who has read what."""

    def __init__(self, store: Store, dice: random.Random, now: datetime, coordinator: PersonId) -> None:
        self._store = store
        self._dice = dice
        self._now = now
        self._coordinator = coordinator
        self._coaches: list[PersonId] = []
        self._groups: list[OfferingId] = []

    async def fill(self, crowd: int, messages: int) -> None:
        """So many people, and an event for each message."""
        await self._staff()
        await meetings.fill(self._store, GROUPS, self._dice, self._now)
        self._groups = [OfferingId(n) for n in range(1, GROUPS + 1)]
        each = messages // (crowd * TALKS)
        for start in range(0, crowd, _AT_ONCE):
            await self._some(start, min(start + _AT_ONCE, crowd), each)
        await self._log(crowd)

    async def _staff(self) -> None:
        async with self._store.transaction() as tx:
            for n in range(COACHES):
                who = (await self._arrives(tx, 5_000 + n)).id
                people.give(tx, who, "coach", self._now - OVER, None)
                await people.set_name(tx, who, f"Coach {n}")
                self._coaches.append(who)
                await rotas.add_shift(tx, who, n % 7, time(18 + n % 4), time(23))
                for week in range(12):
                    begins = self._now - timedelta(weeks=week, days=n % 7)
                    stints.begin(tx, who, begins)
                    stints.end(tx, who, begins + timedelta(hours=3))

    async def _arrives(self, tx: Transaction, chat: int) -> Person:
        return await people.arrive(
            tx, "telegram", ChatId(chat), self._now - OVER, language="en", country="GB", zone="Europe/London"
        )

    async def _some(self, first: int, after: int, each: int) -> None:
        happened: list[Mapping[str, object]] = []
        came: list[Mapping[str, object]] = []
        asked: list[Mapping[str, object]] = []
        async with self._store.transaction() as tx:
            for n in range(first, after):
                who = (await self._arrives(tx, 10_000 + n)).id
                begins = sorted(self._now - OVER * self._dice.random() for _ in range(TALKS))
                for number, at in enumerate(begins):
                    for minute, what in zip(range(each), self._told(n * TALKS + number), strict=False):
                        happened.append(_happened(who, at + minute * _MINUTE, what))
                        if isinstance(what, events.HandoffAccepted):
                            asked.append(self._closed(who, at, what.coach))
                came += self._came(who, begins[-1])
                if n % 2:
                    self._asks(tx, n, who)
            tx.write_many(_EVENT, happened)
            tx.write_many(_STEP, came)
            tx.write_many(_HANDOFF, asked)

    def _told(self, which: int) -> Iterator[Event]:
        """What happens in one conversation, as often as it takes."""
        dice, talk = self._dice, HandoffId(which + 1)
        some = dice.sample(self._groups[:2000], 3)
        yield events.Arrived(Code(dice.choice(("start", "words", "link", "button"))))
        yield events.FlowStarted(Code(dice.choice(("urge", "slip", "change", "family"))))
        yield events.IntakeAnswered(Code("about"), (Code(dice.choice(("alcohol", "opioids", "cocaine"))),))
        match dice.randrange(5):
            case 0:
                yield events.HandoffAsked(talk, Code("urge"), dice.choice(("everything", "today", "nothing")))
                if dice.random() < 0.3:
                    yield events.HandoffUnanswered(talk, 900)
                    yield events.HandoffClosed(talk, "service", Code("gave_up"))
                else:
                    yield events.HandoffAccepted(talk, dice.choice(self._coaches), 200)
                    yield events.HandoffClosed(talk, "person", Code("talked"), 900)
            case 1:
                for rank, group in enumerate(some, 1):
                    yield events.Shown(group, rank)
                yield events.Opened(some[0])
                yield events.Planned(some[0], (self._now - _DAY).date(), reminder=True)
                yield events.Went(some[0], again=True) if dice.random() < 0.5 else events.WasNotThere(some[0])
            case 2:
                yield events.UrgeStarted()
                yield events.UrgeEnded(3, felt=Code(dice.choice(("lower", "same", "higher"))))
                yield events.ReadinessSaid(dice.randint(0, 10))
                yield events.CheckInSent(PlanId(which + 1), (self._now - _DAY).date())
            case 3:
                needs = ("no_group_near", "lift_to_group", "none_fit", "food")
                for _ in range(2):
                    yield events.UnmetNeed(
                        Code(dice.choice(needs)),
                        Code(dice.choice(_AREAS)),
                        tuple(map(Code, dice.sample(_BARRIERS, dice.randint(0, 2)))),
                        Code(f"{dice.choice(('mon', 'tue', 'fri', 'sun'))}_{dice.choice(('day', 'night'))}"),
                        Code(dice.choice(("twelve_step", "not_12_step", "smart"))),
                    )
            case _:
                yield events.NeedSought(Code(dice.choice(("food", "hostel", "naloxone"))), found=True)
        while True:
            yield events.Helped(Code("exercise"))

    def _closed(self, who: PersonId, at: datetime, coach: PersonId) -> Mapping[str, object]:
        return {
            "person_id": who, "state": "closed", "version": 3, "topic": "urge", "scope": "today",
            "urgent": False, "asked_at": to_ms(at), "coach_id": coach, "nudged": False,
            "waits_for_person": False, "closed_by": "person", "outcome": "talked",
            "closed_at": to_ms(at + 15 * _MINUTE),
        }  # fmt: skip

    def _came(self, who: PersonId, last: datetime) -> Sequence[Mapping[str, object]]:
        flow = self._dice.choice(list(shipped.flows().by_name.values()))
        return [
            {"person_id": who, "flow": flow.name, "step": step, "at": to_ms(last), "went_on": n % 5 > 0}
            for n, step in enumerate(list(flow.steps)[:STEPS])
        ]

    def _asks(self, tx: Transaction, n: int, who: PersonId) -> None:
        """A plan with four weeks behind it and the next question ahead."""
        dice, which = self._dice, n + 1
        quiet = dice.choice((0, 0, 0, 0, 2))
        tx.write(
            _PLAN, id=which, person_id=who, cadence=dice.choice(("daily", "standard", "lighter")),
            part_of_day="morning", at_min=540, zone="Europe/London", began_on="2026-09-01", unanswered=quiet,
            created_at=to_ms(self._now - OVER),
        )  # fmt: skip
        rows = []
        for weeks in range(4):
            at = self._now - timedelta(days=7 * weeks + dice.randrange(7), hours=dice.randrange(24))
            answer = dice.choice(_ANSWERS)
            rows.append(_slot(which, who, at, "sent", answer))
        rows.append(_slot(which, who, self._now + dice.randint(1, 48) * timedelta(hours=1), "waiting"))
        unique = {row["on_date"]: row for row in rows}
        tx.write_many(_SLOT, list(unique.values()))

    async def _log(self, crowd: int) -> None:
        """Dangers heard and mostly over, what was read, and what is still to be done."""
        heard = Hearing("suicide", "urgent", "alarm", "self", "suicide.wish")
        async with self._store.transaction() as tx:
            for n in range(DANGERS):
                who, at = PersonId(COACHES + 2 + n % crowd), self._now - OVER * (1 - n / DANGERS)
                await people.unlock(tx, who)
                which = await dangers.add(
                    tx,
                    who,
                    kind="suicide",
                    level="urgent",
                    tier="alarm",
                    about="self",
                    rule="suicide.wish",
                    now=at,
                )
                dangers.paged(tx, which, at)
                await danger_log.add(
                    tx, who, heard, danger=which, shown="suicide", said="words " * 12, now=at
                )
                if n < DANGERS - 10:
                    await dangers.close(tx, which, "by_staff", at + 20 * _MINUTE, self._coaches[0])
            for n in range(READ):
                about = f"people:{','.join(str(COACHES + 2 + n + m) for m in range(25))}"
                await audit.add(tx, self._coordinator, "list_read", about, self._now - OVER * (1 - n / READ))
            for n in range(40):
                who = PersonId(COACHES + 2 + n)
                await people.unlock(tx, who)
                await tasks.add(
                    tx, who, "follow_up", self._now + (n - 20) * _DAY, self._now, note="Ring back", again=True
                )


def _happened(who: PersonId, at: datetime, what: Event) -> Mapping[str, object]:
    """An event as it is stored."""
    return {"person_id": who, "kind": name_of(what), "at": to_ms(at), "data": json.dumps(to_json(what))}


def _slot(
    which: int, who: PersonId, at: datetime, state: str, answer: str | None = None
) -> Mapping[str, object]:
    return {
        "plan_id": which, "person_id": who, "on_date": at.date().isoformat(), "due_at": to_ms(at),
        "state": state, "answer": answer, "done_at": to_ms(at) if state == "sent" else None,
    }  # fmt: skip
