"""Runs the months: everybody acts when it is their time, the service does what is due in between."""

import heapq
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from bot.app.desk.measures import Measures
from bot.domain.zones import local, moment
from bot.process import Service
from bot.sandbox import Sandbox
from bot.sandbox.things import Change
from bot.season.acting import Actor, Script
from bot.season.desk import LINK, Browser
from bot.season.people import AT_THE_END, KINDS, Kind

FIRST_PERSON: Final = 2001
NEW_A_DAY = 1.7
"""About fifty new people a month: a service that has just been told of by posters."""
LONGEST_AWAY = 9
"""Days between two visits, at most."""
ASLEEP = (1, 8)
"""Hours of the night in which staff who are not on shift do not look at their phones."""
SILENT = "Tom"
"""A coach who takes requests and then says nothing."""
MORNING = time(9, 20)
"""When a coordinator sits down at the dashboard, from Monday to Friday."""
_DAY, _LAST = timedelta(days=1), timedelta(minutes=14)
Say = Callable[[str], object]


class Season:
    """The months of one service, whose clock stands where they begin; the same `seed` makes them again."""

    def __init__(self, service: Service, sandbox: Sandbox, zone: ZoneInfo, seed: int) -> None:
        self._service, self._sandbox, self._zone = service, sandbox, zone
        self._by = random.Random(seed)  # noqa: S311 - made-up people
        self._ahead: list[tuple[datetime, int, Actor, Script]] = []
        self._order = count()
        self._actors: dict[int, Actor] = {}
        self._news: dict[int, None] = {}
        self._wrote: set[int] = set()

    async def run(self, days: int, staff: Mapping[int, str], desk: int, say: Say) -> int:
        """Let so many days pass; returns how many people wrote.

        `staff`: names by chat; `desk`: the chat of the coordinator who opens the dashboard in the mornings.
        """
        start = self._service.clock.now()
        for chat, name in staff.items():
            self._actor(chat, name, silent=name == SILENT).phone.starts()
        self._plan(start, days)
        stop = self._sandbox.world.watch(self._noticed)
        try:
            for day in range(1, days + 1):
                await self._mornings(self._actors[desk], start + day * _DAY)
                await self._until(start + day * _DAY)
                if day % 5 == 0 or day == days:
                    say(f"  {day} of {days} days lived through; {len(self._wrote)} people have written.")
        finally:
            stop()
        say("  Counting what happened.")
        await Measures(self._service.store, self._service.clock, self._zone).recount()
        return len(self._wrote)

    async def _mornings(self, coordinator: Actor, end: datetime) -> None:
        """In the day before `end`, if it is a weekday: what waits is done, by the dashboard's own pages."""
        on = local(end, self._zone).date()
        if moment(on, MORNING, self._zone) >= end:
            on -= _DAY
        if on.weekday() > 4:
            return
        await self._until(moment(on, MORNING, self._zone))
        coordinator.phone.says("/dashboard")
        await self._settle()
        links = [found[0] for one in coordinator.phone.messages if (found := LINK.search(one.text))]
        if links:
            await Browser(links[-1], self._by).morning(on)
            await self._settle()

    def _actor(self, chat: int, name: str, kind: Kind | None = None, *, silent: bool = False) -> Actor:
        by = random.Random(self._by.random())  # noqa: S311 - as above
        self._actors[chat] = Actor(self._sandbox.phone(chat, name), by, kind, silent)
        return self._actors[chat]

    def _plan(self, start: datetime, days: int) -> None:
        """Who comes when: more from week to week, more from Friday to Sunday."""
        chat = FIRST_PERSON
        for day in range(days):
            on = local(start, self._zone).date() + day * _DAY
            busy = NEW_A_DAY * (0.7 + 0.6 * day / days) * (1.3 if on.weekday() >= 4 else 0.9)
            for _ in range(int(busy) + (self._by.random() < busy % 1)):
                kind = self._by.choices(KINDS, [one.weight for one in KINDS])[0]
                self._visits(self._actor(chat, f"Person {chat}", kind), kind, on)
                chat += 1
        for n, kind in enumerate(one for one in KINDS if one.name in AT_THE_END):
            actor = self._actor(chat + n, f"Person {chat + n}", kind)
            self._push(start + days * _DAY - (n + 1) * _LAST, actor, actor.visit())

    def _visits(self, actor: Actor, kind: Kind, first: date) -> None:
        """When somebody comes: at hours of their kind, days apart."""
        for _ in range(self._by.randint(1, kind.visits)):
            at = time(self._by.choice(kind.hours), self._by.randrange(60))
            self._push(moment(first, at, self._zone), actor, actor.visit())
            first += self._by.randint(1, LONGEST_AWAY) * _DAY

    def _push(self, at: datetime, actor: Actor, script: Script) -> None:
        heapq.heappush(self._ahead, (at, next(self._order), actor, script))

    async def _until(self, end: datetime) -> None:
        """Everything that somebody does until then, and all that comes due."""
        while self._ahead and self._ahead[0][0] < end:
            at, _, actor, script = heapq.heappop(self._ahead)
            await self._pass_to(at)
            if actor.kind is not None:
                self._wrote.add(actor.phone.id)
            try:
                wait = next(script)
            except StopIteration:
                actor.busy = False
            else:
                self._push(self._now + wait, actor, script)
            await self._settle()
        await self._pass_to(end)

    @property
    def _now(self) -> datetime:
        return self._service.clock.now()

    async def _pass_to(self, at: datetime) -> None:
        """The clock goes on, stopping wherever the service has something due; people notice what it says."""
        if at > self._now:
            await self._service.pass_time(at - self._now)
            self._react()

    async def _settle(self) -> None:
        await self._sandbox.world.updates.empty()
        await self._service.quiet()
        self._react()

    def _noticed(self, change: Change) -> None:
        if change.kind == "message":
            self._news[change.chat_id] = None

    def _react(self) -> None:
        """Whoever has something new on their phone may do something about it, later."""
        news, self._news = self._news, {}
        asleep = ASLEEP[0] <= local(self._now, self._zone).hour < ASLEEP[1]
        for actor in (self._actors[chat] for chat in news if chat in self._actors):
            script = actor.reads(asleep=asleep)
            if script is not None:
                actor.busy = True
                self._push(self._now + next(script), actor, script)
