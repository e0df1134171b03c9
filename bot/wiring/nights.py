"""Simulated nights: the real use cases and rules on a virtual clock, with made-up people and volunteers.

What volunteers and people do is assumed, and said with the result; what the service does about it is not.
"""

import heapq
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.app.library import files
from bot.app.library.languages import Languages
from bot.app.turn import Turn
from bot.clock import MovableClock
from bot.domain.ids import ChatId, HandoffId, OutboxId, PersonId
from bot.domain.oncall import handoff
from bot.domain.person import Age
from bot.domain.zones import moment
from bot.settings import Database, Settings
from bot.settings.kinds import encode_key
from bot.store.conversing import outbox, people
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE, new_key
from bot.store.oncall import handoffs
from bot.store.rota import rotas
from bot.store.store import Store
from bot.wiring import open_store, rooms_beside
from bot.wiring.rooms import Rooms

_MONDAY = date(2026, 1, 5)
_FROM, _HOURS = time(20), 12
_PEOPLE = 400
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
_NONE = HandoffId(0)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is not the service's: how many volunteers, how many requests a night (20:00 to 08:00), and how
    both behave. Each volunteer has so many shifts a week; `answers` and `at_home` are the chances that an
    alert is answered on shift and off it; the times are means of an exponential spread, in minutes."""

    coaches: int
    rate: float
    nights: int = 1000
    seed: int = 1
    shifts_a_week: int = 1
    shift_hours: int = 4
    answers: float = 0.85
    at_home: float = 0.1
    answer_minutes: float = 1.5
    talk_minutes: float = 35.0
    stays_minutes: float = 60.0


@dataclass(slots=True)
class Result:
    """What came of it. `waits` in seconds, of those to whom somebody came; `covered` the share of the night
    with at least one volunteer on shift."""

    assumed: Assumed
    asked: int = 0
    waits: list[float] = field(default_factory=list)
    left: int = 0
    alerts: Counter[PersonId] = field(default_factory=Counter)
    talks: Counter[PersonId] = field(default_factory=Counter)
    covered: float = 0.0

    @property
    def unanswered(self) -> int:
        """To whom nobody came before they left, or the night was over."""
        return self.asked - len(self.waits)

    def wait(self, share: float) -> float:
        """The wait in minutes that this share of those who were answered did not exceed."""
        ordered = sorted(self.waits)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] / 60 if ordered else 0.0

    def lines(self) -> Iterator[str]:
        """The result as a coordinator reads it."""
        one, weeks = self.assumed, self.assumed.nights / 7
        yield f"{one.nights} nights, {one.coaches} volunteers, {self.asked} requests ({one.rate:g} a night)"
        yield f"Wait until a person came   p50 {self.wait(0.5):.1f} min   p95 {self.wait(0.95):.1f} min"
        lost = self.unanswered / self.asked if self.asked else 0.0
        yield f"Unanswered                 {self.unanswered} ({lost:.1%}); {self.left} stopped waiting"
        yield f"Somebody on shift          {self.covered:.0%} of the night"
        hours = min(one.shifts_a_week * one.shift_hours, one.shift_hours * 7)
        alerts = [self.alerts[PersonId(who)] / weeks for who in sorted(self.alerts)] or [0.0]
        talks = [self.talks[PersonId(who)] / weeks for who in sorted(self.alerts)] or [0.0]
        yield (
            f"Each volunteer, a week     {hours} h on shift, {sum(alerts) / one.coaches:.1f} requests on the"
            f" phone (most {max(alerts):.1f}), {sum(talks) / one.coaches:.1f} talks (most {max(talks):.1f})"
        )
        yield (
            f"Assumed: an alert is answered with {one.answers:.0%} on shift, {one.at_home:.0%} at home, after"
            f" {one.answer_minutes:g} min; a talk takes {one.talk_minutes:g} min; people wait"
            f" {one.stays_minutes:g} min (means). Seed {one.seed}."
        )


class Nights:
    """One run. Everything that happens is an event of the night or something the service has due."""

    def __init__(self, assumed: Assumed, store: Store, clock: MovableClock, rooms: Rooms) -> None:
        self._assumed, self._store, self._clock, self._rooms = assumed, store, clock, rooms
        self._chance = random.Random(assumed.seed)  # noqa: S311 - not for secrets
        self._messages = files.messages(voices=Languages())
        self._zone = rooms.ground.place.zone
        self._events: list[tuple[datetime, int, str, HandoffId, PersonId]] = []
        self._order, self._seen = count(), OutboxId(0)
        self._coaches: list[PersonId] = []
        self._people: list[PersonId] = []
        self._waiting: set[HandoffId] = set()
        self._open: dict[HandoffId, PersonId] = {}
        self.result = Result(assumed)

    async def run(self) -> Result:
        """All nights, one after the other."""
        await self._furnish()
        on_shift = timedelta()
        for n in range(self._assumed.nights):
            on_shift += await self._night(_MONDAY + n * timedelta(days=1))
        self.result.covered = on_shift / (self._assumed.nights * timedelta(hours=_HOURS))
        return self.result

    async def _furnish(self) -> None:
        async with self._store.transaction() as tx:
            for n in range(self._assumed.coaches + _PEOPLE):
                chat, zone = ChatId(1000 + n), self._zone.key
                who = await people.arrive(
                    tx, "telegram", chat, self._clock.now(), language="en", country="GB", zone=zone
                )
                people.set_age(tx, who.id, Age.ADULT)
                if n < self._assumed.coaches:
                    people.give(tx, who.id, "coach", self._clock.now(), None)
                    self._coaches.append(who.id)
                else:
                    self._people.append(who.id)
            for coach, (weekday, start) in self._slots():
                end = (datetime.combine(_MONDAY, start) + timedelta(hours=self._assumed.shift_hours)).time()
                await rotas.add_shift(tx, coach, weekday, start, end)

    def _slots(self) -> Iterator[tuple[PersonId, tuple[int, time]]]:
        """Shifts of the week's nights in turn, spread so that each more volunteer fills the emptiest."""
        a_night = _HOURS // self._assumed.shift_hours
        starts = [
            (datetime.combine(_MONDAY, _FROM) + n * timedelta(hours=self._assumed.shift_hours))
            for n in range(a_night)
        ]
        slots = [
            ((weekday + (at.date() - _MONDAY).days) % 7, at.time()) for at in starts for weekday in range(7)
        ]
        for n in range(self._assumed.coaches * self._assumed.shifts_a_week):
            yield self._coaches[n % self._assumed.coaches], slots[(n * 5) % len(slots)]

    async def _night(self, on: date) -> timedelta:
        """One night; how long somebody was on shift. What is open at its end was in vain."""
        start = moment(on, _FROM, self._zone)
        end = start + timedelta(hours=_HOURS)
        self._clock.move(max(start - self._clock.now(), timedelta()))
        at = start + self._spread(_HOURS * 60 / self._assumed.rate)
        while at < end:
            self._put(at, "asks")
            at += self._spread(_HOURS * 60 / self._assumed.rate)
        while (due := await self._next_due()) is not None and due < end:
            self._clock.move(max(due - self._clock.now(), timedelta()))
            if self._events and self._events[0][0] <= self._clock.now():
                await self._happens(*heapq.heappop(self._events)[2:])
            else:
                await self._rooms.watch.sweep()
                await self._rooms.stints.sweep()
            await self._phones()
        self._clock.move(max(end - self._clock.now(), timedelta()))
        await self._rooms.stints.sweep()
        await self._over()
        async with self._store.reading() as tx:
            rota = await rotas.rota(tx, self._zone, start)
        return end - start - sum((gap.end - gap.start for gap in rota.gaps(start, end)), timedelta())

    async def _next_due(self) -> datetime | None:
        async with self._store.reading() as tx:
            service = [await self._rooms.watch.next_due(tx), await self._rooms.stints.next_due(tx)]
        found = [at for at in service if at is not None] + [one[0] for one in self._events[:1]]
        return min(found, default=None)

    async def _happens(self, what: str, which: HandoffId, who: PersonId) -> None:
        async with self._store.transaction() as tx:
            match what:
                case "asks":
                    await self._asks(tx)
                case "answers":
                    await self._answers(tx, which, who)
                case "writes":
                    now = self._clock.now()
                    turn = await self._turn(tx, who)
                    await self._rooms.handoffs.go(turn, which, lambda at: handoff.coach_wrote(at, who, now))
                case "ends":
                    await self._rooms.handoffs.end_by_coach(await self._turn(tx, who), which)
                case _:
                    await self._leaves(tx, which, who)

    async def _asks(self, tx: Transaction) -> None:
        who = self._chance.choice(self._people)
        if await handoffs.open_of(tx, who) is not None:
            return
        which = await self._rooms.handoffs.request(await self._turn(tx, who), share="today", topic="urge")
        if which is not None:
            self.result.asked += 1
            self._waiting.add(which)
            self._open[which] = who
            self._put(self._clock.now() + self._spread(self._assumed.stays_minutes), "leaves", which, who)

    async def _answers(self, tx: Transaction, which: HandoffId, coach: PersonId) -> None:
        if which not in self._waiting:
            return
        if not await self._rooms.handoffs.accept(await self._turn(tx, coach), which):
            return
        stored = await handoffs.get(tx, which)
        assert stored is not None
        now = self._clock.now()
        self.result.waits.append((now - stored.handoff.ask.asked_at).total_seconds())
        self.result.talks[coach] += 1
        self._waiting.discard(which)
        self._put(now + _MINUTE / 2, "writes", which, coach)
        self._put(now + _MINUTE + self._spread(self._assumed.talk_minutes), "ends", which, coach)

    async def _leaves(self, tx: Transaction, which: HandoffId, who: PersonId) -> None:
        if which in self._waiting:
            await self._rooms.handoffs.end_by_person(await self._turn(tx, who), None)
            self._waiting.discard(which)
            self.result.left += 1

    async def _over(self) -> None:
        """Morning: who still waits is not answered, and talks come to their end."""
        self._events.clear()
        async with self._store.transaction() as tx:
            for who in set(self._open.values()):
                await self._rooms.handoffs.end_by_person(await self._turn(tx, who), None)
        self._open.clear()
        self._waiting.clear()
        await self._phones()

    async def _phones(self) -> None:
        """Everything arrives; a volunteer whose phone shows a request may answer it after a while."""
        async with self._store.transaction() as tx:
            for item in await outbox.open_after(tx, self._seen, 10_000):
                self._seen = item.id
                outbox.settle(tx, item, "delivered", self._clock.now())
                for link in item.links:
                    kind, _, rest = link.partition(":")
                    if kind == "alert":
                        await self._alerted(tx, HandoffId(int(rest.partition(":")[0])), item.person)

    async def _alerted(self, tx: Transaction, which: HandoffId, coach: PersonId) -> None:
        self.result.alerts[coach] += 1
        rota = await rotas.rota(tx, self._zone, self._clock.now())
        there = coach in rota.who(self._clock.now())
        if self._chance.random() < (self._assumed.answers if there else self._assumed.at_home):
            at = self._clock.now() + self._spread(self._assumed.answer_minutes)
            self._put(at, "answers", which, coach)

    async def _turn(self, tx: Transaction, who: PersonId) -> Turn:
        person = await people.by_id(tx, who)
        assert person is not None
        return Turn(tx, self._clock.now(), person, f"sim:{next(self._order)}", self._messages)

    def _put(self, at: datetime, what: str, which: HandoffId = _NONE, who: PersonId = SERVICE) -> None:
        heapq.heappush(self._events, (at, next(self._order), what, which, who))

    def _spread(self, mean_minutes: float) -> timedelta:
        return timedelta(minutes=self._chance.expovariate(1 / mean_minutes))


async def simulate_nights(assumed: Assumed, settings: Settings) -> Result:
    """Run it on a database that is gone afterwards, with the waits, limits and zone of these settings."""
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        own = settings.model_copy(
            update={
                "database": Database(url=f"sqlite:///{folder}/nights.db", backup_dir=folder),
                "master_key": SecretStr(encode_key(new_key())),
            }
        )
        store = await open_store(own)
        try:
            clock = MovableClock(moment(_MONDAY, time(12), ZoneInfo(own.service.zone)))
            return await Nights(assumed, store, clock, await rooms_beside(own, store, clock)).run()
        finally:
            await store.close()
